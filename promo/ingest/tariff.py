"""Prices that fall with the quantity bought: a tariff for large orders, not a promotion.

Averaged over the items of a week, a tariff looks like a discount that multiplies sales: one large
order is both the low price and the many items. On 219 days of a wholesaler's orders it made 5 % off
promise nearly twice the profit. So every line is held against what its own quantity usually costs.
"""

import duckdb

_TIERED = """
SELECT coalesce(avg((dearest > 1.03)::INTEGER) > 1 / 3
    AND avg((coalesce(tie, 0) < 0)::INTEGER) FILTER (WHERE dearest > 1.03) > 2 / 3, false)
FROM (
    SELECT max(price) / min(price) AS dearest, corr(units, price) AS tie
    FROM lines WHERE units > 0 AND price > 0 AND list_price IS NULL
    GROUP BY product_id, place, week HAVING count(*) > 1
)
"""
# A step of the tariff is a doubling of the quantity. What it usually costs is the lower quartile of
# the weeks of a quarter: several prices side by side are no promotion of the lower one, and a
# promoted week with many lines counts as one week. Quarters are counted back from the end, so that
# the short one is the oldest. A week's discount is that of its middle line, because one large order
# must not speak for a week.
_USUAL = """
CREATE TABLE usual AS
WITH steps AS (
    SELECT rowid AS line, product_id, place, week, price, list_price,
           floor(log2(greatest(units, 1))) AS step,
           (max(week) OVER () - week) // 91 AS quarter
    FROM lines WHERE units > 0 AND price > 0
), weekly AS (
    SELECT product_id, place, step, quarter, quantile_disc(price, 0.25) AS price
    FROM steps GROUP BY product_id, place, step, quarter, week
), quarterly AS (
    SELECT product_id, place, step, quarter, quantile_disc(price, 0.25) AS usual
    FROM weekly GROUP BY ALL
), held AS (
    SELECT line, product_id, place, week, price, coalesce(list_price, usual) AS regular
    FROM steps JOIN quarterly USING (product_id, place, step, quarter)
), typical AS (
    SELECT product_id, place, week, quantile_disc(least(price / regular, 1), 0.5) AS paid
    FROM held GROUP BY ALL
)
SELECT line, regular, paid FROM held JOIN typical USING (product_id, place, week)
"""
_HELD_AGAINST_IT = """
UPDATE lines SET list_price = regular, price = regular * paid
FROM usual WHERE usual.line = lines.rowid
"""


def price_by_quantity(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the table `lines` has a tariff; its lines then get the list price of their quantity.

    There is one when prices of the same product, place and week differ in a third of the weeks that
    have several lines, and in two thirds of these the larger quantity is the cheaper one.
    """
    ((tiered,),) = connection.execute(_TIERED).fetchall()
    if tiered:
        connection.execute(_USUAL)
        connection.execute(_HELD_AGAINST_IT)
    return bool(tiered)
