"""Partial pooling: how far an estimate is pulled towards its kin, and the belief that remains."""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Flags, Floats, Ints, group_sum

GRID = 401
REACH = 8.0
"""Standard deviations around the mode that carry a truncated normal to 1e-14."""


KIN_MEAN, KIN_SD = -2.6, 1.5
"""1,851 published elasticities average -2.62 (Bijmolt, van Heerde and Pieters 2005, Journal of
Marketing Research 42(2), 141-156); the sd puts nine tenths of them between -6 and -0.2."""
WITHIN, BETWEEN = (0.8, 0.5), (0.5, 0.6)
"""Median and log sd of the prior on how far products of a category, and categories of a shop,
differ in elasticity; together they spread as far as the published ones. A shop with more than a few
promoted products soon decides for itself."""
TRIED = 9
"""Values of each spread that are averaged over; 15 move no mean by 0.01."""


@dataclass(frozen=True, eq=False)
class Pooled:
    """Beliefs about slopes that hold on to their kin; arrays of shape (products,).

    Attributes:
        mean, variance: of each slope.
        trust: share of the mean that the product's own estimate decides.
        noise: variance of each product's own estimate, as given.
        tau2: variance between products of one category.
    """

    mean: Floats
    variance: Floats
    trust: Floats
    noise: Floats
    tau2: float


@dataclass(frozen=True, eq=False)
class Belief:
    """A normal belief kept within a range; arrays of equal shape."""

    mean: Floats
    sd: Floats
    low: Floats
    high: Floats


def paule_mandel(estimates: Floats, variances: Floats, group: Ints) -> float:
    """The variance between estimates of one group that their own variances do not explain.

    Solves sum_i (b_i - mean_g)^2 / (s_i^2 + tau^2) = n - groups for tau^2, 0 when even tau^2 = 0
    leaves less.

    Args:
        estimates: shape (n,).
        variances: shape (n,), of each estimate, positive.
        group: shape (n,), 0-based; each group has its own mean.

    References:
        Paule, R. C. and Mandel, J. (1982). Consensus values and weighting factors. Journal of
        Research of the National Bureau of Standards 87(5), 377-385.
    """
    groups = int(group.max()) + 1
    free = len(estimates) - len(np.unique(group))
    if free < 1:
        return 0.0

    def excess(tau2: float) -> float:
        weight = 1 / (variances + tau2)
        mass = np.maximum(group_sum(group, weight, groups), np.finfo(float).tiny)
        mean = group_sum(group, weight * estimates, groups) / mass
        return float((weight * (estimates - mean[group]) ** 2).sum()) - free

    low, high = 0.0, float(np.ptp(estimates)) ** 2 + 1e-12
    if excess(low) <= 0:
        return 0.0
    for _bisection in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return (low + high) / 2


def group_means(
    estimates: Floats, variances: Floats, group: Ints, groups: int
) -> tuple[Floats, Floats]:
    """Precision-weighted mean of each group and its variance (infinite for an empty group)."""
    weight = 1 / variances
    mass = group_sum(group, weight, groups)
    present = mass > 0
    mean = np.divide(
        group_sum(group, weight * estimates, groups), mass, out=np.zeros(groups), where=present
    )
    return mean, np.divide(1.0, mass, out=np.full(groups, np.inf), where=present)


def combine(
    estimates: Floats, variances: Floats, prior_mean: Floats, prior_variance: Floats
) -> tuple[Floats, Floats]:
    """Posterior mean and variance of normal estimates under a normal prior.

    An infinite variance is an estimate that says nothing: the prior remains.
    """
    pull = prior_variance / (prior_variance + variances)
    with np.errstate(invalid="ignore"):
        mean = np.where(
            np.isinf(variances), prior_mean, prior_mean + pull * (estimates - prior_mean)
        )
        left = np.where(np.isinf(variances), prior_variance, pull * variances)
    return mean, left


