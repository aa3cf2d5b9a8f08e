"""The usual method: a season per category and a level per product."""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Flags, Floats, Ints, group_sum
from promo.learn.past import Past, smoothed
from promo.learn.ratios import ratio

RECENT = 52
"""Steps that calibrate the level and the spread of a product."""
NEW_BELOW = 8
"""Steps known below which a product's own level leans on its category's."""
KIN = 5.0
HALF = 0.5
"""Items that stand for none sold, where a logarithm is taken."""
MOST_DOUBT = 4.0
"""Squared relative deviation beyond which more says nothing."""


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
    own, doubt = lean_on_kin(level.last, past, float(np.median(spread2)))
    return Baseline(past, own, spread2 + doubt, fitted)


def lean_on_kin(level: Floats, past: Past, sigma2: float) -> tuple[Floats, Floats]:
    """Levels of products known for few steps, drawn to their category's; and their doubt.

    w own + (1 - w) mean of the category, w = tau2 / (tau2 + sigma2 / k) with k steps known, tau2
    the variance of levels within the category, sigma2 that of steps around a level. All of it in
    logs: one bestseller among a hundred kin would else decide what a newcomer is expected to sell.

    Args:
        level: shape (products,), as learned from own steps.
        past: what is known.
        sigma2: squared relative error of a step beyond Poisson.

    Returns:
        The levels, and the squared relative standard deviation that not knowing them adds.
    """
    known = past.known
    new, old = known < NEW_BELOW, (known >= NEW_BELOW) & (level > 0)
    nothing = np.zeros(len(level))
    if not old.any():
        old = (known > 0) & (level > 0)
    if not (new.any() and old.any()):
        return level, nothing
    mean, tau2 = _kin(np.log(np.maximum(level, 1e-9)), past.category_of, old)
    items = np.maximum(np.nansum(past.units, axis=1), HALF)
    usual = np.where(np.isfinite(past.units), past.factor * np.exp(past.effect), 0.0).sum(axis=1)
    own = np.log(ratio(items, usual, 1.0))
    noise = sigma2 / np.maximum(known, 1) + 1 / items
    weight = np.where(known > 0, ratio(tau2, tau2 + noise), 0.0)
    drawn = np.exp(weight * own + (1 - weight) * mean)
    doubt = np.minimum(np.expm1((1 - weight) * tau2), MOST_DOUBT)
    return np.where(new, drawn, level), np.where(new, doubt, nothing)


def _kin(logs: Floats, category_of: Ints, old: Flags) -> tuple[Floats, Floats]:
    """Mean and variance of the log levels of each product's category.

    The variance of a small category leans on the whole shop's, as if that were `KIN` products.
    """
    whole = float(logs[old].mean())
    kin, groups = category_of[old], int(category_of.max()) + 1
    count = group_sum(kin, np.ones(len(kin)), groups)
    mean = ratio(group_sum(kin, logs[old], groups), count, whole)
    off2 = group_sum(kin, (logs[old] - mean[kin]) ** 2, groups)
    inside = float(off2.sum()) / max(int(old.sum()) - int((count > 0).sum()), 1)
    variance = (off2 + KIN * inside) / (np.maximum(count - 1, 0) + KIN)
    return mean[category_of], variance[category_of]


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
