# ruff: noqa: S608 # SQL is made of our own names and escaped paths only
"""What each column of a table holds: how full it is, its range, its commonest values, its shape."""

from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import duckdb

from promo.domain import Dataset
from promo.ingest.engine import engine, name, parquet

EXACT_ROWS = 1_000_000
"""Rows up to which distinct values, middles and commonest values are exact; beyond that they are
estimated in one pass and little memory, and said to be."""

BARS = 12
"""Bars of a small histogram."""

EDGE = 0.01
"""Share of the values at each end that go into the outermost bar, wherever they lie: one typing
error in a million must not press all the rest into one bar."""

COMMON = 6
"""Commonest values that are kept."""

Kind = Literal["number", "time", "flag", "text"]


@dataclass(frozen=True)
class ColumnProfile:
    """What one column holds.

    Attributes:
        name: the canonical column.
        kind: number, time, flag (yes or no) or text.
        rows, filled: rows of the table, and those with a value here.
        distinct: different values.
        least, middle, most: range and median, of times in seconds since 1970; None for texts and
            flags.
        bars: rows in each of `BARS` equal steps, for numbers and times that differ.
        ends: where the first bar begins and the last one ends; both hold what lies beyond.
        common: the commonest values of texts and flags with their rows, most first.
        approximate: whether `distinct` and `middle` are estimates.
    """

    name: str
    kind: Kind
    rows: int
    filled: int
    distinct: int
    approximate: bool
    least: float | None = None
    middle: float | None = None
    most: float | None = None
    bars: tuple[int, ...] = ()
    ends: tuple[float, float] | None = None
    common: tuple[tuple[str, int], ...] = ()

    @property
    def share(self) -> float:
        """Share of the rows that have a value here."""
        return self.filled / max(self.rows, 1)


@dataclass(frozen=True)
class TableProfile:
    """What one table holds; `empty` names the columns that no row fills."""

    table: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    empty: tuple[str, ...]


def profiles(dataset: Dataset) -> tuple[TableProfile, ...]:
    """What every table of the dataset holds, column by column; two passes over each column."""
    return tuple(_table(table, path) for table, path in dataset.tables.items())


def _table(table: str, path: Path) -> TableProfile:
    rows = parquet([path])
    with (
        TemporaryDirectory(prefix="promodesk-") as scratch,
        engine(path.parent, Path(scratch), scratch=Path(scratch)) as connection,
    ):
        described = connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
        ((count,),) = connection.execute(f"SELECT count(*) FROM {rows}").fetchall()
        columns = [
            _column(connection, rows, count, (column, _kind(kind)))
            for column, kind, *_ in described
        ]
    return TableProfile(
        table,
        count,
        tuple(one for one in columns if one.filled),
        tuple(one.name for one in columns if not one.filled),
    )


def _kind(kind: str) -> Kind:
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return "time"
    texts = {"VARCHAR": "text", "VARCHAR[]": "text", "BOOLEAN": "flag"}
    return texts.get(kind, "number")  # type: ignore[return-value]


def _column(
    connection: duckdb.DuckDBPyConnection, rows: str, count: int, column: tuple[str, Kind]
) -> ColumnProfile:
    cell, exact = name(column[0]), count <= EXACT_ROWS
    distinct = f"count(DISTINCT {cell})" if exact else f"approx_count_distinct({cell})"
    ((filled, different),) = connection.execute(
        f"SELECT count({cell}), {distinct} FROM {rows}"
    ).fetchall()
    found = ColumnProfile(*column, count, filled, different, approximate=not exact)
    if not filled:
        return found
    if found.kind in ("number", "time"):
        return _measured(connection, rows, found)
    return _counted(connection, rows, found)


def _measured(
    connection: duckdb.DuckDBPyConnection, rows: str, found: ColumnProfile
) -> ColumnProfile:
    """With range, middle and bars."""
    cell = name(found.name)
    value = f"epoch({cell})" if found.kind == "time" else f"{cell}::DOUBLE"
    quantile = "approx_quantile" if found.approximate else "quantile_cont"
    ((least, most, (low, middle, high)),) = connection.execute(
        f"SELECT min({value}), max({value}), {quantile}({value}, [{EDGE}, 0.5, {1 - EDGE}]) "
        f"FROM {rows}"
    ).fetchall()
    found = replace(found, least=least, middle=middle, most=most)
    low, high = (low, high) if high > low else (least, most)
    if not high > low:
        return found
    # The last bar is closed above: what lies at its end or beyond belongs to it.
    place = f"greatest(0, least({BARS - 1}, floor(({value} - $low) / ($high - $low) * {BARS})))"
    counts = dict(
        connection.execute(
            f"SELECT {place}::INTEGER AS bar, count(*) FROM {rows} WHERE {cell} IS NOT NULL "
            "GROUP BY bar", {"low": low, "high": high},
        ).fetchall()
    )  # fmt: skip
    return replace(
        found, ends=(low, high), bars=tuple(counts.get(place, 0) for place in range(BARS))
    )


def _counted(
    connection: duckdb.DuckDBPyConnection, rows: str, found: ColumnProfile
) -> ColumnProfile:
    """With its commonest values; among very many rows they are sought in one pass, then counted."""
    cell = name(found.name)
    sought = (
        f"WHERE {cell} IN (SELECT unnest(approx_top_k({cell}, {4 * COMMON})) FROM {rows})"
        if found.approximate
        else f"WHERE {cell} IS NOT NULL"
    )
    # By position: a table may have a column of any name.
    common = connection.execute(
        f"SELECT {cell}::VARCHAR, count(*) FROM {rows} {sought} "
        f"GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT {COMMON}"
    ).fetchall()
    return replace(found, common=tuple(common))
