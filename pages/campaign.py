"""Campaign: name it, date it, look at it, take it to the shop; and what to test beside it."""

from promo import workflow
from promo.ui import answering, asking, campaign_view, plan_view, shell, state, trial_view
from promo.ui.sentences import explain
from promo.ui.state import t
from promo.ui.widgets import card, empty, explained

shell.header(t("campaign.title"), t("campaign.lead"))

with explained():
    place = state.bench()
    request = asking.asked(place)
    hand = answering.answer(place, request, still=True)
    plan, dated = hand.plan, None
    if plan is None or not plan_view.promoted(plan):
        why = t("campaign.empty") if hand.error is None else explain(hand.error)
        empty("no_campaign", why, t("campaign.empty_button"), "plan")
    else:
        dated = campaign_view.settings(place)
        if dated is not None:
            campaign = workflow.make_campaign(plan, place.desk, *dated)
            campaign_view.figures(place, plan, campaign, request)
            with card("download", t("campaign.download")):
                campaign_view.downloads(campaign)
            with card("preview", t("campaign.preview")):
                campaign_view.preview(campaign)
    if plan is not None:
        trial_view.tests(place, request, plan, dated[1] if dated else None)
