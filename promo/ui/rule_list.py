"""The rules without a slider: each as a sentence, how it stands, and a way to change it."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from promo.domain import Plan
from promo.ui import asking, rule_words, state
from promo.ui.asking import Entry
from promo.ui.charts.axes import nice
from promo.ui.live import Hand
from promo.ui.state import Bench, t
from promo.workflow import PlanRequest

Slots = Mapping[int, DeltaGenerator]
"""Where each rule says how it stands, by the number of its entry."""

MANY = 10_000
"""More products, times or weeks than anybody counts."""


def panel(place: Bench) -> Slots:
    """Draw the further rules and the way to another one."""
    st.markdown(f"**{t('plan.further_rules')}**")
    if not asking.entries():
        st.caption(t("plan.no_further_rules"))
    slots = {entry.number: _entry(place, entry) for entry in asking.entries()}
    standings(slots, state.hand(place))
    if st.button(t("plan.add_rule"), key="add_rule", icon=":material/add:", width="stretch"):
        state.keep("_adding", True)
        st.rerun()
    return slots


def standings(slots: Slots, hand: Hand) -> None:
    """Say of each rule how it stands in the plan on the screen."""
    aim = str(state.recall("aim"))
    for entry in asking.entries():
        if entry.number in slots:
            use = use_of(hand.good, hand.good_for, entry)
            said = rule_words.standing(use, aim) if entry.on else t("rule.binds.off")
            slots[entry.number].caption(said)


def use_of(plan: Plan | None, request: PlanRequest | None, entry: Entry) -> pd.DataFrame:
    """The rows that tell what a plan uses of a rule; none where it was made without it."""
    if plan is None or request is None:
        return pd.DataFrame()
    found = [number for number, rule in enumerate(request.rules) if rule is entry.rule]
    # A request that was made again holds equal rules, not the same ones.
    found = found or [number for number, rule in enumerate(request.rules) if rule == entry.rule]
    return plan.rules[plan.rules["number"].isin(found[:1])]


def _entry(place: Bench, entry: Entry) -> DeltaGenerator:
    """One rule with what can be done to it; where it says how it stands."""
    number, rule = entry.number, entry.rule
    with st.container(border=True, gap="xsmall", key=f"rule_{number}"):
        said = rule_words.sentence(place, rule)
        st.markdown(said if entry.on else f"~~{said}~~")
        slot = st.empty()
        if rule.amount:
            _amount(entry)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            state.keep(f"rule_on_{number}", entry.on)
            st.toggle(
                t("plan.rule_on"), key=f"rule_on_{number}", on_change=_switch, args=(number,),
                help=t("plan.rule_on_help"),
            )  # fmt: skip
            st.button(
                ":material/delete:", key=f"rule_remove_{number}", type="tertiary",
                help=t("plan.rule_remove"), on_click=asking.drop, args=(number,),
            )  # fmt: skip
    return slot


def _amount(entry: Entry) -> None:
    """How far a rule goes, in the unit in which she says it."""
    rule, key = entry.rule, f"rule_amount_{entry.number}"
    kind, value = rule.kinds()[rule.amount], getattr(rule, rule.amount)
    label = t(f"rule.amount.{rule.code}")
    look: dict[str, Any] = {"min_value": 0.0, "step": step_of(float(value)), "format": "%.7g"}
    if kind == "share":
        value = round(100 * float(value), 1)
        look |= {"max_value": 100.0, "step": 1.0}
    elif kind in ("count", "weeks"):
        look = {"min_value": 0, "max_value": MANY, "step": 1}
    elif kind == "amount":
        look["min_value"] = None
    state.keep(key, int(value) if kind in ("count", "weeks") else float(value))
    st.number_input(
        label, key=key, on_change=_change, args=(entry.number, rule.amount, kind),
        disabled=not entry.on, **look,
    )  # fmt: skip


def step_of(value: float) -> float:
    """A twentieth of an amount of money, as a round number."""
    return nice(max(abs(value), 1.0) / 20)


def _change(number: int, name: str, kind: str) -> None:
    value = state.recall(f"rule_amount_{number}")
    if value is not None:
        asking.change(number, **{name: value / 100 if kind == "share" else value})


def _switch(number: int) -> None:
    asking.switch(number, on=bool(state.recall(f"rule_on_{number}")))
