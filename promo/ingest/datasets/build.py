"""Datasets at rest: one Parquet file per canonical table and one manifest that is written last.

A table's file carries its digest in its name, so a new import never overwrites what the manifest
points to: until the manifest is replaced the old dataset is whole, and afterwards the new one is.
Cleaning (`promo.ingest.cleaning`) writes other tables beside the imported ones.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import duckdb

from promo.domain import Dataset, FileReport, Finding, Link
from promo.errors import NameTaken, NotEnoughData, NotFound
from promo.ingest.atomic import digest, replacing, unfinished
from promo.ingest.datasets.account import report, write_quarantine
from promo.ingest.datasets.importing import READING, Read, read_all, settle_all, workplace
from promo.ingest.datasets.links import links
from promo.ingest.datasets.manifest import (
    MANIFEST,
    changing,
    fingerprint_of,
    publish,
    quarantines,
    read_manifest,
)
from promo.ingest.datasets.periods import kept_periods
from promo.ingest.datasets.settle import Annotated, clean_rows
from promo.ingest.engine import engine, held, parquet, text
from promo.ingest.records.texts import Texts
from promo.ingest.refusal import Unreadable
from promo.ingest.sources import SOURCES
from promo.ingest.task import Task
from promo.ingest.values.mapping import FileMapping

_VERSION = 1
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?")


def build(
    files: Sequence[tuple[Path, FileMapping]],
    folder: Path,
    name: str,
    task: Task | None = None,
    *,
    replace: bool = True,
) -> Dataset:
    """Import files into one dataset; all of them or, when one is refused, none.

    Two imports into one folder follow each other.

    Args:
        files: each file with its mapping; files of one source become one table.
        folder: the dataset's own folder.
        name: what she calls it.
        task: to be told how far it is, and to stop it.
        replace: whether an older dataset in the folder may be replaced, at the end.

    Raises:
        NotFound: a file is not there.
        NotEnoughData: no file was given.
        NameTaken: there is an older dataset that may not be replaced.
        Unreadable: a file as a whole cannot be used; it is a `FileRefused`.
        Cancelled: the task was stopped; the folder is as it was.
    """
    if not files:
        raise NotEnoughData(what="files", need=1, have=0)
    task = task or Task()
    with changing(folder, task.go_on):
        if not replace and (folder / MANIFEST).is_file():
            raise NameTaken(name=name)
        _import(files, folder, name, task)
        return open_dataset(folder)


def open_or_build(
    folder: Path, name: str, files: Callable[[], Sequence[tuple[Path, FileMapping]]]
) -> Dataset:
    """The dataset in `folder`, imported first where there is none; whoever comes second waits.

    Raises:
        NotFound: a file is not there.
        Unreadable: a file as a whole cannot be used; it is a `FileRefused`.
    """
    with changing(folder):
        if not (folder / MANIFEST).is_file():
            _import(files(), folder, name, Task())
        return open_dataset(folder)


def _import(files: Sequence[tuple[Path, FileMapping]], folder: Path, name: str, task: Task) -> None:
    dropped = _dropped(folder)
    with workplace(folder, task=task) as (connection, room):
        sources = read_all(connection, files, room, task)
        digests = [digest(path, task.go_on) for path, _ in files]
        reports: list[FileReport] = []
        tables: dict[str, dict[str, str]] = {}
        for number, (source, done) in enumerate(sources.items()):
            task.step(READING + 0.15 * number / len(sources), "cleaning")
            settle_all(connection, [one.file for one in done], source)
            reports += _reports(connection, source, done, () if reports else dropped)
            wide = any(one.file.wide for one in done)
            group = _held([one.file for one in done])
            tables[source] = _keep(connection, source, folder, group, wide=wide)
        task.step(READING + 0.15, "writing")
        at_rest = {table: folder / entry["file"] for table, entry in tables.items()}
        content = {
            "tables": tables,
            "quarantine": _quarantine(connection, sources, folder),
            "links": [asdict(link) for link in links(connection, at_rest)],
            "reports": [asdict(one) for one in reports],
        }
        task.go_on()
        given = [
            {"path": path.name, "sha256": found, "mapping": json.loads(mapping.to_json())}
            for (path, mapping), found in zip(files, digests, strict=True)
        ]
        publish_new(folder, name, content, given)


def _reports(
    connection: duckdb.DuckDBPyConnection,
    source: str,
    done: Sequence[Read],
    dropped: Sequence[Finding],
) -> list[FileReport]:
    reports = []
    for index, one in enumerate(done):
        notes = one.notes if index else (*one.notes, *dropped)
        account = report(connection, source, index, one.file, notes)
        if account.verdict == "refused":
            raise Unreadable(one.file.case.staged.path.name, account.findings[0])
        reports.append(account)
    return reports


def _dropped(folder: Path) -> list[Finding]:
    """What is lost of the dataset that is replaced: her cleaning steps are about its rows."""
    is_old = (folder / MANIFEST).is_file()
    steps = read_manifest(folder).get("cleaning", {}).get("steps", ()) if is_old else ()
    return [Finding("cleaning_dropped", "warning", facts={"steps": len(steps)})] if steps else []


def _quarantine(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Sequence[Read]], folder: Path
) -> list[str]:
    """Write what was set aside of each file; returns the names of the quarantine files."""
    names = []
    for source, done in sources.items():
        for index, one in enumerate(done):
            # A name of its own, so that the rows set aside by the import before stay as they are.
            names.append(f"quarantine-{source}-{index + 1}-{uuid4().hex[:8]}.csv")
            with (
                replacing(folder / names[-1]) as aside,
                aside.open("w", encoding="utf-8", newline="") as out,
            ):
                write_quarantine(connection, source, index, one.file, out)
    return names


def _held(files: Sequence[Annotated]) -> str:
    staged = [file.case.staged for file in files]
    return held(sum(one.rows for one in staged), sum(one.csv.stat().st_size for one in staged))


def _keep(
    connection: duckdb.DuckDBPyConnection, source: str, folder: Path, group: str, *, wide: bool
) -> dict[str, Any]:
    """Write the clean rows of one table; returns its entry in the manifest."""
    columns = [field.name for field in SOURCES[source].columns]
    rows = kept_periods(source) if wide else clean_rows(source, columns)
    return keep_table(connection, rows, source, folder, group)


def keep_table(
    connection: duckdb.DuckDBPyConnection,
    rows: str,
    table: str,
    folder: Path,
    group: str = held(1, 0),
) -> dict[str, Any]:
    """Write the rows of a query as one table, named by its content; returns its manifest entry."""
    whole = unfinished(folder / f"{table}.parquet")
    ((count,),) = connection.execute(
        f"COPY ({rows}) TO {text(str(whole.resolve()))} "
        f"(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, {group})"
    ).fetchall()
    content = digest(whole)
    path = folder / f"{table}-{content[:12]}.parquet"
    with replacing(path) as aside:
        whole.replace(aside)
    return {"file": path.name, "sha256": content, "rows": count}


def publish_new(
    folder: Path, name: str, content: Mapping[str, Any], files: Sequence[Mapping[str, Any]]
) -> None:
    """Make tables at rest the dataset of a folder; `files` says what they were made from."""
    manifest = {
        "version": _VERSION,
        "name": name,
        "fingerprint": fingerprint_of(content["tables"]),
        "files": list(files),
        **content,
    }
    publish(folder, manifest)


def quarantine_zip(dataset: Dataset, neutral: Callable[[str], str]) -> bytes:
    """The rows set aside at import, one CSV per file, and by cleaning, one CSV per table.

    Args:
        dataset: whose rows.
        neutral: makes a text harmless that a spreadsheet would run; numbers stay as they are.
    """
    folder = folder_of(dataset)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in quarantines(read_manifest(folder)):
            with (folder / file).open("rb") as rows, archive.open(file, "w", force_zip64=True) as o:
                out = io.TextIOWrapper(o, encoding="utf-8", newline="")
                writer = csv.writer(out, lineterminator="\n")
                for cells in Texts(rows, ",").rows():
                    writer.writerow(c if _NUMBER.fullmatch(c) else neutral(c) for c in cells)
                out.flush()
    return packed.getvalue()


def folder_of(dataset: Dataset) -> Path:
    """Where the dataset lies."""
    return next(iter(dataset.tables.values())).parent


def open_dataset(folder: Path) -> Dataset:
    """The dataset that `build` left in `folder`.

    Raises:
        NotFound: there is none, or a table of it is gone.
    """
    manifest = read_manifest(folder)
    tables = {table: folder / entry["file"] for table, entry in manifest["tables"].items()}
    for path in tables.values():
        if not path.is_file():
            raise NotFound(kind="table", name=path.name)
    return Dataset(
        name=manifest["name"],
        tables=tables,
        fingerprint=manifest["fingerprint"],
        reports=tuple(_as_report(one) for one in manifest["reports"]),
        rows_removed=manifest.get("cleaning", {}).get("rows_removed", 0),
        links=tuple(Link(**one) for one in manifest.get("links", ())),
        rows_in_use=_rows(folder, manifest["tables"]),
    )


def _rows(folder: Path, entries: Mapping[str, Mapping[str, Any]]) -> int:
    """How many rows tables hold; they are counted where an older desk did not write it down."""
    if all("rows" in entry for entry in entries.values()):
        return sum(entry["rows"] for entry in entries.values())
    with engine(folder) as connection:
        found = (parquet([folder / entry["file"]]) for entry in entries.values())
        return sum(len(connection.query(f"FROM {rows}")) for rows in found)


def _as_report(entry: Mapping[str, Any]) -> FileReport:
    findings = tuple(Finding(**finding) for finding in entry["findings"])
    return FileReport(**{**entry, "findings": findings})
