"""The decomposition against the whole model: same optimum, honest bounds, whole plans that fit."""

import numpy as np
import pytest

from promo.optimize import Limits, PlanModel
from promo.optimize.arrays import Table, levels
from promo.optimize.case import Ceiling
from promo.optimize.decompose import Decomposed
from promo.optimize.model import WholeModel
from tests.plan_cases import toy
from tests.test_plan_model import random_limits

LADDER = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)


def both(seed, products=30, segments=3):
    options, stock = toy(seed, products=products, segments=segments, ladder=LADDER, categories=4)
    table = Table(options)
    found = levels(table, "profit")
    ceiling = Ceiling(table, found, stock, "profit")
    return ceiling, WholeModel(table, found, False), Decomposed(table, found), (options, stock)


@pytest.mark.parametrize("seed", range(12))
def test_its_interval_holds_the_optimum_of_the_whole_program(seed):
    ceiling, whole, parts, _ = both(seed)
    most = ceiling.most_cost.sum()
    rng = np.random.default_rng(seed)
    for _ in range(4):
        limits = Limits(
            budget=float(rng.uniform(0.05, 0.7)) * most, stock_share=rng.uniform(0.7, 1.4)
        )
        case = ceiling.case(limits)
        best, found = whole.solve(case, 10.0), parts.solve(case, 10.0)
        assert found.objective <= best.objective + 1e-6 * best.objective
        assert found.bound >= best.objective - 1e-6 * best.objective
        assert found.bound - found.objective <= 2e-4 * found.objective


@pytest.mark.parametrize("seed", range(8))
def test_margin_slots_and_category_budgets_are_held_and_bounded(seed):
    ceiling, whole, parts, _ = both(seed)
    free = ceiling.case(Limits())
    margin = free.spare / (ceiling._revenue * free.sold).sum()
    limits = Limits(
        budget=0.4 * float(ceiling.most_cost.sum()),
        category_budget={"c0": 0.3 * float(ceiling.most_cost[0])},
        max_promoted=4,
        margin_floor=0.97 * float(margin),
    )
    case = ceiling.case(limits)
    best, found = whole.solve(case, 10.0), parts.solve(case, 10.0)
    # A product takes a whole slot here, so the value may lie below the plain linear program.
    assert found.objective <= best.objective * (1 + 1e-6)
    integer = parts.whole(case, 10.0, 0.01)
    assert integer.objective <= found.bound * (1 + 1e-9)
    assert integer.bound >= integer.objective
    assert set(np.unique(integer.weight)) <= {0.0, 1.0}
    level = parts.levels
    spare = level.profit - case.floor * level.revenue
    for weight in (found.weight, integer.weight):
        assert level.cost @ weight <= case.budget * (1 + 1e-6)
        assert case.spare + spare @ weight >= -1e-6 * abs(case.spare)


@pytest.mark.parametrize("seed", range(8))
def test_a_whole_plan_of_parts_never_beats_its_bound_and_the_exact_plan_closes_it(seed):
    _, _, _, (options, stock) = both(seed, products=8)
    model = PlanModel(options, stock)
    limits = random_limits(seed, model)
    limits = Limits(budget=limits.budget, max_promoted=limits.max_promoted)
    best = model.exact(limits, gap=0)
    prepared = model._prepare(0.0)
    found = prepared._decomposed().whole(prepared.ceiling.case(limits), 10.0, 0.0)
    base = best.objective - prepared.exact(prepared.ceiling.case(limits), 10.0, 0.0).objective
    assert base + found.bound >= best.objective - 1e-6 * abs(best.objective)
    # One slot of two products leaves repair little to trade; the integer program closes it.
    assert found.objective >= 0.6 * (best.objective - base)


def test_many_products_take_the_decomposed_road_and_keep_every_rule():
    options, stock = toy(3, products=150, segments=6, ladder=LADDER, categories=6)
    model = PlanModel(options, stock)
    spent = float((model.relaxed(Limits()).rows.eval("weight * cost")).sum())
    limits = Limits(budget=0.4 * spent, max_promoted=12, margin_floor=0.3)
    live, exact = model.relaxed(limits), model.exact(limits, gap=0.01)
    assert model._prepare(0.0)._parts is not None
    assert live.gap <= 1e-4
    assert exact.gap <= 0.02
    assert exact.objective <= live.bound + 1e-6 * abs(live.bound)
