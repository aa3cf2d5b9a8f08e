"""My plan: change, lock or forbid what a plan says, and see what that costs beside the best."""

import json
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Plan
from promo.ui import (
    answering,
    asking,
    calendar_view,
    derived,
    formats,
    plan_view,
    rule_words,
    sentences,
    state,
    why_view,
    widgets,
    worth_view,
)
from promo.ui.live import Hand, turn
from promo.ui.rule_words import segment_name
from promo.ui.state import Bench, t
from promo.workflow import ByHand, Job, PlanRequest, Rule

EDITED = ("discount", "first", "weeks", "mechanic", "locked", "forbidden")
_BY: dict[str | type[Any], Callable[[Any], Any]] = {
    Bench: lambda bench: bench.key,
    PlanRequest: lambda request: json.dumps(workflow.request_to(request)),
    Plan: lambda plan: plan.fingerprint,
    pd.DataFrame: lambda frame: frame.to_csv(),
}


def card(place: Bench, hand: Hand) -> None:
    """Her own plan in its card; what she takes over replaces all choices made by hand before.

    It comes last, because it may take a plan to run to value it, for which nothing else waits.
    """
    with widgets.card("mine", t("plan.mine.title"), t("plan.mine.lead")):
        with answering.drawing():
            kept = begun(place)
            if kept is None:
                _begin(place, hand)
                return
            edited = _table(place, kept)
            begins = workflow.first_monday(place.desk)
            rules = workflow.rules_by_hand(kept["tables"][0], edited, begins)
            _buttons(place, kept, rules)
        if rules:
            with widgets.explained():
                _beside(place, hand, kept["tables"][0], edited)


def _begin(place: Bench, hand: Hand) -> None:
    plan = hand.good
    ready = plan is not None and plan.exact
    st.markdown(t("plan.mine.empty"))
    if st.button(
        t("plan.mine.begin"), key="mine_begin", icon=":material/edit:", disabled=not ready
    ) and plan is not None:  # fmt: skip
        begin(place, plan)
        st.rerun()


def begin(place: Bench, plan: Plan) -> dict[str, Any]:
    """Take a plan to run into a table of her own."""
    kept = {
        "key": place.key, "tables": [workflow.edit_table(place.desk, plan)], "moves": 0,
        "picked": [], "of": plan.fingerprint,
    }  # fmt: skip
    state.keep("_mine", kept)
    return kept


def begun(place: Bench) -> dict[str, Any] | None:
    """Her own plan on this desk, where she began one.

    Its `tables`, of which the last is how it stands, the number of `moves`, the rows that are
    `picked` in the calendar, and the plan it is made `of`.
    """
    kept = state.recall("_mine")
    return None if kept is None or kept["key"] != place.key else kept


def change(rows: Sequence[int], **what: Any) -> None:
    """Edit rows of the table, all alike; undo takes it back."""
    kept = state.recall("_mine")
    after = kept["tables"][-1].copy()
    for name, value in what.items():
        after.loc[list(rows), name] = value
    _edited(kept, after)


def add(rows: Sequence[int], **what: Any) -> None:
    """One more promotion for the products and segments of some rows; undo takes it back."""
    kept = state.recall("_mine")
    now: pd.DataFrame = kept["tables"][-1]
    more = now.loc[list(rows)].assign(locked=False, forbidden=False, gain=0.0, **what)
    after = pd.concat([now, more], ignore_index=True)
    kept["picked"] = list(after.index[len(now) :])
    _edited(kept, after)


def _edited(kept: dict[str, Any], after: pd.DataFrame) -> None:
    kept["tables"].append(after)
    kept["moves"] += 1


def undo() -> None:
    """Take the last edit back."""
    kept = state.recall("_mine")
    kept["tables"].pop()
    kept["moves"] += 1


def _table(place: Bench, kept: dict[str, Any]) -> pd.DataFrame:
    """The table as it stands after the last edit; a new edit is kept for undo."""
    now: pd.DataFrame = kept["tables"][-1]
    every = st.toggle(t("plan.mine.every"), key="mine_every")
    shown = now if every else now[(now["first"] != "") | (now["discount"] > 0)]
    edited = st.data_editor(
        _worded(place, shown), key=f"mine_{kept['moves']}_{every}", hide_index=True,
        height=min(420, 38 + 36 * max(2, len(shown))), column_config=_columns(place, shown),
        disabled=["product", "who", "gain"], column_order=_ORDER, alt=t("plan.mine.title"),
    )  # fmt: skip
    said = now.copy()
    said.loc[shown.index, list(EDITED)] = _plain(edited)[list(EDITED)]
    if not _same(said, now):
        after = workflow.as_offered(place.desk, now, said)
        if not _same(after, now):
            kept["tables"].append(after)
        kept["moves"] += 1
        st.rerun()
    return now


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    return one[list(EDITED)].equals(other[list(EDITED)])


