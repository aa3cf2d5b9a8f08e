"""Given the prices of what products share, the best plan of every product, all at once in numpy."""

from dataclasses import dataclass

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, Levels, Table, totals
from promo.optimize.case import Case, Prices

SECANTS = 40
"""A product has at most segments x levels corners, so the search ends; this is a fuse."""


@dataclass(frozen=True, eq=False)
class Proposal:
    """A plan for every product at some prices, and the bound that the prices prove.

    Rank r of `Pricer` takes level `high[r]` with weight `part` of its product and `low[r]`
    with the rest; -1 is no promotion. `over` is what products earn above the prices of shared
    things, at least; its sum with the value of all limits at the prices is an upper bound.
    """

    prices: Prices
    high: Ints
    low: Ints
    part: Floats
    over: Floats


class Pricer:
    """Levels in slabs: slab k holds level k of every group that has one.

    Groups are ranked by their number of levels, so that a slab is a contiguous piece and the
    best level of every group is found by one pass of maxima, slab by slab.
    """

    def __init__(self, table: Table, levels: Levels) -> None:
        self.table, self.levels = table, levels
        groups, slot = np.unique(levels.group, return_inverse=True)
        count = np.bincount(slot, minlength=len(groups))
        rank_of = np.empty(len(groups), dtype=np.int64)
        by_count = np.argsort(-count, kind="stable")
        rank_of[by_count] = np.arange(len(groups))
        first = np.concatenate([[0], np.cumsum(count)[:-1]])
        depth = np.arange(len(levels)) - first[slot] if len(levels) else slot
        self.order = np.lexsort((rank_of[slot], depth)) if len(levels) else slot
        self.sizes = np.bincount(depth, minlength=1)
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        self.count = count[by_count]
        self.product = table.product[groups[by_count]].astype(np.int64)
        take = self.order
        self.value = (levels.value - levels.nudge)[take]
        self.cost, self.units = levels.cost[take], levels.units[take]
        self.profit, self.revenue = levels.profit[take], levels.revenue[take]
        self.owner = table.product[levels.group[take]]
        self.category = table.category[self.owner]
        self.of_product = table.category

    def worth(self, case: Case, prices: Prices) -> Floats:
        """Each level's value less the prices of shared things; -inf where it is not allowed."""
        theta = prices.budget + prices.by_category
        red: Floats = self.value - theta[self.category] * self.cost
        if prices.floor > 0:
            red += prices.floor * (self.profit - case.floor * self.revenue)
        shut = ~case.open[self.order] | (case.room[self.owner] <= 0)
        red[shut] = -np.inf
        return red

    def best(self, red: Floats, starts: Ints, sizes: Ints, count: int) -> tuple[Floats, Ints]:
        """The best level of every rank and its worth; -1 and 0 where none beats nothing."""
        top, choice = np.zeros(count), np.full(count, -1, dtype=np.int64)
        for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
            piece = red[start : start + size]
            better = np.flatnonzero(piece > top[:size])
            top[better] = piece[better]
            choice[better] = better + start
        return top, choice

    def propose(self, case: Case, prices: Prices, guess: Floats) -> Proposal:
        """Solve every product's linear program over its own stock.

        Args:
            case: the limits.
            prices: of budget, category budgets, slots and margin floor.
            guess: a price of stock per product to try early; 0 where there is none.
        """
        products = len(self.table.products)
        red = self.worth(case, prices)
        top, high = self.best(red, self.starts, self.sizes, len(self.product))
        used = totals(self.product, _at(self.units, high), products)
        over = totals(self.product, top, products)
        low, part, stock = high.copy(), np.ones(products), np.zeros(products)
        tight = used > case.room * (1 + 1e-12)
        if tight.any():
            search = _StockSearch(self, red, tight, case.room, (over, used), high)
            search.run(guess)
            low[search.ranks], high[search.ranks] = search.low, search.high
            over[search.products] = search.over
            part[search.products] = search.part
            stock[search.products] = search.price
        slot = prices.slots[self.of_product]
        off = (over <= slot) & (slot > 0)
        if off.any():
            drop = off[self.product]
            high[drop], low[drop] = -1, -1
        told = Prices(prices.budget, prices.by_category, stock, prices.slots, prices.floor)
        return Proposal(told, high, low, part, np.maximum(over - slot, 0.0))

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
        spare = self.profit - case.floor * self.revenue
        part = proposal.part[self.product]
        of = block[self.product]
        found = []
        for column in (self.value, self.cost, spare):
            low, high = _at(column, proposal.low), _at(column, proposal.high)
            found.append(totals(of, low + part * (high - low), blocks))
        on = np.zeros(len(self.table.products))
        on[self.product[(proposal.high >= 0) | (proposal.low >= 0)]] = 1.0
        found.append(totals(block, on, blocks))
        return np.stack(found)

    def spread(self, weight: Floats, proposal: Proposal, share: Floats) -> None:
        """Add a proposal to level weights (in slab order), `share` of it per product."""
        part = proposal.part[self.product] * share[self.product]
        rest = share[self.product] - part
        for choice, amount in ((proposal.high, part), (proposal.low, rest)):
            on = np.flatnonzero((choice >= 0) & (amount > 0))
            weight[choice[on]] += amount[on]


