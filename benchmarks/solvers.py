"""The same discount plan by solvers of other kinds: `python3 dev.py bench solvers`.

A synthetic shop of `plan_data`, three segments, a budget of 40 % of what the plan without one
gives away, and stock. Every method is given the same numbers, the same repair and the same time;
what it finds is told as a share of the optimum that `choose` proves. Methods that begin by lot run
once per seed. Where pymoo is not installed its two rows are left out, and that is said.
"""

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import process_time

import numpy as np
import pandas as pd

from benchmarks.plan_data import instance
from benchmarks.rivals import Shop, genetic, shop, slsqp, swarm
from promo.optimize import Limits, PlanModel, choose
from promo.optimize.arrays import Ints

MISSING = (
    "pymoo is not installed, so its genetic algorithm and particle swarm are left out; "
    "python3 dev.py bench solvers brings it in an environment of its own\n"
)
SEGMENTS, SPEND = 3, 0.4
OURS, GAP = 60.0, 1e-3
ROOT = Path(__file__).parents[1]
PATIENCE = 3
"""A run that does not end by itself is ended after so many times its CPU time."""
Row = dict[str, object]
Method = Callable[[Shop, float, int], tuple[Ints, float | None]]
Run = tuple[Ints, float | None, float]


def run(
    sizes: tuple[int, ...] = (20, 100, 1_000), seeds: int = 3, seconds: float = 10.0
) -> list[Row]:
    """A row per method and size.

    `value` is the mean over the seeds, `worst` the least of them; `bound` is what the method
    itself proves that no plan exceeds, `between` what SLSQP said before rounding, both as shares
    of the optimum; `keeps_rules` is the share of runs that kept budget and stock, `cpu` the CPU
    seconds of a run. Without an answer `value` is None.

    Args:
        sizes: products; each has 3 segments and 8 steps of discount.
        seeds: runs of each method that begins by lot.
        seconds: CPU time that a run of a rival has.
    """
    evolves = find_spec("pymoo") is not None
    if not evolves:
        sys.stderr.write(MISSING)
    rivals: dict[str, Method] = {"SLSQP, rounded and repaired": slsqp}
    if evolves:
        rivals |= {"genetic algorithm": genetic, "particle swarm": swarm}
    return [row for size in sizes for row in _size(size, seeds, seconds, rivals)]


def _size(size: int, seeds: int, seconds: float, rivals: dict[str, Method]) -> Iterator[Row]:
    options, stock = instance(size, segments=SEGMENTS)
    model = PlanModel(options, stock)
    limits = Limits(budget=SPEND * float(model.relaxed(Limits(), OURS).rows["cost"].sum()))
    what = shop(model, limits)
    since = process_time()
    best = choose(
        _table(what), one_per=["product", "segment"], maximise="gain",
        limits={"cost": what.budget}, limits_per={"items": "room"}, seconds=OURS,
    )  # fmt: skip
    top, spent = best.objective, process_time() - since
    keeps = what.keeps(best.rows["step"].to_numpy())
    yield _row("choose, exact", size, [1.0], keeps, spent, bound=best.bound / top)
    since = process_time()
    model = PlanModel(options, stock)
    found = model.solve(limits, OURS, exact=True, gap=GAP)
    spent, plan = process_time() - since, found.solution
    steps = _steps(model, np.flatnonzero(found.prepared.weights(plan.weight) > 0.5))
    yield _row("the desk's plan", size, [what.value(steps) / top], what.keeps(steps), spent,
               bound=plan.bound / top)  # fmt: skip
    for name, method in rivals.items():
        runs = list(_runs(method, what, seconds, seeds))
        shares = [what.value(plan) / top for plan, _, _ in runs]
        smooth = [between / top for _, between, _ in runs if between is not None]
        kept = np.mean([what.keeps(plan) for plan, _, _ in runs]) if runs else 0.0
        spent = np.mean([cpu for _, _, cpu in runs]) if runs else seconds * PATIENCE
        yield _row(name, size, shares, float(kept), float(spent), between=max(smooth, default=None))


def _table(what: Shop) -> pd.DataFrame:
    """The shop as anybody would write it down: one row per product, segment and step."""
    groups, steps = what.gain.shape
    product = np.repeat(np.arange(groups) // SEGMENTS, steps)
    return pd.DataFrame(
        {
            "product": product,
            "segment": np.repeat(np.arange(groups) % SEGMENTS, steps),
            "step": np.tile(np.arange(steps), groups),
            "gain": what.gain.ravel(),
            "cost": what.cost.ravel(),
            "items": what.items.ravel(),
            "room": what.room[product],
        }
    )


def _steps(model: PlanModel, rows: Ints) -> Ints:
    """The step of each group in a plan of option rows; 0 is no promotion."""
    table = model.table
    steps = np.zeros(len(table.start), dtype=np.int64)
    line = table.line[rows]
    steps[line] = rows - table.start[line]
    return steps


def _runs(method: Method, what: Shop, seconds: float, seeds: int) -> Iterator[Run]:
    """The runs of a method, each in a process of its own that can be ended.

    One step of SLSQP takes minutes with thousands of discounts, and nothing stops it from within.
    A process of `multiprocessing` would run `__main__` again, which is a page after tests of pages.
    Where a run gave no answer the others are not tried.
    """
    for seed in range(seeds):
        asked = pickle.dumps((method, what, seconds, seed))
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.solvers"],
            cwd=ROOT, input=asked, capture_output=True, check=False,
        )  # fmt: skip
        if ran.returncode < 0:
            return
        if ran.returncode:
            raise RuntimeError(f"{method.__name__} ended without an answer: {ran.stderr.decode()}")
        yield pickle.loads(ran.stdout)  # noqa: S301 # what `_run` below wrote


def _run() -> None:
    """One run, read from standard input and answered on standard output."""
    method, what, seconds, seed = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 # from `_runs`
    since = process_time()
    with suppress(ModuleNotFoundError):  # Windows knows no limit and waits for the end
        limit = import_module("resource")
        most = int(since + PATIENCE * seconds) + 1
        limit.setrlimit(limit.RLIMIT_CPU, (most, most))
    answer = (*method(what, seconds, seed), process_time() - since)
    sys.stdout.buffer.write(pickle.dumps(answer))


def _row(  # noqa: PLR0913 # the keys of the table
    method: str, size: int, shares: list[float], keeps: float, cpu: float, *,
    bound: float | None = None, between: float | None = None,
) -> Row:  # fmt: skip
    return {
        "name": "share of the proven optimum", "size": size,
        "value": float(np.mean(shares)) if shares else None, "unit": "share", "method": method,
        "worst": min(shares, default=None), "bound": bound, "between": between,
        "keeps_rules": float(keeps), "cpu": cpu, "seeds": len(shares),
    }  # fmt: skip


if __name__ == "__main__":
    _run()
