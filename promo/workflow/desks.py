"""Use cases about decisions: open a desk, plan while she moves, plan to run."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from promo import evaluate, learn, optimize
from promo.domain import (
    Options,
    Plan,
)
from promo.errors import BadRequest, Infeasible
from promo.workflow.studies import DEEPEST, Study

OBJECTIVES = optimize.OBJECTIVES
CORRECTION = 0.6
"""Probability with which demand answers a discount at least as strongly as a plan promises. An
optimiser picks what is over-estimated; this takes it out of the promise and cost nothing of the
plan's worth in simulated shops
(`docs/decisions/0012-shocks-that-last-and-promotions-that-were-timed.md`)."""

REACH = 0.1
"""How far beyond the deepest discount ever seen on a product an option may go, share of the list
price: two usual steps. Beyond that a curve is a guess."""


@dataclass(frozen=True)
class PlanRequest(optimize.Limits):
    """How far each rule goes, and how carefully is chosen among the plans that keep them.

    `caution` is the probability with which demand answers a discount at least as strongly as the
    choice counts on. It changes what is chosen and never what is told of it: items, money and the
    gain are those at `CORRECTION`, and so is what the rules count.
    """

    caution: float = CORRECTION

    def __post_init__(self) -> None:
        """Refuse what no control can mean.

        Raises:
            BadRequest: a limit or the caution is out of range.
        """
        super().__post_init__()
        if not 0.5 <= self.caution < 1:
            raise BadRequest(field="caution", value=self.caution, must="caution")


@dataclass(frozen=True, eq=False)
class Desk:
    """A study with its optimisation model, built once; every slider move goes to this model.

    Models that choose at another caution are made when first asked for and kept in `chosen_at`.
    """

    study: Study
    options: Options
    model: optimize.PlanModel
    shallowest: float
    ladder: tuple[float, ...]
    chosen_at: dict[float, optimize.PlanModel] = field(default_factory=dict)

    def model_for(self, request: PlanRequest) -> optimize.PlanModel:
        """The model that chooses as carefully as is asked."""
        if request.caution == CORRECTION:
            return self.model
        if request.caution not in self.chosen_at:
            beliefs = _options(self.study, self.ladder, request.caution)
            self.chosen_at[request.caution] = self.model.chosen_by(beliefs)
        return self.chosen_at[request.caution]


def open_desk(
    study: Study, *, step: float = 0.05, objective: optimize.Objective = "profit"
) -> Desk:
    """Price every option of a study and build the optimisation model.

    Args:
        study: what was learned.
        step: distance between two discounts on offer, share of the list price.
        objective: what the plan maximises.

    Raises:
        BadRequest: the step is not between one percent and the deepest discount.
    """
    if not 0.01 - 1e-9 <= step <= DEEPEST:
        raise BadRequest(field="step", value=step, must="step")
    ladder = tuple(round(k * step, 6) for k in range(int(DEEPEST / step + 1e-9) + 1))
    options = _options(study, ladder, CORRECTION)
    model = optimize.PlanModel(options, study.stock, objective=objective, history=study.panel)
    seen = learn.shallowest(study.panel)
    shallowest = max((depth for depth in ladder if depth <= seen + 1e-9), default=0.0)
    return Desk(study, options, model, shallowest, ladder)


def _options(study: Study, ladder: tuple[float, ...], caution: float) -> Options:
    """Every option of a study as priced at one caution."""
    return optimize.build_options(
        study.curves,
        study.forecast,
        ladder,
        study.start,
        study.settings.weeks,
        stock=study.stock,
        reach=REACH,
        caution=caution,
    )


def default_request(desk: Desk) -> PlanRequest:
    """A first request: half of what the best plan would spend if money were free.

    The smallest discount is the shallowest that the shop's own promotions have shown, because
    the lift of being promoted was learned from those and not from a token reduction.
    """
    open_to_all = PlanRequest(min_discount=desk.shallowest, max_discount=DEEPEST)
    spend = _cost(desk.model.relaxed(open_to_all))
    return replace(open_to_all, budget=float(f"{spend / 2:.2g}"))


def quick_plan(desk: Desk, request: PlanRequest) -> Plan:
    """The plan while the slider moves: the linear relaxation, in milliseconds.

    Raises:
        Infeasible: the rules contradict each other; the facts name them.
    """
    return desk.model_for(request).relaxed(request)


def exact_plan(
    desk: Desk, request: PlanRequest, *, gap: float = 1e-3, seconds: float = 10.0
) -> Plan:
    """The plan to run: one discount per product and segment, with a proven gap.

    Args:
        desk: where the model is.
        request: the rules.
        gap: share of the uplift at which to stop looking for better.
        seconds: after which the best plan so far is returned with its gap.

    Raises:
        Infeasible: the rules contradict each other; the facts name them.
        OutOfTime: nothing that keeps the rules was found in time.
    """
    return desk.model_for(request).exact(request, seconds=seconds, gap=gap)


def budget_path(desk: Desk, request: PlanRequest, points: int = 9) -> pd.DataFrame:
    """What more or less money would bring under the same other rules.

    Returns:
        `budget` (money), `gain` (profit over no promotion) and `price` (gain per one more unit of
        budget), from 0 to what the plan would spend if money were free, without budgets at which
        there is no plan.
    """
    most = _cost(quick_plan(desk, replace(request, budget=None)))
    rows = []
    for budget in np.linspace(0.0, most, points).tolist():
        with suppress(Infeasible):
            plan = quick_plan(desk, replace(request, budget=budget))
            rows.append((budget, plan.gain.estimate, price_of(plan, "budget")))
    return pd.DataFrame(rows, columns=["budget", "gain", "price"], dtype="float64")


def price_of(plan: Plan, rule: str) -> float:
    """What one more unit of a rule's limit would bring, summed over its scopes; 0 without it."""
    rows = plan.rules[plan.rules["rule"] == rule]
    return float(rows["shadow_price"].fillna(0.0).sum())


def supported_share(desk: Desk, plan: Plan) -> float:
    """Share of a plan's gain that rests on products whose answer to discounts is known well."""
    return evaluate.supported_share(plan.rows, desk.study.curves.rows)


def choose(options: pd.DataFrame, **question: Any) -> optimize.Choice:
    """The bare optimiser on a table of options; see `promo.optimize.choose`."""
    return optimize.choose(options, **question)


def _cost(plan: Plan) -> float:
    return float(plan.rows["cost"].sum())
