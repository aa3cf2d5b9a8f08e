"""Weeks in which a product could not be bought, whether someone wrote that down or not."""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Flags, Floats, Ints
from promo.learn.ordinary import Ordinary

COLLAPSED = 0.15
"""Share of what is due up to which a week is taken for one in which there was nothing to buy."""
SIDE = 13
"""Weeks before and after a stretch that say what was due in it."""
LEAST_SIDE = 4
OFTEN = 13
"""A product with more impossible stretches than one in so many weeks just sells in bursts."""


@dataclass(frozen=True, eq=False)
class Stretches:
    """Consecutive weeks of one product each; arrays of one length.

    Attributes:
        product: position of the product.
        first, last: first and last week, both inside.
        sold, due: items.
        chance: probability of selling so little.
    """

    product: Ints
    first: Ints
    last: Ints
    sold: Floats
    due: Floats
    chance: Floats

    def __getitem__(self, chosen: Flags) -> "Stretches":
        """The stretches that are chosen."""
        return Stretches(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    def mask(self, shape: tuple[int, ...]) -> Flags:
        """Whether a cell lies in one of the stretches."""
        edge = np.zeros((shape[0], shape[1] + 1), dtype=np.int64)
        np.add.at(edge, (self.product, self.first), 1)
        np.add.at(edge, (self.product, self.last + 1), -1)
        return np.asarray(np.cumsum(edge, axis=1)[:, :-1] > 0)


def stretches(flags: Flags) -> tuple[Ints, Ints, Ints]:
    """Row, first and last column of each run of true cells.

    >>> [part.tolist() for part in stretches(np.array([[True, True, False, True]]))]
    [[0, 0], [0, 3], [1, 3]]
    """
    edge = np.diff(np.pad(flags.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    row, first = np.nonzero(edge == 1)
    return row, first, np.nonzero(edge == -1)[1] - 1


def empty_shelves(found: Ordinary) -> Stretches:
    """Stretches with next to no sales where the weeks around them make that practically impossible.

    What was due is the smallest mean of the weeks before, just before and after, so that neither a
    launch nor a slow end looks like one. The noise of the weeks of a stretch counts as one and the
    same, the most that a slow seller's pause can be excused with. Not judged for chance yet.
    """
    rate = found.units / found.known
    usual = np.nanquantile(np.where(np.isfinite(rate).any(axis=1, keepdims=True), rate, 0.0),
                           0.6, axis=1)  # fmt: skip
    low = found.units <= COLLAPSED * usual[:, None] * found.known
    product, first, last = stretches(low)
    capped = np.minimum(rate, 3 * usual[:, None] + 3)
    before, just = (_mean_between(capped, product, np.maximum(first - length, 0), first)
                    for length in (SIDE, LEAST_SIDE))  # fmt: skip
    after = _mean_between(capped, product, last + 1, np.minimum(last + 1 + SIDE, rate.shape[1]))
    level = np.fmin(np.fmin(before, just), after)
    due = level * _sum_between(np.where(low, found.known, 0.0), product, first, last + 1)
    sold = _sum_between(np.where(low, found.units, 0.0), product, first, last + 1)
    chance = at_most(sold, due, np.nanmin(found.spread2, axis=1)[product])
    runs = Stretches(product, first, last, sold, due, chance)
    return runs[np.isfinite(before) & (sold <= COLLAPSED * due)]


def regular(runs: Stretches, weeks: int) -> Stretches:
    """Without the products that stop selling so often that it is their way of selling."""
    often = np.bincount(runs.product, minlength=1) > max(2, weeks / OFTEN)
    return runs[~often[runs.product]] if len(runs.product) else runs


def at_most(count: Floats, mean: Floats, spread2: Floats) -> Floats:
    """Probability of at most `count` items: Poisson with a gamma's relative variance `spread2`."""
    from scipy.special import betainc

    size = 1 / spread2
    safe = np.maximum(np.nan_to_num(mean), 1e-9)
    return np.asarray(betainc(size, np.floor(np.nan_to_num(count)) + 1, size / (size + safe)))


def _mean_between(values: Floats, row: Ints, start: Ints, end: Ints) -> Floats:
    seen = np.isfinite(values).astype(np.float64)
    count = _sum_between(seen, row, start, end)
    total = _sum_between(np.nan_to_num(values), row, start, end)
    return np.where(count >= LEAST_SIDE, total / np.maximum(count, 1), np.nan)


def _sum_between(values: Floats, row: Ints, start: Ints, end: Ints) -> Floats:
    total = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
    return np.asarray(total[row, end] - total[row, start])
