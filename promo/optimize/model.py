"""The whole plan as one linear or integer program: the reference, and live up to a size."""

import numpy as np

from promo.optimize.arrays import Floats, Ints, repeated, totals
from promo.optimize.problem import Case, Prices, Problem, Solution
from promo.optimize.solver import LEAST, MOST, Answer, Live, Program, Stops


class WholeModel:
    """Every level and switch a column, every limit a row; loaded once, moved by right-hand sides.

    Rows are, in this order: shared rows; items per product; promotions per product; per product and
    week at most one promotion that is under way or too short a time ago; per group the sum of its
    levels below its switch; each switch that a row wants on below the sum of its levels.
    """

    def __init__(
        self, problem: Problem, gap: Ints, *, whole: bool, stop: Stops | None = None
    ) -> None:
        """Load the program.

        Args:
            problem: the choices.
            gap: weeks between two promotions of each product; another gap is another program.
            whole: whether only whole decisions are allowed.
            stop: stops a solve when it is set.
        """
        self.problem, self.gap, self.whole = problem, gap, whole
        count, switches, groups = len(problem), len(problem.product), len(problem.switch)
        at, on = np.arange(count), count + np.arange(switches)
        window, member = windows(problem, gap)
        self._window, self._member = window, member
        self._busy = int(window.max(initial=-1)) + 1
        rows = _Rows(count + switches)
        rows.add(0, problem.rows.row, problem.rows.column, problem.rows.weight)
        rows.add(len(problem.least), problem.counts.row, on[problem.counts.column],
                 problem.counts.weight)  # fmt: skip
        rows.add(problem.products, problem.owner, at, problem.demand)
        rows.add(problem.products, problem.product, on, 1.0)
        rows.add(self._busy, window, on[member], 1.0)
        rows.add(0, problem.group, at, 1.0)
        rows.add(groups, np.arange(groups), on[problem.switch], -1.0)
        self._wanted = wanted(problem)
        row = np.full(switches, -1)
        row[self._wanted] = np.arange(len(self._wanted))
        mine = np.flatnonzero(row[problem.level_switch] >= 0)
        rows.add(0, row[problem.level_switch[mine]], mine, -1.0)
        rows.add(len(self._wanted), np.arange(len(self._wanted)), on[self._wanted], 1.0)
        sense = np.full(rows.count, MOST)
        sense[: len(problem.least)] = np.where(problem.least, LEAST, MOST)
        value = np.append(problem.value - problem.nudge, np.zeros(switches))
        self.live = Live(rows.program(value, sense, whole), stop)

    def solve(
        self, case: Case, seconds: float, gap: float = 0.0, start: Floats | None = None, *,
        cold: bool = False,
    ) -> Solution:  # fmt: skip
        """The best weights for one case.

        Args:
            case: the limits.
            seconds: after which the best so far is returned.
            gap: the uplift an integer plan may leave open.
            start: whole weights to begin with.
            cold: forget the case before. Of several prices that are all right, a warm start finds
                those nearest to the last ones.
        """
        problem, on = self.problem, case.on.astype(float)
        limit = np.concatenate(
            [
                case.limit + problem.counts.used(len(case.limit), on),
                case.room,
                case.most + totals(problem.product, on, problem.products),
                1 + totals(self._window, on[self._member], self._busy),
                np.zeros(len(problem.switch)),
                on[self._wanted],
            ]
        )
        upper = np.append((case.open & self._fits(case)).astype(float), np.ones(len(on)))
        answer = self.live.solve(
            limit, upper, seconds, lower=np.append(np.zeros(len(problem)), on), gap=gap,
            start=None if start is None else self._with_switches(start, on), cold=cold,
        )  # fmt: skip
        return self._solution(answer)

    def _fits(self, case: Case) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
        """Levels for which there is room at all; a whole one must fit beside all that make some."""
        problem = self.problem
        room = (case.room + problem.saved)[problem.owner]
        if self.whole:
            return np.asarray(problem.demand <= room * (1 + 1e-12))
        return np.asarray((room > 0) | (problem.demand <= 0))

    def _with_switches(self, start: Floats, on: Floats) -> Floats:
        used = totals(self.problem.level_switch, start, len(on)) > 0
        return np.append(start, np.maximum(used, on))

    def _solution(self, answer: Answer) -> Solution:
        problem = self.problem
        if answer.status in ("infeasible", "out_of_time"):
            return Solution(answer.status, np.zeros(0), -np.inf, np.inf, None)
        weight = np.clip(answer.x[: len(problem)], 0.0, 1.0)
        weight = np.round(weight) if self.whole else np.where(weight < 1e-9, 0.0, weight)
        objective = float(problem.value @ weight)
        # What the tie-break can hide is part of the gap.
        bound = max(answer.bound + problem.hidden, objective)
        prices = None
        if answer.price.size:
            shared = len(problem.least)
            rows = answer.price[:shared]
            rows = np.where(problem.least, np.minimum(rows, 0.0), np.maximum(rows, 0.0))
            stock = answer.price[shared : shared + problem.products]
            prices = Prices(rows, np.maximum(stock, 0.0), weight)
        return Solution(answer.status, weight, objective, bound, prices)


def wanted(problem: Problem) -> Ints:
    """Switches that make room in a row or count towards a least, so that a solver wants them on."""
    helps = np.where(problem.least[problem.counts.row], 1.0, -1.0) * problem.counts.weight > 0
    return np.unique(problem.counts.column[helps])


def windows(problem: Problem, gap: Ints) -> tuple[Ints, Ints]:
    """Rows that keep a product's promotions apart, as pairs of row and switch.

    Two promotions are too near when their weeks, each followed by the gap, overlap; such intervals
    have a week in common, so one row per product and week says it all. Rows with one member are
    left out.
    """
    length = problem.last - problem.first + 1 + gap[problem.product]
    member, turn = repeated(length)
    week = problem.first[member] + turn
    key = problem.product[member] * (int(week.max(initial=0)) + 1) + week
    _, row, size = np.unique(key, return_inverse=True, return_counts=True)
    shared = size[row] > 1
    _, row = np.unique(row[shared], return_inverse=True)
    return row.astype(np.int64), member[shared]


class _Rows:
    """Collects blocks of rows as triplets and compresses them."""

    def __init__(self, columns: int) -> None:
        self.columns, self.count = columns, 0
        self._parts: list[tuple[Ints, Ints, Floats]] = []

    def add(self, count: int, row: Ints, column: Ints, weight: Floats | float) -> None:
        """Entries of a block whose rows are numbered from 0; `count` of them end with it."""
        self._parts.append((self.count + row, column, np.broadcast_to(weight, row.shape)))
        self.count += count

    def program(self, value: Floats, sense: Ints, whole: bool) -> Program:
        """The collected rows with limits that a move replaces."""
        row, index, weight = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        order = np.argsort(row, kind="stable")
        return Program(
            value=value,
            upper=np.ones(self.columns),
            whole=np.full(self.columns, whole),
            start=np.searchsorted(row[order], np.arange(self.count + 1)),
            index=index[order],
            weight=weight[order],
            limit=np.zeros(self.count),
            sense=sense,
        )
