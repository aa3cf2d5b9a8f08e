"""Use cases about a plan as a whole: what it is worth when all of it meets, and planned so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from threading import Event
from typing import Literal

import numpy as np
import pandas as pd

from promo import optimize
from promo.domain import Options, Plan
from promo.workflow.desks import Desk
from promo.workflow.requests import PlanRequest

Cause = Literal["others", "shelf", "dip"]

TELLING = 0.2
"""Share of what the sum of a plan is wrong by from which on a cause of it is worth a word."""


@dataclass(frozen=True)
class Together:
    """What a plan gains over no promotion, in money, and why the sum of its rows says otherwise.

    `gain` is counted with all promotions in it at once, `promised` is the sum of the promotions as
    if each ran alone. `causes` tell the difference, the larger one first: promotions of `others`
    in the same weeks, one `shelf` for all promotions of a product, the `dip` after one promotion
    that the next one meets.
    """

    gain: float
    promised: float
    causes: tuple[Cause, ...] = ()

    @property
    def error(self) -> float:
        """By how much the sum promises too much; below 0 the plan gains more than it says."""
        return self.promised - self.gain

    @property
    def share(self) -> float:
        """The error as a share of what is promised or gained, whichever is larger; 0 of nothing."""
        most = max(abs(self.promised), abs(self.gain))
        return self.error / most if most > 0 else 0.0


def true_value(desk: Desk, request: PlanRequest, plan: Plan) -> optimize.Exact:
    """What a plan is worth when all its promotions meet, and by how much its rows promise more.

    The rows of a plan count each promotion as if it ran alone; here rivals promoted in the same
    week, partners, the dip after every promotion and the shelf, as far as the request lets it be
    sold, are all in it at once.
    """
    return optimize.exactly(desk.ground(request.sellable).scene, plan.rows)


def counted_together(desk: Desk, request: PlanRequest, plan: Plan) -> Together:
    """What a plan gains when all its promotions meet, beside what their sum promises."""
    ground = desk.ground(request.sellable)
    gain, alone = (
        optimize.exactly(scene, plan.rows).total("profit") - ground.idle
        for scene in (ground.scene, ground.apart)
    )
    promised = plan.gain.estimate
    side = float((plan.rows["cannibalised"] - plan.rows["halo"]).sum())
    own = promised + side - alone
    return Together(gain, promised, _causes(ground.scene, plan.rows, promised - gain, own))


def _causes(
    scene: optimize.Scene, rows: pd.DataFrame, error: float, own: float
) -> tuple[Cause, ...]:
    """What an error comes from, of which `own` lies between promotions of one product."""
    found: dict[Cause, float] = {"others": error - own}
    on = rows.loc[rows["discount"] > 0, ["product_id", "segment", "first", "weeks"]]
    if not scene.stock.keys().isdisjoint(on["product_id"]):
        found["shelf"] = own
    if _meets(on):
        found["dip"] = own
    large = [one for one, part in found.items() if part * error > 0 and part / error >= TELLING]
    return tuple(sorted(large, key=lambda one: -found[one] / error))


def _meets(on: pd.DataFrame) -> bool:
    """Whether a promotion begins in the week after another one of its product and segment."""
    if on["first"].nunique() < 2:
        return False
    on = on.sort_values(["product_id", "segment", "first"])
    again = on.duplicated(["product_id", "segment"]).to_numpy()
    end = on["first"] + pd.to_timedelta(7 * on["weeks"], unit="D")
    return bool((again & (on["first"] <= end.shift()).to_numpy()).any())


def improved_plan(
    desk: Desk, request: PlanRequest, plan: Plan, *, stop: Event | None = None
) -> tuple[Plan, float]:
    """The plan to run after every option was priced anew around `plan`, a few times.

    Args:
        desk: where the model is.
        request: the rules, which every plan keeps.
        plan: an exact plan for them, to begin with.
        stop: gives it up when another thread sets it.

    Returns:
        The best of these plans by its true value, `plan` itself where none is better, and how much
        more than `plan` it brings of what the request is for, in the unit of that.

    Raises:
        OutOfTime: nothing that keeps the rules was found in time.
        Cancelled: `stop` was set by another thread.
    """
    model, scene = desk.model_for(request), desk.ground(request.sellable).scene
    plans = {id(plan.rows): plan}
    aims = optimize.weighted(request.objective)

    def solve(options: Options) -> pd.DataFrame:
        found = model.chosen_by(options).exact(request, stop=stop)
        plans[id(found.rows)] = found
        return found.rows

    # Judged by what is promised, as all that is told of a plan: caution only chooses.
    def worth(rows: pd.DataFrame) -> float:
        value = optimize.exactly(scene, rows)
        return float(np.sum([weight * value.total(name) for name, weight in aims.items()]))

    beliefs = replace(scene, caution=request.caution)
    rows, gained = optimize.improved(beliefs, solve, plan.rows, worth)
    return plans[id(rows)], gained
