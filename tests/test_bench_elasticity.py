"""What the bench of slopes rests on: coverage of the truth, and a fair score of later weeks."""

import numpy as np
import pytest

from benchmarks.elasticity import beliefs, coverage
from benchmarks.held_out import POOLINGS, held_out
from promo.learn.shrink import Pooled
from tests.demand_world import Shop, sell


@pytest.fixture(scope="module")
def found():
    return beliefs(3)


def test_intervals_of_slopes_hold_the_truth_of_simulated_shops(found):
    row = coverage(found, "all")
    assert row["data"] == "300 products, evidence: all"
    assert 0.88 <= row["value"] <= 0.98


def test_the_better_the_evidence_the_smaller_the_error(found):
    error = {grade: coverage(part, grade)["rmse"] for grade, part in found.groupby("evidence")}
    assert error["strong"] < error["fair"] < error["borrowed"]


def test_pooling_foretells_later_promotions_better_than_none_and_than_one_slope():
    total = dict.fromkeys(POOLINGS, 0.0)
    for seed in (1, 2, 3):
        shop = Shop(products=200, categories=8, weeks=30, noise=0.3, promoted=0.1, seed=seed)
        for name, score in held_out(sell(shop)[0]).items():
            total[name] += score.sum()
    assert total["pooled"] > total["off"] + 10
    assert total["pooled"] > total["category"] + 100


def test_nothing_is_scored_of_products_without_a_later_promotion():
    panel, _ = sell(Shop(products=30, never_promoted=5))
    for score in held_out(panel).values():
        assert np.abs(score[:5]).max() < 1e-9
        assert (score[5:] < 0).mean() > 0.5


def test_slopes_that_know_the_answer_score_better_than_their_opposite(monkeypatch):
    panel, truth = sell(Shop(products=40, noise=0.1))
    sure, sharp = np.ones(len(truth)), np.full(len(truth), 0.01)

    def telling(slopes):
        return lambda _estimates, variances, *_: Pooled(slopes, sharp, sure, variances, 1.0)

    told = {"pooled": telling(truth), "wrong": telling(truth + 2)}
    monkeypatch.setattr("benchmarks.held_out.POOLINGS", told)
    score = held_out(panel)
    assert score["pooled"].sum() > score["wrong"].sum() + 20
