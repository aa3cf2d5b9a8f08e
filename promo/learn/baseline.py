"""The usual method: a season per category and a level per product."""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Flags, Floats
from promo.learn.past import Past, smoothed
from promo.learn.ratios import ratio

RECENT = 52
"""Steps that calibrate the level and the spread of a product."""
NEW_BELOW = 8
"""Steps known below which a product's own level leans on its category's."""


@dataclass(frozen=True, eq=False)
class Baseline:
    """What is known at one origin.

    Attributes:
        level: shape (products,), items per step at list price in a step of average season.
        spread2: shape (products,), variance of relative errors beyond Poisson.
        fitted: shape (products, origin), one-step forecasts at the prices that were.
    """

    past: Past
    level: Floats
    spread2: Floats
    fitted: Floats

    def mean(self, horizon: int) -> Floats:
        """Items to expect without promotion; shape (products, horizon)."""
        return np.asarray(self.level[:, None] * self.past.ahead(horizon))


def fit_baseline(past: Past) -> Baseline:
    """Learn season and level from the steps before the origin, prices' effect taken out."""
    units, known = past.units, past.factor * np.exp(past.effect)
    level = smoothed(units / known, weight=known)
    fitted = level.path * known
    spread2 = _spread2(units[:, -RECENT:], fitted[:, -RECENT:])
    own, doubt = lean_on_kin(level.last, past)
    return Baseline(past, own, spread2 + doubt, fitted)


def lean_on_kin(level: Floats, past: Past) -> tuple[Floats, Floats]:
    """Levels of products known for few steps, drawn to their category's; and their doubt.

    w own + (1 - w) mean of the category, w = tau2 / (tau2 + sigma2 / k) with k steps known, tau2
    the variance of levels within categories, sigma2 that of steps around their level.

    Returns:
        The levels, and the squared relative standard deviation that not knowing them adds.
    """
    known = past.known
    new, old = known < NEW_BELOW, known >= NEW_BELOW
    doubt = np.zeros(len(level))
    if not new.any() or known.max(initial=0.0) == 0:
        return level, doubt
    if not old.any():
        old = known == known.max()
    within, tau2, sigma2 = _kin(level, past, old)
    plain = np.where(np.isfinite(past.plain), past.plain, 0.0).sum(axis=1) / np.maximum(known, 1)
    weight = tau2 / np.maximum(tau2 + sigma2 * within**2 / np.maximum(known, 1), 1e-12)
    weight = np.where(known > 0, weight, 0.0)
    drawn = weight * plain + (1 - weight) * within
    left = np.where(known > 0, (1 - weight) * tau2, tau2)
    doubt = ratio(left, within**2)  # a share: noise grows with the level
    return np.where(new, drawn, level), np.where(new, doubt, 0.0)


def _kin(level: Floats, past: Past, old: Flags) -> tuple[Floats, Floats, float]:
    """Mean and variance of the levels of each product's category, and noise around a level."""
    mean, variance = np.full(len(level), level[old].mean()), np.full(len(level), level[old].var())
    for category in np.unique(past.category_of):
        inside = past.category_of == category
        kin = level[inside & old]
        if len(kin):
            mean[inside] = kin.mean()
        if len(kin) > 2:
            variance[inside] = kin.var(ddof=1)
    error = past.plain[old] / np.maximum(level[old], 1e-12)[:, None] - 1
    return mean, variance, float(np.nanmedian(np.nanmean(error**2, axis=1)))


def _spread2(units: Floats, fitted: Floats) -> Floats:
    """Squared relative error beyond Poisson, half the product's own and half the median.

    The median alone for products that are known for fewer than `NEW_BELOW` steps.
    """
    both = np.isfinite(units) & np.isfinite(fitted)
    mean = np.where(both, fitted, 0.0)
    error2 = np.where(both, (units - mean) ** 2, 0.0)
    own = np.maximum(ratio((error2 - mean).sum(axis=1), (mean**2).sum(axis=1)), 0.0)
    old = both.sum(axis=1) >= NEW_BELOW
    middle = float(np.median(own[old] if old.any() else own))
    return np.where(old, (own + middle) / 2, middle)
