"""Scenarios: the plans she kept, two of them side by side."""

import streamlit as st

from promo.ui import saving, shell
from promo.ui.state import t
from promo.ui.widgets import card, empty, explained

shell.header(t("scenarios.title"), t("scenarios.lead"))

with explained():
    kept = saving.kept()
    if not kept:
        empty("no_scenarios", t("scenarios.empty"), t("scenarios.empty_button"), "plan")
    else:
        with card("list", t("scenarios.list")):
            saving.overview(kept)
    if len(kept) == 1:
        empty("one_scenario", t("scenarios.one"), t("scenarios.empty_button"), "plan")
    if len(kept) > 1:
        with card("compare", t("scenarios.compare")):
            left, right = saving.pair(kept)
            if left.id == right.id:
                st.info(t("scenarios.same"), icon=":material/info:")
            else:
                saving.side_by_side(left, right)
        if left.id != right.id:
            with card("differ", t("scenarios.differ")):
                saving.apart(left, right)
    if kept:
        saving.removal(kept)
