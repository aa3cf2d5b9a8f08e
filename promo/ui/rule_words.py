"""Rules in words: their sentence, what they are about, and what one more unit of them brings."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from promo.domain import EVERYONE
from promo.ui import formats, state
from promo.ui.sentences import listed, rule
from promo.ui.state import Bench, t
from promo.workflow import RULES, Rule

WORTH = 0.005
"""A price that is not nothing to two decimals."""

_PERCENT = ("margin_floor", "segment_least", "segment_most")
"""Rules whose price is said per percentage point."""

DEPTHS = ("min_discount", "max_discount")
"""Rules whose amount is a discount."""

_UNCOUNTED = ("gap", "one_price", "price_group")
"""Rules without an amount that a plan could use up; only a plan without them tells what they do."""


def segment_name(code: str) -> str:
    """What a segment is called."""
    return t(f"segment.{code}") if state.said(f"segment.{code}") else code


def category_name(code: str) -> str:
    """What a category is called."""
    return t("app.unknown_category") if code == EVERYONE else code


def product_name(place: Bench | None, code: str) -> str:
    """What a product is called; its key where it is none of the data on the desk."""
    if place is None:
        return code
    products = place.desk.study.panel.products
    found = products.loc[products["product_id"] == code, "name"]
    return str(found.iloc[0]) if len(found) else code


def week_name(place: Bench | None, day: str) -> str:
    """A week of the plan by its Monday, or by its number where the data knows no dates."""
    if place is not None and place.desk.study.undated:
        weeks = (pd.Timestamp(day) - place.desk.study.start).days // 7
        return t("rule.undated_week", number=weeks + 1)
    return t("rule.dated_week", day=formats.day(state.language(), date.fromisoformat(day)))


def share(value: float) -> str:
    """A share in per cent, with a decimal where it has one."""
    return formats.percent(value, _digits(value))


def depth(value: float) -> str:
    """A discount that a rule sets, as exactly as a share; the list price where it is none."""
    if value <= 0:
        return formats.discount(state.language(), 0.0)
    return formats.depth(state.language(), value, _digits(value))


def _digits(value: float) -> int:
    return 0 if abs(100 * value - round(100 * value)) < 0.05 else 1


def code_name(place: Bench | None, kind: str, code: str) -> str:
    """A code of a rule as a reader calls it, as it is; not safe inside a sentence."""
    if kind in ("product", "other_product", "products"):
        return product_name(place, code)
    if kind in ("first", "last"):
        return week_name(place, code)
    if kind in ("mechanic", "channel", "measure"):
        return t(f"rule.{kind}.{code}")
    names = {"segment": segment_name, "category": category_name}
    return names[kind](code) if kind in names else code


def amount(kind: str, code: str, value: Any) -> str:
    """An amount of a rule as it was set, in its own unit."""
    if code in DEPTHS:
        return depth(float(value))
    if kind == "share" or code == "stock":
        return share(float(value))
    return formats.typed(float(value))


def measured(kind: str, code: str, value: Any) -> str:
    """An amount that was worked out for a rule, in its own unit."""
    if kind == "share" or code == "stock":
        return share(float(value))
    if kind in ("count", "weeks"):
        return formats.number(state.language(), float(value))
    return formats.money(state.language(), float(value))


def _fact(place: Bench | None, said: Rule, name: str, kind: str) -> str:
    value = getattr(said, name)
    if name == "discount":
        return depth(value)
    if kind in ("money", "share", "count", "weeks", "amount"):
        return amount(kind, said.code, value)
    if kind == "products":
        return listed(_quoted(place, "product", one) for one in value)
    if kind in ("product", "other_product"):
        return _quoted(place, kind, value)
    return formats.plain(code_name(place, kind, value))


def _quoted(place: Bench | None, kind: str, code: str) -> str:
    return t("rule.quoted", name=formats.plain(code_name(place, kind, code)))


def sentence(place: Bench | None, said: Rule) -> str:
    """A rule as the sentence that she would sign; without a place it is one of other data."""
    kinds, about = said.kinds(), ("product", "category", "brand")
    wide = set(about) <= set(kinds)
    facts = {
        name: _fact(place, said, name, kind)
        for name, kind in kinds.items()
        if getattr(said, name) is not None and kind != "flag"
    }
    named = [name for name in about if wide and name in facts]
    optional = ("segment", "mechanic", "first", "last", "weeks", "discount")
    form = _form(said)
    parts = [
        t(f"rule.part.{name}", value=facts[name])
        for name in optional
        if name in facts and not (name == "discount" and form.startswith("locked_none"))
    ]
    text = t(f"rule.sentence.{form}", parts=listed(parts), **facts)
    if not named:
        return text
    name = formats.plain(code_name(place, named[0], getattr(said, named[0])))
    return t(f"rule.scope.{named[0]}", name=name, sentence=text)


def _form(said: Rule) -> str:
    """Which of its sentences fits a rule."""
    code, some = said.code, False
    if code == "most_promoted" and getattr(said, "together", False):
        return "most_promoted_together"
    if code == "no_touch" and getattr(said, "last", None) is None:
        return "no_touch_one"
    if code in ("locked", "forbidden"):
        names = ("segment", "mechanic", "first", "weeks")
        some = any(getattr(said, name) is not None for name in names)
        if code == "locked" and getattr(said, "discount", None) == 0:
            return "locked_none_some" if some else "locked_none"
        some |= getattr(said, "discount", None) is not None
        return "forbidden_some" if some and code == "forbidden" else code
    return code


def scope(place: Bench, code: str) -> str:
    """One of the things that a rule is about, as the plan's table of rules names it."""
    if code == EVERYONE:
        return t("rule.everywhere")
    if " + " in code:
        return " + ".join(scope(place, part) for part in code.split(" + "))
    if state.said(f"segment.{code}"):
        return segment_name(code)
    if state.said(f"rule.channel.{code}") or state.said(f"rule.measure.{code}"):
        return t(f"rule.{'channel' if state.said(f'rule.channel.{code}') else 'measure'}.{code}")
    *rest, last = code.split(" ")
    if _is_day(last):
        return " · ".join(
            [*(scope(place, " ".join(rest)) for _ in rest[:1]), week_name(place, last)]
        )
    return product_name(place, code)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def worth(aim: str, value: float, digits: int = 2) -> str:
    """An amount of what the plan is for."""
    return t(f"rule.unit.{aim}", value=formats.number(state.language(), value, digits))


