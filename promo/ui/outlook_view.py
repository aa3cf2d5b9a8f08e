"""What will be sold: history, forecast without promotion, and the plan on the desk on top."""

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import EVERYONE, Interval, week_number
from promo.ui import demand_view, derived, formats, shell, state
from promo.ui.charts.history import history
from promo.ui.sentences import together
from promo.ui.state import t
from promo.ui.widgets import chart
from promo.workflow import Added, Level, Study

LEVELS: tuple[Level, ...] = ("total", "category", "product")
YEAR = 52
"""Weeks of history drawn, unless she asks for all: the weeks to come should not be a sliver."""
STOCK_BITES = 0.005
"""Share of what is asked for that must go unsold before stock is spoken of."""


def choose(study: Study) -> tuple[Level, str]:
    """The whole shop, one category or one product."""
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    names = {code: t(f"demand.outlook.{code}") for code in LEVELS}
    with left:
        level: Level = st.segmented_control(
            t("demand.outlook.level"), LEVELS, key="outlook_level", default=LEVELS[0],
            required=True, format_func=names.__getitem__, persist_state="session",
        )  # fmt: skip
    with right:
        if level == "product":
            return level, demand_view.picker(study)
        if level == "category":
            return level, _category(study)
    return level, EVERYONE


def _category(study: Study) -> str:
    """Choose a category, the one that sells most first."""
    sizes = derived.products(study).groupby("category")["units_per_week"].sum()
    names = list(sizes.sort_values(ascending=False).index)
    if state.recall("outlook_category") not in names:
        state.forget("outlook_category")
    called = {name: demand_view.category_name(name) for name in names}
    chosen: str = st.selectbox(
        t("demand.outlook.category"), names, key="outlook_category",
        format_func=called.__getitem__, persist_state="session",
    )  # fmt: skip
    return chosen


def picture(study: Study, level: Level, name: str) -> None:
    """What was sold, what will be sold, and in words what the plan changes."""
    planned = derived.planned()
    if planned is None:
        table, found = workflow.outlook(study, level, name), None
    else:
        table, found = workflow.outlook_with_plan(study, planned.parts, level, name)
    ahead = table[table["mean"].notna()].drop(columns="units")
    st.markdown(_said(ahead, found))
    past = _past(study, table, level, name)
    if len(past) > YEAR and not st.toggle(t("demand.outlook.all"), key="outlook_all"):
        past = past.tail(YEAR)
    figure = history(
        *_dated(study, past, ahead),
        state.labels("chart.history"), state.language(),
    )  # fmt: skip
    chart(figure, "history", t("demand.outlook.alt", name=_named(study, level, name)))
    if planned is not None and planned.stale:
        st.caption(t("demand.effect.stale"))
    if planned is None:
        st.page_link(shell.page_of("plan"), label=t("demand.outlook.no_plan"))


def _named(study: Study, level: Level, name: str) -> str:
    if level == "product":
        return demand_view.name_of(study, name)
    return demand_view.category_name(name) if level == "category" else t("demand.outlook.total")


def _past(study: Study, table: pd.DataFrame, level: Level, name: str) -> pd.DataFrame:
    """The weeks of history; one product's with its prices."""
    if level == "product":
        return workflow.product_history(study, name)
    return table.loc[table["units"].notna(), ["week", "units"]].assign(left_out=False)


def _dated(
    study: Study, weeks: pd.DataFrame, ahead: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Weeks by their Mondays, or by their numbers where no date is known."""
    if not study.undated:
        return weeks, ahead
    past, coming = (rows.assign(week=week_number(rows["week"])) for rows in (weeks, ahead))
    return past, coming


def _said(ahead: pd.DataFrame, found: Added | None) -> str:
    """What sells anyway, what the plan adds, and what is missing afterwards."""
    count, asked = _items, float(ahead["mean"].sum())
    weeks = len(ahead)
    if found is None:
        return t("demand.outlook.base_said", weeks=weeks, base=count(asked))
    said = [_change(found.items, count(found.base), weeks)]
    if asked - found.base > STOCK_BITES * asked:
        said.append(t("demand.outlook.stock_said", asked=count(asked), base=count(found.base)))
    if found.later >= 1:
        said.append(t("demand.outlook.later_said", items=count(found.later)))
    return together(said)


def _change(items: Interval, base: str, weeks: int) -> str:
    """What the plan does to the items of the coming weeks, in one sentence."""
    low, high = (_items(abs(end)) for end in (items.low, items.high))
    if abs(items.estimate) < 0.5:
        return t("demand.outlook.none_said", base=base, weeks=weeks)
    if items.estimate < 0:
        return t("demand.outlook.loses_said", items=_items(-items.estimate), base=base, weeks=weeks)
    if items.low < 0:
        low = formats.MINUS + low
    facts = {"items": _items(items.estimate), "low": low, "high": high}
    return t("demand.outlook.adds_said", base=base, weeks=weeks, **facts)


def _items(value: float) -> str:
    return formats.number(state.language(), value)
