"""What the features share, each computed once: the activity, its sales and its visits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import narwhals.stable.v2 as nw
from narwhals.stable.v2 import col

from promo.errors import NotEnoughData
from promo.ingest.features.activity import activity, count, whole, with_visits
from promo.ingest.features.seam import Frame

SALES_SUMS = (
    "purchases", "bought", "returned", "revenue_cents", "priced_units", "paid_cents", "full_cents",
)  # fmt: skip


@dataclass(frozen=True)
class Shop:
    """One shop's tables as seen at the end of the day `cutoff` (days since 1970)."""

    tables: Mapping[str, Frame]
    keep: Callable[[Frame], Frame]
    asked: int | None = None

    @cached_property
    def activity(self) -> Frame:
        """Everything that was done up to the cut-off; see `activity`."""
        found = activity(self.tables)
        return found if self.asked is None else found.filter(col("day") <= self.asked)

    @cached_property
    def steps(self) -> Frame:
        """The steps of visits, each with its session."""
        found = self.activity.filter(col("step"))
        lacking = col("session_id").is_null() & ~col("customer_id").is_null()
        if _single(found.filter(lacking).select(nw.len())):
            return with_visits(found, lacking, self.keep)
        return found

    @cached_property
    def cutoff(self) -> int:
        """The last day that is looked at.

        Raises:
            NotEnoughData: nothing happened up to then.
        """
        # The activity is not read once more for this: both of these are kept and small.
        last = [_single(frame.select(col("day").max())) for frame in (self.visits, self.sales)]
        known = [day for day in last if day is not None]
        if not known:
            raise NotEnoughData(what="steps", need=1, have=0)
        return max(known) if self.asked is None else self.asked

    @cached_property
    def sales(self) -> Frame:
        """What was sold and returned, one row per line."""
        found = self.activity.filter(col("sold")).select(
            "customer_id", "product_id", "category", "brand", "basket", "day", "units",
            "cents", "list_cents",
        )  # fmt: skip
        return self.keep(found)

    @cached_property
    def weekly(self) -> Frame:
        """Product x week, in sums; a week is the day of its Monday."""
        seen = self.activity.filter(
            ((col("kind") == "view") | (col("kind") == "cart")) & ~col("product_id").is_null()
        ).with_columns(week=_monday()).group_by("product_id", "week").agg(
            views=count(col("kind") == "view"), carts=count(col("kind") == "cart")
        )  # fmt: skip
        units, priced = col("units"), (col("units") > 0) & ~col("cents").is_null()
        sold = self.sales.with_columns(week=_monday()).group_by(
            "product_id", "week", "customer_id"
        ).agg(
            purchases=count(units > 0), bought=whole(nw.when(units > 0).then(units)),
            returned=whole(nw.when(units < 0).then(-units)), revenue_cents=whole(col("cents")),
            priced_units=whole(nw.when(priced).then(units)),
            paid_cents=whole(nw.when(priced).then(col("cents"))),
            full_cents=whole(nw.when(priced).then(col("list_cents"))),
        ).with_columns(
            buyers=nw.when((col("purchases") > 0) & ~col("customer_id").is_null()).then(1)
        ).group_by("product_id", "week").agg(
            *(whole(col(name)) for name in SALES_SUMS), buyers=whole(col("buyers"))
        )  # fmt: skip
        names = ("views", "carts", *SALES_SUMS, "buyers")
        parts = [_with(part, names) for part in (seen, sold)]
        both = nw.concat(parts, how="vertical").group_by("product_id", "week")
        return self.keep(both.agg(*(whole(col(name)) for name in names)))

    @cached_property
    def visits(self) -> Frame:
        """Steps by customer, session and day; a visit over midnight has two rows."""
        hour, bought = col("hour"), col("kind") == "purchase"
        found = self.steps.group_by("customer_id", "session_id", "day").agg(
            first=col("at").min(), last=col("at").max(), steps=nw.len(),
            views=count(col("kind") == "view"), carts=count(col("kind") == "cart"),
            purchases=count(bought), searches=count(col("kind") == "search"),
            value_cents=whole(nw.when(bought).then(col("cents"))),
            night=count(hour < 6), morning=count((hour >= 6) & (hour < 12)),
            afternoon=count((hour >= 12) & (hour < 18)), evening=count(hour >= 18),
        )  # fmt: skip
        return self.keep(found)

    @cached_property
    def sessions(self) -> Frame:
        """Visits whole; what nobody did and no session held together is none."""
        known = ~(col("session_id").is_null() & col("customer_id").is_null())
        return self.keep(self.visits.filter(known).group_by("customer_id", "session_id").agg(
            start=col("first").min(), seconds=col("last").max() - col("first").min(),
            steps=whole(col("steps")), views=whole(col("views")), carts=whole(col("carts")),
            purchases=whole(col("purchases")), value_cents=whole(col("value_cents")),
        ))  # fmt: skip


def _single(frame: Frame) -> int | None:
    ((value,),) = frame.collect("pyarrow").rows()
    return None if value is None else int(value)


def _monday() -> nw.Expr:
    return col("day") - (col("day") + 3) % 7


def _with(frame: Frame, sums: Sequence[str]) -> Frame:
    """The frame with all of the sums; 0 where it has none of its own."""
    known = frame.collect_schema().names()
    return frame.select(
        "product_id",
        "week",
        **{
            name: (col(name).fill_null(0) if name in known else nw.lit(0)).cast(nw.Int64)
            for name in sums
        },
    )
