"""What a page draws of a forecast, and what it says of its worth."""

import numpy as np
import pytest

from promo.domain import Panel
from promo.errors import NotFound
from promo.learn import forecast, no_better, outlook, trust
from tests.demand_world import Shop, panel_of, sell


@pytest.fixture(scope="module")
def shop():
    panel, _ = sell(Shop(products=24, categories=3, weeks=80, seed=3))
    return panel, forecast(panel, 4)


def test_a_total_is_the_sum_of_its_categories_and_they_of_their_products(shop):
    panel, found = shop
    total = outlook(panel, found, "total").set_index("week")
    parts = [outlook(panel, found, "category", f"C{c}").set_index("week") for c in range(3)]
    np.testing.assert_allclose(sum(part["mean"] for part in parts), total["mean"])
    np.testing.assert_allclose(sum(part["units"] for part in parts), total["units"])
    inside = panel.products.loc[panel.products["category"] == "C1", "product_id"]
    each = [outlook(panel, found, "product", one).set_index("week")["mean"] for one in inside]
    np.testing.assert_allclose(sum(each), parts[1]["mean"])


def test_the_past_is_sold_and_the_future_is_expected(shop):
    panel, found = shop
    table = outlook(panel, found, "product", "P00003")
    assert table["week"].is_monotonic_increasing
    assert table["units"].notna().sum() == 80
    assert table["mean"].notna().to_numpy().nonzero()[0].tolist() == [80, 81, 82, 83]
    ahead = table.tail(4)
    assert (ahead["low_95"] <= ahead["low_80"]).all()
    assert (ahead["high_80"] <= ahead["high_95"]).all()


def test_the_whole_shop_is_known_relatively_better_than_a_product(shop):
    panel, found = shop

    def width(table):
        ahead = table.dropna(subset="mean")
        return ((ahead["high_80"] - ahead["low_80"]) / ahead["mean"]).mean()

    products = np.mean([width(outlook(panel, found, "product", one))
                        for one in panel.products["product_id"]])  # fmt: skip
    assert width(outlook(panel, found, "total")) < 0.9 * products


@pytest.mark.parametrize("level", ["product", "category"])
def test_what_is_not_sold_has_no_outlook(shop, level):
    with pytest.raises(NotFound):
        outlook(*shop, level, "nothing")


def test_a_forecast_that_beats_the_simplest_rule_is_trusted_for_it(shop):
    panel, found = shop
    said = trust(panel, found)
    assert said.better
    assert said.wape < said.wape_naive
    assert said.methods
    assert not no_better(found).all()


def test_a_shop_that_repeats_its_year_exactly_needs_no_forecast():
    year = np.random.default_rng(1).poisson(30, (6, 52)).astype(float)
    units = np.hstack([year, year, year[:, :26]])
    panel = panel_of(units, np.zeros((6, 130)), np.zeros(6, dtype=int), np.full(6, 5.0))
    found = forecast(panel, 4)
    said = trust(panel, found)
    if said.methods != ("seasonal_naive",):
        assert said.better is False
    assert no_better(found).all()
    assert trust(panel, found, "P00002").better is False


def test_what_was_never_tried_is_neither_good_nor_bad():
    panel, _ = sell(Shop(products=3, categories=1, weeks=5))
    found = forecast(panel, 4)
    assert trust(panel, found).better is None
    assert not no_better(found).any()


def test_a_newcomer_is_expected_at_its_kins_level_and_with_more_doubt():
    panel, _ = sell(Shop(products=24, categories=2, weeks=70, seed=4, promoted=0.0))
    last = panel.rows["week"].max()
    late = (panel.rows["product_id"] != "P00004") | (panel.rows["week"] == last)
    found = forecast(Panel(panel.rows[late], panel.products), 4).rows
    found["width"] = (found["high_80"] - found["low_80"]) / found["mean"]
    mine, kin = found["product_id"] == "P00004", found["product_id"].isin(
        panel.products.loc[panel.products["category"] == "C0", "product_id"])  # fmt: skip
    first = panel.rows.loc[~late | (panel.rows["week"] == last)]
    first = first.loc[first["product_id"] == "P00004", "units"].iloc[-1]
    level, own = found.loc[kin & ~mine, "mean"].mean(), found.loc[mine, "mean"].mean()
    assert min(level, first) * 0.9 <= own <= max(level, first) * 1.1
    assert found.loc[mine, "width"].mean() > 1.1 * found.loc[~mine, "width"].mean()
