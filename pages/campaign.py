"""Campaign: name it, date it, look at it, take it to the shop."""

import streamlit as st

from promo import workflow
from promo.ui import campaign_view, controls, formats, plan_view, shell, state
from promo.ui.state import t
from promo.ui.widgets import card, empty, explained

shell.ensure_router()
shell.header(t("campaign.title"), t("campaign.lead"))

with explained():
    place = state.bench()
    request = controls.asked(place)
    hand = state.answer(place, request, still=True)
    plan = hand.plan
    if plan is None or not plan_view.promoted(plan):
        empty("no_campaign", t("campaign.empty"), t("campaign.empty_button"), "plan")
    else:
        name, start = campaign_view.settings(place)
        campaign = workflow.make_campaign(plan, place.desk, name, start)
        end = formats.day(state.language(), campaign.rows["end"].max().date())
        st.caption(t("campaign.ends", weeks=place.desk.study.settings.weeks, end=end))
        campaign_view.figures(plan, campaign, request.budget)
        with card("download", t("campaign.download")):
            campaign_view.downloads(campaign)
        said = t("campaign.preview_said", rows=formats.number(state.language(), len(campaign.rows)))
        with card("preview", t("campaign.preview"), said):
            campaign_view.preview(campaign)
