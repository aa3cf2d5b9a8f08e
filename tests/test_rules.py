"""The best plan under a rule is the best of all plans, listed one by one, that keep it."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import Options
from promo.errors import Infeasible
from promo.optimize import Limits, Mechanic, Offer, PlanModel, build_options
from promo.optimize.mechanics import PERCENT
from promo.optimize.rules import (
    RULES,
    ContactLimit,
    Gap,
    Locked,
    MaxDiscount,
    MinDiscount,
    MostPromoted,
    MostPromotions,
    NeverTogether,
    OnePrice,
    OnlyWith,
    PriceGroup,
    ProductMargin,
    Stock,
)
from promo.words import LANGUAGES, catalogue
from tests import plan_cases
from tests.plan_cases import Plans
from tests.rule_draws import SHOPS, case, draw, limits_of
from tests.tiny_scene import tiny

DRAWN = 10
"""Problems per rule."""


def drawn(code, count=DRAWN):
    """Shops and a rule that the best plan without it breaks, most of the time."""
    found = 0
    for number in range(3 * SHOPS):
        shop = case((number * 7 + len(code)) % SHOPS)
        rule = draw(code, shop, np.random.default_rng([number, len(code)]))
        if rule is not None:
            yield shop, rule
            found += 1
        if found == count:
            return


def exact(shop, limits):
    """The objective of the model's plan; None where it says that there is none."""
    try:
        return shop.model.exact(limits, gap=0).objective
    except Infeasible:
        return None


def agrees(best, got):
    """Whether two answers are the same, but for what the tie-break may hide."""
    if best is None or got is None:
        return best is got
    return got == pytest.approx(best, rel=2e-5)


@pytest.mark.parametrize("code", RULES)
def test_under_each_rule_the_best_of_all_plans_is_found(code):
    binds = count = 0
    for shop, rule in drawn(code):
        limits = limits_of(rule)
        best = shop.plans.best(limits.rules)
        assert agrees(best, exact(shop, limits)), (shop.seed, rule)
        if best is not None:
            assert shop.model.relaxed(limits).objective >= best * (1 - 1e-5)
        binds += best is None or best < shop.best * (1 - 1e-9)
        count += 1
    assert count == DRAWN
    assert binds >= DRAWN / 2


