"""What an ordinary week sells: a robust expectation per product and week, with its noise.

Unlike the forecast, it may look at the weeks after a week as well as before, and no single odd week
moves it: levels are interquartile means of the neighbours, errors are clipped before anything is
learned from them.
"""

from dataclasses import dataclass

import numpy as np

from promo.learn.design import PROMOTED_FROM, Design
from promo.learn.effects import Flags, Floats, Ints
from promo.learn.grid import Grid
from promo.learn.shrink import KIN_MEAN

NEIGHBOURS = 8
"""Weeks on either side that make a week's level; a shock of demand fades in two or three."""
LEAST_NEIGHBOURS = 6
"""Weeks around it without which a week is not judged."""
CLIP, CLIPPED = 2.0, 0.92
"""Standard deviations beyond which an error counts no more, and what is left of a normal's variance
when the rest is pulled in to there."""
STEPS = 4
SHARED = ("lift", "feature", "display", "pull_forward", "cross")
"""Regressors of the design that have one coefficient over all products."""
SLOPE_SD = 1.0
"""How far a product's price slope strays from the shop's, log items per log price."""
FARTHEST = 4.0
"""Log items by which price and flags may move a week at most."""
KIN_WEEKS = 26.0
"""Weeks of the middle product's noise that are mixed into a product's own."""
LEAST_NOISE = 0.004
"""Squared relative error below which no product's noise is believed: 6 %."""
MOST_NOISE = 9.0
"""The same from which a product's weeks say nothing about each other: three times their mean."""
COUNTED = 5.0
"""Items per week from which a product's ratio tells what all products of its kind did."""
TOGETHER = 5
"""Products that have to move together before it counts as the category's week and not theirs."""


@dataclass(frozen=True, eq=False)
class Ordinary:
    """Expectation and noise; arrays of shape (products, weeks).

    Attributes:
        units: items, NaN where there is nothing to judge.
        known: what price, flags and the weeks of the product's kind multiply its level by.
        common: the factor of the week in all products of its kind, within `known`.
        level: items in a week at list price with nothing special.
        spread2: squared relative error beyond Poisson, larger where a price's effect is in doubt.
    """

    units: Floats
    known: Floats
    common: Floats
    level: Floats
    spread2: Floats

    @property
    def mean(self) -> Floats:
        """Items to expect."""
        return np.asarray(self.level * self.known)

    @property
    def score(self) -> Floats:
        """Errors in standard deviations, on the scale on which they are all alike."""
        return stable(self.units, self.spread2) - stable(self.mean, self.spread2)


def stable(units: Floats, spread2: Floats) -> Floats:
    """Counts on a scale where a standard deviation is 1, whatever the mean.

    References:
        Anscombe, F. J. (1948). The transformation of Poisson, binomial and negative-binomial data.
        Biometrika 35(3/4), 246-254.
    """
    root = np.sqrt(spread2)
    return np.asarray(2 / root * np.arcsinh(root * np.sqrt(np.maximum(units, 0) + 0.375)))


def unstable(score: Floats, spread2: Floats) -> Floats:
    """The counts that `stable` would put there, not below 0."""
    root = np.sqrt(spread2)
    return np.maximum((np.sinh(np.maximum(score, 0) * root / 2) / root) ** 2 - 0.375, 0)


def ordinary(grid: Grid, units: Floats) -> Ordinary:
    """Learn what to expect of every week of a grid from its ordinary weeks.

    Level, effects of price and flags, and noise are found in turn; items beyond `CLIP` standard
    deviations are pulled in before they teach anything.

    Args:
        grid: the history.
        units: shape (products, weeks), its items; NaN where a week is to be left out.
    """
    design = grid.design
    effects = _Effects.of(design, units.shape)
    effect, doubt = effects.own(np.full(len(units), KIN_MEAN)), 1.0
    common = np.ones_like(units)
    spread2 = np.full(len(units), 0.1)
    for step in range(STEPS):
        known = np.exp(effect) * common
        level = local_level(units / known)
        found = Ordinary(units, known, common, level, _cells(spread2, doubt, effects.deal))
        error = clipped(found) - found.mean
        spread2, doubt = _noise(found.mean, error**2 / CLIPPED, effects.deal)
        found = Ordinary(units, known, common, level, _cells(spread2, doubt, effects.deal))
        if step < STEPS - 1:
            effect = effects.improved(effect, found, error)
        if step == STEPS - 2:
            common = _common(units, level * np.exp(effect), grid.category_of)
    return found


def clipped(found: Ordinary) -> Floats:
    """The items with errors beyond `CLIP` standard deviations pulled in."""
    score = np.clip(found.score, -CLIP, CLIP)
    return unstable(stable(found.mean, found.spread2) + score, found.spread2)


