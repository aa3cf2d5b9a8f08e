"""What a plan says: its figures in sentences, its pictures, and why each product is in or out."""

from dataclasses import replace

import pandas as pd
import streamlit as st

from promo.domain import ANONYMOUS, Plan
from promo.ui import asking, formats, state, worth_view
from promo.ui.caution_view import chance
from promo.ui.charts import plan as charts
from promo.ui.live import Hand
from promo.ui.rule_words import WORTH, segment_name
from promo.ui.state import Bench, t
from promo.ui.widgets import Kpi, chart, chart_that_does, kpis
from promo.workflow import (
    CORRECTION,
    PlanRequest,
    Study,
    mixture,
    options_looked_at,
    price_of,
    ran_out_of_time,
)

# --- figures --------------------------------------------------------------------------------


NEARLY = 0.02
"""Share of the budget that may be left over while it is the budget that holds a plan back."""


def cost(plan: Plan) -> float:
    """Money the plan gives away."""
    return float(plan.rows["cost"].sum())


def history_end(study: Study) -> str:
    """The last day of the history."""
    last = study.panel.rows["week"].max() + pd.Timedelta(days=6)
    return formats.day(state.language(), last.date())


def promoted(plan: Plan) -> int:
    """Products promoted in at least one segment."""
    rows = plan.rows
    return int(rows.loc[rows["discount"] > 0, "product_id"].nunique())


def gain_kpi(place: Bench, plan: Plan) -> Kpi:
    """What the plan brings over no promotion, with its interval and what it takes for granted."""
    lang, gain = state.language(), plan.gain
    said = t(
        "plan.kpi.gain_said",
        range=formats.between(lang, gain.low, gain.high),
        loses=chance(gain.loses),
    )
    if supposed := assumed_costs(place.desk.study):
        said = f"{said}\n\n{supposed}"
    return Kpi("gain", t("plan.kpi.gain"), formats.money(lang, gain.estimate), said)


def assumed_costs(study: Study) -> str:
    """On how many products a margin is assumed; empty when every cost is known."""
    if not study.curves.costs_assumed:
        return ""
    lang = state.language()
    return t(
        "plan.kpi.gain_assumed",
        unknown=formats.number(lang, study.curves.costs_assumed),
        products=formats.number(lang, len(study.panel.products)),
        margin=formats.percent(study.settings.assumed_margin),
    )


def cost_kpi(plan: Plan, budget: float | None) -> Kpi:
    """What the plan gives away, beside the budget."""
    lang, spent = state.language(), cost(plan)
    said = t(
        "plan.kpi.cost_said",
        share=formats.percent(spent / budget if budget else 0.0),
        budget=formats.typed(budget or 0.0),
    )
    return Kpi("cost", t("plan.kpi.cost"), formats.money(lang, spent), said)


def price_kpi(plan: Plan, budget: float | None) -> Kpi:
    """The price of money, and whether the budget is what holds the plan back."""
    lang = state.language()
    use = plan.rules[plan.rules["rule"] == "budget"]
    price = price_of(plan, "budget")
    binds = bool(use["binds"].any())
    left = max(0.0, (budget or 0.0) - cost(plan))
    if price > WORTH:
        said = "binds" if left <= NEARLY * (budget or 0.0) else "between"
    else:
        said = "spent" if binds else "zero"
    said = t(f"plan.kpi.price_{said}", left=formats.money(lang, left))
    return Kpi("price", t("plan.kpi.price"), formats.number(lang, price, 2), said)


def status_kpi(place: Bench, plan: Plan, asked: PlanRequest, *, failed: bool) -> Kpi:
    """What the solver proved, in words, and what it had to choose from.

    Where the plan to run has `failed`, none follows a quick plan.
    """
    quick = "quick_only" if failed else "quick"
    status: str = plan.status if plan.exact else quick
    if worth_view.around(plan):
        status = "around"
    elif ran_out_of_time(plan):
        status = "stopped"
    gap = formats.percent(max(plan.gap, 0.0001), 2)
    said = t(f"plan.status_said.{status}", gap=gap)
    if plan.exact and status != "around":
        options, pruned = map(formats.count, options_looked_at(place.desk, asked))
        said = f"{said}\n\n{t('plan.looked_at', options=options, pruned=pruned)}"
    return Kpi("status", t("plan.kpi.status"), t(f"plan.status.{status}"), said)


def figures(place: Bench, hand: Hand) -> None:
    """The figures of the answer, or of the last good plan where there is none."""
    plan = hand.good
    if plan is None:
        return
    budget = float(hand.good_for.budget)
    failed = hand.error is not None
    if failed and hand.good_for != hand.asked:
        st.caption(t("plan.kept_plan", budget=formats.typed(budget)))
    proved = (
        counted(price_kpi(plan, budget), hand.good_for),
        counted(status_kpi(place, plan, hand.good_for, failed=failed), hand.good_for),
    )
    told = [gain_kpi(place, plan), cost_kpi(plan, budget)]
    if hand.good_for.objective == "profit":
        kpis([*told, *proved])
    else:
        kpis([aim_kpi(place, plan, hand.good_for), *told])
        kpis(proved)
    if not promoted(plan):
        st.info(nothing(place.desk.study, plan), icon=":material/lightbulb:")


