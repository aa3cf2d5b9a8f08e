"""One discount plan as arrays, and the solvers that know no linear programming.

What they are given is the same: the gain, money and items of every discount, and the same repair
that makes any plan keep budget and stock. pymoo is imported where it is used; it comes with
`python3 dev.py bench solvers` and not with the desk.
"""

from contextlib import suppress
from dataclasses import dataclass
from time import process_time
from typing import Any

import numpy as np
from scipy.interpolate import PchipInterpolator
from scipy.optimize import minimize

from benchmarks.plan_data import LADDER
from promo.optimize import Limits, PlanModel
from promo.optimize.arrays import Floats, Ints

STEPS = np.array(LADDER)
DEEPEST = len(LADDER) - 1
POPULATION = 100
"""Plans of a generation, particles of a swarm."""


@dataclass(frozen=True, eq=False)
class Shop:
    """Groups in rows, steps of the ladder in columns, all beyond no promotion.

    A group is a product in a segment; the segments of a product stand together. `room` is items
    per product, `budget` money.
    """

    gain: Floats
    cost: Floats
    items: Floats
    room: Floats
    budget: float

    def value(self, plan: Ints) -> float:
        """What a plan, the step of each group, gains."""
        return float(_at(self.gain, plan).sum())

    def keeps(self, plan: Ints) -> bool:
        """Whether a plan keeps budget and stock."""
        return bool(
            _at(self.cost, plan).sum() <= self.budget * (1 + 1e-9) and not self._over(plan).any()
        )

    def _over(self, plan: Ints) -> "np.ndarray":
        asked = _at(self.items, plan).reshape(len(self.room), -1).sum(axis=1)
        return asked > self.room + 1e-6 * np.maximum(1.0, self.room)

    def repaired(self, plan: Ints) -> Ints:
        """The plan, with less discount until it keeps both rules.

        Where a stock is overrun the deepest discount of the product goes down a step; where money
        is overrun the discounts that gain least for it are dropped. A discount that gains nothing
        is dropped in any case.
        """
        plan = np.where(_at(self.gain, plan) > 0, plan, 0)
        while (over := self._over(plan)).any():
            step = plan.reshape(len(self.room), -1)
            deepest = step.argmax(axis=1)[over]
            step[over, deepest] = np.maximum(step[over, deepest] - 1, 0)
        cost = _at(self.cost, plan)
        worth = np.where(plan > 0, _at(self.gain, plan) / np.maximum(cost, 1e-9), np.inf)
        order = np.argsort(-worth, kind="stable")
        plan[order[np.cumsum(cost[order]) > self.budget]] = 0
        return plan


def _at(grid: Floats, plan: Ints) -> Floats:
    return grid[np.arange(len(plan)), plan]


def shop(model: PlanModel, limits: Limits) -> Shop:
    """The plan model's own numbers, without what it leaves out."""
    table, shape = model.table, (-1, len(LADDER))
    beyond, room = table.beyond, np.maximum(table.held - table.base("demand"), 0.0)
    return Shop(
        beyond["profit"].reshape(shape), beyond["cost"].reshape(shape),
        beyond["demand"].reshape(shape), room, limits.budget or 0.0,
    )  # fmt: skip


class _Over(Exception):
    """The time is up."""


