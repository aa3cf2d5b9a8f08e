"""The live plan for many products: prices of what they share, and each product on its own.

Dantzig-Wolfe decomposition. A small PuLP master mixes whole-block plans so that budget, category
budgets, slots and margin hold; its duals are prices; at these prices every product is solved
exactly and proposes a new plan. The same prices prove an upper bound, so the gap is known at every
round. A product that is promoted takes a whole slot in its proposal, which makes the bound at
least as tight as that of the plain linear program.

References:
    Dantzig, G. B. and Wolfe, P. (1960). Decomposition principle for linear programs. Operations
    Research 8(1), 101-111.
"""

from collections import deque
from threading import Lock
from time import monotonic

import numpy as np

from promo.optimize.arrays import Floats, Ints, Levels, Table
from promo.optimize.case import Case, Prices, Solution
from promo.optimize.pricing import Pricer, Proposal
from promo.optimize.solver import Answer, Master

ROUNDS = 60
CLOSE = 1e-4
"""Share of the uplift at which a live plan is good enough."""

REMEMBERED = 6
"""Price vectors kept from earlier moves: a new stock makes old plans invalid, not old prices."""

BLOCKS = 40
"""Products are grouped into about this many blocks, never across categories."""

MOST_COLUMNS = 1_500


class Decomposed:
    """A master and a pricer over one set of levels; one move at a time."""

    def __init__(self, table: Table, levels: Levels) -> None:
        self.table, self.levels = table, levels
        self.pricer = Pricer(table, levels)
        self.block, self.of_block = _blocks(table)
        self._lock = Lock()
        self._memory: deque[Prices] = deque(maxlen=REMEMBERED)
        self._round: _Rounds | None = None
        self._stock_price = np.zeros(len(table.products))

    def solve(self, case: Case, seconds: float, close: float = CLOSE) -> Solution:
        """The best weights for one case, to a proven share `close` of the uplift."""
        with self._lock:
            rounds = self._ready(case)
            until = monotonic() + seconds
            answer = rounds.step(seconds)
            for _ in range(ROUNDS):
                rounds.offer(rounds.prices(answer))
                answer = rounds.step(max(until - monotonic(), 0.01))
                if rounds.gap(answer) <= close or monotonic() > until:
                    break
            return self._finish(rounds, answer)

    def _ready(self, case: Case) -> "_Rounds":
        """The rounds so far when only shared limits moved, else fresh ones at known prices."""
        kept = self._round
        if kept is not None and kept.serves(case):
            kept.move(case)
            return kept
        fresh = _Rounds(self, case, self._stock_price)
        for prices in self._memory or _first_prices(self.pricer):
            fresh.offer(prices)
        self._round = fresh
        return fresh

    def _finish(self, rounds: "_Rounds", answer: Answer) -> Solution:
        best = rounds.best.prices
        self._memory.append(best)
        self._stock_price = best.stock
        weight = rounds.weights(answer)
        objective = float(self.levels.value @ weight)
        bound = max(rounds.bound + float(self.levels.nudge.sum()), objective)
        return Solution("feasible", weight, objective, bound, best)


