# ruff: noqa: S608 # SQL is made of our own names, escaped headers and escaped paths only
"""Wide files: read and judged row by row as they come, then one row per period at rest.

While a file is read every cell is a field of its own (`units@3`), so that a cell that is no number
sets its whole row aside and is named by its column. What is clean carries its periods in the list
`CELLS`, and `unfolded` makes rows of them.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from promo.domain import FIRST_WEEK, Finding
from promo.ingest.engine import name, text
from promo.ingest.sources import Field, Rule, Source
from promo.ingest.sources.series import Wide
from promo.ingest.values.annotate import SQL_TYPES
from promo.ingest.values.conventions import DAYS
from promo.ingest.values.evidence import Case
from promo.ingest.values.habits import Habits
from promo.ingest.values.mapping import OPTIONS
from promo.ingest.values.questions import Question

CELLS = "cells"
Cells = Mapping[str, tuple[str, str]]
"""Every cell's own name, with its field and its header."""


def spread(case: Case) -> tuple[Case, Wide | None]:
    """The case with one field per cell where its file is wide; else the case as it is."""
    source, mapping = case.source, case.mapping
    wide = source.wide(mapping.columns, case.staged.layout.columns)
    if wide is None or source.series is None:
        return case, None
    cells = dict(_cells(wide))
    series, absent = source.series, source.absent or {}
    told = {series.period, *wide.columns}
    fields = tuple(
        replace(source.field(field), name=cell, required=False, empty_ok=True)
        for cell, (field, _) in cells.items()
    )
    narrow = replace(
        source,
        fields=(*(f for f in source.fields if f.name not in told), *fields),
        rules=tuple(_rules(source, wide, cells)),
        warnings=tuple(_warnings(source, wide, cells)),
        absent={key: code for key, code in absent.items() if key not in told},
        identity="",
        series=None,
    )
    columns = {key: at for key, at in mapping.columns.items() if key not in wide.columns}
    columns |= {cell: header for cell, (_, header) in cells.items()}
    return replace(case, source=narrow, mapping=replace(mapping, columns=columns)), wide


def _numbers(wide: Wide) -> range:
    return range(len(wide.periods))


def _cells(wide: Wide) -> Iterator[tuple[str, tuple[str, str]]]:
    """Every cell's own name, with its field and its header."""
    for field, columns in wide.columns.items():
        for number, period in enumerate(wide.periods):
            if period in columns:
                yield f"{field}@{number}", (field, columns[period])


def _rules(source: Source, wide: Wide, cells: Cells) -> Iterator[Rule]:
    """The rules of the source, cell by cell; a row that tells no period is of no use."""
    for field in (needed := _needed(source, wide)):
        told = (_told(needed[: needed.index(field) + 1], n, cells) for n in _numbers(wide))
        yield Rule("missing", _first(field, cells), f"NOT ({' OR '.join(told)})")
    for rule in source.rules:
        if rule.field not in wide.columns:
            yield rule
        for cell, (field, _) in cells.items():
            if field == rule.field:
                condition = re.sub(rf"\b{field}\b", name(cell), rule.condition)
                yield Rule(rule.code, cell, condition)


def _warnings(source: Source, wide: Wide, cells: Cells) -> Iterator[Rule]:
    """The warnings of the source, about rows of which one period or more deserves them."""
    _, fields = _parts(source)
    inside = re.compile(rf"\b({'|'.join(field.name for field in fields)})\b")
    for rule in source.warnings:
        field = _first(rule.field, cells)
        yield Rule(rule.code, field, _any(inside.sub(r'coalesce(cell."\1", "\1")', rule.condition)))
    needed = _needed(source, wide)
    half = " OR ".join(f"cell.{name(field)} IS NOT NULL" for field in needed)
    yield Rule("weeks_unfilled", _first(needed[0], cells), _any(f"NOT cell.told AND ({half})"))


def _first(field: str, cells: Cells) -> str:
    return next((cell for cell, (one, _) in cells.items() if one == field), field)


def _any(condition: str) -> str:
    return f"len(list_filter({CELLS}, lambda cell: {condition})) > 0"


