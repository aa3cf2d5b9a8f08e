"""Verb about what data can carry: quality."""

import argparse

import pandas as pd

from promo import workflow
from promo.cli.output import Result
from promo.cli.source import add_dataset, dataset_for
from promo.cli.verb import Verb
from promo.words import translate


def _quality(arguments: argparse.Namespace) -> Result:
    with dataset_for(arguments) as dataset:
        gates = workflow.gate(dataset)
        return {
            "gate": [_page(one) for one in gates],
            "needs": [
                {"page": one.page, "what": need.what, "need": need.need, "have": need.have}
                for one in gates
                for need in one.needs
            ],
            "coverage": [_days(one) for one in workflow.coverage(dataset)],
            "profiles": [
                {"table": table.table, **_column(one)}
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


def _days(one: workflow.Coverage) -> dict[str, object]:
    return {
        "table": one.table,
        "first": str(one.first),
        "last": str(one.last),
        "whole_weeks": one.whole_weeks,
        "gaps": [f"{gap.first}..{gap.last}" for gap in one.gaps],
        "rests": [translate("en", f"quality.weekday.{day}") for day in one.rests],
        "cut_first": one.cut_first,
        "cut_last": one.cut_last,
    }


def _column(one: workflow.ColumnProfile) -> dict[str, object]:
    value, rows = one.common[0] if one.common else ("", 0)
    return {
        "column": one.name,
        "kind": one.kind,
        "filled": one.filled,
        "share": one.share,
        "distinct": one.distinct,
        "approximate": one.approximate,
        "least": _value(one, one.least),
        "middle": _value(one, one.middle),
        "most": _value(one, one.most),
        "commonest": value,
        "commonest_rows": rows,
    }


def _value(one: workflow.ColumnProfile, value: float | None) -> object:
    if one.kind != "time" or value is None:
        return value
    return pd.Timestamp(value, unit="s").round("s").isoformat()


VERBS = (Verb("quality", "what a dataset holds and which pages it carries", add_dataset, _quality),)
