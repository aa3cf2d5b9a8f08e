"""The overview: the decision in one sentence, its figures, and the steps of the loop."""

import pandas as pd
import streamlit as st

from promo.domain import Plan
from promo.ui import formats, plan_view, shell, state
from promo.ui.live import Hand
from promo.ui.sentences import explain
from promo.ui.state import Bench, t
from promo.ui.widgets import Kpi, kpis
from promo.workflow import Study


def subtitle(study: Study) -> str:
    """What the desk is about: data, products, weeks."""
    weeks, lang = study.panel.rows["week"], state.language()
    return t(
        "app.footer",
        dataset=formats.plain(shell.dataset_name(study.dataset.name)),
        products=formats.number(lang, len(study.panel.products)),
        weeks=weeks.nunique(),
        end=formats.day(lang, (weeks.max() + pd.Timedelta(days=6)).date()),
    )


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
    with st.container(key="decision"):
        st.markdown("## " + t(said, **facts), anchors=False)


def figures(place: Bench, plan: Plan, budget: float | None) -> None:
    """Gain, cost, price of money, and how well the gain is supported."""
    supported = formats.percent(_supported(place, plan))
    kpis(
        [
            plan_view.gain_kpi(plan),
            plan_view.cost_kpi(plan, budget),
            plan_view.price_kpi(plan, budget),
            Kpi(
                "evidence", t("overview.kpi.evidence"), supported,
                t("overview.kpi.evidence_said"),
            ),
        ]
    )  # fmt: skip


def _supported(place: Bench, plan: Plan) -> float:
    """Share of the gain of promoted rows whose response has strong or fair evidence."""
    keys = ["product_id", "segment"]
    curves = place.desk.study.curves.rows[[*keys, "evidence"]]
    rows = plan.rows.loc[plan.rows["discount"] > 0, [*keys, "gain"]].merge(curves, on=keys)
    total = float(rows["gain"].sum())
    known = float(rows.loc[rows["evidence"].isin(["strong", "fair"]), "gain"].sum())
    return known / total if total > 0 else 0.0


def loop(place: Bench) -> None:
    """The steps, each with where it stands and the way there."""
    study, lang = place.desk.study, state.language()
    reports = study.dataset.reports
    evidence = study.curves.rows.drop_duplicates("product_id")["evidence"]
    customers = study.customers
    known = {
        "strong": formats.number(lang, int(evidence.isin(["strong", "fair"]).sum())),
        "products": formats.number(lang, len(evidence)),
    }
    said = {
        "data": t(
            "overview.step.data.said",
            clean=formats.number(lang, sum(r.rows_clean for r in reports)),
            set_aside=formats.number(lang, sum(r.rows_quarantined for r in reports)),
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