def _at(column: Floats, choice: Ints) -> Floats:
    """Column values of the chosen levels; 0 where none is chosen."""
    return np.asarray(np.where(choice >= 0, column[choice], 0.0)) if column.size else column


class _StockSearch:
    """The price of stock at which each over-full product just fits, by secants between corners.

    For one product the best worth as a function of the stock used is concave; `high` is a corner
    that uses too much, `low` one that fits. The chord between them is the next price to try, and
    when no level beats the chord the chord is the answer.
    """

    def __init__(
        self, pricer: Pricer, red: Floats, tight: Flags, room: Floats,
        start: tuple[Floats, Floats], high: Ints,
    ) -> None:  # fmt: skip
        self.products = np.flatnonzero(tight)
        self.ranks = np.flatnonzero(tight[pricer.product])
        place = np.zeros(len(tight), dtype=np.int64)
        place[self.products] = np.arange(len(self.products))
        self.owner = place[pricer.product[self.ranks]]
        self.pricer, self.room = pricer, room[self.products]
        counts = pricer.count[self.ranks]
        self.sizes = np.array([(counts > k).sum() for k in range(len(pricer.sizes))])
        self.starts = np.concatenate([[0], np.cumsum(self.sizes)[:-1]])
        self.columns = np.concatenate(
            [
                begin + self.ranks[:size]
                for begin, size in zip(pricer.starts, self.sizes, strict=True)
            ]
        )
        self.red, self.units = red[self.columns], pricer.units[self.columns]
        self.owners = np.concatenate([self.owner[:size] for size in self.sizes])
        self.high = high[self.ranks].copy()
        self.low = np.full(len(self.ranks), -1, dtype=np.int64)
        self.high_worth, self.high_used = start[0][self.products], start[1][self.products]
        self.low_worth = np.zeros(len(self.products))
        self.low_used = np.zeros(len(self.products))
        self.price = np.zeros(len(self.products))
        self.over = self.high_worth.copy()

    def run(self, guess: Floats) -> None:
        """Search all products side by side until each has its price."""
        price = guess[self.products].copy()
        fresh = price <= 0
        price[fresh] = self._chord()[fresh]
        searching = np.ones(len(price), dtype=bool)
        for attempt in range(SECANTS):
            searching = self._try(price, searching, final=attempt > 0)
            if not searching.any():
                break
            price = np.where(searching, self._chord(), price)
        span = self.high_used - self.low_used
        self.part = np.clip((self.room - self.low_used) / np.where(span > 0, span, 1.0), 0.0, 1.0)

    def _chord(self) -> Floats:
        span = self.high_used - self.low_used
        return np.asarray((self.high_worth - self.low_worth) / np.where(span > 0, span, 1.0))

    def _try(self, price: Floats, searching: Flags, *, final: bool) -> Flags:
        count = len(self.products)
        at_price = self.red - price[self.owners] * self.units
        top, local = self.pricer.best(at_price, self.starts, self.sizes, len(self.ranks))
        used = totals(self.owner, _at(self.units, local), count)
        worth = totals(self.owner, top, count) + price * used
        reach = worth - price * (used - self.room)
        # Any price proves a bound; the best one found is kept.
        better = searching & (reach <= self.over)
        self.over = np.where(better, reach, self.over)
        self.price = np.where(better, price, self.price)
        chord = self.high_worth - price * (self.high_used - self.room)
        done = reach <= chord + 1e-10 * np.maximum(np.abs(chord), 1.0)
        done &= final
        raising = searching & ~done & (used > self.room)
        lowering = searching & ~done & (used <= self.room)
        choice = np.where(local >= 0, self.columns[local], -1) if len(self.columns) else local
        for mask, name in ((raising, "high"), (lowering, "low")):
            ranks = mask[self.owner]
            setattr(self, name, np.where(ranks, choice, getattr(self, name)))
            for what, value in (("worth", worth), ("used", used)):
                field = f"{name}_{what}"
                setattr(self, field, np.where(mask, value, getattr(self, field)))
        return searching & ~done
