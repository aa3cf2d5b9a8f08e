# SQL is made of our own names, escaped headers and escaped paths only
"""Datasets at rest: one Parquet file per canonical table and one manifest that is written last.

A table's file carries its digest in its name, so a new import never overwrites what the manifest
points to: until the manifest is replaced the old dataset is whole, and afterwards the new one is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from promo.domain import Dataset, FileReport, Finding
from promo.errors import NotEnoughData, NotFound
from promo.ingest.account import report, write_quarantine
from promo.ingest.atomic import UNFINISHED, digest, replacing
from promo.ingest.engine import text
from promo.ingest.importing import Progress, Read, read_all, workplace
from promo.ingest.mapping import FileMapping
from promo.ingest.refusal import Unreadable
from promo.ingest.settle import clean_rows, settle
from promo.ingest.sources import SOURCES

MANIFEST = "dataset.json"
_VERSION = 1


def build(
    files: Sequence[tuple[Path, FileMapping]],
    folder: Path,
    name: str,
    progress: Progress | None = None,
) -> Dataset:
    """Import files into one dataset; all of them or, when one is refused, none.

    Args:
        files: each file with its mapping; files of one source become one table.
        folder: the dataset's own folder; an older dataset there is replaced at the end.
        name: what she calls it.
        progress: called with the share done (0 to 1) and the code of the step.

    Raises:
        NotFound: a file is not there.
        NotEnoughData: no file was given.
        Unreadable: a file as a whole cannot be used; it is a `FileRefused`.
    """
    if not files:
        raise NotEnoughData(what="files", need=1, have=0)
    told = progress or (lambda _share, _step: None)
    folder.mkdir(parents=True, exist_ok=True)
    with workplace(folder) as (connection, room):
        sources = read_all(connection, files, room, told)
        reports, tables = [], {}
        for number, (source, done) in enumerate(sources.items()):
            told(0.8 + 0.15 * number / len(sources), "cleaning")
            settle(connection, [one.file for one in done], source)
            reports += _reports(connection, source, done)
            tables[source] = _keep(connection, source, folder)
        told(0.95, "writing")
        quarantine = _set_aside(connection, sources, folder)
        _publish(folder, name, (tables, reports, quarantine), files)
    told(1.0, "done")
    return open_dataset(folder)


def _reports(
    connection: duckdb.DuckDBPyConnection, source: str, done: Sequence[Read]
) -> list[FileReport]:
    reports = []
    for index, one in enumerate(done):
        account = report(connection, source, index, one.file, one.notes)
        if account.verdict == "refused":
            raise Unreadable(one.file.case.staged.path.name, account.findings[0])
        reports.append(account)
    return reports


def _set_aside(
    connection: duckdb.DuckDBPyConnection, sources: Mapping[str, Sequence[Read]], folder: Path
) -> list[str]:
    """Write what was set aside of each file; returns the names of the quarantine files."""
    names = []
    for source, done in sources.items():
        for index, one in enumerate(done):
            names.append(f"quarantine-{source}-{index + 1}.csv")
            with (
                replacing(folder / names[-1]) as aside,
                aside.open("w", encoding="utf-8", newline="") as out,
            ):
                write_quarantine(connection, source, index, one.file, out)
    return names


def _keep(connection: duckdb.DuckDBPyConnection, source: str, folder: Path) -> dict[str, Any]:
    """Write the clean rows of one table; returns its entry in the manifest."""
    columns = [field.name for field in SOURCES[source].columns]
    whole = folder / f"{source}.parquet{UNFINISHED}"
    connection.execute(
        f"COPY ({clean_rows(source, columns)}) TO {text(str(whole.resolve()))} "
        "(FORMAT parquet, COMPRESSION zstd)"
    )
    content = digest(whole)
    path = folder / f"{source}-{content[:12]}.parquet"
    with replacing(path) as aside:
        whole.replace(aside)
    return {"file": path.name, "sha256": content}


def _publish(
    folder: Path,
    name: str,
    content: tuple[Mapping[str, Mapping[str, str]], Sequence[FileReport], Sequence[str]],
    files: Sequence[tuple[Path, FileMapping]],
) -> None:
    tables, reports, quarantine = content
    whole = sha256("".join(f"{t}:{tables[t]['sha256']};" for t in sorted(tables)).encode())
    manifest = {
        "version": _VERSION,
        "name": name,
        "fingerprint": whole.hexdigest()[:16],
        "tables": tables,
        "quarantine": list(quarantine),
        "files": [
            {"path": path.name, "sha256": digest(path), "mapping": json.loads(mapping.to_json())}
            for path, mapping in files
        ],
        "reports": [asdict(one) for one in reports],
    }
    with replacing(folder / MANIFEST) as aside:
        aside.write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    named = {entry["file"] for entry in tables.values()} | set(quarantine)
    for old in (*folder.glob("*.parquet*"), *folder.glob("quarantine-*.csv*")):
        if old.name not in named:
            old.unlink()


def quarantine_files(dataset: Dataset) -> list[Path]:
    """The CSVs of rows set aside when the dataset was built, one per imported file."""
    folders = {path.parent for path in dataset.tables.values()}
    return sorted(path for folder in folders for path in folder.glob("quarantine-*.csv"))


def open_dataset(folder: Path) -> Dataset:
    """The dataset that `build` left in `folder`.

    Raises:
        NotFound: there is none, or a table of it is gone.
    """
    path = folder / MANIFEST
    if not path.is_file():
        raise NotFound(kind="dataset", name=folder.name)
    manifest = json.loads(path.read_text(encoding="utf-8"))
    tables = {table: folder / entry["file"] for table, entry in manifest["tables"].items()}
    for table in tables.values():
        if not table.is_file():
            raise NotFound(kind="table", name=table.name)
    return Dataset(
        name=manifest["name"],
        tables=tables,
        fingerprint=manifest["fingerprint"],
        reports=tuple(_as_report(one) for one in manifest["reports"]),
    )


def _as_report(entry: Mapping[str, Any]) -> FileReport:
    findings = tuple(Finding(**finding) for finding in entry["findings"])
    return FileReport(**{**entry, "findings": findings})
