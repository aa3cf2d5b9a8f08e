"""The exact choice, searched only among the rows that the relaxation's prices leave open."""

from dataclasses import replace
from time import perf_counter

import numpy as np

from promo.optimize.arrays import Flags, Floats, Ints
from promo.optimize.solver import MEET, Answer, Live, Program

CORE = 1.3
"""Rows first searched, per group: those nearest to the best of their group."""
SLACK = 1e-6
"""How far over a limit the solver still calls feasible."""


def exact(linear: Live, relaxed: Answer, until: float) -> Answer:
    """The best choice of whole rows, with a proven bound.

    With limits paid at the relaxation's prices a row is short of the best row of its group, and
    a choice that holds it is worth at most the bound less that. Rows so short that they cannot
    beat a choice already found are proven out, and only the others are searched.

    Args:
        linear: the relaxation, whose first rows say one column per group.
        relaxed: its answer, not infeasible.
        until: the reading of `perf_counter` at which to stop.
    """
    program = linear.program
    row = np.repeat(np.arange(len(program.limit)), np.diff(program.start))
    group, meets = np.empty(len(program.value), dtype=np.int64), program.sense == MEET
    group[program.index[meets[row]]] = row[meets[row]]
    possible = _possible(program, row, group)
    if not possible.all():
        relaxed = linear.solve(program.limit, possible.astype(float), _left(until))
        if relaxed.status == "infeasible":
            return relaxed
    short, bound = _short(program, row, group, possible, relaxed.price)
    core = min(int(CORE * meets.sum()), len(short)) - 1
    nearest = short <= np.partition(short, core)[core]
    live = Live(whole(program))
    first = live.solve(program.limit, (nearest & possible).astype(float), _left(until))
    found = first.status in ("optimal", "feasible")
    beats = possible & (short <= bound - first.objective + SLACK if found else True)
    if not (beats & ~nearest).any():
        return replace(first, bound=min(first.bound, bound))
    start = np.round(first.x) if found else None
    second = live.solve(program.limit, beats.astype(float), _left(until), start=start)
    if second.status == "out_of_time" and found:
        return replace(first, status="feasible", bound=bound)
    return replace(second, bound=min(second.bound, bound))


def whole(program: Program) -> Program:
    """The same program without shares of columns."""
    return replace(program, whole=np.ones(len(program.value), dtype=bool))


def _left(until: float) -> float:
    return max(until - perf_counter(), 0.1)


def _possible(program: Program, row: Ints, group: Ints) -> Flags:
    """Which columns some choice can hold: with the least of every other group, no limit breaks."""
    limit = program.sense[row] != MEET
    row, column, weight = row[limit], program.index[limit], program.weight[limit]
    pair, at = np.unique(row * len(program.limit) + group[column], return_inverse=True)
    least = np.full(len(pair), np.inf)
    np.minimum.at(least, at, weight)
    total = np.bincount(pair // len(program.limit), least, len(program.limit))
    over = weight - least[at] + total[row] > program.limit[row] + SLACK
    possible = np.ones(len(program.value), dtype=bool)
    possible[column[over]] = False
    return possible


def _short(
    program: Program, row: Ints, group: Ints, possible: Flags, price: Floats
) -> tuple[Floats, float]:
    """What each column lacks to the best of its group at these prices, and the bound they prove."""
    meets = program.sense == MEET
    paid = np.where(meets, 0.0, np.maximum(price, 0.0) if price.size else 0.0)
    worth = program.value - np.bincount(
        program.index, paid[row] * program.weight, len(program.value)
    )
    worth[~possible] = -np.inf
    best = np.full(int(meets.sum()), -np.inf)
    np.maximum.at(best, group, worth)
    return best[group] - worth, float(paid @ program.limit + best.sum())
