"""The declared shape of every table that a noun of `promo.domain` carries, in the same order."""

from promo.schema import Column, Table

PANEL = Table(
    "panel",
    grain="product, place, segment and week",
    key=("product_id", "place", "segment", "week"),
    columns=(
        Column("product_id", "id"),
        Column("place", "id", "shop, centre or region; 'all' when unknown"),
        Column("segment", "id", "customer segment; 'all' where data knows none"),
        Column("week", "date", "its Monday"),
        Column("units", "number", "items sold", low=0),
        Column("price", "number", "money per item, average paid", low=0),
        Column("list_price", "number", "money per item before discount", low=0),
        Column("feature", "share", "share of the week advertised (mail, leaflet)"),
        Column("display", "share", "share of the week displayed (homepage, shelf)"),
        Column("in_stock", "share", "share of the week it could be bought; 1 when unknown"),
    ),
)

PRODUCTS = Table(
    "products",
    grain="product",
    key=("product_id",),
    columns=(
        Column("product_id", "id"),
        Column("name", "text"),
        Column("category", "id", "'all' when unknown"),
        Column("brand", "id", nullable=True),
        Column("list_price", "number", "money per item, now", low=0),
        Column("unit_cost", "number", "money per item", low=0, nullable=True),
        Column("stock", "number", "items on hand", low=0, nullable=True),
    ),
)

MARKET = Table(
    "market",
    grain="product, place and week about which something is known from outside the sales",
    key=("product_id", "place", "week"),
    columns=(
        Column("product_id", "id"),
        Column("place", "id", "'all' where it holds everywhere"),
        Column("week", "date", "its Monday"),
        Column("unit_cost", "number", "money per item, paid that week", low=0, nullable=True),
        Column("competitor_price", "number", "money per item, mean", low=0, nullable=True),
        Column("randomised", "flag", "whether a price test drew that week's price by lot"),
    ),
)

CUSTOMERS = Table(
    "customers",
    grain="customer",
    key=("customer_id",),
    columns=(
        Column("customer_id", "id", "pseudonym or the shop's key"),
        Column("recency", "number", "days since the last order", low=0),
        Column("orders", "count", "orders", low=1),
        Column("spend", "number", "money, net of returns", nullable=True),
        Column("tenure", "number", "days since the first order", low=0),
        Column("segment", "id", "RFM segment; 'all' before segmentation"),
    ),
)

BASKETS = Table(
    "baskets",
    grain="pair of products that were bought together",
    key=("product_id", "other_id"),
    columns=(
        Column("product_id", "id", "the first of the two by name"),
        Column("other_id", "id"),
        Column("together", "count", "baskets with both", low=1),
        Column("baskets", "count", "baskets with the first", low=1),
        Column("other_baskets", "count", "baskets with the other", low=1),
    ),
)

ARRIVALS = Table(
    "arrivals",
    grain="product, segment and whether it was promoted",
    key=("product_id", "segment", "promoted"),
    columns=(
        Column("product_id", "id"),
        Column("segment", "id", "customer segment; 'all' where data knows none"),
        Column("promoted", "flag", "bought at 3 % off or more"),
        Column("items", "number", "items bought by customers who are known", low=0),
        Column("new", "number", "customers in their first order", low=0),
        Column("back", "number", "customers in their first order after a long pause", low=0),
    ),
)

FORECAST = Table(
    "forecast",
    grain="product and future week",
    key=("product_id", "week"),
    columns=(
        Column("product_id", "id"),
        Column("week", "date", "its Monday"),
        Column("mean", "number", "items at list price, no promotion", low=0),
        Column("low_80", "number", "items", low=0),
        Column("high_80", "number", "items", low=0),
        Column("low_95", "number", "items", low=0),
        Column("high_95", "number", "items", low=0),
    ),
)

GROUP_FORECAST = Table(
    "group_forecast",
    grain="category or the whole shop, and future week",
    key=("level", "name", "week"),
    columns=(
        Column("level", "text", "'category' or 'total'"),
        Column("name", "id", "the category; 'all' for the total"),
        Column("week", "date", "its Monday"),
        Column("mean", "number", "items at list price, no promotion; sum over products", low=0),
        Column("low_80", "number", "items", low=0),
        Column("high_80", "number", "items", low=0),
        Column("low_95", "number", "items", low=0),
        Column("high_95", "number", "items", low=0),
    ),
)

BACKTEST = Table(
    "backtest",
    grain="product",
    key=("product_id",),
    columns=(
        Column("product_id", "id"),
        Column("method", "text", "name of the method that won"),
        Column("kind", "id", "smooth, erratic, intermittent or lumpy: how its sales come"),
        Column("folds", "count", "rolling origins", low=0),
        Column("wape", "number", "sum |error| / sum units", low=0, nullable=True),
        Column("wape_naive", "number", "the same for seasonal naive", low=0, nullable=True),
        Column(
            "mase", "number", "mean |error| / mean |naive error| in sample", low=0, nullable=True
        ),
        Column("bias", "number", "sum error / sum units", nullable=True),
        Column("coverage_80", "share", "share of held-out weeks inside 80 %", nullable=True),
        Column("coverage_95", "share", "share of held-out weeks inside 95 %", nullable=True),
    ),
)

