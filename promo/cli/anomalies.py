"""The verb about odd weeks: list them, leave them out of learning, undo."""

import argparse
from pathlib import Path

import pandas as pd

from promo import workflow
from promo.cli.output import Result, records, save
from promo.cli.source import DEFAULT_WORKSPACE, workspace_for
from promo.cli.verb import Verb
from promo.domain import Dataset, week_number
from promo.words import anomaly_sentence, translate

KINDS = [kind for kind in workflow.ANOMALY_KINDS if kind not in workflow.NO_CHOICE]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workspace", type=Path, default=DEFAULT_WORKSPACE, metavar="DIR")
    parser.add_argument("--dataset", default=workflow.SAMPLE, metavar="NAME")
    parser.add_argument("--out", type=Path, metavar="OUT.csv")
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--leave-out", nargs="+", choices=KINDS, metavar="KIND",
        help=f"leave all findings of a kind out of learning: {', '.join(KINDS)}",
    )  # fmt: skip
    which.add_argument("--undo", action="store_true", help="take the last choice back")


def _anomalies(arguments: argparse.Namespace) -> Result:
    with workspace_for(arguments.workspace) as workspace:
        dataset = workflow.open_dataset(workspace, arguments.dataset)
        panel = workflow.history_of(dataset)
        rows = workflow.find_anomalies(dataset, panel).rows
        spans = [workflow.weeks_of(one, panel) for one in rows.itertuples()]
        if arguments.undo:
            workflow.undo_left_out(workspace, dataset.name)
        held = workflow.left_out(workspace, dataset.name)
        if arguments.leave_out:
            new = [one for one in spans if one is not None and one.kind in arguments.leave_out]
            held = workflow.leave_out(workspace, dataset.name, panel, [*held, *new])
    names = dict(zip(panel.products["product_id"], panel.products["name"], strict=True))
    told = rows.assign(
        first=rows["first"].dt.strftime("%Y-%m-%d"), last=rows["last"].dt.strftime("%Y-%m-%d"),
        left_out=[one in held for one in spans],
        message=[_said(dataset, one, names) for one in records(rows)],
    )  # fmt: skip
    save(told, arguments.out)
    return {
        "dataset": dataset.name,
        "findings": records(told),
        "left_out": [
            {"product_id": one.product_id, "kind": one.kind, "first": f"{one.first}",
             "last": f"{one.last}"}
            for one in held
        ],
    }  # fmt: skip


def _said(dataset: Dataset, finding: dict[str, object], names: dict[str, str]) -> str:
    product = str(finding["product_id"])
    return anomaly_sentence(
        "en", finding, names.get(product, product),
        lambda monday: _week(monday, undated=workflow.is_undated(dataset)), _number,
    )  # fmt: skip


def _week(monday: pd.Timestamp, *, undated: bool) -> str:
    if undated:
        return translate("en", "quality.week", number=int(week_number(pd.Series([monday])).iloc[0]))
    return translate("en", "anomaly.when.of", day=f"{monday:%Y-%m-%d}")


def _number(value: float) -> str:
    return f"{value:,.1f}" if abs(value) < 10 and value % 1 else f"{value:,.0f}"


VERBS = (Verb("anomalies", "weeks that sold far from what was due", _arguments, _anomalies),)
