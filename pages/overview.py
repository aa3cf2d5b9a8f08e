"""Overview: what the desk says today, and the way round."""

import streamlit as st

from promo.ui import answering, asking, desk_view, shell, state
from promo.ui.state import t
from promo.ui.widgets import card, explained

shell.header(t("overview.title"))

with explained():
    place = state.bench()
    st.caption(desk_view.subtitle(place.desk.study))
    request = asking.asked(place)
    hand = answering.answer(place, request, still=True)
    desk_view.decision(place, hand)
    if hand.plan is not None:
        desk_view.figures(place, hand.plan, request)
        with card("picture", t("overview.picture"), desk_view.legend(hand.plan)):
            desk_view.picture(place, hand.plan)
            if st.button(t("overview.open_plan"), key="open_plan", type="primary"):
                st.switch_page(shell.page_of("plan"))
    desk_view.loop(place)
