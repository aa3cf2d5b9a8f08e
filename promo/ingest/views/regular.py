"""The regular price of a product where no file gives a list price.

References:
    Eichenbaum, M., Jaimovich, N., Rebelo, S. (2011). Reference prices, costs, and nominal
    rigidities. American Economic Review 101(1), 234-262. Their reference price is the one most
    often seen within a calendar quarter. A quarter that begins with a promotion would make the
    promotion's price the regular one, so we look back over the last 13 weeks instead.
"""

# Two steps: a promoted week with many lines must count as one week, not as many. A product's
# first 13 weeks, which have less behind them, are looked at as a whole.
REFERENCE = """
CREATE TABLE reference AS
WITH seen AS (
    SELECT product_id, place, week, round(price, 2) AS price, count(*) AS lines
    FROM {prices} SEMI JOIN (SELECT product_id, place FROM {prices} WHERE list_price IS NULL)
        AS unlisted USING (product_id, place)
    WHERE price IS NOT NULL GROUP BY ALL
), weekly AS (
    SELECT product_id, place, week, price FROM seen
    QUALIFY row_number() OVER (PARTITION BY product_id, place, week ORDER BY lines DESC, price DESC)
            = 1
), windows AS (
    SELECT product_id, place, week,
           greatest(week - 84, min(week) OVER (PARTITION BY product_id, place)) AS opens
    FROM weekly
), near AS (
    SELECT windows.product_id, windows.place, windows.week, weekly.price, count(*) AS weeks
    FROM windows JOIN weekly ON weekly.product_id = windows.product_id
        AND weekly.place = windows.place
        AND weekly.week >= windows.opens AND weekly.week <= windows.opens + 84
    GROUP BY ALL
)
SELECT product_id, place, week,
       CASE WHEN max(weeks) > 1 THEN first(price ORDER BY weeks DESC, price DESC)
            ELSE quantile_disc(price, 0.75) END AS regular
FROM near GROUP BY ALL
"""
"""SQL of the table `reference`: one row per product, place and week with a price, made from
`{prices}`. `regular` is the price of most weeks among the last 13, the higher one where two tie,
and the upper quartile where no price was seen twice."""
