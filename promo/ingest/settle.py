# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""One account over all files of a source: duplicates are set aside, the clean rows go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from promo.ingest.engine import name, parquet
from promo.ingest.evidence import Case

_WHOLE_ROW = ("digest", "again")


@dataclass(frozen=True)
class Annotated:
    """A file whose rows were typed and judged, at rest in `rows`."""

    case: Case
    rows: Path
    count: int
    wide: bool = False


def settle(connection: duckdb.DuckDBPyConnection, files: Sequence[Annotated], table: str) -> None:
    """Create the view `table` (all rows of the files) and `table_late` (the repeats among them).

    The view has `file` (position in `files`) and `record` beside the columns; the table has
    `file`, `record`, `reason`. Rows are grouped by their two hashes (128 bits) first, so that only
    repeats need a window.
    """
    source = files[0].case.source
    union = " UNION ALL BY NAME ".join(
        f"SELECT {index} AS file, file_row_number AS record, * EXCLUDE (file_row_number) "
        f"FROM {parquet([one.rows], numbered=True)}"
        for index, one in enumerate(files)
    )
    connection.execute(f"CREATE VIEW {name(table)} AS {union}")
    key = ", ".join(map(name, source.key or _WHOLE_ROW))
    told_apart = f"AND {name(source.identity)} IS NOT NULL" if source.identity else ""
    late, all_rows = name(f"{table}_late"), name(table)
    connection.execute(
        f"CREATE TABLE {late} AS WITH clean AS (SELECT * FROM {all_rows} WHERE reason IS NULL "
        f"{told_apart}), "
        f"repeated AS (SELECT {key} FROM clean GROUP BY {key} HAVING count(*) > 1), "
        f"ranked AS (SELECT file, record, (digest, again) AS content, "
        f"row_number() OVER (PARTITION BY {key} ORDER BY file, record) AS place, "
        f"first_value(content) OVER (PARTITION BY {key} ORDER BY file, record) AS original "
        f"FROM clean WHERE {_among(source.key)}) "
        "SELECT file, record, "
        "CASE WHEN content = original THEN 'duplicate' ELSE 'key_repeated' END AS reason "
        "FROM ranked WHERE place > 1"
    )


def _among(key: tuple[str, ...]) -> str:
    columns = [name(column) for column in key or _WHOLE_ROW]
    same = " AND ".join(f"repeated.{c} IS NOT DISTINCT FROM clean.{c}" for c in columns)
    return f"EXISTS (SELECT 1 FROM repeated WHERE {same})"


def clean_rows(table: str, columns: Sequence[str]) -> str:
    """SQL of the rows that are kept, in the order of files and lines."""
    chosen = ", ".join(map(name, columns))
    return (
        f"SELECT {chosen} FROM {name(table)} AS kept WHERE reason IS NULL AND NOT EXISTS ("
        f"SELECT 1 FROM {name(table + '_late')} AS late "
        "WHERE late.file = kept.file AND late.record = kept.record)"
    )


def set_aside(table: str, file: int) -> str:
    """SQL of `record, reason, raw` for the rows of one file that are not kept."""
    return (
        f"SELECT record, reason, raw FROM {name(table)} WHERE file = {file} "
        f"AND reason IS NOT NULL UNION ALL SELECT record, reason || '|', NULL "
        f"FROM {name(table + '_late')} WHERE file = {file}"
    )


def set_aside_with_text(table: str, file: int, case: Case) -> str:
    """The same in the order of lines, with the text of repeats read again from the records."""
    row = ", ".join(f"c{index}" for index in range(len(case.staged.layout.columns)))
    late = f"(SELECT record FROM {name(table + '_late')} WHERE file = {file})"
    numbered = f"SELECT row_number() OVER () - 1 AS record, [{row}] AS cells FROM {case.relation}"
    return (
        f"WITH texts AS (SELECT * FROM ({numbered}) WHERE record IN {late}) "
        f"SELECT record, reason, coalesce(raw, cells) FROM ({set_aside(table, file)}) "
        "LEFT JOIN texts USING (record) ORDER BY record"
    )


def tallies(
    connection: duckdb.DuckDBPyConnection, table: str, file: int
) -> list[tuple[str, int, int]]:
    """`(reason, rows, first record)` of one file."""
    return connection.execute(
        f"SELECT reason, count(*), min(record) FROM ({set_aside(table, file)}) "
        "GROUP BY reason ORDER BY count(*) DESC, reason"
    ).fetchall()


def noted(
    connection: duckdb.DuckDBPyConnection, table: str, file: int, condition: str
) -> tuple[int, int | None]:
    """How many kept rows of a file meet a condition, and the first of them."""
    (row,) = connection.execute(
        f"SELECT count(*), min(record) FROM {name(table)} "
        f"WHERE file = {file} AND reason IS NULL AND ({condition})"
    ).fetchall()
    return int(row[0]), row[1]


def look_alikes(
    connection: duckdb.DuckDBPyConnection, table: str, file: int, identity: str
) -> tuple[int, int | None]:
    """How many kept rows without identity equal an earlier one of the file, and the first."""
    (row,) = connection.execute(
        f"SELECT count(*), min(record) FROM (SELECT record, row_number() OVER "
        f"(PARTITION BY digest, again ORDER BY record) AS place FROM {name(table)} "
        f"WHERE file = {file} AND reason IS NULL AND {name(identity)} IS NULL) WHERE place > 1"
    ).fetchall()
    return int(row[0]), row[1]