def _needed(source: Source, wide: Wide) -> list[str]:
    """The fields without one of which a period says nothing."""
    _, fields = _parts(source)
    return [f.name for f in fields if f.name in wide.columns and (f.required or not f.empty_ok)]


def _told(needed: Sequence[str], number: int, cells: Cells) -> str:
    """SQL of whether a row says enough about the period of that number."""
    there = (f"{field}@{number}" for field in needed)
    return " AND ".join(f"{name(c)} IS NOT NULL" if c in cells else "false" for c in there)


def folded(rows: str, source: Source, wide: Wide, habits: Habits) -> str:
    """SQL of annotated rows with the columns of `source` and their periods in `CELLS`."""
    cells = dict(_cells(wide))
    period, fields = _parts(source)
    needed = _needed(source, wide)
    packed = ", ".join(
        f"struct_pack({period} := DATE {text(day.isoformat())}, "
        f"told := {_told(needed, number, cells)}, "
        + ", ".join(f"{f.name} := {_cell(f, number, cells)}" for f in fields)
        + ")"
        for number, day in enumerate(wide.days(date.fromisoformat(habits.first_week)))
    )
    dropped = ", ".join(map(name, cells))
    empty = "".join(
        f"CAST(NULL AS {SQL_TYPES[f.kind]}) AS {name(f.name)}, "
        for f in fields
        if f.name in wide.columns
    )
    return (
        f"SELECT * EXCLUDE ({dropped}), {empty}CAST(NULL AS DATE) AS {name(period)}, "
        f"CASE WHEN reason IS NULL THEN [{packed}] END AS {CELLS} FROM ({rows})"
    )


def _parts(source: Source) -> tuple[str, list[Field]]:
    assert source.series is not None  # noqa: S101 # only such a source is ever wide
    return source.series.period, [source.field(field) for field in source.series.fields]


def _cell(field: Field, number: int, cells: Cells) -> str:
    cell = f"{field.name}@{number}"
    if cell in cells:
        return name(cell)
    return f"CAST(NULL AS {SQL_TYPES[field.kind]})"


def unfolded(rows: str, source: Source, also: Sequence[str] = ()) -> str:
    """SQL of clean rows, one for each period that has its figures, with the source's columns.

    Args:
        rows: SQL of the clean rows with `CELLS`, NULL for rows of a file that is not wide.
        source: what they are.
        also: other columns of `rows` to keep.
    """
    period, fields = _parts(source)
    inside = {period, *(field.name for field in fields)}
    chosen = ", ".join(
        f"coalesce(cell.{name(f.name)}, {name(f.name)}) AS {name(f.name)}"
        if f.name in inside
        else name(f.name)
        for f in source.columns
    )
    return (
        f"SELECT {', '.join([*also, chosen])} FROM "
        f"(SELECT *, unnest(coalesce({CELLS}, [NULL])) AS cell FROM ({rows})) "
        f"WHERE {CELLS} IS NULL OR cell.told"
    )


def said(wide: Wide, options: Mapping[str, str]) -> list[Finding]:
    """What she should know about a wide file before she relies on it."""
    columns = list(next(iter(wide.columns.values())).values())
    facts = {"columns": len(columns), "first": columns[0], "last": columns[-1]}
    notes = [Finding("weeks_across", "info", facts=facts)]
    if wide.opens is not None and wide.moved is not None:
        weekday = {"weekday": DAYS[wide.opens]}
        notes.append(Finding("weeks_start_on", "info", column=columns[0], facts=weekday))
    if wide.is_numbered and "first_week" not in options:
        counted = {"first_week": FIRST_WEEK}
        notes.append(Finding("weeks_numbered", "warning", column=columns[0], facts=counted))
    return notes


def asked(wide: Wide, options: Mapping[str, str]) -> Iterator[Question]:
    """The Monday of week 1 where the headers only number their weeks."""
    if wide.is_numbered and "first_week" not in options:
        column = next(iter(next(iter(wide.columns.values())).values()))
        yield Question("first_week", "", OPTIONS["first_week"], column, optional=True)
