"""Given the prices of what products share, the best plan of every product, all at once in numpy."""

from dataclasses import dataclass

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, Levels, Table, totals
from promo.optimize.case import Case, Prices

SECANTS = 60
"""A product has at most segments x levels corners, so the search ends; this is a fuse."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """A plan for every product at some prices, and the bound that the prices prove.

    Rank r of `Pricer` takes level `high[r]` with weight `part` of its product and `low[r]`
    with the rest; -1 is no promotion; the two differ on the ranks `split` only. `over` is what
    products earn above the prices of shared things, at least; its sum with the value of all
    limits at the prices is an upper bound.
    """

    prices: Prices
    high: Ints
    low: Ints
    part: Floats
    split: Ints
    over: Floats


class Pricer:
    """Levels in slabs: slab k holds level k of every group that has one.

    Groups are ranked by their number of levels, so that a slab is a contiguous piece and the
    best level of every group is found by one pass of maxima, slab by slab. Every column ends in
    one extra 0, which is what level -1, no promotion, reads.
    """

    def __init__(self, table: Table, levels: Levels) -> None:
        self.table, self.levels = table, levels
        groups, slot = np.unique(levels.group, return_inverse=True)
        count = np.bincount(slot, minlength=len(groups))
        rank_of = np.empty(len(groups), dtype=np.int64)
        by_count = np.argsort(-count, kind="stable")
        rank_of[by_count] = np.arange(len(groups))
        first = np.cumsum(count) - count
        depth = np.arange(len(levels)) - first[slot]
        self.order = np.lexsort((rank_of[slot], depth))
        self.sizes = np.bincount(depth)
        self.starts = np.cumsum(self.sizes) - self.sizes
        self.count = count[by_count]
        self.product = table.product[groups[by_count]]
        self.value = np.append((levels.value - levels.nudge)[self.order], 0.0)
        self.cost = np.append(levels.cost[self.order], 0.0)
        self.demand = np.append(levels.demand[self.order], 0.0)
        self.profit = np.append(levels.profit[self.order], 0.0)
        self.revenue = np.append(levels.revenue[self.order], 0.0)
        self.owner = table.product[levels.group[self.order]]
        self.category = table.category[self.owner]
        self.products = len(table.products)

    def worth(self, case: Case, prices: Prices, shut: Ints) -> Floats:
        """Each level's value less the prices of shared things; -inf where it is not allowed."""
        if prices.by_category.any():
            theta = prices.budget + prices.by_category
            red = self.value[:-1] - theta[self.category] * self.cost[:-1]
        else:
            red = self.value[:-1] - prices.budget * self.cost[:-1]
        if prices.floor > 0:
            red += prices.floor * (self.profit - case.floor * self.revenue)[:-1]
        red[shut] = -np.inf
        return np.append(red, 0.0)

    def shut(self, case: Case) -> Ints:
        """Levels that the discount rules forbid or for which there is no room at all."""
        return (~case.open[self.order] | (case.room[self.owner] <= 0)).nonzero()[0]

    @staticmethod
    def best(red: Floats, starts: Ints, sizes: Ints, count: int) -> tuple[Floats, Ints]:
        """The best level of every rank and its worth; -1 and 0 where none beats nothing."""
        top, choice = np.zeros(count), np.full(count, -1, dtype=np.int64)
        for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
            piece = red[start : start + size]
            better = (piece > top[:size]).nonzero()[0]
            top[better] = piece[better]
            choice[better] = better + start
        return top, choice

    def propose(self, case: Case, prices: Prices, last: Proposal | None, shut: Ints) -> Proposal:
        """Solve every product's linear program over its own stock.

        Args:
            case: the limits.
            prices: of budget, category budgets, slots and margin floor.
            last: an earlier proposal, whose corners are tried first.
            shut: levels that this case does not allow.
        """
        red = self.worth(case, prices, shut)
        top, high = self.best(red, self.starts, self.sizes, len(self.product))
        used = totals(self.product, self.demand[high], self.products)
        over = totals(self.product, top, self.products)
        low, part, stock = high, np.ones(self.products), np.zeros(self.products)
        tight = used > case.room * (1 + 1e-12)
        split = tight[self.product].nonzero()[0]
        if split.size:
            search = StockSearch(self, red, split, case.room)
            search.begin(high, last)
            search.run()
            low, high = high.copy(), high.copy()
            low[split], high[split] = search.low, search.high
            over[search.products], part[search.products] = search.over, search.part
            stock[search.products] = search.price
        slot = prices.slots[self.table.category]
        off = (over <= slot) & (slot > 0)
        if off.any():
            drop = off[self.product]
            high, low = np.where(drop, -1, high), np.where(drop, -1, low)
        told = Prices(prices.budget, prices.by_category, stock, prices.slots, prices.floor)
        return Proposal(told, high, low, part, split, np.maximum(over - slot, 0.0))

    def bound(self, case: Case, proposal: Proposal) -> float:
        """Upper bound on the (nudged) uplift of any plan, by weak duality."""
        prices = proposal.prices
        return float(
            proposal.over.sum()
            + prices.budget * case.budget
            + prices.by_category @ case.by_category
            + prices.slots @ case.slots
            + prices.floor * case.spare
        )

    def sums(self, case: Case, proposal: Proposal, block: Ints, blocks: int) -> Floats:
        """Value, cost, spare margin and promoted products per block; shape (4, blocks)."""
        columns = [self.value, self.cost]
        if case.floor > 0:
            columns.append(self.profit - case.floor * self.revenue)
        high, split = proposal.high, proposal.split
        owner = self.product[split]
        rest, low, top = 1.0 - proposal.part[owner], proposal.low[split], high[split]
        of, of_split = block[self.product], block[owner]
        found = np.zeros((4, blocks))
        for line, column in enumerate(columns):
            found[line] = totals(of, column[high], blocks)
            found[line] += totals(of_split, rest * (column[low] - column[top]), blocks)
        on = np.zeros(self.products)
        on[self.product[high >= 0]] = 1.0
        on[owner[low >= 0]] = 1.0
        found[3] = totals(block, on, blocks)
        return found

    def spread(self, weight: Floats, proposal: Proposal, share: Floats) -> None:
        """Add a proposal to level weights (in slab order), `share` of it per product."""
        part = (proposal.part * share)[self.product]
        on = (proposal.high >= 0).nonzero()[0]
        weight[proposal.high[on]] += part[on]
        split = proposal.split[proposal.low[proposal.split] >= 0]
        owner = self.product[split]
        weight[proposal.low[split]] += (share * (1 - proposal.part))[owner]


