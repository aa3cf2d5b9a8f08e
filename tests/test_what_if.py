"""What holds a price, what another aim costs, and what if a belief is wrong."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from promo import workflow
from promo.errors import BadRequest
from promo.workflow import PlanRequest
from tests.small_desk import small_shop
from tests.test_by_hand import desk as calendar_desk


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


def objective(desk, *rules):
    return desk.model.relaxed(PlanRequest(more=rules)).objective


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    ("code", "amount", "now"), [("most_promotions", "count", 1), ("gap", "weeks", 2),
                                ("most_promoted", "count", 1)],
)  # fmt: skip
def test_one_promotion_more_is_worth_what_solving_again_says(seed, code, amount, now):
    desk = calendar_desk(seed)
    rules = [workflow.rule_from({"rule": code, amount: now + by}) for by in (-1, 0, 1)]
    request = PlanRequest(more=(rules[1],))
    found = workflow.price_range(desk, request, len(request.rules) - 1)
    less, here, more = (objective(desk, rule) for rule in rules)
    assert found.above == pytest.approx(more - here, abs=1e-6)
    assert found.below == pytest.approx(here - less, abs=1e-6)
    assert found.above <= 1e-6 if code == "gap" else found.below > 0
    assert found.low <= now <= found.high
    assert found.low == int(found.low)


def test_what_there_is_none_of_can_not_be_less():
    desk = calendar_desk(1)
    found = workflow.price_range(desk, PlanRequest(budget=0.0), 0)
    assert np.isnan(found.below)
    assert found.above > 0


def test_a_rule_without_an_amount_has_no_price():
    desk = small_shop(0)
    apart = workflow.rule_from({"rule": "never_together", "product": "p0", "other": "p1"})
    request = PlanRequest(more=(apart,))
    with pytest.raises(BadRequest):
        workflow.price_range(desk, request, len(request.rules) - 1)


@pytest.mark.parametrize("share", [0.6, 0.4])
@pytest.mark.parametrize("seed", range(4))
def test_the_worth_of_more_stock_counts_what_sells_without_promotion(seed, share):
    desk = small_shop(seed)
    request = PlanRequest(stock_share=share)
    number = next(at for at, rule in enumerate(request.rules) if rule.code == "stock")
    told = workflow.price_range(desk, request, number)
    step = 0.01 * share
    less, now, more = (
        workflow.quick_plan(desk, replace(request, stock_share=share + by)).objective
        for by in (-step, 0.0, step)
    )
    assert told.below == pytest.approx((now - less) / step)
    assert told.above == pytest.approx((more - now) / step)
    if told.below == pytest.approx(told.above):
        rows = workflow.quick_plan(desk, request).rules.query("rule == 'stock'")
        held = rows["scope"].map(desk.model.table.stock)
        assert (rows["shadow_price"] * held).sum() == pytest.approx(told.below, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize("over", ["revenue", "units"])
def test_more_of_one_thing_never_costs_less_of_the_other(over):
    desk = small_shop(1)
    path = workflow.frontier(desk, PlanRequest(budget=300.0), over)
    assert len(path) >= 2
    assert (np.diff(path["profit"]) <= 1e-6 * path["profit"].abs().max()).all()
    assert (path[over] >= path["reach"] * (1 - 1e-6)).all()


def test_what_a_larger_budget_brings_is_told_in_profit_whatever_the_plan_is_for():
    desk = small_shop(1)
    for_profit, for_items = (
        workflow.budget_path(desk, PlanRequest(objective=aim)) for aim in ("profit", "units")
    )
    assert for_profit["gain"].max() > 0
    pd.testing.assert_frame_equal(for_profit, for_items)


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
