"""The race: decided on weeks that were over, by classes, and only where it is clear."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.learn import race
from promo.learn.backtest import Series, origins, run_trial
from promo.learn.forecast import ForecastConfig, look_ahead
from promo.learn.groups import group_outlook, misses
from promo.learn.intervals import Cells, calibrate
from promo.learn.past import Past
from promo.learn.seasons import DAYS, WEEKS

USUAL = len(race.METHODS)


def series(units, calendar=WEEKS):
    """Series without prices."""
    units = np.asarray(units, dtype=float)
    nothing = np.zeros_like(units)
    return Series(units, np.zeros(len(units), dtype=np.int64), calendar, lambda _: nothing)


def scored(folds, **better):
    """Scores of every method, 1 but for those named."""
    names = (*race.METHODS, *race.COMBINED)
    score = np.ones((folds, len(names)))
    for name, values in better.items():
        score[:, names.index(name)] = values
    return score


def winner(score, apart=8.0):
    names = (*race.METHODS, *race.COMBINED)
    return names[race.choose(score, apart, np.ones(len(names), dtype=bool))[0]]


def test_a_method_that_is_always_better_wins():
    assert winner(scored(6, theta=0.9, ses=0.95)) == "theta"


def test_a_method_that_is_hardly_better_does_not():
    assert winner(scored(6, theta=0.995)) == race.USUAL


def test_a_lucky_method_does_not_win():
    assert winner(scored(6, theta=[0.5, 1.05, 1.1, 1.08, 1.02, 1.03])) == race.USUAL


def test_folds_that_share_their_weeks_prove_less():
    unsteady = [0.90, 0.98, 0.93, 0.99, 0.92, 0.98, 0.93, 0.98]
    assert winner(scored(8, theta=unsteady), apart=8.0) == "theta"
    assert winner(scored(8, theta=unsteady), apart=1.2) == race.USUAL


def test_three_folds_decide_nothing():
    assert winner(scored(3, theta=0.5)) == race.USUAL


def test_crostons_correction_is_for_what_sells_rarely():
    names = tuple(race.METHODS)
    best, _ = race.choose(scored(6, sba=0.8), 6.0, race.allowed(names, False))
    assert best == USUAL
    best, _ = race.choose(scored(6, sba=0.8), 6.0, race.allowed(names, True))
    assert names[best] == "sba"


def test_series_are_told_apart_by_how_often_and_how_evenly_they_sell():
    rare = np.tile([0.0, 0.0, 3.0, 0.0], 15)
    lumpy = rare * np.tile([1, 1, 1, 1, 1, 1, 9, 1, 1, 1, 1, 1], 5)
    erratic = np.tile([1.0, 1.0, 12.0, 2.0], 15)
    units = np.vstack([np.full(60, 9.0), erratic, rare, lumpy])
    past = Past(units, np.zeros_like(units), np.zeros(4, dtype=np.int64), WEEKS)
    assert [race.CLASSES[k] for k in race.class_of(past)] == list(race.CLASSES)


def test_a_promotion_does_not_make_a_smooth_seller_erratic():
    effect = np.zeros((1, 60))
    effect[0, ::6] = np.log(8)
    units = 10 * np.exp(effect)
    none = np.zeros(1, dtype=np.int64)
    assert race.class_of(Past(units, effect, none, WEEKS))[0] == 0
    assert race.class_of(Past(units, np.zeros_like(effect), none, WEEKS))[0] == 1


def test_a_class_of_its_own_needs_products_the_rest_follow_everyone():
    classes = np.array([0] * 25 + [2] * 30 + [3] * 5)
    found = race.groups(classes)
    assert [members.sum() for members, _ in found] == [25, 30, 5]
    assert [voters.sum() for _, voters in found] == [25, 30, 60]


@given(seed=st.integers(0, 10_000), fold=st.integers(0, 5))
def test_no_forecast_of_a_fold_knows_anything_of_its_weeks(seed, fold):
    rng = np.random.default_rng(seed)
    units = rng.poisson(6, (25, 40)).astype(float)
    starts = origins(40, 8, 6)  # the folds overlap
    before = run_trial(series(units), starts, 8, 2)
    changed = units.copy()
    changed[:, starts[fold] :] = rng.poisson(90, (25, 40 - starts[fold]))
    after = run_trial(series(changed), starts, 8, 2)
    upto = slice(0, fold + 1)
    np.testing.assert_array_equal(before.cells.mean[upto], after.cells.mean[upto])
    np.testing.assert_array_equal(before.said[upto], after.said[upto])
    np.testing.assert_array_equal(before.naive[upto], after.naive[upto])


def test_where_seasons_are_all_there_is_the_race_finds_who_knows_them():
    rng = np.random.default_rng(1)
    own = rng.permuted(np.tile([0.2, 0.5, 1, 1, 1.5, 2, 0.8], (40, 1)), axis=1)
    units = rng.poisson(np.tile(own, 30) * 40).astype(float)
    found = look_ahead(series(units, DAYS), 7, ForecastConfig())
    assert set(found.verdict.method) <= {"own_season", "best_three", "seasonal_naive"}
    said = found.verdict.mean / found.verdict.mean.mean(axis=1, keepdims=True)
    assert said == pytest.approx(own / own.mean(axis=1, keepdims=True), rel=0.25)


@pytest.mark.parametrize("mean", [0.3, 2.0, 40.0, 4_000.0])
def test_intervals_hold_as_often_as_they_say_on_sales_of_any_size(mean):
    rng = np.random.default_rng(11)
    size = 4.0
    units = rng.negative_binomial(size, size / (size + mean), (300, 70)).astype(float)
    held = look_ahead(series(units[:, :-4]), 4, ForecastConfig())
    for level in (80, 95):
        low, high = held.ends[f"low_{level}"], held.ends[f"high_{level}"]
        inside = ((units[:, -4:] >= low) & (units[:, -4:] <= high)).mean()
        alone = (units[:, -4:] == 0).mean()  # an interval from 0 to 0 holds at least these
        assert inside >= level / 100 - 0.03
        assert inside <= max(level / 100 + 0.03, alone + 0.15)


def test_the_tail_is_learned_from_what_was_missed():
    rng = np.random.default_rng(12)
    cells = Cells(np.full((8, 200, 1), 50.0), np.full((8, 200), 0.01), np.zeros((8, 200), int))
    calm, wild = (np.maximum(rng.normal(50, sd, (8, 200, 1)), 0) for sd in (8, 24))
    narrow, wide = (calibrate(cells.tails(actual), cells.kind, 1)["80"][0, 0]
                    for actual in (calm, wild))  # fmt: skip
    assert narrow == pytest.approx(0.1, abs=0.03)
    assert wide < narrow / 5


def test_forecasts_of_groups_are_the_sums_of_their_products():
    units = np.random.default_rng(13).poisson(20, (12, 60)).astype(float)
    found = look_ahead(series(units), 4, ForecastConfig())
    member = np.vstack([np.arange(12) < 5, np.arange(12) >= 5, np.ones(12, dtype=bool)]).astype(
        float
    )
    mean, ends = group_outlook(found.trial, found.verdict, member)
    np.testing.assert_allclose(mean[0] + mean[1], mean[2])
    np.testing.assert_allclose(mean[2], found.verdict.mean.sum(axis=0))
    for low, high in (("low_95", "low_80"), ("low_80", "high_80"), ("high_80", "high_95")):
        assert (ends[low] <= ends[high]).all()


def sums(rng, shared, weeks=100):
    """Products that err together as far as `shared` says, and the shop they are."""
    common = shared * rng.normal(0, 1, weeks)
    alone = np.sqrt(1 - shared**2) * rng.normal(0, 1, (60, weeks))
    return rng.poisson(50 * np.exp(0.2 * (common + alone))).astype(float)


def test_sums_of_products_that_err_together_have_the_wider_interval():
    width = {}
    for shared in (0.0, 0.9):
        units = sums(np.random.default_rng(14), shared)
        found = look_ahead(series(units), 4, ForecastConfig())
        _, ends = group_outlook(found.trial, found.verdict, np.ones((1, 60)))
        width[shared] = (ends["high_80"] - ends["low_80"]).mean()
        added = (found.ends["high_80"] - found.ends["low_80"]).sum(axis=0).mean()
        assert width[shared] < added
    assert width[0.9] > 3 * width[0.0]


def test_intervals_of_sums_hold_on_weeks_to_come():
    held = {80: [], 95: []}
    for seed in range(20):
        units = sums(np.random.default_rng(seed), 0.5, weeks=70)
        found = look_ahead(series(units[:, :-4]), 4, ForecastConfig())
        member = np.kron(np.eye(6), np.ones((1, 10)))
        _, ends = group_outlook(found.trial, found.verdict, member)
        sold = member @ units[:, -4:]
        for level, hits in held.items():
            hits.append((sold >= ends[f"low_{level}"]) & (sold <= ends[f"high_{level}"]))
    assert np.mean(held[80]) == pytest.approx(0.80, abs=0.06)
    assert np.mean(held[95]) == pytest.approx(0.95, abs=0.04)


def test_what_a_group_missed_is_counted_only_where_something_is_known():
    units = np.random.default_rng(15).poisson(20, (4, 60)).astype(float)
    units[1, 50:] = np.nan
    trial = run_trial(series(units), origins(60, 4, 6), 4, 1)
    miss = misses(trial, np.array([[0, 1, 0, 0], [1, 1, 1, 1]], dtype=float))
    assert np.isnan(miss[-1, 0]).all()
    assert np.isfinite(miss[:, 1]).all()


def test_the_methods_have_names_in_every_language():
    from promo.words import LANGUAGES, translate

    for language in LANGUAGES:
        said = [translate(language, f"forecast.method.{name}")
                for name in (*race.METHODS, *race.COMBINED)]  # fmt: skip
        assert pd.Series(said).is_unique