def slsqp(what: Shop, seconds: float, seed: int) -> tuple[Ints, float]:
    """Discounts between the steps of the ladder by SLSQP, then rounded and repaired.

    Gain, money and items between two steps are those of the smooth curve through all steps
    (PCHIP), with exact gradients, each rule as a share of its limit; the start is drawn by lot.

    Returns:
        The plan, and what the discounts gained before they were rounded.
    """
    groups, until = len(what.gain), process_time() + seconds
    curve = [PchipInterpolator(STEPS, grid, axis=1) for grid in (what.gain, what.cost, what.items)]
    each, product = np.arange(groups), np.arange(groups) // (groups // len(what.room))
    most, room = what.gain.max(axis=1).sum(), np.maximum(what.room, 1.0)
    matrix = np.zeros((len(room), groups))
    best = np.random.default_rng(seed).uniform(0, STEPS[-1] / 2, groups)

    def read(which: int, x: Floats, slope: int = 0) -> Floats:
        x = np.clip(x, 0.0, STEPS[-1])
        piece = np.clip(np.searchsorted(STEPS, x, side="right") - 1, 0, DEEPEST - 1)
        a, b, c, d = curve[which].c[:, piece, each]
        dx = x - STEPS[piece]
        return ((3 * a * dx + 2 * b) * dx + c) if slope else ((a * dx + b) * dx + c) * dx + d

    def stock(x: Floats) -> Floats:
        return (what.room - np.bincount(product, read(2, x), len(room))) / room

    def stock_slopes(x: Floats) -> Floats:
        matrix[product, each] = -read(2, x, 1) / room[product]
        return matrix

    def note(x: Floats) -> None:
        best[:] = x
        if process_time() > until:
            raise _Over

    rules = (
        {"type": "ineq", "fun": lambda x: 1 - read(1, x).sum() / what.budget,
         "jac": lambda x: -read(1, x, 1) / what.budget},
        {"type": "ineq", "fun": stock, "jac": stock_slopes},
    )  # fmt: skip
    with suppress(_Over):
        minimize(
            lambda x: -read(0, x).sum() / most, best.copy(), jac=lambda x: -read(0, x, 1) / most,
            method="SLSQP", bounds=[(0.0, STEPS[-1])] * groups, constraints=rules, callback=note,
            options={"maxiter": 10_000, "ftol": 1e-9},
        )  # fmt: skip
    nearest = np.abs(np.clip(best, 0, STEPS[-1])[:, None] - STEPS).argmin(axis=1)
    return what.repaired(nearest), float(read(0, best).sum())


def genetic(what: Shop, seconds: float, seed: int) -> tuple[Ints, None]:
    """The genetic algorithm of pymoo over steps of the ladder; children are repaired."""
    from pymoo.algorithms.soo.nonconvex.ga import GA
    from pymoo.core.repair import Repair
    from pymoo.operators.crossover.ux import UniformCrossover
    from pymoo.operators.mutation.pm import PolynomialMutation
    from pymoo.operators.repair.rounding import RoundingRepair
    from pymoo.operators.sampling.rnd import IntegerRandomSampling

    class Keep(Repair):  # type: ignore[misc] # pymoo ships no types
        def _do(self, _: object, x: Floats, **__: object) -> Ints:
            return np.array([what.repaired(row) for row in x.round().astype(np.int64)])

    method = GA(
        pop_size=POPULATION, sampling=IntegerRandomSampling(), crossover=UniformCrossover(),
        mutation=PolynomialMutation(vtype=float, repair=RoundingRepair()), repair=Keep(),
        eliminate_duplicates=True,
    )  # fmt: skip
    return _evolved(what, method, seconds, seed)


def swarm(what: Shop, seconds: float, seed: int) -> tuple[Ints, None]:
    """The particle swarm of pymoo; a particle is worth its rounded and repaired plan."""
    from pymoo.algorithms.soo.nonconvex.pso import PSO

    return _evolved(what, PSO(pop_size=POPULATION), seconds, seed)


def _evolved(what: Shop, method: Any, seconds: float, seed: int) -> tuple[Ints, None]:
    from pymoo.core.problem import Problem
    from pymoo.core.termination import NoTermination

    until = process_time() + seconds

    def plan(particle: Floats) -> Ints:
        return what.repaired(np.clip(particle.round().astype(np.int64), 0, DEEPEST))

    class Plans(Problem):  # type: ignore[misc] # pymoo ships no types
        def __init__(self) -> None:
            super().__init__(n_var=len(what.gain), n_obj=1, xl=0, xu=DEEPEST)

        def _evaluate(self, x: Floats, out: dict[str, Any], *_: object, **__: object) -> None:
            out["F"] = np.array([-what.value(plan(row)) for row in x])

    method.setup(Plans(), termination=NoTermination(), seed=seed)
    while process_time() < until:
        method.next()
    return plan(np.asarray(method.result().X, dtype=float)), None
