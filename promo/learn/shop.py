"""The shop as a whole: its weeks against what all its products together were due to sell."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from promo.learn.effects import Flags, Floats
from promo.learn.gaps import Stretches, stretches
from promo.learn.odd_weeks import (
    FALSE_SHARE,
    Tails,
    adjusted,
    seasonal,
    tails_of,
)
from promo.learn.ordinary import TOGETHER, Ordinary, local_level
from promo.learn.shifts import Change, find_shifts, middle

SHUT = 0.1
"""Share of its neighbours' sales up to which a week of the whole shop is no week at all."""
LEAST_TIMES = 1.25
"""Sales of the shop's week against what was due, or the other way round, from which it matters."""
AGAIN = 1.0
"""Standard deviations from which the same week of another year counts. A week of the whole shop is
mostly a holiday, and there are few weeks to be wrong about."""
LEAST_NOISE = 0.03
"""Least relative error of the shop's weeks that is believed."""


def closed(units: Floats) -> Flags:
    """Weeks in which next to nothing of everything was sold; shape (weeks,)."""
    if len(units) < TOGETHER:
        return np.zeros(units.shape[1], dtype=bool)
    total = np.where(np.isfinite(units).any(axis=0), np.nansum(units, axis=0), np.nan)
    around = local_level(total[None, :])[0]
    return np.asarray(total <= SHUT * around)


@dataclass(frozen=True, eq=False)
class Shop:
    """Items of all products together, sold and due; arrays of shape (weeks,).

    `due` leaves out what a week brings to all products alike, because that is what is looked for.
    `flat` is what would be due if no level had ever changed. Too few products are no shop.
    """

    sold: Floats
    due: Floats
    flat: Floats
    products: int

    @classmethod
    def of(cls, found: Ordinary, units: Floats) -> "Shop":
        """Add up what was found of each product; `units` has the weeks of a closed shop, too."""
        plain = found.known / found.common
        seen = np.isfinite(units) & np.isfinite(found.level)
        sold, due = (np.where(seen, part, 0.0).sum(axis=0) for part in (units, found.level * plain))
        flat = np.where(seen, middle(units / plain)[:, None] * plain, 0.0).sum(axis=0)
        there = seen.any(axis=0)
        around = local_level(np.where(there, sold / np.maximum(due, 1e-9), np.nan)[None, :])[0]
        due = due * np.where(np.isfinite(around), around, 1.0)
        sold, due, flat = (np.where(there, part, np.nan) for part in (sold, due, flat))
        return cls(sold, due, flat, len(units))

    @cached_property
    def _error(self) -> Floats:
        return np.asarray(np.log((self.sold + 0.5) / (self.due + 0.5)))

    @cached_property
    def _tails(self) -> Tails:
        return tails_of(self._error, LEAST_NOISE)

    def range(self) -> tuple[Floats, Floats]:
        """Between which items 97.5 of 100 ordinary weeks lie."""
        ends = (self._tails.centre + side * self._tails.far for side in (-1, 1))
        low, high = (self.due * np.exp(end) for end in ends)
        return low, high

    def odd_weeks(self, explained: Flags) -> tuple[Stretches, Stretches]:
        """Weeks that sold far more, and far less, than was due, but for those explained."""
        unit = self._tails.deviation
        score = (self._error - self._tails.centre) / unit
        seen = np.isfinite(score) & ~explained
        moved = np.where(seen, score, np.nan)[None, :]
        left = (moved - seasonal(moved, AGAIN))[0] * unit + self._tails.centre
        share = np.ones(len(score))
        share[seen] = adjusted(self._tails.beyond(left[seen]), int(seen.sum()))
        sure = seen & (share <= FALSE_SHARE) & (self.products >= TOGETHER)
        high = sure & (self.sold >= LEAST_TIMES * self.due)
        low = sure & (self.sold * LEAST_TIMES <= self.due)
        return self._told(high, share), self._told(low, share)

    def _told(self, flags: Flags, share: Floats) -> Stretches:
        _, first, last = stretches(flags[None, :])
        spans = [slice(a, b + 1) for a, b in zip(first, last, strict=True)]
        sold, due = (np.array([part[at].sum() for at in spans]) for part in (self.sold, self.due))
        chance = np.array([share[at].min() for at in spans])
        return Stretches(np.full(len(first), -1), first, last, sold, due, chance)

    def shifts(self) -> Iterator[Change]:
        """A lasting change of everything the shop sells."""
        rate = np.where(self.sold > 0, self.sold / np.maximum(self.flat, 1e-9), np.nan)[None, :]
        if self.products < TOGETHER or not np.isfinite(rate).any():
            return
        found = find_shifts(np.log(rate))
        after = np.arange(rate.shape[1]) >= found.week[0]
        old, new = (float(middle(np.where(side, rate, np.nan))[0]) for side in (~after, after))
        large = old > 0 and new > 0 and abs(np.log(new / old)) >= np.log(LEAST_TIMES)
        if found.chance[0] <= FALSE_SHARE and found.stepped[0] and large:
            level = float(np.nanmedian(self.sold[after]))
            times, chance = new / old, float(found.chance[0])
            yield Change(-1, int(found.week[0]), level / times, level, times, chance)
