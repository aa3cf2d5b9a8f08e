"""One field of a form for a rule: what it holds decides what it looks like."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import streamlit as st

from promo import workflow
from promo.ui import derived, plan_view, rule_words, state
from promo.ui.rule_list import MANY, step_of
from promo.ui.state import Bench, t

ABOUT = ("product", "other_product", "products", "category", "segment", "channel", "measure")
"""Kinds that say what a rule is about; an amount to begin with depends on them."""


def products_first(kinds: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The fields in the order in which they are asked: what it is about, then how much."""
    yield from ((name, kind) for name, kind in kinds.items() if kind in ABOUT)
    yield from ((name, kind) for name, kind in kinds.items() if kind not in ABOUT)


def where(place: Bench, code: str) -> dict[str, str]:
    """Which products a rule is about: all, or those of one name."""
    known = derived.choices(place)
    offers: dict[str, tuple[str, ...]] = {
        "category": known.categories, "brand": known.brands, "product": known.products,
    }  # fmt: skip
    ways = ["all", *(name for name, codes in offers.items() if codes)]
    words = {way: t(f"rule.about.{way}") for way in ways}
    about = st.segmented_control(
        t("rule.field.about"), ways, default="all", required=True, key=f"new_{code}_about",
        format_func=words.__getitem__,
    )  # fmt: skip
    if not known.brands:
        st.caption(t("rule.not_here.no_brand"))
    if about in (None, "all"):
        return {}
    chosen = _select(place, code, about, about, offers[about])
    return {about: str(chosen)}


def open_ways(place: Bench, code: str, kind: str) -> bool:
    """Whether a field that may stay open has anything to choose from here."""
    if code not in ("locked", "forbidden"):
        return True
    if kind in ("first", "weeks"):
        return "gap" not in derived.meaningless(place)
    known = derived.choices(place)
    several = {"segment": known.segments, "mechanic": known.mechanics}
    return len(several.get(kind, "ab")) > 1


def field(place: Bench, code: str, name: str, kind: str, said: Mapping[str, Any]) -> Any:
    """Ask for one field; None where it may stay open and does."""
    known = derived.choices(place)
    own = code in ("locked", "forbidden") and name != "product"
    optional = own or (code, name) in (("dates", "last"), ("no_touch", "last"))
    names: dict[str, tuple[str, ...]] = {
        "product": known.products, "category": known.categories, "segment": known.segments,
        "mechanic": known.mechanics, "channel": known.channels, "measure": known.measures,
        "first": known.weeks, "last": known.weeks,
        "other_product": tuple(one for one in known.products if one != said.get("product")),
    }  # fmt: skip
    if kind == "products":
        return tuple(_several(place, code, name, known.products))
    if kind in names:
        return _select(place, code, name, kind, names[kind], optional=optional)
    if name == "discount":
        return _depth(place, code, said)
    if kind == "flag":
        return st.checkbox(t(f"rule.field.{name}"), key=f"new_{code}_{name}")
    if kind == "weeks" and own:
        return _weeks(code, name, len(known.weeks))
    return _number(place, code, name, kind, said)


def _words(place: Bench, kind: str, codes: Iterable[str]) -> dict[str, str]:
    """What codes are called, by the code."""
    if kind in ("product", "other_product", "products"):
        names = plan_view.names(place)
        return {code: names.get(code, code) for code in codes}
    return {code: rule_words.code_name(place, kind, code) for code in codes}


def _select(  # a field is its place, its rule, its name and what it can hold
    place: Bench, code: str, name: str, kind: str, known: tuple[str, ...], *,
    optional: bool = False,
) -> str | None:  # fmt: skip
    choices = [one for one in known if kind != "measure" or one != "cost"]
    words = _words(place, kind, choices)
    if kind in ("product", "other_product"):
        choices.sort(key=words.__getitem__)
    first = None if optional else choices.index(_usual(place, code, kind, choices))
    return st.selectbox(
        t(f"rule.field.{name}"), choices, key=f"new_{code}_{name}", format_func=words.__getitem__,
        index=first, placeholder=t("rule.field.any"),
    )  # fmt: skip


_COLUMN = {"product": "product_id", "other_product": "product_id", "category": "category",
           "segment": "segment"}  # fmt: skip


def _usual(place: Bench, code: str, kind: str, choices: list[str]) -> str:
    """What a rule is most likely to be about: what the plan gains most by, or least where asked.

    A rule about a product that is not promoted would change nothing, and seem not to work.
    """
    plan = state.hand(place).good
    if kind == "first" and code == "dates":
        return choices[min(1, len(choices) - 1)]
    if plan is None or kind not in _COLUMN:
        return choices[0]
    gain = plan.rows.groupby(_COLUMN[kind])["gain"].sum().reindex(choices).fillna(0.0)
    return str(gain.idxmin() if code == "segment_least" else gain.idxmax())


def _several(place: Bench, code: str, name: str, known: tuple[str, ...]) -> list[str]:
    words = _words(place, "products", known)
    return st.multiselect(
        t(f"rule.field.{name}"), sorted(known, key=words.__getitem__), key=f"new_{code}_{name}",
        format_func=words.__getitem__, placeholder=t("rule.field.choose"),
    )  # fmt: skip


def _depth(place: Bench, code: str, said: Mapping[str, Any]) -> float | None:
    """A discount on offer for the product; locked also none at all."""
    depths = workflow.depths_of(place.desk, str(said["product"]), said.get("mechanic"))
    optional = code == "forbidden"
    offered = depths if optional else (0.0, *depths)
    words = {depth: rule_words.depth(depth) for depth in offered}
    return st.selectbox(
        t("rule.field.discount"), offered, key=f"new_{code}_discount",
        format_func=words.__getitem__, index=None if optional else 0,
        placeholder=t("rule.field.any"),
    )  # fmt: skip


def _weeks(code: str, name: str, most: int) -> int | None:
    return st.selectbox(
        t(f"rule.field.{name}"), range(1, most + 1), key=f"new_{code}_{name}", index=None,
        placeholder=t("rule.field.any"),
    )  # fmt: skip


def _number(place: Bench, code: str, name: str, kind: str, said: Mapping[str, Any]) -> float | None:
    """An amount, which begins at what the plan on the screen uses."""
    about = "_".join(str(said[one]) for one in said if one != "rule" and isinstance(said[one], str))
    key, plan = f"new_{code}_{name}_{about}", state.hand(place).good
    begin = workflow.first_amount(place.desk, plan, code, said)
    amount = name == workflow.RULES[code].amount
    label = t(f"rule.amount.{code}") if amount else t(f"rule.field.{name}")
    if kind in ("count", "weeks"):
        first = {"least": 1, "most": len(derived.choices(place).weeks)}
        start = first.get(name, int(begin))
        return st.number_input(label, 0, MANY, value=start, step=1, key=key)
    if kind == "share":
        percent = st.number_input(label, 0.0, 100.0, 100 * begin, 1.0, key=key, format="%.6g")
        return percent / 100
    low = 0.0 if kind == "money" else None
    return st.number_input(label, low, None, begin, step_of(begin), key=key, format="%.7g")
