"""Use cases about decisions: open a desk, plan while she moves, plan to run."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Event, Lock
from typing import Any

import numpy as np
import pandas as pd

from promo import evaluate, learn, optimize
from promo.domain import (
    Options,
    Plan,
)
from promo.errors import BadRequest, Infeasible
from promo.workflow.requests import CORRECTION, PlanRequest
from promo.workflow.studies import DEEPEST, Study

OBJECTIVES = optimize.MEASURES
REACH = 0.1
"""How far beyond the deepest discount ever seen on a product an option may go, share of the list
price: two usual steps. Beyond that a curve is a guess."""


@dataclass(frozen=True, eq=False)
class Desk:
    """A study with its optimisation model, built once; every slider move goes to this model.

    Models that choose at another caution or for another objective are made when first asked for and
    the last few kept in `others`.
    """

    study: Study
    scene: optimize.Scene
    options: Options
    model: optimize.PlanModel
    shallowest: float
    others: dict[tuple[object, ...], optimize.PlanModel] = field(default_factory=dict)
    _grounds: dict[float, optimize.Ground] = field(default_factory=dict)
    _making: Lock = field(default_factory=Lock)

    def model_for(self, request: PlanRequest) -> optimize.PlanModel:
        """The model that maximises what is asked, as carefully as is asked."""
        aim = request.objective
        key = (request.caution, aim if isinstance(aim, str) else tuple(sorted(aim.items())))
        if key == (CORRECTION, self.model.objective):
            return self.model
        with self._making:
            if key not in self.others:
                model = self.model.aiming_at(aim)
                if request.caution != CORRECTION:
                    beliefs = replace(self.scene, caution=request.caution)
                    model = model.chosen_by(optimize.build_options(beliefs))
                while len(self.others) >= MODELS_KEPT:
                    self.others.pop(next(iter(self.others)))
                self.others[key] = model
            return self.others[key]

    def ground(self, share: float) -> optimize.Ground:
        """What plans are counted on where `share` of every stock may be sold."""
        with self._making:
            if share not in self._grounds:
                scene, held = self.scene, self.scene.stock
                if share != 1:
                    scene = replace(scene, stock={name: share * held[name] for name in held})
                while len(self._grounds) >= MODELS_KEPT:
                    self._grounds.pop(next(iter(self._grounds)))
                self._grounds[share] = optimize.Ground(scene)
            return self._grounds[share]

    @property
    def has_calendar(self) -> bool:
        """Whether promotions may run in some of the weeks only."""
        return self.scene.offer.lengths is not None

    @cached_property
    def most_spent(self) -> float:
        """What the best plan would spend if money were free and no weeks lay between promotions."""
        free = PlanRequest(min_discount=self.shallowest, max_discount=DEEPEST)
        return float(self.model.outlined(free).total["cost"])

    @cached_property
    def campaign_model(self) -> optimize.PlanModel:
        """The model of one campaign of plain discounts over the whole horizon."""
        if self.model.flat is self.options:
            return self.model
        return optimize.PlanModel(
            self.model.flat, self.study.stock, brand=self.study.brand, history=self.study.panel
        )


GAP, SECONDS = 1e-3, 10.0
"""Share of the uplift that a plan to run may leave open, and how long may be looked for it."""

MODELS_KEPT = 6
"""Models of other cautions and objectives, each as large as its options; stocks as well."""


def ladder(step: float) -> tuple[float, ...]:
    """Discounts on offer `step` apart, a share of the list price.

    Raises:
        BadRequest: the step is not between one percent and the deepest discount.
    """
    if not 0.01 - 1e-9 <= step <= DEEPEST:
        raise BadRequest(field="step", value=step, must="step")
    return tuple(round(k * step, 6) for k in range(int(DEEPEST / step + 1e-9) + 1))


def open_desk(study: Study, *, step: float = 0.05, offer: optimize.Offer | None = None) -> Desk:
    """Price every option of a study and build the optimisation model.

    Args:
        study: what was learned.
        step: distance between two discounts on offer, share of the list price.
        offer: how long, in which way and at whose cost discounts may be given; its own ladder does
            not matter. One campaign of plain discounts where nothing is said.

    Raises:
        BadRequest: the step is not between one percent and the deepest discount.
    """
    steps = ladder(step)
    given = optimize.Offer(steps) if offer is None else replace(offer, ladder=steps)
    plain = optimize.Offer(steps, funding=given.funding, salvage=given.salvage)
    scene = optimize.Scene(
        study.curves, study.forecast, given,
        study.start, study.settings.weeks, study.stock, REACH, CORRECTION,
        study.associations.rows, study.acquisition.rows,
    )  # fmt: skip
    options = optimize.build_options(scene)
    same = scene.offer.lengths is None and scene.offer.mechanics == plain.mechanics
    flat = options if same else optimize.build_options(replace(scene, offer=plain))
    model = optimize.PlanModel(
        options, study.stock, brand=study.brand, history=study.panel, flat=flat
    )
    seen = learn.shallowest(study.panel)
    shallowest = max((depth for depth in steps if depth <= seen + 1e-9), default=0.0)
    return Desk(study, scene, options, model, shallowest)


def default_request(desk: Desk) -> PlanRequest:
    """A first request: half of what the best plan would spend if money were free.

    The smallest discount is the shallowest that the shop's own promotions have shown, because
    the lift of being promoted was learned from those and not from a token reduction. In a calendar
    a week lies between two promotions, in which the dip of the first is over.
    """
    apart = optimize.rule_from({"rule": "gap", "weeks": 1})
    open_to_all = PlanRequest(
        min_discount=desk.shallowest, max_discount=DEEPEST,
        more=(apart,) if desk.has_calendar else (),
    )  # fmt: skip
    spend = desk.most_spent
    if desk.has_calendar:
        spend = float(desk.model.outlined(open_to_all).total["cost"])
    return replace(open_to_all, budget=float(f"{spend / 2:.2g}"))


def quick_plan(desk: Desk, request: PlanRequest, *, stop: Event | None = None) -> Plan:
    """The plan while the slider moves: the linear relaxation, in milliseconds.

    Raises:
        Infeasible: the rules contradict each other; the facts name them.
        Cancelled: `stop` was set by another thread.
    """
    return desk.model_for(request).relaxed(request, stop=stop)


def exact_plan(
    desk: Desk, request: PlanRequest, *, gap: float = GAP, seconds: float = SECONDS,
    stop: Event | None = None,
) -> Plan:  # fmt: skip
    """The plan to run: one discount per product and segment, with a proven gap.

    Args:
        desk: where the model is.
        request: the rules.
        gap: share of the uplift at which to stop looking for better.
        seconds: after which the best plan so far is returned with its gap.
        stop: gives the plan up when another thread sets it.

    Raises:
        Infeasible: the rules contradict each other; the facts name them.
        OutOfTime: nothing that keeps the rules was found in time.
        Cancelled: it was given up.
    """
    model = desk.model_for(request)
    model = model.apart() if seconds > SECONDS else model
    return model.exact(request, seconds=seconds, gap=gap, stop=stop)


def ran_out_of_time(plan: Plan) -> bool:
    """Whether a plan to run leaves more open than was asked, because its time was up."""
    # Twice: the engine counts the share without what was set by hand.
    return plan.exact and plan.gap > 2 * GAP


def options_looked_at(desk: Desk, request: PlanRequest) -> tuple[int, int]:
    """Promotions on offer, and how many of them are in no best plan under these rules.

    The latter are known before anything is solved, whatever a unit of money or stock may cost.
    """
    return desk.model_for(request).looked_at(request)


def ways_out(
    desk: Desk, request: PlanRequest, *, stop: Event | None = None
) -> tuple[optimize.WayOut, ...]:
    """What could be relaxed where no plan keeps all rules, no further than needed.

    The one whose plan gains most comes first; empty where there is a plan.

    Raises:
        Cancelled: `stop` was set by another thread.
    """
    return desk.model_for(request).ways_out(request, stop)


def budget_path(desk: Desk, request: PlanRequest, points: int = 9) -> pd.DataFrame:
    """What more or less money would bring under the same other rules, were profit the aim.

    Returns:
        `budget` (money), `gain` (profit over no promotion) and `price` (gain per one more unit of
        budget), from 0 to what the plan would spend if money were free, without budgets at which
        there is no plan.
    """
    request = replace(request, objective="profit")
    model, rows = desk.model_for(request), []
    most = model.outlined(replace(request, budget=None)).total["cost"]
    for budget in np.linspace(0.0, most, points).tolist():
        with suppress(Infeasible):
            plan = model.outlined(replace(request, budget=budget))
            rows.append((budget, plan.gain.estimate, plan.price))
    return pd.DataFrame(rows, columns=["budget", "gain", "price"], dtype="float64")


@dataclass(frozen=True, eq=False)
class Changes:
    """What one plan does otherwise than the one before it.

    `rows` is what `promo.evaluate.differing_rows` says, the plan before on the left; `moves` counts
    them by what has changed; `gain` is by how much more the plan gains, money. `longer` says by how
    many weeks more it plans; then only discounts are told apart, because no promotion has the weeks
    that it had.
    """

    rows: pd.DataFrame
    moves: dict[str, int]
    gain: float
    longer: int = 0


def changes(before: Plan, now: Plan) -> Changes:
    """What a plan does otherwise than the one before it."""
    rows = evaluate.differing_rows(before.rows, now.rows)
    longer = int(now.rows["weeks"].max() - before.rows["weeks"].max())
    if longer:
        apart = rows["discount_right"].fillna(0.0) - rows["discount_left"].fillna(0.0)
        rows = rows[apart.abs() > 1e-9]
    return Changes(rows, evaluate.moves(rows), now.gain.estimate - before.gain.estimate, longer)


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
