"""A price test is suggested only where knowing more is worth more than the test costs."""

import io
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo import workflow
from promo.errors import BadRequest
from promo.evaluate import calendar_csv, draw_calendar, said_calendar
from promo.optimize import PlanModel, price_tests
from promo.optimize.information import Belief, belief, measured, narrowed, stakes
from promo.optimize.price_tests import YEAR
from promo.store import Workspace
from promo.tables import PRICE_TESTS, TEST_CALENDAR
from tests.plan_cases import START
from tests.small_desk import small_shop

seeds = st.integers(0, 10_000)
few = settings(max_examples=settings().max_examples // 2)
FREE = workflow.PlanRequest()
MONDAY = pd.Timestamp("2026-11-23")


def at_stake(desk, share=0.5):
    asked = workflow.PlanRequest(budget=share * workflow.default_request(desk).budget)
    return stakes(desk.model, *desk.model.prices(asked))


@few
@given(seeds)
def test_a_slope_that_is_known_exactly_is_worth_no_test(seed):
    desk = small_shop(seed, elasticity_se=0.0)
    believed = belief(desk.model.table, desk.study.curves.rows)
    after, moves = narrowed(believed, 0.2, 8)
    assert not after.any()
    assert not at_stake(desk).value_of_knowing(moves).any()
    assert workflow.price_tests(desk, workflow.PlanRequest()).empty


@few
@given(seeds, st.floats(0.1, 0.6))
def test_the_more_may_be_learned_the_more_it_is_worth(seed, sd):
    stake = at_stake(small_shop(seed))
    less, more = (stake.value_of_knowing(np.full(3, spread)) for spread in (sd, 2 * sd))
    assert (more >= less * 0.97 - 1e-9).all()


def test_only_at_the_edge_of_a_choice_is_ignorance_worth_anything():
    """One product just about pays for a promotion, one never does, one always at the deepest."""
    worth = {}
    for name, slope, cost in (("edge", -2.0, 5.2), ("never", -2.0, 9.0), ("always", -6.0, 3.0)):
        alike = {"elasticity": slope, "list_price": 10.0, "unit_cost": cost, "cross": 0.0}
        desk = small_shop(1, **alike, elasticity_se=0.5, lift=0.0, lift_se=0.0, pull_forward=0.0)
        stake = stakes(desk.model, *desk.model.prices(FREE))
        found = stake.value_of_knowing(np.full(3, 0.4))
        worth[name] = found[2]  # the others meet a stock or a rival
    assert worth["edge"] > 1.0
    assert worth["never"] < 0.01
    assert worth["always"] < 0.01


@pytest.mark.parametrize("seed", [0, 3, 8])
def test_playing_the_test_and_the_next_plan_many_times_gives_the_same_worth(seed):
    """The oracle draws true slopes and test results, plans on the result and earns by the truth."""
    desk = small_shop(seed)
    stake, table = at_stake(desk), desk.model.table
    believed = belief(table, desk.study.curves.rows)
    _, moves = narrowed(believed, 0.3, 8)
    expected = stake.value_of_knowing(moves)
    rng, draws = np.random.default_rng(1), 200_000
    for product in range(3):
        rows = np.flatnonzero(table.owner == product)
        se, told = believed.se[product], np.sqrt(measured(believed, 0.3, 8)[product])
        truth = rng.normal(0, se, draws)
        result = truth + rng.normal(0, told, draws)
        learned = result * se**2 / (se**2 + told**2)
        log_price = stake.log_price[rows, None]
        known = np.exp(learned * log_price - (moves[product] * log_price) ** 2 / 2)
        real = np.exp(truth * log_price - (se * log_price) ** 2 / 2)
        net, moving = stake.net[rows, None], stake.moving[rows, None]
        chosen = (net + moving * (known - 1)).argmax(axis=0)
        earned = (net + moving * (real - 1))[chosen, np.arange(draws)]
        today = stake.value(1.0)[product]
        error = earned.std() / np.sqrt(draws)
        assert expected[product] == pytest.approx(earned.mean() - today, abs=4 * error + 0.02)


def test_a_week_at_list_price_costs_what_the_plan_would_have_earned():
    desk = small_shop(13)
    free = workflow.PlanRequest()
    best = workflow.exact_plan(desk, free, gap=0.0).rows.set_index("product_id")["gain"]
    profit = desk.options.rows.set_index(["product_id", "discount"])["profit"]
    found = price_tests(desk.model, free, desk.study.curves.rows, weeks=6)
    assert not found.empty
    for test in found.to_dict("records"):
        at_test = profit[test["product_id"], test["discount"]] - profit[test["product_id"], 0.0]
        forgone = 6 * best[test["product_id"]] - 3 * at_test
        assert test["cost"] == pytest.approx(forgone, rel=1e-6, abs=1e-6)


def test_only_tests_that_pay_are_named_the_best_first():
    desk = small_shop(13)
    found = price_tests(desk.model, workflow.PlanRequest(), desk.study.curves.rows, most=2)
    assert 0 < len(found) <= 2
    assert found["net"].is_monotonic_decreasing
    assert (found["net"] > 0).all()
    per_year = found["worth"] * YEAR - found["cost"].clip(lower=0)
    assert found["net"].to_numpy() == pytest.approx(per_year.to_numpy())


def test_no_discount_is_tested_that_her_rules_forbid():
    desk = small_shop(13)
    asked = workflow.PlanRequest(min_discount=0.15, max_discount=0.25)
    found = workflow.price_tests(desk, asked)
    assert set(found["discount"]) == {0.2}


@pytest.mark.parametrize("shut", [{"budget": 0.0}, {"max_promoted": 0}, {"stock_share": 0.0}])
def test_what_no_plan_may_promote_is_not_tested(shut):
    desk = small_shop(13)
    found = workflow.price_tests(desk, workflow.PlanRequest(**shut))
    gone = set(found["product_id"]) & ({"p0"} if "stock_share" in shut else {"p0", "p1", "p2"})
    assert "p0" in set(workflow.price_tests(desk, workflow.PlanRequest())["product_id"])
    assert not gone


def test_more_weeks_and_a_deeper_discount_tell_more_and_a_vague_lift_tells_less():
    def told(discount=0.2, weeks=8, lift_se=0.1):
        one = np.ones(1)
        return measured(Belief(-2 * one, one, lift_se * one, 0.2 * one), discount, weeks)[0]

    assert told() == pytest.approx((0.2**2 * (1 / 4 + 1 / 4) + 0.1**2) / np.log(0.8) ** 2)
    assert told(weeks=16) < told() < told(lift_se=0.3)
    assert told(discount=0.4) < told()


def test_the_noise_of_a_week_is_that_which_the_sample_shows(sample_workspace):
    """Two weeks in a row without promotion differ by chance; so should test weeks and others."""
    dataset = workflow.open_dataset(sample_workspace, workflow.SAMPLE)
    study = workflow.kept_study(sample_workspace, dataset)
    desk = workflow.open_desk(study)
    rows = study.panel.rows
    rows = rows[(rows["price"] >= 0.99 * rows["list_price"]) & (rows["in_stock"] == 1)]
    wide = rows.pivot_table(index="week", columns="product_id", values="units", aggfunc="sum")
    apart = np.log(wide.where(wide > 0)).diff().std() / np.sqrt(2)
    noise = belief(desk.model.table, study.curves.rows).noise
    ratio = np.median(noise) / apart.median()
    assert 0.5 < ratio < 2.0


def test_tests_are_weighed_in_profit_and_last_two_weeks_or_more():
    desk = small_shop(2)
    units = PlanModel(desk.options, desk.study.stock, objective="units")
    with pytest.raises(BadRequest):
        price_tests(units, workflow.PlanRequest(), desk.study.curves.rows)
    with pytest.raises(BadRequest):
        workflow.price_tests(desk, workflow.PlanRequest(), weeks=1)


# --- the calendar the shop runs ---------------------------------------------------------------


def some_tests(names=("a", "b", "=c", "d"), weeks=8):
    rows = pd.DataFrame(
        {
            "product_id": list(names), "evidence": "borrowed", "elasticity": -2.0,
            "elasticity_se": 0.9, "elasticity_se_after": 0.4, "list_price": 9.99, "discount": 0.2,
            "weeks": weeks, "weeks_on": weeks // 2, "worth": 10.0, "cost": 5.0,
            "given_away": 50.0, "net": 100.0,
        }
    ).astype({"product_id": "str", "evidence": "str"})  # fmt: skip
    return rows[PRICE_TESTS.names]


@pytest.mark.parametrize("weeks", [8, 7, 2])
def test_chance_gives_every_product_its_own_weeks_at_the_test_price(weeks):
    rows = draw_calendar(some_tests(weeks=weeks), MONDAY)
    on = rows[rows["discount"] > 0].groupby("product_id")["week"].agg(tuple)
    assert on.map(len).eq(weeks // 2).all()
    if weeks > 2:
        assert len(set(on)) > 1
    expected = pd.date_range(MONDAY, periods=weeks, freq="7D")
    assert rows.groupby("product_id")["week"].agg(list).map(lambda w: w == list(expected)).all()
    assert set(rows.loc[rows["discount"] > 0, "price"]) == {7.99}
    assert set(rows.loc[rows["discount"] == 0, "price"]) == {9.99}


def test_a_calendar_can_be_made_again_whatever_else_is_tested():
    whole = draw_calendar(some_tests(), MONDAY)
    alone = draw_calendar(some_tests(["b"]), MONDAY)
    mine = whole[whole["product_id"] == "b"].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, alone)
    assert draw_calendar(some_tests(["b"]), MONDAY, seed=1)["discount"].tolist() != (
        alone["discount"].tolist()
    )


def test_over_many_products_every_week_is_at_the_test_price_equally_often():
    rows = draw_calendar(some_tests([f"p{n}" for n in range(1_000)]), MONDAY)
    share = rows.assign(on=rows["discount"] > 0).groupby("week")["on"].mean()
    assert share.between(0.44, 0.56).all()


def test_a_test_begins_on_a_monday():
    assert draw_calendar(some_tests(), pd.Timestamp("2026-11-25"))["week"].min() == pd.Timestamp(
        "2026-11-30"
    )
    assert draw_calendar(some_tests(), MONDAY)["week"].min() == MONDAY


def test_the_file_has_the_columns_that_bring_it_back_and_opens_safely():
    said = said_calendar(draw_calendar(some_tests(), MONDAY), numbered=False)
    raw = pd.read_csv(io.BytesIO(calendar_csv(said, for_spreadsheets=False)))
    assert list(raw.columns) == TEST_CALENDAR.names
    assert raw["week"].iloc[0] == "2026-11-23"
    assert (raw["randomised"] == 1).all()
    safe = calendar_csv(said, for_spreadsheets=True).decode("utf-8-sig")
    assert "\n'=c," in safe


@pytest.mark.parametrize("numbered", [False, True])
def test_the_file_is_known_again_when_it_comes_back(tmp_path, numbered):
    path = tmp_path / "price-tests.csv"
    said = said_calendar(draw_calendar(some_tests(), MONDAY), numbered=numbered)
    path.write_bytes(calendar_csv(said, for_spreadsheets=False))
    found = workflow.inspect_file(Workspace(tmp_path / "desk"), path).suggestion
    assert found.source == "displays"
    assert {"product_id", "week", "randomised"} <= set(found.columns.values())


def test_numbered_weeks_stay_numbers():
    desk = small_shop(2)
    desk = replace(desk, study=replace(desk.study, undated=True))
    rows = workflow.trial_calendar(desk, some_tests(["a"]), MONDAY)
    first = (START - pd.Timestamp("2001-01-01")).days // 7 + 1
    assert rows["week"].tolist() == list(range(first, first + 8))


def test_without_a_test_there_is_no_calendar():
    assert draw_calendar(PRICE_TESTS.empty(), MONDAY).empty
