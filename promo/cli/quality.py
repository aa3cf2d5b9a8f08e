"""Verb about what data can carry: quality."""

import argparse
from collections.abc import Callable
from datetime import date

import pandas as pd

from promo import workflow
from promo.cli.output import Result
from promo.cli.source import add_dataset, dataset_for
from promo.cli.verb import Verb
from promo.domain import week_number
from promo.words import translate

When = Callable[[date], object]
"""How a day is said: as itself, or as the number of its week where weeks are only numbered."""


def _quality(arguments: argparse.Namespace) -> Result:
    with dataset_for(arguments) as dataset:
        gates = workflow.gate(dataset)
        undated = [table for table in dataset.tables if dataset.undated(table)]
        says = {table: _week if table in undated else _iso for table in dataset.tables}
        return {
            "undated": undated,
            "gate": [_page(one) for one in gates],
            "needs": [
                {"page": one.page, "what": need.what, "need": need.need, "have": need.have}
                for one in gates
                for need in one.needs
            ],
            "coverage": [_days(one, says[one.table]) for one in workflow.coverage(dataset)],
            "profiles": [
                {"table": table.table, **_column(one, says[table.table])}
                for table in workflow.profile(dataset)
                for one in table.columns
            ],
        }


def _page(one: workflow.Gate) -> dict[str, object]:
    """One page, what it is short of first, and which file would help."""
    short = one.short
    return {
        "page": one.page,
        "met": one.met,
        "short": short.what if short else "",
        "mend": translate("en", f"quality.help.{short.what}") if short else "",
    }


def _iso(moment: date) -> str:
    """A day or a time, as ISO 8601 writes it."""
    return moment.isoformat()


def _week(day: date) -> int:
    """The number of the week that a day of numbered weeks stands for."""
    return int(week_number(pd.Series([pd.Timestamp(day)])).iloc[0])


def _days(one: workflow.Coverage, when: When) -> dict[str, object]:
    return {
        "table": one.table,
        "first": when(one.first),
        "last": when(one.last),
        "whole_weeks": one.whole_weeks,
        "gaps": [f"{when(gap.first)}..{when(gap.last)}" for gap in one.gaps],
        "rests": [translate("en", f"quality.weekday.{day}") for day in one.rests],
        "cut_first": one.cut_first,
        "cut_last": one.cut_last,
    }


def _column(one: workflow.ColumnProfile, when: When) -> dict[str, object]:
    value, rows = one.common[0] if one.common else ("", 0)
    return {
        "column": one.name,
        "kind": one.kind,
        "filled": one.filled,
        "share": one.share,
        "distinct": one.distinct,
        "approximate": one.approximate,
        "least": _value(one, one.least, when),
        "middle": _value(one, one.middle, when),
        "most": _value(one, one.most, when),
        "commonest": value,
        "commonest_rows": rows,
    }


def _value(one: workflow.ColumnProfile, value: float | None, when: When) -> object:
    if one.kind != "time" or value is None:
        return value
    return when(pd.Timestamp(value, unit="s").round("s"))


VERBS = (Verb("quality", "what a dataset holds and which pages it carries", add_dataset, _quality),)
