"""Why each promotion is in or out, and what the next best would have lost, at the plan's prices."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints, Table, totals
from promo.optimize.problem import Prices
from promo.optimize.prune import net_weights
from promo.optimize.rules import RULES
from promo.optimize.terms import Alone, Shared, Shut, Terms

REASONS = ("in_best", "in_part", "in_fixed", "out_no_gain", *(f"out_{code}" for code in RULES))
"""Every reason code; `promo.words` has a sentence for each."""


@dataclass(frozen=True, eq=False)
class Charges:
    """What each option takes of what is scarce, at the plan's prices, relative to no promotion.

    `value` is what each option adds to the objective, `idle` what each product has of it without
    any promotion. A charge is in the objective's unit; that of a switch is due once per product and
    period.
    """

    table: Table
    value: Floats
    idle: Floats
    terms: Terms
    prices: Prices

    @cached_property
    def by_rule(self) -> list[Floats]:
        """What each rule charges every option; shape (options,) each, without its switches."""
        return [self._of(number, counts=False) for number in range(len(self.terms.rules))]

    @cached_property
    def switches(self) -> list[Floats]:
        """What each rule charges every switch."""
        return [self._of(number, counts=True) for number in range(len(self.terms.rules))]

    @cached_property
    def net(self) -> Floats:
        """Worth of each option row after all charges but those of switches."""
        return np.asarray(self.value - np.sum([np.zeros(len(self.value)), *self.by_rule], axis=0))

    @cached_property
    def gross(self) -> Floats:
        """What the shared rows charge for all that an option brings, no promotion's included."""
        found = np.zeros(len(self.value))
        for term in self.terms.shared:
            if not term.counts and self.price(term).any():
                found += totals(term.at, term.net[0] * self.price(term)[term.row], len(found))
        return found

    @cached_property
    def hopeless(self) -> Flags:
        """Promotions for which some rule leaves no money and no slot at all."""
        table = self.table
        found = np.zeros(len(self.value), dtype=bool)
        for term in self.terms.shared:
            if not term.least and term.over is None:
                none = (term.weight > 0) & (term.limit[term.row] <= 0)
                if term.counts:
                    off = np.zeros(len(table.switch_row), dtype=bool)
                    off[term.at[none]] = True
                    found |= off[table.switch]
                else:
                    found[term.at[none]] = True
        return found & (table.column["discount"] > 0)

    @cached_property
    def places(self) -> dict[int, slice]:
        """Where each shared term's rows are among all rows, by its identity."""
        ends = np.cumsum([0, *(len(term.scopes) for term in self.terms.shared)]).tolist()
        return {
            id(term): slice(start, start + len(term.scopes))
            for term, start in zip(self.terms.shared, ends, strict=False)
        }

    def price(self, term: Shared) -> Floats:
        """What one more unit of each limit of a term would bring."""
        return self.prices.rows[self.places[id(term)]]

    def _of(self, number: int, *, counts: bool) -> Floats:
        table = self.table
        size = len(table.switch_row) if counts else len(table.line)
        found = np.zeros(size)
        for term in self.terms.all[number]:
            if isinstance(term, Shared) and term.counts == counts and self.price(term).any():
                weight = term.weight if counts else net_weights(table, term)
                found += totals(term.at, weight * self.price(term)[term.row], size)
            if isinstance(term, Alone) and term.what == "room" and not counts:
                found += table.beyond["demand"] * self.prices.stock[table.owner]
        return found


@dataclass(frozen=True, eq=False)
class Story:
    """Per option row: the reason (an index into `REASONS`), the missed gain, and what missed it.

    `missed` is the net worth by which a chosen row beats the best one that was not chosen, or for a
    line without promotion what its best promotion falls short of being worth it; `rival` is the
    discount of that other row. `tempted` are options that a rule shuts and that would be worth more
    than what was chosen.
    """

    reason: Ints
    missed: Floats
    rival: Floats
    tempted: Flags


