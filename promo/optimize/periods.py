"""The weeks in which a promotion may run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class Periods:
    """Every period a promotion may have: first week from 0, and length, in their order."""

    first: Ints
    length: Ints
    weeks: int

    @classmethod
    def inside(cls, weeks: int, lengths: Sequence[int] | None) -> "Periods":
        """All periods of these lengths inside a horizon; None is the horizon itself."""
        asked = (weeks,) if lengths is None else sorted(set(lengths))
        found = [(at, long) for at in range(weeks) for long in asked if at + long <= weeks]
        pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
        return cls(pairs[:, 0], pairs[:, 1], weeks)

    @property
    def after(self) -> Ints:
        """The week after each period; the last may lie just beyond the horizon."""
        return np.asarray(self.first + self.length)

    @property
    def early(self) -> Flags:
        """Whether the week after is still inside the horizon."""
        return np.asarray(self.after < self.weeks)

    def total(self, weekly: Floats) -> Floats:
        """Sums of weekly amounts, shape (n, weeks), over each period; shape (n, periods)."""
        running = np.concatenate([np.zeros((len(weekly), 1)), np.cumsum(weekly, axis=1)], axis=1)
        return np.asarray(running[:, self.after] - running[:, self.first])

    def __len__(self) -> int:
        return len(self.first)
