"""A database as a source: where it is, what to ask it, and then a file like any other."""

import streamlit as st

from promo import workflow
from promo.ui import running, uploads
from promo.ui.state import t

PLACE = "database"


def ask() -> None:
    """Fetch the rows of one SELECT; they wait with the other files to be understood."""
    with st.expander(t("data.database.title"), key="database"):
        st.caption(t("data.database.said"))
        url = st.text_input(
            t("data.database.url"), type="password", key="database_url",
            placeholder=t("data.database.url_form"), autocomplete="off",
        )  # fmt: skip
        select = st.text_area(
            t("data.database.select"), key="database_select",
            placeholder="SELECT * FROM orders",
        )  # fmt: skip
        if running.shown(PLACE):
            return
        blocked = running.busy() or not (url and select)
        if st.button(t("data.database.look"), key="database_look", disabled=blocked):
            job = workflow.start_query(url, select, uploads.new_folder())
            running.start(PLACE, job, uploads.take_made)
