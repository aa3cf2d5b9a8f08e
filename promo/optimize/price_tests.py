"""Which price tests would improve the next plans by more than they cost: the value of information.

A test sells a product at a discount in weeks that chance chooses, and at list price in the others.
It tells the slope of demand more exactly. That is worth something only where it may change what
the plan does with the product, and it is worth the mean gain of the better choices.
"""

import numpy as np
import pandas as pd

from promo.errors import BadRequest
from promo.optimize.arrays import Floats, totals
from promo.optimize.information import Belief, Stakes, belief, narrowed, stakes
from promo.optimize.limits import Limits
from promo.optimize.plan_model import PlanModel
from promo.tables import PRICE_TESTS

YEAR = 52
"""Weeks over which the campaigns are counted that a test is good for."""

TROUBLE = 0.01
"""Share of what a promoted product gains in a year that a test must bring above its cost."""


def price_tests(
    model: PlanModel, limits: Limits, curves: pd.DataFrame, *, weeks: int = 8, most: int = 10
) -> pd.DataFrame:
    """The tests that bring more over a year's campaigns than they cost, the best first.

    The value of a test is that of a plan at today's prices of money, stock and slots; what it
    teaches about the product's kin comes on top and is not counted. A test that happens to earn
    is not preferred for it: that gain is to be had without a test. What is left must be worth the
    `TROUBLE`.

    Args:
        model: the model of the plan, which maximises profit.
        limits: the rules of the plan.
        curves: table CURVES, a row for each product and segment of the model.
        weeks: length of a test; half of them, rounded down, are at the discount.
        most: how many tests to name.

    Returns:
        Table PRICE_TESTS by `net` from the largest; no row when no test pays.

    Raises:
        BadRequest: the model maximises something else, or a test has fewer than two weeks.
        Infeasible: the limits contradict each other; names the rules.
    """
    if model.objective != "profit":
        raise BadRequest(field="objective", value=model.objective, known=["profit"])
    if weeks < 2:
        raise BadRequest(field="test_weeks", value=weeks, must="two_weeks")
    solved, prices = model.prices(limits)
    believed = belief(model.table, curves)
    at_stake = stakes(model, solved, prices)
    tried = [
        _tried(at_stake, believed, discount, weeks)
        for discount in np.unique(model.table.column["discount"]).tolist()
        if discount > 0
    ]
    rows = pd.concat([PRICE_TESTS.empty(), *tried], ignore_index=True)
    rows = rows.sort_values(["net", "product_id", "discount"], ascending=[False, True, True])
    rows = rows.drop_duplicates("product_id")
    gains = _gain_now(at_stake)
    least = TROUBLE * gains.sum() / max(np.count_nonzero(gains), 1) * YEAR / model.options.weeks
    found = _described(rows[rows["net"] > least].head(most), curves)
    PRICE_TESTS.check(found)
    return found


def _tried(at_stake: Stakes, believed: Belief, discount: float, weeks: int) -> pd.DataFrame:
    """A test of every product at one discount, where that is an option for all who buy it."""
    table = at_stake.table
    here = np.flatnonzero(table.column["discount"] == discount)
    here = here[np.isfinite(at_stake.net[here])]
    count = len(table.products)
    groups = np.bincount(table.product, minlength=count)
    offered = np.bincount(table.owner[here], minlength=count) == groups
    after, moves = narrowed(believed, discount, weeks)
    per_week = 1.0 / table.options.weeks
    on = weeks // 2
    gain = totals(table.owner[here], table.beyond["profit"][here], count) * per_week
    given = totals(table.owner[here], table.column["cost"][here], count) * per_week
    cost = weeks * per_week * _gain_now(at_stake) - on * gain
    value = at_stake.value_of_knowing(moves)
    net = value * YEAR * per_week - np.maximum(cost, 0.0)
    found = pd.DataFrame(
        {
            "product_id": pd.array(table.products, dtype="str"), "elasticity": believed.slope,
            "elasticity_se": believed.se, "elasticity_se_after": after, "discount": discount,
            "weeks": weeks, "weeks_on": on, "worth": value, "cost": cost, "given_away": on * given,
            "net": net,
        }
    )  # fmt: skip
    keep = offered & (value > 0)
    return found.take(np.flatnonzero(keep))


def _gain_now(at_stake: Stakes) -> Floats:
    """Profit over no promotion that today's best choice brings each product, over the campaign."""
    table = at_stake.table
    best = np.maximum.reduceat(at_stake.net, table.start)[table.line]
    at = np.flatnonzero(at_stake.net == best)
    taken = np.zeros(len(table.start), dtype=np.int64)
    taken[table.line[at]] = at
    gain = totals(table.product, table.beyond["profit"][taken], len(table.products))
    return np.where(at_stake.value(1.0) > 0, gain, 0.0)


def _described(rows: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """The PRICE_TESTS columns: with the list price, and the evidence of the largest segment."""
    largest = curves.sort_values("share", ascending=False, kind="stable")
    known = largest.drop_duplicates("product_id").set_index("product_id")
    named = rows.assign(
        evidence=rows["product_id"].map(known["evidence"]).astype("str"),
        list_price=rows["product_id"].map(known["list_price"]).astype("float64"),
    )
    return named[PRICE_TESTS.names].reset_index(drop=True)