_ORDER = ["product", "who", "discount", "first", "weeks", "mechanic", "locked", "forbidden", "gain"]


def _worded(place: Bench, table: pd.DataFrame) -> pd.DataFrame:
    """The table with names, and discounts in per cent."""
    return table.assign(
        product=_called(place, table),
        who=table["segment"].map(segment_name), discount=(100 * table["discount"]).round(4),
        gain=table["gain"].round(2),
    )  # fmt: skip


def _called(place: Bench, table: pd.DataFrame) -> list[str]:
    """The name of each row's product."""
    named = plan_view.names(place)
    return [named.get(code, code) for code in table["product_id"]]


def _plain(edited: pd.DataFrame) -> pd.DataFrame:
    """What an edited table says; an emptied cell says no discount, and one week from the first."""
    return edited.assign(
        discount=(edited["discount"].fillna(0.0) / 100).round(6),
        weeks=edited["weeks"].fillna(1).astype("int64"),
        first=edited["first"].fillna("").astype("str"),
        **{name: edited[name].fillna(False).astype(bool) for name in ("locked", "forbidden")},
    )


def _columns(place: Bench, table: pd.DataFrame) -> dict[str, Any]:
    """What each column may hold: only what is on offer, of depths the steps and those in use."""
    column, rows = st.column_config, place.desk.options.rows
    on = rows[rows["discount"] > 0]
    mondays = sorted(set(on["first"].dt.strftime("%Y-%m-%d")))
    named = {day: calendar_view.week_name(place, pd.Timestamp(day)) for day in mondays}
    steps = [share for share in place.desk.scene.offer.ladder if share <= on["discount"].max()]
    depths = sorted({0.0, *(round(100 * share, 4) for share in [*steps, *table["discount"]])})
    return {
        "product": column.TextColumn(t("plan.column.product"), pinned=True),
        "who": column.TextColumn(t("plan.column.segment")),
        "discount": column.SelectboxColumn(
            t("plan.column.discount"), options=depths, required=True,
            format_func=lambda share: formats.discount(state.language(), float(share) / 100),
        ),
        "first": column.SelectboxColumn(
            t("plan.mine.first"), options=mondays, format_func=lambda day: named.get(str(day), "")
        ),
        "weeks": column.SelectboxColumn(
            t("plan.mine.weeks"), options=sorted(set(on["weeks"].tolist())), width="small"
        ),
        "mechanic": column.SelectboxColumn(
            t("plan.mine.mechanic"), options=sorted(set(on["mechanic"])),
            format_func=lambda code: calendar_view.mechanic_name(str(code)),
        ),
        "locked": column.CheckboxColumn(t("plan.mine.lock"), help=t("plan.mine.lock_help")),
        "forbidden": column.CheckboxColumn(t("plan.mine.forbid"), help=t("plan.mine.forbid_help")),
        "gain": why_view.money_column(t("plan.mine.was")),
    }  # fmt: skip


def _take(place: Bench, rules: tuple[Rule, ...]) -> None:
    asking.take(place, workflow.with_mine(asking.asked(place), rules))


def _buttons(place: Bench, kept: dict[str, Any], rules: tuple[Rule, ...]) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            t("plan.mine.undo"), key="mine_undo", icon=":material/undo:",
            disabled=len(kept["tables"]) < 2, on_click=undo,
        )  # fmt: skip
        st.button(
            t("plan.mine.leave"), key="mine_leave", icon=":material/close:",
            on_click=state.forget, args=("_mine",),
        )  # fmt: skip
        st.button(
            t("plan.mine.take"), key="mine_take", type="primary", icon=":material/lock:",
            disabled=not rules, on_click=_take, args=(place, rules), help=t("plan.mine.take_help"),
        )  # fmt: skip


# --- beside the best ------------------------------------------------------------------------


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_BY)
def _judged(
    place: Bench, request: PlanRequest, best: Plan, before: pd.DataFrame, after: pd.DataFrame
) -> ByHand:
    job = Job(
        lambda task: workflow.judged_by_hand(
            place.desk, request, before, after, best, stop=task.stopped
        ),
        turn(place.lock, "by hand"),
    )
    return answering.awaited(job)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_BY)
def valued(place: Bench, request: PlanRequest, after: pd.DataFrame) -> Plan:
    """Her own plan as it stands, for its picture."""
    job = Job(
        lambda _: workflow.valued_by_hand(place.desk, request, after), turn(place.lock, "by hand")
    )
    return answering.awaited(job)


