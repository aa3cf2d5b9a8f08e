# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""One account over all files of a source: duplicates are set aside, the clean rows go on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from promo.ingest.engine import name, parquet
from promo.ingest.sources import SOURCES
from promo.ingest.values.evidence import Case


@dataclass(frozen=True)
class Annotated:
    """A file whose rows were typed and judged, at rest in `rows`."""

    case: Case
    rows: Path
    count: int
    wide: bool = False


def settle(connection: duckdb.DuckDBPyConnection, files: Sequence[Annotated], table: str) -> None:
    """Tell which rows of the files are kept.

    Creates the view `table` (all rows, with `file`, the position in `files`, and `record` beside
    the columns), the table `table_late` (the repeats among them: `file`, `record`, `reason`) and
    the view `table_kept` (the other clean ones, in the order of files and lines).

    Rows are grouped by one hash of their key first, so that only the few that share it are
    compared: by the key itself, or by both hashes of the whole row.
    """
    source = SOURCES[table]  # and not that of a file: a wide one has another key while it is read
    rows = [f"SELECT {at} AS file, * FROM {parquet([one.rows])}" for at, one in enumerate(files)]
    connection.execute(f"CREATE VIEW {name(table)} AS {' UNION ALL BY NAME '.join(rows)}")
    columns = ", ".join(map(name, source.key))
    key, mark = (columns, f"hash({columns})") if source.key else ("digest, again", "digest")
    told_apart = f"AND {name(source.identity)} IS NOT NULL" if source.identity else ""
    clean = f"(SELECT *, {mark} AS mark FROM {name(table)} WHERE reason IS NULL {told_apart})"
    connection.execute(
        f"CREATE TABLE {name(table + '_late')} AS "
        f"WITH shared AS (SELECT mark FROM {clean} GROUP BY mark HAVING count(*) > 1), "
        "ranked AS (SELECT file, record, (digest, again) AS content, "
        f"row_number() OVER (PARTITION BY {key} ORDER BY file, record) AS place, "
        f"first_value(content) OVER (PARTITION BY {key} ORDER BY file, record) AS original "
        f"FROM {clean} SEMI JOIN shared USING (mark)) "
        "SELECT file, record, "
        "CASE WHEN content = original THEN 'duplicate' ELSE 'key_repeated' END AS reason "
        "FROM ranked WHERE place > 1"
    )
    # Not a join with the late ones: no join keeps the order of its rows, and to sort all of them
    # takes twice the memory.
    in_order = " UNION ALL BY NAME ".join(
        f"SELECT * FROM ({one}) WHERE reason IS NULL AND coalesce("
        f"get_bit(getvariable('{table}_late_{at}')::BIT, record::INTEGER), 0) = 0"
        for at, one in enumerate(rows)
    )
    mark_late(connection, files, table)
    connection.execute(f"CREATE VIEW {name(table + '_kept')} AS {in_order}")


def mark_late(
    connection: duckdb.DuckDBPyConnection, files: Sequence[Annotated], table: str
) -> None:
    """Let `table_kept` know the rows of `table_late`; to be called again when there are more."""
    for at, one in enumerate(files):
        connection.execute(
            f"SET VARIABLE {table}_late_{at} = (SELECT bitstring_agg(record, 0, {one.count}) "
            f"FROM {name(table + '_late')} WHERE file = {at})"
        )


def clean_rows(table: str, columns: Sequence[str]) -> str:
    """SQL of the rows that are kept, in the order of files and lines."""
    return f"SELECT {', '.join(map(name, columns))} FROM {kept(table)}"


def kept(table: str, file: int | None = None) -> str:
    """SQL of the rows that are kept, of one file or all, as it stands behind FROM."""
    of_file = "" if file is None else f" WHERE file = {file}"
    return f"(SELECT * FROM {name(table + '_kept')}{of_file})"


def quarantined(table: str, file: int) -> str:
    """SQL of `record, reason` for the rows of one file that are not kept."""
    return (
        f"SELECT record, reason FROM {name(table)} WHERE file = {file} "
        f"AND reason IS NOT NULL UNION ALL SELECT record, reason || '|' "
        f"FROM {name(table + '_late')} WHERE file = {file}"
    )


def tallies(
    connection: duckdb.DuckDBPyConnection, table: str, file: int
) -> list[tuple[str, int, int]]:
    """`(reason, rows, first record)` of one file."""
    return connection.execute(
        f"SELECT reason, count(*), min(record) FROM ({quarantined(table, file)}) "
        "GROUP BY reason ORDER BY count(*) DESC, reason"
    ).fetchall()


def noted(
    connection: duckdb.DuckDBPyConnection, table: str, file: int, condition: str
) -> tuple[int, int | None]:
    """How many kept rows of a file meet a condition, and the first of them."""
    (row,) = connection.execute(
        f"SELECT count(*), min(record) FROM {kept(table, file)} WHERE ({condition})"
    ).fetchall()
    return int(row[0]), row[1]


def look_alikes(
    connection: duckdb.DuckDBPyConnection, table: str, file: int, identity: str
) -> tuple[int, int | None]:
    """How many kept rows without identity equal an earlier one of the file, and the first."""
    (row,) = connection.execute(
        f"SELECT count(*), min(record) FROM (SELECT record, row_number() OVER "
        f"(PARTITION BY digest, again ORDER BY record) AS place FROM {kept(table, file)} "
        f"WHERE {name(identity)} IS NULL) WHERE place > 1"
    ).fetchall()
    return int(row[0]), row[1]
