"""Use cases about files: look at one, account for it, import several, open what was kept."""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from promo import evaluate, ingest, store
from promo.domain import (
    Dataset,
    FileReport,
)
from promo.errors import NameTaken, NotFound
from promo.store import Workspace

FileMapping = ingest.FileMapping
Inspection = ingest.Inspection
Question = ingest.Question
MAPPING_OPTIONS = ingest.OPTIONS
SAMPLE = store.SAMPLE


def inspect_file(
    workspace: Workspace, path: Path, source: str | None = None, encoding: str | None = None
) -> ingest.Inspection:
    """What a file seems to be, with the mapping confirmed last for this header if there is one.

    An encoding that is given is part of the suggestion.
    """
    found = _recalled(workspace, path, source, encoding)
    if encoding is None:
        return found
    told = {**found.suggestion.options, "encoding": encoding}
    suggestion = dataclasses.replace(found.suggestion, options=told)
    return dataclasses.replace(found, suggestion=suggestion)


def _recalled(
    workspace: Workspace, path: Path, source: str | None, encoding: str | None
) -> ingest.Inspection:
    found = ingest.inspect(path, source, encoding=encoding)
    remembered = workspace.recall_mapping(found.signature)
    if remembered is None or found.is_refused:
        return found
    mapping = FileMapping.from_json(remembered).lasting()
    if source not in (None, mapping.source):
        return found
    return ingest.inspect(path, mapping=mapping, encoding=encoding)


def name_from(path: Path) -> str:
    """The name that a dataset takes from its first file, without what says how it is packed.

    >>> name_from(Path("orders.csv.gz")), name_from(Path("May 2026.zip"))
    ('orders', 'May 2026')
    """
    return re.sub(r"\.(csv|tsv|txt)$", "", path.stem, flags=re.IGNORECASE)


def inbox_files(workspace: Workspace) -> list[Path]:
    """The readable files that lie in the workspace's inbox, by name."""
    found = (path for path in workspace.inbox.iterdir() if not path.name.startswith("."))
    return sorted(path for path in found if os.access(path, os.R_OK))


def query_database(url: str, select: str, folder: Path, task: ingest.Task | None = None) -> Path:
    """Fetch the rows of a SELECT into a CSV in `folder`; from there on it is a file like any other.

    Raises:
        FileRefused: the database cannot be reached, or the statement is not one that only reads.
        Cancelled: the task was stopped.
    """
    from promo.ingest.records import database  # few desks have one, so no start waits for it

    return database.fetch(url, select, folder, task)


def canonical_fields(source: str) -> list[tuple[str, bool]]:
    """The fields a kind of file can fill, each with whether it is needed."""
    return [(field.name, field.required) for field in ingest.SOURCES[source].fields]


def missing_fields(mapping: FileMapping) -> tuple[str, ...]:
    """The fields without which a file means nothing; a choice is written `a | b`."""
    return ingest.SOURCES[mapping.source].missing(mapping.columns)


def unused_columns(header: tuple[str, ...], mapping: FileMapping) -> tuple[str, ...]:
    """The columns of a file that no field takes; all weeks of a wide file count as taken."""
    return ingest.unused_columns(header, mapping, ingest.SOURCES[mapping.source])


def check_file(
    path: Path,
    mapping: ingest.FileMapping,
    quarantine: Path | None = None,
    task: ingest.Task | None = None,
) -> FileReport:
    """Read a file by its mapping and account for every line; keep nothing."""
    return ingest.check(path, mapping, quarantine, task)


def import_files(
    workspace: Workspace,
    name: str,
    files: Sequence[tuple[Path, ingest.FileMapping]],
    task: ingest.Task | None = None,
    *,
    replace: bool = False,
) -> Dataset:
    """Clean files into one dataset of the workspace and remember their mappings.

    A name that is taken gets a number, `Spring 2`, unless the dataset is to be replaced.

    Raises:
        NameTaken: the sample was to be replaced.
        Cancelled: the task was stopped; the workspace is as it was.
    """
    name = store.spelt(name) or "data"
    if replace and store.is_reserved(name):
        raise NameTaken(name=name)
    for chosen in [name] if replace else workspace.free_names(name):
        folder = workspace.dataset_folder(chosen)
        # Somebody else may import under this name meanwhile; whoever is second tries the next.
        with suppress(NameTaken):
            dataset = ingest.build(files, folder, chosen, task, replace=replace)
            break
    for path, mapping in files:
        workspace.remember_mapping(ingest.inspect(path).signature, mapping.to_json())
    return dataset


def adopt_tables(
    workspace: Workspace, name: str, folder: Path, task: ingest.Task | None = None
) -> Dataset:
    """Make a dataset of the canonical Parquet tables in a folder, as a cluster writes them.

    They are copied as they are; a name that is taken gets a number.

    Raises:
        NotFound: there is no such folder, or no table in it.
        FileRefused: a table has not the columns of its kind, or a row that no import would keep.
        Cancelled: the task was stopped; the workspace is as it was.
    """
    tables = ingest.tables_in(folder)
    for chosen in workspace.free_names(store.spelt(name) or "data"):
        # Somebody else may import under this name meanwhile; whoever is second tries the next.
        with suppress(NameTaken):
            dataset = ingest.adopt(tables, workspace.dataset_folder(chosen), chosen, task)
            break
    return dataset


def list_datasets(workspace: Workspace) -> list[str]:
    """Names of the imported datasets, newest first, the sample last."""
    names = [name for name in workspace.dataset_names() if name != SAMPLE]
    return [*names, SAMPLE]


def open_dataset(workspace: Workspace, name: str) -> Dataset:
    """A dataset by name; the sample is imported from the shipped files when first asked for.

    Raises:
        NotFound: no dataset of the workspace has this name.
    """
    if name == SAMPLE:
        return ingest.open_or_build(workspace.dataset_folder(SAMPLE), SAMPLE, ingest.shipped)
    if name not in workspace.dataset_names():
        raise NotFound(kind="dataset", name=name, known=list_datasets(workspace))
    return ingest.open_dataset(workspace.dataset_folder(name))


def quarantine_zip(dataset: Dataset) -> bytes:
    """The rows set aside at import, one CSV per file, and by cleaning, one CSV per table.

    What a spreadsheet would take for a formula has an apostrophe before it, as in a campaign.
    """
    return ingest.quarantine_zip(dataset, evaluate.neutral)


def simulate_shop(folder: Path, **world: Any) -> dict[str, Path]:
    """Write the files of a shop with known truth; fields of `simulate.World` by name."""
    from promo.ingest import simulate  # no desk simulates, so no start waits for it

    return simulate.write(simulate.simulate(simulate.World(**world)), folder)