def _beside(place: Bench, hand: Hand, before: pd.DataFrame, after: pd.DataFrame) -> None:
    """The figures of both plans, what the choices cost, and why the plans differ."""
    if hand.good is None or not hand.good.exact:
        st.caption(t("plan.mine.valuing"))
        return
    with st.spinner(t("plan.mine.valuing"), show_time=True):
        found = _judged(place, hand.good_for, hand.good, before, after)
    with answering.drawing():
        _told(place, hand.good_for, found)


def _told(place: Bench, asked: PlanRequest, found: ByHand) -> None:
    st.markdown(verdict(asked, found))
    if found.broken:
        names = sentences.listed(_rule_name(code) for code in found.broken)
        kept = "breaks" if found.around is not None else "breaks_all"
        st.warning(t(f"plan.mine.{kept}", rules=names), icon=":material/front_hand:")
    st.table(
        figures(place, asked, found),
        border="horizontal",
        hide_index=True,
        alt=t("plan.mine.beside"),
    )
    if len(found.different):
        _differences(place, found)


def _rule_name(code: str) -> str:
    return t("plan.mine.overlap") if code == "structure" else sentences.rule(code)


def verdict(asked: PlanRequest, found: ByHand) -> str:
    """What the choices made by hand cost of what the plan is for, in a sentence."""

    def told(value: float) -> str:
        digits = 0 if abs(value) >= worth_view.SMALL else 2
        return rule_words.worth(asked.counted_in, value, digits)

    def reached(plan: Plan) -> float:
        return plan.gain.estimate if asked.objective == "profit" else plan.objective

    mine, best = reached(found.mine), reached(found.best)
    if found.around is None:
        way = "less" if mine <= best else "more"
        return t(f"plan.mine.alone_{way}", money=told(abs(best - mine)))
    around = reached(found.around)
    gap, rest = best - around, around - mine
    said = t("plan.mine.costs", money=told(gap))
    if gap <= max(0.005 * abs(best), 0.5):
        said = t("plan.mine.costs_nothing")
    if found.broken or rest <= max(0.005 * abs(best), 0.5):
        return said
    return sentences.together([said, t("plan.mine.rest", money=told(rest))])


def figures(place: Bench, asked: PlanRequest, found: ByHand) -> pd.DataFrame:
    """The figures of my plan, of the best around it and of the best, as they are written."""
    lang = state.language()
    plans = {"mine": found.mine, "around": found.around, "best": found.best}
    lines: dict[str, Callable[[Plan], str]] = {
        "gain": lambda plan: formats.money(lang, plan.gain.estimate),
        "together": lambda plan: formats.money(
            lang, derived.counted_together(place, plan, asked).gain
        ),
        "range": lambda plan: formats.between(lang, plan.gain.low, plan.gain.high),
        "cost": lambda plan: formats.money(lang, plan_view.cost(plan)),
        "promoted": lambda plan: formats.number(lang, plan_view.promoted(plan)),
    }
    return pd.DataFrame(
        {
            t("plan.mine.figure"): [t(f"plan.mine.of.{name}") for name in lines],
            **{
                t(f"plan.mine.plan.{name}"): [write(plan) for write in lines.values()]
                for name, plan in plans.items()
                if plan is not None
            },
        }
    )


def _differences(place: Bench, found: ByHand) -> None:
    """Where my plan and the best one differ, and why the best does as it does."""
    rows, lang = found.different, state.language()
    shown = pd.DataFrame(
        {
            "product": _called(place, rows),
            "who": rows["segment"].map(segment_name),
            "mine": [formats.discount(lang, one) for one in rows["discount_left"].fillna(0.0)],
            "best": [formats.discount(lang, one) for one in rows["discount_right"].fillna(0.0)],
            "apart": (rows["gain_right"].fillna(0.0) - rows["gain_left"].fillna(0.0)).round(2),
            "why": [_reason(code) for code in rows["reason"]],
        }
    )
    text = st.column_config.TextColumn
    said = t("plan.mine.differ", count=formats.number(lang, len(shown)))
    st.caption(sentences.together([said, t("scenarios.mean_said")]))
    st.dataframe(
        shown, hide_index=True, key="mine_differ", alt=t("plan.mine.beside"),
        height=min(330, 38 + 36 * len(shown)),
        column_config={
            "product": text(t("plan.column.product"), pinned=True),
            "who": text(t("plan.column.segment")), "mine": text(t("plan.mine.plan.mine")),
            "best": text(t("plan.mine.plan.best")),
            "apart": why_view.money_column(t("plan.mine.apart")),
            "why": text(t("plan.mine.why"), width="large"),
        },
    )  # fmt: skip


def _reason(code: object) -> str:
    return t(f"reason.{code}") if state.said(f"reason.{code}") else ""
