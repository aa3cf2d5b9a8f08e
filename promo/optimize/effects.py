"""What a promotion does to other products: taken from them, or bought together with it.

A line answers every other promoted line of its segment: with the pair's own effect times the log
of its price where one is known, else with `cross / rivals` times it where both are of one category.
A mechanic that reaches only some customers moves only those to or from the others.
"""

from functools import cached_property

import numpy as np
import pandas as pd

from promo.optimize.arrays import Floats, Ints
from promo.optimize.offer import Deals


def fall(reach: Floats, log_price: Floats, coefficient: Floats) -> Floats:
    """Share of its items that a line loses to a deal; below 0 it gains. Arrays broadcast."""
    return np.asarray(-reach * np.expm1(coefficient * log_price))


class Effects:
    """The effects between lines.

    `coefficient` is log items of each line per log price of one rival, `group` its category and
    segment. Pairs are lines `of` that is promoted and `on` that answers, sorted by `of`, with the
    pair's coefficient `whole` and the one, `usual`, that it stands in the place of.
    """

    def __init__(self, rows: pd.DataFrame, associations: pd.DataFrame | None) -> None:
        """Find all effects.

        Args:
            rows: CURVES, in the order of the lines.
            associations: `product_id`, `other_id` and `effect`, or None.
        """
        rivals = rows.groupby("category")["product_id"].transform("nunique").to_numpy() - 1
        self.coefficient = rows["cross"].to_numpy() / np.maximum(rivals, 1) * (rivals > 0)
        self.group = rows.groupby(["category", "segment"]).ngroup().to_numpy()
        self.of, self.on, self.whole = _pairs(rows, associations)
        same = self.group[self.of] == self.group[self.on]
        self.usual = np.where(same, self.coefficient[self.on], 0.0)

    @cached_property
    def members(self) -> list[Ints]:
        """The lines of each group."""
        order = np.argsort(self.group, kind="stable")
        return np.split(order, np.flatnonzero(np.diff(self.group[order])) + 1)

    def on_others(self, worth: Floats, deals: Deals) -> tuple[Floats, Floats]:
        """What others lose and gain while each line alone has each deal.

        Args:
            worth: what the items of each line and period are worth, shape (lines, periods).
            deals: shape (1, deals) or (lines, deals).

        Returns:
            Taken and given, shape (lines, periods, deals).
        """
        change, at_stake = self._on_rivals(worth, deals)
        for_pairs = self._on_partners(worth, deals)
        if for_pairs is None:
            return np.maximum(change, 0.0), np.maximum(-change, 0.0)
        usual, taken, given = for_pairs
        change -= usual
        # What is left of a sum after all of it was taken out is never exactly nothing.
        change[np.abs(change) < 1e-13 * np.abs(at_stake)] = 0.0
        return np.maximum(change, 0.0) + taken, np.maximum(-change, 0.0) + given

    def _on_rivals(self, worth: Floats, deals: Deals) -> tuple[Floats, Floats]:
        """What the rest of each line's category and segment loses, and what is at stake there.

        Each rival keeps e^(-c x) at depth x = -log price, and every line has its own depths when
        prices have endings. With a = max c, e^(-c x) = e^(-a x) sum ((a - c) x)^k / k!, a series
        of positive terms whose sums over rivals do not know x: no pair is ever looked at.
        """
        top, depth = float(self.coefficient.max(initial=0.0)), -deals.log_price
        below = top - self.coefficient
        step = np.arange(_terms(float(below.max(initial=0.0) * depth.max(initial=0.0))))
        factorial = np.cumprod(np.maximum(step, 1.0))
        moments = worth[:, :, None] * (below[:, None] ** step / factorial)[:, None, :]
        whole = np.zeros((int(self.group.max(initial=-1)) + 1, *moments.shape[1:]))
        order = np.argsort(self.group, kind="stable")
        start = np.flatnonzero(np.diff(self.group[order], prepend=-1))
        whole[self.group[order[start]]] = np.add.reduceat(moments[order], start, axis=0)
        of_rivals = whole[self.group] - moments
        powers = depth[:, None, :] ** step[:, None] * np.exp(-top * depth)[:, None, :]
        at_stake = of_rivals[:, :, :1]
        return deals.reach[:, None, :] * (at_stake - of_rivals @ powers), at_stake

    def _on_partners(self, worth: Floats, deals: Deals) -> tuple[Floats, Floats, Floats] | None:
        """Over each line's pairs: what rivals' part of them is, and what they lose and gain."""
        if not len(self.of):
            return None
        reach, log_price = (
            np.broadcast_to(part, (len(worth), part.shape[1]))[self.of]
            for part in (deals.reach, deals.log_price)
        )
        at_stake = worth[self.on][:, :, None]
        usual, whole = (
            at_stake * fall(reach, log_price, part[:, None])[:, None, :]
            for part in (self.usual, self.whole)
        )
        parts = (usual, np.maximum(whole, 0.0), np.maximum(-whole, 0.0))
        start = np.flatnonzero(np.diff(self.of, prepend=-1))
        sums = []
        for part in parts:
            full = np.zeros((*worth.shape, reach.shape[1]))
            full[self.of[start]] = np.add.reduceat(part, start, axis=0)
            sums.append(full)
        return sums[0], sums[1], sums[2]


def _terms(most: float) -> int:
    """Terms of the exponential series at `most` after which nothing is left to the last digit."""
    count, term = 1, most
    while term > 1e-17 * np.exp(most):
        count += 1
        term *= most / count
    return count


def _pairs(rows: pd.DataFrame, told: pd.DataFrame | None) -> tuple[Ints, Ints, Floats]:
    """The pairs of products as pairs of lines, in every segment that has both."""
    if told is None:
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    segment, segments = rows["segment"].factorize()
    product, products = rows["product_id"].factorize()
    place = np.full((len(products) + 1, len(segments)), -1)
    place[product, segment] = np.arange(len(rows))
    names = ("product_id", "other_id")
    of, on = (place[pd.Index(products).get_indexer(pd.Index(told[name]))] for name in names)
    both = (of >= 0) & (on >= 0) & (of != on)
    effect = told["effect"].to_numpy(dtype=np.float64)[np.nonzero(both)[0]]
    order = np.lexsort((on[both], of[both]))
    return of[both][order], on[both][order], effect[order]
