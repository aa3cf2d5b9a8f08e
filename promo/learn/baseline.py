"""Demand without promotion: a season per category and a level per product."""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Flags, Floats, Ints
from promo.learn.grid import Grid
from promo.learn.slopes import YEAR

GAINS = (0.03, 0.06, 0.12, 0.25, 0.5)
"""Candidate weights of the newest week in the level, doubling from nearly constant to nimble."""
KIN_WEEKS = 26.0
"""The gain is chosen by the product's own errors and this many weeks of the average product's."""
COUNTS_BELOW = 10.0
"""Items per week under which logs mislead and the level is kept in items."""
RECENT = 52
"""Weeks that calibrate the level and the spread of a product."""
HARMONICS = 3


@dataclass(frozen=True, eq=False)
class Baseline:
    """What is known at one origin; weeks are counted from the start of the grid.

    Attributes:
        origin: first week that was not seen.
        level: shape (products,), items per week at list price in a week of average season.
        season: shape (categories, harmonics of sine and cosine), log items.
        category_of: shape (products,).
        spread2: shape (products,), variance of relative errors beyond Poisson.
        counts: shape (products,), whether the level was kept in items.
        fitted: shape (products, origin), one-step forecasts at the prices that were.
    """

    origin: int
    level: Floats
    season: Floats
    category_of: Ints
    spread2: Floats
    counts: Flags
    fitted: Floats

    def mean(self, weeks: Ints) -> Floats:
        """Items to expect in `weeks` without promotion; shape (products, len(weeks))."""
        return np.asarray(self.level[:, None] * np.exp(self.log_season(weeks)))

    def log_season(self, weeks: Ints) -> Floats:
        """Log season of each product in `weeks`; shape (products, len(weeks))."""
        return np.asarray((self.season @ waves(weeks).T)[self.category_of])


def waves(weeks: Ints) -> Floats:
    """Yearly sines and cosines at `weeks`; shape (len(weeks), 2 * HARMONICS)."""
    angle = 2 * np.pi * np.outer(weeks / YEAR, np.arange(1, HARMONICS + 1))
    return np.column_stack([np.sin(angle), np.cos(angle)])


def fit_baseline(grid: Grid, effect: Floats, origin: int) -> Baseline:
    """Learn season and level from the weeks before `origin`, prices' `effect` taken out."""
    units, effect = grid.units[:, :origin], effect[:, :origin]
    clean = np.log(units + 0.5) - effect
    season = _season(clean, grid.category_of, len(grid.design.categories))
    known = np.exp((season @ waves(np.arange(origin)).T)[grid.category_of] + effect)
    counts = _mean(units) < COUNTS_BELOW
    in_items, path_items = _level(units / known, weight=known)
    logs = np.log(units + 0.5) - np.log(known)
    in_logs, path_logs = _level(logs, weight=np.ones_like(logs))
    path = np.where(counts[:, None], path_items, np.exp(path_logs)) * known
    level = np.where(counts, in_items, np.exp(in_logs))
    smear = _calibration(units[:, -RECENT:], path[:, -RECENT:])
    fitted = path * smear[:, None]
    spread2 = _spread2(units[:, -RECENT:], fitted[:, -RECENT:])
    unseen = np.asarray(~np.isfinite(units).any(axis=1))
    level, spread2 = _borrowed(level * smear, spread2, unseen, grid.category_of)
    return Baseline(origin, level, season, grid.category_of, spread2, counts, fitted)


def _borrowed(
    level: Floats, spread2: Floats, unseen: Flags, category_of: Ints
) -> tuple[Floats, Floats]:
    """Products without a single week get their category's mean level and the shop's spread."""
    if unseen.all() or not unseen.any():
        return level, spread2
    known = level[~unseen]
    doubt = known.var() / max(known.mean() ** 2, np.finfo(float).tiny)
    level, spread2 = level.copy(), np.where(unseen, spread2 + doubt, spread2)
    for product in np.flatnonzero(unseen):
        kin = level[~unseen & (category_of == category_of[product])]
        level[product] = (kin if len(kin) else known).mean()
    return level, spread2


def _mean(values: Floats) -> Floats:
    seen = np.isfinite(values)
    total = np.where(seen, values, 0.0).sum(axis=1)
    return np.asarray(total / np.maximum(seen.sum(axis=1), 1))


