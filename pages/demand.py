"""Demand: what sells, how it answers a discount, what the plan does to it, and odd weeks."""

import streamlit as st

from promo.ui import (
    anomaly_view,
    answer_view,
    borrowed_view,
    demand_view,
    effect_view,
    inspect_view,
    outlook_view,
    shell,
    state,
    trust_view,
)
from promo.ui.state import t
from promo.ui.widgets import card, explained
from promo.workflow import Study

shell.header(t("demand.title"), t("demand.lead"))


@st.fragment(key="outlook")
def outlook(study: Study) -> None:
    """The shop, a category or a product: past, future, plan; runs alone."""
    with card("outlook", t("demand.outlook.title"), t("demand.outlook.lead")):
        level, name = outlook_view.choose(study)
        outlook_view.picture(study, level, name)
    if level == "product":
        with card("backtest", t("demand.backtest")):
            trust_view.of_product(study, name)
        with card("inspect", t("demand.inspect.title"), t("demand.inspect.lead")):
            inspect_view.card(study, name, demand_view.name_of(study, name))
    else:
        with card("trust", t("demand.backtest"), t("demand.trust.lead")):
            trust_view.by_kind(study)


@st.fragment(key="answer")
def answer(study: Study) -> None:
    """All products, and the one that is picked; runs alone."""
    with card("portfolio", t("demand.portfolio"), t("demand.portfolio_said")):
        answer_view.portfolio(study)
    with card("response", t("demand.response")):
        product = demand_view.picker(study)
        answer_view.response(study, product)


@st.fragment(key="effect")
def effect(study: Study) -> None:
    """The plan on the desk in its parts; runs alone."""
    with card("effect", t("demand.effect.title"), t("demand.effect.lead")):
        effect_view.card(study)


def draw(study: Study) -> None:
    """The figures, and the part of the page she looks at."""
    demand_view.figures(study)
    part = demand_view.part()
    if part == "outlook":
        outlook(study)
    elif part == "answer":
        answer(study)
        with card("timing", t("demand.timing.title")):
            st.markdown(answer_view.timing(study.curves.timing))
        with card("borrowed", t("demand.borrowed.title"), t("demand.borrowed.lead")):
            borrowed_view.card(study)
    elif part == "effect":
        effect(study)
    else:
        anomaly_view.card(study)


stands = False
with explained():
    learned = state.study()
    stands = True
    draw(learned)
if not stands:
    anomaly_view.way_back()
