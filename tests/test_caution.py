"""Caution changes what is chosen and never what is told of it, and its price is said."""

from dataclasses import replace
from functools import partial
from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo import workflow
from promo.errors import BadRequest
from promo.optimize import BAD, PlanModel, violations
from promo.optimize.arrays import MEASURES
from promo.optimize.gain import told
from promo.workflow.caution import BAD_MEAN, CAUTIONS
from tests.plan_cases import every_plan, toy
from tests.small_desk import priced, small_shop

seeds = st.integers(0, 10_000)
stops = st.sampled_from(list(CAUTIONS))
few = settings(max_examples=settings().max_examples // 2)


def half_the_money(desk):
    return workflow.PlanRequest(budget=0.5 * workflow.default_request(desk).budget)


@few
@given(seeds, stops)
def test_the_choice_is_the_best_by_her_caution_under_rules_counted_as_promised(seed, stop):
    desk = small_shop(seed)
    asked = replace(half_the_money(desk), caution=CAUTIONS[stop])
    plan = workflow.exact_plan(desk, asked, gap=0.0)
    believed = priced(desk.study, CAUTIONS[stop]).rows["profit"]
    both = replace(desk.options, rows=desk.options.rows.assign(believed=believed))
    best = every_plan(both, asked, desk.study.stock, "believed")
    assert plan.objective == pytest.approx(best, rel=1e-6)


@few
@given(seeds, stops)
def test_what_is_promised_is_told_and_counted_as_ever(seed, stop):
    desk = small_shop(seed)
    asked = replace(half_the_money(desk), caution=CAUTIONS[stop])
    plan = workflow.exact_plan(desk, asked)
    assert not violations(plan.rows, desk.options, asked.rules, desk.study.stock)
    assert plan.rows["cost"].sum() <= asked.budget + 0.01
    assert plan.gain.estimate == pytest.approx(plan.rows["gain"].sum(), abs=1e-9)


@few
@given(seeds, stops)
def test_no_caution_promises_more_than_the_little_one(seed, stop):
    desk = small_shop(seed)
    asked = half_the_money(desk)
    best = workflow.exact_plan(desk, asked, gap=0.0).gain.estimate
    other = workflow.exact_plan(desk, replace(asked, caution=CAUTIONS[stop]), gap=0.0)
    assert other.gain.estimate <= best + 1e-6 * abs(best)


@pytest.mark.parametrize("objective", MEASURES)
def test_choosing_by_the_promise_itself_is_the_plan_as_ever(objective):
    options, stock = toy(3)
    model = PlanModel(options, stock, objective=objective)
    asked = workflow.PlanRequest(budget=100.0)
    one, other = model.exact(asked), model.chosen_by(options).exact(asked)
    pd.testing.assert_frame_equal(one.rows, other.rows)
    assert (one.objective, one.bound) == (other.objective, other.bound)


@pytest.mark.parametrize("objective", ["profit", "revenue", "units"])
def test_every_objective_is_maximised_as_her_caution_counts_it(objective):
    options, stock = toy(5)
    weaker = options.rows.copy()
    weaker.loc[weaker["discount"] > 0, ["profit", "revenue", "units"]] *= 0.95
    beliefs = replace(options, rows=weaker)
    asked = workflow.PlanRequest(budget=150.0)
    plan = PlanModel(options, stock, objective=objective).chosen_by(beliefs).exact(asked, gap=0.0)
    both = replace(options, rows=options.rows.assign(believed=weaker[objective]))
    assert plan.objective == pytest.approx(every_plan(both, asked, stock, "believed"), rel=1e-6)


def test_a_plan_is_chosen_among_the_options_that_it_promises():
    options, _ = toy(1)
    with pytest.raises(ValueError, match="among the options"):
        PlanModel(options).chosen_by(toy(1, products=2)[0])


def test_the_mean_of_the_worst_fifth_of_a_belief_is_the_last_stop():
    draws = np.sort(np.random.default_rng(0).standard_normal(200_000))
    worst = -draws[: int(BAD * len(draws))].mean()
    assert NormalDist().inv_cdf(BAD_MEAN) == pytest.approx(worst, abs=0.01)
    assert list(CAUTIONS.values()) == sorted(CAUTIONS.values())


def test_the_bad_fifth_and_the_chance_of_a_loss_are_read_off_the_draws():
    gain = told(50.0, np.random.default_rng(0).permutation(np.arange(100.0) - 10))
    assert gain.bad_fifth == pytest.approx(-0.5)
    assert gain.loses == pytest.approx(0.1)
    assert gain.bad_fifth <= gain.low <= gain.estimate <= gain.high


@few
@given(seeds, stops)
def test_the_bad_fifth_is_never_better_than_what_is_expected(seed, stop):
    desk = small_shop(seed)
    gain = workflow.quick_plan(desk, workflow.PlanRequest(caution=CAUTIONS[stop])).gain
    assert gain.bad_fifth <= gain.estimate + 1e-9


def test_the_price_of_caution_is_the_promise_given_up_and_what_the_bad_cases_bring():
    path = pd.DataFrame(
        {"gain": [100.0, 88.0, 100.05], "bad_fifth": [20.0, 35.0, 20.0]},
        index=["little", "very", "estimate"],
    )
    assert workflow.price_of_caution(path, "very") == workflow.CautionPrice(12.0, 15.0)
    assert workflow.price_of_caution(path, "little") == workflow.CautionPrice(0.0, 0.0)
    assert workflow.price_of_caution(path, "estimate") == workflow.CautionPrice(0.0, 0.0)


def test_every_stop_has_its_place_on_the_path_under_the_same_rules():
    desk = small_shop(11)
    asked = half_the_money(desk)
    path = workflow.caution_path(partial(workflow.gain_at, desk), asked)
    assert list(path.index) == list(CAUTIONS)
    for stop, caution in CAUTIONS.items():
        plan = workflow.exact_plan(desk, replace(asked, caution=caution))
        assert path.loc[stop, "gain"] == pytest.approx(plan.gain.estimate)
        assert path.loc[stop, "bad_fifth"] == pytest.approx(plan.gain.bad_fifth)


@pytest.mark.parametrize("caution", [0.4, 1.0, float("nan")])
def test_a_caution_that_means_nothing_is_refused(caution):
    with pytest.raises(BadRequest):
        workflow.PlanRequest(caution=caution)
