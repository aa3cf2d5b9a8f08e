"""The simulated shop tells the truth: its files agree with each other and with its parameters."""

import dataclasses
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from promo import ingest
from promo.errors import BadRequest
from promo.ingest.simulate import SAMPLE, SOURCES, World, simulate, write, write_sample
from tests.conftest import ROOT

SMALL = World(products=12, categories=3, weeks=30, customers=200, event_weeks=3)


@pytest.fixture(scope="module")
def small():
    return simulate(SMALL)


def files(world, folder):
    return {name: path.read_bytes() for name, path in write(simulate(world), folder).items()}


def test_equal_seeds_write_equal_bytes_and_others_do_not(tmp_path):
    world = dataclasses.replace(SMALL, test_weeks=2)
    once = files(world, tmp_path / "once")
    again = files(world, tmp_path / "again")
    other = files(dataclasses.replace(world, seed=2), tmp_path / "other")
    assert once == again
    assert set(once) == {*SOURCES, "truth"}
    assert all(once[name] != other[name] for name in once)


def test_complements_are_of_two_shelves_and_sell_together():
    world = dataclasses.replace(SMALL, halo_pairs=4, halo=(-0.9, -0.7), together=0.5)
    shop = simulate(world)
    halo = pd.DataFrame(shop.truth.parameters()["halo"])
    assert len(halo) == 4
    assert halo["effect"].between(-0.9, -0.7).all()
    assert len(set(halo["product_id"]) | set(halo["other_id"])) == 8
    category = shop.products.set_index("product_id")["category"]
    assert (category[halo["product_id"]].to_numpy() != category[halo["other_id"]].to_numpy()).all()
    baskets = shop.orders.groupby("order_id")["product_id"].agg(set)
    pair = halo.iloc[0]
    has, other = (baskets.map(lambda one, name=pair[name]: name in one)
                  for name in ("product_id", "other_id"))  # fmt: skip
    assert (has & other).sum() > 2 * has.sum() * other.mean()


def test_a_discount_sells_more_of_the_complement_and_of_nothing_else():
    world = dataclasses.replace(SMALL, halo_pairs=1, cross=(0.0, 0.0))
    truth = simulate(world).truth
    pair = truth.parameters()["halo"][0]
    none = pd.DataFrame({"product_id": [], "segment": [], "discount": []}, dtype="str")
    cut = pd.DataFrame({"product_id": [pair["product_id"]], "segment": "all", "discount": 0.2})
    before, after = (truth.outcome(one).set_index("product_id") for one in (none, cut))
    added = (after["units_after"] + after["units"]) / (before["units_after"] + before["units"])
    assert set(added.index[added > 1.02]) == {pair["product_id"], pair["other_id"]}
    assert (added[[one for one in added.index if one not in pair.values()]] == 1).all()


def test_the_panel_is_the_sum_of_the_orders(small):
    day = small.orders["order_time"].dt.normalize()
    monday = day - pd.to_timedelta(day.dt.day_of_week, unit="D")
    lines = small.orders.assign(week=monday.dt.strftime("%Y-%m-%d"))
    sold = lines.groupby(["week", "product_id"])["quantity"].sum()
    panel = small.panel.set_index(["week", "product_id"])["units"]
    pd.testing.assert_series_equal(
        sold.reindex(panel.index, fill_value=0), panel, check_names=False
    )


def test_the_shipped_sample_is_written_again_to_the_byte(tmp_path):
    shipped = {path.name: path.read_bytes() for path in (ROOT / "sample_data").glob("*.csv")}
    written = {path.name: path.read_bytes() for path in write_sample(tmp_path).values()}
    assert set(shipped) == {f"{name}.csv" for name in ingest.SOURCES}
    assert shipped == written