@pytest.mark.parametrize("code", RULES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_has_a_name_and_a_sentence(language, code):
    words = catalogue(language)
    assert f"rule.name.{code}" in words
    assert f"rule.sentence.{code}" in words


def locked(shop, at=0, **other):
    """A promotion of the best plan, or a change of it, set by hand."""
    row = shop.free.iloc[at]
    said = {
        "product": row["product_id"], "segment": row["segment"], "mechanic": row["mechanic"],
        "first": f"{row['first']:%Y-%m-%d}", "weeks": int(row["weeks"]),
        "discount": float(row["discount"]),
    }  # fmt: skip
    return Locked(**(said | other))


def refused(shop, *rules):
    """The rules that are named when no plan keeps all."""
    with pytest.raises(Infeasible) as failure:
        shop.model.exact(Limits(more=rules))
    assert shop.plans.best((Stock(), *rules)) is None
    return set(failure.value.facts["rules"])


def test_what_is_set_by_hand_and_what_a_rule_refuses_contradict_each_other():
    shop = case(3)
    deep = locked(shop)
    assert refused(shop, deep, MaxDiscount(share=deep.discount - 0.05)) == {
        "locked", "max_discount",
    }  # fmt: skip


def test_two_promotions_set_by_hand_keep_their_distance():
    shop = case(8)
    first, then = locked(shop), locked(shop, first="2026-03-09", weeks=1)
    assert exact(shop, Limits(more=(first,))) is not None
    assert refused(shop, locked(shop, weeks=1), then, Gap(weeks=1)) >= {"locked"}


def test_a_promotion_set_by_hand_counts_as_one_of_the_most():
    shop = case(2)
    limits = Limits(more=(locked(shop), MostPromotions(count=1)))
    assert exact(shop, limits) == pytest.approx(shop.plans.best(limits.rules), rel=2e-5)


def test_a_price_group_follows_what_is_set_by_hand_or_there_is_no_plan():
    agreed = 0
    for number in range(SHOPS):
        shop = case(number)
        names = tuple(shop.frame["product_id"].unique()[:2])
        if not len(shop.free[shop.free["product_id"] == names[0]]):
            continue
        at = int(np.flatnonzero(shop.free["product_id"] == names[0])[0])
        limits = Limits(more=(locked(shop, at), PriceGroup(names)))
        best = shop.plans.best(limits.rules)
        assert agrees(best, exact(shop, limits)), number
        agreed += best is None
    assert agreed  # some partners have no such promotion


def test_what_one_product_of_a_price_group_saves_is_no_stock_of_another():
    """At 20 % both together ask for more than at 10 %, but of p0 there is only enough at 20 %."""
    asked = {"p0": (100.0, 180.0, 150.0), "p1": (100.0, 200.0, 260.0)}
    options = plan_cases.weekly(asked, (0.0, 0.1, 0.2))
    stock, group = {"p0": 160.0}, PriceGroup(("p0", "p1"))
    plan = PlanModel(options, stock).exact(Limits(more=(group,)), gap=0)
    assert plan.rows["discount"].tolist() == [0.2, 0.2]
    assert plan.objective == pytest.approx(450 + 780)
    assert plan.objective == pytest.approx(Plans(options, stock).best((Stock(), group)))


GROUPED = (
    (),
    (MaxDiscount(product="p0", share=0.15),),
    (MinDiscount(product="p0", share=0.15),),
    (ProductMargin(product="p0", share=0.3),),
)


@pytest.mark.parametrize("rules", GROUPED, ids=str)
def test_the_best_promotion_of_a_price_group_is_found(rules):
    for seed in (0, 3, 12, 23, 30, 31):
        options, stock, brand = plan_cases.shop(seed, plan_cases.SIZES[seed % 10])
        limits = Limits(more=(PriceGroup(("p0", "p1")), *rules))
        best = Plans(options, stock, brand).best(limits.rules)
        model = PlanModel(options, stock, brand=brand)
        if best is None:
            with pytest.raises(Infeasible):
                model.exact(limits)
            continue
        assert agrees(best, model.exact(limits, gap=0).objective), seed


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rules", [(), (MaxDiscount(product="p1", share=0.2),)], ids=str)
def test_a_price_group_moves_by_the_same_step_where_prices_have_endings(seed, rules):
    ways = (PERCENT, Mechanic("coupon", 0.6, 0.9, 0.6))[: 1 + seed % 2]
    offer = Offer((0.1, 0.2, 0.3), (1,), mechanics=ways, endings=(0.99,))
    options = build_options(tiny(seed, 2, weeks=2, offer=offer))
    group = PriceGroup(("p0", "p1"))
    limits = Limits(more=(group, *rules))
    plan = PlanModel(options).exact(limits, gap=0)
    assert agrees(Plans(options, {}).best(limits.rules), plan.objective)
    on = plan.rows[plan.rows["discount"] > 0]
    assert len(on)
    for _, pair in on.groupby("first"):
        assert set(pair["product_id"]) == {"p0", "p1"}
        assert len(set(pair["mechanic"])) == 1
        assert any(all(_ends(row, step) for row in pair.itertuples()) for step in offer.ladder)


def _ends(row, step):
    """Whether a discount is that of a step, or of the nearest price on the shelf with an ending."""
    if row.mechanic == "coupon":
        return row.discount == step
    near = abs(row.list_price * ((1 - row.discount) - (1 - step)))
    return near <= 0.5 + 1e-9 and round(row.price % 1, 6) == 0.99


BESIDE_A_GROUP = (
    (),
    (MostPromoted(count=1, together=True),),
    (MostPromotions(product="p1", count=0),),
    (MostPromotions(count=1),),
    (NeverTogether("p0", "p1"),),
    (OnlyWith("p0", "p1"),),
    (Gap(weeks=1),),
    (ContactLimit(1),),
)


def lacking(seed, size, *lines):
    """A shop in which some products are not sold to some segments, and all its plans."""
    options, stock, brand = plan_cases.shop(seed, size)
    rows = options.rows
    gone = [line in lines for line in zip(rows["product_id"], rows["segment"], strict=True)]
    rows = rows[~np.array(gone)].reset_index(drop=True)
    options = Options(rows, options.weeks, options.start)
    return Plans(options, stock, brand), PlanModel(options, stock, brand=brand)


@pytest.mark.parametrize("rules", BESIDE_A_GROUP, ids=str)
def test_a_price_group_of_which_a_product_lacks_a_segment_counts_what_is_promoted(rules):
    sizes = ((2, 2, 2, 2, 1, 1), (2, 2, 1, 1, 2, 2), (3, 2, 1, 1, 2, 1), (2, 2, 3, 1, 1, 1))
    alone = 0
    for seed in range(8):
        plans, model = lacking(seed, sizes[seed % len(sizes)], ("p1", "s1"))
        limits = Limits(more=(PriceGroup(("p0", "p1")), *rules))
        plan = model.exact(limits, gap=0)
        assert agrees(plans.best(limits.rules), plan.objective), seed
        on = plan.rows[plan.rows["discount"] > 0]
        alone += "p0" in set(on["product_id"]) - {"p1"}
    assert alone or rules != (NeverTogether("p0", "p1"),), "p0 goes where there is no p1"


@pytest.mark.parametrize("rules", BESIDE_A_GROUP, ids=str)
def test_where_products_of_a_group_lack_different_segments_no_rule_is_broken(rules):
    for seed in range(8):
        gone = (("p0", "s0"), ("p1", "s1")) if seed % 2 else (("p1", "s1"),)
        plans, model = lacking(seed, (2, 3, 1 + seed % 4 // 2, 1, 1, 1), *gone)
        limits = Limits(more=(PriceGroup(("p0", "p1")), *rules))
        best, got = plans.best(limits.rules), model.exact(limits, gap=0).objective
        assert got <= best * (1 + 2e-5), seed
        if not rules:
            assert agrees(best, got), seed


def test_a_product_of_a_group_with_one_price_counts_once_in_whichever_segments():
    rules = (OnePrice(product="p1"), MostPromotions(count=1), MostPromoted(count=1))
    for seed in range(8):
        plans, model = lacking(seed, (2, 3, 1 + seed % 2, 1, 1, 1), ("p1", "s1"))
        limits = Limits(more=(PriceGroup(("p0", "p1")), *rules))
        assert agrees(plans.best(limits.rules), model.exact(limits, gap=0).objective), seed


def test_what_one_segment_saves_of_the_stock_another_may_ask_for():
    shop = case(21)
    rows = shop.plans.best_rows((Stock(), MostPromotions(category="c0", count=0)))
    asked = rows.loc[rows["product_id"] == "p1", "demand"]
    held = shop.shop[1]["p1"]
    none = shop.frame.query("product_id == 'p1' and segment == 's1' and discount == 0")["demand"]
    assert asked.iloc[0] + none.iloc[0] > held  # one segment alone asks for more than there is
    limits = Limits(more=(MostPromotions(category="c0", count=0),))
    assert exact(shop, limits) == pytest.approx(shop.plans.best(limits.rules), rel=2e-5)


def test_what_sells_out_by_itself_is_not_promoted_even_where_that_saves_items():
    saves = 0
    for number in range(0, SHOPS, 4):
        shop = case(number)
        for name, held in shop.shop[1].items():
            mine = shop.frame[shop.frame["product_id"] == name]
            base = mine.loc[mine["discount"] == 0, "demand"].sum()
            limits = Limits(stock_share=0.9 * base / held)
            plan = shop.model.exact(limits, gap=0)
            assert agrees(shop.plans.best(limits.rules), plan.objective), (number, name)
            assert not plan.rows.query("product_id == @name")["discount"].any()
            saves += (mine["demand"] < mine["base_share"] * base)[mine["discount"] > 0].any()
    assert saves


def test_not_promoted_in_a_week_means_in_no_promotion_that_touches_it():
    shop = case(8)
    name, week = shop.free["product_id"].iloc[0], pd.Timestamp("2026-03-09")
    mine = shop.frame.query("product_id == @name and discount > 0")
    assert ((mine["first"] < week) & (mine["weeks"] > 1)).any()
    limits = Limits(more=(Locked(name, first=f"{week:%Y-%m-%d}", discount=0.0),))
    plan = shop.model.exact(limits, gap=0)
    rows = plan.rows.query("product_id == @name and discount > 0")
    end = rows["first"] + pd.to_timedelta(7 * rows["weeks"], "D")
    assert not ((rows["first"] <= week) & (week < end)).any()
    assert plan.objective == pytest.approx(shop.plans.best(limits.rules), rel=2e-5)
