"""The rows that tie products together, from the terms of all rules."""

from functools import cached_property

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, Table, repeated, totals
from promo.optimize.problem import Entries
from promo.optimize.prune import Candidates, net_weights
from promo.optimize.terms import Terms


class SharedRows:
    """Rows of the terms, the stock of products that are no block alone, promotions of `partly`.

    `partly` are products that take part in some of their block's lines only, as one of a price
    group does that lacks a segment: a switch of the block may be on without them. What no promotion
    (`idle`) and fixed options use of a row is no choice; `most` is the most that all promotions
    together could use.
    """

    def __init__(self, table: Table, found: Candidates, terms: Terms) -> None:
        self.table, self.found, self.terms = table, found, terms
        sizes = [len(term.scopes) for term in terms.shared]
        self._offset = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        single = np.bincount(found.block_of, minlength=found.blocks) == 1
        self._members = np.flatnonzero(~single[found.block_of] & np.isfinite(table.held))
        self.partly = np.flatnonzero(_partly(table, found)) if terms.together else self._members[:0]
        self.count = int(self._offset[-1]) + len(self._members) + len(self.partly)

    @cached_property
    def least(self) -> Flags:
        """Rows that must reach their limit."""
        parts = [np.full(len(term.scopes), term.least) for term in self.terms.shared]
        parts.append(np.zeros(self.count - int(self._offset[-1]), dtype=bool))
        return np.concatenate(parts)

    @cached_property
    def _options(self) -> list[tuple[Ints, Ints, Floats]]:
        """Row, option and weight beyond no promotion of every entry over options."""
        parts = [
            (offset + term.row, term.at, net_weights(self.table, term))
            for offset, term in zip(self._offset.tolist(), self.terms.shared, strict=False)
            if not term.counts
        ]
        row = np.full(len(self.table.products), -1)
        row[self._members] = self._offset[-1] + np.arange(len(self._members))
        at = np.flatnonzero(row[self.table.owner] >= 0)
        if len(at):
            parts.append((row[self.table.owner[at]], at, self.table.beyond["demand"][at]))
        if len(self.partly):
            parts += [self._alone(*part) for part in self._counts]
        return parts

    @cached_property
    def _switches(self) -> list[tuple[Ints, Ints, Floats]]:
        """Row, switch of the table and weight of every entry that counts with a switch."""
        if not len(self.partly):
            return self._counts
        kept = [np.flatnonzero(~self._by_option(*part)) for part in self._counts]
        parts = zip(self._counts, kept, strict=True)
        return [(row[at], switch[at], weight[at]) for (row, switch, weight), at in parts]

    @cached_property
    def _counts(self) -> list[tuple[Ints, Ints, Floats]]:
        """Row, switch of the table and weight of every entry that counts."""
        table, parts = self.table, []
        for offset, term in zip(self._offset.tolist(), self.terms.shared, strict=False):
            if term.counts:
                parts.append((offset + term.row, term.at, term.weight))
        if len(self.partly):
            row = np.full(len(table.products), -1)
            row[self.partly] = self.count - len(self.partly) + np.arange(len(self.partly))
            row = row[table.owner[table.switch_row]]
            at = np.flatnonzero(row >= 0)
            parts.append((row[at], at, np.ones(len(at))))
        return parts

    def _by_option(self, row: Ints, at: Ints, weight: Floats) -> Flags:
        """Entries of products that are not on with their block's switch.

        One that has a single line is on with its own options. Of several lines it is not known how
        many are, so that it counts with the switch, and helps a row by as much as all are.
        """
        owner = self.table.owner[self.table.switch_row[at]]
        lines = _lines(self.table.product, self.found.line_of, len(self.table.products))
        helps = (weight > 0) == self.least[row]
        return np.asarray(np.isin(owner, self.partly) & (helps | (lines[owner] == 1)))

    def _alone(self, row: Ints, at: Ints, weight: Floats) -> tuple[Ints, Ints, Floats]:
        """The same by the options of their switches, each for its part of the product's lines."""
        table, mine = self.table, np.flatnonzero(self._by_option(row, at, weight))
        options = np.flatnonzero(table.column["discount"] > 0)
        options = options[np.argsort(table.switch[options], kind="stable")]
        start = np.searchsorted(table.switch[options], np.arange(len(table.switch_row) + 1))
        of, turn = repeated(np.diff(start)[at[mine]])
        of = mine[of]
        found = options[start[at[of]] + turn]
        lines = np.bincount(table.product, minlength=len(table.products))
        return row[of], found, weight[of] / lines[table.owner[found]]

    def over_levels(self, level: Ints, levels: int) -> Entries:
        """The rows over levels; `level` is that of each option row, -1 where there is none."""
        return _entries(self._options, level, levels)

    def over_switches(self, number: Ints, switches: int) -> Entries:
        """The rows over switches; `number` is that of each switch of the table, -1 where none."""
        return _entries(self._switches, number, switches)

    @cached_property
    def idle(self) -> Entries:
        """What each product uses of the rows without any promotion, by product."""
        table, none = self.table, self.table.column["discount"] == 0
        parts = []
        for offset, term in zip(self._offset.tolist(), self.terms.shared, strict=False):
            if not term.counts:
                start = np.flatnonzero(none[term.at])
                parts.append((offset + term.row[start], term.at[start], term.net[0][start]))
        return _entries(parts, table.owner, len(table.products))

    @cached_property
    def fixed(self) -> Floats:
        """What fixed options use of each row beyond no promotion."""
        table, fixed, used = self.table, self.found.fixed, np.zeros(self.count)
        taken = np.bincount(fixed, minlength=len(table.line)).astype(float)
        for row, at, weight in self._options:
            used += totals(row, weight * taken[at], self.count)
        on = np.zeros(len(table.switch_row))
        on[table.switch[fixed]] = 1.0
        if len(self.partly):
            on = self._with_block(on)
        for row, at, weight in self._switches:
            used += totals(row, weight * on[at], self.count)
        return used

    def _with_block(self, on: Floats) -> Floats:
        """Switches that are on, or another product's of their block and weeks."""
        table, row = self.table, self.table.switch_row
        keys = np.stack([self.found.block_of[table.owner[row]], table.first[row], table.last[row]])
        _, of = np.unique(keys, axis=1, return_inverse=True)
        return np.asarray(totals(of.ravel(), on, len(row))[of.ravel()] > 0, dtype=float)

    @cached_property
    def most(self) -> Floats:
        """The most that all promotions together could use of each row."""
        found = np.zeros(self.count)
        for row, _, weight in (*self._options, *self._switches):
            found += totals(row, np.maximum(weight, 0.0), self.count)
        return found


