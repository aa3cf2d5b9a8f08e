"""The best choice of one known plan per product: a small integer program.

Plans that prices proposed are columns; the program takes at most one of each product's. A column
whose price leaves it further below the bound than the best plan known cannot be part of a better
one and is left out.
"""

from dataclasses import dataclass

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints
from promo.optimize.deadline import Deadline
from promo.optimize.kernels import Column
from promo.optimize.rounds import Offer, Rounds
from promo.optimize.solver import LEAST, MOST, Live, Program


@dataclass(frozen=True, eq=False)
class Columns:
    """Plans of single products: whose, out of which offer, what they earn and use."""

    product: Ints
    offer: Ints
    value: Floats
    use: Floats


def columns(rounds: Rounds, best: Offer, offers: list[Offer], slack: float) -> Columns:
    """Every product's different plans whose worth at the best prices is within `slack`."""
    packed, parts, problem = rounds.packed, rounds.parts, rounds.packed.problem
    products, rows = problem.products, len(problem.least)
    price, over = best.price, best.plans.over
    own, seen, found = np.arange(products), set(), []
    for number, made in reversed(list(enumerate(offers))):
        column = Column(own, np.zeros(products), np.zeros((products, rows)))
        packed.pricing.gather(parts, rounds.case.on, made.plans, column)
        missing = over - (column.value - column.use @ price)
        for product in ((missing <= slack) & (column.value != 0)).nonzero()[0].tolist():
            key = product, column.value[product], column.use[product].tobytes()
            if key not in seen:
                seen.add(key)
                found.append((product, number, column.value[product], column.use[product]))
    if not found:
        return Columns(own[:0], own[:0], np.zeros(0), np.zeros((0, rows)))
    whose, source, value, use = zip(*found, strict=True)
    return Columns(np.array(whose), np.array(source), np.array(value), np.stack(use))


def choose(  # noqa: PLR0913 # what is known of a case
    rounds: Rounds, best: Offer, offers: list[Offer], slack: float, deadline: Deadline, *,
    gap: float, enough: float, known: bool,
) -> Ints:  # fmt: skip
    """The best whole plan out of those offered, one level or -1 per group; empty when none.

    Args:
        rounds: the case.
        best: the offer that proved the best bound.
        offers: whole plans of every product.
        slack: how far below that bound a better plan may lie.
        deadline: when to stop.
        gap: the uplift that may be left open.
        enough: what a plan earns that is good enough.
        known: whether the last offer keeps every limit, to begin with.
    """
    found = columns(rounds, best, offers, slack)
    if not len(found.product):
        return np.zeros(0, dtype=np.int64)
    least, limit = rounds.least, rounds.case.limit
    which, place = np.unique(found.product, return_inverse=True)
    each, row = found.use.nonzero()
    at = np.arange(len(found.product))
    rows = np.concatenate([row, len(limit) + place])
    index = np.concatenate([each, at])
    weight = np.concatenate([found.use[each, row], np.ones(len(at))])
    order = np.argsort(rows, kind="stable")
    total = np.append(limit, np.ones(len(which)))
    sense = np.append(np.where(least, LEAST, MOST), np.full(len(which), MOST))
    program = Program(
        found.value, np.ones(len(at)), np.ones(len(at), dtype=bool),
        np.searchsorted(rows[order], np.arange(len(total) + 1)), index[order], weight[order],
        total, sense,
    )  # fmt: skip
    begin = (found.offer == len(offers) - 1).astype(float) if known else None
    answer = Live(program, deadline.stop).solve(
        total, np.ones(len(at)), deadline.left, gap=gap, enough=enough, start=begin
    )
    if not answer.x.size:
        return np.zeros(0, dtype=np.int64)
    return _assembled(rounds, offers, found, answer.x > 0.5)


def _assembled(rounds: Rounds, offers: list[Offer], found: Columns, chosen: Flags) -> Ints:
    """The plan that the chosen columns make up."""
    problem = rounds.packed.problem
    source = np.full(problem.products, -1, dtype=np.int64)
    source[found.product[chosen]] = found.offer[chosen]
    of_group = source[problem.product[problem.switch]]
    plan = np.full(len(of_group), -1, dtype=np.int64)
    for number in np.unique(found.offer[chosen]).tolist():
        mine = of_group == number
        plan[mine] = offers[number].plans.high[mine]
    return plan
