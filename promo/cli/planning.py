"""Verbs about decisions: plan, choose."""

import argparse
import tomllib
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from promo import workflow
from promo.cli.output import Result, records, save
from promo.cli.source import MARGIN, add_dataset, pairs, study_for
from promo.cli.verb import Verb
from promo.domain import Plan
from promo.errors import BadRequest, NotFound, NotUsable


def add_desk(parser: argparse.ArgumentParser) -> None:
    """The arguments of every verb that plans."""
    add_dataset(parser)
    parser.add_argument("--budget", type=float, required=True, metavar="MONEY")
    parser.add_argument("--rules", type=Path, metavar="rules.toml", help="further rules")
    parser.add_argument("--weeks", type=int, default=4)
    parser.add_argument("--step", type=float, default=0.05, metavar="SHARE", help="discount steps")
    parser.add_argument("--assumed-margin", type=float, default=MARGIN, metavar="SHARE")
    parser.add_argument(
        "--lengths", type=int, nargs="+", metavar="WEEKS",
        help="how long a promotion may run; one campaign over all weeks where nothing is said",
    )  # fmt: skip
    parser.add_argument(
        "--mechanics", nargs="+", default=["percent"], choices=list(workflow.MECHANICS),
        help="ways to give a discount; all but percent rest on stated assumptions",
    )  # fmt: skip
    parser.add_argument(
        "--endings", type=float, nargs="+", default=[], metavar="PRICE",
        help="what promotional prices end in: 0.99 for 12.99, 9 for 129",
    )  # fmt: skip


def desk_for(arguments: argparse.Namespace, asked: workflow.PlanRequest) -> workflow.Desk:
    """The desk of the dataset that is named.

    Raises:
        BadRequest: a rule names what the dataset does not have.
    """
    settings = workflow.StudySettings(arguments.weeks, arguments.assumed_margin)
    offer = workflow.Offer(
        lengths=arguments.lengths,
        mechanics=tuple(workflow.MECHANICS[name] for name in arguments.mechanics),
        endings=arguments.endings,
    )
    desk = workflow.open_desk(study_for(arguments, settings), step=arguments.step, offer=offer)
    for number, rule in enumerate(asked.more, 1):
        try:
            workflow.check_rule(desk, rule)
        except BadRequest as error:
            field = f"{arguments.rules}: rule {number}, {rule.code}: {error.facts['field']}"
            raise BadRequest(**error.facts | {"field": field}) from None
    return desk


def _plan_arguments(parser: argparse.ArgumentParser) -> None:
    add_desk(parser)
    parser.add_argument("--objective", default="profit", choices=workflow.OBJECTIVES)
    parser.add_argument(
        "--caution", type=float, default=workflow.CORRECTION, metavar="SHARE",
        help="probability with which demand answers at least as strongly as the choice counts on",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="plan.csv")


def _plan(arguments: argparse.Namespace) -> Result:
    asked = replace(
        request_for(arguments), caution=arguments.caution, objective=arguments.objective
    )
    desk = desk_for(arguments, asked)
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
            "bad_fifth": plan.gain.bad_fifth, "loses": plan.gain.loses,
        },
        **({"caution": _caution(desk, asked)} if asked.objective == "profit" else {}),
        "counted_together": _together(desk, asked, plan),
        "solve_ms": plan.solve_ms,
    }  # fmt: skip


def _together(desk: workflow.Desk, asked: workflow.PlanRequest, plan: Plan) -> Result:
    """The profit of the plan when all its promotions meet, and by how much its rows say more."""
    exact = workflow.true_value(desk, asked, plan)
    return {"profit": exact.total("profit"), "error": exact.error}


