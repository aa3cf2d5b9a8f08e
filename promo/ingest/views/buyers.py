"""Who bought: recency, frequency and money of every customer, as seen on one day."""

import pandas as pd

from promo.domain import EVERYONE, Customers, Dataset
from promo.errors import NotEnoughData
from promo.ingest.engine import engine
from promo.ingest.views.panels import typed
from promo.ingest.views.sales import view_sales
from promo.tables import CUSTOMERS

_RFM = """
SELECT customer_id,
       epoch($as_of::TIMESTAMP - max(moment) FILTER (WHERE units > 0)) / 86400 AS recency,
       count(DISTINCT basket) FILTER (WHERE units > 0) AS orders,
       round(fsum(units * price), 6) AS spend,
       epoch($as_of::TIMESTAMP - min(moment) FILTER (WHERE units > 0)) / 86400 AS tenure
FROM sales WHERE customer_id IS NOT NULL AND moment <= $as_of::TIMESTAMP
GROUP BY customer_id HAVING count(*) FILTER (WHERE units > 0) > 0 ORDER BY customer_id
"""


def customers(dataset: Dataset, as_of: pd.Timestamp | None = None) -> Customers:
    """One row per customer who bought up to `as_of`, all in one segment.

    Args:
        dataset: with order lines or purchase events.
        as_of: nothing later is looked at; the end of the last day of sales when absent.

    Raises:
        NotEnoughData: no sale names a customer.
    """
    with engine(*(path.parent for path in dataset.tables.values()), threads=1) as connection:
        view_sales(connection, dataset)
        if as_of is None:
            ((last,),) = connection.execute("SELECT max(moment)::DATE + 1 FROM sales").fetchall()
            if last is None:
                raise NotEnoughData(what="customers", need=1, have=0)
            as_of = pd.Timestamp(last)
        rows = connection.execute(_RFM, {"as_of": as_of.to_pydatetime()}).df()
    if rows.empty:
        raise NotEnoughData(what="customers", need=1, have=0)
    return Customers(typed(rows.assign(segment=EVERYONE), CUSTOMERS), as_of)
