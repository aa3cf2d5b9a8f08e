"""Forecast intervals whose level was set by the errors of held-out steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from promo.learn.effects import Flags, Floats, Ints

LEVELS: Mapping[str, float] = {"80": 0.8, "95": 0.95}
Points: TypeAlias = Mapping[str, Floats]

TEXTBOOK = 50
"""Ideal tails mixed into the observed ones, so that a handful of errors cannot promise a 95 %
interval; fifty is where its tail first lies between two of them."""
CELLS_FROM = 200
"""Held-out cells from which a class of series has a level of its own."""
LEAST_SPREAD2 = 1e-4
EXACT_BELOW = 30.0
"""Items below which an end is a whole number."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Forecasts that can be given an interval.

    Attributes:
        mean: shape (..., products, horizon), items.
        spread2: shape (..., products), squared relative error beyond Poisson.
        kind: shape (..., products), class of the series.
    """

    mean: Floats
    spread2: Floats
    kind: Ints

    def tails(self, actual: Floats) -> Floats:
        """Probability of what was sold or of less, or of more if that is smaller; in [0, 1].

        Under a negative binomial of the mean and spread. NaN where nothing is known.
        """
        return np.asarray(np.minimum(self._cdf(actual), 1 - self._cdf(actual - 1)))

    def _cdf(self, items: Floats) -> Floats:
        from scipy.special import betainc  # here and below: an opened desk needs none

        size = 1 / np.maximum(self.spread2, LEAST_SPREAD2)[..., None]
        below = betainc(size, np.maximum(items, 0.0) + 1, size / (size + self.mean))
        return np.asarray(np.where(items < 0, 0.0, below))

    def point(self, tail: Floats) -> Floats:
        """The smallest count that is not exceeded with probability `tail`, shape of `mean`.

        From `EXACT_BELOW` items on not rounded.

        >>> few = Cells(np.array([[4.0]]), np.zeros(1), np.zeros(1, dtype=np.int64))
        >>> few.point(np.array([[0.9]])).tolist()
        [[7.0]]
        """
        from scipy.special import nbdtrik

        size = 1 / np.maximum(self.spread2, LEAST_SPREAD2)[..., None] + np.zeros_like(self.mean)
        share = size / (size + np.maximum(self.mean, 1e-12))
        certain = share**size >= tail
        count = np.where(certain, 0.0, nbdtrik(np.where(certain, 0.5, tail), size, share))
        return np.where(self.mean < EXACT_BELOW, np.ceil(count - 1e-9), count)


def calibrate(tails: Floats, kind: Ints, kinds: int) -> Mapping[str, Floats]:
    """How small a tail an interval must reach into to hold its share of what was sold.

    The tails of held-out cells are compared with each other, so that the interval holds the share
    it promises whatever the shape of the errors; half of it on each side where counts allow that.

    Args:
        tails: shape (folds, products, horizon), from `Cells.tails`.
        kind: shape (folds, products).
        kinds: number of classes.

    Returns:
        Per level the tail for each class and step, shape (kinds, horizon).

    References:
        Chernozhukov, V., Wuethrich, K. and Zhu, Y. (2021). Distributional conformal prediction.
        PNAS 118(48), e2107794118.
    """
    horizon = tails.shape[-1]
    ideal = (np.arange(TEXTBOOK) + 0.5) / (2 * TEXTBOOK)
    found = np.empty((len(LEVELS), kinds, horizon))
    for ahead in range(horizon):
        everything = tails[..., ahead]
        for one in range(kinds):
            own = everything[kind == one]
            own = own[np.isfinite(own)]
            chosen = own if len(own) >= CELLS_FROM else everything[np.isfinite(everything)]
            mixed = np.concatenate([chosen, ideal])
            found[:, one, ahead] = np.quantile(mixed, [1 - level for level in LEVELS.values()])
    return dict(zip(LEVELS, found, strict=True))


def bounds(cells: Cells, tails: Mapping[str, Floats]) -> Points:
    """The interval ends `low_80`, `high_80`, ..., shape of the mean, which they always hold."""
    ends = {}
    for level, learned in tails.items():
        tail = np.clip(learned[cells.kind], 1e-6, 0.5)
        ends[f"low_{level}"] = np.minimum(cells.point(tail), cells.mean)
        ends[f"high_{level}"] = np.maximum(cells.point(1 - tail), cells.mean)
    return ends


def held_out_inside(actual: Floats, cells: Cells, kinds: int) -> Mapping[str, Flags]:
    """Whether each held-out cell lies in its interval, calibrated on the other folds.

    False where nothing is known; first axis is the fold.
    """
    tails = cells.tails(actual)
    held = {level: np.zeros(actual.shape, dtype=bool) for level in LEVELS}
    for fold in range(len(actual)):
        others = np.arange(len(actual)) != fold
        learned = calibrate(tails[others], cells.kind[others], kinds)
        for level in LEVELS:
            held[level][fold] = tails[fold] >= learned[level][cells.kind[fold]]
    return held
