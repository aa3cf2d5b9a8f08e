"""What a whole plan gains when its promotions meet, as the desk tells it, and plans made around."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from promo import workflow
from promo.domain import Forecast
from promo.optimize import Offer, PlanModel, build_options, exactly
from promo.optimize.rules import Stock
from promo.tables import BACKTEST
from tests.small_desk import SmallStudy, small_shop
from tests.tiny_scene import START, tiny


def desk_of(scene):
    """A desk of a small scene."""
    options = build_options(scene)
    study = SmallStudy(
        scene.curves, Forecast(scene.forecast.rows, BACKTEST.empty()), scene.stock, START,
        workflow.StudySettings(weeks=scene.weeks),
    )  # fmt: skip
    return workflow.Desk(study, scene, options, PlanModel(options, scene.stock), 0.1)


def shop(seed, **said):
    """Rivals that take much from each other, in a calendar."""
    scene = tiny(seed, 4, weeks=4, cross=2.0, offer=Offer((0.1, 0.2, 0.3), lengths=(1, 2)), **said)
    return desk_of(replace(scene, caution=workflow.CORRECTION))


def told(desk, **asked):
    request = workflow.PlanRequest(max_discount=0.5, **asked)
    plan = workflow.exact_plan(desk, request)
    return request, plan, workflow.counted_together(desk, request, plan)


@pytest.mark.parametrize("seed", range(4))
def test_a_plan_gains_what_all_of_it_is_worth_over_none_of_it(seed):
    desk = shop(seed)
    _, plan, whole = told(desk)
    nothing = plan.rows[plan.rows["discount"] > 1]
    worth = exactly(desk.scene, plan.rows).total("profit")
    worth -= exactly(desk.scene, nothing).total("profit")
    assert whole.gain == pytest.approx(worth)
    assert whole.promised == pytest.approx(plan.rows["gain"].sum())
    assert whole.error == pytest.approx(whole.promised - whole.gain)


def test_a_plan_of_nothing_gains_nothing_and_is_off_by_nothing():
    _, plan, whole = told(shop(0), budget=0.0)
    assert not (plan.rows["discount"] > 0).any()
    assert (whole.gain, whole.error, whole.share, whole.causes) == (0.0, 0.0, 0.0, ())


def test_one_promotion_alone_gains_what_it_promises():
    desk = small_shop(3, cross=0.4)
    rule = workflow.rule_from({"rule": "max_discount", "share": 0.0, "category": "c0"})
    _, plan, whole = told(desk, more=(rule,))
    assert (plan.rows["discount"] > 0).sum() == 1
    assert whole.error == pytest.approx(0.0, abs=1e-9 * abs(whole.promised))


@pytest.mark.parametrize("share", [0.3, 0.7, 1.2])
def test_the_part_of_the_stock_that_may_be_sold_is_the_shelf(share):
    desk = small_shop(5)
    request, plan, whole = told(desk, stock_share=share)
    scene = replace(desk.scene, stock={"p0": share * desk.study.stock["p0"]})
    nothing = exactly(scene, plan.rows.iloc[:0]).total("profit")
    assert whole.gain == pytest.approx(exactly(scene, plan.rows).total("profit") - nothing)
    ruled = replace(request, stock_share=2.0, more=(Stock(share),))
    assert workflow.counted_together(desk, ruled, plan) == whole
    full = workflow.counted_together(desk, replace(request, stock_share=1.0), plan)
    assert full.gain != pytest.approx(whole.gain) or full.gain == 0


def test_rivals_that_meet_are_named_as_the_cause():
    scene = tiny(1, 8, weeks=2, offer=Offer((0.1, 0.2, 0.3)))
    whole = told(desk_of(replace(scene, caution=workflow.CORRECTION)))[2]
    assert whole.share > 0.02
    assert whole.causes == ("others",)


def lonely(**said):
    """One product without rivals in four weeks."""
    scene = tiny(3, 1, weeks=4, offer=Offer((0.1, 0.2, 0.3), lengths=(1,)), **said)
    return desk_of(replace(scene, caution=workflow.CORRECTION))


def test_a_promotion_that_meets_the_dip_of_the_last_one_is_named_as_the_cause():
    _, plan, whole = told(lonely())
    assert (plan.rows["discount"] > 0).sum() >= 2
    assert whole.error > 0
    assert whole.causes == ("dip",)


def test_promotions_that_draw_on_one_shelf_are_named_as_the_cause():
    apart = workflow.rule_from({"rule": "gap", "weeks": 1})
    base = lonely().scene.base[0, :4].sum()
    _, plan, whole = told(lonely(stock={"p0": 1.6 * base}), more=(apart,))
    assert (plan.rows["discount"] > 0).sum() == 2
    assert whole.share > 0.02
    assert whole.causes == ("shelf",)


# --- planned around itself ------------------------------------------------------------------


@pytest.mark.parametrize("stock_share", [1.0, 0.8])
@pytest.mark.parametrize("seed", range(3))
def test_a_plan_made_around_itself_keeps_the_rules_and_is_worth_no_less(seed, stock_share):
    mean = shop(seed).scene.base[:, :4].sum(axis=1)
    desk = shop(seed, stock={"p0": 1.2 * mean[0], "p2": 1.4 * mean[2]})
    budget = (
        0.5 * workflow.exact_plan(desk, workflow.PlanRequest(max_discount=0.5)).rows["cost"].sum()
    )
    request, plan, before = told(desk, budget=budget, stock_share=stock_share)
    better, gained = workflow.improved_plan(desk, request, plan)
    after = workflow.counted_together(desk, request, better)
    assert better.rows["cost"].sum() <= budget + 0.01
    assert after.gain - before.gain == pytest.approx(gained, abs=1e-6)
    assert gained >= 0
    assert better is plan if gained == 0 else better.exact


def test_planning_around_plans_gains_where_rivals_meet():
    gained = []
    for seed in range(6):
        desk = shop(seed)
        request, plan, _ = told(desk)
        gained.append(workflow.improved_plan(desk, request, plan)[1])
    assert np.count_nonzero(np.array(gained) > 1e-6) >= 3


def test_the_cheapest_plan_made_around_itself_is_no_dearer():
    desk = shop(2)
    gain = workflow.exact_plan(desk, workflow.PlanRequest(max_discount=0.5)).gain.estimate
    profit = exactly(desk.scene, pd.DataFrame(desk.options.rows.iloc[:0]).assign(weight=1.0))
    target = workflow.rule_from(
        {"rule": "target", "measure": "profit", "reach": profit.total("profit") + gain / 2}
    )
    request, plan, _ = told(desk, objective="cost", more=(target,))
    better, gained = workflow.improved_plan(desk, request, plan)
    cost = [workflow.true_value(desk, request, one).total("cost") for one in (plan, better)]
    assert cost[0] - cost[1] == pytest.approx(gained, abs=1e-6)
    assert gained >= 0


def test_a_kept_plan_tells_its_true_gain_also_for_a_part_of_the_stock(sample_workspace):
    data = workflow.open_dataset(sample_workspace, workflow.SAMPLE)
    desk = workflow.open_desk(workflow.kept_study(sample_workspace, data))
    request = replace(workflow.default_request(desk), stock_share=0.6)
    plan = workflow.exact_plan(desk, request)
    number = workflow.save_scenario(sample_workspace, "Less stock", desk, request, plan)
    kept = sample_workspace.scenario(number).figures["true_gain"]
    assert kept == pytest.approx(workflow.counted_together(desk, request, plan).gain)
    assert kept < plan.gain.estimate


# --- what there was to choose from ----------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_promotions_counted_out_beforehand_are_best_at_no_price_of_money(seed):
    desk = small_shop(seed, cross=0.4)
    request = workflow.PlanRequest(max_discount=0.3)
    options, pruned = workflow.options_looked_at(desk, request)
    table = desk.model.table
    gain, cost, items = (table.beyond[name] for name in ("profit", "cost", "demand"))
    best = set()
    for price in [*np.linspace(0.0, 5.0, 400), 1e9]:
        for unit in (0.0, 0.5, 2.0):
            score = gain - price * cost - unit * items
            for start in table.start:
                best.add(int(start + score[start : start + 4].argmax()))
    assert options == 9
    assert 0 < pruned <= 9 - len(best - set(table.start.tolist()))
