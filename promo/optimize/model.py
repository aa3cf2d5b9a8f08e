"""The whole plan as one linear or integer program: the reference, and live up to a size."""

import numpy as np

from promo.optimize.arrays import Floats, Ints, Levels, Table
from promo.optimize.case import Case, Prices, Solution
from promo.optimize.solver import Answer, Live, Program


class WholeModel:
    """Every level a column, every limit a row; loaded once, moved by right-hand sides.

    Columns are the levels and then one switch per product, which is on when the product is
    promoted at all. Rows are: budget, category budgets, stock per product, slots per category,
    margin floor, and per group the sum of its levels below its product's switch.
    """

    def __init__(self, table: Table, levels: Levels, whole: bool) -> None:
        self.table, self.levels, self.whole = table, levels, whole
        product = table.product[levels.group]
        self._products, switch = np.unique(product, return_inverse=True)
        self._groups, link = np.unique(levels.group, return_inverse=True)
        self._floor = 0.0
        rows = _Rows(len(levels) + len(self._products))
        at, n = np.arange(len(levels)), len(levels)
        category = table.category[product]
        rows.add(1, np.zeros(n, dtype=np.int64), at, levels.cost)
        rows.add(len(table.categories), category, at, levels.cost)
        rows.add(len(self._products), switch, at, levels.demand)
        switches = n + np.arange(len(self._products))
        rows.add(len(table.categories), table.category[self._products], switches, 1.0)
        self._floor_row = rows.count
        rows.add(1, np.zeros(n, dtype=np.int64), at, -levels.profit)
        owner = np.searchsorted(self._products, table.product[self._groups])
        links = len(self._groups)
        rows.add(
            links,
            np.append(link, np.arange(links)),
            np.append(at, n + owner),
            np.append(np.ones(n), -np.ones(links)),
        )
        value = np.append(levels.value - levels.nudge, np.zeros(len(self._products)))
        self.live = Live(rows.program(value, whole))

    def solve(
        self, case: Case, seconds: float, gap: float = 0.0, start: Floats | None = None
    ) -> Solution:
        """The best weights for one case; `gap` is the uplift an integer plan may leave open."""
        levels, table = self.levels, self.table
        product = table.product[levels.group]
        self._set_floor(case.floor)
        high = np.concatenate(
            [
                [case.budget], case.by_category, case.room[self._products], case.slots,
                [self._spare(case)], np.zeros(len(self._groups)),
            ]
        )  # fmt: skip
        fits = case.room[product] > 0
        if self.whole:
            fits = levels.demand <= case.room[product] * (1 + 1e-12)
        upper = np.append((case.open & fits).astype(float), np.ones(len(self._products)))
        answer = self.live.solve(high, upper, seconds, gap, self._with_switches(start))
        return self._solution(answer)

    def _spare(self, case: Case) -> float:
        """Right-hand side of the floor; without a floor, more than could ever be needed."""
        if case.floor > 0:
            return case.spare
        return float(np.abs(self.levels.profit).sum()) + 1.0

    def _set_floor(self, floor: float) -> None:
        if floor != self._floor:
            weights = floor * self.levels.revenue - self.levels.profit
            for column, weight in enumerate(weights.tolist()):
                self.live.change_weight(self._floor_row, column, weight)
            self._floor = floor

    def _with_switches(self, start: Floats | None) -> Floats | None:
        if start is None:
            return None
        on = np.bincount(self.table.product[self.levels.group], weights=start)
        full = np.zeros(len(self.table.products))
        full[: len(on)] = on > 0
        return np.append(start, full[self._products])

    def _solution(self, answer: Answer) -> Solution:
        levels, table = self.levels, self.table
        if not answer.x.size and answer.status in ("infeasible", "out_of_time"):
            return Solution(answer.status, np.zeros(0), -np.inf, np.inf, None)
        weight = np.clip(answer.x[: len(levels)], 0.0, 1.0)
        weight = np.round(weight) if self.whole else np.where(weight < 1e-9, 0.0, weight)
        objective = float(levels.value @ weight)
        slack = float(levels.nudge.sum())  # what the tie-break can hide is part of the gap
        bound = max(answer.bound + slack, objective)
        prices = None
        if answer.price.size:
            categories, price = len(table.categories), np.maximum(answer.price, 0.0)
            ends = np.cumsum([1, categories, len(self._products), categories, 1])
            budget, by_category, stock, slots, floor, _ = np.split(price, ends)
            by_product = np.zeros(len(table.products))
            by_product[self._products] = stock
            prices = Prices(float(budget[0]), by_category, by_product, slots, float(floor[0]))
        return Solution(answer.status, weight, objective, bound, prices)


class _Rows:
    """Collects blocks of rows as triplets and compresses them."""

    def __init__(self, columns: int) -> None:
        self.columns, self.count = columns, 0
        self._parts: list[tuple[Ints, Ints, Floats]] = []

    def add(self, count: int, row: Ints, column: Ints, weight: Floats | float) -> None:
        """A block of `count` rows; `row` numbers them from 0."""
        self._parts.append((self.count + row, column, np.broadcast_to(weight, row.shape)))
        self.count += count

    def program(self, value: Floats, whole: bool) -> Program:
        """The collected rows with right-hand sides that a move replaces."""
        row, index, weight = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        order = np.argsort(row, kind="stable")
        start = np.searchsorted(row[order], np.arange(self.count + 1))
        return Program(
            value=value,
            upper=np.ones(self.columns),
            whole=np.full(self.columns, whole),
            start=start,
            index=index[order],
            weight=weight[order],
            high=np.zeros(self.count),
            equal=np.zeros(self.count, dtype=bool),
        )