def _lines(owner: Ints, line: Ints, count: int) -> Ints:
    """How many different lines each owner has."""
    return np.bincount(np.unique(np.stack([owner, line]), axis=1)[0], minlength=count)


def _partly(table: Table, found: Candidates) -> Flags:
    """Products that are not in every line of their block."""
    mine = _lines(table.product, found.line_of, len(table.products))
    whole = _lines(found.block_of[table.product], found.line_of, found.blocks)
    return np.asarray(mine < whole[found.block_of])


def _entries(parts: list[tuple[Ints, Ints, Floats]], number: Ints, columns: int) -> Entries:
    """Entries by column, those of one row and column added up."""
    nothing = np.zeros(0, dtype=np.int64)
    row, at, weight = (
        np.concatenate(part) for part in zip((nothing, nothing, np.zeros(0)), *parts, strict=True)
    )
    column = number[at]
    keep = (column >= 0) & (weight != 0)
    found = Entries.of(columns, column[keep], row[keep], weight[keep])
    again = (np.diff(found.row, prepend=-1) == 0) & (np.diff(found.column, prepend=-1) == 0)
    if not again.any():
        return found
    place = np.cumsum(~again) - 1
    return Entries.of(
        columns, found.column[~again], found.row[~again], totals(place, found.weight, place[-1] + 1)
    )
