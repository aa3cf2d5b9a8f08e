"""The verb about cleaning: show, clean, undo."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from promo import workflow
from promo.cli.output import Result, tell_progress
from promo.cli.source import DEFAULT_WORKSPACE, pairs, workspace_for
from promo.cli.verb import Verb
from promo.domain import Dataset
from promo.errors import BadRequest
from promo.words import finding_sentence

KEEP = "keep"
"""The rule that leaves a column as it is: its step is taken back."""


def _clean_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workspace", type=Path, default=DEFAULT_WORKSPACE, metavar="DIR")
    parser.add_argument("--dataset", default=workflow.SAMPLE, metavar="NAME")
    many: dict[str, Any] = {"nargs": "+", "action": "extend", "default": []}
    parser.add_argument(
        "--missing", metavar="TABLE.COLUMN=RULE", **many,
        help="keep, drop, mean, median or interpolate",
    )  # fmt: skip
    parser.add_argument(
        "--outliers", metavar="TABLE.COLUMN=RULE[:K]", **many,
        help=f"keep, flag, cap or remove beyond K robust standard deviations ({workflow.FAR:g})",
    )  # fmt: skip
    parser.add_argument(
        "--duplicates", metavar="TABLE=COLUMN[+COLUMN][:RULE]", **many,
        help="rows alike in these columns: keep the first, last or latest, or keep all (keep)",
    )  # fmt: skip
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--undo", nargs="?", type=int, const=0, metavar="N", help="take back all steps, or the N-th"
    )
    which.add_argument("--show", action="store_true", help="change nothing (as without any step)")


def _clean(arguments: argparse.Namespace) -> Result:
    with workspace_for(arguments.workspace) as workspace:
        dataset = workflow.open_dataset(workspace, arguments.dataset)
        asked = list(_asked(arguments))
        if arguments.show or (arguments.undo is None and not asked):
            return _account(dataset) | {"suggestions": _suggestions(dataset)}
        steps = _left(dataset, arguments.undo)
        for step in asked:
            steps = workflow.with_step(steps, step)
        used = [step for step in steps if step.rule != KEEP]
        return _account(workflow.clean_dataset(workspace, dataset.name, used, tell_progress))


def _left(dataset: Dataset, undo: int | None) -> Sequence[workflow.CleaningStep]:
    """The steps in use without those that are to be undone."""
    steps = [one.step for one in workflow.cleaning_of(dataset)]
    if undo is None:
        return steps
    if undo and not 1 <= undo <= len(steps):
        raise BadRequest(field="--undo", value=undo, known=list(range(1, len(steps) + 1)))
    return [step for number, step in enumerate(steps, 1) if undo and number != undo]


def _asked(arguments: argparse.Namespace) -> Iterator[workflow.CleaningStep]:
    for place, rule in pairs(arguments.missing, "--missing").items():
        yield _column("missing", place, rule)
    for place, rule in pairs(arguments.outliers, "--outliers").items():
        code, _, far = rule.partition(":")
        step = _column("outliers", place, code)
        yield replace(step, threshold=_number(far)) if far else step
    for word in arguments.duplicates:
        ((table, said),) = pairs([word], "--duplicates").items()
        columns, _, code = said.partition(":")
        yield workflow.CleaningStep(table, "duplicates", tuple(columns.split("+")), code or "first")


def _column(kind: str, place: str, rule: str) -> workflow.CleaningStep:
    table, _, column = place.partition(".")
    if not column:
        raise BadRequest(field=f"--{kind}", value=place, must="table_column")
    return workflow.CleaningStep(table, kind, (column,), rule)  # type: ignore[arg-type] # the caller's literal


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise BadRequest(field="threshold", value=text, must="threshold") from None


def _account(dataset: Dataset) -> dict[str, object]:
    """A dataset with its steps; rows imported = rows in use + rows removed."""
    steps = [
        {
            "table": one.step.table, "kind": one.step.kind, "columns": list(one.step.columns),
            "rule": one.step.rule, "threshold": one.step.threshold, "touched": one.touched,
            "removed": one.removed,
        }
        for one in workflow.cleaning_of(dataset)
    ]  # fmt: skip
    return {
        "dataset": dataset.name,
        "fingerprint": dataset.fingerprint,
        "rows_in": dataset.rows_in_use + dataset.rows_removed,
        "rows_in_use": dataset.rows_in_use,
        "rows_removed": dataset.rows_removed,
        "steps": steps,
    }


def _suggestions(dataset: Dataset) -> list[dict[str, object]]:
    return [
        {
            "table": one.step.table, "columns": list(one.step.columns), "kind": one.step.kind,
            "rows": one.finding.rows, "message": finding_sentence("en", one.finding),
        }
        for one in workflow.suggest_cleaning(dataset).suggestions
    ]  # fmt: skip


VERBS = (Verb("clean", "what is missing, odd or there twice", _clean_arguments, _clean),)
