"""What moved prices and demand from outside: costs, competitors, weeks drawn by lot."""

from collections.abc import Mapping

import duckdb
import pandas as pd

from promo.domain import Dataset
from promo.ingest.engine import parquet
from promo.ingest.views.sales import everyone
from promo.tables import MARKET

# Each gives product, place, week, unit cost, competitor's price and the lot. A cost that never
# changes tells nothing of prices.
_FACTS: Mapping[str, str] = {
    "panel": """
        SELECT product_id, coalesce(place, {everyone}) AS place,
               date_trunc('week', week)::DATE AS week, avg(unit_cost) AS unit_cost,
               NULL::DOUBLE AS competitor_price, false AS randomised
        FROM {rows} SEMI JOIN (
            SELECT product_id FROM {rows} WHERE unit_cost > 0 GROUP BY product_id
            HAVING max(unit_cost) > 1.001 * min(unit_cost)
        ) USING (product_id) WHERE week IS NOT NULL AND unit_cost > 0 GROUP BY ALL""",
    "competitor_prices": """
        SELECT product_id, {everyone} AS place, date_trunc('week', time)::DATE AS week,
               NULL::DOUBLE AS unit_cost, avg(competitor_price) AS competitor_price,
               false AS randomised
        FROM {rows} WHERE time IS NOT NULL GROUP BY ALL""",
    "displays": """
        SELECT product_id, coalesce(place, {everyone}) AS place,
               date_trunc('week', week)::DATE AS week,
               NULL::DOUBLE AS unit_cost, NULL::DOUBLE AS competitor_price, true AS randomised
        FROM {rows} WHERE randomised AND week IS NOT NULL GROUP BY ALL""",
}
_MARKET = """
SELECT product_id, place, week::TIMESTAMP AS week, round(max(unit_cost), 6) AS unit_cost,
       round(max(competitor_price), 6) AS competitor_price, bool_or(randomised) AS randomised
FROM ({facts}) GROUP BY ALL ORDER BY product_id, place, week
"""


def market(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> pd.DataFrame:
    """The table `market` of a panel, empty where no file of the dataset knows anything of it."""
    facts = " UNION ALL ".join(
        f"({query.format(rows=parquet([dataset.tables[name]]), everyone=everyone())})"
        for name, query in _FACTS.items()
        if name in dataset.tables
    )
    if not facts:
        return MARKET.empty()
    found = connection.execute(_MARKET.format(facts=facts)).df()
    return found.astype(MARKET.empty().dtypes.to_dict())
