"""Partial pooling against closed forms and scipy."""

import numpy as np
import pytest
from scipy.stats import truncnorm

from promo.learn.shrink import KIN_MEAN, combine, group_means, paule_mandel, pool, truncate


def test_equal_variances_leave_the_sample_variance_less_the_noise():
    estimates = np.array([-3.0, -2.0, -1.0, 0.0, 2.0])
    noise = np.full(5, 0.7)
    tau2 = paule_mandel(estimates, noise, np.zeros(5, dtype=np.int64))
    assert tau2 == pytest.approx(estimates.var(ddof=1) - 0.7, abs=1e-9)


def test_estimates_closer_than_their_noise_do_not_differ():
    assert paule_mandel(np.array([1.0, 1.1, 0.9]), np.ones(3), np.zeros(3, dtype=np.int64)) == 0.0


def test_differences_between_groups_are_not_differences_within():
    estimates = np.array([0.0, 0.2, 10.0, 10.2])
    assert paule_mandel(estimates, np.ones(4), np.array([0, 0, 1, 1])) == 0.0


def test_the_true_spread_is_found():
    rng = np.random.default_rng(0)
    noise = rng.uniform(0.1, 1.0, 4000)
    estimates = rng.normal(0, 0.6, 4000) + rng.normal(0, np.sqrt(noise))
    tau2 = paule_mandel(estimates, noise, np.zeros(4000, dtype=np.int64))
    assert tau2 == pytest.approx(0.36, abs=0.05)


def test_precise_estimates_keep_their_own_and_vague_ones_take_their_kin():
    mean, left = combine(np.array([0.0, 0.0, 9.0]), np.array([1e-9, 3.0, np.inf]),
                         np.full(3, -2.0), np.ones(3))  # fmt: skip
    assert mean == pytest.approx([0.0, -1.5, -2.0], abs=1e-6)
    assert left == pytest.approx([0.0, 0.75, 1.0], abs=1e-6)


def test_a_group_mean_weighs_by_precision():
    mean, variance = group_means(
        np.array([0.0, 3.0]), np.array([1.0, 2.0]), np.zeros(2, dtype=np.int64), 2
    )
    assert mean[0] == pytest.approx(1.0)
    assert variance.tolist() == pytest.approx([2 / 3, np.inf])


@pytest.mark.parametrize(("mean", "sd"), [(-2.5, 0.5), (-0.3, 0.4), (-6.2, 1.0), (-2.0, 9.0)])
def test_a_truncated_belief_is_that_of_scipy(mean, sd):
    exact = truncnorm((-6 - mean) / sd, (-0.2 - mean) / sd, mean, sd)
    found = truncate(np.array([mean]), np.array([sd]), -6.0, -0.2)
    here = [found.mean[0], found.sd[0], found.low[0], found.high[0]]
    assert here == pytest.approx(
        [exact.mean(), exact.std(), exact.ppf(0.025), exact.ppf(0.975)], abs=2e-3
    )


def test_a_belief_far_outside_the_range_stays_in_it():
    found = truncate(np.array([5.0]), np.array([0.05]), -6.0, -0.2)
    assert -0.25 < found.low[0] <= found.mean[0] <= found.high[0] <= -0.2


def drawn(seed, products, categories, tau, noise):
    """True slopes, and noisy estimates of them; the last tenth of the products has none."""
    rng = np.random.default_rng(seed)
    group = np.arange(products) % categories
    truth = rng.normal(rng.normal(-2.5, 0.5, categories)[group], tau)
    own = np.arange(products) < 0.9 * products
    return truth, truth + rng.normal(0, noise, products), own, group


@pytest.mark.parametrize("tau", [0.3, 1.2])
@pytest.mark.parametrize("products", [30, 300])
def test_pooled_slopes_are_as_sure_as_they_say_or_less_where_products_are_all_alike(tau, products):
    errors = []
    for seed in range(20):
        truth, seen, own, group = drawn(seed, products, 6, tau, 0.8)
        found = pool(seen, np.full(products, 0.64), own, group)
        errors.append((found.mean - truth) / np.sqrt(found.variance))
    error = np.concatenate(errors)
    assert 0.8 < np.sqrt((error**2).mean()) < 1.1


def test_a_shop_without_any_estimate_believes_what_all_shops_show():
    found = pool(np.zeros(3), np.ones(3), np.zeros(3, dtype=bool), np.zeros(3, dtype=np.int64))
    assert found.mean == pytest.approx(KIN_MEAN)
    assert (found.variance > 2.0).all()
    assert (found.trust == 0).all()


def test_an_exact_estimate_is_not_pooled_at_all():
    truth, _, own, group = drawn(3, 60, 6, 0.8, 0.0)
    found = pool(truth, np.full(60, 1e-6), own, group)
    assert found.mean[own] == pytest.approx(truth[own], abs=1e-3)
    assert found.trust[own].min() > 0.999
