"""What a solver says, believed only as far as it is proven, in the signs of a maximisation."""

from threading import Event, Thread
from time import monotonic, sleep

import numpy as np
import pulp
import pytest

from promo.errors import BadRequest, Unbounded
from promo.optimize.solver import LEAST, MEET, MOST, Live, Master, Program, to_pulp


def program(value, rows, limit, *, upper=100.0, whole=False, sense=MOST):
    rows = [np.asarray(row, dtype=float) for row in rows]
    inside = [np.flatnonzero(row) for row in rows]
    return Program(
        value=np.asarray(value, dtype=float),
        upper=np.full(len(value), upper),
        whole=np.full(len(value), whole),
        start=np.concatenate([[0], np.cumsum([len(at) for at in inside])]).astype(int),
        index=np.concatenate(inside).astype(int),
        weight=np.concatenate([row[at] for row, at in zip(rows, inside, strict=True)]),
        limit=np.asarray(limit, dtype=float),
        sense=np.broadcast_to(sense, len(rows)),
    )


def solved(asked, **how):
    return Live(asked).solve(asked.limit, asked.upper, how.pop("seconds", 10.0), **how)


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


def test_a_row_that_must_be_reached_has_a_price_of_at_most_nothing():
    answer = solved(program([-2, -3], [[1, 1]], [7], sense=LEAST))
    assert answer.objective == pytest.approx(-14)
    assert answer.price == pytest.approx([-2])


def test_an_equal_row_is_met_exactly():
    answer = solved(program([1, 2], [[1, 1]], [7], sense=MEET))
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
    assert answer.status != "feasible" or (rows @ answer.x <= asked.limit + 1e-6).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e25])
def test_numbers_no_solver_can_carry_are_refused(bad):
    with pytest.raises(BadRequest):
        program([1.0, bad], [[1, 1]], [1])


def test_names_are_numbers_and_keep_their_order():
    problem = to_pulp(program(np.arange(12), [np.ones(12)], [3]))
    assert [column.name for column in problem.variables()] == [f"x{k:08d}" for k in range(12)]


def knapsacks(size=60, rows=8, seed=3):
    """An integer program that no solver finishes in seconds."""
    rng = np.random.default_rng(seed)
    weight = rng.integers(10_000, 99_999, (rows, size))
    value = weight.mean(axis=0) + rng.integers(0, 9, size)
    return program(value, weight, weight.sum(axis=1) * 0.4, upper=1.0, whole=True)


def test_a_solve_is_stopped_from_another_thread():
    asked = knapsacks()
    stop = Event()
    live, found = Live(asked, stop), []
    solving = Thread(target=lambda: found.append(live.solve(asked.limit, asked.upper, 120.0)))
    since = monotonic()
    solving.start()
    sleep(0.2)
    stop.set()
    solving.join(100)
    assert monotonic() - since < 60
    assert found[0].status in ("feasible", "out_of_time")
    stop.clear()
    again = live.solve(asked.limit * 0, asked.upper, 10.0)
    assert again.status == "optimal"


def test_a_mix_without_a_limit_is_called_unbounded():
    master = Master(np.array([1.0]), np.array([MOST]), np.array([10.0]))
    master.add(np.array([1.0]), np.array([0]), np.array([0]), np.array([-1.0]))
    with pytest.raises(Unbounded):
        master.solve(5.0)


def test_a_master_begun_again_is_a_new_one_and_is_whole_in_pulp():
    master = Master(np.array([1.0, 2.0]), np.array([MOST, LEAST]), np.array([10.0, 10.0]))
    master.add(np.array([5.0]), np.array([0]), np.array([0]), np.array([1.0]))
    assert master.solve(5.0).objective == pytest.approx(5 - 2 * 10)
    master.begin(np.array([3.0, 1.0]))
    value, weight = np.array([1.0, 2.0]), np.array([1.0, 1.0, 2.0])
    master.add(value, np.array([0, 1, 0]), np.array([0, 0, 1]), weight)
    found = master.solve(5.0)
    problem = master.problem()
    with pytest.deprecated_call():
        cbc = pulp.PULP_CBC_CMD(msg=False)
    problem.solve(cbc)
    assert pulp.value(problem.objective) == pytest.approx(found.objective)
    assert found.objective == pytest.approx(3.0)
