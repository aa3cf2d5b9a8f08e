"""What a plan promises: the rules hold, it is the best there is, and it says what it knows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo.domain import Panel
from promo.errors import BadRequest, Infeasible, OutOfTime
from promo.optimize import Limits, PlanModel, rule_from
from promo.optimize.rules import Stock
from promo.tables import PANEL, PRODUCTS
from tests.plan_cases import START, every_plan, toy

seeds = st.integers(0, 10_000)
shares = st.floats(0.05, 0.95)
few = settings(max_examples=settings().max_examples // 2)
CENT = 0.01


def spent(plan):
    return float(plan.rows["cost"].sum())


def free(model):
    return model.relaxed(Limits())


@few
@given(seeds, shares)
def test_budget_is_never_exceeded(seed, share):
    model = PlanModel(*toy(seed))
    limit = share * spent(free(model))
    assert spent(model.relaxed(Limits(budget=limit))) <= limit + CENT
    assert spent(model.exact(Limits(budget=limit))) <= limit + CENT


@few
@given(seeds, shares)
def test_a_category_keeps_its_budget(seed, share):
    model = PlanModel(*toy(seed))
    cost = free(model).rows.query("category == 'c0'").cost.sum()
    plan = model.exact(Limits(category_budget={"c0": share * cost}))
    assert plan.rows.query("category == 'c0'")["cost"].sum() <= share * cost + CENT


@few
@given(seeds, st.floats(0.6, 1.2))
def test_no_promotion_sells_more_than_the_stock(seed, share):
    options, stock = toy(seed)
    model = PlanModel(options, stock)
    for plan in (
        model.relaxed(Limits(stock_share=share)),
        model.exact(Limits(stock_share=share)),
    ):
        units = plan.rows["units"].groupby(plan.rows["product_id"]).sum()
        for product, items in stock.items():
            assert units[product] <= share * items + 1e-4


@pytest.mark.parametrize("seed", range(3))
def test_no_more_products_of_a_category_are_promoted_than_asked(seed):
    options, _ = toy(seed, products=7, segments=1, categories=1)
    model = PlanModel(options, objective="units")  # every product gains items by a promotion
    for most in (1, 5):
        rows = model.exact(Limits(max_promoted=most)).rows
        assert rows.loc[rows["discount"] > 0, "product_id"].nunique() == most
        shared = model.relaxed(Limits(max_promoted=most)).rows
        assert shared.loc[shared["discount"] > 0, "weight"].sum() <= most + 1e-6


@few
@given(seeds, st.sampled_from([0.15, 0.22, 0.27]))
def test_discounts_stay_between_the_smallest_and_the_deepest(seed, bound):
    model = PlanModel(*toy(seed))
    low = model.exact(Limits(min_discount=bound)).rows["discount"]
    assert low[low > 0].ge(bound - 1e-9).all()
    assert model.exact(Limits(max_discount=bound)).rows["discount"].le(bound + 1e-9).all()


@few
@given(seeds, shares)
def test_the_margin_floor_holds(seed, part):
    model = PlanModel(*toy(seed))
    nothing, loose = model.relaxed(Limits(budget=0.0)), free(model)
    margin = [plan.rows["profit"].sum() / plan.rows["revenue"].sum() for plan in (nothing, loose)]
    floor = margin[1] + part * (margin[0] - margin[1])
    for plan in (
        model.relaxed(Limits(margin_floor=floor)),
        model.exact(Limits(margin_floor=floor)),
    ):
        profit, revenue = (plan.rows[name].sum() for name in ("profit", "revenue"))
        assert profit >= floor * revenue - CENT


@few
@given(seeds, shares, shares)
def test_a_larger_budget_never_hurts(seed, one, other):
    model = PlanModel(*toy(seed))
    whole = spent(free(model))
    small, large = sorted((one, other))
    less = model.exact(Limits(budget=small * whole), gap=0)
    assert model.exact(Limits(budget=large * whole), gap=0).objective >= less.objective - CENT


def random_limits(seed, model):
    rng = np.random.default_rng(seed)
    on = rng.random(6) < 0.5
    return Limits(
        budget=float(rng.uniform(0.1, 0.9)) * spent(free(model)) if on[0] else None,
        stock_share=float(rng.uniform(0.7, 1.3)),
        min_discount=0.2 if on[1] else None,
        max_discount=0.2 if on[2] else None,
        max_promoted=1 if on[3] else None,
        margin_floor=float(rng.uniform(0.2, 0.5)) if on[4] else None,
        category_budget={"c0": 60.0} if on[5] else {},
    )


@pytest.mark.parametrize("seed", range(60))
def test_the_exact_plan_is_the_best_of_all_plans(seed):
    objective = ("profit", "revenue", "units")[seed % 3]
    options, stock = toy(seed, products=3, ladder=(0.0, 0.1, 0.2))
    model = PlanModel(options, stock, objective=objective)
    limits = random_limits(seed, model)
    best = every_plan(options, limits, stock, objective)
    if best is None:
        with pytest.raises(Infeasible):
            model.exact(limits, gap=0)
        return
    plan = model.exact(limits, gap=0)
    assert plan.objective == pytest.approx(best, rel=1e-6)
    assert plan.bound >= best - 1e-6 * abs(best)
    assert model.relaxed(limits).objective >= best - 1e-5 * abs(best)


def told_price(plan, rule):
    """The shadow price a plan tells for a rule, summed over its scopes."""
    return float(plan.rules.loc[plan.rules["rule"] == rule, "shadow_price"].sum())


def test_shadow_prices_are_what_one_more_unit_brings():
    """More brings at most the price and less costs at least it; where both agree, exactly it."""
    checked = dict.fromkeys(("budget", "category_budget", "stock", "most_promoted"), 0)
    for seed in range(3):
        model = PlanModel(*toy(seed, products=4, segments=3, categories=1))
        spend = spent(free(model))
        for rule, limits, step in (
            ("budget", Limits(budget=0.5 * spend), {"budget": 1.0}),
            ("category_budget", Limits(category_budget={"c0": 0.4 * spend}), {"c0": 1.0}),
            ("stock", Limits(budget=0.8 * spend), {"p0": 1.0}),
            ("most_promoted", Limits(max_promoted=2), {"max_promoted": 1}),
        ):
            plan = model.relaxed(limits)
            price = told_price(plan, rule)
            if rule == "stock":
                scope = plan.rules.query("rule == 'stock' and scope == 'p0'")
                price = float(scope["shadow_price"].iloc[0])
            up, down = (moved(model, limits, step, by) for by in (1, -1))
            more, less = up - plan.objective, plan.objective - down
            assert more - 1e-3 <= price <= less + 1e-3
            assert price >= 0
            if less - more < 1e-3:
                assert price == pytest.approx(more, abs=1e-3)
                checked[rule] += price > 0.01
    assert all(checked[rule] for rule in ("budget", "category_budget", "stock")), checked


def moved(model, limits, step, by):
    ((name, size),) = step.items()
    if name == "p0":
        stock = model.table.stock | {name: model.table.stock[name] + by * size}
        return PlanModel(model.options, stock).relaxed(limits).objective
    if name == "c0":
        caps = {name: limits.category_budget[name] + by * size}
        limits = replace(limits, category_budget=caps)
    else:
        limits = replace(limits, **{name: getattr(limits, name) + by * size})
    return model.relaxed(limits).objective


def test_the_price_of_margin_is_what_a_lower_floor_brings():
    checked = 0
    for seed in range(4):
        model = PlanModel(*toy(seed), objective="revenue")
        loose, nothing = free(model), model.relaxed(Limits(budget=0.0))
        low, high = (p.rows["profit"].sum() / p.rows["revenue"].sum() for p in (loose, nothing))
        floor, step = (low + high) / 2, 1e-5
        price = told_price(model.relaxed(Limits(margin_floor=floor)), "margin_floor")
        lower, higher = (
            model.relaxed(Limits(margin_floor=floor + by)).objective for by in (-step, step)
        )
        assert price < 0
        assert price == pytest.approx((higher - lower) / (2 * step), rel=1e-2)
        checked += price < -1.0
    assert checked == 4


def test_a_rule_with_room_has_no_price():
    model = PlanModel(*toy(1))
    plan = model.relaxed(Limits(budget=2 * spent(free(model))))
    row = plan.rules.query("rule == 'budget'").iloc[0]
    assert not row["binds"]
    assert row["shadow_price"] == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("before", [{"budget": 0.0}, {"max_promoted": 0}, {"stock_share": 0.0}])
@pytest.mark.parametrize("seed", range(3))
def test_a_price_remembers_no_earlier_move(seed, before):
    options, stock = toy(seed, segments=1)
    model = PlanModel(options, {name: 100 * items for name, items in stock.items()})
    model.relaxed(Limits(**before))
    rules = model.relaxed(Limits(budget=1e6, max_promoted=9)).rules
    assert not rules["binds"].any()
    assert not rules["shadow_price"].fillna(0.0).any()


def test_a_plan_tells_what_every_rule_allows_and_uses():
    options, stock = toy(11)
    model = PlanModel(options, stock)
    budget = 0.5 * spent(free(model))
    limits = Limits(budget, {"c0": 0.4 * budget}, 1.1, 0.1, 0.2, max_promoted=1, margin_floor=0.2)
    plan = model.exact(limits)
    rows, told = plan.rows, plan.rules.set_index(["rule", "scope"])
    promoted = rows[rows["discount"] > 0]
    expected = {
        ("budget", "all"): (budget, rows["cost"].sum()),
        ("category_budget", "c0"): (0.4 * budget, rows.query("category == 'c0'")["cost"].sum()),
        ("margin_floor", "all"): (0.2, rows["profit"].sum() / rows["revenue"].sum()),
        ("min_discount", "all"): (0.1, promoted["discount"].min()),
        ("max_discount", "all"): (0.2, promoted["discount"].max()),
    }
    for name in ("c0", "c1"):
        count = promoted.query("category == @name")["product_id"].nunique()
        expected["most_promoted", name] = (1, count)
    for name, items in stock.items():
        units = rows.query("product_id == @name")["units"].sum()
        expected["stock", name] = (1.1 * items, units)
    assert set(told.index) == set(expected)
    for key, (limit, used) in expected.items():
        assert told.loc[key, "limit"] == pytest.approx(limit)
        assert told.loc[key, "used"] == pytest.approx(used)


@pytest.mark.parametrize("seed", range(6))
def test_a_discount_rule_about_one_product_tells_what_that_product_is_sold_at(seed):
    model = PlanModel(*toy(seed))
    for name in ("p0", "p1", "p2"):
        bounds = ({"rule": "max_discount", "share": 0.2}, {"rule": "min_discount", "share": 0.05})
        most, least = (rule_from(said | {"product": name}) for said in bounds)
        plan = model.exact(Limits(more=(most, least)))
        depths = plan.rows.query("product_id == @name and discount > 0")["discount"]
        told = plan.rules.set_index("rule")
        assert told.loc["max_discount", "used"] == pytest.approx(depths.max() if len(depths) else 0)
        assert told.loc["min_discount", "used"] == pytest.approx(depths.min(), nan_ok=True)
        assert not told.loc["min_discount", "binds"]


def test_a_plan_that_can_promote_nothing_is_optimal():
    model = PlanModel(*toy(1))
    for limits in (Limits(budget=0.0), Limits(max_discount=0.0), Limits(max_promoted=0)):
        for plan in (model.relaxed(limits), model.exact(limits)):
            assert (plan.status, plan.gap) == ("optimal", 0.0)
            assert plan.rows["discount"].eq(0).all()


def test_an_impossible_margin_names_the_rule_alone():
    with pytest.raises(Infeasible) as caught:
        PlanModel(*toy(3)).relaxed(Limits(margin_floor=0.99, budget=10.0, max_discount=0.2))
    assert caught.value.facts["rules"] == ("margin_floor",)


def loss_maker():
    """A shop where promoting dilutes a loss maker, so that a margin floor needs promotions."""
    options, _ = toy(3)
    frame = options.rows.copy()
    bad = frame["product_id"] == "p0"
    frame.loc[bad, "profit"] = -0.4 * frame.loc[bad, "revenue"]
    nothing = PlanModel(replace(options, rows=frame)).relaxed(Limits(budget=0.0))
    share = (nothing.rows["profit"].sum() + 1.0) / nothing.rows["revenue"].sum()
    return replace(options, rows=frame), share


@pytest.mark.parametrize(
    ("also", "code"),
    [
        ({"budget": 0.0}, "budget"),
        ({"category_budget": {"c0": 0.0, "c1": 0.0}}, "category_budget"),
        ({"max_promoted": 0}, "most_promoted"),
        ({"max_discount": 0.0}, "max_discount"),
        ({"min_discount": 0.9}, "min_discount"),
    ],
)
def test_two_rules_in_conflict_are_both_named_and_no_other(also, code):
    options, share = loss_maker()
    model = PlanModel(options)
    assert model.relaxed(Limits(margin_floor=share)).status == "optimal"
    loose = {"budget": 1e6, "max_promoted": 9, "max_discount": 0.5, "category_budget": {"c0": 1e6}}
    with pytest.raises(Infeasible) as caught:
        model.relaxed(Limits(margin_floor=share, **(loose | also)))
    assert set(caught.value.facts["rules"]) == {"margin_floor", code}


def test_a_margin_just_out_of_reach_is_named_alone():
    options, share = loss_maker()
    model = PlanModel(options)
    rules = None
    while rules is None:
        try:
            model.relaxed(Limits(margin_floor=share, budget=1e6, max_promoted=9))
            share += 0.004
        except Infeasible as caught:
            rules = caught.facts["rules"]
    assert rules == ("margin_floor",)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("shares", [(0.9, 0.6), (0.6, 0.9)])
def test_of_two_rules_of_stock_the_tighter_one_counts(seed, shares):
    model = PlanModel(*toy(seed))
    limits = Limits(stock_share=shares[0], more=(Stock(shares[1]),))
    plan, alone = (model.exact(asked, gap=0) for asked in (limits, Limits(stock_share=0.6)))
    assert plan.objective == pytest.approx(alone.objective)
    assert plan.baselines["profit"].tolist() == alone.baselines["profit"].tolist()
    assert model.outlined(limits).gain == model.outlined(Limits(stock_share=0.6)).gain
    price = plan.rules[plan.rules["rule"] == "stock"].groupby("number")["shadow_price"].sum()
    once = alone.rules.loc[alone.rules["rule"] == "stock", "shadow_price"].sum()
    assert sorted(price) == pytest.approx([0.0, once])


def test_a_margin_that_needs_items_conflicts_with_the_stock():
    options, share = loss_maker()
    base = options.rows.query("discount == 0").groupby("product_id")["units"].sum()
    model = PlanModel(options, base.to_dict())
    with pytest.raises(Infeasible) as caught:
        model.relaxed(Limits(margin_floor=share, budget=1e6))
    assert set(caught.value.facts["rules"]) == {"margin_floor", "stock"}


def test_a_plan_that_ran_out_of_time_is_not_called_optimal():
    options, stock = toy(5, products=40, segments=4, ladder=(0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3))
    model = PlanModel(options, stock)
    limits = Limits(budget=0.3 * spent(free(model)), max_promoted=7)
    try:
        plan = model.exact(limits, seconds=1e-3, gap=0)
    except OutOfTime:
        return
    assert plan.status != "optimal" or plan.gap <= 1e-4
    assert plan.bound >= model.relaxed(limits).objective - 1 or plan.gap > 0


def test_the_same_limits_give_the_same_plan_whatever_came_before():
    options, stock = toy(7, products=6)
    model = PlanModel(options, stock)
    limits = Limits(budget=100.0)
    first = model.exact(limits).rows
    model.relaxed(Limits(budget=5.0))
    model.exact(Limits(stock_share=0.5))
    again, fresh = model.exact(limits).rows, PlanModel(options, stock).exact(limits).rows
    for other in (again, fresh):
        assert first[["product_id", "segment", "discount"]].equals(
            other[["product_id", "segment", "discount"]]
        )


def test_twins_get_the_same_plan_in_the_order_of_products():
    options, _ = toy(2, products=1, segments=1, categories=1)
    twin = options.rows.assign(product_id=np.array(["p1"] * len(options.rows), dtype=str))
    both = pd.concat([options.rows, twin], ignore_index=True).astype({"product_id": "str"})
    model = PlanModel(replace(options, rows=both))
    limit = 0.6 * spent(free(model))
    shown = [
        model.exact(Limits(budget=limit, stock_share=s)).rows["discount"].tolist()
        for s in (1.0, 1.1)
    ]
    assert shown[0] == shown[1]


def test_two_threads_may_share_a_model():
    model = PlanModel(*toy(4, products=10))
    limits = [Limits(budget=float(20 * k)) for k in range(1, 9)]
    alone = [model.relaxed(limit).objective for limit in limits]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda limit: model.relaxed(limit).objective, limits * 5))
    assert together == pytest.approx(alone * 5, rel=1e-6)


@few
@given(seeds)
def test_gain_is_the_plan_against_the_models_own_nothing(seed):
    model = PlanModel(*toy(seed))
    plan = free(model)
    nothing = plan.baselines.set_index("name").loc["no_promotion", "profit"]
    assert plan.gain.estimate == pytest.approx(plan.objective - nothing, abs=1e-3)
    assert plan.gain.low <= plan.gain.estimate <= plan.gain.high
    assert plan.objective == pytest.approx(plan.rows["profit"].sum())
    assert plan.rows["gain"].sum() == pytest.approx(plan.gain.estimate)


@few
@given(seeds, shares)
def test_the_uniform_discount_spends_the_budget_and_earns_no_more(seed, share):
    model = PlanModel(*toy(seed))
    limit = share * spent(free(model))
    plan = model.relaxed(Limits(budget=limit))
    uniform = plan.baselines.set_index("name").loc["uniform"]
    assert uniform["cost"] == pytest.approx(limit, rel=1e-2)


def test_last_year_is_absent_when_the_history_is_too_short():
    options, stock = toy(1)
    history = Panel(PANEL.empty(), PRODUCTS.empty())
    names = PlanModel(options, stock, history=history).relaxed(Limits()).baselines["name"]
    assert list(names) == ["no_promotion", "uniform"]


def test_last_year_repeats_the_discounts_of_the_same_weeks():
    options, _ = toy(1)
    rows = PANEL.empty()
    for week, price in (
        (START - np.timedelta64(53 * 7, "D"), 10.0),
        (START - np.timedelta64(364, "D"), 8.0),
    ):
        rows.loc[len(rows)] = ["p0", "all", "all", week, 5.0, price, 10.0, 0.0, 0.0, 1.0]
    history = Panel(rows.astype(PANEL.empty().dtypes.to_dict()), PRODUCTS.empty())
    plan = PlanModel(options, history=history).relaxed(Limits())
    past = plan.baselines.set_index("name").loc["last_year"]
    one = options.rows.query("product_id == 'p0' and discount == 0.2")
    assert past["cost"] == pytest.approx(one["cost"].sum())


@pytest.mark.parametrize(
    "limits",
    [{"budget": -1.0}, {"budget": float("nan")}, {"max_discount": 1.5}, {"stock_share": -0.1}],
)
def test_limits_that_mean_nothing_are_refused(limits):
    with pytest.raises(BadRequest):
        Limits(**limits)


def test_a_negative_stock_or_an_unknown_objective_is_refused():
    options, _ = toy(1)
    with pytest.raises(BadRequest):
        PlanModel(options, {"p0": -3.0})
    with pytest.raises(BadRequest):
        PlanModel(options, objective="fame")


@given(seeds, shares)
def test_a_rule_that_has_a_price_is_said_to_bind(seed, share):
    model = PlanModel(*toy(seed))
    plan = model.exact(Limits(budget=share * spent(free(model))))
    priced = plan.rules[plan.rules["shadow_price"].abs() > 1e-3]
    assert priced["binds"].all()


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_an_outline_says_what_the_tables_of_its_plan_say(seed, whole):
    model = PlanModel(*toy(seed))
    most = spent(model.relaxed(Limits(stock_share=0.8)))
    asked = Limits(budget=0.4 * most, stock_share=0.8)
    plan = model.exact(asked) if whole else model.relaxed(asked)
    said = model.outlined(asked, exact=whole)
    assert said.gain == plan.gain
    assert said.total == pytest.approx({name: plan.rows[name].sum() for name in said.total})
    price = plan.rules.loc[plan.rules["rule"] == "budget", "shadow_price"].sum()
    assert said.price == pytest.approx(price)
    assert price > 0


def test_what_nobody_counts_or_asks_is_not_said_to_hold_a_plan_back():
    model = PlanModel(*toy(1))
    apart = rule_from({"rule": "gap", "weeks": 2})
    none = rule_from({"rule": "min_discount", "share": 0.0})
    rules = model.relaxed(Limits(more=(apart, none))).rules.set_index("rule")
    assert set(rules.index) >= {"gap", "min_discount"}
    assert not rules.loc[["gap", "min_discount"], "binds"].any()