def _season(clean: Floats, category_of: Ints, categories: int) -> Floats:
    """Yearly waves per category, shrunk to the shop's; none with less than a year of history.

    The ridge counts a category's weekly means as noisy as their own residuals, and the shop's
    waves as one category among them.
    """
    weeks = clean.shape[1]
    nothing = np.zeros((categories, 2 * HARMONICS))
    if weeks < YEAR:
        return nothing
    centred = clean - _mean(clean)[:, None]
    seen = np.isfinite(centred)
    centred = np.where(seen, centred, 0.0)
    mass = np.zeros((categories, weeks))
    total = np.zeros((categories, weeks))
    np.add.at(mass, category_of, seen.astype(np.float64))
    np.add.at(total, category_of, centred)
    time = np.arange(weeks) / weeks - 0.5
    x = np.column_stack([np.ones(weeks), time, waves(np.arange(weeks))])
    shop = _waves_of(total.sum(axis=0), mass.sum(axis=0), x, np.zeros(x.shape[1]), 1e-9)
    own = [_waves_of(t, m, x, shop, float(weeks) / 26) for t, m in zip(total, mass, strict=True)]
    return np.array(own)[:, 2:]


def _waves_of(total: Floats, mass: Floats, x: Floats, towards: Floats, ridge: float) -> Floats:
    """Weighted ridge regression of weekly means on `x`, shrunk to `towards`."""
    scale = mass / max(float(mass.max()), 1.0)
    target = np.divide(total, mass, out=np.zeros_like(total), where=mass > 0) - x @ towards
    gram = x.T @ (x * scale[:, None]) + ridge * np.eye(x.shape[1])
    return np.asarray(towards + np.linalg.solve(gram, x.T @ (scale * target)))


def _level(values: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Exponentially smoothed level of each row, its gain chosen by past one-step errors.

    Returns:
        The last level, shape (products,), and the level known before each week.
    """
    tries = [_smooth(values, gain) for gain in GAINS]
    loss = np.array([_mean((weight * (values - path)) ** 2) for _, path in tries])
    seen = np.isfinite(values).sum(axis=1)
    scale = np.maximum(loss.mean(axis=0), np.finfo(float).tiny)
    kin = (loss / scale).mean(axis=1, keepdims=True)
    best = (seen * loss / scale + KIN_WEEKS * kin).argmin(axis=0)
    row = np.arange(len(values))
    return (
        np.array([last for last, _ in tries])[best, row],
        np.array([path for _, path in tries])[best, row],
    )


def _smooth(values: Floats, gain: float) -> tuple[Floats, Floats]:
    """Level after and before each week; the first weeks are averaged, gaps keep the level."""
    seen = np.isfinite(values)
    filled = np.where(seen, values, 0.0)
    first = seen.argmax(axis=1)
    level = filled[np.arange(len(values)), first].copy()
    count = np.zeros(len(values))
    path = np.empty_like(values)
    for week in range(values.shape[1]):
        path[:, week] = level
        count += seen[:, week]
        step = np.where(seen[:, week], np.maximum(gain, 1 / np.maximum(count, 1)), 0.0)
        level = level + step * (filled[:, week] - level)
    path[np.arange(values.shape[1]) <= first[:, None]] = np.nan
    return level, path


def _calibration(units: Floats, fitted: Floats) -> Floats:
    """Items sold per item fitted: exp(level) is a median, sales are counted in means."""
    both = np.isfinite(units) & np.isfinite(fitted)
    sold = np.where(both, units, 0.0).sum(axis=1)
    expected = np.where(both, fitted, 0.0).sum(axis=1)
    return np.asarray((sold + 1) / (expected + 1))


def _spread2(units: Floats, fitted: Floats) -> Floats:
    """Squared relative error beyond Poisson, half the product's own and half the median."""
    both = np.isfinite(units) & np.isfinite(fitted)
    mean = np.where(both, fitted, 0.0)
    error2 = np.where(both, (units - mean) ** 2, 0.0)
    mass = (mean**2).sum(axis=1)
    own = np.divide((error2 - mean).sum(axis=1), mass, out=np.zeros(len(mass)), where=mass > 0)
    own = np.maximum(own, 0.0)
    return np.asarray((own + np.median(own)) / 2)
