"""Plan: move the rules, see the best plan, save it."""

import streamlit as st

from promo.ui import caution_view, controls, plan_view, saving, shell, state
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
        request = controls.panel(place)
    with right:
        hand = state.answer(place, request)
        plan = plan_view.figures(place, hand)
        if plan is None:
            return
        with card("picture", t("plan.picture")):
            plan_view.discounts(place, plan)
        money, others = st.columns(2)
        with money, card("frontier", t("plan.frontier"), t("plan.frontier_said")):
            plan_view.frontier(place, hand)
        with others, card("beside", t("plan.beside"), t("plan.beside_said")):
            plan_view.alternatives(plan)
        with card("why", t("plan.why")):
            promoted = st.toggle(t("plan.only_promoted"), key="only_promoted")
            plan_view.why(place, plan, only_promoted=promoted)
        with st.expander(t("plan.use"), key="use"):
            plan_view.rule_use(place, plan)
    with left:
        caution_view.price(place, hand)
        saving.form(place, hand)
    state.drawn(hand)


with explained():
    controls.assumptions()
    planner(state.bench())
