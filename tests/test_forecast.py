"""The forecast: better than last year's copy, honest about its errors, blind to the future."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import Panel
from promo.errors import BadRequest, NotEnoughData
from promo.learn import expected_history, forecast
from promo.learn.backtest import origins, run_trial
from promo.learn.forecast import series_of
from promo.learn.grid import grid_of
from tests.demand_world import Shop, sell


@pytest.fixture(scope="module")
def shop():
    return sell(Shop(weeks=104, seed=2))[0]


@pytest.fixture(scope="module")
def found(shop):
    """What is said of the next eight weeks."""
    return forecast(shop, 8)


def test_it_covers_every_product_and_coming_week(shop, found):
    rows = found.rows
    last = shop.rows["week"].max()
    assert len(rows) == 60 * 8
    assert rows["week"].min() == last + pd.Timedelta(weeks=1)
    assert rows["week"].max() == last + pd.Timedelta(weeks=8)
    for low, high in (("low_95", "low_80"), ("low_80", "high_80"), ("high_80", "high_95")):
        assert (rows[low] <= rows[high]).all()


def test_it_beats_last_year_and_is_hardly_biased(found):
    table = found.backtest
    assert table["wape"].mean() < 0.6 * table["wape_naive"].mean()
    assert abs(table["bias"].mean()) < 0.08
    assert table["mase"].mean() < 0.7


def test_its_intervals_hold_what_they_promise(found):
    table = found.backtest
    assert table["coverage_80"].mean() == pytest.approx(0.80, abs=0.05)
    assert table["coverage_95"].mean() == pytest.approx(0.95, abs=0.03)


def test_the_baseline_is_without_the_promotions_that_were():
    quiet = Shop(noise=0.05, season=0.0, lift=0.2, seed=4)
    panel, _ = sell(quiet)
    rows = panel.rows
    plain = rows[rows["price"] == rows["list_price"]].groupby("product_id")["units"].mean()
    every = rows.groupby("product_id")["units"].mean()
    said = forecast(panel, 4).rows.groupby("product_id")["mean"].mean()
    assert (said / plain).mean() == pytest.approx(1.0, abs=0.08)
    assert (every / plain).mean() > 1.15


def test_the_back_test_never_sees_its_held_out_weeks(shop):
    whole = grid_of(shop)
    early = shop.rows[shop.rows["week"] < whole.design.start + pd.Timedelta(weeks=80)]
    short = grid_of(Panel(early, shop.products))
    before = run_trial(series_of(short), (56, 64, 72), 8, 2)
    after = run_trial(series_of(whole), (56, 64, 72), 8, 2)
    np.testing.assert_array_equal(before.cells.mean, after.cells.mean)
    np.testing.assert_array_equal(before.cells.spread2, after.cells.spread2)
    np.testing.assert_array_equal(before.naive, after.naive)


def test_changing_held_out_sales_changes_no_forecast_of_them(shop):
    late = shop.rows["week"] >= shop.rows["week"].max() - pd.Timedelta(weeks=7)
    other = Panel(shop.rows.assign(units=shop.rows["units"].where(~late, 7.0)), shop.products)
    here, there = (run_trial(series_of(grid_of(p)), (96,), 8, 1) for p in (shop, other))
    np.testing.assert_array_equal(here.cells.mean, there.cells.mean)
    assert not np.array_equal(here.actual, there.actual)


@pytest.mark.parametrize(
    "shop",
    [
        Shop(products=1, categories=1, weeks=4),
        Shop(products=1, categories=1, weeks=30),
        Shop(products=12, base=0.3),
        Shop(products=6, promoted=0.0),
    ],
    ids=["four weeks", "one product", "intermittent", "no promotion ever"],
)
def test_small_and_quiet_shops_get_a_forecast_too(shop):
    found = forecast(sell(shop)[0], 4)
    assert len(found.rows) == 4 * shop.products
    assert (found.rows["high_95"] >= found.rows["mean"]).all()


def test_rolling_origins_learn_from_at_least_half_and_leave_the_horizon():
    for weeks in range(4, 160, 7):
        for start in origins(weeks, 8, 8):
            assert weeks // 2 <= start <= weeks - 8


def test_no_future_is_a_wrong_request(shop):
    with pytest.raises(BadRequest):
        forecast(shop, 0)


def test_three_weeks_are_too_few():
    with pytest.raises(NotEnoughData):
        forecast(sell(Shop(weeks=3))[0], 4)


def test_history_splits_into_baseline_and_what_promotions_added(shop):
    past = expected_history(shop).merge(
        shop.rows[["product_id", "week", "price", "list_price"]], on=["product_id", "week"]
    )
    promoted = past["price"] < 0.97 * past["list_price"]
    assert (past.loc[promoted, "fitted"] > 1.05 * past.loc[promoted, "baseline"]).mean() > 0.9
    for part in (promoted, ~promoted):
        assert past.loc[part, "fitted"].sum() == pytest.approx(
            past.loc[part, "units"].sum(), rel=0.08
        )


def test_a_product_that_was_never_in_stock_is_expected_to_sell_like_its_kin():
    panel, _ = sell(Shop(products=12, weeks=60))
    last = panel.rows["product_id"] == "P00011"
    gone = panel.rows.assign(in_stock=np.where(last, 0.0, 1.0))
    found = forecast(Panel(gone, panel.products), 4)
    mean = found.rows.groupby("product_id")["mean"].mean()
    assert mean["P00011"] == pytest.approx(mean["P00005"], rel=0.02)  # the other of its category
    assert found.backtest.set_index("product_id").loc["P00011", "folds"] == 0


def test_what_never_sold_is_expected_to_sell_nothing():
    panel, _ = sell(Shop(products=3, categories=1, weeks=40))
    none = panel.rows["product_id"] == "P00000"
    rows = forecast(Panel(panel.rows.assign(units=panel.rows["units"].where(~none, 0.0)),
                          panel.products), 2).rows  # fmt: skip
    assert rows.loc[rows["product_id"] == "P00000", ["mean", "low_80"]].to_numpy().max() == 0.0


def test_no_sales_at_all_teach_nothing():
    panel, _ = sell(Shop(products=3, categories=1))
    with pytest.raises(NotEnoughData):
        forecast(Panel(panel.rows.assign(units=0.0), panel.products), 4)