def per_unit(code: str, value: float) -> float:
    """The size of a price in the unit in which it is said; 0 where there is none."""
    return abs(float(np.nan_to_num(value))) * (0.01 if code in _PERCENT else 1.0)


def price(code: str, value: float, aim: str) -> str:
    """What one more unit of a rule brings or costs; that it has room where it is nothing.

    Args:
        code: of the rule.
        value: its price, the objective per unit.
        aim: the measure in which the objective is counted.
    """
    known = per_unit(code, value)
    if known <= WORTH or not state.said(f"rule.price.{code}"):
        return t("rule.price.room")
    return t(f"rule.price.{code}", price=worth(aim, known))


def standing(use: pd.DataFrame, aim: str) -> str:
    """Whether a rule holds the plan back and what one more unit of it brings.

    Args:
        use: the rows of RULE_USE of one rule.
        aim: the measure in which the objective is counted.
    """
    if use.empty:
        return t("rule.binds.waiting")
    code, binds = str(use["rule"].iloc[0]), bool(use["binds"].any())
    top = use["shadow_price"].abs().max()
    if code in _UNCOUNTED:
        return f":material/rule: {t('rule.binds.uncounted')}"
    if not binds:
        return f":material/check_circle: {t('rule.binds.no')}"
    if pd.isna(top):
        said = t("rule.price.counted" if RULES[code].counted() else "rule.price.held")
    else:
        said = price(code, top, aim)
        said = t("rule.price.nothing") if said == t("rule.price.room") else said
    return f":material/front_hand: {t('rule.binds.yes', said=said)}"


__all__ = [
    "DEPTHS", "WORTH", "amount", "category_name", "code_name", "depth", "measured",
    "per_unit", "price", "product_name", "rule", "scope", "segment_name", "sentence", "share",
    "standing", "week_name", "worth",
]  # fmt: skip
