"""Methods for products that do not sell in most steps, each over all products at once."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from promo.learn.effects import Floats
from promo.learn.past import Past, least, smoothed
from promo.learn.ratios import ratio, row_mean

WEIGHTS = (0.03, 0.06, 0.12, 0.2)
"""Candidate weights of the newest sale, or step."""
BLOCKS = (2, 4, 8)
"""Steps added up before smoothing, by the aggregating method, beside single steps."""
OneStep: TypeAlias = Callable[[Floats, float], tuple[Floats, Floats]]
"""From items and a weight to what is expected at the end, and was expected of each step."""


def sba(past: Past, horizon: int) -> Floats:
    """Croston's size over interval, with Syntetos and Boylan's correction.

    References:
        Syntetos, A. A. and Boylan, J. E. (2005). The accuracy of intermittent demand estimates.
        International Journal of Forecasting 21(2), 303-314.
    """
    return _best(past, horizon, croston)


def tsb(past: Past, horizon: int) -> Floats:
    """Size times probability of a sale, so that what has stopped selling fades.

    References:
        Teunter, R. H., Syntetos, A. A. and Babai, M. Z. (2011). Intermittent demand: linking
        forecasting to inventory obsolescence. EJOR 214(3), 606-615.
    """
    return _best(past, horizon, fading)


def imapa(past: Past, horizon: int) -> Floats:
    """Mean of smoothed levels of the series added up over blocks of 1, 2, 4 and 8 steps.

    References:
        Petropoulos, F. and Kourentzes, N. (2015). Forecast combinations for intermittent demand.
        Journal of the Operational Research Society 66(6), 914-924.
    """
    levels = [smoothed(_blocks(past.plain, size)).last for size in BLOCKS if size <= past.origin]
    level = np.mean([past.level.last, *levels], axis=0)
    return np.asarray(level[:, None] * past.ahead(horizon))


def _blocks(values: Floats, size: int) -> Floats:
    """Means over blocks of steps counted from the end; NaN where nothing in one is known."""
    whole = values[:, values.shape[1] % size :].reshape(len(values), -1, size)
    seen = np.isfinite(whole)
    total, count = np.where(seen, whole, 0.0).sum(axis=2), seen.sum(axis=2)
    return ratio(total, count, np.nan)


def _best(past: Past, horizon: int, method: OneStep) -> Floats:
    """The weight that served each product and its kin best, in the past's one-step errors."""
    values = past.plain
    tries = [method(values, weight) for weight in WEIGHTS]
    loss = np.array([row_mean((values - path) ** 2) for _, path in tries])
    best = least(loss, np.isfinite(values).sum(axis=1))
    level = np.array([last for last, _ in tries])[best, np.arange(len(values))]
    return np.asarray(level[:, None] * past.ahead(horizon))


def croston(values: Floats, weight: float) -> tuple[Floats, Floats]:
    """Expected items per step at the end and before each step, by SBA.

    The first sale starts the size, the steps up to it the interval.

    >>> last, _ = croston(np.array([[0.0, 2.0, 0.0, 0.0, 4.0]]), 0.5)
    >>> last.round(6).tolist()  # size 3, interval 2.5, correction 1 - 0.5/2
    [0.9]
    """
    size, interval = np.zeros(len(values)), np.ones(len(values))
    since, started = np.zeros(len(values)), np.zeros(len(values), dtype=bool)
    path = np.empty(values.shape[::-1])
    for time, now in enumerate(values.T.copy()):
        path[time] = np.where(started, (1 - weight / 2) * size / interval, 0.0)
        sold = now > 0  # not where unknown
        since += np.isfinite(now)
        share = np.where(started, weight, 1.0)
        size = np.where(sold, size + share * (now - size), size)
        interval = np.where(sold, interval + share * (since - interval), interval)
        since, started = np.where(sold, 0.0, since), started | sold
    return np.where(started, (1 - weight / 2) * size / interval, 0.0), path.T


def fading(values: Floats, weight: float) -> tuple[Floats, Floats]:
    """Expected items per step at the end and before each step, by TSB.

    >>> last, _ = fading(np.array([[2.0, 0.0, 4.0]]), 0.5)
    >>> last.round(6).tolist()  # size 3, probability 1, then 1/2, then 3/4
    [2.25]
    """
    size, chance = np.zeros(len(values)), np.zeros(len(values))
    count, sales = np.zeros(len(values)), np.zeros(len(values))
    path = np.empty(values.shape[::-1])
    for time, now in enumerate(values.T.copy()):
        path[time] = size * chance
        known, sold = np.isfinite(now), now > 0
        count, sales = count + known, sales + sold
        share = np.maximum(weight, 1 / np.maximum(count, 1))
        chance = np.where(known, chance + share * (sold - chance), chance)
        share = np.maximum(weight, 1 / np.maximum(sales, 1))
        size = np.where(sold, size + share * (now - size), size)
    return size * chance, path.T
