"""Demand: history, forecast and answer to a discount, per product."""

import streamlit as st

from promo.ui import anomaly_view, demand_view, shell, state
from promo.ui.state import t
from promo.ui.widgets import card, explained
from promo.workflow import Study

shell.header(t("demand.title"), t("demand.lead"))


@st.fragment(key="one_product")
def one_product(study: Study) -> None:
    """Pick a product and look at it; runs alone."""
    with explained():
        draw(study)


def draw(study: Study) -> None:
    """History and forecast, answer to a discount, and how far to trust both."""
    rows = demand_view.products(study)
    st.header(t("demand.lead_product"), anchor=False)
    product = demand_view.picker(rows)
    name = str(rows.loc[product, "name"])
    with card("history", t("demand.history"), t("demand.history_said")):
        demand_view.history(study, product, name)
    curve, trust = st.columns([2, 1])
    with curve, card("response", t("demand.response")):
        demand_view.response(study, product, name)
    with trust, card("backtest", t("demand.backtest")):
        demand_view.backtest(study, product)


with explained():
    study = state.study()
    rows = demand_view.products(study)
    demand_view.figures(study, rows)
    with card("portfolio", t("demand.portfolio"), t("demand.portfolio_said")):
        demand_view.portfolio(rows)
    one_product(study)
    anomaly_view.card(study)
anomaly_view.way_back()
