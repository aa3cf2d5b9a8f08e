"""What a finished plan is worth when everything in it meets, and plans made around plans."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from promo.domain import Options
from promo.optimize.options import build_options
from promo.optimize.running import Running
from promo.optimize.scene import Scene
from promo.tables import PLAN_ROWS

ROUNDS = 4
"""Rounds of plan and price after which plans of simulated shops no longer improved."""


@dataclass(frozen=True, eq=False)
class Exact:
    """A plan's amounts by product, and the profit that the sum of its rows promised.

    `by_product` has `product_id`, `profit`, `revenue`, `units`, `cost`, `new_customers` and
    `kept_customers`, over the whole horizon, the dip in the week after it included in profit.
    """

    by_product: pd.DataFrame
    promised: float

    def total(self, measure: str) -> float:
        """One amount of the whole plan."""
        return float(self.by_product[measure].sum())

    @property
    def error(self) -> float:
        """By how much the sum of the rows is too high; below 0 the plan is better than it says."""
        return self.promised - self.total("profit")


@dataclass(frozen=True, eq=False)
class Ground:
    """A scene on which one plan after another is counted; what no plan changes is kept."""

    scene: Scene

    @cached_property
    def apart(self) -> Scene:
        """The same shop, were no product's promotion to reach another product."""
        curves = self.scene.curves
        alone = replace(curves, rows=curves.rows.assign(cross=0.0))
        return replace(self.scene, curves=alone, associations=None)

    @cached_property
    def idle(self) -> float:
        """The profit without any promotion."""
        return exactly(self.scene, PLAN_ROWS.empty()).total("profit")


def exactly(scene: Scene, rows: pd.DataFrame) -> Exact:
    """The true value of a plan: week by week, with everything in it at once.

    Every line answers its own promotion, the promotion of the week before and all the promotions
    of rivals and partners in the same week, promoted or not; the shelf of a product serves what
    all its segments ask for over the horizon. A promotion of weight w is seen by a share w of its
    customers.

    Args:
        scene: what the plan was made for.
        rows: the plan, PLAN_ROWS: no promotion included, amounts that count their weights.

    Raises:
        BadRequest: a row is of a line, a mechanic or a week that the scene does not have.
    """
    plan = Running(scene, rows)
    weeks, answer, margin = scene.weeks, plan.answer, scene.margin
    sold, plain, price = plan.sold, plan.undisturbed, scene.facts["list_price"]
    # A change of items sold below cost is neither gain nor loss, so only its usual items count.
    below_cost = np.minimum(margin, 0.0)
    usual = (scene.base[:, :weeks] * plan.plain).sum(axis=1)
    own = plan.at_promotion(answer["value"]) + plain * margin - (plain - usual) * below_cost
    after = scene.base[:, weeks] * (1 - plan.memory[:, weeks]) * scene.loss * ~scene.ends
    by_line = {
        "profit": sold * own - after,
        "revenue": sold * (plan.at_promotion(answer["price"]) + plain * price),
        "units": sold * plan.demand,
        "cost": sold * plan.at_promotion(answer["cost"]),
        "new_customers": sold
        * (plan.at_promotion(answer["new"]) + plain * scene.rates["new_list"]),
        "kept_customers": sold
        * (plan.at_promotion(answer["back"]) + plain * scene.rates["back_list"]),
    }
    sums = {name: scene.by_product(values) for name, values in by_line.items()}
    frame = pd.DataFrame({"product_id": scene.products} | sums)
    return Exact(frame, float(rows["profit"].sum()))


def improved(
    scene: Scene,
    solve: Callable[[Options], pd.DataFrame],
    rows: pd.DataFrame,
    worth: Callable[[pd.DataFrame], float],
    rounds: int = ROUNDS,
) -> tuple[pd.DataFrame, float]:
    """Price every option around a plan, plan again, and so on; the best plan of all by its worth.

    A local method: no plan it returns is worth less than the first, and better ones may exist.

    Args:
        scene: what the plan is for.
        solve: the best plan for a table of options, as PLAN_ROWS.
        rows: the plan to begin with, as PLAN_ROWS.
        worth: what a plan is truly worth.
        rounds: plans after the first, at most.

    Returns:
        The rows of the best plan, as they were given or as `solve` gave them, and by how much it is
        worth more than the first.
    """
    first = worth(rows)
    best, most, met = rows, first, {_name(rows)}
    for _ in range(rounds):
        rows = solve(build_options(scene, around=rows))
        if _name(rows) in met:
            break
        met.add(_name(rows))
        value = worth(rows)
        if value > most:
            best, most = rows, value
    return best, most - first


def _name(rows: pd.DataFrame) -> int:
    """A number that two plans share when they promote the same."""
    keys = ["product_id", "segment", "first", "weeks", "mechanic", "discount", "weight"]
    promoted = rows.loc[rows["discount"] > 0, keys]
    return hash(pd.util.hash_pandas_object(promoted, index=False).to_numpy().tobytes())
