"""What a plan must keep, in words; a rule is what the manager may relax.

A rule knows no solver. Its docstring is the sentence she would sign, and it says `promo.optimize.
terms`. A new rule is one class here, one line in `RULES` and its words in the catalogues.
"""

from collections.abc import Mapping
from typing import Any

from promo.errors import BadRequest
from promo.optimize.rules.base import Kind, Rule, Where
from promo.optimize.rules.calendar import Dates, Gap, Length, MostPromoted, MostPromotions, NoTouch
from promo.optimize.rules.discounts import LowestPrice, MaxDiscount, MinDiscount
from promo.optimize.rules.goods import SellThrough, Stock
from promo.optimize.rules.money import (
    CHANNELS,
    Budget,
    CategoryBudget,
    ChannelBudget,
    MarginFloor,
    ProductMargin,
    Target,
    WeekBudget,
)
from promo.optimize.rules.own import Forbidden, Locked
from promo.optimize.rules.people import ContactLimit, SegmentLeast, SegmentMost
from promo.optimize.rules.relations import NeverTogether, OnePrice, OnlyWith, PriceGroup

RULES: Mapping[str, type[Rule]] = {
    rule.code: rule
    for rule in (
        Budget, CategoryBudget, WeekBudget, ChannelBudget, MarginFloor, ProductMargin, Target,
        Stock, SellThrough, MinDiscount, MaxDiscount, LowestPrice, MostPromoted, MostPromotions,
        Length, Gap, Dates, NoTouch, NeverTogether, OnlyWith, PriceGroup, OnePrice, SegmentLeast,
        SegmentMost, ContactLimit, Locked, Forbidden,
    )
}  # fmt: skip
"""Every rule by its code."""


def rule_from(said: Mapping[str, Any]) -> Rule:
    """A rule from its code and amounts, as a file or a form says them.

    Raises:
        BadRequest: there is no such rule, a word in it is not known or one is missing.

    >>> rule_from({"rule": "category_budget", "category": "tea", "total": 500.0})
    CategoryBudget(category='tea', total=500.0)
    """
    code = str(said.get("rule"))
    if code not in RULES:
        raise BadRequest(field="rule", value=code, known=list(RULES))
    kind, given = RULES[code], {name: value for name, value in said.items() if name != "rule"}
    known = kind.kinds()
    for name in given:
        if name not in known:
            raise BadRequest(field=f"{code}.{name}", value=given[name], known=list(known))
    given = {name: tuple(v) if isinstance(v, list) else v for name, v in given.items()}
    try:
        return kind(**given)
    except TypeError:
        raise BadRequest(field=code, value=dict(given), known=list(known)) from None


__all__ = [
    "CHANNELS", "RULES", "Budget", "CategoryBudget", "ChannelBudget", "ContactLimit", "Dates",
    "Forbidden", "Gap", "Kind", "Length", "Locked", "LowestPrice", "MarginFloor", "MaxDiscount",
    "MinDiscount", "MostPromoted", "MostPromotions", "NeverTogether", "NoTouch", "OnePrice",
    "OnlyWith", "PriceGroup", "ProductMargin", "Rule", "SegmentLeast", "SegmentMost",
    "SellThrough", "Stock", "Target", "WeekBudget", "Where", "rule_from",
]  # fmt: skip