def pool(estimates: Floats, variances: Floats, own: Flags, group: Ints) -> Pooled:
    """Slopes per product under a normal prior per category under one of the shop under all shops'.

    The two spreads of the prior are not estimated and then believed: every pair of a grid is tried
    and weighed by how likely it makes the estimates, so that a shop with three promoted products
    keeps the doubt about how alike products are.

    Args:
        estimates: shape (products,), each product's own slope.
        variances: shape (products,), its variance.
        own: shape (products,), whether the product has an estimate at all.
        group: shape (products,), 0-based category.

    References:
        Gelman, A. et al. (2013). Bayesian Data Analysis, 3rd ed., section 5.4 (the normal
        hierarchical model, its spread integrated over).
    """
    within, between = (
        median * np.exp(sd * np.linspace(-2.5, 2.5, TRIED)) for median, sd in (WITHIN, BETWEEN)
    )
    tried = [
        _given(estimates, variances, own, group, tau, omega) for tau in within for omega in between
    ]
    likely = np.array([one[0] for one in tried])
    weight = np.exp(likely - likely.max())
    weight /= weight.sum()
    mean, variance, trust = (
        np.tensordot(weight, np.array([one[part] for one in tried]), 1) for part in (1, 2, 3)
    )
    spread = np.tensordot(weight, np.array([(one[1] - mean) ** 2 for one in tried]), 1)
    tau2 = float(weight @ np.repeat(within**2, TRIED))
    return Pooled(mean, variance + spread, trust, variances, tau2)


def _given(
    estimates: Floats, variances: Floats, own: Flags, group: Ints, tau: float, omega: float
) -> tuple[float, Floats, Floats, Floats]:
    """Log posterior density of two spreads, and mean, variance and trust of slopes under them."""
    kin, seen = group[own], variances[own] + tau**2
    mean, doubt = group_means(estimates[own], seen, kin, int(group.max()) + 1)
    known = np.isfinite(doubt)
    total = doubt[known] + omega**2
    centre, loose = group_means(mean[known], total, np.zeros(len(total), dtype=np.int64), 1)
    shop, sure = combine(centre, loose, np.array([KIN_MEAN]), np.array([KIN_SD**2]))
    density = (
        -np.log(seen).sum() + np.log(doubt[known]).sum() - np.log(total).sum() + np.log(sure[0])
        - ((estimates[own] - mean[kin]) ** 2 / seen).sum()
        - ((mean[known] - shop) ** 2 / total).sum() - (shop[0] - KIN_MEAN) ** 2 / KIN_SD**2
    )  # fmt: skip
    for value, (median, sd) in ((tau, WITHIN), (omega, BETWEEN)):
        density -= (np.log(value / median) / sd) ** 2
    category, left = combine(mean, doubt, np.full(len(mean), shop[0]), np.full(len(mean), omega**2))
    pull = 1 / (1 + omega**2 / doubt)
    left = left + pull**2 * sure[0]
    trust = np.where(own, tau**2 / (tau**2 + np.where(own, variances, 1.0)), 0.0)
    kin_mean = category[group]
    belief = kin_mean + trust * (np.where(own, estimates, kin_mean) - kin_mean)
    return float(density) / 2, belief, (1 - trust) * tau**2 + (1 - trust) ** 2 * left[group], trust


def truncate(mean: Floats, sd: Floats, low: float, high: float) -> Belief:
    """Mean, standard deviation, 2.5 % and 97.5 % points of N(mean, sd^2) kept in [low, high].

    By quadrature on a grid around the mode: closed forms cancel when the mean lies far outside.

    >>> truncate(np.array([0.0]), np.array([1.0]), -6.0, 0.0).mean.round(3).tolist()
    [-0.798]
    """
    mode = np.clip(mean, low, high)
    left, right = np.maximum(low, mode - REACH * sd), np.minimum(high, mode + REACH * sd)
    steps = np.linspace(0.0, 1.0, GRID)
    x = left[:, None] + (right - left)[:, None] * steps
    log_density = -0.5 * (((x - mean[:, None]) / sd[:, None]) ** 2)
    density = np.exp(log_density - log_density.max(axis=1, keepdims=True))
    cell = (density[:, 1:] + density[:, :-1]) / 2
    mass = cell / cell.sum(axis=1, keepdims=True)
    centre = (x[:, 1:] + x[:, :-1]) / 2
    expected = (mass * centre).sum(axis=1)
    spread = np.sqrt((mass * (centre - expected[:, None]) ** 2).sum(axis=1))
    below = np.cumsum(mass, axis=1)
    return Belief(expected, spread, _point(x, below, 0.025), _point(x, below, 0.975))


def _point(x: Floats, below: Floats, share: float) -> Floats:
    """Where the cumulated mass reaches `share`, between grid points by the chord."""
    index = (below < share).sum(axis=1)
    row = np.arange(len(x))
    before = np.where(index > 0, below[row, np.maximum(index - 1, 0)], 0.0)
    inside = (share - before) / np.maximum(below[row, index] - before, np.finfo(float).tiny)
    return np.asarray(x[row, index] + inside * (x[row, index + 1] - x[row, index]))
