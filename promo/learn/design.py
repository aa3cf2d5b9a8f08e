"""From a panel to the regressors of demand: deal, flags, last week's deal, the rivals' deals."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from promo.domain import EVERYONE, Panel
from promo.errors import NotEnoughData
from promo.learn.effects import Flags, Floats, Ints, codes, group_sum

PROMOTED_FROM = 0.03
"""A week counts as promoted from this discount on; below it prices differ by rounding and mix."""
SOLD_OUT_BELOW = 0.95
"""Weeks with less time on the shelf than this are censored and left out."""
WEEK = np.timedelta64(7, "D")
NEAR = 6
"""Weeks around a promotion that its demand shock is looked for in; a shock of memory 0.6 has then
decayed to a twentieth."""


@dataclass(frozen=True, eq=False)
class Design:
    """One row per product, place and week that can teach something, sorted in that order.

    Attributes:
        start: first week of the panel.
        products: sorted product ids; `product` holds positions in it.
        categories: sorted category ids; `category_of` gives each product's, `category` each row's.
        series: product x place of each row.
        week: weeks since the first week of the panel.
        units: items sold.
        deal: log of price over list price (over the usual price where no list price ever differs).
        common: shape (n, k), the regressors of `names`, which share one coefficient over products.
        ahead, behind: shape (n, NEAR), whether the series was promoted 1, 2, ... weeks later and
            earlier, sold out or not; `ahead` only by somebody's choice.
        random: whether the week's price was drawn by lot.
        cost: log unit cost of the week, NaN where it is not known to change.
        by_sales: whether prices are known only of weeks in which something was sold.
        place_of: shape (series,), number of each series' place.
        deals: shape (series, weeks), the deal of every week, sold out or not; 0 without a row.
    """

    start: pd.Timestamp
    products: "pd.Index[str]"
    categories: "pd.Index[str]"
    category_of: Ints
    product: Ints
    series: Ints
    week: Ints
    units: Floats
    deal: Floats
    common: Floats
    names: tuple[str, ...]
    ahead: Floats
    behind: Floats
    random: Flags
    cost: Floats
    by_sales: bool
    place_of: Ints
    deals: Floats

    def where(self, keep: Flags) -> "Design":
        """The design of these rows only; products, categories and start stay."""
        rows = ("product", "series", "week", "units", "deal", "common", "ahead", "behind",
                "random", "cost")  # fmt: skip
        return replace(self, **{name: getattr(self, name)[keep] for name in rows})

    def before(self, week: int) -> "Design":
        """What was known at the start of `week`: neither its rows nor its promotions."""
        known = self.where(self.week < week)
        later = known.week[:, None] + np.arange(1, NEAR + 1) >= week
        return replace(known, ahead=np.where(later, 0.0, known.ahead))

    def priced(self) -> "Design":
        """The rows whose price is known, not guessed."""
        return self.where(self.units > 0) if self.by_sales else self

    @property
    def discount(self) -> Floats:
        """Share off in each row, 0 where the price was at or above the list."""
        return np.asarray(np.clip(-np.expm1(self.deal), 0.0, 1.0))

    @property
    def chosen(self) -> Floats:
        """1 where the row was promoted and somebody chose that, else 0."""
        return np.where(self.random, 0.0, self.common[:, self.names.index("lift")])

    @property
    def category(self) -> Ints:
        """Category of each row."""
        return self.category_of[self.product]

    @property
    def weeks(self) -> int:
        """Length of the history in weeks, gaps included."""
        return int(self.week.max()) + 1


COMMON = ("lift", "feature", "display", "list_price", "pull_forward", "cross", "competitor")
LEVELS = ("list_price", "competitor")
"""Regressors that are the log of a price: only their changes mean anything."""


def collapse_segments(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with all segments of a product, place and week added up, prices by items sold."""
    if not rows.duplicated(["product_id", "place", "week"]).any():
        return rows.sort_values(["product_id", "place", "week"], ignore_index=True)
    weight = rows["units"] + 1e-9  # where nothing was sold, every segment's price counts the same
    means = ["price", "list_price", "feature", "display", "in_stock"]
    sums = rows[["product_id", "place", "week", "units"]].assign(
        _weight=weight, **{name: rows[name] * weight for name in means}
    )
    summed = sums.groupby(["product_id", "place", "week"], sort=True, as_index=False).sum()
    for name in means:
        summed[name] = summed[name] / summed["_weight"]
    return summed.drop(columns="_weight").assign(segment=EVERYONE)


