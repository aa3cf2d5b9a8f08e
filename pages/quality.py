"""Quality: what the data can carry, what was found, their days and values, and what to mend."""

import streamlit as st

from promo.ui import cleaning_view, profile_view, quality_view, shell, state
from promo.ui.state import t
from promo.ui.widgets import card, explained

shell.header(t("quality.title"), t("quality.lead"))


@st.fragment(key="profile")
def profile() -> None:
    """The columns of one table; runs alone when a column is picked."""
    with card("columns", t("quality.columns")):
        found = profile_view.table(state.profile())
        picked = profile_view.columns(found, dataset)
        profile_view.closely(picked, dataset)


with explained():
    dataset = state.dataset()
    gates = state.gates()
    quality_view.gate(gates)
    st.header(t("quality.needs"), anchor=False)
    quality_view.needs(gates)
    with card("found", t("quality.found"), t("quality.found_said")):
        quality_view.account(dataset)
    for covered in state.coverage():
        table = t(f"source.{covered.table}")
        with card(f"days_{covered.table}", t("quality.days", table=table)):
            quality_view.days(covered, dataset)
    profile()
    cleaning_view.card(dataset)
