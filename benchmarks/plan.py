"""How fast a plan follows the hand: `python -m promo bench plan`.

Times are CPU milliseconds of this process (and, for the usual app, of the solver it starts) over
the same 30 seeded moves of budget, category budgets and stock: half of them local, half jumps. A
move is measured from the limits to the proven plan in arrays; `plan with its tables` adds the
check, the explanations, baselines and interval that the screen shows. Gaps are of the uplift.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from time import process_time

import highspy
import numpy as np
import pulp

from benchmarks.plan_data import instance
from promo.errors import Infeasible
from promo.optimize import Limits, PlanModel

MOVES = 30
TARGET = {100: 5.0, 1_000: 35.0, 10_000: 75.0, 100_000: 400.0}
WHOLE = {1_000: (150.0, 0.01), 10_000: (670.0, 0.001)}
TABLES = {100: 15.0, 1_000: 60.0}
FLOOR = {100: 1.5, 1_000: 1.0, 10_000: 1 / 200}
Row = dict[str, object]


def run(sizes: tuple[int, ...] = (100, 1_000, 10_000, 100_000), moves: int = MOVES) -> list[Row]:
    """Every row of the benchmark.

    Args:
        sizes: products per instance; each has 6 segments and 8 discounts.
        moves: slider moves per size.
    """
    return [row for size in sizes for row in _size(size, moves)]


def rows(sizes: tuple[int, ...] = (100, 1_000), moves: int = MOVES) -> list[Row]:
    """The quick part of the benchmark."""
    return run(sizes, moves)


def _size(size: int, count: int) -> Iterator[Row]:
    options, stock = instance(size)
    since = _cpu()
    model = PlanModel(options, stock)
    levels, _, free = model.solve(Limits(), 60.0)
    first = _cpu() - since
    yield _row("first plan, build included", size, first, 500.0 if size == 10_000 else None)
    spent = float(levels.cost @ free.weight)
    owner = model.table.category[model.table.product[levels.group]]
    share = np.bincount(owner, weights=levels.cost * free.weight)
    each = dict(zip(model.table.categories, share.tolist(), strict=True))
    asked = [_limits(part, held, spent, each) for part, held in _moves(count)]
    model.solve(asked[0], 60.0)
    times, gaps, values = _timed(lambda limits: model.solve(limits, 60.0), asked)
    yield from _live_rows(size, times, gaps)
    if size <= 10_000:
        yield from _floor_rows(model, asked, times, values)
    if size in TABLES:
        tables = [_once(lambda limits=limits: model.relaxed(limits)) for limits in asked[:10]]
        yield _row("plan with its tables, p50", size, float(np.median(tables)), TABLES[size])
        yield _row("conflict named", size, _once(lambda: _conflict(model)), 2_000.0)
    if size in WHOLE:
        yield from _whole_rows(model, size, asked)


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


def _moves(count: int, seed: int = 1) -> Iterator[tuple[float, float]]:
    """Budget and stock as shares: local steps of 7 % and jumps in turn."""
    rng = np.random.default_rng(seed)
    part, held = 0.5, 1.0
    for number in range(count):
        local = part * rng.uniform(0.93, 1.07)
        part = local if number % 2 else 0.4 * rng.uniform(0.3, 2.0)
        if number % 4:
            held = rng.uniform(0.7, 1.5)
        yield part, held


def _limits(part: float, held: float, spent: float, each: dict[str, float]) -> Limits:
    caps = {name: 1.1 * part * money for name, money in each.items()}
    return Limits(budget=part * spent, category_budget=caps, stock_share=held)


def _timed(
    solve: Callable[[Limits], tuple[object, object, object]], asked: list[Limits]
) -> tuple[list[float], list[float], list[float]]:
    times, gaps, values = [], [], []
    for limits in asked:
        since = _cpu()
        _, _, found = solve(limits)
        times.append(_cpu() - since)
        objective, bound = found.objective, found.bound  # type: ignore[attr-defined] # a Solution
        gaps.append((bound - objective) / max(objective, 1e-9))
        values.append(objective)
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
    program = Direct(model, asked[0])
    some = asked[:1] if cold else asked
    floor, reached = [], []
    if not cold:
        program.solve(asked[0])
    for limits in some:
        since = _cpu()
        reached.append(program.solve(limits))
        floor.append(_cpu() - since)
    value, base = float(np.median(times)), float(np.median(floor))
    name = "slider move p50 against HiGHS " + ("cold" if cold else "warm")
    yield _row(name, size, value, floor=base, target_ratio=FLOOR[size])
    short = max(1 - mine / best for mine, best in zip(values, reached, strict=False))
    yield _row("optimum missed against HiGHS", size, max(short, 0.0), 1e-4, unit="share")
    if size == 1_000:
        usual = [_once(lambda limits=limits: usual_app(model, limits)) for limits in asked[:1]]
        yield _row(
            "slider move p50 against the usual app", size, value,
            floor=float(np.median(usual)), target_ratio=1 / 150,
        )  # fmt: skip


def _whole_rows(model: PlanModel, size: int, asked: list[Limits]) -> Iterator[Row]:
    target, gap = WHOLE[size]
    model.solve(asked[0], 60.0, exact=True, gap=gap)
    times, gaps, _ = _timed(
        lambda limits: model.solve(limits, 60.0, exact=True, gap=gap), asked[:15]
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

    Rows are budget, categories, stock and one per group; a move changes row bounds only.
    """

    def __init__(self, model: PlanModel, limits: Limits) -> None:
        self.model = model
        levels, _, _ = model.solve(limits, 60.0)
        self.levels, table = levels, model.table
        count, groups = len(levels), len(table.start)
        owner = table.product[levels.group]
        at, c = np.arange(count), len(table.categories)
        first = 1 + c + len(table.products)
        row = np.concatenate(
            [np.zeros(count), 1 + table.category[owner], 1 + c + owner, first + levels.group]
        ).astype(np.int64)
        weight = np.concatenate([levels.cost, levels.cost, levels.demand, np.ones(count)])
        order = np.argsort(row, kind="stable")
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = count, first + groups
        program.sense_ = highspy.ObjSense.kMaximize
        program.col_cost_ = levels.value - levels.nudge
        program.col_lower_, program.col_upper_ = np.zeros(count), np.ones(count)
        program.row_lower_ = np.full(first + groups, -np.inf)
        program.row_upper_ = np.concatenate([self.high(limits), np.ones(groups)])
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        starts = np.searchsorted(row[order], np.arange(first + groups + 1))
        program.a_matrix_.start_ = starts.astype(np.int32)
        program.a_matrix_.index_ = np.tile(at, 4)[order].astype(np.int32)
        program.a_matrix_.value_ = weight[order]
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("threads", 1)
        self.highs.passModel(program)
        self.rows = first

    def high(self, limits: Limits) -> np.ndarray:
        """Right-hand sides of budget, categories and stock."""
        case = self.model.case(limits)
        return np.concatenate([[case.budget], case.by_category, case.room])

    def solve(self, limits: Limits) -> float:
        """The true value of the optimum after this move."""
        at = np.arange(self.rows, dtype=np.int32)
        self.highs.changeRowsBounds(self.rows, at, np.full(self.rows, -np.inf), self.high(limits))
        self.highs.run()
        x = np.array(self.highs.getSolution().col_value)
        return float(self.levels.value @ x)


def usual_app(model: PlanModel, limits: Limits) -> float:
    """What a dashboard usually does: operators and lpSum, everything rebuilt, CBC at each move."""
    table, column, case = model.table, model.table.column, model.case(limits)
    problem = pulp.LpProblem("usual", pulp.LpMaximize)
    x = [problem.add_variable(f"x_{k}", 0, 1) for k in range(len(table.group))]
    everything = range(len(x))
    problem += pulp.lpSum(column["profit"][k] * x[k] for k in everything)
    problem += pulp.lpSum(column["cost"][k] * x[k] for k in everything) <= limits.budget
    product = table.product[table.group]
    for number, most in enumerate(case.by_category):
        inside = np.flatnonzero(table.category[product] == number)
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
