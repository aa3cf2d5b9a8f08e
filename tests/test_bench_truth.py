"""The truth bench is fair: whoever plans sees files only; and the desk stands up to it."""

import dataclasses

import pandas as pd
import pytest

from benchmarks import truth
from benchmarks.truth import methods
from benchmarks.truth.families import SOURCES
from promo.ingest import simulate
from promo.ingest.simulate import Truth, World
from promo.ingest.simulate.customers import Crowd
from promo.ingest.simulate.demand import Catalogue

SMALL = World(products=16, categories=4, weeks=60, customers=200, event_weeks=1)


@pytest.fixture(scope="module")
def rows():
    found = truth.run(2, ("default",), SMALL, workers=1)
    return {row["method"]: row for row in found}


@pytest.fixture
def sealed(monkeypatch):
    """From `seal()` on, whoever touches a parameter of a simulated shop fails."""

    def refuse(secret, name):
        raise AssertionError(f"{type(secret).__name__}.{name} was read by a learner")

    def seal():
        for secret in (Truth, Crowd, Catalogue, World):
            monkeypatch.setattr(secret, "__getattribute__", refuse)

    return seal


def test_a_plan_is_made_from_the_files_without_reading_any_parameter(tmp_path, sealed):
    shop = simulate.simulate(SMALL)
    simulate.write_sources(shop, tmp_path, SOURCES)
    sealed()
    with pytest.raises(AssertionError, match="was read by a learner"):
        _ = shop.truth.shop
    proposal, _, _ = truth.propose(tmp_path)
    assert len(proposal.discounts) > 0
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.csv" for name in SOURCES}


def test_every_method_is_reported_with_the_agreed_keys(rows):
    assert set(rows) == {
        "desk", "true_response", "oracle", "naive", "nothing", "top_sellers", "last_year",
        "uniform_5", "uniform_10", "uniform_20",
    }  # fmt: skip
    agreed = {"family", "method", "captured", "ceiling", "losing_seeds", "promised_over_realised"}
    assert all(agreed <= row.keys() for row in rows.values())
    assert rows["oracle"]["captured"] == 1.0


def test_who_promotes_nothing_gains_nothing_and_gives_nothing_away(rows):
    assert rows["nothing"]["captured"] == 0
    assert rows["nothing"]["spent"] == 0


def test_habits_keep_the_slots_and_the_money_as_far_as_they_can_know(tmp_path):
    shop = simulate.simulate(SMALL)
    simulate.write_sources(shop, tmp_path, SOURCES)
    found, money = methods.proposals(shop, tmp_path)
    category = shop.products.set_index("product_id")["category"]
    lately = methods.propose(tmp_path)[1].panel.rows
    lately = lately[lately["week"] > lately["week"].max() - pd.Timedelta(weeks=methods.LATELY)]
    taken = (lately["units"] * lately["list_price"]).groupby(lately["product_id"]).sum() / 2
    for name in ("uniform_5", "uniform_10", "uniform_20", "top_sellers", "last_year"):
        rows = found[name].discounts
        assert 0 < len(rows) < SMALL.products
        assert rows["product_id"].map(category).value_counts().max() <= 1
        assert (rows["discount"] * rows["product_id"].map(taken)).sum() <= money


def test_the_all_knowing_planner_gains_and_a_deep_uniform_promotion_loses(rows):
    assert rows["oracle"]["gain"] > 0.01
    assert rows["oracle"]["losing_seeds"] == 0
    assert rows["uniform_20"]["gain"] < 0
    assert rows["uniform_20"]["losing_seeds"] > 0


def test_without_stock_limits_cross_effects_and_differing_customers_the_oracle_keeps_its_word():
    simple = dataclasses.replace(SMALL, stock_cover=(50.0, 60.0), cross=(0.0, 0.0), sensitivity=0.0)
    (oracle,) = (row for row in truth.run(1, ("default",), simple, 1) if row["method"] == "oracle")
    assert oracle["promised_over_realised"] == pytest.approx(1.0, abs=0.01)


@pytest.mark.slow
def test_in_four_shops_the_desk_earns_money_and_keeps_half_of_what_it_promises():
    (desk,) = [row for row in truth.run(4, ("default",), workers=1) if row["method"] == "desk"]
    assert desk["losing_seeds"] == 0
    assert desk["captured"] >= 0.75
    assert desk["promised_over_realised"] <= 2
