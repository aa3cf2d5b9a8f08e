"""The overview: the decision in one sentence, its figures, and the steps of the loop."""

import streamlit as st

from promo.domain import Plan
from promo.ui import formats, plan_view, shell, state, worth_view
from promo.ui.live import Hand
from promo.ui.sentences import explain
from promo.ui.state import Bench, t
from promo.ui.widgets import Kpi, kpis
from promo.workflow import PlanRequest, Study, supported_share


def subtitle(study: Study) -> str:
    """What the desk is about: data, products, weeks."""
    weeks, lang = study.panel.rows["week"], state.language()
    facts = {
        "dataset": formats.plain(shell.dataset_name(study.dataset.name)),
        "products": formats.number(lang, len(study.panel.products)),
        "weeks": weeks.nunique(),
    }
    if study.undated:
        return t("app.footer_undated", **facts)
    return t("app.footer", end=plan_view.history_end(study), **facts)


def decision(place: Bench, hand: Hand) -> None:
    """What the desk says today, in one sentence."""
    if hand.plan is None:
        if hand.error is not None:
            st.error(explain(hand.error), icon=":material/block:")
        st.markdown(t("overview.not_yet"))
        return
    plan, study, lang = hand.plan, place.desk.study, state.language()
    facts = {
        "weeks": study.settings.weeks,
        "start": formats.day(lang, study.start.date()),
        "promoted": formats.number(lang, plan_view.promoted(plan)),
        "products": formats.number(lang, plan.rows["product_id"].nunique()),
        "cost": formats.money(lang, plan_view.cost(plan)),
        "gain": formats.money(lang, plan.gain.estimate),
    }
    said = "overview.decision" if plan_view.promoted(plan) else "overview.decision_none"
    if study.undated:
        facts["start"] = t("overview.undated_start")
    with st.container(key="decision"):
        st.markdown("## " + t(said, **facts), anchors=False)


def figures(place: Bench, plan: Plan, asked: PlanRequest) -> None:
    """Gain, cost, price of money, and how well the gain is supported."""
    # Rounded down: what is not all well supported must not read 100 %.
    supported = formats.percent(int(100 * supported_share(place.desk, plan)) / 100)
    kpis(
        [
            plan_view.gain_kpi(place, plan),
            plan_view.cost_kpi(plan, asked.budget),
            plan_view.counted(plan_view.price_kpi(plan, asked.budget), asked),
            Kpi(
                "evidence", t("overview.kpi.evidence"), supported,
                t("overview.kpi.evidence_said"),
            ),
        ]
    )  # fmt: skip
    worth_view.note(place, plan, asked)


def legend(plan: Plan) -> str:
    """How the picture is to be read; empty when there is none."""
    if not plan_view.promoted(plan):
        return ""
    alone = plan.rows["segment"].nunique() == 1
    return t("overview.picture_lead_all" if alone else "overview.picture_lead")


def picture(place: Bench, plan: Plan) -> None:
    """The discounts of the plan, or why it has none."""
    if plan_view.promoted(plan):
        plan_view.discounts(place, plan, only_promoted=True)
    else:
        st.info(plan_view.nothing(place.desk.study, plan), icon=":material/lightbulb:")


def loop(place: Bench) -> None:
    """The steps, each with where it stands and the way there."""
    study, lang = place.desk.study, state.language()
    evidence = study.curves.rows.drop_duplicates("product_id")["evidence"]
    customers = study.customers
    known = {
        "strong": formats.number(lang, int(evidence.isin(["strong", "fair"]).sum())),
        "products": formats.number(lang, len(evidence)),
    }
    said = {
        "data": t(
            "overview.step.data.said",
            clean=formats.number(lang, study.dataset.rows_in_use),
            set_aside=formats.number(lang, study.dataset.rows_aside),
        ),
        "customers": t("overview.step.customers.none") if customers is None else t(
            "overview.step.customers.said",
            customers=formats.number(lang, len(customers.rows)),
            segments=customers.rows["segment"].nunique(),
        ),
        "demand": t("overview.step.demand.said", **known),
        "plan": t("overview.step.plan.said"),
        "campaign": t("overview.step.campaign.said"),
    }  # fmt: skip
    st.header(t("overview.loop"), anchor=False)
    for column, (name, sentence) in zip(st.columns(len(said)), said.items(), strict=True):
        with column, st.container(border=True, height="stretch", key=f"step_{name}"):
            st.markdown(f"**{t(f'overview.step.{name}.title')}**")
            st.caption(sentence)
            st.page_link(shell.page_of(name), label=t(f"overview.step.{name}.open"))
