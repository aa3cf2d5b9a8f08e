"""The truth bench is fair: whoever plans sees files only; and the desk stands up to it."""

import dataclasses

import pytest

from benchmarks import truth
from promo.ingest import simulate
from promo.ingest.simulate import Truth, World
from promo.ingest.simulate.customers import Crowd
from promo.ingest.simulate.demand import Catalogue

SMALL = World(products=16, categories=4, weeks=60, customers=200, event_weeks=1)


@pytest.fixture(scope="module")
def rows():
    found = truth.run(seeds=2, world=SMALL)
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
    simulate.write_sources(shop, tmp_path, truth.SOURCES)
    sealed()
    with pytest.raises(AssertionError, match="was read by a learner"):
        _ = shop.truth.shop
    proposal, _, _ = truth.propose(tmp_path)
    assert len(proposal.discounts) > 0
    assert {path.name for path in tmp_path.iterdir()} == {f"{name}.csv" for name in truth.SOURCES}


def test_every_method_is_reported_with_the_agreed_keys(rows):
    assert set(rows) == {
        "desk", "true_response", "oracle", "uniform_5", "uniform_10", "uniform_20",
    }  # fmt: skip
    agreed = {"family", "method", "captured", "ceiling", "losing_seeds", "promised_over_realised"}
    assert all(agreed <= row.keys() for row in rows.values())
    assert rows["oracle"]["captured"] == 1.0


def test_the_all_knowing_planner_gains_and_a_deep_uniform_promotion_loses(rows):
    assert rows["oracle"]["gain"] > 0.01
    assert rows["oracle"]["losing_seeds"] == 0
    assert rows["uniform_20"]["gain"] < 0
    assert rows["uniform_20"]["losing_seeds"] == 2


def test_without_stock_limits_cross_effects_and_differing_customers_the_oracle_keeps_its_word():
    simple = dataclasses.replace(SMALL, stock_cover=(50.0, 60.0), cross=(0.0, 0.0), sensitivity=0.0)
    (oracle,) = (row for row in truth.run(seeds=1, world=simple) if row["method"] == "oracle")
    assert oracle["promised_over_realised"] == pytest.approx(1.0, abs=0.01)


@pytest.mark.slow
def test_in_four_shops_the_desk_earns_money_and_keeps_half_of_what_it_promises():
    (desk,) = [row for row in truth.run(seeds=4) if row["method"] == "desk"]
    assert desk["losing_seeds"] == 0
    assert desk["captured"] >= 0.75
    assert desk["promised_over_realised"] <= 2
