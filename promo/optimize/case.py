"""One move of the sliders in numbers, and what a solver answers to it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from promo.domain import Status
from promo.optimize.arrays import Flags, Floats, Levels, Objective, Table, kept
from promo.optimize.rules import Limits

BEYOND = 1.001
"""How far the most that a rule allows lies beyond the most that could be used. At the very most a
rule with room would meet its limit, and its price would be whatever the solver met last."""


@dataclass(frozen=True)
class InForce:
    """Which kinds of shared rules a move has at all, beside the budget."""

    by_category: bool
    slots: bool
    floor: bool


@dataclass(frozen=True, eq=False)
class Case:
    """Right-hand sides of every rule; a rule left out has the most that could ever be used.

    `budget` and `by_category` are money; `room` is items per product beyond what is asked for
    without promotion; `slots` are products per category; `open` says which levels the discount
    rules allow; `floor` is the margin share, `spare` what no promotion earns beyond it; `sold` is
    the share of its items without promotion that a stock cut by the slider leaves each product,
    `item_value` what one item sold without promotion adds to the objective.
    """

    budget: float
    by_category: Floats
    room: Floats
    slots: Floats
    open: Flags
    floor: float
    spare: float
    sold: Floats
    item_value: Floats
    in_force: InForce


@dataclass(frozen=True, eq=False)
class Prices:
    """What one more unit of each limit would bring, in the objective; all are at least 0."""

    budget: float
    by_category: Floats
    stock: Floats
    slots: Floats
    floor: float


@dataclass(frozen=True, eq=False)
class Solution:
    """Weights of the levels with what was proved; objective and bound are uplifts."""

    status: Status
    weight: Floats
    objective: float
    bound: float
    prices: Prices | None


class Ceiling:
    """What the rules are about, summed once: the most each could ever use."""

    def __init__(
        self, table: Table, levels: Levels, stock: Mapping[str, float], objective: Objective
    ) -> None:
        self.table, self.levels = table, levels
        products = table.products
        self.stock = np.array([stock.get(product, np.inf) for product in products])
        self.base_units, self.base_demand = table.base("units"), table.base("demand")
        most_cost = np.zeros(len(table.start))
        most_demand = np.zeros(len(table.start))
        np.maximum.at(most_cost, levels.group, levels.cost)
        np.maximum.at(most_demand, levels.group, levels.demand)
        by_product = np.bincount(table.product, weights=most_cost, minlength=len(products))
        self.most_demand = np.bincount(table.product, weights=most_demand, minlength=len(products))
        categories = len(table.categories)
        self.most_cost = np.bincount(table.category, weights=by_product, minlength=categories)
        self.size = np.bincount(table.category, minlength=categories).astype(float)
        self._profit, self._revenue = table.base("profit"), table.base("revenue")
        self._item_value = table.base(objective) / np.maximum(self.base_units, 1e-12)

    def case(self, limits: Limits) -> Case:
        """The right-hand sides of one move."""
        table, levels = self.table, self.levels
        held = kept(self.stock, limits.stock_share)
        top = 1.0 if limits.max_discount is None else limits.max_discount
        floor = limits.margin_floor or 0.0
        sold = np.minimum(1.0, held / np.maximum(self.base_units, 1e-12))
        asked = [limits.category_budget.get(name, np.inf) for name in table.categories]
        slots = np.inf if limits.max_promoted is None else float(limits.max_promoted)
        spare = float((sold * (self._profit - floor * self._revenue)).sum())
        return Case(
            budget=min(_or(limits.budget), BEYOND * float(self.most_cost.sum())),
            by_category=np.minimum(asked, BEYOND * self.most_cost),
            room=np.clip(held - self.base_demand, 0.0, BEYOND * self.most_demand),
            slots=np.minimum(slots, BEYOND * self.size),
            open=levels.discount <= top + 1e-12,
            floor=floor,
            spare=spare,
            sold=sold,
            item_value=self._item_value,
            in_force=InForce(
                bool(limits.category_budget), limits.max_promoted is not None, floor > 0
            ),
        )


def _or(value: float | None) -> float:
    return np.inf if value is None else value
