"""What an option costs and brings, against numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.domain import Forecast, ResponseCurves
from promo.doubt import Z_80
from promo.errors import BadRequest, NotEnoughData
from promo.optimize.arrays import Table
from promo.optimize.mechanics import MECHANICS, Mechanic
from promo.optimize.offer import Offer
from promo.optimize.options import build_options
from promo.optimize.rules import ProductMargin
from promo.optimize.scene import Scene
from promo.tables import BACKTEST
from tests.tiny_scene import curve_rows, forecast_of

START = pd.Timestamp("2026-03-02")


def curves(**columns):
    rows = pd.DataFrame(
        {
            "product_id": ["a", "b"], "segment": ["all", "all"], "category": ["c", "c"],
            "list_price": [10.0, 20.0], "unit_cost": [6.0, 10.0], "cost_assumed": False,
            "share": [1.0, 1.0], "elasticity": [-2.0, -1.0], "elasticity_se": 0.1,
            "elasticity_low": [-2.2, -1.2], "elasticity_high": [-1.8, -0.8], "lift": 0.0,
            "lift_se": 0.0, "pull_forward": 0.0, "cross": 0.0, "price_weeks": 10, "deepest": 0.3,
            "trust": 0.8, "evidence": "strong",
        }
        | columns
    )  # fmt: skip
    rows = rows.astype(dict.fromkeys(("product_id", "segment", "category", "evidence"), "str"))
    return ResponseCurves(rows)


def forecast(weeks=1, mean=100.0):
    rows = pd.DataFrame(
        [
            (name, START + pd.Timedelta(weeks=week), mean, mean * 0.8, mean * 1.3, 0.0, mean * 2)
            for name in "ab"
            for week in range(weeks)
        ],
        columns=["product_id", "week", "mean", "low_80", "high_80", "low_95", "high_95"],
    ).astype({"product_id": "str", "week": "datetime64[us]"})
    return Forecast(rows, BACKTEST.empty())


def priced(told, ahead, ladder, weeks=1, *, lengths=None, offer=None, **scene):
    """The options of a shop."""
    offer = offer or Offer(ladder, lengths=lengths)
    return build_options(Scene(told, ahead, offer, START, weeks, **scene))


def option(options, product="a", discount=0.2):
    rows = options.rows
    return rows[(rows["product_id"] == product) & (rows["discount"] == discount)].iloc[0]


def test_units_money_and_profit_follow_the_curve():
    row = option(priced(curves(lift=0.1), forecast(), [0.2]))
    units = 100 * 0.8**-2 * np.exp(0.1)
    assert row["units"] == pytest.approx(units)
    assert row["price"] == pytest.approx(8.0)
    assert row["revenue"] == pytest.approx(8 * units)
    assert row["cost"] == pytest.approx(2 * units)
    assert row["profit"] == pytest.approx(2 * units)


def test_no_promotion_is_always_an_option_and_costs_nothing():
    row = option(priced(curves(lift=0.1), forecast(), [0.2]), discount=0.0)
    assert row[["units", "cost", "cannibalised", "pulled_forward"]].tolist() == [100, 0, 0, 0]


def test_a_promotion_costs_its_rivals_what_their_cross_effect_says():
    row = option(priced(curves(cross=0.5), forecast(), [0.2]))
    assert row["cannibalised"] == pytest.approx(100 * (1 - 0.8**0.5) * 10)
    assert row["profit"] == pytest.approx(2 * 100 * 0.8**-2 - row["cannibalised"])


def test_the_week_after_misses_what_was_bought_ahead():
    row = option(priced(curves(pull_forward=0.3), forecast(2), [0.2]))
    assert row["pulled_forward"] == pytest.approx(100 * (1 - 0.8**0.3) * 4)
    assert row["units"] == pytest.approx(100 * 0.8**-2)


def test_a_second_promoted_week_already_pays_for_the_first():
    row = option(priced(curves(pull_forward=0.3), forecast(3), [0.2], 2))
    assert row["units"] == pytest.approx(100 * 0.8**-2 * (1 + 0.8**0.3))


def test_the_band_is_the_forecasts_own_where_nothing_is_promoted():
    row = option(priced(curves(), forecast(), [0.2]), discount=0.0)
    assert row["units_low"] == pytest.approx(80)
    assert row["units_high"] == pytest.approx(130)


def test_what_is_not_known_of_base_and_of_response_is_told_apart():
    slow = forecast()
    slow.rows["high_80"] = 300.0  # a product that sells little: its base is known to a factor
    row = option(priced(curves(lift_se=0.3), slow, [0.2]))
    assert row["base_spread"] == pytest.approx(np.log(3) / Z_80)
    assert row["response_spread"] == pytest.approx(np.hypot(0.1 * np.log(0.8), 0.3))


def test_a_discount_deeper_than_any_seen_is_wider_and_may_be_capped():
    seen, unseen = (
        option(priced(curves(deepest=deep), forecast(), [0.5]), discount=0.5) for deep in (0.5, 0.2)
    )
    assert unseen["units_high"] > 1.2 * seen["units_high"]
    capped = priced(curves(deepest=0.2), forecast(), [0.2, 0.3, 0.5], reach=0.1)
    assert capped.rows["discount"].max() == 0.3


def test_caution_assumes_a_weaker_answer_and_never_a_perverse_one():
    bold, careful = (
        option(priced(curves(elasticity_se=2.0), forecast(), [0.2], caution=c)) for c in (0.5, 0.9)
    )
    assert careful["units"] == pytest.approx(100)
    assert bold["units"] > careful["units"]


def test_a_forecast_that_ends_too_early_is_not_enough():
    with pytest.raises(NotEnoughData):
        priced(curves(), forecast(1), [0.2], 2)


@pytest.mark.parametrize("ladder", [[1.0], [-0.1], [float("nan")]])
def test_a_ladder_outside_its_range_is_refused(ladder):
    with pytest.raises(BadRequest):
        priced(curves(), forecast(), ladder)


def promotion(options, first, weeks=1, product="a"):
    rows = options.rows
    begin = START + pd.Timedelta(weeks=first)
    at = (rows["product_id"] == product) & (rows["first"] == begin) & (rows["weeks"] == weeks)
    return rows[at & (rows["discount"] > 0)].iloc[0]


def test_rows_come_by_product_then_no_promotion_week_length_depth_and_mechanic():
    offer = Offer((0.1, 0.2), lengths=(2, 1), mechanics=(MECHANICS["flash"], MECHANICS["coupon"]))
    rows = priced(curves(), forecast(3), [], 3, offer=offer).rows
    order = ["product_id", "segment", "promoted", "first", "weeks", "discount", "mechanic"]
    rows = rows.assign(promoted=rows["discount"] > 0)
    assert rows[order].equals(rows[order].sort_values(order, ignore_index=True))
    assert len(rows) == 2 * (1 + (3 + 2) * 2 * 2)
    none = rows[~rows["promoted"]]
    assert (none["mechanic"] == "none").all()
    assert none["weeks"].tolist() == [3, 3]
    assert none["base_share"].tolist() == [1, 1]


def test_a_promotion_of_one_week_answers_for_the_week_after_inside_the_plan():
    row = promotion(priced(curves(pull_forward=0.3), forecast(4), [0.2], 3, lengths=[1]), first=1)
    dip = 100 * (1 - 0.8**0.3)
    assert row["base_share"] == pytest.approx(1 / 3)
    assert row["units"] == pytest.approx(100 * 0.8**-2 - dip)
    assert row["revenue"] == pytest.approx(8 * 100 * 0.8**-2 - 10 * dip)
    assert row["cost"] == pytest.approx(2 * 100 * 0.8**-2)
    assert row["pulled_forward"] == pytest.approx(4 * dip)
    assert row["profit"] == pytest.approx(2 * 100 * 0.8**-2 - 4 * dip)


def test_the_last_week_is_no_free_lunch():
    options = priced(curves(pull_forward=0.3), forecast(3), [0.2], 3, lengths=[1])
    middle, last = promotion(options, first=1), promotion(options, first=2)
    assert last["pulled_forward"] == pytest.approx(middle["pulled_forward"])
    assert last["profit"] == pytest.approx(middle["profit"])
    assert last["units"] == pytest.approx(100 * 0.8**-2), "the week after is no part of the plan"


def test_a_promotion_takes_from_its_rivals_only_in_its_own_weeks():
    options = priced(curves(cross=0.5), forecast(4), [0.2], 4, lengths=[1, 2])
    each = 100 * (1 - 0.8**0.5) * 10
    assert promotion(options, first=1)["cannibalised"] == pytest.approx(each)
    assert promotion(options, first=1, weeks=2)["cannibalised"] == pytest.approx(2 * each)


def test_a_stock_for_the_whole_plan_limits_what_one_week_can_add():
    free, tight = (
        promotion(priced(curves(), forecast(4), [0.2], 4, lengths=[1], stock=held), first=0)
        for held in ({}, {"a": 420.0})
    )
    assert free["units"] == pytest.approx(100 * 0.8**-2)
    none = option(priced(curves(), forecast(4), [0.2], 4, stock={"a": 420.0}), discount=0.0)
    added = tight["units"] - none["units"] / 4
    assert 0 < added < 420 - none["units"]
    assert added < 0.7 * (free["units"] - 100)


def test_what_a_supplier_pays_costs_the_shop_nothing():
    paid = priced(curves(), forecast(), [], offer=Offer((0.2,), funding={"a": 0.5}))
    row, units = option(paid), 100 * 0.8**-2
    assert row["cost"] == pytest.approx(0.5 * 2 * units)
    assert row["profit"] == pytest.approx((2 + 1) * units)
    assert row["revenue"] == pytest.approx(8 * units)
    assert (row["price"], row["unit_cost"]) == pytest.approx((8, 5)), "6 less half of 2"
    assert option(paid, discount=0.0)["unit_cost"] == 6
    assert option(paid, "b")["unit_cost"] == 10, "nobody pays for b"


@pytest.mark.parametrize(
    ("scene", "margin"),
    [
        ({}, 2 / 8),
        ({"funding": {"a": 0.5}}, 3 / 8),
        ({"salvage": {"a": 1.0}, "stock": {"a": 1e9}}, 2 / 8),
        ({"mechanics": (Mechanic("coupon", reach=0.25),)}, None),
    ],
)
def test_a_margin_floor_of_a_product_is_that_of_its_promotions_alone(scene, margin):
    stock = scene.pop("stock", {})
    offer = Offer((0.2,), lengths=[1], **scene)
    told = curves(pull_forward=2.0, cross=0.5)  # much is bought ahead, and taken from rivals
    options = priced(told, forecast(4), [], 4, offer=offer, stock=stock)
    if margin is None:  # 3 in 4 pay 10; each of the others buys 1 / 0.8² times as much, at 8
        paid = (75 * 10 + 25 / 0.64 * 8) / (75 + 25 / 0.64)
        margin = 1 - 6 / paid
    shut = {}
    for share in (margin - 0.001, margin + 0.001):
        (term,) = ProductMargin(product="a", share=share).says(Table(options))
        shut[share] = options.rows[term.flags]
    assert len(shut[margin - 0.001]) == 0
    assert len(shut[margin + 0.001]) == 4, "a promotion in each week"


def test_goods_that_would_be_left_over_are_worth_their_salvage_and_not_their_cost():
    clearing = priced(
        curves(pull_forward=0.3), forecast(), [], offer=Offer((0.2,), salvage={"a": 1.0, "b": 1.0}),
        stock={"a": 1e9},
    )  # fmt: skip
    units = 100 * 0.8**-2
    assert option(clearing)["profit"] == pytest.approx((8 - 1) * units)
    assert option(clearing)["pulled_forward"] == 0, "nothing is sold after the end"
    assert option(clearing, discount=0.0)["profit"] == pytest.approx((10 - 1) * 100)
    kept = option(clearing, "b", discount=0.0)
    assert kept["profit"] == pytest.approx(10 * 100), "without a stock there are no leftovers"


def test_customers_are_items_times_their_rates():
    rates = pd.DataFrame(
        {"product_id": ["a"], "segment": ["all"], "new_list": 0.1, "new_promoted": 0.2,
         "back_list": 0.05, "back_promoted": 0.04}
    ).astype({"product_id": "str", "segment": "str"})  # fmt: skip
    options = priced(curves(), forecast(), [0.2], acquisition=rates)
    units = 100 * 0.8**-2
    assert option(options)["new_customers"] == pytest.approx(0.2 * units)
    assert option(options)["kept_customers"] == pytest.approx(0.04 * units)
    assert option(options, discount=0.0)["new_customers"] == pytest.approx(10)
    assert option(options, "b")["new_customers"] == 0


def test_a_pairs_own_effect_stands_in_the_place_of_its_categorys():
    pairs = pd.DataFrame({"product_id": ["a", "b"], "other_id": ["b", "a"], "effect": [0.3, -0.9]})
    pairs = pairs.astype({"product_id": "str", "other_id": "str"})
    options = priced(curves(cross=0.5), forecast(), [0.2], associations=pairs)
    assert option(options)["cannibalised"] == pytest.approx(100 * (1 - 0.8**0.3) * 10)
    assert option(options)["halo"] == 0
    assert option(options, "b")["halo"] == pytest.approx(100 * (0.8**-0.9 - 1) * 4)
    assert option(options, "b")["cannibalised"] == 0


@given(
    cross=st.lists(st.floats(0, 8), min_size=3, max_size=3), depth=st.floats(0.01, 0.95),
    reach=st.floats(0.01, 1),
)  # fmt: skip
def test_every_rival_is_charged_by_its_own_effect(cross, depth, reach):
    told = curve_rows(product_id=["a", "b", "c"], cross=cross, deepest=0.95)
    offer = Offer((depth,), mechanics=(Mechanic("coupon", reach=reach),))
    ahead = forecast_of({"a": [100.0], "b": [50.0], "c": [10.0]})
    rows = build_options(Scene(told, ahead, offer, START, 1)).rows
    lost = [items * reach * (1 - (1 - depth) ** (effect / 2)) * 4
            for items, effect in zip((100, 50, 10), cross, strict=True)]  # fmt: skip
    for at, name in enumerate("abc"):
        row = rows[(rows["product_id"] == name) & (rows["discount"] > 0)].iloc[0]
        assert row["cannibalised"] == pytest.approx(sum(lost) - lost[at], abs=1e-9)
