# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""What a table at rest lets a rule do: kinds of its columns, what its rows belong to, their time.

All of it is read from the table itself, so that a new source needs no word here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import duckdb

from promo.ingest.sources import SOURCES

Kind = Literal["number", "count", "share", "time", "text", "flag"]

NUMERIC: tuple[Kind, ...] = ("number", "count", "share")
ITEMS = ("units", "stock")
"""Measured columns that count items; `count` columns do so by their kind."""

_BY_TYPE: Mapping[str, Kind] = {
    "DOUBLE": "number", "FLOAT": "number", "BIGINT": "count", "INTEGER": "count",
    "TIMESTAMP": "time", "DATE": "time", "BOOLEAN": "flag",
}  # fmt: skip
_BY_GRAMMAR: Mapping[str, Kind] = {"count": "count", "share": "share", "paid": "share"}


@dataclass(frozen=True)
class Shape:
    """The columns of one table with their kinds, in order."""

    table: str
    kinds: Mapping[str, Kind]

    @property
    def time(self) -> str | None:
        """The column that dates a row."""
        return next((name for name, kind in self.kinds.items() if kind == "time"), None)

    @property
    def group(self) -> str | None:
        """The column whose values make rows comparable: the product, in a list its category.

        A table without dates has one row per product, which is no group.
        """
        column = "product_id" if self.time else "category"
        return column if column in self.kinds else None

    @property
    def series(self) -> tuple[str, ...]:
        """The columns within which values follow each other in time."""
        return tuple(name for name in ("product_id", "place") if name in self.kinds)

    def of(self, *kinds: Kind) -> tuple[str, ...]:
        """The columns of these kinds."""
        return tuple(name for name, kind in self.kinds.items() if kind in kinds)

    def counts_items(self, column: str) -> bool:
        """Whether a column counts items, so that little is never odd."""
        return self.kinds[column] == "count" or column in ITEMS


def shape(connection: duckdb.DuckDBPyConnection, table: str, rows: str) -> Shape:
    """The shape of `rows`, a query's source; `table` is its canonical name."""
    found = connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    source = SOURCES.get(table)
    grammar = {field.name: field.kind for field in source.fields} if source else {}
    kinds: dict[str, Kind] = {}
    for column, kind, *_ in found:
        told = _BY_GRAMMAR.get(grammar.get(column, ""))
        kinds[column] = told or _BY_TYPE.get(kind, "text")
    return Shape(table, kinds)
