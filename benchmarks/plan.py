"""How fast a plan follows the hand: `python -m promo bench plan`.

Times are CPU milliseconds of this process (and, for the usual app, of the solver it starts) over
the same 30 seeded moves of budget, category budgets and stock: half of them local, half jumps. A
move is measured from the limits to the proven plan in arrays; `plan with its tables` adds the
check, the explanations, baselines and interval that the screen shows. Gaps are of the uplift.
Kernels are compiled once per machine and loaded once per process; what loading takes is a row of
its own, and part of no other.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import process_time
from typing import TypeVar

import highspy
import numpy as np
import pulp

from benchmarks.plan_data import calendar, hand, instance
from promo.errors import Infeasible
from promo.optimize import Limits, PlanModel
from promo.optimize.engine import Engine
from promo.optimize.plan_model import Solved
from promo.optimize.problem import Case, Solution

MOVES = 30
TARGET = {100: 5.0, 1_000: 35.0, 10_000: 75.0, 100_000: 400.0}
WHOLE = {1_000: (150.0, 0.01), 10_000: (670.0, 0.001)}
CALENDAR = {200: 50.0, 1_000: 650.0}
CALENDAR_GAP = 1e-3
TABLES = {100: 15.0, 1_000: 60.0}
FLOOR = {100: 1.5, 1_000: 1.0, 10_000: 1 / 200}
Row = dict[str, object]


def run(
    sizes: tuple[int, ...] = (100, 1_000, 10_000, 100_000),
    moves: int = MOVES,
    seasons: tuple[int, ...] = tuple(CALENDAR),
) -> list[Row]:
    """Every row of the benchmark.

    Args:
        sizes: products per campaign; each has 6 segments and 8 discounts.
        moves: slider moves per size.
        seasons: products per calendar of 13 weeks and 8 discounts.
    """
    found = [_row("kernels loaded, once per process", 0, _once(_load))]
    found += [row for size in sizes for row in _size(size, moves)]
    return found + [row for size in seasons for row in _calendar(size, moves)]


def rows(sizes: tuple[int, ...] = (100, 1_000), moves: int = MOVES) -> list[Row]:
    """The quick part of the benchmark."""
    return run(sizes, moves, (200,))


def _size(size: int, count: int) -> Iterator[Row]:
    options, stock = instance(size)
    since = _cpu()
    model = PlanModel(options, stock)
    free = model.solve(Limits(), 60.0)
    first = _cpu() - since
    yield _row("first plan, build included", size, first, 500.0 if size == 10_000 else None)
    each = _spent(model, free)
    asked = [_limits(part, held, sum(each.values()), each) for part, held in hand(count)]
    model.solve(asked[0], 60.0)
    times, gaps, values = _timed(lambda limits: model.solve(limits, 60.0).solution, asked)
    yield from _live_rows(size, times, gaps)
    if size <= 10_000:
        yield from _floor_rows(model, asked, times, values)
    if size in TABLES:
        tables = [_once(lambda limits=limits: model.relaxed(limits)) for limits in asked[:10]]
        yield _row("plan with its tables, p50", size, float(np.median(tables)), TABLES[size])
        yield _row("conflict named", size, _once(lambda: _conflict(model)), 2_000.0)
    if size in WHOLE:
        yield from _whole_rows(model, size, asked)


def _load() -> None:
    """Use every kernel once, on a problem just large enough to be compiled."""
    problem, cases = calendar(60, 2)
    engine = Engine(problem)
    engine.exact(cases[0], 60.0, 0.01)


def _spent(model: PlanModel, free: Solved) -> dict[str, float]:
    """What the plan without a budget spends, by category."""
    table = model.table
    cost = table.column["cost"] * free.prepared.weights(free.solution.weight)
    share = np.bincount(table.category[table.owner], weights=cost)
    return dict(zip(table.categories, share.tolist(), strict=True))


def _calendar(size: int, count: int) -> Iterator[Row]:
    """A season of 13 weeks: at most 3 promotions of a product, slots, stock and a budget."""
    problem, cases = calendar(size, count)
    engine = Engine(problem)
    engine.exact(cases[0], 60.0, CALENDAR_GAP)
    times, gaps, _ = _timed(lambda case: engine.relaxed(case, 60.0), cases)
    yield _row("calendar move, p50", size, float(np.median(times)))
    yield _row("calendar move, largest gap of the uplift", size, max(gaps), 1e-4, unit="share")
    times, gaps, _ = _timed(lambda case: engine.exact(case, 60.0, CALENDAR_GAP), cases)
    yield _row("calendar exact, p50", size, float(np.median(times)), CALENDAR[size])
    yield _row("calendar exact, p95", size, float(np.percentile(times, 95)))
    largest = max(gaps)
    yield _row(
        "calendar exact, largest gap of the uplift", size, largest, CALENDAR_GAP, unit="share"
    )


def _cpu() -> float:
    """CPU milliseconds of this process and of the children it waited for."""
    used = os.times()
    return (process_time() + used.children_user + used.children_system) * 1e3


def _once(action: Callable[[], object]) -> float:
    since = _cpu()
    action()
    return _cpu() - since


def _conflict(model: PlanModel) -> None:
    """Ask for a margin that no plan reaches, under rules of every kind."""
    impossible = Limits(1e3, {"c01": 50.0}, 1.0, 0.05, 0.4, max_promoted=5, margin_floor=0.9)
    with suppress(Infeasible):
        model.relaxed(impossible)


def _limits(part: float, held: float, spent: float, each: dict[str, float]) -> Limits:
    caps = {name: 1.1 * part * money for name, money in each.items()}
    return Limits(budget=part * spent, category_budget=caps, stock_share=held)


Asked = TypeVar("Asked", Limits, Case)


def _timed(
    solve: Callable[[Asked], Solution], asked: list[Asked]
) -> tuple[list[float], list[float], list[float]]:
    times, gaps, values = [], [], []
    for one in asked:
        since = _cpu()
        found = solve(one)
        times.append(_cpu() - since)
        gaps.append((found.bound - found.objective) / max(found.objective, 1e-9))
        values.append(found.objective)
    return times, gaps, values


def _live_rows(size: int, times: list[float], gaps: list[float]) -> Iterator[Row]:
    yield _row("slider move, p50", size, float(np.percentile(times, 50)))
    yield _row("slider move, p95", size, float(np.percentile(times, 95)), TARGET.get(size))
    yield _row("slider move, largest gap of the uplift", size, max(gaps), 1e-4, unit="share")


def _floor_rows(
    model: PlanModel, asked: list[Limits], times: list[float], values: list[float]
) -> Iterator[Row]:
    """The same program passed to HiGHS directly with arrays; warm, and cold where warm is slow."""
    size, cold = len(model.table.products), len(model.table.products) >= 10_000
    found = [model.solve(limits, 60.0) for limits in (asked[:1] if cold else asked)]
    program, some = Direct(found[0]), [one.case for one in found]
    floor, reached = [], []
    if not cold:
        program.solve(some[0])
    for case in some:
        since = _cpu()
        reached.append(program.solve(case))
        floor.append(_cpu() - since)
    value, base = float(np.median(times)), float(np.median(floor))
    name = "slider move p50 against HiGHS " + ("cold" if cold else "warm")
    yield _row(name, size, value, floor=base, target_ratio=FLOOR[size])
    short = max(1 - mine / best for mine, best in zip(values, reached, strict=False))
    yield _row("optimum missed against HiGHS", size, max(short, 0.0), 1e-4, unit="share")
    if size == 1_000:
        usual = _once(lambda: usual_app(model, asked[0], some[0]))
        yield _row(
            "slider move p50 against the usual app", size, value,
            floor=usual, target_ratio=1 / 150,
        )  # fmt: skip


def _whole_rows(model: PlanModel, size: int, asked: list[Limits]) -> Iterator[Row]:
    target, gap = WHOLE[size]
    model.solve(asked[0], 60.0, exact=True, gap=gap)
    times, gaps, _ = _timed(
        lambda limits: model.solve(limits, 60.0, exact=True, gap=gap).solution, asked[:15]
    )
    yield _row("exact plan, p50", size, float(np.percentile(times, 50)))
    yield _row("exact plan, p95", size, float(np.percentile(times, 95)), target)
    yield _row("exact plan, largest gap of the uplift", size, max(gaps), gap, unit="share")


def _row(  # noqa: PLR0913, PLR0917 # the keys every benchmark prints
    name: str, size: int, value: float, target: float | None = None, floor: float | None = None,
    target_ratio: float | None = None, unit: str = "ms CPU",
) -> Row:  # fmt: skip
    ratio = None if floor is None else value / floor
    return {
        "name": name, "size": size, "value": value, "unit": unit, "floor": floor, "ratio": ratio,
        "target": target, "target_ratio": target_ratio, "method": "desk",
    }  # fmt: skip


class Direct:
    """The floor: the pruned linear program in HiGHS, without PuLP and without this house's code.

    Rows are shared rows, stock and one per group; a move changes row bounds only.
    """

    def __init__(self, solved: Solved) -> None:
        self.problem = problem = solved.prepared.problem
        count, groups, shared = len(problem), len(problem.switch), len(problem.least)
        at, first = np.arange(count), shared + problem.products
        row = np.concatenate([problem.rows.row, shared + problem.owner, first + problem.group])
        index = np.concatenate([problem.rows.column, at, at])
        weight = np.concatenate([problem.rows.weight, problem.demand, np.ones(count)])
        order = np.argsort(row, kind="stable")
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = count, first + groups
        program.sense_ = highspy.ObjSense.kMaximize
        program.col_cost_ = problem.value - problem.nudge
        program.col_lower_, program.col_upper_ = np.zeros(count), np.ones(count)
        program.row_lower_ = np.full(first + groups, -np.inf)
        program.row_upper_ = np.concatenate([self.high(solved.case), np.ones(groups)])
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        starts = np.searchsorted(row[order], np.arange(first + groups + 1))
        program.a_matrix_.start_ = starts.astype(np.int32)
        program.a_matrix_.index_ = index[order].astype(np.int32)
        program.a_matrix_.value_ = weight[order]
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.passModel(program)
        self.rows = first

    @staticmethod
    def high(case: Case) -> np.ndarray:
        """Right-hand sides of budget, categories and stock."""
        return np.concatenate([case.limit, case.room])

    def solve(self, case: Case) -> float:
        """The true value of the optimum after this move."""
        at = np.arange(self.rows, dtype=np.int32)
        self.highs.changeRowsBounds(self.rows, at, np.full(self.rows, -np.inf), self.high(case))
        self.highs.run()
        x = np.array(self.highs.getSolution().col_value)
        return float(self.problem.value @ x)


def usual_app(model: PlanModel, limits: Limits, case: Case) -> float:
    """What a dashboard usually does: operators and lpSum, everything rebuilt, CBC at each move."""
    table, column = model.table, model.table.column
    problem = pulp.LpProblem("usual", pulp.LpMaximize)
    x = [problem.add_variable(f"x_{k}", 0, 1) for k in range(len(table.group))]
    everything = range(len(x))
    problem += pulp.lpSum(column["profit"][k] * x[k] for k in everything)
    problem += pulp.lpSum(column["cost"][k] * x[k] for k in everything) <= limits.budget
    product = table.owner
    for name, most in limits.category_budget.items():
        inside = np.flatnonzero(table.category[product] == table.categories.index(name))
        problem += pulp.lpSum(column["cost"][k] * x[k] for k in inside) <= most
    base = table.base("units")
    for number in range(len(table.products)):
        inside = np.flatnonzero(product == number)
        room = base[number] + case.room[number]
        problem += pulp.lpSum(column["units"][k] * x[k] for k in inside) <= room
    for inside in np.split(np.arange(len(x)), table.start[1:]):
        problem += pulp.lpSum(x[k] for k in inside) == 1
    problem.solve(pulp.PULP_CBC_CMD(msg=False))
    return float(pulp.value(problem.objective))
