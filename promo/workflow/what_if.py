"""Use cases that ask a plan further: what holds a price, what another aim would bring, what if."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from promo import optimize
from promo.domain import Options, Plan, ResponseCurves
from promo.errors import BadRequest, Infeasible
from promo.optimize import RULES
from promo.tables import OPTIONS
from promo.workflow.desks import Desk
from promo.workflow.requests import PlanRequest, with_amount

STEP = 0.01
"""Share of a limit by which it is moved to see what it is worth."""

SAME = 0.02
"""Share of a price within which another one is the same."""

FARTHEST = 1_000
"""Steps after which nobody asks how much further a price holds."""


@dataclass(frozen=True)
class PriceRange:
    """What one more unit of a rule's amount is worth, and between which amounts that holds.

    `below` and `above` were measured by solving again with a little less and a little more, in the
    objective per unit, NaN where there is no plan or no less of it; between `low` and `high` they
    stay what they are.
    """

    below: float
    above: float
    low: float
    high: float


def price_range(desk: Desk, request: PlanRequest, number: int) -> PriceRange:
    """What a little more or less of a rule brings, by solving the linear plan again.

    Of what can only be whole, promotions or weeks, one more or less is a little.

    Args:
        desk: where the model is.
        request: the rules.
        number: place of the rule among those in force; it has an amount.

    Raises:
        BadRequest: the rule has no amount.
        Infeasible: the rules contradict each other; the facts name them.
    """
    rule = request.rules[number]
    if not rule.amount:
        raise BadRequest(field="rule", value=rule.code, known=[k for k in RULES if RULES[k].amount])
    now, model = float(getattr(rule, rule.amount)), desk.model_for(request)
    step = 1.0 if rule.counted() else max(STEP * now, 1e-6)

    def value(amount: float) -> float:
        return model.comes_to(with_amount(request, rule, amount))

    def slope(one: float, other: float) -> float:
        if one == other:
            return np.nan
        return (value(other) - value(one)) / (other - one)

    below, above = slope(max(now - step, 0.0), now), slope(now, now + step)
    fall = _reach(lambda near, far: slope(max(now - far, 0.0), now - near), below, step, now)
    rise = _reach(lambda near, far: slope(now + near, now + far), above, step, np.inf)
    return PriceRange(below, above, max(now - fall, 0.0), now + rise)


def _reach(slope: Callable[[float, float], float], price: float, step: float, most: float) -> float:
    """How far from a limit its price stays the same, by doubling the distance."""
    if not np.isfinite(price):
        return 0.0
    near = min(step, most)
    while near < most and near < FARTHEST * step:
        far = min(2 * near, most)
        if not abs(slope(near, far) - price) <= SAME * abs(price) + 1e-9:
            break
        near = far
    return near


def frontier(
    desk: Desk, request: PlanRequest, over: optimize.Measure, points: int = 7
) -> pd.DataFrame:
    """What the objective costs in terms of another measure: the best plans between the two.

    The first row is the best plan for the request's objective, the last the best for `over`; those
    between must reach evenly spaced amounts of it (the epsilon-constraint method).

    Returns:
        `reach`, the amount of `over` that was asked for, and the plan's `profit`, `revenue`,
        `units`, `new_customers`, `kept_customers` and `cost`.

    References:
        Haimes, Y. Y., Lasdon, L. S. and Wismer, D. A. (1971). On a bicriterion formulation of the
        problems of integrated system identification and system optimization. IEEE Transactions on
        Systems, Man, and Cybernetics 1(3), 296-297.
    """
    least, most = (
        desk.model_for(asked).outlined(asked).total[over]
        for asked in (request, replace(request, objective=over))
    )
    model = desk.model_for(request)
    rows = []
    for reach in np.linspace(least, most, points).tolist():
        target = optimize.rule_from({"rule": "target", "measure": over, "reach": _under(reach)})
        with suppress(Infeasible):  # the last one may miss its own amount by a rounding
            plan = model.outlined(replace(request, more=(*request.more, target)))
            rows.append([reach, *(plan.total[name] for name in optimize.MEASURES)])
    return pd.DataFrame(rows, columns=["reach", *optimize.MEASURES], dtype="float64")


def _under(amount: float) -> float:
    """A hair less, so that a plan's own amount is within its reach."""
    return amount - 1e-7 * abs(amount)


BELIEFS = ("demand", "elasticity", "unit_cost")
"""What a plan's gain rests on and nobody knows for sure."""

APART = 0.2
"""Share by which each belief is moved."""


def sensitivity(desk: Desk, plan: Plan, apart: float = APART) -> pd.DataFrame:
    """How the gain of a plan moves when one thing is not as believed; the plan stays as it is.

    Returns:
        One row per belief: `low` and `high`, the gain over no promotion when it is lower or higher
        by the share `apart`, money; the widest first.
    """
    rows = {}
    for belief in BELIEFS:
        gains = [gain_under(plan, _options_if(desk, belief, 1 + part)) for part in (-apart, apart)]
        rows[belief] = gains
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["low", "high"], dtype="float64")
    width = (found["high"] - found["low"]).abs()
    return found.loc[width.sort_values(ascending=False, kind="stable").index]


def _options_if(desk: Desk, belief: str, times: float) -> Options:
    """Every option priced anew with one belief changed."""
    scene = desk.scene
    if belief == "demand":
        numbers = ["mean", "low_80", "high_80", "low_95", "high_95"]
        forecast = scene.forecast
        rows = forecast.rows.assign(**times * forecast.rows[numbers])
        return optimize.build_options(replace(scene, forecast=replace(forecast, rows=rows)))
    rows = scene.curves.rows.assign(**{belief: times * scene.curves.rows[belief]})
    curves = ResponseCurves(rows, scene.curves.timing)
    return optimize.build_options(replace(scene, curves=curves))


def gain_under(plan: Plan, options: Options) -> float:
    """What the promotions of a plan gain over none if the options are worth this, money."""
    key = list(OPTIONS.key)
    chosen = plan.rows.loc[plan.rows["discount"] > 0, [*key, "weight"]]
    rows = chosen.merge(options.rows, on=key, how="left", validate="one_to_one")
    none = options.rows.loc[options.rows["discount"] == 0, ["product_id", "segment", "profit"]]
    rows = rows.merge(none, on=["product_id", "segment"], suffixes=("", "_0"))
    gain = rows["weight"] * (rows["profit"] - rows["base_share"] * rows["profit_0"])
    return float(gain.sum())
