# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Steps applied in order to the tables as they were imported; nothing is written here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pandas as pd

from promo.domain import Dataset
from promo.errors import BadRequest, NothingLeft
from promo.ingest.cleaning.look import Picture, picture
from promo.ingest.cleaning.rules import Rule, check
from promo.ingest.cleaning.shape import NUMERIC, Shape, shape
from promo.ingest.cleaning.steps import Step
from promo.ingest.cleaning.target import ROW, Target
from promo.ingest.datasets.build import folder_of
from promo.ingest.datasets.importing import workplace
from promo.ingest.datasets.manifest import read_manifest
from promo.ingest.engine import name, parquet
from promo.ingest.refusal import refuse
from promo.ingest.task import Task

_REASON = {"missing": "missing", "outliers": "outlier", "duplicates": "key_repeated"}
"""Why a kind of step takes a row out, as the file of removed rows says it."""


EXAMPLES = 5
NEW_VALUE = "new_value"
"""What a row would get, beside its columns in the examples of a preview."""


@dataclass(frozen=True)
class Applied:
    """A step with the rows it found, and how many of them it took out."""

    step: Step
    touched: int
    removed: int


@dataclass
class Trail:
    """One table on its way through the steps; `rows` names it as the last step left it."""

    shape: Shape
    rows: str
    imported: int
    changed: bool = False
    removed: int = 0
    aside: list[str] = field(default_factory=list)
    concerned: dict[int, str] = field(default_factory=dict)

    @property
    def before(self) -> str:
        """The table as imported."""
        return name(f"{self.shape.table}_0")


@contextmanager
def trails(
    folder: Path, tables: Mapping[str, str], task: Task | None = None
) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Trail]]]:
    """A workplace with every table of `tables` (name -> file in `folder`) as it was imported."""
    # One thread: the same steps must give the same bytes, and several threads add in any order.
    with workplace(folder, task=task, threads=1) as (connection, _):
        found = {}
        for table, file in tables.items():
            source, view = parquet([folder / file], numbered=True), name(f"{table}_0")
            connection.execute(
                f"CREATE VIEW {view} AS SELECT file_row_number AS {ROW}, "
                f"* EXCLUDE (file_row_number) FROM {source}"
            )
            ((rows,),) = connection.execute(f"SELECT count(*) FROM {view}").fetchall()
            kinds = shape(connection, table, f"(SELECT * EXCLUDE ({ROW}) FROM {view})")
            found[table] = Trail(kinds, view, rows)
        yield connection, found


def apply(
    connection: duckdb.DuckDBPyConnection,
    found: Mapping[str, Trail],
    steps: Sequence[Step],
    task: Task,
) -> list[Applied]:
    """Every step in order; the trails lead to the result.

    Raises:
        BadRequest: a step that a table cannot carry.
        NothingLeft: a step that would take out every row of its table.
    """
    done = []
    for number, step in enumerate(steps, start=1):
        task.step(0.7 * (number - 1) / len(steps), "cleaning")
        if step.table not in found:
            raise BadRequest(field="table", value=step.table, known=list(found))
        trail = found[step.table]
        rule = check(step, trail.shape)
        done.append(_one(connection, trail, step, rule, number))
        if trail.removed == trail.imported and done[-1].removed:
            raise NothingLeft
    return done


def _one(
    connection: duckdb.DuckDBPyConnection, trail: Trail, step: Step, rule: Rule, number: int
) -> Applied:
    change = name(f"change_{number}")
    found = rule.found(Target(trail.rows, step, trail.shape))
    connection.execute(f"CREATE TABLE {change} AS {found}")
    ((touched,),) = connection.execute(f"SELECT count(*) FROM {change}").fetchall()
    new = f", change.value AS {NEW_VALUE}" if rule.effect == "set" else ""
    trail.concerned[number] = (
        f"SELECT one.* EXCLUDE ({ROW}){new} FROM {trail.rows} AS one "
        f"JOIN {change} AS change USING ({ROW}) ORDER BY {ROW} LIMIT {EXAMPLES}"
    )
    if not touched or rule.effect == "show":
        return Applied(step, touched, 0)
    after = name(f"{step.table}_{number}")
    connection.execute(f"CREATE VIEW {after} AS {_EFFECT[rule.effect](trail, step, change)}")
    if rule.effect == "remove":
        trail.aside.append(
            f"SELECT {number} AS step, '{_REASON[step.kind]}' AS reason, * "
            f"FROM {trail.rows} SEMI JOIN {change} USING ({ROW})"
        )
        trail.removed += touched
    trail.rows, trail.changed = after, True
    return Applied(step, touched, touched if rule.effect == "remove" else 0)


