"""Features of customers: who they are, their visits, their first and later purchases."""

import narwhals.stable.v2 as nw
from narwhals.stable.v2 import col

from promo.ingest.features.activity import count, div, filled, ratio, whole
from promo.ingest.features.seam import Frame
from promo.ingest.features.shop import Shop

_TOLD = ("age", "gender", "region")
_HOURS = ("night", "morning", "afternoon", "evening")
_COUNTS = ("steps", "views", "carts", "searches")


def customers(shop: Shop) -> Frame:
    """Customers as seen at the end of the cut-off day; nothing later is looked at.

    Days count back from the cut-off day: `recency` from the last purchase, `tenure` from the
    first. `spend_cents` is net of returns, all other money is of purchases at a known price.
    """
    parts = [_habits(shop), _stay(shop), _purchases(shop)]
    parts += [_favourite(shop, "category"), _favourite(shop, "brand")]
    if "users" in shop.tables:
        users = filled(shop.tables["users"], dict.fromkeys(_TOLD, nw.String))
        parts.append(users.select("customer_id", *_TOLD))
    found = _everybody(shop)
    for part in parts:
        found = found.join(part, on="customer_id", how="left")
    return found


def _everybody(shop: Shop) -> Frame:
    both = [frame.select("customer_id") for frame in (shop.visits, shop.sales)]
    found = nw.concat(both, how="vertical").filter(~col("customer_id").is_null())
    return found.group_by("customer_id").agg(rows=nw.len()).drop("rows")


def _habits(shop: Shop) -> Frame:
    """When somebody comes: active days, share of steps by time of day and at weekends."""
    sums = (*_COUNTS, *_HOURS)
    days = shop.visits.group_by("customer_id", "day").agg(*(whole(col(name)) for name in sums))
    weekend = (col("day") + 3) % 7 >= 5  # `dt.weekday` of narwhals says 0 on Spark's Sundays
    found = days.group_by("customer_id").agg(
        *(whole(col(name)) for name in sums), active_days=nw.len().cast(nw.Int64),
        weekend=whole(nw.when(weekend).then(col("steps"))),
    )  # fmt: skip
    shares = {f"{name}_share": ratio(col(name), col("steps")) for name in (*_HOURS, "weekend")}
    weekend_share = ratio(col("weekend").fill_null(0), col("steps"))
    return found.with_columns(**{**shares, "weekend_share": weekend_share}).select(
        "customer_id", "active_days", *_COUNTS, *shares
    )


def _stay(shop: Shop) -> Frame:
    return shop.sessions.group_by("customer_id").agg(
        sessions=nw.len().cast(nw.Int64), dwell_seconds=whole(col("seconds"))
    )


def _purchases(shop: Shop) -> Frame:
    units, priced = col("units"), (col("units") > 0) & ~col("cents").is_null()
    bought = nw.when(units > 0)
    # By basket first, so that no engine has to count what is distinct.
    baskets = shop.sales.group_by("customer_id", "basket").agg(
        first=bought.then(col("day")).min(), last=bought.then(col("day")).max(),
        spend_cents=whole(col("cents")), lines=count(units > 0), bought=whole(bought.then(units)),
        returned=whole(nw.when(units < 0).then(-units)),
        priced_units=whole(nw.when(priced).then(units)),
        paid=whole(nw.when(priced).then(col("cents"))),
        full=whole(nw.when(priced).then(col("list_cents"))),
        cheaper=whole(nw.when(priced & (col("cents") < col("list_cents"))).then(units)),
    )  # fmt: skip
    sums = ("spend_cents", "bought", "returned", "priced_units", "paid", "full", "cheaper")
    found = baskets.group_by("customer_id").agg(
        *(whole(col(name)) for name in sums), orders=count(col("lines") > 0),
        first=col("first").min(), last=col("last").max(),
    )  # fmt: skip
    return found.select(
        "customer_id", "orders", "spend_cents", "bought", "returned",
        recency=shop.cutoff - col("last"), tenure=shop.cutoff - col("first"),
        mean_price=ratio(col("paid"), col("priced_units")) / 100,
        discount=1 - ratio(col("paid"), col("full")),
        discount_affinity=ratio(col("cheaper").fill_null(0), col("priced_units")),
        basket_size=ratio(col("bought"), col("orders")),
        return_rate=ratio(col("returned").fill_null(0), col("bought")),
    )  # fmt: skip


def _favourite(shop: Shop, what: str) -> Frame:
    """What most of somebody's items are of, the first by name among equals, and their share."""
    lines = shop.sales.filter((col("units") > 0) & ~col(what).is_null())
    each = lines.group_by("customer_id", what).agg(units=whole(col("units")))
    each = each.with_columns(
        most=col("units").max().over("customer_id"), all=col("units").sum().over("customer_id")
    )
    best = each.filter(col("units") == col("most")).group_by("customer_id").agg(
        col(what).min(), col("units").max(), col("all").max()
    )  # fmt: skip
    share = ratio(col("units"), col("all").cast(nw.Int64))
    return best.select("customer_id", col(what), share.alias(f"{what}_share"))


def cohorts(shop: Shop) -> Frame:
    """Month of the first purchase x months later: customers who bought again, and revenue."""
    known = _with_month(shop.sales.filter(~col("customer_id").is_null()))
    monthly = known.group_by("customer_id", "month").agg(
        lines=count(col("units") > 0), revenue_cents=whole(col("cents"))
    )
    monthly = monthly.with_columns(
        first=nw.when(col("lines") > 0).then(col("month")).min().over("customer_id")
    )
    # Returns of what was bought before the data begins belong to no cohort.
    later = monthly.filter(col("month") >= col("first"))
    return (
        later.with_columns(months_later=col("month") - col("first"))
        .group_by("first", "months_later")
        .agg(customers=count(col("lines") > 0), revenue_cents=whole(col("revenue_cents")))
        .select("months_later", "customers", "revenue_cents", month=_first_day(col("first")))
        .sort("month", "months_later")
    )


def _with_month(frame: Frame) -> Frame:
    """The frame with `month`: months since March of year 0.

    A year that begins in March has its odd day at the end. Step by step, because an expression
    that holds another several times over is written out and computed as often.
    """
    days = frame.group_by("day").agg(rows=nw.len()).with_columns(since=col("day") + 719_468)
    days = days.with_columns(left=col("since") % 146_097)
    left = col("left")
    leaps = left - div(left, 1_460) + div(left, 36_524) - div(left, 146_096)
    days = days.with_columns(year=div(leaps, 365))
    year = col("year")
    days = days.with_columns(left=left - (365 * year + div(year, 4) - div(year, 100)))
    whole_years = year + div(col("since"), 146_097) * 400
    days = days.select("day", month=whole_years * 12 + div(5 * left + 2, 153))
    return frame.join(days, on="day", how="left")


def _first_day(month: nw.Expr) -> nw.Expr:
    """The day on which such a month begins."""
    year = div(month, 12)
    leaps = div(year, 4) - div(year, 100) + div(year, 400)
    return 365 * year + leaps + div(153 * (month % 12) + 2, 5) - 719_468
