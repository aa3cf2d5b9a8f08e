# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""What looks worth a look before she plans on it; nothing is applied by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import duckdb

from promo.domain import Dataset, Finding
from promo.ingest.cleaning.rules import JUDGED, RULES, Choice, choices
from promo.ingest.cleaning.run import Trail, imported, trails
from promo.ingest.cleaning.steps import Step
from promo.ingest.cleaning.target import Target
from promo.ingest.datasets.build import folder_of
from promo.ingest.engine import name

KEYS = (
    ("order_id", "product_id"),
    ("customer_id", "product_id", "event_type", "event_time"),
    ("product_id", "place", "week"),
    ("product_id", "week"),
)
"""What names one row, in the tables that have these columns; the first that fits is looked at.
Tables whose source has a key of its own were rid of repeats at import."""


@dataclass(frozen=True)
class Suggestion:
    """Something found, as a finding, and the step that answers it and removes the fewest rows."""

    finding: Finding
    step: Step


@dataclass(frozen=True)
class Review:
    """What was found in a dataset, and what can be asked of its columns that hold something."""

    suggestions: tuple[Suggestion, ...]
    choices: tuple[Choice, ...]


def review(dataset: Dataset) -> Review:
    """Missing values, outliers and repeated keys of the tables as they were imported."""
    folder = folder_of(dataset)
    with trails(folder, imported(folder)) as (connection, found):
        filled = {table: _known(connection, trail) for table, trail in found.items()}
        suggestions = [
            one for table in found for one in _table(connection, found[table], filled[table])
        ]
    suggestions.sort(key=lambda one: -one.finding.rows)
    asked = [
        replace(one, rules={c: rules for c, rules in one.rules.items() if filled[one.table][c]})
        for trail in found.values()
        for one in choices(trail.shape)
    ]
    return Review(tuple(suggestions), tuple(asked))


def _table(
    connection: duckdb.DuckDBPyConnection, trail: Trail, known: Mapping[str, int]
) -> Iterator[Suggestion]:
    if not trail.imported:
        return
    for column, rows in known.items():
        if 0 < rows < trail.imported:  # a column that the file did not have misses nothing
            rules = next(one for one in choices(trail.shape) if one.kind == "missing").rules
            rule = "median" if "median" in rules[column] else "drop"
            step = Step(trail.shape.table, "missing", (column,), rule)
            yield _said(trail, "values_missing", step, trail.imported - rows)
    for column in trail.shape.of(*JUDGED):
        if known[column]:
            yield from _counted(
                connection, trail, "outliers_found",
                Step(trail.shape.table, "outliers", (column,), "flag"),
            )  # fmt: skip
    for key in KEYS:
        if all(known.get(column) for column in key):
            yield from _counted(
                connection, trail, "keys_repeated",
                Step(trail.shape.table, "duplicates", key, "first"),
            )  # fmt: skip
            return


def _known(connection: duckdb.DuckDBPyConnection, trail: Trail) -> dict[str, int]:
    """Rows with a value, per column."""
    counted = ", ".join(f"count({name(column)})" for column in trail.shape.kinds)
    (row,) = connection.execute(f"SELECT {counted} FROM {trail.rows}").fetchall()
    return dict(zip(trail.shape.kinds, row, strict=True))


def _counted(
    connection: duckdb.DuckDBPyConnection, trail: Trail, code: str, step: Step
) -> Iterator[Suggestion]:
    query = RULES[step.kind][step.rule].found(Target(trail.rows, step, trail.shape))
    ((rows,),) = connection.execute(f"SELECT count(*) FROM ({query})").fetchall()
    if rows:
        yield _said(trail, code, step, rows)


def _said(trail: Trail, code: str, step: Step, rows: int) -> Suggestion:
    facts = {
        "source": step.table, "field": step.columns, "share": f"{rows / trail.imported:.1%}",
    }  # fmt: skip
    return Suggestion(Finding(code, "info", rows=rows, facts=facts), step)
