"""Verbs about decisions: plan, choose."""

import argparse
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

from promo import workflow
from promo.cli.output import Result, records, save
from promo.cli.source import add_dataset, dataset_for
from promo.cli.verb import Verb
from promo.errors import BadRequest, NotFound


def _plan_arguments(parser: argparse.ArgumentParser) -> None:
    add_dataset(parser)
    parser.add_argument("--budget", type=float, required=True, metavar="MONEY")
    parser.add_argument("--rules", type=Path, metavar="rules.toml", help="further rules")
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--objective", default="profit", choices=workflow.OBJECTIVES)
    parser.add_argument("--assumed-margin", type=float, default=0.45, metavar="SHARE")
    parser.add_argument("--out", type=Path, metavar="plan.csv")


def _plan(arguments: argparse.Namespace) -> Result:
    asked = _request(arguments.budget, arguments.rules)
    settings = workflow.StudySettings(arguments.weeks, arguments.assumed_margin)
    with dataset_for(arguments) as dataset:
        desk = workflow.open_desk(workflow.study(dataset, settings), objective=arguments.objective)
    plan = workflow.exact_plan(desk, asked, gap=5e-5, seconds=60.0)
    save(plan.rows, arguments.out)
    prices = plan.rules[plan.rules["shadow_price"].fillna(0).ne(0)]
    return {
        "status": plan.status,
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "cost": float(plan.rows["cost"].sum()),
        "shadow_prices": records(prices[["rule", "scope", "shadow_price"]]),
        "baseline": records(plan.baselines),
        "expected_gain": {
            "estimate": plan.gain.estimate, "low": plan.gain.low, "high": plan.gain.high,
        },
        "solve_ms": plan.solve_ms,
    }  # fmt: skip


def _request(budget: float, path: Path | None) -> workflow.PlanRequest:
    """The budget and the rules of a TOML file; names are fields of `PlanRequest`."""
    rules = _read_rules(path) if path else {}
    known = {field.name for field in fields(workflow.PlanRequest)}
    for name in rules:
        if name not in known:
            raise BadRequest(field=str(path), value=name)
    return workflow.PlanRequest(**{"max_discount": workflow.DEEPEST, **rules, "budget": budget})


def _read_rules(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(kind="file", name=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise BadRequest(field=str(path), value=str(error)) from None


VERBS = (Verb("plan", "the best discount plan within a budget", _plan_arguments, _plan),)
