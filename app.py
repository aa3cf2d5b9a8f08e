"""The desk as a server starts it; every session runs `promo/ui/desk.py`."""

import streamlit as st

from promo.ui import opening

app = st.App("promo/ui/desk.py", lifespan=opening.lifespan, routes=opening.ROUTES)
