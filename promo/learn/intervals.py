"""Forecast intervals from the errors of held-out weeks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from promo.learn.effects import Flags, Floats

POINTS: Mapping[str, float] = {"low_80": 0.1, "high_80": 0.9, "low_95": 0.025, "high_95": 0.975}
Points: TypeAlias = Mapping[str, Floats]

TEXTBOOK = 50
"""Normal scores mixed into the observed ones, so that a handful of errors cannot promise a 2.5 %
point; fifty is where that point first lies between two scores."""

EXACT_BELOW = 30.0
"""Items."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Forecasts that can be given an interval.

    Attributes:
        mean: shape (..., products, horizon), items.
        spread2: shape (..., products), squared relative error beyond Poisson.
        counts: shape (..., products), whether the product is forecast as counts.
    """

    mean: Floats
    spread2: Floats
    counts: Flags

    @property
    def scale(self) -> Floats:
        """Standard deviation of an error if `spread2` were right, items."""
        return np.asarray(np.sqrt(self.mean + self.spread2[..., None] * self.mean**2))


def calibrate(actual: Floats, cells: Cells) -> Mapping[str, Floats]:
    """Quantiles of the scaled errors per class and horizon, shape (2, horizon) per point.

    The first row is for products in logs, the second for counts. Held-out weeks of all products
    and folds count alike.

    References:
        Lei, J. et al. (2018). Distribution-free predictive inference for regression. JASA
        113(523), 1094-1111.
    """
    from scipy.special import ndtri  # here and below: a desk that opens on a kept study needs none

    horizon = cells.mean.shape[-1]
    possible = np.where(cells.scale > 0, cells.scale, np.nan)
    scores = (actual - cells.mean) / possible
    textbook = ndtri((np.arange(TEXTBOOK) + 0.5) / TEXTBOOK)
    found = np.empty((len(POINTS), 2, horizon))
    for kind in (0, 1):
        chosen = scores[cells.counts == bool(kind)]
        for ahead in range(horizon):
            seen = chosen[:, ahead]
            mixed = np.concatenate([seen[np.isfinite(seen)], textbook])
            found[:, kind, ahead] = np.quantile(mixed, list(POINTS.values()))
    return dict(zip(POINTS, found, strict=True))


def bounds(cells: Cells, quantiles: Mapping[str, Floats]) -> Points:
    """The four interval ends, shape of `cells.mean`; not below 0, not narrower than Poisson."""
    kind = cells.counts.astype(np.int64)
    ends = {}
    for name, share in POINTS.items():
        learned = cells.mean + quantiles[name][kind] * cells.scale
        chance = poisson_point(cells.mean, share)
        side = np.minimum if name.startswith("low") else np.maximum
        ends[name] = np.maximum(side(learned, chance), 0.0)
    return ends


def poisson_point(mean: Floats, share: float) -> Floats:
    """The smallest count whose Poisson probability of not being exceeded reaches `share`.

    From `EXACT_BELOW` on by the Cornish-Fisher expansion, which is then right to one item.

    >>> poisson_point(np.array([0.01, 4.0]), 0.9).tolist()
    [0.0, 7.0]
    """
    from scipy.special import ndtri, pdtr, pdtrik

    z = float(ndtri(share))
    count = np.ceil(mean + z * np.sqrt(mean) + (z * z - 4) / 6)
    few = mean < EXACT_BELOW
    certain = pdtr(0, mean[few]) >= share
    exact = np.ceil(pdtrik(share, np.where(certain, 1.0, mean[few])) - 1e-9)
    count[few] = np.where(certain, 0.0, exact)
    return np.asarray(count)


def held_out_bounds(actual: Floats, cells: Cells) -> Points:
    """The ends for each fold, calibrated on the other folds; first axis is the fold."""
    ends = {name: np.full(cells.mean.shape, np.nan) for name in POINTS}
    for fold in range(len(cells.mean)):
        others = np.arange(len(cells.mean)) != fold
        rest = Cells(cells.mean[others], cells.spread2[others], cells.counts[others])
        this = Cells(cells.mean[fold], cells.spread2[fold], cells.counts[fold])
        for name, end in bounds(this, calibrate(actual[others], rest)).items():
            ends[name][fold] = end
    return ends


def inside(actual: Floats, ends: Points) -> Mapping[str, Flags]:
    """Whether each held-out week lies in its interval, per level; False where it is unknown."""
    return {
        level: (actual >= ends[f"low_{level}"]) & (actual <= ends[f"high_{level}"])
        for level in ("80", "95")
    }