def test_the_sample_is_the_same_on_a_processor_without_vector_instructions(tmp_path):
    vector = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
    code = "import sys, pathlib; from promo.ingest.simulate import write_sample as w; "
    subprocess.run(
        [sys.executable, "-c", code + "w(pathlib.Path(sys.argv[1]))", str(tmp_path)],
        env=os.environ | {"NPY_DISABLE_CPU_FEATURES": " ".join(vector), "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        check=True,
    )
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (ROOT / "sample_data" / path.name).read_bytes(), path.name


def test_the_shipped_sample_is_small_and_ends_on_the_agreed_day():
    size = sum(path.stat().st_size for path in (ROOT / "sample_data").iterdir())
    assert size < 5_000_000
    orders = pd.read_csv(ROOT / "sample_data" / "orders.csv", parse_dates=["order_time"])
    assert orders["order_time"].max().date().isoformat() == "2026-11-15"
    assert SAMPLE.weeks == 104


@pytest.mark.parametrize(
    ("field", "value"), [("products", 0), ("endogeneity", 1.5), ("categories", 101)]
)
def test_a_world_that_cannot_be_is_refused_by_field(field, value):
    with pytest.raises(BadRequest) as refusal:
        World(**{field: value})
    assert refusal.value.facts == {"field": field, "value": value}


def test_a_shop_without_customers_has_panel_and_products_only(tmp_path):
    shop = simulate(dataclasses.replace(SMALL, customers=0))
    assert set(write(shop, tmp_path)) == {"panel", "products", "truth"}
    assert np.isfinite(shop.panel["price"]).all()


def test_purchases_in_the_web_log_are_the_order_lines_of_its_weeks(small):
    names = ["time", "customer_id", "product_id", "quantity", "price"]
    log = small.events[small.events["event_type"] == "purchase"]
    log = log[["event_time", "customer_id", "product_id", "quantity", "price"]].set_axis(
        names, axis=1
    )
    first = small.world.mondays[-SMALL.event_weeks]
    lines = small.orders[small.orders["order_time"] >= first]
    lines = lines[["order_time", "customer_id", "product_id", "quantity", "unit_price"]]
    lines = lines.set_axis(names, axis=1)
    pd.testing.assert_frame_equal(
        log.sort_values(names, ignore_index=True),
        lines.sort_values(names, ignore_index=True),
        check_dtype=False,
    )


def test_a_purchase_was_looked_at_and_put_into_the_cart_before(small):
    keys = ["session_id", "product_id", "customer_id"]
    first = {
        kind: small.events[small.events["event_type"] == kind].groupby(keys)["event_time"].min()
        for kind in ("view", "cart", "purchase")
    }
    bought = first["purchase"]
    assert len(bought) > 100
    assert (first["view"].reindex(bought.index) < first["cart"].reindex(bought.index)).all()
    assert (first["cart"].reindex(bought.index) < bought).all()


def test_reviews_say_what_their_stars_say_in_two_languages():
    shop = simulate(dataclasses.replace(SMALL, review_rate=0.9, event_weeks=8))
    reviews = shop.events[shop.events["event_type"] == "review"]
    chinese = reviews["text"].str.contains(r"[\u4e00-\u9fff]")
    assert 0.2 < chinese.mean() < 0.6
    angry = reviews["text"].str.contains(
        "stale|disappointed|broken|refund|wrong|失望|退款|差|错|不会"
    )
    assert angry[reviews["rating"] <= 2].all()
    assert not angry[reviews["rating"] >= 4].any()
    assert (reviews["rating"] <= 2).sum() > 10


PANEL_ONLY = World(
    products=60, categories=6, weeks=104, customers=0, base_units=2000.0, shock_sd=0.02,
    endogeneity=0.0, stockout_rate=0.0, list_price_steps=0.0, promo_rate=0.25,
    never_promoted=0.0, rarely_promoted=0.0,
)  # fmt: skip


def regressors(shop):
    """Log sales and what moves them, straight from the panel file."""
    panel = shop.panel.merge(shop.products[["product_id", "category"]], on="product_id")
    panel = panel.sort_values(["product_id", "week"], ignore_index=True)
    panel["log_price"] = np.log(panel["price"] / panel["list_price"])
    shelf = panel.groupby(["category", "week"])["log_price"]
    panel["others"] = (shelf.transform("sum") - panel["log_price"]) / (shelf.transform("size") - 1)
    panel["before"] = panel.groupby("product_id")["log_price"].shift(fill_value=0.0)
    panel["promoted"] = (panel["log_price"] < 0).astype(float)
    return panel


def test_a_regression_on_a_quiet_world_finds_every_elasticity_within_3_standard_errors():
    shop = simulate(PANEL_ONLY)
    panel = regressors(shop).set_index(["product_id", "week"])
    history = shop.truth.history.assign(week=lambda h: h["week"].dt.strftime("%Y-%m-%d"))
    base = history.set_index(["product_id", "week"])["base"]
    rest = np.log(panel["units"]) - np.log(base.reindex(panel.index))
    names = ["log_price", "promoted", "feature", "display", "others", "before"]
    found, spread = [], []
    for product in shop.truth.shop.product_id:
        x = np.column_stack([np.ones(len(panel.loc[product])), panel.loc[product, names]])
        y = rest.loc[product].to_numpy()
        slope, *_ = np.linalg.lstsq(x, y, rcond=None)
        noise = ((y - x @ slope) ** 2).sum() / (len(y) - x.shape[1])
        found.append(slope[1])
        spread.append(np.sqrt(noise * np.linalg.inv(x.T @ x)[1, 1]))
    z = (np.array(found) - shop.truth.shop.elasticity) / np.array(spread)
    assert np.abs(z).max() < 3
    assert np.median(spread) < 0.1  # so that a wrong elasticity would be seen


def test_promotions_follow_the_unseen_shock_only_as_far_as_the_dial_says():
    def follows(dial):
        world = World(customers=0, endogeneity=dial, shock_memory=0.0)
        history = simulate(world).truth.history
        return np.corrcoef(history["promoted"], history["shock"])[0, 1]

    assert abs(follows(0.0)) < 3 / np.sqrt(7800)
    assert follows(1.0) > 0.3


def test_the_week_after_a_promotion_sells_less():
    panel = regressors(simulate(PANEL_ONLY))
    quiet = panel[panel["promoted"] == 0]
    after, else_ = quiet[quiet["before"] < -0.15], quiet[quiet["before"] == 0]
    usual = else_.groupby("product_id")["units"].mean()
    ratio = after["units"] / after["product_id"].map(usual)
    assert ratio.mean() + 3 * ratio.std() / np.sqrt(len(ratio)) < 0.99


def test_what_ran_out_was_wanted_but_not_sold(small):
    history = small.truth.history.assign(week=lambda h: h["week"].dt.strftime("%Y-%m-%d"))
    both = small.panel.merge(history[["product_id", "week", "demand"]], on=["product_id", "week"])
    empty = both["units"] < both["demand"]
    assert 0.02 < empty.mean() < 0.2
    assert (both.loc[empty, "in_stock"] < 1).all()
    assert (both.loc[~empty, "units"] == both.loc[~empty, "demand"]).all()


def test_randomised_price_weeks_touch_products_that_are_never_promoted():
    world = World(customers=0, never_promoted=1.0, rarely_promoted=0.0, test_weeks=8)
    promoted = simulate(world).truth.history.groupby("week")["promoted"].mean()
    assert (promoted > 0).sum() == 8
    assert promoted[promoted > 0].between(0.3, 0.7).all()


def test_rare_buyers_are_the_price_sensitive_ones_and_it_shows_in_the_orders():
    orders = simulate(World(products=40, categories=5)).orders
    orders["cut"] = 1 - orders["unit_price"] / orders["list_price"]
    visits = orders.groupby("customer_id")["order_id"].nunique()
    third = pd.qcut(visits.rank(method="first"), 3, labels=["rare", "middle", "frequent"])
    deep = orders[orders["cut"] > 0.15].groupby(orders["customer_id"].map(third), observed=True)
    every = orders.groupby(orders["customer_id"].map(third), observed=True)
    share = deep["quantity"].sum() / every["quantity"].sum()
    assert share["rare"] > 1.15 * share["frequent"]


def test_no_two_products_share_a_name_or_an_id():
    world = World(products=1000, categories=25, customers=0, weeks=2)
    products = simulate(world).products
    assert products["product_id"].is_unique
    assert products["name"].is_unique
