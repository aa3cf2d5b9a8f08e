"""One product's sales on another one's deals, for many pairs at a time."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from promo.learn.design import PROMOTED_FROM
from promo.learn.effects import Flags, Floats, Ints, codes, group_sum
from promo.learn.ratios import ratio
from promo.learn.slopes import Rest

BLOCK = 2_000_000
"""Numbers in the arrays of a block of pairs; 16 MB."""
LEAST_LEFT = 0.2
"""Share of a deal's variation that the other's own deals must leave, or the two cannot be told
apart: they are promoted together."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Ordered pairs as positions of products; arrays of shape (pairs,)."""

    promoted: Ints
    other: Ints

    def __getitem__(self, chosen: "Ints | Flags | slice") -> "Pairs":
        """The pairs that are chosen."""
        return Pairs(self.promoted[chosen], self.other[chosen])


@dataclass(frozen=True, eq=False)
class Found:
    """Estimates of the pairs that can be told; arrays of shape (pairs,).

    Attributes:
        pairs: which.
        deviation: log items of the other per log price of the promoted, beyond what is explained.
        se: its standard error.
        weeks: promoted weeks of the first in which the other was on sale.
    """

    pairs: Pairs
    deviation: Floats
    se: Floats
    weeks: Ints

    @property
    def score(self) -> Floats:
        """Estimates in standard errors."""
        return self.deviation / self.se

    def __getitem__(self, chosen: "Ints | Flags") -> "Found":
        """The estimates that are chosen."""
        return Found(
            self.pairs[chosen], self.deviation[chosen], self.se[chosen], self.weeks[chosen]
        )


def estimate(rest: Rest, pairs: Pairs, least_weeks: int) -> Found:
    """Least squares of what is left of the other's log items on the deal of the promoted one.

    Both are whitened as in the fit that left it, and what goes with the other's own deal and with
    its being promoted is taken out of the deal. The other's error variance is half its own and half
    the middle product's, times how much places err together in a week (shared by all pairs).

    Args:
        rest: what the fit could not explain.
        pairs: what to try.
        least_weeks: promoted weeks below which a pair cannot be told.
    """
    prepared = _Prepared.of(rest)
    pairs = pairs[(prepared.promoted >= least_weeks)[pairs.promoted]]
    size = max(1, BLOCK // (rest.design.weeks * prepared.series.shape[1]))
    starts = range(0, len(pairs.other), size)
    made = [prepared.sums(pairs[start : start + size]) for start in starts]
    crossed, left, raw, weeks, together, alone = np.concatenate([np.zeros((6, 0)), *made], axis=1)
    told = (weeks >= least_weeks) & (left > LEAST_LEFT * raw) & (raw > 0)
    safe = np.where(told, left, 1.0)
    clustered = max(float(together[told].sum() / max(alone[told].sum(), 1e-300)), 1.0)
    se = np.sqrt(clustered * prepared.variance[pairs.other] / safe)
    return Found(pairs, crossed / safe, se, weeks.astype(np.int64))[told]


@dataclass(frozen=True, eq=False)
class _Prepared:
    """Errors and own deals laid out as series x weeks, and where each product's series are."""

    rest: Rest
    deals: Floats  # (series, weeks), log price over list price
    promoted: Floats  # (products,), promoted weeks, those of several places one by one
    series: Ints  # (products, places), -1 where a product is not sold
    error: Floats  # (series, weeks)
    own: Floats  # (series, weeks, k)
    inverse: Floats  # (series, k, k)
    variance: Floats  # (products,)

    @classmethod
    def of(cls, rest: Rest) -> "_Prepared":
        design, lattice = rest.design, rest.absorber.lattice
        deals = design.deals[:, : lattice.present.shape[1]]  # weeks left out at the end are in none
        seen = np.flatnonzero(lattice.present.any(axis=1))
        product = np.zeros(len(lattice.present), dtype=np.int64)
        product[design.series] = design.product
        series = np.full((len(design.products), int(design.place_of.max()) + 1), -1)
        series[product[seen], design.place_of[seen]] = seen
        weeks = (deals[seen] <= np.log1p(-PROMOTED_FROM)).sum(axis=1).astype(np.float64)
        promoted = group_sum(product[seen], weeks, len(series))
        cell = codes(design.category, design.place_of[design.series], design.week)
        error = rest.error - _shared(rest.error, cell)
        own = lattice.spread(rest.own)
        inverse = np.linalg.pinv(own.transpose(0, 2, 1) @ own, rcond=1e-9, hermitian=True)
        rows = np.bincount(design.product, minlength=len(series)).astype(np.float64)
        squares = group_sum(design.product, error**2, len(series))
        variance = ratio(squares, rows - 2, 1.0)
        middle = max(float(np.median(variance[rows > 2])), 1.0)
        variance = (variance + middle) / 2
        laid = lattice.spread(error)
        return cls(rest, deals, promoted, series, laid, own, np.asarray(inverse), variance)

    def sums(self, pairs: Pairs) -> Floats:
        """What `estimate` needs of each pair; shape (6, pairs).

        Deal x error, deal squared, the same before own deals are out, promoted weeks, and squares
        of deal x error with the places of a week taken together and alone.
        """
        deals, absorber = self.deals, self.rest.absorber
        both = self.series[pairs.promoted], self.series[pairs.other]
        pair, place = np.nonzero((both[0] >= 0) & (both[1] >= 0))
        first, other = both[0][pair, place], both[1][pair, place]
        raw = absorber.of_series(deals[first], other)
        own = self.own[other]
        along = self.inverse[other] @ (own.transpose(0, 2, 1) @ raw[:, :, None])
        left = raw - (own @ along)[:, :, 0]
        promoted = (deals[first] <= np.log1p(-PROMOTED_FROM)) & absorber.lattice.present[other]
        score = left * self.error[other]
        rows, shape = np.arange(len(pair)), (len(pairs.other), len(pair))
        of_pair: Any = sparse.csr_array((np.ones(len(pair)), (pair, rows)), shape)
        weekly, weeks = of_pair @ score, of_pair @ promoted.astype(np.float64)
        squares = np.column_stack([(one**2).sum(axis=1) for one in (left, raw, score)])
        left2, raw2, alone = (of_pair @ squares).T
        together = (weekly**2).sum(axis=1)
        return np.stack([weekly.sum(axis=1), left2, raw2, (weeks > 0).sum(axis=1), together, alone])


def _shared(error: Floats, cell: Ints) -> Floats:
    """What the other rows of a row's category and week say of its error; 0 where they disagree.

    A holiday that means more to one category than to the shop moves all of its products, and
    promotions gather in it. The best linear guess from the others' sum, the variance that cells
    share by moments.
    """
    rows = np.bincount(cell).astype(np.float64)
    total = group_sum(cell, error, len(rows))
    squares = group_sum(cell, error**2, len(rows))
    # Products of two different rows of a cell have the shared variance as their mean.
    shared = max(float((total**2 - squares).sum() / max((rows**2 - rows).sum(), 1.0)), 0.0)
    alone = max(float((error**2).mean()) - shared, 1e-9)
    others = rows[cell] - 1
    return np.asarray(shared / (alone + others * shared) * (total[cell] - error))
