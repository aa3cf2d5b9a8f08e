# ruff: noqa: S608 # SQL is made of our own names and escaped paths only
"""Staged records at rest column by column, still as texts, and what each column may hold.

A column of few different texts is stored as those and read as those: a test is then asked once of
each of them and not in every row, and a look at one column does not cut all of them again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from promo.ingest.engine import held, parquet, records, text
from promo.ingest.records.reader import Staged
from promo.ingest.refusal import refuse

BLANKS = "' ' || chr(160) || chr(12288) || chr(8239) || chr(8201)"
HIDDEN = r"'[\x{200b}\x{2060}\x{feff}]'"
TURNING = r"'[\x{202a}\x{202b}\x{202d}\x{202e}\x{2066}-\x{2068}]'"


@dataclass(frozen=True)
class Columns:
    """The records as text columns `c0`, `c1` ...; sets are of positions.

    `padded` have a text that begins or ends with a plain blank, `wide` with another one; `hidden`
    have characters that nobody sees, `turning` such that turn the direction of writing.
    """

    table: Path
    padded: frozenset[int]
    wide: frozenset[int]
    hidden: frozenset[int]
    turning: frozenset[int]

    @property
    def relation(self) -> str:
        """SQL that reads them."""
        return parquet([self.table])

    @property
    def numbered(self) -> str:
        """SQL that reads them with their number, `file_row_number`, counted from 0."""
        return parquet([self.table], numbered=True)

    def trimmed(self, at: int) -> str:
        """SQL of a column's trimmed text, NULL when empty; no more than the column needs."""
        cell = f"c{at}"
        if at in self.hidden:
            cell = f"regexp_replace({cell}, {HIDDEN}, '', 'g')"
        if at in self.hidden or at in self.wide:
            return f"nullif(trim({cell}, {BLANKS}), '')"
        # The engine reads an empty field as NULL; only a trimmed one can still become empty.
        return f"nullif(trim({cell}), '')" if at in self.padded else cell


def in_columns(connection: duckdb.DuckDBPyConnection, staged: Staged) -> Columns:
    """Put the records beside where they are staged, column by column.

    Raises:
        Unreadable: the engine saw another number of records than were cut.
    """
    width = len(staged.layout.columns)
    table = staged.csv.with_suffix(".parquet")
    cut = records(staged.csv, width, staged.layout.delimiter)
    group = held(staged.rows, staged.csv.stat().st_size)
    query = f"COPY (FROM {cut}) TO {text(str(table.resolve()))} (FORMAT parquet, {group})"
    ((count,),) = connection.execute(query).fetchall()
    if count != staged.rows:
        # Another number than was cut: whatever the cause, do not go on.
        refuse(staged.path.name, "lines_unaccounted")

    def holding(test: str, columns: Iterable[int]) -> frozenset[int]:
        """The columns that pass a test of `{}` in any row."""
        asked = list(columns)
        if not asked:
            return frozenset()
        tests = ", ".join(f"bool_or({test.format(f'c{at}')})" for at in asked)
        (passed,) = connection.execute(f"SELECT {tests} FROM {parquet([table])}").fetchall()
        return frozenset(at for at, found in zip(asked, passed, strict=True) if found)

    every = range(width)
    beyond = holding("strlen({0}) <> length({0})", every if staged.traits.composed else ())
    return Columns(
        table,
        padded=holding("starts_with({0}, ' ') OR ends_with({0}, ' ')", every),
        wide=holding(f"{{0}} <> trim({{0}}, {BLANKS})", beyond),
        hidden=holding(f"regexp_matches({{0}}, {_escaped(HIDDEN)})", beyond),
        turning=holding(f"regexp_matches({{0}}, {_escaped(TURNING)})", beyond),
    )


def _escaped(pattern: str) -> str:
    return pattern.replace("{", "{{").replace("}", "}}")