def _set(trail: Trail, step: Step, change: str) -> str:
    column = name(step.columns[0])
    return (
        f"SELECT one.* REPLACE (CASE WHEN change.{ROW} IS NULL THEN one.{column} "
        f"ELSE change.value END AS {column}) "
        f"FROM {trail.rows} AS one LEFT JOIN {change} AS change USING ({ROW})"
    )


def _remove(trail: Trail, _: Step, change: str) -> str:
    return f"SELECT * FROM {trail.rows} ANTI JOIN {change} USING ({ROW})"


_EFFECT: Mapping[str, Callable[[Trail, Step, str], str]] = {"set": _set, "remove": _remove}


def in_use(trail: Trail) -> str:
    """SQL of the rows that are left, in the order in which they were imported."""
    return f"SELECT * EXCLUDE ({ROW}) FROM {trail.rows} ORDER BY {ROW}"


def removed_rows(trail: Trail) -> str:
    """SQL of the rows that were taken out: step, reason, row as imported (from 1), the columns."""
    every = " UNION ALL ".join(trail.aside)
    return (
        f"SELECT step, reason, {ROW} + 1 AS row, * EXCLUDE (step, reason, {ROW}) "
        f"FROM ({every}) ORDER BY step, row"
    )


def account(table: str, trail: Trail, kept: int) -> None:
    """Every imported row is in use or was removed with a reason; nothing goes on otherwise.

    Raises:
        Unreadable: the rows do not add up.
    """
    if kept + trail.removed != trail.imported:
        refuse(table, "lines_unaccounted")


@dataclass(frozen=True, eq=False)
class Preview:
    """What steps would do: rows per table and step, columns of numbers before and after.

    `examples` are the first rows each step concerns, as it found them, with `NEW_VALUE`.
    """

    steps: tuple[Applied, ...]
    rows_in: Mapping[str, int]
    rows_in_use: Mapping[str, int]
    pictures: tuple[Picture, ...]
    examples: tuple[pd.DataFrame, ...]


def preview(dataset: Dataset, steps: Sequence[Step]) -> Preview:
    """What steps would do to a dataset as imported; writes nothing.

    Raises:
        BadRequest: a step that the dataset cannot carry.
    """
    folder = folder_of(dataset)
    base = imported(folder)
    with trails(folder, {step.table: base[step.table] for step in steps if step.table in base}) as (
        connection,
        found,
    ):
        done = apply(connection, found, steps, Task())
        kept = {}
        for table, trail in found.items():
            ((kept[table],),) = connection.execute(f"SELECT count(*) FROM {trail.rows}").fetchall()
            account(table, trail, kept[table])
        shown = dict.fromkeys(
            (step.table, column)
            for step in steps
            for column in step.columns
            if found[step.table].shape.kinds[column] in NUMERIC
        )
        pictures = tuple(
            picture(connection, table, column, (found[table].before, found[table].rows))
            for table, column in shown
        )
        examples = tuple(
            connection.execute(found[step.table].concerned[number]).df()
            for number, step in enumerate(steps, start=1)
        )
    rows_in = {table: trail.imported for table, trail in found.items()}
    return Preview(tuple(done), rows_in, kept, pictures, examples)


def imported(folder: Path) -> dict[str, str]:
    """The file of every table as it was imported.

    Raises:
        NotFound: there is no dataset in the folder.
    """
    manifest = read_manifest(folder)
    tables = {**manifest["tables"], **manifest.get("cleaning", {}).get("base", {})}
    return {table: entry["file"] for table, entry in tables.items()}
