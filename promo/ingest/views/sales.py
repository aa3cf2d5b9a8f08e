# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""One view of what was sold, whichever table it comes from: `sales`, one row per line."""

from collections.abc import Mapping

import duckdb

from promo.domain import EVERYONE, Dataset
from promo.errors import NotEnoughData
from promo.ingest.engine import parquet, text

_VIEWS: Mapping[str, str] = {
    # A return has a negative quantity whatever the file calls it.
    "orders": (
        "SELECT product_id, customer_id, order_id AS basket, order_time AS moment, "
        "quantity AS units, price, list_price, unit_cost, place, category, brand, "
        "description AS name "
        "FROM {rows}"
    ),
    "events": (
        "SELECT product_id, customer_id, "
        "coalesce(order_id, session_id, strftime(event_time, '%Y-%m-%d')) AS basket, "
        "event_time AS moment, CASE WHEN event_type = 'return' THEN -abs(coalesce(quantity, 1)) "
        "ELSE coalesce(quantity, 1) END AS units, "
        "price, coalesce(list_price, price / nullif(1 - discount, 0)) AS list_price, "
        "CAST(NULL AS DOUBLE) AS unit_cost, CAST(NULL AS VARCHAR) AS place, category, brand, "
        "CAST(NULL AS VARCHAR) AS name FROM {rows} "
        "WHERE event_type IN ('purchase', 'return') AND product_id IS NOT NULL"
    ),
}


SALES = ("panel", *_VIEWS)
"""The tables that can tell what was sold, the most telling first."""


def view_sales(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Create the view `sales` from order lines or, without them, from purchase events.

    Raises:
        NotEnoughData: the dataset has neither.
    """
    for table, query in _VIEWS.items():
        if table in dataset.tables:
            rows = parquet([dataset.tables[table]])
            connection.execute(f"CREATE VIEW sales AS {query.format(rows=rows)}")
            return
    raise NotEnoughData(what="sales", need=1, have=0)


def has_prices(connection: duckdb.DuckDBPyConnection, dataset: Dataset, table: str) -> bool:
    """Whether orders or events tell of anything that was sold at a price."""
    sales = _VIEWS[table].format(rows=parquet([dataset.tables[table]]))
    ((priced,),) = connection.execute(f"SELECT count(price) FROM ({sales})").fetchall()
    return bool(priced)


def view_products(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Create the view `attributes` from the product list; empty when there is none."""
    if "products" in dataset.tables:
        source = parquet([dataset.tables["products"]])
        connection.execute(f"CREATE VIEW attributes AS SELECT * FROM {source}")
    else:
        connection.execute(
            "CREATE VIEW attributes AS SELECT NULL::VARCHAR AS product_id, NULL::VARCHAR AS name, "
            "NULL::VARCHAR AS category, NULL::VARCHAR AS brand, NULL::DOUBLE AS list_price, "
            "NULL::DOUBLE AS unit_cost, NULL::DOUBLE AS stock WHERE false"
        )


def everyone() -> str:
    """SQL of the one place or segment of data that knows none."""
    return text(EVERYONE)
