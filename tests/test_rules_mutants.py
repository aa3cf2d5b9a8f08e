"""A rule that means a fifth more or less than its sentence is seen to be wrong, by name."""

from dataclasses import replace

import pytest

from promo.optimize.rules import RULES
from tests.rule_draws import limits_of
from tests.test_rules import agrees, drawn, exact

TRIES = 12
"""Shops in which a wrong rule is looked for; most are seen in the first."""

BY = 0.2

COUNTS = {
    "most_promoted": "count", "most_promotions": "count", "contact_limit": "count", "gap": "weeks",
}  # fmt: skip
"""Whole amounts: one more or one less is the least that they can be wrong by."""

NOTHING = ("never_together", "only_with", "price_group", "one_price", "no_touch", "forbidden")
"""Rules without an amount: what they can be wrong by is to say nothing."""


def amount(rule, by):
    """A rule with its amount wrong by a share of it; None where it can not be so."""
    name = type(rule).amount
    wrong = getattr(rule, name) * (1 + by)
    kind = rule.kinds()[name]
    return None if kind == "share" and wrong > 1 else replace(rule, **{name: wrong})


def count(rule, by):
    """A rule with its count wrong by one."""
    name = COUNTS[rule.code]
    wrong = getattr(rule, name) + (1 if by > 0 else -1)
    return None if wrong < 0 else replace(rule, **{name: wrong})


def length(rule, by):
    """Promotions a week longer or shorter than what may be."""
    step = 1 if by > 0 else -1
    return replace(rule, least=max(rule.least - step, 0), most=max(rule.most + step, 0))


def prices(rule, by):
    """Prices seen that were a fifth higher or lower."""
    return replace(rule, seen={name: price * (1 + by) for name, price in rule.seen.items()})


def dates(rule, by):
    """Weeks that never are, or all."""
    if by > 0:
        return replace(rule, first=None, last=None)
    return replace(rule, first="2100-01-04", last=None)


def wrong(rule, by):
    """What a program takes the rule for; None where that is no rule."""
    if rule.code in COUNTS:
        return count(rule, by)
    special = {"length": length, "lowest_price": prices, "dates": dates}
    if rule.code in special:
        return special[rule.code](rule, by)
    return amount(rule, by)


def seen(code, monkeypatch, says):
    """Whether some best plan of all is not what a program finds that says something else."""
    right = RULES[code].says
    for shop, rule in drawn(code, TRIES):
        other = says(rule, right)
        if other is None:
            continue
        limits = limits_of(rule)
        best = shop.plans.best(limits.rules)
        with monkeypatch.context() as patch:
            patch.setattr(RULES[code], "says", lambda _, table, other=other: other(table))
            patch.setattr("promo.optimize.check.Checker.violations", lambda *_: [])
            if not agrees(best, exact(shop, limits)):
                return True
    return False


def by(amount):
    """Says what the rule with its amount wrong would say."""

    def says(rule, right):
        other = wrong(rule, amount)
        return None if other is None else lambda table: right(other, table)

    return says


@pytest.mark.parametrize("code", [code for code in RULES if code not in (*NOTHING, "locked")])
@pytest.mark.parametrize("share", [BY, -BY])
def test_a_rule_that_is_wrong_by_a_fifth_is_seen(code, share, monkeypatch):
    assert seen(code, monkeypatch, by(share))


@pytest.mark.parametrize("code", [*NOTHING, "locked"])
def test_a_rule_that_says_nothing_is_seen(code, monkeypatch):
    assert seen(code, monkeypatch, lambda *_: lambda _: iter(()))