def local_level(rate: Floats, width: int = NEIGHBOURS) -> Floats:
    """Interquartile mean of the weeks around each week, itself left out; shape of `rate`."""
    padded = np.pad(rate, ((0, 0), (width, width)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * width + 1, axis=1)
    around = np.sort(np.delete(windows, width, axis=2), axis=2)  # NaN last
    seen = np.isfinite(around).sum(axis=2)
    low = seen // 4
    total = np.cumsum(np.nan_to_num(around), axis=2)
    total = np.concatenate([np.zeros((*rate.shape, 1)), total], axis=2)
    ends = [np.take_along_axis(total, at[..., None], axis=2)[..., 0] for at in (seen - low, low)]
    middle = np.maximum(seen - 2 * low, 1)
    enough = seen >= min(LEAST_NEIGHBOURS, rate.shape[1] - 1)
    level = np.where(enough, (ends[0] - ends[1]) / middle, np.nan)
    return np.asarray(level * _calibration(rate, level))


def _calibration(rate: Floats, level: Floats) -> Floats:
    """Mean over middle: counts and logs are skewed, and items are expected in means."""
    both = np.isfinite(rate) & np.isfinite(level)
    shown = np.where(both, np.minimum(rate, 3 * level + 3), 0.0).sum(axis=1, keepdims=True)
    said = np.where(both, level, 0.0).sum(axis=1, keepdims=True)
    ratio = np.divide(shown, said, out=np.ones_like(said), where=said > 0)
    return np.asarray(np.clip(ratio, 0.5, 2.0))


def _cells(spread2: Floats, doubt: float, deal: Floats) -> Floats:
    return np.minimum(spread2[:, None] + doubt * deal**2, MOST_NOISE)


def _noise(mean: Floats, error2: Floats, deal: Floats) -> tuple[Floats, float]:
    """Squared relative error beyond Poisson per product, and per squared log price."""
    usable = np.isfinite(error2)
    plain = usable & (np.abs(deal) < PROMOTED_FROM)
    own = _beyond(mean, error2, plain)
    weeks = plain.sum(axis=1)
    sold = weeks >= LEAST_NEIGHBOURS
    middle = float(np.median(own[sold])) if sold.any() else LEAST_NOISE
    spread2 = np.maximum((weeks * own + KIN_WEEKS * middle) / (weeks + KIN_WEEKS), LEAST_NOISE)
    priced = usable & ~plain
    size = np.where(priced, mean * deal, 0.0)
    rest = np.where(priced, error2 - mean - spread2[:, None] * mean**2, 0.0)
    mass = float((size**2).sum())
    return spread2, max(float(rest.sum()) / mass, 0.0) if mass > 0 else 0.0


def _beyond(mean: Floats, error2: Floats, use: Flags) -> Floats:
    mass = np.where(use, mean**2, 0.0).sum(axis=1)
    rest = np.where(use, error2 - mean, 0.0).sum(axis=1)
    beyond = np.divide(rest, mass, out=np.zeros(len(mass)), where=mass > 0)
    return np.asarray(np.maximum(beyond, 0.0))


def _common(units: Floats, mean: Floats, category_of: Ints) -> Floats:
    """What a week multiplies the sales of a whole category, or else of the shop, by.

    A holiday sells more of everything of its kind; that is no news about one product. The median
    over products is pulled towards 1 as if two more products had seen nothing.
    """
    told = (mean >= COUNTED) & (units > 0)
    logs = np.log(np.where(told, units, np.nan)) - np.log(np.where(told, mean, np.nan))
    factor = np.tile(together(logs), (len(units), 1))
    for category in np.unique(category_of):
        own = category_of == category
        seen = np.isfinite(logs[own]).sum(axis=0)
        factor[own] = np.where(seen >= TOGETHER, together(logs[own]), factor[own])
    return np.exp(factor)


def together(logs: Floats) -> Floats:
    """Shrunk median of each column where `TOGETHER` rows say something, else 0."""
    ordered = np.sort(logs, axis=0)
    seen = np.isfinite(ordered).sum(axis=0)
    at = np.arange(logs.shape[1])
    middle = (ordered[np.maximum(seen - 1, 0) // 2, at] + ordered[seen // 2 % len(logs), at]) / 2
    return np.where(seen >= TOGETHER, middle * seen / (seen + 2), 0.0)


@dataclass(frozen=True, eq=False)
class _Effects:
    """Regressors on the grid: log deal per product, and what has one coefficient for all."""

    deal: Floats
    shared: Floats  # (products, weeks, regressors)

    @classmethod
    def of(cls, design: Design, shape: tuple[int, ...]) -> "_Effects":
        deal, shared = np.zeros(shape), np.zeros((*shape, len(SHARED)))
        deal[design.product, design.week] = design.deal
        columns = [design.names.index(name) for name in SHARED]
        shared[design.product, design.week] = design.common[:, columns]
        return cls(deal, shared)

    def own(self, slope: Floats) -> Floats:
        """Log effect of each product's own price."""
        return np.asarray(slope[:, None] * self.deal)

    def improved(self, effect: Floats, found: Ordinary, error: Floats) -> Floats:
        """One weighted step of a count regression from `effect`, own slopes held together."""
        use = np.isfinite(error) & (found.mean > 0)
        mean = np.where(use, found.mean, 1.0)
        weight = np.where(use, mean / (1 + found.spread2 * mean), 0.0)
        left = np.where(use, error / mean, 0.0)
        columns = np.concatenate([self.deal[..., None], self.shared], axis=2)
        flat, mass = columns.reshape(-1, columns.shape[2]), weight.ravel()
        gram = flat.T @ (flat * mass[:, None])
        theta = np.linalg.solve(gram + np.eye(len(gram)), flat.T @ (mass * left.ravel()))
        rest = left - columns @ theta
        own = (weight * self.deal * rest).sum(axis=1)
        own /= (weight * self.deal**2).sum(axis=1) + 1 / SLOPE_SD**2
        moved = effect + columns @ theta + self.own(own)
        return np.asarray(np.clip(moved, -FARTHEST, FARTHEST))
