"""Rounds of prices and plans: the linear plan of many products, and what its prices prove.

Dantzig-Wolfe decomposition. A small master mixes plans of whole blocks of products so that every
shared row holds; its duals are prices; at these prices every product is solved on its own and
proposes a new plan. The same prices prove an upper bound, so the gap is known at every round.

References:
    Dantzig, G. B. and Wolfe, P. (1960). Decomposition principle for linear programs. Operations
    Research 8(1), 101-111.
"""

from dataclasses import dataclass

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, totals
from promo.optimize.blocks import Blocks
from promo.optimize.deadline import Deadline
from promo.optimize.kernels import Column, Parts, Plans, copied
from promo.optimize.packed import Packed
from promo.optimize.problem import Case, Entries
from promo.optimize.solver import LEAST, MOST, Answer, Master

ROUNDS = 200
MISSED = 1e-7
"""Share of a limit by which the best mix may miss it."""


@dataclass(frozen=True, eq=False)
class Offer:
    """Everybody's plan at some prices of rows, and the upper bound these prove."""

    plans: Plans
    price: Floats
    bound: float


class Rounds:
    """The offers for one case and the master that mixes them."""

    def __init__(
        self, packed: Packed, case: Case, blocks: Blocks, master: Master, share: float = 1.0
    ) -> None:
        """Begin without an offer.

        Args:
            packed: the problem.
            case: the limits.
            blocks: products whose plans are mixed as one.
            master: a master over the shared rows, then one row per block; it is emptied.
            share: of every value; 0 asks only whether the shared rows can be met.
        """
        self.packed, self.case, self.blocks, self.master = packed, case, blocks, master
        self.parts: Parts = packed.parts(case.gap)
        self.least = packed.problem.least
        self.offers: list[Offer] = []
        self.bound = np.inf
        self.best: Offer
        unknown = np.full(len(case.limit) + blocks.count, np.inf)
        self.answer = Answer("out_of_time", unknown, -np.inf, np.inf, np.zeros(0))
        self.share = share
        self._open = case.open & self._fits()
        self._plans = packed.fresh_plans()
        master.begin(np.append(case.limit, np.ones(blocks.count)))

    def _fits(self) -> Flags:
        """Levels for which there is room at all."""
        problem = self.packed.problem
        return np.asarray((self.case.room[problem.owner] > 0) | (problem.demand <= 0))

    def begin_with(self, other: "Rounds") -> None:
        """Go on from where linear rounds have got to; of their plans those that fit are whole."""
        self._plans = copied(other._plans)
        for made in other.offers:
            plans = made.plans
            fits = Plans(plans.low, plans.low, np.ones_like(plans.part), plans.over, plans.stock)
            self.offers.append(Offer(fits, made.price, np.inf))
            self._add(self.offers[-1])

    def ask(self, price: Floats, *, whole: bool = False) -> Offer:
        """Everybody's best plan at prices of rows, and the bound that they prove."""
        packed = self.packed
        now = packed.now(self.case, price, self.share)._replace(open=self._open)
        packed.pricing.propose(self.parts, now, packed.work, self._plans)
        plans = copied(self._plans)
        if whole:
            split = (plans.part < 1.0).nonzero()[0]
            packed.pricing.relax(self.parts, now, split, packed.work, plans)
            packed.labels.settle(self.parts, now, split, packed.work, plans, packed.pool)
        return Offer(plans, price, float(plans.over.sum() + price @ self.case.limit))

    def offer(self, price: Floats, *, whole: bool = False) -> None:
        """Ask at prices, add a column per block, and note the bound."""
        made = self.ask(price, whole=whole)
        self.offers.append(made)
        if made.bound < self.bound:
            self.bound, self.best = made.bound, made
        self._add(made)

    def _add(self, made: Offer) -> None:
        """One column per block, over the shared rows and the block's own."""
        blocks, rows = self.blocks, len(self.least)
        column = Column(blocks.block, np.zeros(blocks.count), np.zeros((blocks.count, rows)))
        self.packed.pricing.gather(self.parts, self.case.on, made.plans, column)
        each, row = column.use.nonzero()
        weight = column.use[each, row]
        own = np.arange(blocks.count)
        each, row = np.append(each, own), np.append(row, rows + own)
        order = np.argsort(each, kind="stable")
        weight = np.append(weight, np.ones(blocks.count))
        self.master.add(self.share * column.value, row[order], each[order], weight[order])

    def run(self, close: float, deadline: Deadline, *, whole: bool = False) -> None:
        """Price and mix until the gap is closed or the time is over.

        A master that was stopped has no prices; where it has no mix either, the last one stays.
        """
        self.mix(deadline)
        for _ in range(ROUNDS):
            if self.gap <= close or deadline.over or not self.answer.price.size:
                break
            self.offer(self.prices(), whole=whole)
            self.mix(deadline)

    def mix(self, deadline: Deadline) -> None:
        """Let the master weigh the columns."""
        answer = self.master.solve(deadline.left)
        if answer.x.size:
            self.answer = answer

    @property
    def gap(self) -> float:
        """Open share of the uplift."""
        return (self.bound - self.answer.objective) / max(abs(self.answer.objective), 1e-9)

    @property
    def missed(self) -> Ints:
        """Shared rows that the best mix still misses."""
        rows = len(self.least)
        slack = self.answer.x[:rows]
        return (slack > MISSED * np.maximum(1.0, np.abs(self.case.limit))).nonzero()[0]

    def prices(self) -> Floats:
        """The master's duals as prices of the shared rows, in their signs."""
        dual = self.answer.price[: len(self.least)]
        return np.where(self.least, np.minimum(dual, 0.0), np.maximum(dual, 0.0))

    def mixed(self) -> Floats:
        """Share of every offer in the mix, per block; shape (offers, blocks)."""
        skip = len(self.least) + self.blocks.count
        return self.answer.x[skip:].reshape(-1, self.blocks.count)

    def weight(self) -> Floats:
        """The mix as weights of the levels."""
        packed, blocks, mixed = self.packed, self.blocks, self.mixed()
        weight = np.zeros(len(packed.problem))
        for made, part in zip(self.offers, mixed, strict=False):
            if part.max(initial=0.0) > 1e-12:
                share = np.maximum(part, 0.0)[blocks.block]
                packed.pricing.spread(self.parts, share, made.plans, weight)
        return np.where(weight < 1e-9, 0.0, np.minimum(weight, 1.0))


