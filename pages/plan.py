"""Plan: move the rules, see the best plan, save it."""

import streamlit as st

from promo.ui import (
    aim_view,
    answering,
    calendar_edit,
    caution_view,
    change_view,
    controls,
    effect_view,
    live,
    my_plan,
    plan_view,
    rule_forms,
    rule_list,
    saving,
    sharing,
    shell,
    state,
    time_view,
    ways_out_view,
    what_if_view,
    why_view,
    worth_view,
)
from promo.ui.state import t
from promo.ui.widgets import card, explained

shell.header(t("plan.title"), t("plan.lead"))


@st.fragment(key="planner")
def planner(place: state.Bench) -> None:
    """Sliders, answer and save; runs alone at every move."""
    with explained():
        draw(place)


def draw(place: state.Bench) -> None:
    """The rules on the left, what they lead to on the right."""
    left, right = st.columns([5, 14], gap="medium")
    with left, card("rules", t("plan.rules")):
        request, slots = controls.panel(place)
    with right:
        hand = answering.answer(place, request)
    calendar_edit.prepare(place, hand)
    with answering.drawing():
        with right:
            rule_list.standings(place, slots, hand)
            ways_out_view.impossible(place, hand)
            plan_view.figures(place, hand)
            led_to(place, hand)
            by_hand = st.container()
        if hand.good is not None:
            with left:
                caution_view.price(place, hand)
                saving.form(place, hand)
    if hand.good is not None:
        with by_hand:
            my_plan.card(place, hand)


def led_to(place: state.Bench, hand: live.Hand) -> None:
    """The plan; below its picture everything waits for the plan to run."""
    plan = hand.good
    if plan is None:
        return
    time_view.stopped(hand)
    worth_view.card(place, hand)
    if place.desk.has_calendar:
        calendar_edit.card(place, hand)
    else:
        with card("picture", t("plan.picture")):
            plan_view.discounts(place, plan)
    answering.drawn(hand)
    money, others = st.columns(2)
    with money, card("frontier", t("plan.frontier"), t("plan.frontier_said")):
        plan_view.frontier(place, hand)
    with others, card("beside", t("plan.beside"), t("plan.beside_said")):
        plan_view.alternatives(plan)
    with card("why", t("plan.why")):
        promoted = st.toggle(t("plan.only_promoted"), key="only_promoted")
        why_view.why(place, hand, only_promoted=promoted)
    why_view.rule_use(place, hand)
    change_view.card(place, hand)
    effect_view.on_the_plan(place, hand)
    aim_view.exchange(place, hand)
    what_if_view.beliefs(place, hand)


with explained():
    sharing.take()
    controls.assumptions()
    here = state.bench()
    sharing.arrive(here)
    planner(here)
    rule_forms.dialog(here)
    answering.follow(here)
