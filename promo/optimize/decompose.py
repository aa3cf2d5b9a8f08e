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
from dataclasses import replace
from threading import Lock
from time import monotonic

import numpy as np

from promo.domain import Status
from promo.optimize.arrays import Floats, Ints, Levels, Table
from promo.optimize.case import Case, Prices, Solution
from promo.optimize.integer import Repair, WholePricer
from promo.optimize.pricing import Pricer, Proposal
from promo.optimize.solver import Answer, Master

ROUNDS = 60
CLOSE = 1e-4
"""Share of the uplift at which a live plan is good enough."""

REMEMBERED = 2
"""Price vectors kept from earlier moves: a new stock makes old plans invalid, not old prices."""

BLOCKS = 20
"""Products are grouped into about this many blocks, never across categories."""

MOST_COLUMNS = 1_000

FACTORS = (1.0, 1.02, 0.98, 1.05)
"""Whole plans are cheaper than their linear mix or dearer; prices near the best ones are tried."""


class Decomposed:
    """A master and a pricer over one set of levels; one move at a time."""

    def __init__(self, table: Table, levels: Levels) -> None:
        self.table, self.levels = table, levels
        self.pricer = Pricer(table, levels)
        self._whole = WholePricer(self.pricer)
        self.block, self.of_block = _blocks(table)
        self._lock = Lock()
        self._memory: deque[Prices] = deque(maxlen=REMEMBERED)
        self._rounds: Rounds | None = None

    def solve(self, case: Case, seconds: float, close: float = CLOSE) -> Solution:
        """The best weights for one case, to a proven share `close` of the uplift."""
        with self._lock:
            rounds = self.converge(case, seconds, close)
            weight = rounds.weights()
        objective = float(self.levels.value @ weight)
        bound = max(rounds.bound + float(self.levels.nudge.sum()), objective)
        if rounds.short:
            return Solution("infeasible", np.zeros(0), -np.inf, np.inf, None)
        return Solution("feasible", weight, objective, bound, rounds.best.prices)

    def whole(self, case: Case, seconds: float, gap: float) -> Solution:
        """A plan of whole decisions, with the integer Lagrangian bound.

        Args:
            case: the limits.
            seconds: for the linear plan whose prices are used.
            gap: share of the uplift at which to stop looking.
        """
        with self._lock:
            rounds = self.converge(case, seconds, max(gap / 5, CLOSE))
            if rounds.short:
                return Solution("infeasible", np.zeros(0), -np.inf, np.inf, None)
            found = self._search(rounds, case, gap)
        objective, bound, weight = found
        bound = max(bound + float(self.levels.nudge.sum()), objective)
        status: Status = "feasible" if weight.size else "out_of_time"
        return Solution(status, weight, objective, bound, rounds.best.prices)

    def _search(self, rounds: "Rounds", case: Case, gap: float) -> tuple[float, float, Floats]:
        """Repair the plans at prices around the best ones; keep the best plan and bound."""
        bound, objective, best = rounds.bound, -np.inf, np.zeros(0)
        for factor in FACTORS:
            linear = rounds.best
            if factor != 1.0:
                prices = _scaled(linear.prices, factor)
                linear = self.pricer.propose(case, prices, linear, rounds.shut)
            proposal = self._whole.propose(case, linear, rounds.shut)
            bound = min(bound, self.pricer.bound(case, proposal))
            weight = self._repaired(case, proposal, rounds)
            if not weight.size and not best.size:
                nothing = replace(proposal, high=np.full_like(proposal.high, -1))
                weight = self._repaired(case, nothing, rounds)
            value = float(self.levels.value @ weight) if weight.size else -np.inf
            if value > objective:
                objective, best = value, weight
            if bound - objective <= gap * max(objective, 1e-9):
                break
        return objective, bound, best

    def _repaired(self, case: Case, proposal: Proposal, rounds: "Rounds") -> Floats:
        """Level weights of the repaired plan; empty when a limit cannot be mended."""
        repair = Repair(self.pricer, case, proposal.high, rounds.shut)
        if not repair.run(proposal.over):
            return np.zeros(0)
        weight = np.zeros(len(self.pricer.value))
        weight[repair.choice[repair.choice >= 0]] = 1.0
        levels = np.empty(len(self.pricer.order))
        levels[self.pricer.order] = weight[:-1]
        return levels

    def converge(self, case: Case, seconds: float, close: float) -> "Rounds":
        """Price and mix until the gap is closed, the time is over or nothing new appears."""
        rounds = self._ready(case)
        until = monotonic() + seconds
        rounds.mix(seconds)
        for _ in range(ROUNDS):
            if rounds.gap <= close or monotonic() > until:
                break
            rounds.offer(rounds.duals())
            rounds.mix(max(until - monotonic(), 0.01))
        self._memory.append(rounds.best.prices)
        return rounds

    def _ready(self, case: Case) -> "Rounds":
        """The rounds so far when only shared limits moved, else fresh ones at known prices."""
        kept = self._rounds
        if kept is not None and kept.serves(case):
            kept.move(case)
            return kept
        last = None if kept is None else kept.last
        fresh = Rounds(self, case, last)
        for prices in list(self._memory) or _first_prices(self.pricer):
            fresh.offer(prices)
        self._rounds = fresh
        return fresh


