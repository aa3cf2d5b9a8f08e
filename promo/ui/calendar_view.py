"""The plan as a calendar: the picture, its words, and what it says to who cannot see it."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Plan
from promo.ui import formats, plan_view, state, widgets
from promo.ui.charts import calendar as charts
from promo.ui.charts.axes import short
from promo.ui.rule_words import segment_name
from promo.ui.sentences import listed
from promo.ui.state import Bench, t
from promo.workflow import Calendar, PlanRequest

NAMED = 3
"""Segments named beside a lane; of more, how many."""

FEW = 10.0
"""Items below which a part of one is told."""

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
    lanes = lanes_of(shown, named, lambda row: said(row, place, named))
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
    lanes = promotions.groupby("product_id", sort=False)["segments"].nunique()
    lanes = (lanes + (lanes > 1)).cumsum()
    kept = set(lanes.index[(lanes <= charts.LANES).to_numpy()]) or {lanes.index[0]}
    return promotions[promotions["product_id"].isin(kept)], len(lanes) - len(kept)


def lanes_of(
    promotions: pd.DataFrame, names: dict[str, str], said: Callable[[Any], str]
) -> pd.DataFrame:
    """Promotions with the lane they are drawn in; a lane per group of segments that differ.

    A product with several lanes has its name above them.
    """
    product, segments = promotions["product_id"], promotions["segments"]
    several = (segments.groupby(product).transform("nunique") > 1).to_numpy()
    begins = ~product.duplicated().to_numpy()
    called = [names.get(one, one) for one in product]
    groups = [_group(one) for one in segments]
    lane = product + "\n" + segments.map(" ".join)
    first = ~lane.duplicated().to_numpy() & begins & several
    return promotions.assign(
        lane=lane,
        name=[
            group or t("plan.calendar.all") if many else charts.lane_name(name, group)
            for name, group, many in zip(called, groups, several, strict=True)
        ],
        head=[short(name, 34) if one else "" for name, one in zip(called, first, strict=True)],
        said=[said(row) for row in promotions.to_dict("records")],
    )


def _group(segments: tuple[str, ...]) -> str:
    """A group of segments in the room beside a lane."""
    named = [segment_name(code) for code in segments]
    rest = f" +{len(named) - NAMED}" if len(named) > NAMED else ""
    return ", ".join(named[:NAMED]) + rest


def said(row: dict[str, Any], place: Bench, names: Mapping[str, str]) -> str:
    """A promotion in words, line by line."""
    lang = state.language()
    who = listed(map(segment_name, row["segments"])) or t("plan.calendar.everyone")
    dip = 0.0 if pd.isna(row["dip"]) else float(row["dip"])
    lines = [
        f"<b>{names.get(row['product_id'], row['product_id'])}</b>",
        formats.discount(lang, row["discount"]) + _way(row["mechanic"]), days(row, place), who,
        t("plan.calendar.gain", gain=formats.money(lang, row["gain"]),
          cost=formats.money(lang, row["cost"])),
        t("plan.calendar.items", added=formats.number(lang, row["added"]),
          dip=formats.number(lang, dip, 1 if 0 < dip < FEW else 0)),
    ]  # fmt: skip
    if row["weight"] < 1 - 1e-9:
        lines.append(t("plan.calendar.part", share=formats.percent(row["weight"])))
    return "<br>".join(lines)


def days(row: Mapping[Any, Any], place: Bench) -> str:
    """From its first to its last day; where the data knows no dates, its weeks."""
    ends = row["first"] + pd.Timedelta(weeks=int(row["weeks"]))
    study, begins = place.desk.study, week_name(place, row["first"])
    if not study.undated:
        last = ends - pd.Timedelta(days=1)
        return f"{begins} – {formats.short_day(state.language(), last.date())}"
    last = ends - pd.Timedelta(weeks=1)
    return begins if row["weeks"] == 1 else f"{begins} – {week_name(place, last)}"


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
