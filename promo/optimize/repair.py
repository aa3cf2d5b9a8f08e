"""A whole plan made to keep every limit, and then filled with what still fits."""

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, totals
from promo.optimize.ledger import Ledger, Places, Steps
from promo.optimize.packed import Packed
from promo.optimize.problem import Case

PASSES = 8
SLACK = 1e-9
"""Share of a limit by which a whole plan may miss it; arithmetic, not policy."""


class Repair:
    """Steps in the order of what they lose or gain, at given prices.

    What misses a limit is undone where it loses least for what it mends; then the steps that gain
    are made, those first that gain most for what they take of everything that has a price.
    """

    def __init__(self, packed: Packed, case: Case, price: Floats, stock: Floats) -> None:
        problem = packed.problem
        self.packed, self.case, self.parts = packed, case, packed.parts(case.gap)
        self.now = packed.now(case, price)
        self.places = Places(problem.product, problem.first, problem.last)
        self.sense = np.where(problem.least, -1.0, 1.0)
        self.value = problem.value - problem.nudge
        self.charge = np.where(case.on, 0.0, problem.counts.priced(price))
        self.taken = problem.rows.priced(price)
        self.stocked = stock[problem.owner] * problem.demand

    def run(self, plan: Ints) -> Ints:
        """The plan, one level or -1 per group, within all limits; empty when that fails."""
        self._begin(plan)
        for _ in range(PASSES):
            missed = self._missed()
            if not missed.any() or not self._step(self._mending(missed), mend=True):
                break
        if self._missed().any() or self._overfull().any():
            return np.zeros(0, dtype=np.int64)
        for _ in range(PASSES):
            if not self._step(self._filling(), mend=False):
                break
        return self.ledger.choice

    def _begin(self, plan: Ints) -> None:
        problem, limit = self.packed.problem, self.case.limit
        groups, rows = len(problem.switch), len(limit)
        self.ledger = Ledger(
            np.full(groups, -1, dtype=np.int64), np.zeros(rows), np.zeros(rows),
            np.zeros(problem.products), np.zeros(len(problem.product), dtype=np.int64),
            np.array(limit, dtype=np.float64), self.sense, SLACK * np.maximum(1.0, np.abs(limit)),
            np.zeros(groups, dtype=np.bool_), np.zeros(groups, dtype=np.int64),
        )  # fmt: skip
        self.packed.ledger.enter(self.parts, self.now, self.places, plan, self.ledger)

    def _missed(self) -> Floats:
        """By how much each row is missed, 0 where it is not."""
        ledger = self.ledger
        by = ledger.sense * (ledger.use - ledger.limit)
        return np.where(by > ledger.slack, by, 0.0)

    def _overfull(self) -> Flags:
        return np.asarray(self.ledger.used > self.case.room * (1 + SLACK) + SLACK)

    def _step(self, steps: Steps, *, mend: bool) -> int:
        made: int = self.packed.ledger.apply(
            self.parts, self.now, self.places, steps, self.ledger, mend
        )
        return made

    def _changes(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Every step: its switch, group (-1 is all of them), level, and the level before."""
        problem, choice, live = self.packed.problem, self.ledger.choice, self.ledger.live
        level = ((choice[problem.group] != np.arange(len(problem))) & self.now.open).nonzero()[0]
        chosen = (choice >= 0).nonzero()[0]
        whole = (live > 1).nonzero()[0]
        group = np.concatenate([problem.group[level], chosen, np.full(len(whole), -1)])
        level = np.concatenate([level, np.full(len(chosen) + len(whole), -1)])
        switch = np.concatenate([problem.switch[group[: len(group) - len(whole)]], whole])
        before = np.where(group >= 0, choice[group], -1)
        return switch, group, level, before

    def _difference(
        self, per_level: Floats, per_switch: Floats, steps: tuple[Ints, Ints, Ints, Ints]
    ) -> Floats:
        """How much more of something the plan has after each step."""
        switch, group, level, before = steps
        choice, live, problem = self.ledger.choice, self.ledger.live, self.packed.problem
        amount = np.append(per_level, 0.0)
        found = amount[level] - amount[before]
        held = totals(problem.switch, amount[choice], len(live))
        found = np.where(group >= 0, found, -held[switch])
        goes_on = (live[switch] == 0) & (level >= 0)
        goes_off = (level < 0) & ((group < 0) | (live[switch] == 1))
        turned = goes_on.astype(float) - goes_off
        return np.asarray(found + per_switch[switch] * turned)

    def _mending(self, missed: Floats) -> Steps:
        """Steps that help a missed row, the cheapest help first."""
        problem, steps = self.packed.problem, self._changes()
        pressure = self.sense * (missed > 0) / np.maximum(missed, SLACK)
        per_switch = np.where(self.case.on, 0.0, problem.counts.priced(pressure))
        help_ = -self._difference(problem.rows.priced(pressure), per_switch, steps)
        lost = -self._difference(self.value - self.taken - self.stocked, -self.charge, steps)
        useful = (help_ > 0).nonzero()[0]
        order = useful[np.argsort(lost[useful] / help_[useful], kind="stable")]
        return Steps(*(values[order] for values in steps[:3]))

    def _filling(self) -> Steps:
        """Steps that gain, the most for what they take first."""
        steps = self._changes()
        nothing = np.zeros(len(self.charge))
        gain = self._difference(self.value, nothing, steps)
        useful = (gain > 1e-12).nonzero()[0]
        taken = self._difference(self.taken + self.stocked, self.charge, steps)[useful]
        ratio = gain[useful] / np.maximum(taken, 1e-9 * gain[useful])
        order = useful[np.argsort(-ratio, kind="stable")]
        return Steps(*(values[order] for values in steps[:3]))
