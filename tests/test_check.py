"""The checker by hand: plans whose every number can be added up in the head, and what breaks them.

Each week a line sells 10 items at 10 of money, each worth 5. At 10 % off it sells 15, at 20 % off
20, in the weeks of the promotion. There are 100 items of tea.
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from promo.domain import Options
from promo.errors import BrokenPlan
from promo.optimize import Limits, PlanModel, violations
from promo.optimize.check import Checker
from promo.optimize.rules import (
    CHANNELS,
    RULES,
    Budget,
    CategoryBudget,
    ChannelBudget,
    ContactLimit,
    Dates,
    Forbidden,
    Gap,
    Length,
    Locked,
    LowestPrice,
    MarginFloor,
    MaxDiscount,
    MinDiscount,
    MostPromoted,
    MostPromotions,
    NeverTogether,
    NoTouch,
    OnePrice,
    OnlyWith,
    PriceGroup,
    ProductMargin,
    SegmentLeast,
    SegmentMost,
    SellThrough,
    Stock,
    Target,
    WeekBudget,
)
from tests.plan_cases import AMOUNTS, START, option_rows
from tests.rule_draws import SHOPS, case

ONE, TWO, THREE = (f"{START + pd.Timedelta(weeks=week):%Y-%m-%d}" for week in range(3))
STOCK, BRAND = {"tea": 100.0}, {"tea": "leaf"}


def _shop():
    rows = []
    for name, segment in product(("mug", "tea"), ("new", "old")):
        line = {"product_id": name, "segment": segment, "category": f"all {name}s"}
        rows.append(line | _sold(0, 3, "none", 0.0, 30.0))
        for length, first in product((1, 2), range(3)):
            for mechanic, d in product(("coupon", "percent"), (0.1, 0.2)):
                if first + length <= 3:
                    items = 10 * length * (1 + 5 * d)
                    rows.append(line | _sold(first, length, mechanic, d, items))
    return Options(option_rows(rows), 3, START)


def _sold(first, length, mechanic, d, items):
    return dict.fromkeys(AMOUNTS, 0.0) | {
        "first": START + pd.Timedelta(weeks=first), "weeks": length, "mechanic": mechanic,
        "discount": d, "list_price": 10.0, "price": 10 - 10 * d, "demand": items, "units": items,
        "units_low": items, "units_high": items, "revenue": items * (10 - 10 * d),
        "cost": items * 10 * d, "profit": items * (5 - 10 * d), "base_share": length / 3,
        "step": d, "unit_cost": 5.0, "base_spread": 0.1, "response_spread": 0.1,
    }  # fmt: skip


SHOP = _shop()
FRAME = SHOP.rows


def plan(*promotions, part=1.0):
    """Rows of a plan: promotions as (product, segments, week from 1, weeks, mechanic, discount)."""
    weight = np.zeros(len(FRAME))
    for name, segments, week, length, mechanic, d in promotions:
        mine = (FRAME["product_id"] == name) & FRAME["segment"].isin(segments.split())
        mine &= (FRAME["first"] == START + pd.Timedelta(weeks=week - 1)) & (
            FRAME["weeks"] == length
        )
        weight[mine & (FRAME["mechanic"] == mechanic) & (FRAME["discount"] == d)] = part
    line = (FRAME["discount"] == 0).cumsum().to_numpy() - 1
    taken = np.bincount(line, weights=weight * FRAME["base_share"])
    weight[FRAME["discount"] == 0] = np.round(1 - taken, 12)
    rows = FRAME[weight > 0].reset_index(drop=True)
    rows["weight"] = weight[weight > 0]
    rows[list(AMOUNTS)] = rows[list(AMOUNTS)].mul(rows["weight"], axis=0)
    return rows.assign(gain=rows["profit"] - 150 * rows["base_share"] * rows["weight"])


def broken(rows, *rules):
    return violations(rows, SHOP, rules, STOCK, BRAND)


TEA = ("tea", "new old", 1, 1, "percent", 0.2)
MUG = ("mug", "old", 2, 2, "coupon", 0.1)
USUAL = (TEA, MUG)
"""Tea in week 1 for all, 40 of money in each segment; mugs in weeks 2 and 3 for some, 30."""

AGAIN = (("tea", "old", 1, 1, "percent", 0.2), ("tea", "old", 3, 1, "percent", 0.2))
BOTH = (("tea", "new old", 2, 2, "coupon", 0.1), ("mug", "new old", 2, 2, "coupon", 0.1))
MEETING = (("tea", "old", 3, 1, "percent", 0.2), MUG)

PAIRS = (
    (USUAL, Budget(110.0), Budget(109.0)),
    (USUAL, CategoryBudget("all teas", 80.0), CategoryBudget("all teas", 79.0)),
    (USUAL, WeekBudget(80.0), WeekBudget(79.0)),
    ((MUG,), WeekBudget(15.0), WeekBudget(14.0)),
    (USUAL, ChannelBudget("message", 30.0), ChannelBudget("message", 29.0)),
    (USUAL, MarginFloor(640 / 1390), MarginFloor(642 / 1390)),
    (USUAL, ProductMargin(share=0.375), ProductMargin(share=0.38)),
    (USUAL, ProductMargin(product="mug", share=4 / 9), ProductMargin(product="mug", share=0.45)),
    (USUAL, Target("units", 150.0), Target("units", 151.0)),
    (USUAL, Target("profit", 640.0), Target("profit", 641.0)),
    (USUAL, Stock(0.8), Stock(0.79)),
    (USUAL, SellThrough(share=0.8), SellThrough(share=0.81)),
    (USUAL, SellThrough(product="mug", share=1.0), SellThrough(brand="leaf", share=0.9)),
    (USUAL, MinDiscount(share=0.1), MinDiscount(share=0.11)),
    (USUAL, MinDiscount(brand="leaf", share=0.2), MinDiscount(category="all mugs", share=0.2)),
    (USUAL, MaxDiscount(share=0.2), MaxDiscount(share=0.19)),
    (USUAL, MaxDiscount(product="mug", share=0.1), MaxDiscount(product="tea", share=0.1)),
    (USUAL, LowestPrice({"tea": 8.01, "mug": 10.0}), LowestPrice({"tea": 8.0})),
    ((MUG,), LowestPrice({}), LowestPrice({"mug": 9.0})),
    (USUAL, MostPromoted(count=1), MostPromoted(count=0)),
    (BOTH, MostPromoted(count=1), MostPromoted(count=1, together=True)),
    (USUAL, MostPromotions(count=1), MostPromotions(count=0)),
    (AGAIN, MostPromotions(product="mug", count=0), MostPromotions(count=1)),
    (AGAIN, Gap(weeks=1), Gap(weeks=2)),
    (AGAIN, Gap(product="mug", weeks=2), LowestPrice({})),
    (USUAL, Length(least=1, most=2), Length(most=1)),
    (USUAL, Length(product="mug", least=2), Length(least=2)),
    (USUAL, Dates(first=ONE, last=THREE), Dates(first=TWO)),
    (USUAL, Dates(product="tea", last=ONE), Dates(last=TWO)),
    (USUAL, NoTouch(product="tea", first=TWO, last=THREE), NoTouch(first=THREE)),
    (USUAL, NoTouch(product="mug", first=ONE), NoTouch(first=ONE, last=TWO)),
    (USUAL, NeverTogether("tea", "mug"), None),
    (MEETING, NeverTogether("mug", "other"), NeverTogether("tea", "mug")),
    (BOTH, OnlyWith("mug", "tea"), None),
    (MEETING, OnlyWith("tea", "mug"), OnlyWith("mug", "tea")),
    (BOTH, PriceGroup(("tea", "mug")), None),
    (USUAL, PriceGroup(("tea",)), PriceGroup(("tea", "mug"))),
    (USUAL, OnePrice(product="tea"), OnePrice()),
    (USUAL, SegmentLeast("old", 0.63), SegmentLeast("old", 0.64)),
    (USUAL, SegmentMost("new", 0.37), SegmentMost("new", 0.36)),
    (USUAL, ContactLimit(1), ContactLimit(0)),
    (BOTH, ContactLimit(2), ContactLimit(1)),
    (USUAL, Locked("mug", "old", "coupon", TWO, 2, 0.1), Locked("mug", None, "coupon", TWO, 2)),
    (USUAL, Locked("tea", None, "percent", ONE, 1, 0.2), Locked("tea", "old", None, ONE, 1, 0.1)),
    (USUAL, Locked("mug", "new", discount=0.0), Locked("mug", discount=0.0)),
    (USUAL, Locked("mug", first=ONE, discount=0.0), Locked("mug", first=THREE, discount=0.0)),
    (USUAL, Forbidden("mug", mechanic="percent"), Forbidden("mug", mechanic="coupon")),
    (USUAL, Forbidden("tea", "new", discount=0.1), Forbidden("tea", weeks=1)),
)  # fmt: skip


@pytest.mark.parametrize(("promotions", "kept", "missed"), PAIRS)
def test_a_rule_is_broken_from_its_limit_on(promotions, kept, missed):
    rows = plan(*promotions)
    assert broken(rows, kept) == []
    if missed is not None:
        assert broken(rows, missed)
        assert {one.split()[0] for one in broken(rows, missed)} == {missed.code}


def test_every_rule_is_broken_by_hand():
    assert {missed.code for _, _, missed in PAIRS if missed} == set(RULES)


MET = {
    "percent": "shop", "flash": "shop", "bundle": "shop", "gift": "shop",
    "spend_and_save": "checkout", "member": "account", "points": "account", "coupon": "message",
}  # fmt: skip
"""Where a customer meets each mechanic; she is written to by message and in her account."""


@pytest.mark.parametrize("mechanic", CHANNELS)
def test_a_mechanic_costs_money_in_its_own_channel_and_writes_to_whom_it_says(mechanic):
    frame = FRAME[FRAME["mechanic"] != "percent"].reset_index(drop=True)
    shop = Options(frame.replace({"mechanic": {"coupon": mechanic}}), 3, START)
    rows = plan(MUG).replace({"mechanic": {"coupon": mechanic}})
    rules = [ChannelBudget(name, 0.0) for name in dict.fromkeys(MET.values())]
    assert [rule.channel for rule in rules if violations(rows, shop, (rule,), STOCK)] == [
        MET[mechanic]
    ]
    written = bool(violations(rows, shop, (ContactLimit(0),), STOCK))
    assert written == (MET[mechanic] in ("message", "account"))


GAINS = (5, 1, 1, 1, 6, 5, 3)
"""What 10 % off mugs, then sold at 9, adds in each of seven weeks."""


@pytest.mark.parametrize(
    ("seen", "weeks", "again"),
    [({}, [1, 7], (1, 6)), ({"mug": 9.0}, [6], (5,)), ({"mug": 9.01}, [1, 7], (2, 6))],
)
def test_thirty_days_lie_between_promotions_and_before_a_price_that_was_seen(seen, weeks, again):
    line = {"product_id": "mug", "segment": "old", "category": "all mugs"}
    rows = [line | _sold(0, 7, "none", 0.0, 70.0) | {"base_share": 1.0}]
    for week, gain in enumerate(GAINS):
        promoted = _sold(week, 1, "percent", 0.1, (50 + gain) / 4)
        rows.append(line | promoted | {"base_share": 1 / 7})
    options, rule = Options(option_rows(rows), 7, START), LowestPrice(seen)
    model = PlanModel(options)
    found = model.exact(Limits(more=(rule,)), gap=0)
    assert _weeks(found.rows) == weeks
    asked = options.rows[options.rows["discount"] > 0].iloc[[week - 1 for week in again]]
    assert model.scored(Limits(more=(rule,)), asked)[1]


def _weeks(rows):
    """The weeks of the promotions of a plan, from 1."""
    return ((rows.loc[rows["discount"] > 0, "first"] - START).dt.days // 7 + 1).tolist()


def test_every_broken_rule_is_named_with_where_and_how_far():
    assert broken(plan(*USUAL), Budget(88.0), MaxDiscount(share=0.1), Length(most=1)) == [
        "budget all: 110 over 88",
        "max_discount tea: 2 over 0",
        "length mug: 1 over 0",
    ]
    assert broken(plan(*USUAL), WeekBudget(70.0)) == [f"week_budget all {ONE}: 80 over 70"]


def test_what_sells_out_by_itself_is_not_promoted():
    held = {"tea": 59.0}
    assert "stock tea: 80 over 59" in violations(plan(TEA), SHOP, (Stock(),), held)


def test_what_sells_out_by_itself_sells_what_there_is():
    rows = plan(MUG)
    (found, *_) = violations(rows, SHOP, (Stock(0.3),), STOCK, BRAND)
    assert found == "structure rows with another units: 2 over 0"
    tea = rows["product_id"] == "tea"
    sold = ["units", "units_low", "units_high", "revenue", "profit", "gain"]
    rows.loc[tea, sold] *= 0.5
    assert violations(rows, SHOP, (Stock(0.3),), STOCK, BRAND) == []


@pytest.mark.parametrize("name", [*AMOUNTS, "list_price", "price", "gain", "base_share"])
def test_no_amount_of_a_plan_is_another_than_its_options_say(name):
    rows = plan(*USUAL)
    rows[name] = 1.2 * rows[name] + 0.2
    assert f"structure rows with another {name}: 7 over 0" in broken(rows)


def test_what_is_no_number_is_no_plan():
    rows = plan(*USUAL)
    for name in ("profit", "weight", "demand"):
        assert broken(rows.assign(**{name: np.nan}))


def changed(rows, at, **values):
    """The rows with some cells of one changed."""
    rows = rows.copy()
    for name, value in values.items():
        rows.loc[at, name] = value
    return rows


def test_a_plan_is_made_of_options():
    rows = plan(*USUAL)
    for change in (
        {"product_id": "cup"}, {"segment": "other"}, {"mechanic": "flash"}, {"discount": 0.25},
        {"weeks": 3}, {"category": "other"}, {"first": START - pd.Timedelta(weeks=1)},
    ):  # fmt: skip
        at = rows.index[rows["discount"] > 0][0]
        assert broken(changed(rows, at, **change)) == [
            "structure rows that are no options: 1 over 0"
        ]
    assert "structure rows of another category" in broken(changed(rows, 0, category="all teas"))[-1]


def test_every_product_and_segment_is_decided_once_for_every_week():
    rows = plan(*USUAL)
    assert any("weeks decided for mug new: 0 under 1" in one for one in broken(rows.drop(index=0)))
    twice = broken(pd.concat([rows, rows.iloc[[0]]], ignore_index=True))
    assert "structure options that are there again: 1 over 0" in twice
    half = rows.assign(weight=rows["weight"] / 2)
    half[list(AMOUNTS)] /= 2
    half["gain"] /= 2
    assert len([one for one in broken(half) if "weeks decided" in one]) == 4
    assert any("weight is no share" in one for one in broken(changed(rows, 0, weight=-1.0)))


def test_promotions_of_a_product_do_not_overlap_in_whichever_segments():
    rows = plan(("tea", "new", 1, 2, "percent", 0.2), ("tea", "old", 2, 1, "percent", 0.2))
    assert broken(rows) == ["structure: promotions at once of tea: 2 over 1"]


def test_parts_of_a_product_take_parts_of_a_slot():
    part = plan(("tea", "new old", 1, 1, "percent", 0.2), part=0.5)
    assert broken(part, Budget(40.0), MostPromotions(count=1)) == []
    assert broken(part, MostPromoted(count=0)) == [f"most_promoted all teas {ONE}: 0.5 over 0"]


def test_several_plans_are_judged_at_once():
    plans = [plan(TEA), plan(MUG), plan(*USUAL), plan()]
    rows = pd.concat(plans, ignore_index=True)
    number = np.repeat(np.arange(4), [len(one) for one in plans])
    checker = Checker(SHOP, STOCK, BRAND)
    for rules in ((Budget(50.0),), (MaxDiscount(share=0.1),), (Target("units", 135.0),)):
        alone = [not checker.violations(one, rules) for one in plans]
        assert checker.keeping(rows, number, rules).tolist() == alone


@pytest.mark.parametrize("number", range(0, SHOPS, 4))
def test_plans_of_parts_keep_the_rules_too(number):
    shop = case(number)
    limits = Limits(budget=0.6 * shop.free["cost"].sum(), max_promoted=1, stock_share=0.9)
    rows = shop.model.relaxed(limits).rows
    options, stock, brand = shop.shop
    assert violations(rows, options, limits.rules, stock, brand) == []


def test_a_broken_plan_never_leaves(monkeypatch):
    monkeypatch.setattr(Checker, "violations", lambda *_: ["budget: over"])
    with pytest.raises(BrokenPlan):
        PlanModel(SHOP, STOCK).relaxed(Limits())