class StockSearch:
    """The price of stock at which each over-full product just fits, by secants between corners.

    For one product the best worth as a function of the stock used is concave; `high` is a corner
    that uses too much, `low` one that fits. The chord between them is the next price to try, and
    when no level beats the chord the chord is the answer.
    """

    def __init__(self, pricer: Pricer, red: Floats, ranks: Ints, room: Floats) -> None:
        self.pricer, self.red, self.ranks = pricer, red, ranks
        self.products, self.owner = np.unique(pricer.product[ranks], return_inverse=True)
        self.room = room[self.products]
        self.count = len(self.products)

    def begin(self, high: Ints, last: Proposal | None) -> None:
        """Start between nothing and the unlimited best, or between the corners of `last`."""
        units, red = self.pricer.demand, self.red
        self.high, self.low = high[self.ranks], np.full(len(self.ranks), -1, dtype=np.int64)
        self.high_used, self.low_used = self._sum(units[self.high]), np.zeros(self.count)
        self.high_worth, self.low_worth = self._sum(red[self.high]), np.zeros(self.count)
        everywhere = np.arange(len(self.ranks))
        if last is not None:
            for name, over in (("high", True), ("low", False)):
                corner = getattr(last, name)[self.ranks]
                used, worth = self._sum(units[corner]), self._sum(red[corner])
                fits = (used > self.room) == over
                self._take(name, fits & np.isfinite(worth), corner, (worth, used), everywhere)
        self.price = self._chord()
        self.over = self.high_worth.copy()

    def run(self) -> None:
        """Search all products side by side until each has its price."""
        price, searching = self.price.copy(), np.ones(self.count, dtype=bool)
        for _ in range(SECANTS):
            searching = self._try(price, searching)
            if not searching.any():
                break
            price = np.where(searching, self._chord(), price)
        span = self.high_used - self.low_used
        self.part = np.clip((self.room - self.low_used) / np.where(span > 0, span, 1.0), 0.0, 1.0)

    def _sum(self, values: Floats) -> Floats:
        return totals(self.owner, values, self.count)

    def _take(
        self, name: str, mask: Flags, corner: Ints, of: tuple[Floats, Floats], at: Ints
    ) -> None:
        """Replace a corner and what it is worth and uses, for the products in `mask`.

        `corner` belongs to the ranks `at` among those searched.
        """
        mine = mask[self.owner[at]].nonzero()[0]
        getattr(self, name)[at[mine]] = corner[mine]
        for what, value in zip(("worth", "used"), of, strict=True):
            np.copyto(getattr(self, f"{name}_{what}"), value, where=mask)

    def _chord(self) -> Floats:
        span = self.high_used - self.low_used
        slope = (self.high_worth - self.low_worth) / np.where(span > 0, span, 1.0)
        return np.asarray(np.maximum(slope, 0.0))

    def _try(self, price: Floats, searching: Flags) -> Flags:
        """Price the products still searching; says which of them must go on."""
        local = searching[self.owner].nonzero()[0]
        top, choice = self._best_at(price, local)
        owner = self.owner[local]
        used = totals(owner, self.pricer.demand[choice], self.count)
        reach = totals(owner, top, self.count) + price * self.room
        worth = reach + price * (used - self.room)
        # Any price proves a bound; the best one found is kept.
        better = searching & (reach <= self.over)
        np.copyto(self.over, reach, where=better)
        np.copyto(self.price, price, where=better)
        chord = self.high_worth - price * (self.high_used - self.room)
        done = reach <= chord + 1e-9 * np.maximum(np.abs(chord), 1.0)
        on = searching & ~done
        self._take("high", on & (used > self.room), choice, (worth, used), local)
        self._take("low", on & (used <= self.room), choice, (worth, used), local)
        return on

    def _best_at(self, price: Floats, local: Ints) -> tuple[Floats, Ints]:
        """The best level of each of the ranks at `local`, at a price of stock per product."""
        pricer, ranks = self.pricer, self.ranks[local]
        charge = price[self.owner[local]]
        left = pricer.count[ranks]
        top, choice = np.zeros(len(ranks)), np.full(len(ranks), -1, dtype=np.int64)
        for depth, start in enumerate(pricer.starts.tolist()):
            size = int(np.searchsorted(-left, -depth))
            at = start + ranks[:size]
            piece = self.red[at] - charge[:size] * pricer.demand[at]
            better = (piece > top[:size]).nonzero()[0]
            top[better] = piece[better]
            choice[better] = at[better]
        return top, choice
