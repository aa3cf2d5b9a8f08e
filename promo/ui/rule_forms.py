"""Adding a rule: all rules by what they are about, and a form made from what each one holds."""

from typing import Any

import streamlit as st

from promo import workflow
from promo.errors import BadRequest
from promo.ui import asking, derived, rule_words, state
from promo.ui.rule_fields import field, open_ways, products_first, where
from promo.ui.state import Bench, t
from promo.workflow import RULES, Rule

GROUPS = {
    "money": ("budget", "category_budget", "week_budget", "channel_budget", "margin_floor",
              "product_margin", "target"),
    "discounts": ("max_discount", "min_discount", "lowest_price", "stock", "sell_through"),
    "calendar": ("most_promoted", "dates", "no_touch", "length", "gap", "most_promotions"),
    "together": ("never_together", "only_with", "price_group"),
    "customers": ("one_price", "segment_least", "segment_most", "contact_limit"),
    "mine": ("locked", "forbidden"),
}  # fmt: skip
"""Every rule once, in the order in which they are offered."""

SLIDERS = ("budget", "margin_floor", "stock")
"""Rules that a slider sets and that can be said once only."""


def dialog(place: Bench) -> None:
    """The dialog, while it is open."""
    if not state.recall("_adding"):
        return
    asking.prepare(place)
    title = t("plan.add_rule")
    st.dialog(title, width="large", icon=":material/add:", on_dismiss=_closed)(_body)(place)


def _closed() -> None:
    state.forget("_adding", "_picked")


def unavailable(place: Bench) -> dict[str, str]:
    """Why a rule cannot be added here, by its code."""
    found = derived.meaningless(place)
    return dict.fromkeys(SLIDERS, "slider") | found


def _body(place: Bench) -> None:
    if not state.keeps("rule_group"):
        state.keep("rule_group", "money")
    words = {group: t(f"rule.group.{group}") for group in GROUPS}
    st.segmented_control(
        t("plan.rule_groups"), list(GROUPS), key="rule_group", required=True,
        format_func=words.__getitem__, label_visibility="collapsed", on_change=state.forget,
        args=("_picked",),
    )  # fmt: skip
    not_here = unavailable(place)
    for code in GROUPS[str(state.recall("rule_group"))]:
        _offer(code, not_here.get(code))
    picked = state.recall("_picked")
    if picked in GROUPS[str(state.recall("rule_group"))]:
        with st.container(border=True, key=f"rule_form_{picked}"):
            form(place, picked)


def _offer(code: str, reason: str | None) -> None:
    """One rule with when to use it, or why it is not to be had."""
    name, when = st.columns([2, 5], vertical_alignment="center")
    name.button(
        t(f"rule.name.{code}"), key=f"pick_{code}", disabled=reason is not None, width="stretch",
        type="primary" if state.recall("_picked") == code else "secondary",
        on_click=state.keep, args=("_picked", code),
    )  # fmt: skip
    when.caption(t(f"rule.when.{code}") if reason is None else t(f"rule.not_here.{reason}"))


def form(place: Bench, code: str) -> None:
    """Everything that one rule needs to be said; it is checked while it is filled in."""
    said = _filled(place, code)
    rule = _checked(place, code, said)
    if rule is not None:
        st.markdown(f"**{rule_words.sentence(place, rule)}**")
    # A callback would be given the rule of the run before, without an amount typed just now.
    taken = st.button(
        t("plan.rule_take"), key="take_rule", type="primary", icon=":material/check:",
        disabled=rule is None,
    )  # fmt: skip
    if taken and rule is not None:
        asking.add(rule)
        _closed()
        st.rerun()


def _filled(place: Bench, code: str) -> dict[str, Any]:
    """What the form says: what the rule is about first, its amounts after."""
    kinds = dict(RULES[code].kinds())
    said: dict[str, Any] = {"rule": code}
    if code == "lowest_price":
        st.caption(t("plan.lowest_said"))
        return said | {"seen": workflow.lowest_prices(place.desk.study)}
    if {"product", "category", "brand"} <= set(kinds):
        said |= where(place, code)
        kinds = {k: v for k, v in kinds.items() if k not in ("product", "category", "brand")}
    for name, kind in products_first(kinds):
        if open_ways(place, code, kind):
            said[name] = field(place, code, name, kind, said)
    return {name: value for name, value in said.items() if value not in (None, (), [])}


def _checked(place: Bench, code: str, said: dict[str, Any]) -> Rule | None:
    """The rule, or None beside the sentence that says what is wrong with it."""
    if problem := _incomplete(code, said):
        st.caption(f":material/info: {t(f'plan.rule_needs.{problem}')}")
        return None
    try:
        rule = workflow.rule_from(said)
        workflow.check_rule(place.desk, rule)
    except BadRequest as error:
        st.error(_refusal(code, error), icon=":material/error:")
        return None
    return rule


def _incomplete(code: str, said: dict[str, Any]) -> str:
    """What is still missing of a rule that would mean nothing as it is; empty when all is there."""
    if code == "price_group" and len(said.get("products", ())) < 2:
        return "two_products"
    if code == "dates" and not {"first", "last"} & set(said):
        return "a_week"
    if {"first", "last"} <= set(said) and said["last"] < said["first"]:
        return "order"
    if code == "length" and said["most"] < said["least"]:
        return "order"
    return ""


def _refusal(code: str, error: BadRequest) -> str:
    """Why a rule cannot be meant, with the field as the form calls it."""
    if str(error.facts["field"]).startswith("locked "):
        return t(f"plan.rule_needs.{error.facts['must']}")
    name = str(error.facts["field"]).split(".")[-1]
    label = t(f"rule.amount.{code}") if name == RULES[code].amount else t(f"rule.field.{name}")
    known = "must" in error.facts and state.said(f"must.{error.facts['must']}")
    why = t(f"must.{error.facts['must']}") if known else t("plan.rule_needs.another")
    return t("plan.rule_wrong", field=label, why=why)
