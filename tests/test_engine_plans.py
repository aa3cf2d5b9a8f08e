"""The engine against every plan there is and against the whole program, on drawn problems."""

import sys
from threading import Event, Thread
from time import monotonic, sleep
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from promo import workflow
from promo.optimize import compiling, kernels, labels, ledger
from promo.optimize import engine as engines
from promo.optimize.deadline import Deadline
from promo.optimize.engine import Engine
from promo.optimize.model import WholeModel
from promo.optimize.problem import Case, Problem
from tests.engine_cases import draw, entries, every_plan, keeps, uses

SEEDS = range(300)
FEW = 3_000
"""Plans of a problem that are listed."""


def small(seed):
    """A problem whose plans can be listed: campaigns of one period and calendars in turn."""
    saving = 0.35 * (seed % 7 == 0)
    size = {"products": 2 + seed % 2, "weeks": 1 + seed % 3, "segments": 1 + seed % 2}
    return draw(seed, **size, saving=saving)


def listed(seeds):
    for seed in seeds:
        problem, case = small(seed)
        if np.prod(np.bincount(problem.group) + 1.0) <= FEW:
            yield seed, problem, case, every_plan(problem, case)


@pytest.fixture(params=["decomposed", "whole"])
def by(request, monkeypatch):
    """Both ways to a plan, whatever the size."""
    monkeypatch.setattr(engines, "FEW_LEVELS", {"decomposed": 0, "whole": 2_000}[request.param])
    return request.param


@pytest.mark.parametrize("part", range(5))
def test_the_exact_plan_keeps_every_limit_and_its_bound_holds_the_best_of_all_plans(by, part):
    reached, seen = 0, 0
    for seed, problem, case, best in listed(SEEDS[part::5]):
        found = Engine(problem).exact(case, 20.0, 1e-6)
        if best is None:
            assert found.status in ("infeasible", "out_of_time"), seed
            assert by == "decomposed" or found.status == "infeasible", seed
            continue
        near = 1e-6 * max(1.0, abs(best))
        assert found.status != "infeasible", seed
        assert found.bound >= best - near, seed
        if found.weight.size:
            assert keeps(problem, case, found.weight, 1e-8), seed
            assert found.objective <= best + near, seed
            assert found.objective == pytest.approx(problem.value @ found.weight)
            reached += found.objective >= best - near
        seen += 1
    assert seen > 15
    assert reached == seen if by == "whole" else reached >= 0.7 * seen


@pytest.mark.parametrize("part", range(3))
def test_the_live_plan_and_its_bound_hold_the_best_plan_between_them(by, part):
    seen = 0
    for seed, problem, case, best in listed(SEEDS[part::3]):
        found = Engine(problem).relaxed(case, 20.0)
        if best is None:
            continue
        seen += 1
        near = 1e-6 * max(1.0, abs(best))
        assert found.status != "infeasible", seed
        assert found.bound >= best - near, seed
        shared, items, _ = uses(problem, case, found.weight)
        assert (items <= case.room * (1 + 1e-6) + 1e-6).all(), seed
        without = ~np.isin(np.arange(len(case.limit)), problem.counts.row)
        by_row = np.where(problem.least, case.limit - shared, shared - case.limit)
        assert (by_row[without] <= 1e-6 * np.maximum(1, np.abs(case.limit[without]))).all(), seed
    assert seen > 30


@pytest.mark.parametrize("seed", range(12))
def test_it_meets_the_whole_linear_program_where_nothing_is_counted(seed, monkeypatch):
    monkeypatch.setattr(engines, "FEW_LEVELS", 0)
    problem, case = draw(seed, products=30, weeks=1, segments=3, levels=4)
    counted = np.isin(np.arange(len(case.limit)), problem.counts.row)
    case = engines.replace(
        case, limit=np.where(counted & ~problem.least, 1e4, np.where(counted, -1.0, case.limit)),
        most=np.ones_like(case.most),
    )  # fmt: skip
    best = WholeModel(problem, case.gap, whole=False).solve(case, 20.0)
    found = Engine(problem).relaxed(case, 20.0)
    assert (found.status == "infeasible") == (best.status == "infeasible")
    if best.weight.size:
        assert found.objective <= best.bound + 1e-5 * abs(best.bound)
        assert found.bound >= best.objective - 1e-5 * abs(best.objective)
        assert found.bound - found.objective <= 2e-4 * max(abs(found.objective), 1.0)


def test_rows_that_nobody_can_reach_are_named(by):
    problem, case = draw(4, products=4, weeks=2)
    row = int(np.flatnonzero(problem.least)[0]) if problem.least.any() else None
    assert row is not None
    limit = case.limit.copy()
    limit[row] = 1e6
    found = Engine(problem).relaxed(engines.replace(case, limit=limit), 20.0)
    assert found.status == "infeasible"
    assert row in found.short


def test_what_must_be_promoted_is_promoted_at_the_smallest_loss(by):
    none = np.zeros(2, dtype=np.int64)
    each = np.arange(2)
    problem = Problem(
        np.array([-5.0, -3.0]), np.zeros(2), np.ones(2), each, each, each, none, none, 2,
        entries(2, [{}]), entries(2, [{0: 1.0, 1: 1.0}]), np.array([True]),
    )  # fmt: skip
    free = np.ones(2, dtype=bool)
    case = Case(np.array([1.0]), np.full(2, 5.0), each * 0 + 1, none, free, ~free)
    engine = Engine(problem)
    for found in (engine.relaxed(case, 5.0), engine.exact(case, 5.0, 1e-6)):
        assert found.weight.tolist() == [0.0, 1.0]
        assert found.objective == pytest.approx(-3.0)


