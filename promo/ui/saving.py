"""Scenarios: keep a plan under a name, list what was kept, and hold two side by side."""

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Plan
from promo.store import Scenario
from promo.ui import formats, shell, state
from promo.ui.charts.scenarios import differences
from promo.ui.live import Hand
from promo.ui.plan_view import segment_name
from promo.ui.state import Bench, t
from promo.ui.widgets import chart


def form(place: Bench, hand: Hand) -> None:
    """Name the plan on the screen and keep it."""
    ready = hand.error is None and hand.plan is not None and hand.plan.exact
    budget = formats.money(state.language(), float(state.recall("budget", 0)))
    with st.container(border=True, key="card_save"):
        st.text_input(
            t("plan.name"), key="scenario_name", max_chars=80,
            placeholder=t("plan.name_default", budget=budget),
        )  # fmt: skip
        st.button(
            t("plan.save"), key="save", type="primary", icon=":material/bookmark_add:",
            width="stretch", disabled=not ready, on_click=_save, args=(place, hand, budget),
        )  # fmt: skip
        if saved := state.recall("_saved"):
            st.success(t("plan.saved", name=formats.plain(saved)), icon=":material/check:")
            state.forget("_saved")


def _save(place: Bench, hand: Hand, budget: str) -> None:
    name = (state.recall("scenario_name") or "").strip() or t("plan.name_default", budget=budget)
    workflow.save_scenario(state.workspace(), name, place.desk, hand.good_for, _exact(hand))
    state.keep("_saved", name)
    state.keep("scenario_name", "")


def _exact(hand: Hand) -> Plan:
    if hand.plan is None:
        raise ValueError("the save button is open only beside a plan")
    return hand.plan


def kept() -> list[Scenario]:
    """Every plan that was kept, newest first."""
    return workflow.list_scenarios(state.workspace())


def overview(scenarios: list[Scenario]) -> None:
    """The kept plans as a table."""
    column = st.column_config
    shown = pd.DataFrame(
        {
            "name": [s.name for s in scenarios],
            "dataset": [shell.dataset_name(s.dataset) for s in scenarios],
            "saved_at": [s.saved_at for s in scenarios],
            "budget": [s.request.get("budget") for s in scenarios],
            "caution": [_stop(s) for s in scenarios],
            **{f: [s.figures.get(f) for s in scenarios] for f in ("gain", "cost")},
            "promoted_products": [s.figures.get("promoted_products") for s in scenarios],
            "mean_discount": [s.figures.get("mean_discount") for s in scenarios],
        }
    )
    whole = {
        name: column.NumberColumn(t(f"scenarios.column.{name}"), format="%.0f")
        for name in ("budget", "gain", "cost", "promoted_products")
    }
    st.dataframe(
        shown, hide_index=True, key="scenario_list", alt=t("scenarios.list"),
        column_config={
            "name": column.TextColumn(t("scenarios.column.name"), pinned=True),
            "dataset": t("scenarios.column.dataset"),
            "caution": t("scenarios.column.caution"),
            "saved_at": column.DatetimeColumn(
                t("scenarios.column.saved_at"), format="YYYY-MM-DD HH:mm"
            ),
            "mean_discount": column.NumberColumn(
                t("scenarios.column.mean_discount"), format="percent"
            ),
            **whole,
        },
    )  # fmt: skip


def _stop(scenario: Scenario) -> str:
    """How carefully a plan was chosen; before there was a choice, as what it promises."""
    asked = float(str(scenario.request.get("caution", workflow.CORRECTION)))
    stops = {probability: code for code, probability in workflow.CAUTIONS.items()}
    return t(f"plan.caution_stop.{stops[asked]}") if asked in stops else formats.percent(asked)


def pair(scenarios: list[Scenario]) -> tuple[Scenario, Scenario]:
    """Choose the two plans to compare; the newest two to begin with."""
    by_id = {s.id: s for s in scenarios}
    picked = []
    for place, (side, column) in enumerate(zip(("left", "right"), st.columns(2), strict=True)):
        key = f"scenario_{side}"
        if state.recall(key) not in by_id:
            state.keep(key, list(by_id)[1 - place])
        picked.append(
            column.selectbox(
                t(f"scenarios.{side}"), list(by_id), key=key, persist_state="session",
                format_func=lambda number: by_id[number].name,
            )
        )  # fmt: skip
    return by_id[picked[0]], by_id[picked[1]]


FIGURES = ("gain", "cost", "profit", "revenue", "units", "promoted_products", "mean_discount")


def side_by_side(left: Scenario, right: Scenario) -> None:
    """The figures of both plans and what lies between them."""
    lang = state.language()

    def written(name: str, value: float) -> str:
        if name == "mean_discount":
            return formats.percent(value, 1)
        return formats.number(lang, value)

    shown = pd.DataFrame(
        [
            {
                "figure": t(f"scenarios.column.{name}"),
                "left": written(name, left.figures[name]),
                "right": written(name, right.figures[name]),
                "difference": written(name, right.figures[name] - left.figures[name]),
            }
            for name in FIGURES
        ]
    )
    shown.columns = [
        t("scenarios.column.figure"), formats.plain(left.name), formats.plain(right.name) + " ",
        t("scenarios.column.difference"),
    ]  # fmt: skip
    st.table(shown, border="horizontal", hide_index=True, alt=t("scenarios.compare"))


def apart(left: Scenario, right: Scenario) -> None:
    """Which products the two plans treat differently."""
    rows = workflow.compare_scenarios(state.workspace(), left.id, right.id).different
    if rows.empty:
        st.info(t("scenarios.no_difference"), icon=":material/info:")
        return
    st.caption(t("scenarios.differ_said", count=formats.number(state.language(), len(rows))))
    called = product_names()
    names = [
        " · ".join([called.get(p, p), *([segment_name(s)] if s != "all" else [])])
        for p, s in zip(rows["product_id"], rows["segment"], strict=True)
    ]
    frame = pd.DataFrame(
        {
            "name": names,
            "a": rows["discount_left"].fillna(0.0),
            "b": rows["discount_right"].fillna(0.0),
        }
    )
    words = state.labels("chart.differences") | {"a": left.name, "b": right.name}
    chart(differences(frame, words), "differences", t("scenarios.differ_alt"))


def removal(scenarios: list[Scenario]) -> None:
    """Take a plan off the list, and put the last one back."""
    by_id = {s.id: s for s in scenarios}
    if removed := state.recall("_removed"):
        number, name = removed
        st.button(
            t("scenarios.restore", name=formats.plain(name)), key="restore",
            icon=":material/undo:", on_click=_restore, args=(number,),
        )  # fmt: skip
    with st.expander(t("scenarios.delete"), key="removal"):
        number = st.selectbox(
            t("scenarios.delete_which"), list(by_id), key="to_remove",
            format_func=lambda one: by_id[one].name,
        )  # fmt: skip
        st.button(
            t("scenarios.delete_button"), key="remove", icon=":material/delete:",
            on_click=_remove, args=(by_id[number],),
        )  # fmt: skip


def _remove(scenario: Scenario) -> None:
    workflow.remove_scenario(state.workspace(), scenario.id)
    state.keep("_removed", (scenario.id, scenario.name))


def _restore(number: int) -> None:
    workflow.restore_scenario(state.workspace(), number)
    state.forget("_removed")


def product_names() -> dict[str, str]:
    """The names of the products of the dataset on the desk."""
    products = state.study().panel.products
    return dict(zip(products["product_id"], products["name"], strict=True))
