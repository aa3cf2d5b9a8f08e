"""Whole decisions for many products: exact plans per product at given prices, then repair.

Every product's integer program over its own stock is solved exactly by meeting in the middle:
all combinations of one half of its segments against the best of the other half that still fits.
That gives the integer Lagrangian bound. The plan itself starts from those choices; what breaks a
shared limit is undone where it loses least, and what room is left is filled where it gains most.

References:
    Horowitz, E. and Sahni, S. (1974). Computing partitions with applications to the knapsack
    problem. Journal of the ACM 21(2), 277-292.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from promo.optimize.arrays import Floats, Ints, totals
from promo.optimize.case import Case
from promo.optimize.pricing import Pricer, Proposal

MOST_COMBINATIONS = 4_096
"""Per half of a product; with more segments the product keeps its linear bound and a safe plan."""


PATIENCE = 2_000
"""Moves in a row that do not fit before a repair stops looking."""


@dataclass(frozen=True, eq=False)
class Halves:
    """A product's combinations: levels (-1 is none) per combination and the stock they take.

    The second half is sorted by stock taken.
    """

    ranks: tuple[Ints, Ints]
    levels: tuple[Ints, Ints]
    used: tuple[Floats, Floats]


class WholePricer:
    """Exact integer choices of over-full products; combinations are made once per product."""

    def __init__(self, pricer: Pricer) -> None:
        self.pricer = pricer
        order = np.argsort(pricer.product, kind="stable")
        ends = np.searchsorted(pricer.product[order], np.arange(pricer.products + 1))
        self._ranks = [order[a:b] for a, b in pairwise(ends.tolist())]
        self._made: dict[int, Halves | None] = {}

    def propose(self, case: Case, linear: Proposal, shut: Ints) -> Proposal:
        """The linear proposal with every product's plan whole; its bound can only get tighter."""
        pricer = self.pricer
        red = pricer.worth(case, linear.prices, shut)
        choice, over = linear.high.copy(), linear.over.copy()
        slot = linear.prices.slots[pricer.table.category]
        for product in np.unique(pricer.product[linear.split]).tolist():
            ranks = self._ranks[product]
            halves = self._halves(product)
            if halves is None:
                choice[ranks] = linear.low[ranks]
                continue
            best = _meet(halves, red, float(case.room[product]))
            for half, chosen in zip(halves.ranks, best[1:], strict=True):
                choice[half] = chosen
            over[product] = min(over[product], max(best[0] - slot[product], 0.0))
            if best[0] <= slot[product]:
                choice[ranks] = -1
        none = np.zeros(0, dtype=np.int64)
        whole = np.ones(pricer.products)
        return Proposal(linear.prices, choice, choice, whole, none, over)

    def _halves(self, product: int) -> Halves | None:
        if product not in self._made:
            ranks = self._ranks[product]
            # Alternating by size keeps both halves small.
            sides = ranks[0::2], ranks[1::2]
            sizes = [np.prod(self.pricer.count[side] + 1.0) for side in sides]
            small = max(sizes) <= MOST_COMBINATIONS
            self._made[product] = self._combine(*sides) if small else None
        return self._made[product]

    def _combine(self, first: Ints, second: Ints) -> Halves:
        pricer, levels, used = self.pricer, [], []
        for side in (first, second):
            own = [
                np.append(-1, pricer.starts[: pricer.count[rank]] + rank) for rank in side.tolist()
            ]
            grid = np.meshgrid(*own, indexing="ij") if own else [np.array([-1])]
            levels.append(np.stack([part.ravel() for part in grid]))
            used.append(pricer.demand[levels[-1]].sum(axis=0))
        by_use = np.argsort(used[1], kind="stable")
        return Halves(
            (first, second), (levels[0], levels[1][:, by_use]), (used[0], used[1][by_use])
        )