ANOMALIES = Table(
    "anomalies",
    grain="product, kind and first week",
    key=("product_id", "kind", "first"),
    columns=(
        Column("product_id", "id", "empty for the shop as a whole"),
        Column("kind", "id", "one of `promo.domain.ANOMALY_KINDS`"),
        Column("first", "date", "Monday of the first week; of the new level for a shift"),
        Column("last", "date", "Monday of the last week"),
        Column("weeks", "count", "weeks concerned", low=1),
        Column("days", "count", "days without a line; 0 unless days are missing", low=0),
        Column("sold", "number", "items; per week for a shift", low=0, nullable=True),
        Column("expected", "number", "items; per week for a shift", low=0, nullable=True),
        Column("times", "number", "sold / expected", low=0, nullable=True),
        Column("chance", "share", "share of chance among findings as clear", nullable=True),
        Column("suggested", "flag", "whether leaving it out of learning is suggested"),
    ),
)

ORDINARY_WEEKS = Table(
    "ordinary_weeks",
    grain="product and week",
    key=("product_id", "week"),
    columns=(
        Column("product_id", "id", "empty for the shop as a whole"),
        Column("week", "date", "its Monday"),
        Column("units", "number", "items sold; null where there is no row", low=0, nullable=True),
        Column("expected", "number", "items, at the prices that were", low=0, nullable=True),
        Column("low", "number", "below it, 1.25 % of ordinary weeks", low=0, nullable=True),
        Column("high", "number", "above it, 1.25 % of ordinary weeks", low=0, nullable=True),
    ),
)

CURVES = Table(
    "response_curves",
    grain="product and segment",
    key=("product_id", "segment"),
    columns=(
        Column("product_id", "id"),
        Column("segment", "id"),
        Column("category", "id"),
        Column("list_price", "number", "money per item", low=0),
        Column("unit_cost", "number", "money per item; assumed where `cost_assumed`", low=0),
        Column("cost_assumed", "flag"),
        Column("share", "share", "this segment's share of the product's items"),
        Column("elasticity", "number", "log items per log price", high=0),
        Column("elasticity_se", "number", "log items per log price", low=0),
        Column("elasticity_low", "number", "2.5 % point", high=0),
        Column("elasticity_high", "number", "97.5 % point", high=0),
        Column("lift", "number", "log items of being promoted at all, beyond the price"),
        Column("lift_se", "number", "log items", low=0),
        Column("pull_forward", "number", "log items per log price of the week before", low=0),
        Column(
            "cross", "number", "log items per mean log price of the rest of its category", low=0
        ),
        Column("price_weeks", "count", "weeks seen at 3 % off or more", low=0),
        Column("deepest", "share", "deepest discount seen"),
        Column("trust", "share", "part of the slope that its own weeks decide; its kin the rest"),
        Column("evidence", "id", "strong, fair, weak or borrowed (from its category)"),
    ),
)

ASSOCIATIONS = Table(
    "associations",
    grain="ordered pair of products",
    key=("product_id", "other_id"),
    columns=(
        Column("product_id", "id", "the one whose price moves"),
        Column("other_id", "id", "the one whose sales answer"),
        Column("effect", "number", "log items of the other per log price; below 0 it is a halo"),
        Column("effect_se", "number", "log items per log price", low=0),
        Column("together", "count", "baskets with both; 0 where fewer than 5 or unknown", low=0),
        Column("lift", "number", "`together` over chance, shrunk to 1; 1 if unknown", low=0),
        Column("evidence", "id", "strong, fair or weak"),
    ),
)

ACQUISITION = Table(
    "acquisition",
    grain="product and segment",
    key=("product_id", "segment"),
    columns=(
        Column("product_id", "id"),
        Column("segment", "id"),
        Column("new_list", "share", "new customers per item at list price"),
        Column("new_promoted", "share", "new customers per item at 3 % off or more"),
        Column("back_list", "share", "customers won back per item at list price"),
        Column("back_promoted", "share", "customers won back per item at 3 % off or more"),
        Column("items", "number", "items that it was counted in", low=0),
        Column("trust", "share", "part of the four figures that its own items decide"),
    ),
)

_OPTION = (
    Column("product_id", "id"),
    Column("segment", "id"),
    Column("category", "id"),
    Column("mechanic", "id", "how the discount is given; 'none' for no promotion"),
    Column("first", "date", "Monday of its first week"),
    Column("weeks", "count", "how many weeks it runs", low=1),
    Column("discount", "share", "of the list price; 0 is no promotion"),
    Column("list_price", "number", "money per item", low=0),
    Column("price", "number", "money per item", low=0),
    Column("demand", "number", "items asked for in its weeks, less what other weeks lose"),
    Column("units", "number", "items sold of them, as far as stock lasts"),
    Column("units_low", "number", "10 % point"),
    Column("units_high", "number", "90 % point"),
    Column("revenue", "number", "money"),
    Column("cost", "number", "money given away", low=0),
    Column("profit", "number", "money, net of the two columns below"),
    Column("cannibalised", "number", "profit lost on other products", low=0),
    Column("halo", "number", "profit gained on products bought together with it", low=0),
    Column("pulled_forward", "number", "profit missing in the weeks after", low=0),
    Column("new_customers", "number", "customers who buy for the first time"),
    Column("kept_customers", "number", "customers who come back after a long time"),
    Column("base_share", "share", "part of what sells without promotion that falls in its weeks"),
)

