"""The rows that tie products together, from the terms of all rules."""

from functools import cached_property

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, Table, totals
from promo.optimize.problem import Entries
from promo.optimize.prune import Candidates, net_weights
from promo.optimize.terms import Terms


class SharedRows:
    """Rows of the terms in their order, then the stock of each product that is not its own block.

    What no promotion (`idle`) and fixed options use of a row is no choice; `most` is the most that
    all promotions together could use.
    """

    def __init__(self, table: Table, found: Candidates, terms: Terms) -> None:
        self.table, self.found, self.terms = table, found, terms
        sizes = [len(term.scopes) for term in terms.shared]
        self._offset = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        single = np.bincount(found.block_of, minlength=found.blocks) == 1
        self._members = np.flatnonzero(~single[found.block_of] & np.isfinite(table.held))
        self.count = int(self._offset[-1]) + len(self._members)

    @cached_property
    def least(self) -> Flags:
        """Rows that must reach their limit."""
        parts = [np.full(len(term.scopes), term.least) for term in self.terms.shared]
        parts.append(np.zeros(len(self._members), dtype=bool))
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
        return parts

    @cached_property
    def _switches(self) -> list[tuple[Ints, Ints, Floats]]:
        """Row, switch of the table and weight of every entry that counts."""
        return [
            (offset + term.row, term.at, term.weight)
            for offset, term in zip(self._offset.tolist(), self.terms.shared, strict=False)
            if term.counts
        ]

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
        for row, at, weight in self._switches:
            used += totals(row, weight * on[at], self.count)
        return used

    @cached_property
    def most(self) -> Floats:
        """The most that all promotions together could use of each row."""
        found = np.zeros(self.count)
        for row, _, weight in (*self._options, *self._switches):
            found += totals(row, np.maximum(weight, 0.0), self.count)
        return found


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