def _meet(halves: Halves, red: Floats, room: float) -> tuple[float, Ints, Ints]:
    """The best worth that fits in `room`, and the levels of both halves."""
    worth = [red[levels].sum(axis=0) for levels in halves.levels]
    fits = np.searchsorted(halves.used[1], room * (1 + 1e-12) - halves.used[0], side="right") - 1
    top = np.maximum.accumulate(worth[1])
    both = np.where(fits >= 0, worth[0] + top[fits], -np.inf)
    first = int(both.argmax())
    second = int(worth[1][: fits[first] + 1].argmax())
    found = halves.levels[0][:, first], halves.levels[1][:, second]
    sizes = [len(half) for half in halves.ranks]
    return float(both[first]), found[0][: sizes[0]], found[1][: sizes[1]]


class Repair:
    """A whole plan that is moved, one level of one group at a time, until every limit holds."""

    def __init__(self, pricer: Pricer, case: Case, choice: Ints, shut: Ints) -> None:
        self.pricer, self.case, self.choice = pricer, case, choice.copy()
        self.category = pricer.table.category
        spare = pricer.profit - case.floor * pricer.revenue
        self.spare = spare if case.in_force.floor else np.zeros_like(spare)
        self.open = np.ones(len(pricer.value) - 1, dtype=bool)
        self.open[shut] = False
        self._count()

    def _count(self) -> None:
        """What the plan uses of everything."""
        pricer, choice = self.pricer, self.choice
        categories = len(self.case.by_category)
        owner = self.category[pricer.product]
        self.cost = totals(owner, pricer.cost[choice], categories)
        self.total = float(self.cost.sum())
        self.used = totals(pricer.product, pricer.demand[choice], pricer.products)
        self.on = np.bincount(pricer.product[choice >= 0], minlength=pricer.products)
        self.slots = totals(self.category, (self.on > 0).astype(float), categories)
        floor = self.case.spare if self.case.in_force.floor else 0.0
        self.left = floor + float(self.spare[choice].sum())

    def run(self, over: Floats) -> bool:
        """Drop products beyond the slots, undo what is too much, fill what is left.

        Args:
            over: what each product earns above the prices; the least are dropped first.

        Returns:
            Whether every limit holds.
        """
        self._drop_beyond_slots(over)
        self._undo()
        for _ in range(4):
            if not self._fill():
                break
        return self._holds()

    def _holds(self) -> bool:
        case, slack = self.case, 1e-9
        return bool(
            self.total <= case.budget * (1 + slack) + slack
            and (self.cost <= case.by_category * (1 + slack) + slack).all()
            and (self.used <= case.room * (1 + slack) + slack).all()
            and (self.slots <= case.slots + slack).all()
            and self.left >= -slack * max(1.0, abs(case.spare))
        )

    def _drop_beyond_slots(self, over: Floats) -> None:
        for category in np.flatnonzero(self.slots > self.case.slots).tolist():
            mine = np.flatnonzero((self.category == category) & (self.on > 0))
            excess = int(np.ceil(self.slots[category] - self.case.slots[category]))
            gone = np.zeros(self.pricer.products, dtype=bool)
            gone[mine[np.argsort(over[mine], kind="stable")[:excess]]] = True
            self.choice[gone[self.pricer.product]] = -1
        self._count()

    def _moves(self) -> tuple[Ints, Ints]:
        """Every change of one group to another allowed level or to none: (rank, level)."""
        pricer = self.pricer
        ranks = [np.arange(size) for size in pricer.sizes.tolist()]
        levels = [start + rank for start, rank in zip(pricer.starts, ranks, strict=True)]
        rank = np.concatenate([*ranks, np.arange(len(self.choice))])
        level = np.concatenate([*levels, np.full(len(self.choice), -1)])
        keep = (level != self.choice[rank]) & np.append(self.open, True)[level]
        return rank[keep], level[keep]

    def _undo(self) -> None:
        """Save money, or margin, where it loses least, until the limits hold."""
        for _ in range(3):
            money = self.total > self.case.budget or (self.cost > self.case.by_category).any()
            if not money and self.left >= 0:
                return
            rank, level = self._moves()
            now = self.choice[rank]
            saved = self.pricer.cost[now] - self.pricer.cost[level]
            if not money:
                saved = self.spare[level] - self.spare[now]
            lost = self.pricer.value[now] - self.pricer.value[level]
            useful = np.flatnonzero(saved > 0)
            best = useful[np.argsort(lost[useful] / saved[useful], kind="stable")]
            self._apply(rank[best], level[best], saving=True)

    def _fill(self) -> bool:
        """Take the improvements that fit, the most gain for the money first."""
        rank, level = self._moves()
        now = self.choice[rank]
        gain = self.pricer.value[level] - self.pricer.value[now]
        cost = self.pricer.cost[level] - self.pricer.cost[now]
        category = self.category[self.pricer.product[rank]]
        fits = cost <= self.case.budget - self.total
        fits &= cost <= (self.case.by_category - self.cost)[category]
        product = self.pricer.product[rank]
        extra = self.pricer.demand[level] - self.pricer.demand[now]
        fits &= extra <= np.maximum((self.case.room - self.used)[product], 0.0)
        useful = np.flatnonzero((gain > 0) & fits)
        ratio = gain[useful] / np.maximum(cost[useful], 1e-9)
        best = useful[np.argsort(-ratio, kind="stable")]
        return self._apply(rank[best], level[best], saving=False)

    def _apply(self, rank: Ints, level: Ints, *, saving: bool) -> bool:
        """Make the moves that are allowed, in order; at most one per group."""
        seen: set[int] = set()
        misses = 0
        for at, to in zip(rank.tolist(), level.tolist(), strict=True):
            if misses > PATIENCE or (saving and self._enough()):
                break
            if at in seen:
                continue
            misses += 1
            if self._saves(at, to) if saving else self._fits(at, to):
                seen.add(at)
                self._set(at, to)
                misses = 0
        return bool(seen)

    def _enough(self) -> bool:
        budget, each = self.case.budget, self.case.by_category
        return bool(self.total <= budget and (self.cost <= each).all() and self.left >= 0)

    def _saves(self, at: int, to: int) -> bool:
        """Whether undoing this helps a limit that is broken and breaks no other."""
        category = self.category[self.pricer.product[at]]
        helps = (
            self.total > self.case.budget
            or self.cost[category] > self.case.by_category[category]
            or self.left < 0
        )
        return bool(helps) and self._room(at, to)

    def _room(self, at: int, to: int) -> bool:
        pricer, product = self.pricer, self.pricer.product[at]
        extra = pricer.demand[to] - pricer.demand[self.choice[at]]
        if extra > 0 and self.used[product] + extra > self.case.room[product]:
            return False
        starts = to >= 0 and self.on[product] == 0
        category = self.category[product]
        return not (starts and self.slots[category] + 1 > self.case.slots[category])

    def _fits(self, at: int, to: int) -> bool:
        cost = self.pricer.cost[to] - self.pricer.cost[self.choice[at]]
        category = self.category[self.pricer.product[at]]
        if self.cost[category] + cost > self.case.by_category[category]:
            return False
        if self.total + cost > self.case.budget:
            return False
        change = self.spare[to] - self.spare[self.choice[at]]
        return bool(self.left + change >= 0 or change >= 0) and self._room(at, to)

    def _set(self, at: int, to: int) -> None:
        pricer, now = self.pricer, self.choice[at]
        product = pricer.product[at]
        category = self.category[product]
        change = float(pricer.cost[to] - pricer.cost[now])
        self.cost[category] += change
        self.total += change
        self.used[product] += pricer.demand[to] - pricer.demand[now]
        self.left += float(self.spare[to] - self.spare[now])
        before = self.on[product] > 0
        self.on[product] += int(to >= 0) - int(now >= 0)
        self.slots[category] += float(self.on[product] > 0) - float(before)
        self.choice[at] = to
