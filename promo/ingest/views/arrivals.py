# ruff: noqa: S608 # SQL is made of our own names and numbers only
"""Whom sales bring: customers in their first order, and customers back after a long pause."""

import pandas as pd

from promo.domain import Arrivals, Customers, Dataset, Panel
from promo.errors import NotEnoughData
from promo.ingest.engine import engine
from promo.ingest.views.panels import typed
from promo.ingest.views.sales import everyone, view_sales
from promo.tables import ARRIVALS

LONG = 0.8
"""Share of pauses up to which one is usual: four of five customers who come back have come by
then without being won."""

CERTAIN = 0.97
"""Share of pauses that a burn-in has to cover: who has not been seen for so long is taken for
somebody who was not here before."""

REDUCED = 0.97
"""Share of the list price up to which a line counts as promoted."""

# What a customer buys on one day is one order.
_ORDERS = """
CREATE TABLE orders AS
SELECT customer_id, moment::DATE AS day, count(DISTINCT product_id) AS products,
       day - lag(day) OVER (PARTITION BY customer_id ORDER BY day) AS pause
FROM sales WHERE customer_id IS NOT NULL AND units > 0 GROUP BY customer_id, day
"""
# All pauses of one customer weigh as much as those of another: a few who come daily would make a
# week a long time.
_PAUSES = f"""
WITH each AS (
    SELECT pause, 1 / count(*) OVER (PARTITION BY customer_id) AS weight
    FROM orders WHERE pause IS NOT NULL
), days AS (SELECT pause, fsum(weight) AS weight FROM each GROUP BY pause),
reached AS (
    SELECT pause, sum(weight) OVER (ORDER BY pause) / sum(weight) OVER () AS share FROM days
)
SELECT coalesce(min(pause) FILTER (WHERE share >= {LONG}), 0),
       coalesce(min(pause) FILTER (WHERE share >= {CERTAIN}), 0),
       coalesce((SELECT max(day) - min(day) + 1 FROM orders), 0)
FROM reached
"""
# The line's own list price knows best what was promoted, then the week of the panel.
_LINES = f"""
CREATE TABLE lines AS
SELECT customer_id, day, product_id, segment, promoted, units, pause,
       1 / products / count(*) OVER (PARTITION BY customer_id, day, product_id) AS part
FROM (
    SELECT sales.customer_id, moment::DATE AS day, sales.product_id,
           coalesce(segments.segment, {everyone()}) AS segment,
           coalesce(sales.price <= {REDUCED} * sales.list_price, weeks.promoted, false) AS promoted,
           sum(units) AS units
    FROM sales LEFT JOIN segments USING (customer_id)
    LEFT JOIN weeks ON weeks.product_id = sales.product_id
        AND weeks.place = coalesce(sales.place, {everyone()})
        AND weeks.week = date_trunc('week', moment)
    WHERE customer_id IS NOT NULL AND units > 0 AND moment >= $opens
    GROUP BY ALL
) JOIN orders USING (customer_id, day)
"""
_ARRIVALS = """
SELECT product_id, segment, promoted, sum(units)::DOUBLE AS items,
       round(fsum(part) FILTER (WHERE pause IS NULL), 9) AS new,
       round(fsum(part) FILTER (WHERE pause > $away), 9) AS back
FROM lines GROUP BY ALL ORDER BY ALL
"""
_LINE_SHARE = """
SELECT round(fsum(part * part) / fsum(part), 9) FROM lines WHERE pause IS NULL OR pause > $away
"""


def arrivals(
    dataset: Dataset, panel: Panel, segments: Customers | None = None,
    since: pd.Timestamp | None = None,
) -> Arrivals:  # fmt: skip
    """Customers who came for the first time or back, by product, segment and promotion.

    An order is what a customer buys on one day. Her first is new, one after a pause longer than
    `LONG` of all pauses is back; she is split evenly among its products, whatever the number of
    items: grams and pieces do not compare. At the start of a history everybody is new: its first
    days, as many as `CERTAIN` of all pauses last, are left out. Customers weigh the same in what
    pauses last, however often they came. Empty where no sale names a customer, where nobody came
    twice, or where what is left out is half of the history or more.

    Args:
        dataset: with order lines or purchase events.
        panel: says in which weeks a product was promoted where a line has no list price.
        segments: each customer's segment; who is not in it is in 'all'.
        since: when the segments were formed; what was bought before does not count.
    """
    with engine(*(path.parent for path in dataset.tables.values()), threads=1) as connection:
        try:
            view_sales(connection, dataset)
        except NotEnoughData:
            return Arrivals(ARRIVALS.empty())
        connection.execute(_ORDERS)
        ((away, burn_in, days),) = connection.execute(_PAUSES).fetchall()
        if not away or 2 * burn_in >= days:
            return Arrivals(ARRIVALS.empty(), away, burn_in)
        ((first,),) = connection.execute("SELECT min(day) FROM orders").fetchall()
        opens = max(pd.Timestamp(first) + pd.Timedelta(days=burn_in), since or pd.Timestamp(first))
        connection.register("segments", _segments(segments))
        connection.register("weeks", _weeks(panel))
        connection.execute(_LINES, {"opens": opens.to_pydatetime()})
        rows = connection.execute(_ARRIVALS, {"away": away}).df()
        ((share,),) = connection.execute(_LINE_SHARE, {"away": away}).fetchall()
    rows = rows.fillna({"new": 0.0, "back": 0.0})
    return Arrivals(typed(rows, ARRIVALS), away, burn_in, 1.0 if share is None else share)


def _segments(customers: Customers | None) -> pd.DataFrame:
    if customers is None:
        return pd.DataFrame({"customer_id": [], "segment": []}, dtype="str")
    return customers.rows[["customer_id", "segment"]]


def _weeks(panel: Panel) -> pd.DataFrame:
    """Whether a product was promoted in a place and week."""
    rows = panel.rows
    reduced = rows["price"] <= REDUCED * rows["list_price"]
    weeks = rows[["product_id", "place", "week"]].assign(promoted=reduced)
    return weeks.groupby(["product_id", "place", "week"])["promoted"].max().reset_index()
