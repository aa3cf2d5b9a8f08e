"""What an option costs and brings, against numbers worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import Forecast, ResponseCurves
from promo.doubt import Z_80
from promo.errors import BadRequest, NotEnoughData
from promo.optimize import build_options
from promo.tables import BACKTEST

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


def option(options, product="a", discount=0.2):
    rows = options.rows
    return rows[(rows["product_id"] == product) & (rows["discount"] == discount)].iloc[0]


def test_units_money_and_profit_follow_the_curve():
    row = option(build_options(curves(lift=0.1), forecast(), [0.2], START, 1))
    units = 100 * 0.8**-2 * np.exp(0.1)
    assert row["units"] == pytest.approx(units)
    assert row["price"] == pytest.approx(8.0)
    assert row["revenue"] == pytest.approx(8 * units)
    assert row["cost"] == pytest.approx(2 * units)
    assert row["profit"] == pytest.approx(2 * units)


def test_no_promotion_is_always_an_option_and_costs_nothing():
    row = option(build_options(curves(lift=0.1), forecast(), [0.2], START, 1), discount=0.0)
    assert row[["units", "cost", "cannibalised", "pulled_forward"]].tolist() == [100, 0, 0, 0]


def test_a_promotion_costs_its_rivals_what_their_cross_effect_says():
    row = option(build_options(curves(cross=0.5), forecast(), [0.2], START, 1))
    assert row["cannibalised"] == pytest.approx(100 * (1 - 0.8**0.5) * 10)
    assert row["profit"] == pytest.approx(2 * 100 * 0.8**-2 - row["cannibalised"])


def test_the_week_after_misses_what_was_bought_ahead():
    row = option(build_options(curves(pull_forward=0.3), forecast(2), [0.2], START, 1))
    assert row["pulled_forward"] == pytest.approx(100 * (1 - 0.8**0.3) * 4)
    assert row["units"] == pytest.approx(100 * 0.8**-2)


def test_a_second_promoted_week_already_pays_for_the_first():
    row = option(build_options(curves(pull_forward=0.3), forecast(3), [0.2], START, 2))
    assert row["units"] == pytest.approx(100 * 0.8**-2 * (1 + 0.8**0.3))


def test_the_band_is_the_forecasts_own_where_nothing_is_promoted():
    row = option(build_options(curves(), forecast(), [0.2], START, 1), discount=0.0)
    assert row["units_low"] == pytest.approx(80)
    assert row["units_high"] == pytest.approx(130)


def test_what_is_not_known_of_base_and_of_response_is_told_apart():
    slow = forecast()
    slow.rows["high_80"] = 300.0  # a product that sells little: its base is known to a factor
    row = option(build_options(curves(lift_se=0.3), slow, [0.2], START, 1))
    assert row["base_spread"] == pytest.approx(np.log(3) / Z_80)
    assert row["response_spread"] == pytest.approx(np.hypot(0.1 * np.log(0.8), 0.3))


def test_a_discount_deeper_than_any_seen_is_wider_and_may_be_capped():
    seen, unseen = (
        option(build_options(curves(deepest=deep), forecast(), [0.5], START, 1), discount=0.5)
        for deep in (0.5, 0.2)
    )
    assert unseen["units_high"] > 1.2 * seen["units_high"]
    capped = build_options(curves(deepest=0.2), forecast(), [0.2, 0.3, 0.5], START, 1, reach=0.1)
    assert capped.rows["discount"].max() == 0.3


def test_caution_assumes_a_weaker_answer_and_never_a_perverse_one():
    bold, careful = (
        option(build_options(curves(elasticity_se=2.0), forecast(), [0.2], START, 1, caution=c))
        for c in (0.5, 0.9)
    )
    assert careful["units"] == pytest.approx(100)
    assert bold["units"] > careful["units"]


def test_a_forecast_that_ends_too_early_is_not_enough():
    with pytest.raises(NotEnoughData):
        build_options(curves(), forecast(1), [0.2], START, 2)


@pytest.mark.parametrize("ladder", [[1.0], [-0.1], [float("nan")]])
def test_a_ladder_outside_its_range_is_refused(ladder):
    with pytest.raises(BadRequest):
        build_options(curves(), forecast(), ladder, START, 1)
