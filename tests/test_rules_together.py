"""Several rules at once against every plan listed one by one, and what more room is worth."""

from contextlib import suppress
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from promo.errors import Infeasible
from promo.optimize import PlanModel
from promo.optimize.rules import RULES
from tests.rule_draws import SHOPS, case, draw, limits_of
from tests.test_rules import agrees, exact

PARTS = 10
"""Of each test of many draws, so that a failure is near."""


def pair(number, most=3):
    """A shop and two or three rules of different kinds, each of which would bind alone."""
    rng = np.random.default_rng([number, 77])
    shop = case(number % SHOPS)
    kinds = rng.permutation(list(RULES))
    rules = [rule for rule in (draw(code, shop, rng) for code in kinds[:6]) if rule is not None]
    return shop, rules[: int(rng.integers(2, most + 1))]


@pytest.mark.parametrize("part", range(PARTS))
def test_under_several_rules_the_best_of_all_plans_is_found_or_said_to_be_none(part):
    binds = none = 0
    for number in range(20 * part, 20 * part + 20):
        shop, rules = pair(number)
        limits = limits_of(*rules)
        best = shop.plans.best(limits.rules)
        assert agrees(best, exact(shop, limits)), (number, rules)
        none += best is None
        binds += best is None or best < shop.best * (1 - 1e-9)
    assert binds >= 15
    assert none >= 1


@pytest.mark.parametrize("part", range(PARTS))
def test_fewer_rules_more_money_and_more_stock_never_hurt(part):
    for number in range(300 + 4 * part, 300 + 4 * part + 4):
        shop, rules = pair(number)
        money = 0.5 * shop.free["cost"].sum()
        limits = replace(limits_of(*rules), budget=money)
        best = exact(shop, limits)
        if best is None:
            continue
        less = abs(best) * 2e-5
        assert exact(shop, replace(limits, budget=1.2 * money)) >= best - less
        assert exact(shop, replace(limits, more=limits.more[1:])) >= best - less
        if not {rule.code for rule in rules} & {"sell_through", "margin_floor"}:
            assert exact(shop, replace(limits, stock_share=1.1 * limits.stock_share)) >= best - less


@pytest.mark.parametrize("number", range(0, SHOPS, 3))
def test_the_same_question_gets_the_same_plan(number):
    shop, rules = pair(number, most=2)
    limits = limits_of(*rules)
    options, stock, brand = shop.shop
    answers = []
    for _ in range(2):
        model = PlanModel(options, stock, brand=brand, objective=shop.objective)
        for ask in (model.exact, model.relaxed, model.exact):
            try:
                answers.append(ask(limits).rows)
            except Infeasible as none:
                answers.append(pd.DataFrame({"rules": none.facts["rules"]}))
    for kind in range(3):
        pd.testing.assert_frame_equal(answers[kind], answers[kind + 3])
    pd.testing.assert_frame_equal(answers[0], answers[2])


PRICED = 200
STEP = 1e-4
AMOUNTS = {
    "budget": "total", "category_budget": "total", "channel_budget": "total",
    "week_budget": "total", "margin_floor": "share", "target": "reach", "sell_through": "share",
    "segment_least": "share", "segment_most": "share", "stock": "share",
}  # fmt: skip
"""Rules whose amount can be moved by a little."""

HELD = ("stock", "sell_through")
"""Rules whose price is per item, and whose amount is a share of the items held."""


def test_a_shadow_price_is_what_one_more_unit_brings():
    """Where a little more and a little less are worth the same; of the plan to run as well."""
    sure = dict.fromkeys(AMOUNTS, 0)
    for number in range(20 * PRICED):
        code = list(AMOUNTS)[number % len(AMOUNTS)]
        rng = np.random.default_rng([number, 5])
        shop = case(int(rng.integers(SHOPS)))
        rule = draw(code, shop, rng)
        sure[code] += rule is not None and priced(shop, rule)
        if sum(sure.values()) == PRICED:
            break
    assert sum(sure.values()) == PRICED
    assert min(sure.values()) >= 2, sure


def limits_by(rule, by):
    """The limits when the rule's amount is another by a little."""
    name = AMOUNTS[rule.code]
    return limits_of(replace(rule, **{name: getattr(rule, name) + by}))


def worth(shop, limits):
    """What the live plan adds to the objective; what is sold without promotion moves with stock."""
    if limits.stock_share != 1.0:
        return shop.model.relaxed(limits).objective
    return shop.model.solve(limits, 5.0).solution.objective


def priced(shop, rule):
    """Whether the price of a rule is sure; then it is the difference that the amount makes."""
    step = STEP * getattr(rule, AMOUNTS[rule.code])
    less, now, more = (worth(shop, limits_by(rule, by)) for by in (-step, 0.0, step))
    if not np.isfinite([less, now, more]).all():  # there is no plan
        return False
    left, right = (now - less) / step, (more - now) / step
    if abs(right - left) > 1e-3 * abs(left) or abs(right) * step < 1e-7 * abs(now):
        return False
    plans = [shop.model.relaxed(limits_of(rule))]
    with suppress(Infeasible):  # whole discounts may not keep what a mix of them keeps
        plans.append(shop.model.exact(limits_of(rule)))
    for plan in plans:
        told = plan.rules.query("rule == @rule.code")
        held = told["scope"].map(shop.shop[1]) if rule.code in HELD else 1.0
        price = (told["shadow_price"] * held).sum()
        assert price == pytest.approx(left, rel=5e-3), (shop.seed, rule, plan.exact)
    return True
