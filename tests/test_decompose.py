"""The decomposition against the whole model: same optimum, honest bounds, whole plans that fit."""

from dataclasses import replace

import numpy as np
import pytest

from promo.optimize import Limits, PlanModel
from promo.optimize.arrays import Table, levels
from promo.optimize.case import Ceiling
from promo.optimize.decompose import Decomposed
from promo.optimize.integer import Repair
from promo.optimize.model import WholeModel
from tests.plan_cases import toy
from tests.test_plan_model import random_limits

LADDER = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)


def both(seed, products=30, segments=3):
    options, stock = toy(seed, products=products, segments=segments, ladder=LADDER, categories=4)
    table = Table(options)
    found = levels(table, table.beyond["profit"])
    ceiling = Ceiling(table, found, stock, "profit")
    return ceiling, WholeModel(table, found, False), Decomposed(table, found), (options, stock)


@pytest.mark.parametrize("seed", range(8))
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
        limits_are_held(parts, case, found.weight)
        whole_plan = parts.whole(case, 10.0, 0.01)
        assert whole_plan.objective <= found.bound * (1 + 1e-9)
        limits_are_held(parts, case, whole_plan.weight)


def limits_are_held(parts, case, weight):
    level, table, near = parts.levels, parts.table, 1 + 1e-6
    owner = table.product[level.group]

    def each(of, amount, count):
        return np.bincount(of, weights=amount * weight, minlength=count)

    products, categories = len(table.products), len(table.categories)
    assert level.cost @ weight <= case.budget * near
    assert (each(table.category[owner], level.cost, categories) <= case.by_category * near).all()
    assert (each(owner, level.demand, products) <= case.room * near).all()
    assert (each(level.group, np.ones(len(weight)), len(table.start)) <= near).all()
    on = np.zeros(products)
    np.maximum.at(on, table.product, each(level.group, np.ones(len(weight)), len(table.start)))
    assert (
        np.bincount(table.category, weights=on, minlength=categories) <= case.slots * near
    ).all()
    spare = level.profit - case.floor * level.revenue
    assert case.spare + spare @ weight >= -1e-6 * abs(case.spare)


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
    for weight in (found.weight, integer.weight):
        limits_are_held(parts, case, weight)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rule", ["category_budget", "margin_floor"])
def test_a_category_budget_or_margin_that_binds_is_held_and_bounded(seed, rule):
    ceiling, whole, parts, _ = both(seed)
    free = ceiling.case(Limits())
    names = parts.table.categories
    caps = dict(zip(names, (0.3 * ceiling.most_cost).tolist(), strict=True))
    level = parts.levels
    loose = whole.solve(free, 10.0).weight
    spare, revenue = free.spare, float((ceiling._revenue * free.sold).sum())
    margin = (spare + level.profit @ loose) / (revenue + level.revenue @ loose)
    limits = {"category_budget": caps, "margin_floor": (margin + spare / revenue) / 2}
    case = ceiling.case(Limits(**{rule: limits[rule]}))
    best, found = whole.solve(case, 10.0), parts.solve(case, 10.0)
    assert best.objective < 0.999 * whole.solve(free, 10.0).objective
    assert found.objective <= best.objective * (1 + 1e-6)
    assert found.bound >= best.objective * (1 - 1e-6)
    assert found.bound - found.objective <= 2e-4 * found.objective
    for weight in (found.weight, parts.whole(case, 10.0, 0.01).weight):
        limits_are_held(parts, case, weight)


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


NEAR = 1.05
"""The last look of a repair must see a limit that is missed by a twentieth."""


def test_a_repair_sees_every_limit_that_is_missed_by_a_twentieth():
    ceiling, _, parts, _ = both(1)
    free, pricer = ceiling.case(Limits(margin_floor=0.01)), parts.pricer
    shut = pricer.shut(free)
    choice = np.arange(len(pricer.product))  # every group at its shallowest level
    loose = replace(free, room=np.full_like(free.room, np.inf), spare=1e9)
    use = Repair(pricer, loose, choice, shut)
    assert use._holds()
    level = pricer.profit - free.floor * pricer.revenue
    left = abs(float(level[choice].sum()))
    for met in (1.0, NEAR):
        for limits in (
            {"budget": use.total / met},
            {"by_category": use.cost / met},
            {"room": use.used / met},
            {"slots": use.slots / met},
            {"spare": (1.0 - met) * left - float(level[choice].sum())},
        ):
            assert Repair(pricer, replace(loose, **limits), choice, shut)._holds() is (met == 1.0)
