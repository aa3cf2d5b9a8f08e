# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Cleaned tables at rest, beside the imported ones; taking every step back is exact.

The manifest names the tables in use. While there are steps it also names the imported ones under
`cleaning.base`, the steps with the rows they touched, and the files of removed rows.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb

from promo.domain import Dataset
from promo.errors import NameTaken
from promo.ingest.atomic import replacing
from promo.ingest.cleaning.run import Applied, Trail, account, apply, in_use, removed_rows, trails
from promo.ingest.cleaning.steps import Step
from promo.ingest.datasets.build import folder_of, keep_table, open_dataset
from promo.ingest.datasets.exclusive import exclusive
from promo.ingest.datasets.manifest import (
    MANIFEST,
    changing,
    fingerprint_of,
    named,
    publish,
    read_manifest,
)
from promo.ingest.engine import parquet, text
from promo.ingest.task import Task


def clean(folder: Path, steps: Sequence[Step], task: Task | None = None) -> Dataset:
    """Make these the steps of the dataset in `folder`, all of them or, when one fails, none.

    Args:
        folder: where the dataset lies.
        steps: in the order in which they apply to the tables as imported; none takes all back.
        task: to be told how far it is, and to stop it.

    Raises:
        NotFound: there is no dataset.
        BadRequest: a step that the dataset cannot carry, or that would leave nothing of a table.
        Cancelled: the task was stopped; the dataset is as it was.
    """
    task = task or Task()
    with changing(folder, task.go_on):
        old = read_manifest(folder)
        base = {**old["tables"], **old.get("cleaning", {}).get("base", {})}
        new = {key: value for key, value in old.items() if key != "cleaning"} | {"tables": base}
        if steps:
            new |= _cleaned(folder, base, steps, task)
        publish(folder, new | {"fingerprint": fingerprint_of(new["tables"])})
    return open_dataset(folder)


def _cleaned(
    folder: Path, base: Mapping[str, Mapping[str, str]], steps: Sequence[Step], task: Task
) -> dict[str, Any]:
    tables, aside, removed = dict(base), [], 0
    touched = dict.fromkeys(step.table for step in steps)
    files = {table: base[table]["file"] for table in touched if table in base}
    with trails(folder, files, task) as (connection, found):
        done = apply(connection, found, steps, task)
        for number, (table, trail) in enumerate(found.items()):
            task.step(0.7 + 0.3 * number / len(found), "writing")
            if trail.changed:
                tables[table] = keep_table(connection, in_use(trail), table, folder)
                file = folder / tables[table]["file"]
                source = parquet([file])
                ((kept,),) = connection.execute(f"SELECT count(*) FROM {source}").fetchall()
                account(table, trail, kept)
            if trail.removed:
                aside.append(_keep_removed(connection, table, trail, folder))
                removed += trail.removed
    cleaning = {
        "base": dict(base),
        "steps": [
            json.loads(one.step.to_json()) | {"touched": one.touched, "removed": one.removed}
            for one in done
        ],
        "quarantine": aside,
        "rows_removed": removed,
    }
    return {"tables": tables, "cleaning": cleaning}


def _keep_removed(
    connection: duckdb.DuckDBPyConnection, table: str, trail: Trail, folder: Path
) -> str:
    """Write the rows that were taken out of a table; returns the file's name."""
    # Named by the steps, so that an older file of somebody's download is not written over.
    told = sha256("".join(trail.aside).encode()).hexdigest()[:12]
    file = f"quarantine-{table}-cleaning-{told}.csv"
    with replacing(folder / file) as aside:
        connection.execute(
            f"COPY ({removed_rows(trail)}) TO {text(str(aside.resolve()))} (FORMAT csv, HEADER)"
        )
    return file


def cleaning_of(dataset: Dataset) -> tuple[Applied, ...]:
    """The steps of a dataset in their order, with the rows each touched and took out.

    Raises:
        NotFound: the dataset is gone.
    """
    entries = read_manifest(folder_of(dataset)).get("cleaning", {}).get("steps", ())
    return tuple(_applied(dict(entry)) for entry in entries)


def _applied(entry: dict[str, Any]) -> Applied:
    touched, removed = entry.pop("touched"), entry.pop("removed")
    return Applied(Step.from_json(json.dumps(entry)), touched, removed)


def copy(dataset: Dataset, folder: Path, name: str, task: Task | None = None) -> Dataset:
    """The same dataset under another name, as it was imported and with its steps.

    Raises:
        NameTaken: there is a dataset in `folder`.
        Cancelled: the task was stopped; nothing was copied.
    """
    source, task = folder_of(dataset), task or Task()
    with exclusive(source, task.go_on):
        manifest = read_manifest(source)
        with changing(folder, task.go_on):
            if (folder / MANIFEST).is_file():
                raise NameTaken(name=name)
            for file in named(manifest):
                task.go_on()
                shutil.copyfile(source / file, folder / file)
            publish(folder, manifest | {"name": name})
    return open_dataset(folder)
