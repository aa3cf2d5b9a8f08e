"""How the rules stand: the sliders' in a few lines, each further one on a card to change it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from promo.domain import Plan
from promo.ui import asking, rule_words, state, why_view
from promo.ui.asking import Entry
from promo.ui.charts.axes import nice
from promo.ui.live import Hand
from promo.ui.state import Bench, t
from promo.ui.widgets import explained
from promo.workflow import PlanRequest, Rule


@dataclass(frozen=True)
class Slots:
    """Where the rules say how they stand: those of the sliders, and each by its entry's number."""

    sliders: DeltaGenerator
    rules: Mapping[int, DeltaGenerator]


MANY = 10_000
"""More products, times or weeks than anybody counts."""


def panel(place: Bench) -> Slots:
    """Draw what holds the sliders' plan back, the further rules and the way to another one."""
    with st.container(key="held_back"):
        sliders = st.empty()
    st.markdown(f"**{t('plan.further_rules')}**")
    if not asking.entries():
        st.caption(t("plan.no_further_rules"))
    slots = Slots(sliders, {entry.number: _entry(place, entry) for entry in asking.entries()})
    standings(place, slots, state.hand(place))
    if st.button(t("plan.add_rule"), key="add_rule", icon=":material/add:", width="stretch"):
        state.keep("_adding", True)
        st.rerun()
    return slots


def standings(place: Bench, slots: Slots, hand: Hand) -> None:
    """Say of each rule how it stands in the plan on the screen, and what one costs if asked."""
    aim = "" if hand.good is None else hand.good_for.counted_in
    slots.sliders.caption(_sliders(hand, aim))
    for entry in asking.entries():
        if entry.number not in slots.rules:
            continue
        if not entry.on:
            slots.rules[entry.number].caption(t("rule.binds.off"))
            continue
        use = use_of(hand.good, hand.good_for, entry)
        asked = entry.rule in why_view.costs_asked(hand.good_for)
        with slots.rules[entry.number].container():
            if asked and hand.good is not None and hand.good.exact and len(use):
                _cost(place, hand.good_for, hand.good, int(use["number"].iloc[0]))
            else:
                st.caption(rule_words.standing(use, aim))


def _sliders(hand: Hand, aim: str) -> str:
    """Which of the sliders hold the plan on the screen back, and what giving way would bring."""
    if hand.good is None or hand.error is not None:
        return ""
    first = len(hand.good_for.rules) - len(hand.good_for.more)
    held = list(_held(hand.good.rules[hand.good.rules["number"] < first], aim))
    return "\n".join([t("rule.binds.sliders"), "", *held]) if held else t("rule.binds.none")


def _held(use: pd.DataFrame, aim: str) -> Iterator[str]:
    """One line for each rule that holds a plan back."""
    for _, part in use[use["binds"]].groupby("number", sort=False):
        code, top = str(part["rule"].iloc[0]), part["shadow_price"].abs().max()
        said = t("rule.binds.edge") if pd.isna(top) else rule_words.price(code, top, aim)
        if said != t("rule.price.room"):
            yield f"- **{t(f'rule.name.{code}')}** · {said}"


def _cost(place: Bench, request: PlanRequest, plan: Plan, number: int) -> None:
    """What a rule costs: a plan without it tells more truly than prices whether it holds back."""
    with explained(), st.spinner(t("plan.working_out"), show_time=True):
        st.markdown(why_view.cost(place, request, plan, number))


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
        st.button(
            t("plan.rule_cost"), key=f"rule_cost_{number}", icon=":material/payments:",
            help=t("plan.rule_cost_help"), disabled=not entry.on, width="stretch",
            on_click=_ask, args=(place, rule),
        )  # fmt: skip
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


def _ask(place: Bench, rule: Rule) -> None:
    """Say what a rule costs until something is asked of the plan that changes it."""
    why_view.ask_cost(state.hand(place).good_for, rule)


def _switch(number: int) -> None:
    asking.switch(number, on=bool(state.recall(f"rule_on_{number}")))
