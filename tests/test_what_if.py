"""What holds a price, what another aim costs, and what if a belief is wrong."""

from dataclasses import replace

import numpy as np
import pytest

from promo import workflow
from promo.errors import BadRequest
from promo.workflow import PlanRequest
from tests.small_desk import small_shop


def measured(desk, request, amount):
    return desk.model.relaxed(replace(request, budget=amount)).objective


@pytest.mark.parametrize("seed", range(6))
def test_the_price_of_money_is_what_solving_again_says_and_holds_as_far_as_it_is_said_to(seed):
    desk = small_shop(seed)
    most = desk.model.relaxed(PlanRequest()).rows["cost"].sum()
    request = PlanRequest(budget=0.4 * most)
    found = workflow.price_range(desk, request, 0)
    step = 0.01 * request.budget
    here = measured(desk, request, request.budget)
    assert found.above == pytest.approx(
        (measured(desk, request, request.budget + step) - here) / step, rel=1e-6, abs=1e-9
    )
    assert found.low <= request.budget <= found.high
    end = min(found.high, most)
    gained = measured(desk, request, end) - here
    assert gained == pytest.approx(found.above * (end - request.budget), rel=0.03, abs=1e-6)


def test_a_rule_without_an_amount_has_no_price():
    desk = small_shop(0)
    apart = workflow.rule_from({"rule": "never_together", "product": "p0", "other": "p1"})
    request = PlanRequest(more=(apart,))
    with pytest.raises(BadRequest):
        workflow.price_range(desk, request, len(request.rules) - 1)


@pytest.mark.parametrize("over", ["revenue", "units"])
def test_more_of_one_thing_never_costs_less_of_the_other(over):
    desk = small_shop(1)
    path = workflow.frontier(desk, PlanRequest(budget=300.0), over)
    assert len(path) >= 2
    assert (np.diff(path["profit"]) <= 1e-6 * path["profit"].abs().max()).all()
    assert (path[over] >= path["reach"] * (1 - 1e-6)).all()


def test_a_plan_gains_less_when_customers_answer_less_than_believed():
    desk = small_shop(3)
    plan = workflow.exact_plan(desk, PlanRequest(budget=300.0))
    assert (plan.rows["discount"] > 0).any()
    found = workflow.sensitivity(desk, plan)
    assert set(found.index) == set(workflow.BELIEFS)
    assert found.loc["elasticity", "low"] < plan.gain.estimate < found.loc["elasticity", "high"]
    assert workflow.gain_under(plan, desk.options) == pytest.approx(plan.gain.estimate)
    width = (found["high"] - found["low"]).abs().to_numpy()
    assert (np.diff(width) <= 1e-9).all()
