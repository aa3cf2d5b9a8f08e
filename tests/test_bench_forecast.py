"""The bench of forecasts counts as its docstring says, with and without what it compares with."""

import sys

import numpy as np
import pytest

from benchmarks import forecast as bench
from benchmarks.forecast_data import Held
from benchmarks.forecast_floor import floor
from benchmarks.reconcile import reconciled
from promo.learn.seasons import WEEKS


def held(units, horizon=2):
    units = np.asarray(units, dtype=float)
    return Held("tiny", units, np.zeros(len(units), dtype=np.int64), horizon, WEEKS, 1)


def test_errors_are_scaled_by_the_steps_of_the_past_and_summed_over_what_was_sold():
    two = held([[2, 4, 6, 4, 10, 10], [5, 5, 5, 5, 5, 5]])
    said = np.array([[6.0, 9.0], [4.0, 5.0]])
    # steps of 2 on average; errors 4 and 1; the second series never moved
    assert bench.mase(two, said) == pytest.approx(2.5 / 2)
    assert bench.wape(two, said) == pytest.approx(6 / 30)


def test_without_the_package_the_rows_of_the_floor_are_left_out_with_a_sentence(
    monkeypatch, capsys
):
    monkeypatch.setitem(sys.modules, "statsforecast", None)
    assert floor(held([[1, 2, 3, 4, 5, 6]])) == {}
    assert "statsforecast is not installed" in capsys.readouterr().err


def test_without_the_public_series_only_shops_are_timed(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(bench, "DATA", tmp_path)
    rows = bench.run(sizes=(12,))
    assert {row["name"].split(":")[0] for row in rows} == {"simulated shop"}
    assert rows[0]["target"] == 10_000
    assert "left out" in capsys.readouterr().err


def test_every_figure_of_a_public_set_has_its_floor(monkeypatch):
    units = np.random.default_rng(1).poisson(9, (30, 40)).astype(float)
    monkeypatch.setattr(bench, "floor", lambda one: {"Mean": (np.full(one.actual.shape, 9.0), 0.1)})
    rows = {row["name"]: row for row in bench._held_out(held(units, 4))}
    assert rows["tiny: WAPE"]["floor_method"] == "Mean"
    assert rows["tiny: WAPE"]["ratio"] == pytest.approx(
        rows["tiny: WAPE"]["value"] / rows["tiny: WAPE"]["floor"]
    )
    assert 0 <= rows["tiny: inside the 80 % interval"]["value"] <= 1


def test_reconciled_forecasts_add_up_and_trust_who_errs_less():
    products, member = np.array([[10.0], [20.0]]), np.ones((1, 2))
    trusting = reconciled(products, np.array([[60.0]]), member, np.array([100.0, 100.0, 0.01]))
    assert trusting.sum() == pytest.approx(60, rel=0.01)
    doubting = reconciled(products, np.array([[60.0]]), member, np.array([0.01, 0.01, 100.0]))
    assert doubting.ravel() == pytest.approx([10, 20], rel=0.01)
    # equal errors: a third of the gap of 30 to each of the three
    equal = reconciled(products, np.array([[60.0]]), member, np.ones(3))
    assert equal.ravel() == pytest.approx([20, 30])
