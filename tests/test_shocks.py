"""Lasting shocks: whitening and absorbing against the textbook's dense matrices, and recovery."""

import numpy as np
import pytest
from scipy.linalg import toeplitz

from promo.learn.absorb import Absorber, Terms
from promo.learn.shocks import Filter, Lattice, Shocks, fit_shocks

SHOCKS = Shocks(memory=0.7, variance=0.2, extra=0.05)


@pytest.fixture
def gaps():
    """Six series of twelve weeks in two categories, a fifth of the rows missing."""
    rng = np.random.default_rng(7)
    series, week = np.divmod(np.flatnonzero(rng.random(72) < 0.8), 12)
    return Lattice.of(series, week, 12), rng.uniform(0.02, 0.3, len(series)), rng


def covariance(lattice, noise, shocks=SHOCKS):
    """What shocks and counting do to all rows together, rows of different series apart."""
    apart = toeplitz(shocks.memory ** np.arange(lattice.present.shape[1]))
    together = shocks.variance * apart[np.ix_(lattice.week, lattice.week)]
    same = lattice.series[:, None] == lattice.series
    return same * together + np.diag(noise + shocks.extra)


def test_whitened_rows_are_those_of_the_inverse_root_of_the_covariance(gaps):
    lattice, noise, rng = gaps
    values = rng.normal(size=(len(noise), 2))
    filtered = Filter.of(lattice.spread(noise, np.inf), SHOCKS)
    white = lattice.gather(filtered.whiten(lattice.spread(values)))
    root = np.linalg.cholesky(covariance(lattice, noise))
    assert white == pytest.approx(np.linalg.solve(root, values), abs=1e-10)


def test_the_transpose_of_whitening_is_its_transpose(gaps):
    lattice, noise, rng = gaps
    filtered = Filter.of(lattice.spread(noise, np.inf), SHOCKS)
    one, other = rng.normal(size=(2, *lattice.present.shape, 1)) * lattice.present[:, :, None]
    ahead = (filtered.whiten(one) * other).sum()
    assert ahead == pytest.approx((one * filtered.adjoint(other)).sum(), rel=1e-10)


@pytest.mark.parametrize("weekly", [True, False])
def test_what_is_absorbed_equals_generalised_least_squares_on_all_dummies(gaps, weekly):
    lattice, noise, rng = gaps
    category = np.array([0, 0, 0, 1, 1, 1])
    time = np.linspace(-0.5, 0.5, 12)[:, None]
    y, x = rng.normal(size=(2, len(noise)))
    absorber = Absorber.of(lattice, Terms(category, time, weekly, trends=True), noise, SHOCKS)
    left = absorber.residual(np.column_stack([y, x]))
    found = (left[:, 0] @ left[:, 1]) / (left[:, 1] @ left[:, 1])

    def dummies(codes):
        return np.eye(int(codes.max()) + 1)[codes]

    now = time[lattice.week]
    terms = [x, dummies(lattice.series), dummies(lattice.series) * now]
    terms += [dummies(category[lattice.series]) * now, *([dummies(lattice.week)] * weekly)]
    root = np.linalg.inv(np.linalg.cholesky(covariance(lattice, noise)))
    expected = np.linalg.lstsq(root @ np.column_stack(terms), root @ y)[0]
    assert found == pytest.approx(expected[0], abs=1e-7)
    explained, _ = absorber.levels(y)
    alone = np.column_stack(terms[1:])
    assert explained == pytest.approx(alone @ np.linalg.lstsq(root @ alone, root @ y)[0], abs=1e-6)


@pytest.mark.parametrize(("memory", "variance"), [(0.6, 0.06), (0.3, 0.1), (0.8, 0.03)])
def test_the_shocks_of_a_shop_are_found(memory, variance):
    rng = np.random.default_rng(2)
    shock = rng.normal(0, np.sqrt(variance), (60, 80))
    for week in range(1, 80):
        shock[:, week] = memory * shock[:, week - 1] + np.sqrt(1 - memory**2) * shock[:, week]
    rest = shock + rng.normal(0, 0.15, shock.shape) + rng.normal(0, 1, (60, 1))
    lattice = Lattice.of(*np.divmod(np.arange(4800), 80), 80)
    found = fit_shocks(lattice, rest.ravel(), np.full(4800, 0.15**2), trends=False)
    assert found.memory == pytest.approx(memory, abs=0.08)
    assert found.variance == pytest.approx(variance, rel=0.3)
    assert found.extra < 0.03


def test_too_short_a_history_keeps_the_usual_shocks():
    lattice = Lattice.of(np.repeat(np.arange(4), 5), np.tile(np.arange(5), 4), 5)
    assert fit_shocks(lattice, np.ones(20), np.ones(20), trends=False) == Shocks()
