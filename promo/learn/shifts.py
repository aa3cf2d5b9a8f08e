"""Lasting changes of level: one change point per row, held against chance and smooth change."""

from dataclasses import dataclass, replace

import numpy as np

from promo.learn.effects import Flags, Floats, Ints
from promo.learn.odd_weeks import FALSE_SHARE, adjusted
from promo.learn.ordinary import (
    TOGETHER,
    Ordinary,
    clipped,
    local_level,
    stable,
    together,
)
from promo.learn.slopes import YEAR

LASTING = 8
"""Weeks on either side of a change without which it is not called lasting."""
LEAST_TIMES = 1.3
"""New level against the old, or the other way round, below which no one needs to know."""
MOST_TIMES = 100.0
"""What is said of a level that was nothing before, or is nothing now."""
LENIENT = 1.05
"""What a trend and a wave explain of a row by chance, with its memory, beyond what a step does."""
MOST = 2
"""Changes that are looked for in one product."""
MOST_MEMORY = 0.9
KIN_WEEKS = 156.0
"""Weeks of the middle row's memory that are mixed into a row's own."""


@dataclass(frozen=True, eq=False)
class Change:
    """One lasting change of a product's level: its first week, items per week before and after.

    `times` is the new level over the old one as the season left them.
    """

    product: int
    week: int
    before: float
    after: float
    times: float
    chance: float


def level_shifts(found: Ordinary, category_of: Ints) -> tuple[list[Change], Ordinary]:
    """Lasting changes of single products, and what to expect of every week in view of them.

    What the levels of a category, or of the shop, have in common is season and growth and is taken
    out first, where enough products tell it.
    """
    slow = _slow(found.level, category_of)
    path, path_known = np.exp(slow), bool(slow.any())
    step = np.ones_like(found.level)
    changes: list[Change] = []
    for _round in range(MOST):
        due = found.known * path * step
        rate = clipped(found) / due
        flat = middle(rate)[:, None]
        here, flat_out = (stable(flat * due * one, found.spread2) for one in (rate, 1.0))
        points = find_shifts(here - flat_out, season=not path_known)
        new = _changes(points, rate, clipped(found) / found.known)
        for one in new:
            step[one.product, one.week :] *= one.times
        changes += new
        if not new:
            break
    level = local_level(found.units / (found.known * step)) * step
    return changes, replace(found, level=np.where(np.isfinite(level), level, found.level))


def _changes(points: "Shifts", rate: Floats, plain: Floats) -> list[Change]:
    """The change points that are sure and large; `plain` has items per week at list price."""
    after = np.arange(rate.shape[1]) >= points.week[:, None]
    old, new = (middle(np.where(side, rate, np.nan)) for side in (~after, after))
    known = np.maximum(old, new) > 0
    times = np.divide(new, old, out=np.full(len(new), MOST_TIMES), where=old > 0)
    times = np.where(known, np.clip(times, 1 / MOST_TIMES, MOST_TIMES), 1.0)
    share = adjusted(points.chance, len(rate))
    sure = (share <= FALSE_SHARE) & points.stepped
    large = np.abs(np.log(times)) >= np.log(LEAST_TIMES)
    then, now = (middle(np.where(side, plain, np.nan)) for side in (~after, after))
    then = np.where(now > 0, now / times, then)
    parts = (then, now, times, share)
    return [
        Change(int(at), int(points.week[at]), *(float(part[at]) for part in parts))
        for at in np.flatnonzero(sure & large)
    ]


