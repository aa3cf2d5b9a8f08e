"""The desk: set the page up, say who is here, run the page that was asked for."""

import streamlit as st

from promo.ui import shell, state

st.set_page_config(page_title="Promodesk", page_icon=shell.ICON, layout="wide")
shell.warm()
state.start()
page = shell.navigation()
shell.sidebar()
page.run()
