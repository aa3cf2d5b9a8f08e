"""What comes back: a season per category, and steps that stood out a year before."""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Floats, Ints
from promo.learn.ratios import ratio, row_mean
from promo.learn.slopes import YEAR

HARMONICS = 3
COUNTS_BELOW = 10.0
"""Items per step under which logs mislead and means are taken in items."""
TERM2 = 0.04
"""Square of how large a term of a season usually is, log items: waves of a fifth up and down."""
TINY = 1e-9
ROUNDS = 3
"""Fits of the yearly waves; from the second on without the steps that stood out of the last."""
STANDS_OUT = 2.0
"""Usual deviations from which a step is taken to be a holiday or the like, and not chance."""


@dataclass(frozen=True)
class Calendar:
    """How long a year and a cycle are, in steps of the series.

    Attributes:
        year: steps per year.
        cycle: steps after which a short season comes back; 1 where there is none.
        again: steps after which the same day or week of a year comes back.
    """

    year: float
    cycle: int
    again: int

    def terms(self, times: Ints, yearly: bool) -> Floats:
        """Centred columns of cycle and, if asked for, yearly waves; shape (len(times), k)."""
        inside = (times[:, None] % self.cycle == np.arange(1, self.cycle)) - 1 / self.cycle
        if not yearly:
            return np.asarray(inside, dtype=np.float64)
        angle = 2 * np.pi * np.outer(times / self.year, np.arange(1, HARMONICS + 1))
        return np.column_stack([inside, np.sin(angle), np.cos(angle)])


WEEKS = Calendar(YEAR, 1, 52)
DAYS = Calendar(365.25, 7, 364)


@dataclass(frozen=True, eq=False)
class Season:
    """Log seasons of categories.

    Attributes:
        calendar: of the series.
        yearly: whether the history carried yearly waves.
        coef: shape (categories, terms), log items.
        again: shape (categories, steps of history), what stood out and is expected again.
        category_of: shape (products,).
    """

    calendar: Calendar
    yearly: bool
    coef: Floats
    again: Floats
    category_of: Ints

    def log(self, times: Ints) -> Floats:
        """Log season of each product at `times`; shape (products, len(times))."""
        smooth = self.coef @ self.calendar.terms(times, self.yearly).T
        return np.asarray((smooth + self._again(times))[self.category_of])

    def _again(self, times: Ints) -> Floats:
        """What stood out at a step itself, or on average in the years before a step to come."""
        steps = self.again.shape[1]
        out = np.zeros((len(self.again), len(times)))
        for place, time in enumerate(times):
            if time < steps:
                out[:, place] = self.again[:, time]
            else:
                years = range(time - self.calendar.again, -1, -self.calendar.again)
                known = [past for past in years if past < steps]
                if known:
                    out[:, place] = self.again[:, known].mean(axis=1)
        return out


def fit_season(values: Floats, logs: Floats, category_of: Ints, calendar: Calendar) -> Season:
    """Seasons per category, shrunk to the shop's; as many terms as the history carries.

    Args:
        values: shape (products, steps), items without the effect of prices; NaN where unknown.
        logs: their logs, 0 items allowed for.
        category_of: shape (products,).
        calendar: of the series.
    """
    steps, categories = values.shape[1], int(category_of.max(initial=0)) + 1
    yearly = steps >= calendar.year
    if not yearly and (calendar.cycle == 1 or steps < 3 * calendar.cycle):
        width = calendar.terms(np.arange(1), False).shape[1]
        return Season(calendar, False, np.zeros((categories, width)),
                      np.zeros((categories, steps)), category_of)  # fmt: skip
    index, mass, items = _indices(values, logs, category_of, categories)
    time = np.arange(steps) / steps - 0.5
    x = np.column_stack([np.ones(steps), time, calendar.terms(np.arange(steps), yearly)])
    common = np.ones(steps)
    for _robust in range(ROUNDS if yearly else 1):
        coef = _fit(index, mass * common, x)
        left = np.where(mass > 0, index - coef @ x.T, 0.0)
        whole = _mean(left, mass)
        common = np.where(np.abs(whole) <= _chance(whole, items.sum(axis=0)), 1.0, 0.0)
    again = _standing_out(left, mass, items, calendar) if yearly else np.zeros_like(left)
    return Season(calendar, yearly, coef[:, 2:], again, category_of)