def _slow(level: Floats, category_of: Ints) -> Floats:
    """Log of the slow path that the levels of a category share, or those of the shop."""
    logs = np.log(np.where(level >= 1, level, np.nan))
    seen = np.isfinite(logs)
    mean = np.where(seen, logs, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    own = logs - mean[:, None]
    path = np.tile(together(own), (len(level), 1))
    for category in np.unique(category_of):
        kin = category_of == category
        if np.isfinite(own[kin]).any(axis=1).sum() >= TOGETHER:
            path[kin] = together(own[kin])
    return path


def middle(rate: Floats) -> Floats:
    """Interquartile mean of each row; 0 where nothing was seen."""
    ordered = np.sort(rate, axis=1)
    seen = np.isfinite(ordered).sum(axis=1)
    low, high = seen // 4, seen - seen // 4
    place = np.arange(rate.shape[1])
    inner = (place >= low[:, None]) & (place < high[:, None])
    return np.asarray(np.where(inner, ordered, 0.0).sum(axis=1) / np.maximum(high - low, 1))


@dataclass(frozen=True, eq=False)
class Shifts:
    """The most telling change point of each row.

    Attributes:
        week: shape (rows,), first week of the new level.
        chance: probability of so much under an unchanged level with this noise and memory.
        stepped: whether a step explains the row better than trend and season do.
    """

    week: Ints
    chance: Floats
    stepped: Flags


def find_shifts(scores: Floats, *, season: bool = True) -> Shifts:
    """The change point of each row by cumulative sums.

    A shock that fades is no change of level: noise is counted with its memory from week to week
    (long-run variance around the two levels).

    Args:
        scores: shape (rows, weeks), standardised and with single odd weeks pulled in; NaN where a
            week says nothing.
        season: whether a yearly wave may still be in them.

    References:
        Ploberger, W. and Kraemer, W. (1992). The CUSUM test with OLS residuals. Econometrica 60(2),
        271-285.
    """
    from scipy.special import kolmogorov

    seen = np.isfinite(scores)
    size = seen.sum(axis=1)
    mean = np.where(seen, scores, 0.0).sum(axis=1) / np.maximum(size, 1)
    left = np.where(seen, scores - mean[:, None], 0.0)
    total, count = np.cumsum(left, axis=1), np.cumsum(seen, axis=1)
    rest = size[:, None] - count
    inner = (count >= LASTING) & (rest >= LASTING) & seen
    # Standardised by place, so that a change near an end is dated as well as one in the middle.
    weight = count * rest / np.maximum(size, 1)[:, None]
    at = np.where(inner, np.abs(total) / np.sqrt(np.maximum(weight, 1)), -1.0).argmax(axis=1)
    after = np.arange(scores.shape[1]) > at[:, None]
    error = _around_levels(left, seen, after)
    spread = (error**2).sum(axis=1) / np.maximum(size - 2, 1)
    long_run = np.sqrt(np.maximum(spread * _long_run(error, left, seen), 1e-12))
    height = np.where(inner, np.abs(total), 0.0).max(axis=1)
    chance = kolmogorov(height / (long_run * np.sqrt(np.maximum(size, 1))))
    chance = np.where(inner.any(axis=1), chance, 1.0)
    better = (error**2).sum(axis=1) < LENIENT * _smooth_error(left, seen, season=season)
    first = np.where(seen & after, np.arange(scores.shape[1]), scores.shape[1]).min(axis=1)
    return Shifts(first.astype(np.int64), np.asarray(chance), better)


def _around_levels(left: Floats, seen: Flags, after: Flags) -> Floats:
    """Errors around one mean before the change and one after."""
    error = left
    for side in (after, ~after):
        own = seen & side
        mean = np.where(own, left, 0.0).sum(axis=1) / np.maximum(own.sum(axis=1), 1)
        error = np.where(own, error - mean[:, None], error)
    return np.asarray(error)


def _long_run(error: Floats, left: Floats, seen: Flags) -> Floats:
    """Variance of a mean over many weeks, in units of one week's: 1 without memory.

    Sales remember their shocks and forget the luck of a week, so the first two correlations are
    those of a fading shock with noise on top. Each row's first is shrunk to the middle row's, which
    is asked without a change point: most rows have none, and one fitted to them anyhow takes some
    of their memory away.
    """
    own, weeks = _correlation(error, seen, 1)
    rest = left if len(own) >= TOGETHER else error
    near, far = (float(np.median(_correlation(rest, seen, lag)[0])) for lag in (1, 2))
    mixed = np.clip((weeks * own + KIN_WEEKS * near) / (weeks + KIN_WEEKS), 0.0, MOST_MEMORY)
    fading = np.clip(far / near if near > 0 else 0.0, mixed, MOST_MEMORY)
    return np.asarray(1 + 2 * mixed / (1 - fading))


def _correlation(error: Floats, seen: Flags, lag: int) -> tuple[Floats, Ints]:
    """Correlation of an error with the one `lag` weeks before, and the weeks it rests on."""
    both = seen[:, lag:] & seen[:, :-lag]
    weeks = both.sum(axis=1)
    product = np.where(both, error[:, lag:] * error[:, :-lag], 0.0).sum(axis=1)
    size = (error**2).sum(axis=1) * weeks / np.maximum(seen.sum(axis=1), 1)
    own = np.divide(product, size, out=np.zeros(len(size)), where=size > 0)
    return own + (1 + 3 * own) / np.maximum(weeks, 4), weeks  # small samples hide memory


def _smooth_error(left: Floats, seen: Flags, *, season: bool) -> Floats:
    """Squared error of a trend and, with a season, the part of a yearly wave that was seen."""
    weeks = np.arange(left.shape[1])
    angle = 2 * np.pi * weeks / YEAR
    waves = [np.sin(angle), np.cos(angle)] if season else []
    x = np.column_stack([np.ones(len(weeks)), weeks / YEAR, *waves])
    gram = np.einsum("rt,ti,tj->rij", seen.astype(np.float64), x, x)
    side = (left @ x)[..., None]
    coef = np.linalg.solve(gram + 1e-6 * np.eye(x.shape[1]), side)[..., 0]
    error = np.where(seen, left - coef @ x.T, 0.0)
    return np.asarray((error**2).sum(axis=1))