def build(panel: Panel) -> Design:
    """The design of `panel`.

    The lagged deal is that of exactly the week before; a series without a row there had none. The
    rivals' deal is the plain mean over the other products of the category in the same place and
    week, 0 where there are none. Both are taken before censored weeks are left out.

    Raises:
        NotEnoughData: when no row has a price, sold anything or was in stock.
    """
    rows = collapse_segments(panel.rows)
    rows = rows.loc[(rows["price"] > 0) & (rows["list_price"] > 0)]
    if rows.empty:
        raise NotEnoughData(what="prices", need=1, have=0)
    if not (rows["units"] > 0).any():
        raise NotEnoughData(what="items", need=1, have=0)
    products = pd.Index(np.sort(rows["product_id"].unique()), name="product_id")
    by_product = panel.products.set_index("product_id")["category"]
    category_of, categories = pd.factorize(
        by_product.reindex(products).fillna(EVERYONE).to_numpy(), sort=True
    )
    product = products.get_indexer(rows["product_id"]).astype(np.int64)
    series = codes(rows["product_id"], rows["place"])
    week = ((rows["week"] - rows["week"].min()).to_numpy() // WEEK).astype(np.int64)
    deal = _deal(rows, series)
    rivals = _rivals(deal, codes(pd.Series(category_of[product]), rows["place"], rows["week"]))
    cost, competitor, random = _outside(rows, panel.market, series)
    common = np.column_stack([
        np.where(np.exp(deal) <= 1 - PROMOTED_FROM, 1.0, 0.0),
        rows["feature"], rows["display"], np.log(rows["list_price"]),
        _week_before(deal, series, week), rivals, competitor,
    ]).astype(np.float64)  # fmt: skip
    sold = (rows["in_stock"] >= SOLD_OUT_BELOW).to_numpy()
    if not sold.any():
        raise NotEnoughData(what="weeks_in_stock", need=1, have=0)
    promoted = common[:, 0]
    deals = np.zeros((int(series.max()) + 1, int(week.max()) + 1))
    deals[series, week] = deal
    place_of = np.zeros(len(deals), dtype=np.int64)
    place_of[series] = codes(rows["place"])
    ahead = _around(np.where(random, 0.0, promoted), series, week, 1)
    behind = _around(promoted, series, week, -1)
    return Design(
        pd.Timestamp(rows["week"].min()), products, pd.Index(categories),
        category_of.astype(np.int64), product, series, week, rows["units"].to_numpy(), deal,
        common, COMMON, ahead, behind, random, cost, panel.by_sales, place_of, deals,
    ).where(sold)  # fmt: skip


def _outside(
    rows: pd.DataFrame, market: pd.DataFrame, series: Ints
) -> tuple[Floats, Floats, Flags]:
    """Log cost (NaN where unknown), log competitors' price and the lot of each row.

    Between two sightings a price stays what it was; 0 where a series was never seen.
    """
    if market.empty:
        return np.full(len(rows), np.nan), np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    here = rows[["product_id", "place", "week"]]
    everywhere = market[market["place"] == EVERYONE].drop(columns="place")
    own = here.merge(market, "left", on=["product_id", "place", "week"])
    wide = here.merge(everywhere, "left", on=["product_id", "week"])
    names = ["unit_cost", "competitor_price"]
    prices = own[names].fillna(wide[names])
    logs = pd.DataFrame({name: np.log(values.where(values > 0)) for name, values in prices.items()})
    kept = logs.groupby(series).ffill()
    kept = kept.fillna(kept.groupby(series).bfill())
    return (
        kept["unit_cost"].to_numpy(),
        kept["competitor_price"].fillna(0.0).to_numpy(),
        (own["randomised"].eq(True) | wide["randomised"].eq(True)).to_numpy(),
    )


def _around(promoted: Floats, series: Ints, week: Ints, towards: int) -> Floats:
    """Whether the same series was promoted 1 to `NEAR` weeks later (or earlier, -1); (n, NEAR)."""
    grid = np.zeros((int(series.max()) + 1, int(week.max()) + 1 + 2 * NEAR))
    grid[series, week + NEAR] = promoted
    steps = towards * np.arange(1, NEAR + 1)
    return np.column_stack([grid[series, week + NEAR + step] for step in steps])


def _deal(rows: pd.DataFrame, series: Ints) -> Floats:
    """Log of price over list price, or over the series' usual price where lists say nothing."""
    price = np.log(rows["price"].to_numpy())
    deal = price - np.log(rows["list_price"].to_numpy())
    if np.abs(deal).max(initial=0.0) > -np.log1p(-PROMOTED_FROM):
        return np.asarray(deal)
    usual = pd.Series(price).groupby(series).transform("median").to_numpy()
    return np.asarray(price - usual)


def _rivals(deal: Floats, market: Ints) -> Floats:
    groups = int(market.max()) + 1
    others = group_sum(market, np.ones(len(deal)), groups)[market] - 1
    rest = group_sum(market, deal, groups)[market] - deal
    return np.divide(rest, others, out=np.zeros(len(deal)), where=others > 0)


def _week_before(deal: Floats, series: Ints, week: Ints) -> Floats:
    """Deal of the same series one week earlier; rows are sorted by series and week."""
    before = np.zeros(len(deal))
    follows = (series[1:] == series[:-1]) & (week[1:] == week[:-1] + 1)
    before[1:][follows] = deal[:-1][follows]
    return before
