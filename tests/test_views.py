"""What was learned is shown for what it is worth: by items sold, and only where it was tried."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import Forecast, Panel
from promo.learn import backtest_summary, shown_depths
from promo.tables import BACKTEST, FORECAST, PANEL, PRODUCTS


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
        method="naive", folds=3, wape_naive=rows["wape"] * 2, mase=np.nan, bias=0.0,
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
