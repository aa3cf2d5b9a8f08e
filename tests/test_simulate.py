"""The simulated shop tells the truth: its files agree with each other and with its parameters."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

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
    once = files(SMALL, tmp_path / "once")
    again = files(SMALL, tmp_path / "again")
    other = files(dataclasses.replace(SMALL, seed=2), tmp_path / "other")
    assert once == again
    assert set(once) == {*SOURCES, "truth"}
    assert all(once[name] != other[name] for name in once)


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
    assert set(shipped) == {f"{name}.csv" for name in SOURCES}
    assert shipped == written


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
