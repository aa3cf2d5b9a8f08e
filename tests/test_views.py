"""What was learned is shown for what it is worth: by items sold, and only where it was tried."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import Forecast, Panel
from promo.doubt import BEYOND_SEEN, Z_80
from promo.learn import backtest_summary, curve_points, shown_depths
from promo.tables import BACKTEST, FORECAST, PANEL, PRODUCTS
from tests import test_options


def panel(units: dict[str, float], discount: float = 0.0) -> Panel:
    rows = pd.DataFrame({"product_id": list(units), "units": list(units.values())})
    rows["units"] = rows["units"].astype(float)
    rows = rows.assign(
        place="all", segment="all", week=pd.Timestamp("2026-01-05"), list_price=10.0,
        price=10.0 * (1 - discount), feature=0.0, display=0.0, in_stock=1.0,
    )  # fmt: skip
    return Panel(rows[PANEL.names], PRODUCTS.empty())


def backtested(wape: dict[str, float]) -> Forecast:
    rows = pd.DataFrame({"product_id": list(wape), "wape": list(wape.values())})
    rows = rows.assign(
        method="naive", kind="smooth", folds=3, wape_naive=rows["wape"] * 2, mase=np.nan, bias=0.0,
        coverage_80=0.8, coverage_95=0.95,
    )  # fmt: skip
    return Forecast(FORECAST.empty(), rows[BACKTEST.names])


def test_the_forecast_error_of_a_shop_is_that_of_its_items_and_not_of_its_labels():
    found = backtest_summary(
        backtested({"tea": 0.1, "oats": 0.5}), panel({"tea": 300, "oats": 100})
    )
    assert found["wape"] == pytest.approx(0.2)
    assert found["wape_naive"] == pytest.approx(0.4)
    assert found["series"] == 2


def test_a_product_that_could_not_be_tested_does_not_count_as_forecast_well():
    found = backtest_summary(
        backtested({"tea": 0.1, "oats": np.nan}), panel({"tea": 1, "oats": 99})
    )
    assert found["wape"] == pytest.approx(0.1)
    assert np.isnan(found["mase"])


def test_a_curve_starts_at_the_shallowest_discount_that_was_tried():
    depths = shown_depths(panel({"tea": 1.0}, discount=0.12), 0.5)
    assert depths[:3] == pytest.approx([0.0, 0.12, 0.13])
    assert depths[-1] == pytest.approx(0.5)


def test_the_picture_of_a_curve_is_as_unsure_as_the_plan_that_is_made_of_it():
    curves = test_options.curves(elasticity_se=[0.2, 0.4], lift_se=0.05, deepest=[0.3, 0.1])
    ladder = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    future = test_options.forecast()
    options = test_options.priced(curves, future, ladder).rows
    for product in "ab":
        drawn = curve_points(curves, product, ladder)
        counted = options.loc[options["product_id"] == product, "response_spread"]
        np.testing.assert_allclose(np.log(drawn["high"] / drawn["ratio"]), Z_80 * counted)
        np.testing.assert_allclose(np.log(drawn["ratio"] / drawn["low"]), Z_80 * counted)


def test_beyond_the_deepest_discount_seen_a_curve_says_so_and_doubts_more():
    curves = test_options.curves(elasticity=-2.0, elasticity_se=0.0, deepest=[0.3, 0.5])
    ladder = np.array([0.0, 0.2, 0.3, 0.4, 0.5])
    tea, oats = (curve_points(curves, product, ladder) for product in "ab")
    assert tea["beyond"].tolist() == [False, False, False, True, True]
    assert not oats["beyond"].any()
    width = np.log(tea["high"] / tea["ratio"])
    assert width[:3].tolist() == [0.0, 0.0, 0.0]
    assert width[4] == pytest.approx(Z_80 * BEYOND_SEEN * 2 * np.log(0.7 / 0.5))
