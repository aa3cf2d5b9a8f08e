"""Whatever a plan is for: what it comes to, how much of that is open, and plans that must lose."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import Options
from promo.optimize import MEASURES, Limits, PlanModel
from promo.optimize.report import judged
from promo.optimize.rules import Target
from tests.plan_cases import toy

LADDER = (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)


def total(plan, aim):
    """What the rows of a plan come to of an aim; money given away counts against it."""
    return float(plan.rows[aim].sum()) * (-1.0 if aim == "cost" else 1.0)


@pytest.mark.parametrize("aim", MEASURES)
@pytest.mark.parametrize("seed", range(3))
def test_a_plan_comes_to_the_sum_of_its_rows_whatever_it_is_for(seed, aim):
    model = PlanModel(*toy(seed)).aiming_at(aim)
    for plan in (model.relaxed(Limits(budget=50.0)), model.exact(Limits(budget=50.0), gap=0.0)):
        assert plan.objective == pytest.approx(total(plan, aim), rel=1e-9, abs=1e-6)
        assert plan.bound >= plan.objective - 1e-6
        assert plan.gap <= 1e-4


@pytest.mark.parametrize("products", [4, 12, 40])
def test_the_least_cost_of_a_turnover_has_a_proven_gap(products):
    options, stock = toy(5, products=products, segments=3, ladder=LADDER)
    model = PlanModel(options, stock)
    most, least = (
        float(model.relaxed(limits).rows["revenue"].sum())
        for limits in (Limits(), Limits(budget=0.0))
    )
    limits = Limits(more=(Target("revenue", least + 0.5 * (most - least)),))
    model = model.aiming_at("cost")
    linear, plan = model.relaxed(limits), model.exact(limits, seconds=20.0, gap=0.01)
    assert plan.rows["revenue"].sum() >= limits.more[0].reach - 0.01
    assert plan.objective == pytest.approx(-plan.rows["cost"].sum())
    assert 0.0 <= plan.gap <= 0.01
    assert plan.objective <= plan.bound <= linear.bound + 1e-6 < 0


def test_a_plan_that_gives_nothing_away_is_the_cheapest_there_is():
    plan = PlanModel(*toy(1)).aiming_at("cost").exact(Limits())
    assert (plan.objective, plan.gap, plan.status) == (0.0, 0.0, "optimal")


def test_what_is_open_is_a_share_of_the_uplift_however_much_sells_without_promotion():
    options, stock = toy(5, products=12, ladder=(0.0, 0.1, 0.2, 0.3))
    large = options.rows.iloc[:1].assign(product_id="z0", profit=1e9, revenue=2e9)
    both = pd.concat([options.rows, large], ignore_index=True).astype(options.rows.dtypes)
    beside = Options(both, options.weeks, options.start)
    limits = Limits(budget=120.0)
    alone, together = (PlanModel(one, stock).exact(limits, gap=0.3) for one in (options, beside))
    assert alone.gap > 1e-3, "something is open"
    assert together.gap == pytest.approx(alone.gap, rel=1e-3)
    assert together.status == alone.status == "feasible"


@pytest.mark.parametrize(
    ("uplift", "bound", "gap"),
    [(100.0, 109.0, 9 / 109), (-50.0, -40.0, 0.2), (-1.0, 4.0, 1.25), (0.0, 0.0, 0.0)],
)
def test_the_gap_is_told_of_the_larger_of_plan_and_bound(uplift, bound, gap):
    found, status = judged(uplift, bound, hidden=1e-6)
    assert found == pytest.approx(gap)
    assert status == ("feasible" if gap else "optimal")


def test_what_the_tie_break_may_hide_is_no_gap():
    assert judged(0.0, 1e-7, hidden=1e-6) == (0.0, "optimal")
    assert judged(0.0, 1e-5, hidden=1e-6)[1] == "feasible"
    assert np.isclose(judged(1.0, 1.0 + 1e-5, hidden=1e-6)[0], 1e-5)