class Rounds:
    """The columns of one case and what they have proved.

    Master rows: budget, then - only where such a rule is in force - category budgets, slots and
    the margin floor, then one row per block that mixes its columns to at most 1.
    """

    def __init__(self, owner: Decomposed, case: Case, last: Proposal | None) -> None:
        self.owner, self.pricer, self.case, self.last = owner, owner.pricer, case, last
        self.proposals: list[Proposal] = []
        self.bound = np.inf
        self.blocks, self.categories = len(owner.of_block), len(owner.table.categories)
        self.master = Master(self._high(case), self._penalty())
        self.shut = self.pricer.shut(case)
        self.answer: Answer

    def _high(self, case: Case) -> Floats:
        parts = [np.array([case.budget])]
        if case.in_force.by_category:
            parts.append(case.by_category)
        if case.in_force.slots:
            parts.append(case.slots)
        if case.in_force.floor:
            parts.append(np.array([case.spare]))
        return np.concatenate([*parts, np.ones(self.blocks)])

    def _penalty(self) -> Floats:
        """What missing a row by one unit costs: more than any plan gains by it."""
        value = np.abs(self.pricer.value)
        money = 10.0 * float((value / np.maximum(self.pricer.cost, 1e-9)).max(initial=1.0))
        force, whole = self.case.in_force, 10.0 * float(value.sum()) + 1.0
        parts = [
            np.full(1 + self.categories * force.by_category, money),
            np.full(self.categories * force.slots, whole),
            np.full(int(force.floor), 1e4),
            np.full(self.blocks, whole),
        ]
        return np.concatenate(parts)

    def serves(self, case: Case) -> bool:
        """Whether the columns stay valid: same kinds of rules, room, discounts and floor."""
        mine = self.case
        return (
            self.master.columns < MOST_COLUMNS
            and mine.in_force == case.in_force
            and mine.floor == case.floor
            and np.array_equal(mine.room, case.room)
            and np.array_equal(mine.open, case.open)
        )

    def move(self, case: Case) -> None:
        """New shared limits; every price so far still proves a bound."""
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
        proposal = self.pricer.propose(self.case, prices, self.last, self.shut)
        self.last = proposal
        self.proposals.append(proposal)
        self._note(proposal)
        value, cost, spare, count = self.pricer.sums(
            self.case, proposal, self.owner.block, self.blocks
        )
        force, category, row = self.case.in_force, self.owner.of_block, 1
        each = np.arange(self.blocks)
        rows, weights = [np.zeros(self.blocks, dtype=np.int64)], [cost]
        for on, size, at, weight in (
            (force.by_category, self.categories, category, cost),
            (force.slots, self.categories, category, count),
            (force.floor, 1, np.zeros_like(category), -spare),
            (True, self.blocks, each, np.ones(self.blocks)),
        ):
            if on:
                rows.append(row + at)
                weights.append(weight)
                row += size
        self.master.add(
            value,
            np.stack(rows, axis=1).ravel(),
            np.repeat(each, len(rows)),
            np.stack(weights, axis=1).ravel(),
        )

    def mix(self, seconds: float) -> None:
        """Let the master weigh the columns."""
        self.answer = self.master.solve(seconds)

    @property
    def gap(self) -> float:
        """Open share of the uplift."""
        return (self.bound - self.answer.objective) / max(self.answer.objective, 1e-9)

    @property
    def short(self) -> bool:
        """Whether the best mix still misses a limit, which only a margin floor can cause."""
        slack = self.answer.x[: len(self.master.high)]
        return bool((slack > 1e-7 * np.maximum(1.0, np.abs(self.master.high))).any())

    def duals(self) -> Prices:
        """The master's duals as prices of the shared limits."""
        dual, force, c = np.maximum(self.answer.price, 0.0), self.case.in_force, self.categories
        nothing, row = np.zeros(c), 1
        by_category, slots, floor = nothing, nothing, 0.0
        if force.by_category:
            by_category, row = dual[row : row + c], row + c
        if force.slots:
            slots, row = dual[row : row + c], row + c
        if force.floor:
            floor = float(dual[row])
        return Prices(float(dual[0]), by_category, np.zeros(0), slots, floor)

    def weights(self) -> Floats:
        """The mix as weights of the levels."""
        mixed = self.answer.x[len(self.master.high) :].reshape(-1, self.blocks)
        weight = np.zeros(len(self.pricer.value))
        for proposal, part in zip(self.proposals, mixed, strict=True):
            if part.max(initial=0.0) > 1e-12:
                self.pricer.spread(weight, proposal, part[self.owner.block])
        levels = np.empty(len(self.pricer.order))
        levels[self.pricer.order] = np.where(weight < 1e-9, 0.0, weight)[:-1]
        return levels


def _first_prices(pricer: Pricer) -> list[Prices]:
    """Without memory: prices of money from nothing to what the best discounts earn."""
    none = np.zeros(len(pricer.table.categories))
    gain = pricer.value > 0
    steep = pricer.value[gain] / np.maximum(pricer.cost[gain], 1e-9)
    at = np.quantile(steep, [0.1, 0.3, 0.5, 0.7, 0.9]).tolist() if steep.size else []
    return [Prices(price, none, np.zeros(0), none, 0.0) for price in (0.0, *at)]


def _scaled(prices: Prices, factor: float) -> Prices:
    return Prices(
        prices.budget * factor, prices.by_category * factor, prices.stock, prices.slots,
        prices.floor * factor,
    )  # fmt: skip


def _blocks(table: Table) -> tuple[Ints, Ints]:
    """Block of each product, and category of each block."""
    categories = len(table.categories)
    buckets = max(1, round(BLOCKS / max(categories, 1)))
    within = np.arange(len(table.products)) // max(categories, 1) % buckets
    keys, block = np.unique(table.category * buckets + within, return_inverse=True)
    return block.astype(np.int64), (keys // buckets).astype(np.int64)
