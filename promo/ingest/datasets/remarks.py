# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""What makes one wonder about rows that are all good: one customer only, ids C1 and c1."""

from collections.abc import Iterator

import duckdb

from promo.domain import Finding
from promo.ingest.datasets.settle import Annotated, kept
from promo.ingest.engine import name

_MANY = 5  # rows from which it is odd that all are about one customer


def remarks(
    connection: duckdb.DuckDBPyConnection, table: str, index: int, file: Annotated, clean: int
) -> Iterator[Finding]:
    """What she had better look at among the kept rows of one file."""
    if clean == 1:
        yield Finding("one_row", "warning", rows=1)
    rows = kept(table, index)
    for field in ("product_id", "customer_id"):
        if field in file.case.of_kind("id"):
            column = file.case.mapping.columns[field]
            yield from _in_two_cases(connection, rows, field, column)
            if field == "customer_id" and clean >= _MANY:
                yield from _alone(connection, rows, column)


def _alone(connection: duckdb.DuckDBPyConnection, rows: str, column: str) -> Iterator[Finding]:
    ((one, filled),) = connection.execute(
        "SELECT min(customer_id) = max(customer_id), count(*) = count(customer_id) FROM " + rows
    ).fetchall()
    if one and filled:
        yield Finding("one_customer", "warning", column=column)


def _in_two_cases(
    connection: duckdb.DuckDBPyConnection, rows: str, field: str, column: str
) -> Iterator[Finding]:
    ids = f"SELECT DISTINCT {name(field)} AS id FROM {rows}"
    alike = connection.execute(
        f"SELECT count(*), min(ids) FROM (SELECT list(id ORDER BY id) AS ids FROM ({ids}) "
        "GROUP BY lower(id) HAVING count(*) > 1)"
    ).fetchall()
    ((groups, example),) = alike
    if groups:
        facts = {"example": " / ".join(example[:2])}
        yield Finding("ids_differ_in_case", "warning", rows=groups, column=column, facts=facts)
