"""Quality: what the data can carry, what was found, their days and values, and what to mend."""

import streamlit as st

from promo.ui import (
    cleaning_view,
    coverage_view,
    gate_view,
    profile_view,
    quality_view,
    running,
    shell,
    state,
)
from promo.ui.state import t
from promo.ui.widgets import card, explained

running.settle("quality")
shell.header(t("quality.title"), t("quality.lead"))


with explained():
    dataset = state.dataset()
    gates = state.gates()
    gate_view.gate(gates)
    st.header(t("quality.needs"), anchor=False)
    gate_view.needs(gates)
    with card("found", t("quality.found"), t("quality.found_said")):
        quality_view.account(dataset)
    if dataset.links:
        with card("links", t("quality.links")):
            quality_view.links(dataset)
    for covered in state.coverage():
        table = t(f"source.{covered.table}")
        with card(f"days_{covered.table}", t("quality.days", table=table)):
            coverage_view.days(covered, undated=dataset.undated(covered.table))
    profile_view.card(dataset)
    cleaning_view.card(dataset)