def large(seed=0, products=120, weeks=6):
    problem, case = draw(seed, products=products, weeks=weeks, segments=2, levels=4)
    return problem, engines.replace(case, limit=np.where(problem.least, -1e3, case.limit))


def test_the_same_case_has_the_same_plan_whatever_was_asked_before():
    problem, case = large()
    tighter = engines.replace(case, limit=case.limit * 0.7, room=case.room * 0.8)
    engine = Engine(problem)
    first = engine.relaxed(case, 20.0), engine.exact(case, 20.0, 0.01)
    engine.exact(tighter, 20.0, 0.01)
    engine.relaxed(tighter, 20.0)
    other = Engine(problem)
    for again in ((engine.relaxed(case, 20.0), engine.exact(case, 20.0, 0.01)),
                  (other.relaxed(case, 20.0), other.exact(case, 20.0, 0.01))):  # fmt: skip
        for one, two in zip(first, again, strict=True):
            assert np.array_equal(one.weight, two.weight)
            assert (one.objective, one.bound) == (two.objective, two.bound)


def test_compiled_and_plain_kernels_give_the_same_plan(monkeypatch):
    pytest.importorskip("numba")
    problem, case = large(1, products=60)
    monkeypatch.setattr(engines, "FEW_LEVELS", 0)
    found = []
    for worth in (0, 10**9):
        monkeypatch.setattr("promo.optimize.compiling.WORTH_COMPILING", worth)
        engine = Engine(problem)
        found.append((engine.relaxed(case, 60.0), engine.exact(case, 60.0, 0.01)))
    for compiled, plain in zip(*found, strict=True):
        assert compiled.objective == pytest.approx(plain.objective, rel=1e-9)
        assert compiled.bound == pytest.approx(plain.bound, rel=1e-9)
        assert compiled.weight == pytest.approx(plain.weight, abs=1e-9)


def test_a_process_that_has_loaded_kernels_uses_them_for_small_problems_too(
    monkeypatch, sample_workspace
):
    pytest.importorskip("numba")
    monkeypatch.setattr(compiling, "_AT_HAND", Event())
    problem, case = large(1, products=3)
    engine = Engine(problem)
    engine.exact(case, 60.0, 0.01)
    plain = engine._pack().ledger.apply
    assert len(problem) < compiling.WORTH_COMPILING
    assert plain is ledger.apply

    sample = workflow.open_dataset(sample_workspace, workflow.SAMPLE)
    workflow.load_kernels(workflow.kept_study(sample_workspace, sample))
    ready = known_types()
    assert engine._pack().ledger.apply is not plain
    engine.exact(case, 60.0, 0.01)
    assert known_types() == ready, "a small plan waits for nothing to be compiled"


def known_types():
    """How many types of arguments each kernel that the engine calls is compiled for."""
    called = {
        kernels: ("propose", "gather", "relax"), labels: ("settle",), ledger: ("apply", "enter"),
    }  # fmt: skip
    return [
        len(getattr(compiling.compiled(module), name).signatures)
        for module, names in called.items()
        for name in names
    ]


def test_sessions_may_share_an_engine():
    problem, case = large(2)
    engine, cases = Engine(problem), []
    for number in range(6):
        cases.append(engines.replace(case, limit=case.limit * (0.5 + 0.1 * number)))
    alone = [Engine(problem).relaxed(one, 20.0).objective for one in cases]
    together = [0.0] * len(cases)

    def ask(number):
        together[number] = engine.relaxed(cases[number], 20.0).objective

    threads = [Thread(target=ask, args=(number,)) for number in range(len(cases))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == pytest.approx(alone, rel=1e-9)


def test_a_move_that_is_cancelled_stops_and_the_next_one_is_whole():
    problem, case = large(3, products=400, weeks=8)
    engine, stop, found = Engine(problem), Event(), []
    engine.relaxed(case, 60.0)  # kernels are loaded
    solving = Thread(target=lambda: found.append(engine.exact(case, 300.0, 0.0, stop)))
    since = monotonic()
    solving.start()
    sleep(0.3)
    stop.set()
    solving.join(200)
    assert monotonic() - since < 60
    assert found[0].status in ("feasible", "out_of_time")
    assert engine.relaxed(case, 60.0).status in ("feasible", "optimal")


def test_a_plan_goes_on_while_another_thread_is_loading_the_compiler(monkeypatch):
    monkeypatch.setattr(compiling, "_LOADED", Event())
    monkeypatch.setattr(compiling, "_clock", lambda: pytest.fail("half of it is there"))
    monkeypatch.setitem(sys.modules, "numba", ModuleType("numba"))
    assert not Deadline(monotonic() + 10.0, Event()).over


def test_the_time_in_which_kernels_are_compiled_is_not_taken_from_a_plan(monkeypatch):
    clock = SimpleNamespace(done=True, duration=0.0)
    monkeypatch.setattr(compiling, "_clock", lambda: clock)
    loaded = Event()
    loaded.set()
    monkeypatch.setattr(compiling, "_LOADED", loaded)
    deadline = Deadline(monotonic() - 10.0, Event())
    assert deadline.over
    clock.duration = 25.0
    assert not deadline.over
    assert deadline.left == pytest.approx(15.0, abs=1.0)
