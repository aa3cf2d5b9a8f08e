"""The bench of other solvers gives each the same problem and says what each one proved."""

import numpy as np
import pytest

from benchmarks import solvers as bench
from benchmarks.plan_data import instance
from benchmarks.rivals import genetic, shop, slsqp, swarm
from promo.optimize import Limits, PlanModel


@pytest.fixture(scope="module")
def what():
    return shop(PlanModel(*instance(8, segments=3)), Limits(budget=300.0))


@pytest.mark.parametrize("seed", range(20))
def test_a_repaired_plan_keeps_budget_and_stock_and_wastes_nothing(what, seed):
    drawn = np.random.default_rng(seed).integers(0, what.gain.shape[1], len(what.gain))
    assert not what.keeps(drawn)
    plan = what.repaired(drawn)
    assert what.keeps(plan)
    assert what.keeps(np.zeros_like(plan))
    assert what.value(plan) > 0
    assert (plan <= drawn).all()
    assert (what.repaired(plan) == plan).all()


def test_without_pymoo_its_rows_are_left_out_with_a_sentence(monkeypatch, capsys):
    monkeypatch.setattr(bench, "find_spec", lambda _: None)
    rows = bench.run(sizes=(6,), seeds=1, seconds=5.0)
    assert "pymoo is not installed" in capsys.readouterr().err
    exact, plan, smooth = rows
    assert (exact["value"], exact["bound"]) == (1.0, pytest.approx(1.0))
    assert plan["value"] <= 1 + 1e-6
    assert plan["bound"] >= 1 - 1e-6
    assert smooth["value"] <= 1 + 1e-6
    assert smooth["bound"] is None
    assert {row["keeps_rules"] for row in rows} == {1.0}


def test_a_run_that_does_not_end_is_told_as_no_answer():
    pytest.importorskip("resource", reason="Windows knows no limit of CPU time")
    large = shop(PlanModel(*instance(600, segments=3)), Limits(budget=300.0))
    assert not list(bench._runs(slsqp, large, seconds=0.0, seeds=2))
    row = bench._row("SLSQP", 600, [], 0.0, 3.0)
    assert (row["value"], row["worst"], row["seeds"]) == (None, None, 0)


def test_a_run_that_fails_is_no_run_without_an_answer(what):
    with pytest.raises(RuntimeError, match="genetic"):
        list(bench._runs(genetic, what, seconds="soon", seeds=1))


@pytest.mark.parametrize("method", [genetic, swarm])
def test_what_evolves_keeps_the_rules(what, method):
    pytest.importorskip("pymoo", reason="pymoo is only in the environment of python3 dev.py bench")
    plan, _ = method(what, 0.5, 1)
    assert what.keeps(plan)
    assert what.value(plan) > 0
