# ruff: noqa: S608 # SQL is made of our own names and numbers only
"""Prices that fall with the quantity bought: a tariff for large orders, not a promotion.

Averaged over the items of a week, a tariff looks like a discount that multiplies sales: one large
order is both the low price and the many items. On 219 days of a wholesaler's orders it made 5 % off
promise nearly twice the profit. So every line is held against what its own quantity usually costs.
"""

import duckdb

QUARTER = 91
"""Days."""

FEW_LINES = 5
"""Lines below which a week's middle one is a single buyer's price and no promotion."""

FEW_WEEKS = 5
"""Weeks below which a quarter says nothing of what a quantity usually costs."""

_TIERED = """
SELECT coalesce(avg((dearest > 1.03)::INTEGER) > 1 / 3
    AND avg((coalesce(tie, 0) < 0)::INTEGER) FILTER (WHERE dearest > 1.03) > 2 / 3, false)
FROM (
    SELECT max(price) / min(price) AS dearest, corr(units, price) AS tie
    FROM lines WHERE units > 0 AND price > 0 AND list_price IS NULL
    GROUP BY product_id, place, week HAVING count(*) > 1
)
"""
# A step of the tariff is a doubling of the quantity. What it usually costs is the lower quartile,
# over the weeks of a quarter, of each week's lower price: a price that a quarter of the weeks have
# beside dearer ones belongs to the tariff, and a promoted week with many lines counts as one.
# Quarters are counted back from the end and the oldest takes the rest; a step seen in few weeks of
# a quarter is looked at over the whole history. A week's discount is that of its middle line,
# because one large order must not speak for a week. The list price is one number, because the mix
# of steps must not look like a change of price.
_USUAL = f"""
CREATE TABLE usual AS
WITH unlisted AS (
    SELECT rowid AS line, *, max(week) OVER () - week AS age,
           (max(week) OVER () - min(week) OVER () + 7) // {QUARTER} AS quarters
    FROM lines WHERE units > 0 AND price > 0 AND list_price IS NULL
), steps AS (
    SELECT line, product_id, place, week, price, floor(log2(greatest(units, 1))) AS step,
           least(age // {QUARTER}, greatest(quarters - 1, 0)) AS quarter
    FROM unlisted
), weekly AS (
    SELECT product_id, place, step, quarter, quantile_disc(price, 0.25) AS price
    FROM steps GROUP BY product_id, place, step, quarter, week
), quarterly AS (
    SELECT product_id, place, step, quarter, quantile_disc(price, 0.25) AS usual
    FROM weekly GROUP BY ALL HAVING count(*) >= {FEW_WEEKS}
), always AS (
    SELECT product_id, place, step, quantile_disc(price, 0.25) AS usual FROM weekly GROUP BY ALL
), held AS (
    SELECT steps.*, least(price / coalesce(quarterly.usual, always.usual), 1) AS paid
    FROM steps JOIN always USING (product_id, place, step)
    LEFT JOIN quarterly USING (product_id, place, step, quarter)
), typical AS (
    SELECT product_id, place, week,
           CASE WHEN count(*) >= {FEW_LINES} THEN quantile_disc(paid, 0.5) ELSE 1 END AS paid
    FROM held GROUP BY ALL
), listed AS (
    SELECT product_id, place, quantile_disc(price / paid, 0.5) AS regular
    FROM held SEMI JOIN (
        SELECT product_id, place, min(quarter) AS quarter FROM held GROUP BY ALL
    ) AS latest USING (product_id, place, quarter)
    GROUP BY ALL
)
SELECT line, regular, typical.paid
FROM held JOIN typical USING (product_id, place, week) JOIN listed USING (product_id, place)
"""
_HELD_AGAINST_IT = """
UPDATE lines SET list_price = regular, price = regular * paid
FROM usual WHERE usual.line = lines.rowid
"""


def price_by_quantity(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the table `lines` has a tariff; lines without a list price are then held against it.

    Their list price becomes the product's, their price what the week's middle line paid of it.

    There is one when prices of the same product, place and week differ in a third of the weeks that
    have several lines, and in two thirds of these the larger quantity is the cheaper one.
    """
    ((tiered,),) = connection.execute(_TIERED).fetchall()
    if tiered:
        connection.execute(_USUAL)
        connection.execute(_HELD_AGAINST_IT)
    return bool(tiered)
