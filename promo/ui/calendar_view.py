"""The plan as a calendar: the picture, its words, and what it says to who cannot see it."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Plan
from promo.ui import formats, plan_view, state, widgets
from promo.ui.charts import calendar as charts
from promo.ui.rule_words import segment_name
from promo.ui.sentences import listed
from promo.ui.state import Bench, t
from promo.workflow import Calendar, PlanRequest

_BY: dict[str | type[Any], Callable[[Any], Any]] = {
    Bench: lambda bench: bench.key, Plan: lambda plan: plan.fingerprint,
}  # fmt: skip


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY)
def _calendar(place: Bench, plan: Plan) -> Calendar:
    return workflow.calendar_of(place.desk, plan)


def picture(place: Bench, plan: Plan, request: PlanRequest) -> dict[str, Any] | None:
    """When which product is promoted, how deep, and what each week gives away and adds.

    Returns:
        The promotion that was clicked, as a row of `Calendar.promotions`.
    """
    found, lang = _calendar(place, plan), state.language()
    if found.promotions.empty:
        st.info(t("plan.calendar.empty"), icon=":material/calendar_month:")
        return None
    named = plan_view.names(place)
    shown, left = fitting(found.promotions)
    lanes = lanes_of(shown, named, lambda row: said(row, place))
    weeks = found.weeks.assign(name=[week_name(place, one) for one in found.weeks["week"]])
    if (most := week_budget(request)) is not None:
        weeks = weeks.assign(budget=most)
    figure = charts.calendar(lanes, weeks, state.labels("chart.calendar"), lang)
    at = widgets.chart_to_click(figure, "calendar", alternative(place, found))
    st.caption(key_of(shown["mechanic"]))
    if left:
        gain = formats.money(lang, float(found.promotions["gain"].iloc[len(shown) :].sum()))
        st.caption(t("plan.calendar.rest", products=formats.number(lang, left), gain=gain))
    if idle := found.products - found.promotions["product_id"].nunique():
        st.caption(t("plan.calendar.idle", products=formats.number(lang, idle)))
    return None if at is None or at >= len(shown) else dict(shown.iloc[at])


def fitting(promotions: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """The promotions of the first products that find room, and how many products do not."""
    lanes = promotions.groupby("product_id", sort=False)["segments"].nunique().cumsum()
    kept = set(lanes.index[(lanes <= charts.LANES).to_numpy()]) or {lanes.index[0]}
    return promotions[promotions["product_id"].isin(kept)], len(lanes) - len(kept)


def lanes_of(
    promotions: pd.DataFrame, names: dict[str, str], said: Callable[[Any], str]
) -> pd.DataFrame:
    """Promotions with the lane they are drawn in; a lane per group of segments that differ."""
    begins = ~promotions["product_id"].duplicated()
    first = promotions["segments"].where(begins).groupby(promotions["product_id"]).ffill()
    words = [
        charts.lane_name(names.get(product, product) if same else "", _group(segments))
        for product, segments, same in zip(
            promotions["product_id"], promotions["segments"],
            promotions["segments"] == first, strict=True,
        )
    ]  # fmt: skip
    lane = promotions["product_id"] + "\n" + promotions["segments"].map(" ".join)
    told = [said(row) for row in promotions.to_dict("records")]
    return promotions.assign(lane=lane, name=words, said=told)


def _group(segments: tuple[str, ...]) -> str:
    """A group of segments in the room beside a lane."""
    if not segments:
        return ""
    first = segment_name(segments[0])
    return first if len(segments) == 1 else f"{first} +{len(segments) - 1}"


def said(row: dict[str, Any], place: Bench) -> str:
    """A promotion in words, line by line."""
    lang = state.language()
    who = listed(map(segment_name, row["segments"])) or t("plan.calendar.everyone")
    lines = [
        formats.discount(lang, row["discount"]) + _way(row["mechanic"]), span(place, row), who,
        t("plan.calendar.gain", gain=formats.money(lang, row["gain"]),
          cost=formats.money(lang, row["cost"])),
        t("plan.calendar.items", added=formats.number(lang, row["added"]),
          dip=formats.number(lang, 0.0 if pd.isna(row["dip"]) else row["dip"])),
    ]  # fmt: skip
    if row["weight"] < 1 - 1e-9:
        lines.append(t("plan.calendar.part", share=formats.percent(row["weight"])))
    return "<br>".join(lines)


def span(place: Bench, row: Mapping[Any, Any]) -> str:
    """The weeks in which a promotion runs, by their names."""
    weeks = int(row["weeks"])
    ends = [row["first"], row["first"] + pd.Timedelta(weeks=weeks - 1)]
    return " – ".join(week_name(place, one) for one in ends[: min(weeks, 2)])


def _way(mechanic: str) -> str:
    return "" if mechanic == "percent" else f" · {mechanic_name(mechanic)}"


def mechanic_name(code: str) -> str:
    """A way to give a discount, as a reader calls it."""
    return t(f"rule.mechanic.{code}") if state.said(f"rule.mechanic.{code}") else code


def key_of(mechanics: "pd.Series[str]") -> str:
    """What the signs in the picture stand for."""
    signs = [
        f"{charts.SIGNS.get(one, '?')} {mechanic_name(one)}"
        for one in sorted(set(mechanics) - {"percent"})
    ]
    return " · ".join([t("plan.calendar.key"), *signs])


def week_name(place: Bench, monday: pd.Timestamp) -> str:
    """A week by the day of its Monday, or by its number where the data knows no dates."""
    study = place.desk.study
    if study.undated:
        return t("plan.calendar.week", number=(monday - study.start).days // 7 + 1)
    return formats.short_day(state.language(), monday.date())


def week_budget(request: PlanRequest) -> float | None:
    """What may be given away in every single week, where a rule says so of all products."""
    found = [rule for rule in request.more if rule.code == "week_budget"]
    limits = [getattr(rule, "total", None) for rule in found]
    return min((float(one) for one in limits if one is not None), default=None)


def alternative(place: Bench, found: Calendar) -> str:
    """The picture in words: how much runs when, and the heaviest week."""
    lang, weeks = state.language(), found.weeks
    top = weeks.iloc[int(weeks["given_away"].to_numpy().argmax())]
    return t(
        "plan.calendar.alt", promotions=formats.number(lang, len(found.promotions)),
        products=formats.number(lang, found.promotions["product_id"].nunique()),
        weeks=len(weeks), week=week_name(place, top["week"]),
        cost=formats.money(lang, float(top["given_away"])),
    )  # fmt: skip
