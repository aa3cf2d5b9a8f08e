"""Which curves are borrowed, from whom and why; trust told apart by how products sell."""

import io

import numpy as np
import pandas as pd
import pytest

from promo import workflow
from promo.domain import Panel
from promo.learn import borrowed_curves, fit_response, forecast, main_curves, trust, trust_by_kind
from tests.demand_world import Shop, sell


@pytest.fixture(scope="module")
def shop():
    """Category C0 was never promoted; of the others one product each hardly ever."""
    panel, _ = sell(Shop(products=40, categories=4, weeks=70, seed=6))
    rows = panel.rows.copy()
    never = rows["product_id"].isin(panel.products.query("category == 'C0'")["product_id"])
    seldom = rows["product_id"].isin(["P00001", "P00002"])
    first = rows["week"] < rows["week"].min() + pd.Timedelta(weeks=14)
    rows["price"] = rows["price"].where(~never & (~seldom | first), rows["list_price"])
    return Panel(rows, panel.products)


def test_every_weak_or_borrowed_curve_is_listed_and_no_other(shop):
    curves = fit_response(shop)
    listed = borrowed_curves(curves, shop).set_index("product_id")
    grade = main_curves(curves).set_index("product_id")["evidence"]
    assert set(listed.index) == set(grade.index[grade.isin(["weak", "borrowed"])])
    assert listed["units_per_week"].is_monotonic_decreasing


def test_a_category_without_a_known_answer_leans_on_the_whole_shop(shop):
    curves = fit_response(shop)
    listed = borrowed_curves(curves, shop).set_index("product_id")
    silent = listed[listed["category"] == "C0"]
    assert len(silent) == 10
    assert set(silent["lender"]) == {"shop"}
    assert set(silent["why"]) == {"never"}
    assert set(silent["weeks_missing"]) == {4}
    known = main_curves(curves).query("evidence != 'borrowed'")["category"].value_counts()
    others = listed[listed["category"] != "C0"]
    assert len(others)
    assert (others["lender"] == "category").all()
    own = (others["evidence"] != "borrowed").astype(int)
    np.testing.assert_array_equal(others["kin"] + own, known[others["category"]])


def test_the_reason_and_what_is_missing_follow_from_the_weeks_seen(shop):
    listed = borrowed_curves(fit_response(shop), shop)
    assert {"never", "few"} <= set(listed["why"])
    assert (listed["weeks_missing"] == (4 - listed["price_weeks"]).clip(lower=0)).all()
    assert ((listed["why"] == "never") == (listed["price_weeks"] == 0)).all()
    assert ((listed["why"] == "clear") == (listed["price_weeks"] >= 4)).all()


def test_the_list_as_a_file_starts_no_formula(shop):
    listed = borrowed_curves(fit_response(shop), shop)
    evil = listed.assign(name='=HYPERLINK("http://evil.example")')
    text = workflow.borrowed_csv(evil).decode("utf-8-sig")
    back = pd.read_csv(io.StringIO(text))
    assert back["name"].str.startswith("'=").all()
    assert back["product_id"].tolist() == listed["product_id"].tolist()
    assert text.endswith("\r\n")


def test_every_product_sells_in_one_way_and_each_way_is_tried_for_itself():
    rng = np.random.default_rng(2)
    panel, _ = sell(Shop(products=60, categories=2, weeks=80, base=40.0, promoted=0.0))
    rows = panel.rows.copy()
    late = rows["product_id"] >= "P00030"
    rows.loc[late, "units"] *= rng.random(int(late.sum())) < 0.4
    panel = Panel(rows, panel.products)
    found = forecast(panel, 4)
    kinds = trust_by_kind(panel, found)
    assert sum(products for products, _ in kinds.values()) == 60
    assert set(kinds) & {"intermittent", "lumpy"}
    steady = found.backtest.loc[found.backtest["kind"] == "smooth", "product_id"]
    assert set(steady) <= {f"P{i:05d}" for i in range(30)}
    assert kinds["smooth"][1].wape < trust(panel, found).wape
