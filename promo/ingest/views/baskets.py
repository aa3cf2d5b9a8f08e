# ruff: noqa: S608 # SQL is made of our own names and numbers only
"""What is bought together: pairs of products and the baskets that hold both."""

from promo.domain import Baskets, Dataset
from promo.errors import NotEnoughData
from promo.ingest.engine import engine
from promo.ingest.views.panels import typed
from promo.ingest.views.sales import view_sales
from promo.tables import BASKETS

WIDEST = 100
"""Products of a basket beyond which it is a shop's own order and says nothing of what goes with
what; its pairs would outnumber those of thousands of customers."""

MOST_PRODUCTS = 3_000
"""Products that are looked at, those in most baskets: the others hardly meet."""

# Purchases without an order's name are in the basket of their day, which is one of somebody's only
# where the customer is known.
_BOUGHT = f"""
CREATE TABLE bought AS
SELECT basket, product_id FROM (
    SELECT DISTINCT hash(customer_id, basket) AS basket, product_id FROM sales
    WHERE units > 0 AND (customer_id IS NOT NULL OR basket <> strftime(moment, '%Y-%m-%d'))
) QUALIFY count(*) OVER (PARTITION BY basket) <= {WIDEST}
"""
_OFTEN = f"""
CREATE TABLE often AS
SELECT row_number() OVER (ORDER BY product_id)::INTEGER AS number, product_id, baskets FROM (
    SELECT product_id, count(*) AS baskets FROM bought GROUP BY product_id
    HAVING count(*) >= {Baskets.LEAST} ORDER BY count(*) DESC, product_id LIMIT {MOST_PRODUCTS}
)
"""
_PAIRS = f"""
WITH numbered AS (SELECT basket, number FROM bought JOIN often USING (product_id)),
pairs AS (
    SELECT one.number AS one, other.number AS other, count(*) AS together
    FROM numbered AS one JOIN numbered AS other
        ON one.basket = other.basket AND one.number < other.number
    GROUP BY ALL HAVING count(*) >= {Baskets.LEAST}
)
SELECT one.product_id, other.product_id AS other_id, together, one.baskets,
       other.baskets AS other_baskets
FROM pairs JOIN often AS one ON one.number = pairs.one
JOIN often AS other ON other.number = pairs.other ORDER BY pairs.one, pairs.other
"""


def baskets(dataset: Dataset) -> Baskets:
    """The pairs of products that orders or purchases hold together; none without either.

    A basket is an order; without its name what a customer bought in a session or on a day.
    """
    with engine(*(path.parent for path in dataset.tables.values())) as connection:
        try:
            view_sales(connection, dataset)
        except NotEnoughData:
            return Baskets(BASKETS.empty())
        connection.execute(_BOUGHT)
        connection.execute(_OFTEN)
        rows = connection.execute(_PAIRS).df()
        ((total,),) = connection.execute("SELECT count(DISTINCT basket) FROM bought").fetchall()
    return Baskets(typed(rows, BASKETS), int(total))
