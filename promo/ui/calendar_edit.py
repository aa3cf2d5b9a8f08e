"""The calendar as a picture to edit: a click on a promotion opens it for change below."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Plan
from promo.errors import PromoError
from promo.ui import calendar_view, formats, my_plan, plan_view, sentences, state, widgets
from promo.ui.live import Hand
from promo.ui.rule_words import segment_name
from promo.ui.state import Bench, t

SEEN = "_calendar_seen"
"""Where the session keeps the last click it was told; a chart goes on telling it."""


def prepare(place: Bench, hand: Hand) -> None:
    """Value her own plan for the picture before the session takes its place to draw."""
    with suppress(PromoError):  # the card says it
        _own(place, hand)


def _own(place: Bench, hand: Hand) -> Plan | None:
    """Her own plan, where she changed it and wants to see it."""
    mine = my_plan.begun(place)
    if mine is None or len(mine["tables"]) < 2 or not state.recall("calendar_mine", True):
        return None
    # Other rules would not change what it says, but have it valued at every move.
    request = replace(place.first, stock_share=hand.good_for.sellable)
    return my_plan.valued(place, request, mine["tables"][-1])


def card(place: Bench, hand: Hand) -> None:
    """The calendar in its card, of the plan on the screen or of her own once she changed it."""
    with widgets.card("calendar", t("plan.calendar.title"), t("plan.calendar.lead")):
        mine, plan = my_plan.begun(place), hand.good
        if plan is None:
            return
        changed = mine is not None and len(mine["tables"]) > 1
        own = changed and st.toggle(t("plan.calendar.mine"), value=True, key="calendar_mine")
        plan = (_own(place, hand) if own else None) or plan
        clicked = calendar_view.picture(place, plan, hand.good_for)
        new = _is_new(plan, clicked)
        if changed and not own:
            return
        if clicked is not None and new and plan.exact:
            mine = mine if mine is not None and own else my_plan.begin(place, plan)
            mine["picked"] = workflow.rows_of(mine["tables"][-1], clicked)
        if mine is None or not (own or mine["of"] == plan.fingerprint) or not _chosen(place, mine):
            st.caption(t("plan.calendar.click"))


def _is_new(plan: Plan, clicked: dict[str, Any] | None) -> bool:
    """Whether she clicked since the last run."""
    now = None if clicked is None else (plan.fingerprint, str(clicked))
    before = state.recall(SEEN)
    state.keep(SEEN, now)
    return bool(now != before)


def _chosen(place: Bench, mine: dict[str, Any]) -> bool:
    """The promotion that was clicked, and what can be done with it; False where there is none."""
    table: pd.DataFrame = mine["tables"][-1]
    rows = [at for at in mine["picked"] if at in table.index]
    if not rows:
        return False
    now, who = _row(table, rows), listed_segments(table, rows)
    with st.container(border=True, key="promotion"):
        product = plan_view.names(place).get(now["product_id"], now["product_id"])
        depth = formats.discount(state.language(), float(now["discount"]))
        st.markdown(f"**{widgets.named(product)}** · {who} · {depth}")
        said = _fields(place, now, f"{mine['moves']}_{rows[0]}")
        _buttons(mine, rows, said)
        if len(mine["tables"]) > 1:
            st.caption(t("plan.calendar.valued"))
    return True


def listed_segments(table: pd.DataFrame, rows: list[int]) -> str:
    """For whom the promotion of some rows of a table is."""
    product = table.loc[rows[0], "product_id"]
    every = table.loc[table["product_id"] == product, "segment"].nunique()
    segments = list(table.loc[rows, "segment"])
    if len(segments) == every:
        return t("plan.calendar.everyone")
    return sentences.listed(segment_name(code) for code in segments)


def _row(table: pd.DataFrame, rows: list[int]) -> dict[str, Any]:
    """What the rows of one promotion say; they differ in their segment only."""
    return {str(name): value for name, value in table.loc[rows[0]].items()}


def _fields(place: Bench, now: dict[str, Any], key: str) -> dict[str, Any]:
    """Offer, first week, length and discount, each with what the ones before it leave on offer."""
    left = workflow.ways_to_promote(place.desk, str(now["product_id"]))
    said: dict[str, Any] = {}
    words: dict[str, Callable[[Any], str]] = {
        "mechanic": calendar_view.mechanic_name,
        "first": lambda day: calendar_view.week_name(place, pd.Timestamp(day)),
        "weeks": str,
        "discount": lambda share: formats.discount(state.language(), share),
    }
    for column, (name, write) in zip(st.columns(len(words)), words.items(), strict=True):
        known = sorted(set(left[name].tolist()))
        called = {one: write(one) for one in known}
        was = known.index(now[name]) if now[name] in known else 0
        label = t("plan.column.discount") if name == "discount" else t(f"plan.mine.{name}")
        said[name] = column.selectbox(
            label, known, index=was, key=f"promotion_{name}_{key}", format_func=called.__getitem__
        )
        left = left[left[name] == said[name]]
    return said


def _buttons(mine: dict[str, Any], rows: list[int], said: dict[str, Any]) -> None:
    table: pd.DataFrame = mine["tables"][-1]
    now = _row(table, rows)
    same = all(now[name] == value for name, value in said.items())
    locked, away = bool(now["locked"]), float(now["discount"]) == 0
    busy = workflow.meets(table, rows, said["first"], said["weeks"])
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("plan.calendar.change"), key="promotion_change", type="primary", disabled=same,
            icon=":material/edit:", on_click=my_plan.change, args=(rows,), kwargs=said,
        )  # fmt: skip
        st.button(
            t("plan.calendar.add"), key="promotion_add", icon=":material/add:", disabled=busy,
            help=t("plan.calendar.add_busy" if busy else "plan.calendar.add_help"),
            on_click=my_plan.add, args=(rows,), kwargs=said,
        )  # fmt: skip
        st.button(
            t("plan.calendar.unlock" if locked else "plan.mine.lock"), key="promotion_lock",
            icon=":material/lock_open:" if locked else ":material/lock:", disabled=away,
            help=t("plan.mine.lock_help"), on_click=my_plan.change, args=(rows,),
            kwargs={"locked": not locked},
        )  # fmt: skip
        st.button(
            t("plan.calendar.away"), key="promotion_away", icon=":material/delete:", disabled=away,
            on_click=my_plan.change, args=(rows,), kwargs={"discount": 0.0},
        )  # fmt: skip
        st.button(
            t("plan.mine.undo"), key="promotion_undo", icon=":material/undo:",
            disabled=len(mine["tables"]) < 2, on_click=my_plan.undo,
        )  # fmt: skip
