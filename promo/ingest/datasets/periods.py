# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Wide files that overlap, among themselves or with a long one: each period of a key counts once.

Only where all periods of a row were told before is the row itself a repeat; of another row the
periods that are new are kept.
"""

from collections.abc import Iterator

import duckdb

from promo.domain import Finding
from promo.ingest.datasets.settle import Annotated, clean_rows
from promo.ingest.engine import name
from promo.ingest.sources import SOURCES
from promo.ingest.values.wide import CELLS, unfolded


def settle_periods(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Create the table `table_again` of the periods told before; add to `table_late`.

    `table_again` has `file`, `record`, the period and whether its figures `differ` from the first.
    """
    source, again = SOURCES[table], name(table + "_again")
    assert source.series is not None  # noqa: S101 # only such a source is ever wide
    period, figures = name(source.series.period), ", ".join(map(name, source.series.fields))
    key = ", ".join(map(name, source.key))
    connection.execute(
        f"CREATE TABLE {again} AS WITH told AS ({_told(table)}), "
        f"ranked AS (SELECT file, record, {period}, row({figures}) AS content, "
        "count(*) OVER (PARTITION BY file, record) AS periods, "
        "row_number() OVER same AS place, first_value(content) OVER same AS original "
        f"FROM told WHERE {period} IS NOT NULL "
        f"WINDOW same AS (PARTITION BY {key} ORDER BY file, record)) "
        f"SELECT file, record, {period}, periods, content IS DISTINCT FROM original AS differs "
        "FROM ranked WHERE place > 1"
    )
    connection.execute(
        f"INSERT INTO {name(table + '_late')} SELECT file, record, "
        "CASE WHEN bool_or(differs) THEN 'key_repeated' ELSE 'duplicate' END "
        f"FROM {again} GROUP BY file, record HAVING count(*) = any_value(periods)"
    )


def _told(table: str) -> str:
    """SQL of the clean rows with one row per period, and where each came from."""
    source = SOURCES[table]
    columns = ["file", "record", CELLS, *(field.name for field in source.columns)]
    return unfolded(clean_rows(table, columns), source, ("file", "record"))


def kept_periods(table: str) -> str:
    """SQL of the rows that are kept, one for each period, in the order of files and lines."""
    series = SOURCES[table].series
    assert series is not None  # noqa: S101 # only such a source is ever wide
    period = name(series.period)
    # Sorted, because a join may put the smaller of its sides first.
    return (
        f"SELECT * EXCLUDE (file, record) FROM ({_told(table)}) "
        f"ANTI JOIN {name(table + '_again')} USING (file, record, {period}) "
        f"ORDER BY file, record, {period}"
    )


def repeated_periods(
    connection: duckdb.DuckDBPyConnection, table: str, index: int, file: Annotated
) -> Iterator[Finding]:
    """What is said of the rows of a wide file of which only some periods are new."""
    (found,) = connection.execute(
        "SELECT count(DISTINCT record), min(record), count(*), count(*) FILTER (WHERE differs) "
        f"FROM {name(table + '_again')} ANTI JOIN {name(table + '_late')} USING (file, record) "
        f"WHERE file = {index}"
    ).fetchall()
    rows, first, weeks, differing = found
    if rows:
        place = file.case.staged.origins.at(first, weeks=weeks, differing=differing)
        yield Finding("weeks_repeated", "warning", rows, **place)