def explain(charges: Charges, full: Floats, fixed: Ints) -> Story:
    """Read every line of a plan at its prices.

    Args:
        charges: what every option takes of what is scarce.
        full: chosen weight per option row.
        fixed: option rows that are there by her hand.
    """
    table = charges.table
    discount, line = table.column["discount"], table.line
    shut = shut_by(charges)
    chosen = full > 0
    slot = _slots(charges, full)
    net = charges.net - np.sum([np.zeros(len(line)), *slot], axis=0)
    usable = np.where(shut >= 0, -np.inf, net)
    missed, rival = _missed(table, usable, chosen)
    reason = _why_out(charges, slot, usable, shut)[line]
    reason = np.where(discount > 0, REASONS.index("in_best"), reason)
    reason = np.where(chosen & (discount > 0) & (full < 1 - 1e-9), REASONS.index("in_part"), reason)
    reason[fixed] = REASONS.index("in_fixed")
    best = _most(line, np.where(chosen, net, -np.inf), len(table.start))[line]
    tempted = (shut >= 0) & (net > np.maximum(best, 0.0) + 1e-9) & (charges.value > 0)
    return Story(reason, missed, rival, tempted)


def shut_by(charges: Charges) -> Ints:
    """The first rule that shuts each option, or leaves no room for it at all; -1 where open."""
    table, terms = charges.table, charges.terms
    found = np.full(len(table.line), -1)
    for number, said in enumerate(terms.all):
        for term in said:
            if isinstance(term, Shut):
                found = np.where((found < 0) & term.flags, number, found)
            if isinstance(term, Alone) and term.what != "gap":
                none = (term.limit <= 0)[table.owner] & (table.column["discount"] > 0)
                found = np.where((found < 0) & none, number, found)
    return found


def _slots(charges: Charges, full: Floats) -> list[Floats]:
    """What each rule charges an option for its switch, where nothing else has it on."""
    table = charges.table
    promoted = table.column["discount"] > 0
    on = np.zeros(len(table.switch_row), dtype=bool)
    on[table.switch[(full > 0) & promoted]] = True
    return [
        np.where(promoted, np.where(on, 0.0, charge)[table.switch], 0.0)
        for charge in charges.switches
    ]


def _most(of: Ints, values: Floats, count: int) -> Floats:
    """The largest value of each owner; -inf where there is none."""
    found = np.full(count, -np.inf)
    np.maximum.at(found, of, values)
    return found


def _missed(table: Table, net: Floats, chosen: Flags) -> tuple[Floats, Floats]:
    """Worth of a chosen row above the best of its line that was not, and that one's discount."""
    lines = len(table.start)
    rest = np.where(chosen, -np.inf, net)
    best = _most(table.line, rest, lines)
    at_best = np.flatnonzero((rest == best[table.line]) & np.isfinite(rest))
    depth = np.full(lines, np.nan)
    depth[table.line[at_best][::-1]] = table.column["discount"][at_best][::-1]
    known = chosen & np.isfinite(net) & np.isfinite(best[table.line])
    lead = np.zeros(len(net))
    lead[known] = np.maximum(net[known] - best[table.line[known]], 0.0)
    return lead, np.where(known, depth[table.line], np.nan)


def _why_out(charges: Charges, slot: list[Floats], net: Floats, shut: Ints) -> Ints:
    """Per line, what keeps its most nearly chosen promotion out: the largest charge on it."""
    table, count = charges.table, len(charges.table.start)
    tempting = (table.column["discount"] > 0) & (charges.value > 0)
    near = np.where(tempting, net, -np.inf)
    nearest = _at_most(table, near)
    reason = np.full(count, REASONS.index("out_no_gain"))
    some = np.flatnonzero(nearest >= 0)
    if len(charges.terms.rules) and len(some):
        pairs = zip(charges.by_rule, slot, strict=True)
        parts = np.stack([(charge + once)[nearest[some]] for charge, once in pairs])
        codes = np.array([_code(rule) for rule in charges.terms.rules])
        reason[some] = np.where(parts.max(axis=0) > 0, codes[parts.argmax(axis=0)], reason[some])
    # Where every tempting promotion is shut, the rule that shuts the best of them is the reason.
    best = _at_most(table, np.where(tempting & (shut >= 0), charges.value, -np.inf))
    only = np.flatnonzero((nearest < 0) & (best >= 0))
    if len(only):
        codes = np.array([_code(rule) for rule in charges.terms.rules])
        reason[only] = codes[shut[best[only]]]
    return reason


def _code(rule: object) -> int:
    return REASONS.index(f"out_{rule.code}")  # type: ignore[attr-defined] # a Rule


def _at_most(table: Table, values: Floats) -> Ints:
    """The row with each line's largest value, the deepest of equals; -1 where all are -inf."""
    best = _most(table.line, values, len(table.start))
    found = np.full(len(table.start), -1)
    at = np.flatnonzero((values == best[table.line]) & np.isfinite(values))
    found[table.line[at]] = at
    return found
