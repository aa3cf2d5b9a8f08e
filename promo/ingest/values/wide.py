# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Wide files: read and judged row by row as they come, then one row per period at rest.

While a file is read every cell is a field of its own (`units@3`), so that a cell that is no number
sets its whole row aside and is named by its column. What is clean carries its periods in the list
`CELLS`, and `unfolded` makes rows of them.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from promo.domain import Finding
from promo.ingest.engine import name, text
from promo.ingest.sources import Field, Rule, Source
from promo.ingest.sources.series import Wide
from promo.ingest.values.annotate import SQL_TYPES
from promo.ingest.values.conventions import DAYS
from promo.ingest.values.evidence import Case
from promo.ingest.values.habits import Habits

CELLS = "cells"


def spread(case: Case) -> tuple[Case, Wide | None]:
    """The case with one field per cell where its file is wide; else the case as it is."""
    source, mapping = case.source, case.mapping
    wide = source.wide(mapping.columns, case.staged.layout.columns)
    if wide is None or source.series is None:
        return case, None
    cells = dict(_cells(wide))
    series = source.series
    fixed = tuple(f for f in source.fields if f.name not in {series.period, *wide.columns})
    fields = tuple(
        replace(source.field(field), name=cell, required=False, empty_ok=True)
        for cell, (field, _) in cells.items()
    )
    narrow = replace(
        source,
        fields=(*fixed, *fields),
        rules=tuple(_rules(source, cells)),
        absent={key: code for key, code in (source.absent or {}).items() if key != series.period},
        identity="",
        series=None,
    )
    columns = {key: at for key, at in mapping.columns.items() if key not in wide.columns}
    columns |= {cell: header for cell, (_, header) in cells.items()}
    return replace(case, source=narrow, mapping=replace(mapping, columns=columns)), wide


def _cells(wide: Wide) -> Iterator[tuple[str, tuple[str, str]]]:
    """Every cell's own name, with its field and its header."""
    for field, columns in wide.columns.items():
        for number, period in enumerate(wide.periods):
            if period in columns:
                yield f"{field}@{number}", (field, columns[period])


def _rules(source: Source, cells: dict[str, tuple[str, str]]) -> Iterator[Rule]:
    spread_fields = {field for field, _ in cells.values()}
    for rule in source.rules:
        if rule.field not in spread_fields:
            yield rule
        for cell, (field, _) in cells.items():
            if field == rule.field:
                condition = re.sub(rf"\b{field}\b", name(cell), rule.condition)
                yield Rule(rule.code, cell, condition)


def folded(rows: str, source: Source, wide: Wide, habits: Habits) -> str:
    """SQL of annotated rows with the columns of `source` and their periods in `CELLS`."""
    cells = dict(_cells(wide))
    period, fields = _parts(source)
    first, *_ = days = wide.days(date.fromisoformat(habits.first_week))
    packed = ", ".join(
        f"struct_pack({period} := DATE {text(day.isoformat())}, "
        + ", ".join(f"{f.name} := {_cell(f, number, cells)}" for f in fields)
        + ")"
        for number, day in enumerate(days)
    )
    dropped = ", ".join(map(name, cells))
    empty = "".join(
        f"CAST(NULL AS {SQL_TYPES[f.kind]}) AS {name(f.name)}, "
        for f in fields
        if f.name in wide.columns
    )
    # The first day stands for the row, so that next year's file is no repeat of this one's.
    return (
        f"SELECT * EXCLUDE ({dropped}), {empty}DATE {text(first.isoformat())} AS {name(period)}, "
        f"CASE WHEN reason IS NULL THEN [{packed}] END AS {CELLS} FROM ({rows})"
    )


def _parts(source: Source) -> tuple[str, list[Field]]:
    assert source.series is not None  # noqa: S101 # only such a source is ever wide
    return source.series.period, [source.field(field) for field in source.series.fields]


def _cell(field: Field, number: int, cells: dict[str, tuple[str, str]]) -> str:
    cell = f"{field.name}@{number}"
    if cell in cells:
        return name(cell)
    return f"CAST(NULL AS {SQL_TYPES[field.kind]})"


def unfolded(rows: str, source: Source) -> str:
    """SQL of clean rows, one for each period that has a figure, with the source's columns.

    Args:
        rows: SQL of the clean rows with `CELLS`, NULL for rows of a file that is not wide.
        source: what they are.
    """
    period, fields = _parts(source)
    told = f"cell.{name(fields[0].name)} IS NOT NULL"
    inside = {period, *(field.name for field in fields)}
    chosen = ", ".join(
        f"coalesce(cell.{name(f.name)}, {name(f.name)}) AS {name(f.name)}"
        if f.name in inside
        else name(f.name)
        for f in source.columns
    )
    return (
        f"SELECT {chosen} FROM (SELECT *, unnest(coalesce({CELLS}, [NULL])) AS cell FROM ({rows})) "
        f"WHERE {CELLS} IS NULL OR {told}"
    )


def said(wide: Wide, habits: Habits) -> list[Finding]:
    """What she should know about a wide file before she relies on it."""
    columns = list(next(iter(wide.columns.values())).values())
    facts = {"columns": len(columns), "first": columns[0], "last": columns[-1]}
    notes = [Finding("weeks_across", "info", facts=facts)]
    if wide.opens:
        weekday = {"weekday": DAYS[wide.opens]}
        notes.append(Finding("weeks_start_on", "info", column=columns[0], facts=weekday))
    if wide.is_numbered:
        counted = {"first_week": habits.first_week}
        notes.append(Finding("weeks_numbered", "warning", column=columns[0], facts=counted))
    return notes