class _Rounds:
    """The columns of one case and what they have proved."""

    def __init__(self, owner: Decomposed, case: Case, stock_price: Floats) -> None:
        self.owner, self.pricer, self.case = owner, owner.pricer, case
        self.stock_price = stock_price
        self.proposals: list[Proposal] = []
        self.bound = np.inf
        self.blocks = len(owner.of_block)
        self.categories = len(owner.table.categories)
        value = np.abs(self.pricer.value)
        cost = np.maximum(self.pricer.cost, 1e-12)
        steep = float((value / cost).max()) if value.size else 1.0
        self.master = Master(self._high(case), 10.0 * max(steep, 1.0) + float(value.sum()))

    def _high(self, case: Case) -> Floats:
        return np.concatenate(
            [[case.budget], case.by_category, case.slots, [self._spare(case)], np.ones(self.blocks)]
        )

    def _spare(self, case: Case) -> float:
        return case.spare if case.floor > 0 else 1e9

    def serves(self, case: Case) -> bool:
        """Whether the columns stay valid: same room, same discounts, same floor."""
        mine = self.case
        return (
            self.master.columns < MOST_COLUMNS
            and mine.floor == case.floor
            and np.array_equal(mine.room, case.room)
            and np.array_equal(mine.open, case.open)
        )

    def move(self, case: Case) -> None:
        """New shared limits; every remembered price still proves a bound."""
        self.case = case
        self.master.move(self._high(case))
        self.bound = np.inf
        for proposal in self.proposals:
            self._note(proposal)

    def _note(self, proposal: Proposal) -> None:
        bound = self.pricer.bound(self.case, proposal)
        if bound < self.bound:
            self.bound, self.best = bound, proposal

    def offer(self, prices: Prices) -> None:
        """Price every product and add one column per block."""
        proposal = self.pricer.propose(self.case, prices, self.stock_price)
        self.stock_price = np.where(
            proposal.prices.stock > 0, proposal.prices.stock, self.stock_price
        )
        self.proposals.append(proposal)
        self._note(proposal)
        sums = self.pricer.sums(self.case, proposal, self.owner.block, self.blocks)
        value, cost, spare, count = sums
        each = np.arange(self.blocks)
        category, first = self.owner.of_block, 1 + self.categories
        rows = np.stack(
            [
                np.zeros(self.blocks, dtype=np.int64), 1 + category, first + category,
                np.full(self.blocks, first + self.categories), first + self.categories + 1 + each,
            ],
            axis=1,
        )  # fmt: skip
        weights = np.stack([cost, cost, count, -spare, np.ones(self.blocks)], axis=1)
        if self.case.floor <= 0:
            weights[:, 3] = 0.0
        self.master.add(value, rows.ravel(), np.repeat(each, 5), weights.ravel())

    def step(self, seconds: float) -> Answer:
        """Mix the columns."""
        return self.master.solve(seconds)

    def prices(self, answer: Answer) -> Prices:
        """The master's duals as prices."""
        dual = np.maximum(answer.price, 0.0)
        c = self.categories
        return Prices(
            float(dual[0]), dual[1 : 1 + c], self.stock_price, dual[1 + c : 1 + 2 * c],
            float(dual[1 + 2 * c]) if self.case.floor > 0 else 0.0,
        )  # fmt: skip

    def gap(self, answer: Answer) -> float:
        """Open share of the uplift."""
        return (self.bound - answer.objective) / max(answer.objective, 1e-9)

    def weights(self, answer: Answer) -> Floats:
        """The mix as weights of the levels."""
        mixed = answer.x[len(self.master.high) :].reshape(len(self.proposals), self.blocks)
        weight = np.zeros(len(self.pricer.order))
        for proposal, part in zip(self.proposals, mixed, strict=True):
            if part.max(initial=0.0) > 1e-12:
                self.pricer.spread(weight, proposal, part[self.owner.block])
        levels = np.empty_like(weight)
        levels[self.pricer.order] = np.where(weight < 1e-9, 0.0, weight)
        return levels


def _first_prices(pricer: Pricer) -> list[Prices]:
    """Without memory: prices of money from nothing to what the best discounts earn."""
    categories = np.zeros(len(pricer.table.categories))
    products = np.zeros(len(pricer.table.products))
    gain = pricer.value > 0
    steep = pricer.value[gain] / np.maximum(pricer.cost[gain], 1e-12)
    at = np.quantile(steep, [0.1, 0.3, 0.5, 0.7, 0.9]).tolist() if steep.size else []
    return [Prices(price, categories, products, categories, 0.0) for price in (0.0, *at)]


def _blocks(table: Table) -> tuple[Ints, Ints]:
    """Block of each product, and category of each block."""
    categories = len(table.categories)
    buckets = max(1, round(BLOCKS / max(categories, 1)))
    within = np.arange(len(table.products)) // max(categories, 1) % buckets
    keys, block = np.unique(table.category * buckets + within, return_inverse=True)
    return block.astype(np.int64), (keys // buckets).astype(np.int64)
