"""The regression engine against the textbook: explicit dummies, by hand."""

import numpy as np
import pandas as pd
import pytest

from promo.learn.effects import Effect, codes, identified, least_squares, residualise


def dummies(*groups):
    return np.column_stack([np.eye(g.max() + 1)[g] for g in groups])


@pytest.fixture
def world():
    rng = np.random.default_rng(3)
    n = 240
    first, second = rng.integers(0, 12, n), rng.integers(0, 9, n)
    x = rng.normal(size=(n, 2)) + first[:, None] / 5
    y = x @ [1.5, -2.0] + rng.normal(size=12)[first] + rng.normal(size=9)[second]
    return first, second, x, y + rng.normal(0, 0.3, n), rng.uniform(0.2, 3.0, n), rng


def test_what_effects_leave_equals_a_regression_on_all_dummies(world):
    first, second, x, y, weights, _ = world
    root = np.sqrt(weights)[:, None]
    expected = np.linalg.lstsq(np.hstack([x, dummies(first, second)]) * root, y * root[:, 0])[0][:2]
    left = residualise(np.column_stack([y, x]), [Effect(first), Effect(second)], weights)
    fit = least_squares(left[:, 0], left[:, 1:], np.arange(len(y)), weights=weights)
    assert fit.coef == pytest.approx(expected, abs=1e-8)


def test_a_slope_per_group_equals_a_regression_on_interactions(world):
    first, second, _, y, _, rng = world
    time = rng.normal(size=len(y))
    explicit = np.hstack([dummies(first), dummies(first) * time[:, None], dummies(second)])
    expected = y - explicit @ np.linalg.lstsq(explicit, y)[0]
    own = Effect(first, np.column_stack([np.ones(len(y)), time]))
    assert residualise(y, [own, Effect(second)]) == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("series", [4, 40], ids=["long series", "short series"])
def test_levels_trends_weeks_and_seasons_equal_a_regression_on_all_their_columns(series):
    """As the response curves absorb them, whichever of the three has the most groups."""
    rng = np.random.default_rng(series)
    n = 600
    own, week = rng.integers(0, series, n), rng.integers(0, 30, n)
    category, weights = own % 7, rng.uniform(1e-4, 1.0, n)
    trend = np.column_stack([np.ones(n), week / 30])
    season = np.column_stack([week / 30, np.sin(week / 5), np.cos(week / 5)])
    effects = [Effect(own, trend), Effect(week), Effect(category, season)]
    parts = [dummies(week)]
    parts += [dummies(own) * column[:, None] for column in trend.T]
    parts += [dummies(category) * column[:, None] for column in season.T]
    explicit, root = np.hstack(parts), np.sqrt(weights)
    y = rng.normal(size=(n, 2)) + category[:, None]
    fit = np.linalg.lstsq(explicit * root[:, None], y * root[:, None])[0]
    left = residualise(y, effects, weights)
    assert left == pytest.approx(y - explicit @ fit, abs=1e-7)


def test_a_group_of_hardly_any_weight_loses_its_level_too():
    weights = np.array([1.0, 1.0, 1e-8, 1e-8])
    left = residualise(np.array([1.0, 3.0, 5.0, 9.0]), [Effect(np.array([0, 0, 1, 1]))], weights)
    assert left == pytest.approx([-1.0, 1.0, -2.0, 2.0])


def test_without_effects_nothing_is_taken_out():
    assert residualise(np.array([1.0, 2.0]), []).tolist() == [1.0, 2.0]


def test_clustered_errors_equal_statsmodels(world):
    from statsmodels.regression.linear_model import OLS

    first, _, x, y, _, _ = world
    expected = OLS(y, x).fit(cov_type="cluster", cov_kwds={"groups": first}).bse
    assert least_squares(y, x, first).se == pytest.approx(expected, rel=1e-10)


def test_a_column_the_others_explain_has_no_coefficient(world):
    first, _, x, y, _, _ = world
    doubled = np.column_stack([x, x[:, 0] + x[:, 1]])
    assert identified(doubled).tolist() == [True, True, False]
    fit = least_squares(y, doubled, first)
    assert np.isnan(fit.coef[2])
    assert fit.coef[:2] == pytest.approx(least_squares(y, x, first).coef)


def test_effects_that_nearly_coincide_are_absorbed_too():
    rng = np.random.default_rng(8)
    first = np.sort(rng.integers(0, 30, 400))
    second = np.where(rng.random(400) < 0.04, rng.integers(0, 30, 400), first)  # hardly any mover
    y = rng.normal(size=400) + first
    explicit = dummies(first, second)
    expected = y - explicit @ np.linalg.lstsq(explicit, y)[0]
    assert residualise(y, [Effect(first), Effect(second)]) == pytest.approx(expected, abs=1e-6)


def test_residuals_of_residuals_are_themselves(world):
    first, second, x, *_ = world
    once = residualise(x, [Effect(first), Effect(second)])
    assert residualise(once, [Effect(first), Effect(second)]) == pytest.approx(once, abs=1e-8)


def test_codes_number_the_combinations_that_occur():
    letters, digits = pd.Series(["b", "a", "b"]), pd.Series([1, 1, 2])
    assert codes(letters, digits).tolist() == [1, 0, 2]
