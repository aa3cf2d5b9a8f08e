"""The stage that every feature starts from: one row per thing that a customer did.

Made from events, order lines or both. With both, order lines say what was sold and events say what
was looked at: the purchases among the events remain steps of a visit and are not sold twice.

| column | meaning |
|---|---|
| `customer_id`, `product_id`, `session_id`, `category`, `brand`, `words` | text, may be null |
| `basket` | what was bought together, per customer: order, else visit, else day |
| `kind` | `view`, `search`, `cart`, `purchase`, `return` ... |
| `at`, `day`, `hour` | seconds and days since 1970, 0 to 23 |
| `units`, `cents`, `list_cents` | of what was sold: items (< 0 when returned), money of the line |
| `step`, `sold` | whether the row is a step of a visit, and whether it counts as a sale |
"""

from collections.abc import Callable, Mapping

import narwhals.stable.v2 as nw
from narwhals.stable.v2 import col, lit

from promo.ingest.features.seam import Frame

DAY, HOUR = 86_400, 3_600
_LARGEST = 2.0**53
GAP = 30 * 60
"""Seconds of silence after which a customer's next step begins another visit."""

MOMENT: Mapping[str, str] = {"events": "event_time", "orders": "order_time"}
"""The tables that tell what customers did, and the column that says when."""


def count(condition: nw.Expr) -> nw.Expr:
    """How many rows of a group meet a condition."""
    return nw.when(condition).then(1).count().cast(nw.Int64)


def whole(values: nw.Expr) -> nw.Expr:
    """The sum of whole numbers; without the cast DuckDB answers in 128 bits."""
    return values.sum().cast(nw.Int64)


def ratio(part: nw.Expr, of: nw.Expr) -> nw.Expr:
    """`part / of`, null where there is nothing to divide by; Spark would stop there."""
    return nw.when(of != 0).then(part / of)


def activity(tables: Mapping[str, Frame]) -> Frame:
    """The stage, lazily; `tables` has `events`, `orders` or both, moments as whole seconds."""
    parts = []
    if "events" in tables:
        parts.append(_from_events(tables["events"], sold="orders" not in tables))
    if "orders" in tables:
        parts.append(_from_orders(tables["orders"], step="events" not in tables))
    found = nw.concat(parts, how="vertical") if len(parts) > 1 else parts[0]
    return found.with_columns(hour=div(col("at") % DAY, HOUR))


def _from_events(events: Frame, *, sold: bool) -> Frame:
    has = filled(events, {
        "customer_id": nw.String, "session_id": nw.String, "order_id": nw.String,
        "category": nw.String, "brand": nw.String, "text": nw.String, "price": nw.Float64,
        "quantity": nw.Float64, "list_price": nw.Float64, "discount": nw.Float64,
    })  # fmt: skip
    kind, quantity = col("event_type"), col("quantity").fill_null(1).cast(nw.Int64)
    paid = nw.when(col("discount") < 1).then(col("price") / (1 - col("discount")))
    counts = ((kind == "purchase") | (kind == "return")) & ~col("product_id").is_null()
    day = div(col("event_time"), DAY)
    own_day = nw.when(~col("customer_id").is_null()).then(day.cast(nw.String))
    return has.with_columns(
        units=nw.when(counts).then(
            nw.when(kind == "return").then(-quantity.abs()).otherwise(quantity)
        ),
        basket=nw.coalesce(col("order_id"), col("session_id"), own_day),
        list_price=nw.coalesce(col("list_price"), paid, col("price")),
    ).select(
        "customer_id", "product_id", "session_id", "category", "brand", "basket", "units",
        words=nw.when(kind == "search").then(col("text")),
        kind=kind, at=col("event_time"), day=day,
        cents=_cents("price"), list_cents=_cents("list_price"),
        step=lit(True), sold=counts if sold else lit(False),
    )  # fmt: skip


def _from_orders(orders: Frame, *, step: bool) -> Frame:
    has = filled(orders, {
        "customer_id": nw.String, "category": nw.String, "brand": nw.String,
        "price": nw.Float64, "list_price": nw.Float64,
    })  # fmt: skip
    nothing = lit(None).cast(nw.String)
    return has.with_columns(
        units=col("quantity").cast(nw.Int64),
        list_price=nw.coalesce(col("list_price"), col("price")),
    ).select(
        "customer_id", "product_id", "category", "brand", "units",
        session_id=nothing, basket=col("order_id"), words=nothing,
        kind=nw.when(col("units") < 0).then(lit("return")).otherwise(lit("purchase")),
        at=col("order_time"), day=div(col("order_time"), DAY),
        cents=_cents("price"), list_cents=_cents("list_price"),
        step=lit(step), sold=lit(True),
    ).select(
        "customer_id", "product_id", "session_id", "category", "brand", "basket", "units",
        "words", "kind", "at", "day", "cents", "list_cents", "step", "sold",
    )  # fmt: skip


def _cents(price: str) -> nw.Expr:
    """Money of a line in whole cents, a half rounded away from zero on every engine."""
    return _exact((col("units") * col(price) * 100).round(0)).cast(nw.Int64)


def _exact(number: nw.Expr) -> nw.Expr:
    """The number where whole numbers are exact, else nothing; NaN is larger than any limit."""
    return nw.when(number.abs() < _LARGEST).then(number)


def div(number: nw.Expr, by: int) -> nw.Expr:
    """The whole part of a quotient of whole numbers that are not negative."""
    return (number // by).cast(nw.Int64)


def filled(frame: Frame, columns: Mapping[str, type[nw.String] | type[nw.Float64]]) -> Frame:
    """The frame with each of these columns, empty where a table made elsewhere leaves it out."""
    known = frame.collect_schema().names()
    found = {name: (col(name) if name in known else lit(None)).cast(kind)
             for name, kind in columns.items()}  # fmt: skip
    return frame.with_columns(
        **{name: _exact(found[name]) if kind is nw.Float64 else found[name]
           for name, kind in columns.items()}
    )  # fmt: skip


def with_visits(steps: Frame, lacking: nw.Expr, keep: Callable[[Frame], Frame]) -> Frame:
    """The same rows, those `lacking` a session given one: a visit ends after `GAP` of silence.

    Such rows have a customer (what nobody did has no visit) and are computed once: `keep`.
    """
    bare = steps.filter(lacking)
    # Two steps in one second have no order among themselves: as one moment they need none.
    at = bare.group_by("customer_id", "at").agg(steps=nw.len())
    before = col("at").shift(1).over("customer_id", order_by="at")
    begins = nw.when(before.is_null() | (col("at") - before > GAP)).then(1).otherwise(0)
    numbered = (
        at.with_columns(begins=begins)
        .with_columns(visit=col("begins").cum_sum().over("customer_id", order_by="at"))
        .select("customer_id", "at", "visit")
    )
    named = bare.drop("session_id").join(numbered, on=["customer_id", "at"], how="left")
    label = nw.concat_str([col("customer_id"), col("visit").cast(nw.String)], separator="#")
    columns = steps.collect_schema().names()
    named = keep(named.with_columns(session_id=label).select(columns))
    return nw.concat([steps.filter(~lacking), named], how="vertical")
