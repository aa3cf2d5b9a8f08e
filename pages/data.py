"""Data: what is in use, what was set aside, and her own files."""

import streamlit as st

from promo.ui import data_view, database_view, gate_view, import_view, running, shell, state
from promo.ui.state import t
from promo.ui.widgets import card, explained

running.settle("data")
shell.header(t("data.title"), t("data.lead"))
data_view.imported()
import_view.under_way()

with explained(), card("in_use", t("data.in_use")):
    data_view.account(state.dataset())
    summary = st.container()

st.header(t("data.own"), anchor=False)
st.caption(t("data.own_said"))
import_view.drop_zone()
with explained():
    database_view.ask()
    import_view.waiting()

with explained(), summary:  # last, because weighing new data takes seconds
    gate_view.gate_line()