OPTIONS = Table(
    "options",
    grain="product, segment, period, mechanic and discount",
    key=("product_id", "segment", "first", "weeks", "mechanic", "discount"),
    columns=(
        *_OPTION,
        Column("step", "share", "the discount that was meant, before its price got an ending"),
        Column("unit_cost", "number", "money per item, less what a supplier pays of the discount"),
        Column("base_spread", "number", "standard deviation of log base demand", low=0),
        Column("response_spread", "number", "standard deviation of the log response", low=0),
    ),
)

RULE_USE = Table(
    "rule_use",
    grain="rule and scope",
    key=("number", "scope"),
    columns=(
        Column("number", "count", "place of the rule among those in force", low=0),
        Column("rule", "id", "code of the rule"),
        Column("scope", "id", "the product or category it is about; 'all' for the whole plan"),
        Column("limit", "number", "in the rule's unit", nullable=True),
        Column("used", "number", "in the rule's unit", nullable=True),
        Column("binds", "flag"),
        Column("shadow_price", "number", "objective per one more unit of the limit", nullable=True),
    ),
)

PLAN_ROWS = Table(
    "plan_rows",
    grain="product, segment and chosen promotion, and what is left of no promotion",
    key=("product_id", "segment", "first", "weeks", "mechanic", "discount"),
    columns=(
        *_OPTION,
        Column("weight", "share", "share of the segment, or of its weeks, that gets it"),
        Column("gain", "number", "profit over no promotion of this row"),
        Column("reason", "id", "code: why this discount"),
        Column("missed", "number", "objective lost by the best alternative, at the plan's prices"),
        Column("rival", "share", "discount of that alternative", nullable=True),
    ),
)

PRICE_TESTS = Table(
    "price_tests",
    grain="product",
    key=("product_id",),
    columns=(
        Column("product_id", "id"),
        Column("evidence", "id", "strong, fair, weak or borrowed (from its category)"),
        Column("elasticity", "number", "log items per log price"),
        Column("elasticity_se", "number", "before the test", low=0),
        Column("elasticity_se_after", "number", "to be expected after the test", low=0),
        Column("list_price", "number", "money per item", low=0),
        Column("discount", "share", "of the list price, in the weeks with the test price"),
        Column("weeks", "count", "weeks of the test", low=2),
        Column("weeks_on", "count", "weeks of it at the discount", low=1),
        Column("worth", "number", "money per campaign that a better choice brings", low=0),
        Column("cost", "number", "profit forgone over the test, money; below 0 it earns"),
        Column("given_away", "number", "money given away in the test", low=0),
        Column("net", "number", "worth over a year's campaigns less the cost, money"),
    ),
)

TEST_CALENDAR = Table(
    "test_calendar",
    grain="product and week",
    key=("product_id", "week"),
    columns=(
        Column("product_id", "id"),
        Column("week", "date", "Monday of the week"),
        Column("price", "number", "money per item, two decimals", low=0),
        Column("list_price", "number", "money per item", low=0),
        Column("discount", "share", "of the list price; 0 in the weeks at list price"),
        Column("randomised", "count", "1: chance chose the week's price"),
    ),
)

BASELINES = Table(
    "baselines",
    grain="baseline",
    key=("name",),
    columns=(
        Column("name", "id", "no_promotion, uniform, last_year"),
        Column("discount", "share", "the uniform discount, where there is one", nullable=True),
        Column("profit", "number", "money, by the model"),
        Column("revenue", "number", "money, by the model"),
        Column("units", "number", "items, by the model"),
        Column("cost", "number", "money given away"),
    ),
)

CAMPAIGN = Table(
    "campaign",
    grain="product, segment and promotion",
    key=("product_id", "segment", "start"),
    columns=(
        Column("product_id", "id"),
        Column("name", "text"),
        Column("segment", "id"),
        Column("mechanic", "id", "how the discount is given; 'none' for no promotion"),
        Column("list_price", "number", "money per item", low=0),
        Column("discount", "share", "of the list price"),
        Column("shelf_price", "number", "money per item that its price tag says", low=0),
        Column("promotional_price", "number", "money per item for whom it reaches", low=0),
        Column("handed_over", "number", "points or gift per item, at selling price", low=0),
        Column("start", "date", "first day"),
        Column("end", "date", "last day"),
        Column("expected_units", "number", "items", low=0),
        Column("units_low", "number", "10 % point", low=0),
        Column("units_high", "number", "90 % point", low=0),
        Column("expected_cost", "number", "money given away", low=0),
    ),
)
