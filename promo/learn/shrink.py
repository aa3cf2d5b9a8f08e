"""Partial pooling: how far an estimate is pulled towards its kin, and the belief that remains."""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Floats, Ints, group_sum

GRID = 401
REACH = 8.0
"""Standard deviations around the mode that carry a truncated normal to 1e-14."""


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
