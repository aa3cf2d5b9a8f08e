"""What a rule can say to a solver: some options are shut, some are fixed, sums stay within limits.

Every rule of `promo.optimize.rules` yields these terms, and nothing else of it is ever asked.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints


@dataclass(frozen=True, eq=False)
class Shut:
    """Options that may not be chosen; shape of `flags` (options,).

    `above` says that with an option all deeper ones of its line and period are shut as well.
    """

    flags: Flags
    above: bool = False


@dataclass(frozen=True, eq=False)
class Fixed:
    """Options that are chosen, whatever else is; positions in the options table."""

    at: Ints


@dataclass(frozen=True, eq=False)
class Alone:
    """A limit that each product keeps by itself; shape of `limit` (products,), infinite is none.

    `room` is items that promotions may add, `most` promotions of one product, `gap` weeks that lie
    between two of them.
    """

    what: Literal["room", "most", "gap"]
    limit: Floats


@dataclass(frozen=True, eq=False)
class Shared:
    """Sums over the chosen options that stay within limits; one row per scope.

    Entry e adds `weight[e]` to row `row[e]` when option `at[e]` is chosen; with `counts` when any
    option of switch `at[e]` (a product in a period) is. Rows of no promotion are options like all
    others. `limit` is the most, or with `least` the least, that a sum may be. With `over` the limit
    is a share: of the sums of those weights. The scopes tell all about a row but its limit.
    """

    code: str
    scopes: Sequence[str]
    row: Ints
    at: Ints
    weight: Floats
    limit: Floats
    least: bool = False
    counts: bool = False
    over: Floats | None = None

    @property
    def shape(self) -> Hashable:
        """Equal for terms that differ by their limits only; a limit that is a share is a weight."""
        shares = None if self.over is None else self.limit.tobytes()
        return self.code, tuple(self.scopes), shares

    @property
    def net(self) -> tuple[Floats, Floats]:
        """Weights and limits of the rows as sums."""
        if self.over is None:
            return self.weight, self.limit
        return self.weight - self.limit[self.row] * self.over, np.zeros(len(self.limit))


@dataclass(frozen=True, eq=False)
class Together:
    """Lines (products in a segment) with the same number get the same promotion; -1 is free."""

    key: Ints


Term = Shut | Fixed | Alone | Shared | Together


@dataclass(frozen=True, eq=False)
class Terms:
    """Everything that the rules of one move say, sorted by kind."""

    rules: tuple[object, ...]
    all: tuple[tuple[Term, ...], ...]

    @cached_property
    def flat(self) -> list[Term]:
        """The terms in the order of their rules."""
        return [term for terms in self.all for term in terms]

    @cached_property
    def shared(self) -> list[Shared]:
        """Rows over all products, in the order of the problem's rows."""
        return [term for term in self.flat if isinstance(term, Shared)]

    @cached_property
    def limit(self) -> Floats:
        """The limits of the shared rows as sums."""
        parts = [term.net[1] for term in self.shared]
        return np.concatenate([np.zeros(0), *parts])

    def shut(self, count: int, *, above: bool) -> Flags:
        """Options that some rule shuts; with `above` only those shut with all deeper ones."""
        found = np.zeros(count, dtype=bool)
        for term in self.flat:
            if isinstance(term, Shut) and term.above == above:
                found |= term.flags
        return found

    def alone(self, what: str, free: float, count: int) -> Floats:
        """The tightest limit that each product keeps by itself; `free` where there is none."""
        found = np.full(count, free)
        tighter = np.maximum if what == "gap" else np.minimum
        for term in self.flat:
            if isinstance(term, Alone) and term.what == what:
                found = tighter(found, term.limit)
        return found

    @cached_property
    def fixed(self) -> Ints:
        """Options that are chosen whatever else is."""
        parts = [term.at for term in self.flat if isinstance(term, Fixed)]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int64), *parts]))

    @cached_property
    def together(self) -> list[Ints]:
        """Keys of lines that move together."""
        return [term.key for term in self.flat if isinstance(term, Together)]

    def shape(self, count: int) -> Hashable:
        """Equal for moves that differ by limits only, for which one problem serves."""
        return (
            tuple(term.shape for term in self.shared),
            self.shut(count, above=False).tobytes(),
            self.fixed.tobytes(),
            tuple(key.tobytes() for key in self.together),
        )


def one(  # noqa: PLR0913 # a row is these facts
    code: str, at: Ints, weight: Floats, limit: float, *, scope: str = "all",
    least: bool = False, counts: bool = False, over: Floats | None = None,
) -> Shared:  # fmt: skip
    """One row."""
    row = np.zeros(len(at), dtype=np.int64)
    bound = np.array([float(limit)])
    return Shared(code, [scope], row, at, weight, bound, least, counts, over)
