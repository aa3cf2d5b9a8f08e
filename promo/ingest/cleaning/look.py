# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""A column in figures and as a histogram, before and after, over the same bins."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from promo.ingest.engine import name

BINS = 40
STRETCHED = 50.0
"""From this many times the median on the largest value would press all others into one bin; the
bins are then even on the scale of asinh, which is the logarithm for what is large, has a place for
zero and mirrors what is negative."""


@dataclass(frozen=True)
class Summary:
    """One column in figures; the last four are None when it holds nothing."""

    rows: int
    missing: int
    low: float | None
    median: float | None
    mean: float | None
    high: float | None


@dataclass(frozen=True)
class Picture:
    """A column before and after the steps.

    `edges` bound the bins, one more than there are counts; `stretched` says that they are not
    equally wide.
    """

    table: str
    column: str
    before: Summary
    after: Summary
    edges: tuple[float, ...]
    counts_before: tuple[int, ...]
    counts_after: tuple[int, ...]
    stretched: bool


def picture(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, rows: tuple[str, str]
) -> Picture:
    """Figures and histogram of one column of two relations, before and after."""
    before, after = (summary(connection, one, column) for one in rows)
    low, high, usual = before.low, before.high, _usual(connection, rows[0], column)
    if low is None or high is None:
        return Picture(table, column, before, after, (), (), (), False)
    stretched = max(abs(low), abs(high)) > STRETCHED * usual > 0
    edges = _edges(low, high, stretched=stretched)
    had, has = (_counts(connection, one, column, edges) for one in rows)
    return Picture(table, column, before, after, edges, had, has, stretched)


def summary(connection: duckdb.DuckDBPyConnection, rows: str, column: str) -> Summary:
    """One column in figures."""
    value = f"{name(column)}::DOUBLE"
    (found,) = connection.execute(
        f"SELECT count(*), count(*) - count({value}), min({value}), median({value}), "
        f"round(fsum({value}) / count({value}), 6), max({value}) FROM {rows}"
    ).fetchall()
    return Summary(*found)


def _usual(connection: duckdb.DuckDBPyConnection, rows: str, column: str) -> float:
    ((usual,),) = connection.execute(f"SELECT median(abs({name(column)})) FROM {rows}").fetchall()
    return float(usual or 0.0)


def _edges(low: float, high: float, *, stretched: bool) -> tuple[float, ...]:
    if low == high:
        return (low - 0.5, high + 0.5)
    first, last = (math.asinh(low), math.asinh(high)) if stretched else (low, high)
    steps = [first + (last - first) * k / BINS for k in range(1, BINS)]
    return (low, *(math.sinh(step) if stretched else step for step in steps), high)


def _counts(
    connection: duckdb.DuckDBPyConnection, rows: str, column: str, edges: Sequence[float]
) -> tuple[int, ...]:
    """Rows per bin; the last bin holds its upper edge too, and no value lies outside."""
    inner = ", ".join(f"{edge!r}::DOUBLE" for edge in edges[1:-1])
    found = connection.execute(
        f"SELECT len(list_filter([{inner}]::DOUBLE[], lambda edge: edge <= v)) AS bin, count(*) "
        f"FROM (SELECT {name(column)}::DOUBLE AS v FROM {rows}) WHERE v IS NOT NULL GROUP BY bin"
    ).fetchall()
    by_bin = dict(found)
    return tuple(by_bin.get(bin, 0) for bin in range(len(edges) - 1))
