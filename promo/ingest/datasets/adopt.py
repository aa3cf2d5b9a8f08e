# ruff: noqa: S608 # SQL is made of our own names and escaped paths only
"""Canonical tables that somebody else wrote, as a cluster does, become a dataset like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import duckdb

from promo.domain import Dataset, FileReport
from promo.errors import NameTaken, NotFound
from promo.ingest.atomic import digest
from promo.ingest.datasets.build import keep_table, open_dataset, publish_new
from promo.ingest.datasets.importing import workplace
from promo.ingest.datasets.links import links
from promo.ingest.datasets.manifest import MANIFEST, changing
from promo.ingest.engine import name, parquet
from promo.ingest.refusal import refuse
from promo.ingest.sources import SOURCES, Source
from promo.ingest.task import Task
from promo.ingest.values.annotate import SQL_TYPES


def tables_in(folder: Path) -> dict[str, Path]:
    """The canonical tables in a folder: `events.parquet`, a file or a folder of parts, and so on.

    Raises:
        NotFound: there is no such folder, or no table in it.
    """
    found = {table: folder / f"{table}.parquet" for table in SOURCES}
    tables = {table: path for table, path in found.items() if path.exists()}
    if not tables:
        raise NotFound(kind="dataset", name=str(folder))
    return tables


def adopt(
    tables: Mapping[str, Path], folder: Path, dataset: str, task: Task | None = None
) -> Dataset:
    """Make a dataset of canonical tables; every row of them, or none when one does not fit.

    The tables are copied, a folder of parts into one file, so that nobody changes them afterwards.

    Args:
        tables: canonical tables by name, each a Parquet file or a folder of them.
        folder: the dataset's own folder.
        dataset: what she calls it.
        task: to be told how far it is, and to stop it.

    Raises:
        NameTaken: there is a dataset in `folder`.
        Unreadable: a table has not the columns of its kind; it is a `FileRefused`.
        Cancelled: the task was stopped; nothing was kept.
    """
    task = task or Task()
    with changing(folder, task.go_on):
        if (folder / MANIFEST).is_file():
            raise NameTaken(name=dataset)
        given = [path if path.is_dir() else path.parent for path in tables.values()]
        with workplace(folder, *given, task=task) as (connection, _):
            kept, reports, files = {}, [], []
            for number, (table, path) in enumerate(tables.items()):
                task.step(0.9 * number / len(tables), "writing")
                rows = _checked(connection, table, path)
                kept[table] = keep_table(connection, rows, table, folder)
                reports.append(_account(connection, table, path, folder / kept[table]["file"]))
                sha = digest(path, task.go_on)
                files.append({"path": path.name, "sha256": sha, "mapping": {"source": table}})
            at_rest = {table: folder / entry["file"] for table, entry in kept.items()}
            content = {
                "tables": kept,
                "quarantine": [],
                "links": [asdict(link) for link in links(connection, at_rest)],
                "reports": [asdict(one) for one in reports],
            }
            task.go_on()
            publish_new(folder, dataset, content, files)
        return open_dataset(folder)


def _checked(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> str:
    """SQL of the rows of a table in the columns and types of its kind.

    Raises:
        Unreadable: no Parquet, a column missing or of another type, a row that breaks a rule.
    """
    label, source = path.name, SOURCES[table]
    files = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
    given = parquet(files)
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {given}").fetchall()
    except duckdb.Error:
        refuse(label, "parquet_damaged")
    types = {str(column): str(kind) for column, kind, *_ in described}
    if absent := source.missing({**types, **dict.fromkeys(source.hidden, "")}):
        refuse(label, "field_unmapped", facts={"field": ", ".join(absent)})
    known = {field.name: SQL_TYPES[field.kind] for field in source.columns}
    filled = _filled(connection, list(types), given)
    for column, kind in types.items():
        if column not in known:
            refuse(label, "adopt_column", column=column)
        if not _fits(kind, known[column]) and column in filled:
            facts = {"found": kind, "wanted": known[column]}
            refuse(label, "adopt_type", column=column, facts=facts)
    rows = f"SELECT {_columns(known, filled)} FROM {given}"
    _unbroken(connection, source, rows, label)
    return rows


_WIDENED = {
    "DOUBLE": ("FLOAT", "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT",
               "UINTEGER", "DECIMAL"),
    "TIMESTAMP": ("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE"),
}  # fmt: skip
"""Types that another system chooses for the same values."""


def _fits(kind: str, must: str) -> bool:
    return kind == must or kind.split("(")[0] in _WIDENED.get(must, ())


def _filled(connection: duckdb.DuckDBPyConnection, columns: Sequence[str], given: str) -> set[str]:
    """The columns with a value; those without may have any type, most systems choose one."""
    counted = ", ".join(f"count({name(column)})" for column in columns)
    (counts,) = connection.execute(f"SELECT {counted} FROM {given}").fetchall()
    return {column for column, count in zip(columns, counts, strict=True) if count}


def _columns(known: Mapping[str, str], filled: set[str]) -> str:
    return ", ".join(
        f"CAST({name(column) if column in filled else 'NULL'} AS {kind}) AS {name(column)}"
        for column, kind in known.items()
    )


def _unbroken(connection: duckdb.DuckDBPyConnection, source: Source, rows: str, label: str) -> None:
    """Refuse a table with a row that an import would set aside: here nobody would see it again."""
    counted = [
        ("missing", field.name, f"count(*) - count({name(field.name)})")
        for field in source.columns
        if not field.empty_ok or field.name == "event_type"
    ]
    counted += [
        (rule.code, rule.field, f"count(*) FILTER (WHERE {rule.condition})")
        for rule in source.rules
    ]
    if source.key:
        key = ", ".join(map(name, source.key))
        counted.append(("key_repeated", source.key[0], f"count(*) - count(DISTINCT ({key}))"))
    # What only an import sees has no value here, so that a rule about it is never broken.
    hidden = "".join(
        f", CAST(NULL AS {SQL_TYPES[source.field(field).kind]}) AS {name(field)}"
        for field in source.hidden
    )
    sums = ", ".join(["count(*)", *(count for *_, count in counted)])
    query = f"SELECT {sums} FROM (SELECT *{hidden} FROM ({rows}))"
    ((every, *counts),) = connection.execute(query).fetchall()
    if not every:
        refuse(label, "no_rows")
    for (code, column, _), count in zip(counted, counts, strict=True):
        if count:
            refuse(label, "adopt_rows", column=column, facts={"count": count, "reason": code})


def _account(
    connection: duckdb.DuckDBPyConnection, table: str, path: Path, kept: Path
) -> FileReport:
    """Every row is in use; a Parquet file has no lines but its rows."""
    ((rows,),) = connection.execute(f"SELECT count(*) FROM {parquet([kept])}").fetchall()
    return FileReport(str(path), table, "accepted", rows, 0, 0, 0, rows, 0)