def _caution(desk: workflow.Desk, asked: workflow.PlanRequest) -> Result:
    """How carefully was chosen, and what that gives up and brings."""
    stops = {"asked": asked.caution, "little": workflow.CORRECTION}
    path = workflow.caution_path(partial(workflow.gain_at, desk), asked, stops)
    price = workflow.price_of_caution(path, "asked")
    return {
        "probability": asked.caution, "gives_up": price.gives_up,
        "bad_fifth_brings": price.brings,
    }  # fmt: skip


def request_for(arguments: argparse.Namespace) -> workflow.PlanRequest:
    """The budget and the rules of a TOML file; `docs/command-line.md` says how they are written."""
    path = arguments.rules
    said = _read_rules(path) if path else {}
    try:
        request = workflow.request_from({"max_discount": workflow.DEEPEST, **said})
    except BadRequest as error:
        raise BadRequest(**error.facts | {"field": f"{path}: {error.facts['field']}"}) from None
    return replace(request, budget=arguments.budget)


def _read_rules(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotFound(kind="file", name=str(path)) from None
    except tomllib.TOMLDecodeError as error:
        raise NotUsable(name=str(path), why=str(error)) from None


SHOWN = 20
"""Chosen rows that are printed; `--out` has them all."""


def _choose_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("options", type=Path, metavar="OPTIONS.csv")
    parser.add_argument("--one-per", required=True, metavar="COL[,COL]")
    goal = parser.add_mutually_exclusive_group(required=True)
    goal.add_argument("--maximise", metavar="COL")
    goal.add_argument("--minimise", metavar="COL")
    parser.add_argument("--limit", nargs="+", action="extend", default=[], metavar="COL=MAX")
    parser.add_argument("--at-least", nargs="+", action="extend", default=[], metavar="COL=MIN")
    parser.add_argument(
        "--limit-per", nargs="+", action="extend", default=[], metavar="COL:CAPCOL",
        help="per value of the first --one-per column, sum of COL at most its CAPCOL",
    )  # fmt: skip
    parser.add_argument("--relax", action="store_true", help="the LP instead of the exact plan")
    parser.add_argument(
        "--seconds", type=float, default=50.0,
        help="after which the best choice so far is printed with its gap",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="CHOSEN.csv")


def _choose(arguments: argparse.Namespace) -> Result:
    choice = workflow.choose(
        _read_options(arguments.options),
        one_per=arguments.one_per.split(","),
        maximise=arguments.maximise,
        minimise=arguments.minimise,
        limits=_numbers(arguments.limit, "--limit"),
        at_least=_numbers(arguments.at_least, "--at-least"),
        limits_per=pairs(arguments.limit_per, "--limit-per", ":"),
        relax=arguments.relax,
        seconds=arguments.seconds,
    )
    save(choice.rows, arguments.out)
    return {
        "status": choice.status,
        "objective": choice.objective,
        "bound": choice.bound,
        "gap": choice.gap,
        "shadow_prices": choice.shadow_prices,
        "chosen": len(choice.rows),
        "first_chosen": records(choice.rows.head(SHOWN)),
        "solve_ms": choice.solve_ms,
        "build_ms": choice.build_ms,
    }


def _read_options(path: Path) -> pd.DataFrame:
    """The options table of a CSV file.

    Raises:
        NotFound: there is no such file.
        NotUsable: it is no CSV.
    """
    try:
        return pd.read_csv(path)
    except FileNotFoundError:
        raise NotFound(kind="file", name=str(path)) from None
    except (ValueError, OSError) as error:  # pandas' parser errors are ValueErrors
        raise NotUsable(name=str(path), why=str(error).strip()) from None


def _numbers(words: list[str], field: str) -> dict[str, float]:
    found = {}
    for name, value in pairs(words, field).items():
        try:
            found[name] = float(value)
        except ValueError:
            raise BadRequest(field=f"{field} {name}", value=value, must="number") from None
    return found


VERBS = (
    Verb("plan", "the best discount plan within a budget", _plan_arguments, _plan),
    Verb("choose", "the bare optimiser on a table of options", _choose_arguments, _choose),
)
