"""Options and the terms of all rules become a problem; a move of the hand becomes a case of it."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, Table, totals
from promo.optimize.problem import Case, Entries, Prices, Problem
from promo.optimize.prune import Candidates, candidates, outdone
from promo.optimize.shared_rows import SharedRows
from promo.optimize.terms import Terms

SHALLOWER = 1e-6
"""Tie-break, as a share of a typical gain: of equal plans the shallower, earlier one is taken."""

BEYOND = 1.001
"""How far the most that a rule allows lies beyond the most that could be used. At the very most a
rule with room would meet its limit, and its price would be whatever the solver met last."""

MANY = 1_000_000
"""Promotions of one product where no rule limits them."""


@dataclass(frozen=True, eq=False)
class Prepared:
    """A problem, and what leads from its levels back to the options.

    `level` is the level of each option row, -1 where it can be no part of a best plan; `pruned`
    counts promotions that were left out because another is at least as good whatever the limits.
    `fixed` are option rows chosen whatever else is, `set_by_hand` what they use of each shared row,
    `taken` what they add to the demand of each block of products, `whole` whether all that must be
    the same are among them; `idle` is what products use of the shared rows without any promotion
    and `most` the most that promotions could; `partly` are products whose promotions are counted in
    a shared row, because their block is promoted without them too.
    """

    table: Table
    problem: Problem
    level: Ints
    pruned: int
    fixed: Ints
    idle: Entries
    set_by_hand: Floats
    taken: Floats
    most: Floats
    block: Ints
    whole: bool
    partly: Ints

    @cached_property
    def _at(self) -> Ints:
        """The option rows that some level has."""
        return np.flatnonzero(self.level >= 0)

    def weights(self, weight: Floats) -> Floats:
        """Weight per option row of what is promoted; shape (options,)."""
        full = np.where(self.level >= 0, np.append(weight, 0.0)[self.level], 0.0)
        full[self.fixed] = 1.0
        return full

    def told(self, prices: Prices, terms: Terms) -> Prices:
        """The prices by the rows of the terms and by product, of weights per option row."""
        shared = len(terms.limit)
        stock = prices.stock[self.block]
        stock[self._members] = prices.rows[shared : shared + len(self._members)]
        return Prices(prices.rows[:shared], stock, self.weights(prices.weight))

    def case(self, terms: Terms, sold: Floats) -> Case:
        """The limits of one move.

        Args:
            terms: what the rules say.
            sold: share of its items without promotion that the stock leaves each product.
        """
        table, problem, blocks = self.table, self.problem, self.problem.products
        count = len(table.products)
        deeper = terms.shut(len(self.level), above=True)
        rows = len(problem.least)
        room = terms.alone("room", np.inf, count)
        own = np.full(blocks, np.inf)
        own[self.block] = np.where(self._single, room, np.inf)
        often = terms.alone("most", float(MANY), count)[self.partly]
        limit = np.concatenate([terms.limit, room[self._members], often])
        limit = limit - self.set_by_hand - self.idle.used(rows, sold)
        top = totals(problem.owner, np.maximum(problem.demand, 0.0), blocks)
        most, gap = self._calendar(terms)
        on = self._on
        opened = (
            ~self._any(deeper)
            & ~self._conflict(gap)[problem.level_switch]
            & ~self._sold_out(room <= 0)
        )
        least = problem.least
        return Case(
            limit=np.where(least, limit, np.minimum(limit, BEYOND * np.maximum(self.most, 0.0))),
            room=np.minimum(own - self.taken, BEYOND * top),
            most=most
            - np.bincount([block for block, _, _ in self._fixed_switches], minlength=blocks),
            gap=gap,
            open=opened,
            on=on,
        )

    def clash(self, terms: Terms) -> bool:
        """Whether what is fixed is shut, too near to each other, or not one promotion at a time."""
        fixed, count = self.fixed, len(self.level)
        if not len(fixed):
            return not self.whole
        shut = terms.shut(count, above=False) | terms.shut(count, above=True)
        gap, spans = self._calendar(terms)[1], self._fixed_switches
        near = any(
            block == other and first <= last + gap[block]
            for (block, _, last), (other, first, _) in pairwise(spans)
        )
        twice = len(np.unique(self.table.group[fixed])) < len(fixed)
        shut |= (terms.alone("room", np.inf, len(self.block)) <= 0)[self.table.owner]
        return near or twice or not self.whole or bool(shut[fixed].any())

    def _sold_out(self, products: Flags) -> Flags:
        """Levels that promote a product which may not be; shape (levels,)."""
        if len(self.partly):
            return self._any(products[self.table.owner])
        out = np.zeros(self.problem.products, dtype=bool)
        out[self.block[products]] = True
        return out[self.problem.owner]

    def _any(self, options: Flags) -> Flags:
        """Levels with any of these options among theirs; shape (levels,)."""
        if not options.any():
            return np.zeros(len(self.problem), dtype=bool)
        at = self._at[options[self._at]]
        return np.bincount(self.level[at], minlength=len(self.problem)) > 0

    @cached_property
    def _single(self) -> Flags:
        """Products that are a block of their own."""
        return np.asarray((np.bincount(self.block) == 1)[self.block])

    @cached_property
    def _members(self) -> Ints:
        """Products whose stock is a shared row, because they are one block with others."""
        return np.flatnonzero(~self._single & np.isfinite(self.table.held))

    def _calendar(self, terms: Terms) -> tuple[Ints, Ints]:
        """How often each block may be promoted, and with which distance."""
        count, blocks = len(self.table.products), self.problem.products
        most, gap = np.full(blocks, float(MANY)), np.zeros(blocks)
        often = terms.alone("most", float(MANY), count)
        often[self.partly] = MANY
        np.minimum.at(most, self.block, often)
        np.maximum.at(gap, self.block, terms.alone("gap", 0.0, count))
        return most.astype(np.int64), gap.astype(np.int64)

    @cached_property
    def _fixed_switches(self) -> list[tuple[int, int, int]]:
        """Block, first and last week of what is fixed."""
        table, at = self.table, self.fixed
        blocks = self.block[table.owner[at]].tolist()
        spans = zip(blocks, table.first[at].tolist(), table.last[at].tolist(), strict=True)
        return sorted(set(spans))

    @cached_property
    def _on(self) -> Flags:
        problem, on = self.problem, np.zeros(len(self.problem.product), dtype=bool)
        for block, first, last in self._fixed_switches:
            same = (problem.product == block) & (problem.first == first)
            on |= same & (problem.last == last)
        return on

    def _conflict(self, gap: Ints) -> Flags:
        """Switches too near to something fixed; shape (switches,)."""
        problem, near = self.problem, np.zeros(len(self.problem.product), dtype=bool)
        for block, first, last in self._fixed_switches:
            touches = (problem.first <= last + gap[block]) & (problem.last >= first - gap[block])
            near |= (problem.product == block) & touches & ~self._on
        return near


def prepare(table: Table, value: Floats, terms: Terms) -> Prepared:
    """Leave out what can never be best, and state what remains as a problem.

    Args:
        table: the options.
        value: what each option row adds to the objective, beyond no promotion.
        terms: what the rules say; their limits may still change, nothing else.
    """
    found = candidates(table, value, terms)
    keep = np.flatnonzero(~outdone(found, terms, table))
    parts = (found.discount, found.line, found.last, found.first, found.block)
    chosen = keep[np.lexsort(tuple(part[keep] for part in parts))]
    number = np.full(len(found.value), -1)
    number[chosen] = np.arange(len(chosen))
    level = np.full(len(table.line), -1)
    level[found.at] = number[found.move]
    rows = SharedRows(table, found, terms)
    taken = np.zeros(found.blocks)
    np.add.at(taken, found.block_of[table.owner[found.fixed]], table.beyond["demand"][found.fixed])
    return Prepared(
        table=table,
        problem=_problem(table, found, chosen, level, rows),
        level=level,
        pruned=len(found.value) - len(keep),
        fixed=found.fixed,
        idle=rows.idle,
        set_by_hand=rows.fixed,
        taken=taken,
        most=rows.most,
        block=found.block_of,
        whole=found.whole,
        partly=rows.partly,
    )


def _steps(*keys: Ints) -> Ints:
    """Numbers that go up by one wherever a key changes."""
    if not len(keys[0]):
        return np.zeros(0, dtype=np.int64)
    new = np.any([np.diff(key, prepend=key[0]) != 0 for key in keys], axis=0)
    return np.cumsum(new)


def _problem(
    table: Table, found: Candidates, chosen: Ints, level: Ints, rows: SharedRows
) -> Problem:
    """The kept moves as levels, in the order of blocks, weeks, lines and depths."""
    block, first, last = found.block[chosen], found.first[chosen], found.last[chosen]
    switch = _steps(block, first, last)
    group = _steps(switch, found.line[chosen])
    of_switch = np.flatnonzero(np.diff(switch, prepend=-1))
    of_group = np.flatnonzero(np.diff(group, prepend=-1))
    at = np.flatnonzero(level >= 0)
    number = np.full(len(table.switch_row), -1)
    number[table.switch[at]] = switch[level[at]]
    value = found.value[chosen]
    typical = float(np.abs(value).mean()) if value.size else 0.0
    order = 1 + 0.5 * block / max(found.blocks, 1) + 0.05 * first / max(table.weeks, 1)
    return Problem(
        value=value,
        nudge=SHALLOWER * typical * found.discount[chosen] * order,
        demand=found.demand[chosen],
        group=group,
        switch=switch[of_group],
        product=block[of_switch],
        first=first[of_switch],
        last=last[of_switch],
        products=found.blocks,
        rows=rows.over_levels(level, len(chosen)),
        counts=rows.over_switches(number, len(of_switch)),
        least=rows.least,
    )
