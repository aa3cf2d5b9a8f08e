"""What a method of forecasting may look at: the steps before one origin, prices taken out."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from promo.learn.effects import Floats, Ints
from promo.learn.ratios import row_mean
from promo.learn.seasons import Calendar, Season, fit_season

GAINS = (0.03, 0.06, 0.12, 0.25, 0.5)
"""Candidate weights of the newest step in a level, doubling from nearly constant to nimble."""
KIN_STEPS = 260.0
"""A gain is chosen by the product's own errors and this many steps of the average product's."""


@dataclass(frozen=True, eq=False)
class Past:
    """History at one origin; nothing from it on is in here.

    Attributes:
        units: shape (products, steps), items; NaN where unknown.
        effect: the same shape, log effect of prices and promotions on each cell.
        category_of: shape (products,).
        calendar: how long a year and a cycle are.
    """

    units: Floats
    effect: Floats
    category_of: Ints
    calendar: Calendar

    @property
    def origin(self) -> int:
        """First step that was not seen."""
        return int(self.units.shape[1])

    @cached_property
    def values(self) -> Floats:
        """Items as they would have been at list price without promotion."""
        return np.asarray(self.units * np.exp(-self.effect))

    @cached_property
    def logs(self) -> Floats:
        """The logs of `values`; a week without sales counts as half an item."""
        return np.asarray(np.log(self.units + 0.5) - self.effect)

    @cached_property
    def season(self) -> Season:
        """The seasons of the categories."""
        return fit_season(self.values, self.logs, self.category_of, self.calendar)

    @cached_property
    def factor(self) -> Floats:
        """Season of each cell, as a factor on items."""
        return np.exp(self.season.log(np.arange(self.origin)))

    @cached_property
    def plain(self) -> Floats:
        """Items without the effect of prices and of the season."""
        return np.asarray(self.values / self.factor)

    @cached_property
    def level(self) -> "Level":
        """The smoothed level of `plain`."""
        return smoothed(self.plain)

    def ahead(self, horizon: int) -> Floats:
        """Season of the next `horizon` steps, as a factor; shape (products, horizon)."""
        return np.exp(self.season.log(np.arange(self.origin, self.origin + horizon)))

    @property
    def known(self) -> Floats:
        """Steps known of each product."""
        return np.asarray(np.isfinite(self.units).sum(axis=1), dtype=np.float64)


def smooth(values: Floats, gain: float) -> tuple[Floats, Floats]:
    """Exponentially smoothed level of each row: at the end, and known before each step.

    The first steps are averaged, gaps keep the level. NaN before and at the first known step.

    >>> last, path = smooth(np.array([[4.0, 8.0, 6.0]]), 0.5)
    >>> last.tolist(), path.tolist()
    ([6.0], [[nan, 4.0, 6.0]])
    """
    seen = np.isfinite(values)
    filled = np.where(seen, values, 0.0).T.copy()
    step = np.where(seen, np.maximum(gain, 1 / np.maximum(seen.cumsum(axis=1), 1)), 0.0).T.copy()
    path = np.empty(filled.shape)
    level = np.zeros(len(values))
    for time, (value, weight) in enumerate(zip(filled, step, strict=True)):
        path[time] = level
        level = level + weight * (value - level)
    path[np.arange(len(path))[:, None] <= seen.argmax(axis=1)] = np.nan
    return level, path.T


class Level(NamedTuple):
    """Smoothed levels: at the end, before each step, and the weight of the newest step."""

    last: Floats
    path: Floats
    gain: Floats


def smoothed(values: Floats, weight: Floats | None = None) -> Level:
    """Level of each row with the gain that served it and its kin best.

    Args:
        values: shape (products, steps).
        weight: the same shape, what an error of each step counts; 1 everywhere if None.
    """
    tries = [smooth(values, gain) for gain in GAINS]
    loss = np.array([
        row_mean((values - path if weight is None else weight * (values - path)) ** 2)
        for _, path in tries
    ])  # fmt: skip
    best, row = least(loss, np.isfinite(values).sum(axis=1)), np.arange(len(values))
    return Level(
        np.array([last for last, _ in tries])[best, row],
        np.array([path for _, path in tries])[best, row],
        np.array(GAINS)[best],
    )


def least(loss: Floats, seen: Ints) -> Ints:
    """The candidate of least loss per product, kin counted in.

    Args:
        loss: shape (candidates, products), mean squared one-step error.
        seen: shape (products,), steps known.
    """
    scale = np.maximum(loss.mean(axis=0), np.finfo(float).tiny)
    kin = (loss / scale).mean(axis=1, keepdims=True)
    return np.asarray((seen * loss / scale + KIN_STEPS * kin).argmin(axis=0))
