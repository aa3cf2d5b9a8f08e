"""Which weeks are too far from what was due to be chance, and how sure that is."""

from dataclasses import dataclass, replace

import numpy as np

from promo.learn.effects import Flags, Floats
from promo.learn.gaps import Stretches, at_most, stretches
from promo.learn.ordinary import Ordinary, stable, unstable

FALSE_SHARE = 0.05
"""Of all findings of a kind, the share that may be chance."""
LEAST_TIMES = 1.5
"""A week's sales against what was due, or the other way round, below which no one needs to know."""
YEAR_AGO = (51, 52, 53)
AGAIN = 2.5
"""Standard deviations from which the same week of another year says that it was the season."""
NEAR, FAR = 0.9, 0.975
"""Shares of the weeks whose errors tell how errors thin out; odd weeks are rarer than either."""
NORMAL = (1.6449, 2.2414)
"""The two distances of a normal of standard deviation 1."""
MOST_SHAPE = 1.6
"""The normal's is 1.52."""
BESIDE = 2.0
"""Standard deviations up to which the weeks beside a week change what is expected of it."""


@dataclass(frozen=True)
class Tails:
    """How errors thin out on either side of a middle: within e^-(distance / unit)^shape.

    Attributes:
        centre: the middle.
        far: distance from it that a share `FAR` of errors stays within.
        shape: 1 thins out by one factor per unit, larger thins out faster.
    """

    centre: float
    far: float
    shape: float

    @property
    def deviation(self) -> float:
        """Standard deviation of the normal that reaches as far."""
        return self.far / NORMAL[1]

    def beyond(self, score: Floats) -> Floats:
        """Probability of an error at least so far out; 1 within the reach of `FAR`."""
        away = np.abs(np.nan_to_num(score, nan=self.centre) - self.centre) / self.far
        chance = np.exp(np.log(1 - FAR) * away**self.shape)
        return np.where(away > 1, chance, 1.0)


def tails_of(score: Floats, least: float = 1e-9) -> Tails:
    """How errors thin out, from all of them together: a Weibull's tail through two of its points.

    Its tail through the points of a normal is thicker than the normal's own, so what is said of
    errors farther out than most is on the careful side.

    Args:
        score: errors, any shape; NaN is none.
        least: standard deviation of a normal that errors are not believed to be closer than.
    """
    seen = score[np.isfinite(score)]
    centre = float(np.median(seen)) if len(seen) else 0.0
    away = np.abs(seen - centre) if len(seen) else np.array(NORMAL)
    near, far = (max(float(np.quantile(away, share)), least * normal)
                 for share, normal in zip((NEAR, FAR), NORMAL, strict=True))  # fmt: skip
    steps = np.log(np.log(1 - FAR) / np.log(1 - NEAR))
    return Tails(centre, far, min(steps / np.log(far / near), MOST_SHAPE) if far > near else 1.0)


def adjusted(chance: Floats, tests: int) -> Floats:
    """Chances of single findings as the share of chance among all findings at least as clear.

    Args:
        chance: shape (n,), the smallest of all that were tested.
        tests: how many were tested.

    References:
        Benjamini, Y. and Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the
        Royal Statistical Society B 57(1), 289-300.

    >>> adjusted(np.array([0.001, 0.04, 0.02]), 10).round(3).tolist()
    [0.01, 0.133, 0.1]
    """
    order = np.argsort(chance, kind="stable")
    raised = chance[order] * max(tests, len(chance)) / np.arange(1, len(chance) + 1)
    share = np.empty(len(chance))
    share[order] = np.minimum.accumulate(raised[::-1])[::-1]
    return np.minimum(share, 1.0)


def odd_weeks(found: Ordinary, tails: Tails) -> tuple[Stretches, Stretches]:
    """Stretches of weeks that sold far more, and far less, than was due.

    A drop has to be unlikely for counts, too: few items are soon none.
    """
    score = found.score
    seen = np.isfinite(score)
    chance = tails.beyond(score - seasonal(score))
    few = at_most(found.units, found.mean, found.spread2 * min(1.0, tails.deviation) ** 2)
    below = seen & (score < tails.centre)
    chance = np.where(below, np.maximum(chance, 2 * few), chance)
    share = np.ones(score.shape)
    share[seen] = adjusted(chance[seen], int(seen.sum()))
    sure = seen & (share <= FALSE_SHARE)
    mean = found.mean
    high = sure & ~below & (found.units >= LEAST_TIMES * mean)
    low = sure & below & (found.units * LEAST_TIMES <= mean)
    return _told(high, found, share), _told(low, found, share)


def beside(found: Ordinary) -> Ordinary:
    """Expectations that lean on the errors of the weeks before and after, as far as those tell.

    A shock of demand is mostly still there in the week after, and then it is no news.
    """
    score = found.score
    near = np.clip(np.nan_to_num(score - np.nanmedian(score)), -BESIDE, BESIDE)
    around = np.zeros_like(near)
    around[:, 1:] += near[:, :-1]
    around[:, :-1] += near[:, 1:]
    lean = float((around * near).sum() / max(float((around**2).sum()), 1e-9))
    moved = stable(found.mean, found.spread2) + max(lean, 0.0) * around
    mean = unstable(moved, found.spread2)
    return replace(found, level=mean / found.known)


def seasonal(score: Floats, least: float = AGAIN) -> Floats:
    """The part of each error that the same week of another year had, too, from `least` on."""
    again = np.zeros_like(score)
    for lag in YEAR_AGO:
        for there, here in ((slice(lag, None), slice(None, -lag)),) * (lag < score.shape[1]):
            again[:, there] = _larger(again[:, there], score[:, here])
            again[:, here] = _larger(again[:, here], score[:, there])
    again = np.where(np.abs(again) >= least, again, 0.0)
    return np.where(np.sign(again) == np.sign(score), again, 0.0)


def _larger(one: Floats, other: Floats) -> Floats:
    other = np.nan_to_num(other)
    return np.where(np.abs(other) > np.abs(one), other, one)


def _told(flags: Flags, found: Ordinary, share: Floats) -> Stretches:
    """Neighbouring weeks as one stretch, as sure as its surest week."""
    product, first, last = stretches(flags)
    label = np.cumsum(np.diff(np.pad(flags.astype(np.int8), ((0, 0), (1, 0))), axis=1) == 1)
    at = label.reshape(flags.shape)[flags] - 1
    sold, due = np.zeros(len(product)), np.zeros(len(product))
    np.add.at(sold, at, found.units[flags])
    np.add.at(due, at, found.mean[flags])
    chance = np.ones(len(product))
    np.minimum.at(chance, at, share[flags])
    return Stretches(product, first, last, sold, due, chance)