def master(packed: Packed, blocks: Blocks, factor: float) -> Master:
    """An empty master over the shared rows of a problem and its blocks.

    Args:
        packed: the problem.
        blocks: products whose plans are mixed as one.
        factor: how many times as dear as usual it is to miss a row.
    """
    problem = packed.problem
    sense = np.where(problem.least, LEAST, MOST)
    worth = np.abs(problem.value)
    own = np.full(blocks.count, 10.0 * float(worth.sum()) + 1.0)
    return Master(
        np.zeros(len(sense) + blocks.count),
        np.append(sense, np.full(blocks.count, MOST)),
        np.append(factor * penalty(problem.rows, problem.counts, len(sense), worth), own),
    )


def penalty(rows: Entries, counts: Entries, count: int, worth: Floats) -> Floats:
    """What missing a row by one unit costs: far more than any level earns per unit of it."""
    top = 10.0 * float(worth.max(initial=0.0)) + 1e-6
    entries = np.bincount(rows.row, minlength=count) + np.bincount(counts.row, minlength=count)
    size = totals(rows.row, np.abs(rows.weight), count)
    size += totals(counts.row, np.abs(counts.weight), count)
    typical = size / np.maximum(entries, 1)
    return np.where(typical > 0, top / np.where(typical > 0, typical, 1.0), top)
