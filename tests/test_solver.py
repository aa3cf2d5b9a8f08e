"""What a solver says, believed only as far as it is proven, in the signs of a maximisation."""

import numpy as np
import pulp
import pytest

from promo.errors import BadRequest
from promo.optimize.solver import Live, Program, to_pulp


def program(value, rows, high, *, upper=100.0, whole=False, equal=None):
    rows = [np.asarray(row, dtype=float) for row in rows]
    inside = [np.flatnonzero(row) for row in rows]
    return Program(
        value=np.asarray(value, dtype=float),
        upper=np.full(len(value), upper),
        whole=np.full(len(value), whole),
        start=np.concatenate([[0], np.cumsum([len(at) for at in inside])]).astype(int),
        index=np.concatenate(inside).astype(int),
        weight=np.concatenate([row[at] for row, at in zip(rows, inside, strict=True)]),
        high=np.asarray(high, dtype=float),
        equal=np.zeros(len(rows), bool) if equal is None else np.asarray(equal),
    )


def solved(asked, **how):
    return Live(asked).solve(asked.high, asked.upper, how.pop("seconds", 10.0), **how)


def test_duals_have_the_sign_of_the_textbook():
    """max 3x + 5y, x <= 4, 2y <= 12, 3x + 2y <= 18: prices 0, 1.5 and 1 (Hillier, Lieberman)."""
    answer = solved(program([3, 5], [[1, 0], [0, 2], [3, 2]], [4, 12, 18]))
    assert answer.objective == pytest.approx(36.0)
    assert answer.price == pytest.approx([0.0, 1.5, 1.0])


def test_pulps_own_cbc_agrees_on_the_problem_that_is_passed():
    asked = program([3, 5], [[1, 0], [0, 2], [3, 2]], [4, 12, 18])
    problem = to_pulp(asked)
    with pytest.deprecated_call():  # PuLP 4 no longer ships CBC
        cbc = pulp.PULP_CBC_CMD(msg=False)
    problem.solve(cbc)
    assert pulp.value(problem.objective) == pytest.approx(36.0)


def test_a_move_equals_a_fresh_solve():
    rng = np.random.default_rng(0)
    rows = rng.uniform(0.1, 1, (6, 12))
    value, high = rng.uniform(1, 2, 12), rng.uniform(3, 6, 6)
    live = Live(program(value, rows, high))
    for _ in range(10):
        moved, upper = high * rng.uniform(0.5, 1.5, 6), rng.uniform(0, 5, 12)
        fresh = program(value, rows, moved)
        warm = live.solve(moved, upper, 10.0)
        cold = Live(fresh).solve(moved, upper, 10.0)
        assert warm.objective == pytest.approx(cold.objective)
        assert warm.price == pytest.approx(cold.price)


def test_an_impossible_program_has_no_values():
    answer = solved(program([1, 1], [[1, 1], [-1, -1]], [1, -3]))
    assert answer.status == "infeasible"
    assert answer.x.size == 0


def test_an_equal_row_is_met_exactly():
    answer = solved(program([1, 2], [[1, 1]], [7], equal=[True]))
    assert answer.x.sum() == pytest.approx(7)


def test_a_program_that_ran_out_of_time_is_not_optimal():
    rng = np.random.default_rng(1)
    rows = rng.integers(10, 99, (8, 200))
    asked = program(rng.integers(10, 99, 200), rows, rows.sum(axis=1) * 0.4, upper=1.0, whole=True)
    answer = solved(asked, seconds=0.05)
    assert answer.status in ("feasible", "out_of_time")
    assert answer.bound > answer.objective


def test_a_linear_program_stopped_early_shows_no_values():
    rng = np.random.default_rng(2)
    rows = rng.uniform(-1, 1, (300, 400))
    asked = program(rng.uniform(1, 2, 400), rows, rng.uniform(-2, 5, 300))
    answer = solved(asked, seconds=0.0)
    assert answer.status in ("out_of_time", "infeasible", "feasible")
    assert answer.status != "feasible" or (rows @ answer.x <= asked.high + 1e-6).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e25])
def test_numbers_no_solver_can_carry_are_refused(bad):
    with pytest.raises(BadRequest):
        program([1.0, bad], [[1, 1]], [1])


def test_names_are_numbers_and_keep_their_order():
    problem = to_pulp(program(np.arange(12), [np.ones(12)], [3]))
    assert [column.name for column in problem.variables()] == [f"x{k:08d}" for k in range(12)]