def _fit(index: Floats, mass: Floats, x: Floats) -> Floats:
    """Coefficients of each category's index, shrunk to those of the shop's."""
    nothing, total, whole = np.zeros(x.shape[1]), mass.sum(axis=0), _mean(index, mass)
    shop = _ridge(whole, total, x, nothing, TINY)
    noise = float(np.average((whole - x @ shop) ** 2, weights=total + TINY))
    shop = _ridge(whole, total, x, nothing, TINY + noise / TERM2)
    each = zip(index, mass, strict=True)
    return np.array([_ridge(i, m, x, shop, mass.shape[1] / 26) for i, m in each])


def _mean(index: Floats, mass: Floats) -> Floats:
    """The shop's index: the mean over categories by what each rests on."""
    total = mass.sum(axis=0)
    return ratio((index * mass).sum(axis=0), total)


def _indices(
    values: Floats, logs: Floats, category_of: Ints, categories: int
) -> tuple[Floats, Floats, Floats]:
    """Log index of each category's steps around its mean, what it rests on, and items expected.

    Equal products make it in logs; where products sell a few items, all items together do.
    """
    seen = np.isfinite(values)
    level = row_mean(values)
    few = _sums(category_of, level[:, None], categories)[:, 0] < COUNTS_BELOW * np.bincount(
        category_of, minlength=categories
    )
    centred = np.where(seen, logs - row_mean(logs)[:, None], 0.0)
    mass = _sums(category_of, seen.astype(np.float64), categories)
    mean = ratio(_sums(category_of, centred, categories), mass)
    sold = _sums(category_of, np.where(seen, values, 0.0), categories)
    expected = _sums(category_of, np.where(seen, level[:, None], 0.0), categories)
    pooled = np.log((sold + 0.5) / (expected + 0.5))
    few = few[:, None]
    return np.where(few, pooled, mean), np.where(few, expected, mass), expected


def _sums(category_of: Ints, values: Floats, categories: int) -> Floats:
    total = np.zeros((categories, values.shape[1]))
    np.add.at(total, category_of, values)
    return total


def _ridge(target: Floats, mass: Floats, x: Floats, towards: Floats, ridge: float) -> Floats:
    """Weighted ridge regression of an index on `x`, shrunk to `towards`."""
    scale = mass / max(float(mass.max()), np.finfo(float).tiny)
    gram = x.T @ (x * scale[:, None]) + ridge * np.eye(x.shape[1])
    return np.asarray(towards + np.linalg.solve(gram, x.T @ (scale * (target - x @ towards))))


def _standing_out(left: Floats, mass: Floats, items: Floats, calendar: Calendar) -> Floats:
    """What is left of each category's steps beyond chance, in the share that came again before.

    A step of the whole shop, then of a category around it, is shrunk by how usual deviations of
    its size are (positive-part James-Stein). Where a year ago is known for some steps, the
    deviations of then say how much of such comes again; a prior of a holiday's worth says it all
    does.
    """
    common = _beyond_chance(_mean(left, mass), items.sum(axis=0))
    kept = common + _beyond_chance(left - common, items)
    lag = calendar.again
    before, after = kept[:, :-lag], left[:, lag:]
    prior = float((kept**2).sum(axis=1).mean()) / max(kept.shape[1], 1) * lag / 2
    share = ((before * after).sum() / len(left) + prior) / max(
        (before**2).sum() / len(left) + prior, np.finfo(float).tiny
    )
    return np.asarray(kept * np.clip(share, 0.0, 1.0))


def _beyond_chance(deviation: Floats, items: Floats) -> Floats:
    """Deviations, shrunk to 0 where chance makes such."""
    share = ratio(_chance(deviation, items), np.abs(deviation), 1.0)
    return np.asarray(deviation * np.maximum(1 - np.minimum(share, 1.0) ** 2, 0.0))


def _chance(deviation: Floats, items: Floats) -> Floats:
    """How far a log index may be off by chance: `STANDS_OUT` usual deviations, or those of counts.

    Args:
        deviation: shape (..., steps).
        items: the same shape, how many were expected.
    """
    usual = np.median(np.abs(deviation), axis=-1, keepdims=True) / 0.6745
    return np.asarray(STANDS_OUT * np.maximum(usual, 1 / np.sqrt(items + 0.5)))