def aim_kpi(place: Bench, plan: Plan, asked: PlanRequest) -> Kpi:
    """How much the plan comes to of what it is for."""
    aim, other, _ = mixture(place.desk, asked.objective)
    said = t("plan.kpi.aim_mixed", other=t(f"rule.measure.{other}")) if other else ""
    total = formats.number(state.language(), float(plan.rows[aim].sum()))
    return Kpi("aim", t(f"rule.measure.{aim}"), total, said or t("plan.kpi.aim_said"))


def counted(kpi: Kpi, asked: PlanRequest) -> Kpi:
    """A figure of the solver, with what it counts where that is not the profit as promised."""
    said = [kpi.sentence]
    if asked.objective != "profit":
        said.append(t("plan.kpi.in_aim", aim=t(f"rule.measure.{asked.counted_in}")))
    if asked.caution != CORRECTION:
        said.append(t("plan.kpi.counted"))
    return replace(kpi, sentence="\n\n".join(said))


def nothing(study: Study, plan: Plan) -> str:
    """Why a plan promotes nothing, and what to do about it."""
    if price_of(plan, "budget") > WORTH:
        return t("plan.nothing_money")
    others = plan.rules[~plan.rules["rule"].isin(["budget", "min_discount"])]
    held = bool(others.groupby("rule")["binds"].all().any())
    if study.curves.costs_assumed and not held:
        return t("plan.nothing_margin", margin=formats.percent(study.settings.assumed_margin))
    return t("plan.nothing_rules")


# --- pictures -------------------------------------------------------------------------------


def names(place: Bench) -> dict[str, str]:
    """The names of the products by their key."""
    products = place.desk.study.panel.products
    return dict(zip(products["product_id"], products["name"], strict=True))


def segment_words(rows: pd.DataFrame) -> dict[str, str]:
    """The names of the segments by their code."""
    known, seen = state.labels("segment"), set(rows["segment"])
    ordered = [code for code in known if code in seen] + sorted(seen - set(known))
    return {code: segment_name(code) for code in ordered}


def discounts(place: Bench, plan: Plan, *, only_promoted: bool = False) -> None:
    """The picture of the plan.

    Beside the sliders every product keeps its line, so that nothing jumps under her hand. In a
    calendar a discount is the mean over the weeks.
    """
    rows = plan.rows.assign(weight=plan.rows["weight"] * plan.rows["base_share"])
    if only_promoted:
        chosen = rows.loc[rows["discount"] > 0, "product_id"].unique()
        rows = rows[rows["product_id"].isin(chosen)]
    words = state.labels("chart.discounts") | segment_words(plan.rows)
    alt = t(
        "plan.picture_alt",
        budget=formats.money(state.language(), cost(plan)),
        promoted=promoted(plan),
        products=plan.rows["product_id"].nunique(),
    )
    chart(charts.discounts(rows, names(place), words, state.language()), "discounts", alt)
    if (plan.rows["segment"] == ANONYMOUS).any():
        st.caption(t("plan.anonymous_said", segment=segment_name(ANONYMOUS)))
    total = rows["product_id"].nunique()
    if total > charts.MOST:
        st.caption(t("plan.many", shown=charts.MOST, all=formats.number(state.language(), total)))
    if only_promoted and (rest := plan.rows["product_id"].nunique() - total):
        st.caption(t("overview.rest", rest=rest))


def frontier(place: Bench, hand: Hand) -> None:
    """What other budgets would bring, and where the plan on the screen stands.

    The line is made anew for other rules once the exact plan is there; until then the last one
    stays.
    """
    plan, request, lang = hand.good, hand.good_for, state.language()
    path = state.path(place, request) if hand.done == "exact" else state.recall("_path")
    if plan is None or path is None or path.empty:
        return
    now = (float(request.budget or 0.0), plan.gain.estimate)
    alt = t(
        "plan.frontier_alt",
        best=formats.money(lang, float(path["gain"].max())),
        budget=formats.money(lang, now[0]),
    )
    figure = charts.frontier(path, now, state.labels("chart.frontier"), lang)
    chart_that_does(
        figure, "frontier", alt, lambda at: asking.spend(place, float(path["budget"].iloc[at]))
    )
    st.caption(t("plan.frontier_click"))
    if request.objective != "profit":
        st.caption(t("plan.frontier_aim"))


def alternatives(plan: Plan) -> None:
    """The plan beside what else could be done, all valued by the same model."""
    lang = state.language()
    rows = plan.baselines.to_dict("records")
    nothing = next(float(row["profit"]) for row in rows if row["name"] == "no_promotion")
    titles, gains = [t("plan.baseline.plan")], [plan.gain.estimate]
    for row in (row for row in rows if row["name"] != "no_promotion"):
        depth = 0.0 if pd.isna(row["discount"]) else float(row["discount"])
        titles.append(t(f"plan.baseline.{row['name']}", discount=formats.discount(lang, depth)))
        gains.append(float(row["profit"]) - nothing)
    titles.append(t("plan.baseline.no_promotion"))
    gains.append(0.0)
    figure = charts.alternatives(titles, gains, state.labels("chart.alternatives"), lang)
    chart(figure, "alternatives", t("plan.beside_alt"))
