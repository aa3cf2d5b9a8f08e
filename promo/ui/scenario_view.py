"""Kept plans side by side: figures, rules, calendars, and the rows in which they differ."""

from collections import Counter
from collections.abc import Callable, Mapping

import pandas as pd
import streamlit as st

from promo import workflow
from promo.errors import PromoError
from promo.store import Scenario
from promo.ui import formats, offer_view, saving, sentences, sharing, shell, state, widgets
from promo.ui.charts import calendar as calendars
from promo.ui.charts.scenarios import LINES, differences
from promo.ui.rule_words import segment_name, sentence, worth
from promo.ui.state import t
from promo.workflow import PlanRequest, Rule

MOST = 6
FIGURES = (
    "true_gain", "gain", "gain_low", "gain_high", "cost", "price_of_money", "promoted_products",
    "mean_discount", "weeks", "profit", "revenue", "units",
)  # fmt: skip
DRAWN = 60
"""Promotions of a small calendar."""

MEASURES = ("true_gain", "gain", "gain_low")
"""What a plan can be called the best by; by the first to begin with."""


def choose(scenarios: list[Scenario]) -> list[Scenario]:
    """Up to six plans to compare; the newest two to begin with."""
    by_id, called = {one.id: one for one in scenarios}, distinct(scenarios)
    kept = [number for number in state.recall("compared", ()) if number in by_id]
    state.keep("compared", kept or list(by_id)[:2])
    picked = st.multiselect(
        t("scenarios.choose"), list(by_id), key="compared", max_selections=MOST,
        format_func=called.__getitem__, persist_state="session",
    )  # fmt: skip
    return [by_id[number] for number in picked]


def distinct(scenarios: list[Scenario]) -> dict[int, str]:
    """Their names by their numbers, no two alike: a list takes equal labels for one choice."""
    seen = Counter(one.name for one in scenarios)
    return {
        one.id: one.name if seen[one.name] == 1 else f"{one.name} ({one.id})" for one in scenarios
    }


def titles(scenarios: list[Scenario]) -> list[str]:
    """Their names as headings of a table, no two alike."""
    return [formats.plain(name) for name in distinct(scenarios).values()]


# --- figures --------------------------------------------------------------------------------


def side_by_side(scenarios: list[Scenario]) -> None:
    """The figures of every plan, the best of them marked by a measure of her choice."""
    known = [name for name in MEASURES if any(name in one.figures for one in scenarios)]
    words = {name: t(f"scenarios.column.{name}") for name in known}
    by = st.segmented_control(
        t("scenarios.best_by"), known, key="best_by", default=known[0], required=True,
        format_func=words.__getitem__,
    )  # fmt: skip
    winner = best(scenarios, str(by))
    shown = figures(scenarios, winner)
    st.table(shown, border="horizontal", hide_index=True, alt=t("scenarios.compare"))
    st.caption(t("scenarios.figures_said"))
    if winner is not None:
        name, measure = formats.plain(scenarios[winner].name), words[str(by)]
        st.caption(t("scenarios.best_said", name=name, measure=measure))
    elif any(by not in one.figures for one in scenarios):
        st.caption(t("scenarios.best_untold"))
    if len({horizon(one) for one in scenarios}) > 1:
        st.caption(t("scenarios.other_weeks"))
    if old := [formats.plain(one.name) for one in scenarios if changed(one)]:
        st.warning(
            t("scenarios.older_data", names=sentences.listed(old)), icon=":material/history:"
        )


def changed(scenario: Scenario) -> bool:
    """Whether the data on the desk has another content than when this plan of it was kept."""
    now = state.dataset()
    return scenario.dataset == now.name and scenario.fingerprint != now.fingerprint


def best(scenarios: list[Scenario], measure: str) -> int | None:
    """The place of the plan with the most of a measure.

    None where no single one has it, or one of them was kept before it was told.
    """
    told = [one.figures[measure] for one in scenarios if measure in one.figures]
    top = max(told, default=0.0)
    return told.index(top) if told.count(top) == 1 and len(told) == len(scenarios) else None


def horizon(scenario: Scenario) -> int | None:
    """How many weeks a plan covers; None for one kept before plans had a calendar."""
    return int(scenario.rows["weeks"].max()) if "weeks" in scenario.rows else None


def figures(scenarios: list[Scenario], winner: int | None) -> pd.DataFrame:
    """The figures as they are written; one that was not kept is a dash."""
    lang = state.language()

    def written(one: Scenario, name: str) -> str:
        value = horizon(one) if name == "weeks" else one.figures.get(name)
        if value is None:
            return "–"
        if name == "mean_discount":
            return formats.percent(value, 1)
        if name == "price_of_money":
            return worth(workflow.asked_by(one).counted_in, value)
        return formats.number(lang, value)

    columns = {
        title: [written(one, name) for name in FIGURES]
        for title, one in zip(titles(scenarios), scenarios, strict=True)
    }
    if winner is not None:
        columns = {
            f"★ {title}" if at == winner else title: values
            for at, (title, values) in enumerate(columns.items())
        }
    labels = [t(f"scenarios.column.{name}") for name in FIGURES]
    return pd.DataFrame({t("scenarios.column.figure"): labels, **columns})


# --- rules ----------------------------------------------------------------------------------


def rules(scenarios: list[Scenario]) -> None:
    """What each plan was asked for; what differs comes first and is bold."""
    with widgets.explained():
        place, here = state.bench(), state.dataset().name

        def say(one: Scenario, rule: Rule) -> str:
            return sentence(place if one.dataset == here else None, rule)

        shown = rules_table(scenarios, say)
        st.table(shown, border="horizontal", hide_index=True, alt=t("scenarios.rules"))


def rules_table(scenarios: list[Scenario], say: Callable[[Scenario, Rule], str]) -> pd.DataFrame:
    """One row per rule, in any of the plans, as a sentence of each that has it."""
    asked = [_sentences(one, say) for one in scenarios]
    keys = list(dict.fromkeys(key for found in asked for key in found))
    lines = [[found.get(key, "–") for found in asked] for key in keys]
    lines.sort(key=lambda line: len(set(line)) == 1)
    bold = [
        [f"**{text}**" if len(set(line)) > 1 and text != "–" else text for text in line]
        for line in lines
    ]
    return pd.DataFrame(bold, columns=_apart(titles(scenarios)))


def _apart(names: list[str]) -> list[str]:
    return [name or " " for name in names]


def _sentences(scenario: Scenario, say: Callable[[Scenario, Rule], str]) -> dict[str, str]:
    """The sentences of a plan's rules by what they are about, so that plans can be lined up."""
    request = workflow.asked_by(scenario)
    found: dict[str, str] = {"aim": _aim(request), "caution": _caution(scenario)}
    opened = workflow.opened_with(scenario)
    for what, value in ({} if opened is None else offer_view.said(opened)).items():
        found[f"opened|{what}"] = t("scenarios.setting", what=what, value=value)
    for rule in request.rules:
        about = [rule.code] + [
            str(getattr(rule, name))
            for name, kind in rule.kinds().items()
            if kind in ("product", "other_product", "category", "brand", "segment", "first")
        ]
        key = "|".join(about)
        while key in found:
            key += "+"
        found[key] = say(scenario, rule)
    return found


def _caution(scenario: Scenario) -> str:
    return t("scenarios.setting", what=t("scenarios.column.caution"), value=saving.stop(scenario))


def _aim(request: PlanRequest) -> str:
    called = " + ".join(t(f"scenarios.aim.{name}") for name in request.aims)
    return t("scenarios.setting", what=t("scenarios.column.aim"), value=called)


# --- calendars and rows ---------------------------------------------------------------------


def thumbnails(scenarios: list[Scenario]) -> None:
    """Small calendars, for plans that have one."""
    found = [(one, workflow.saved_promotions(one)) for one in scenarios]
    dated = [(one, table) for one, table in found if len(table) and len(set(table["at"])) > 1]
    if not dated:
        return
    st.markdown(f"**{t('scenarios.calendars')}**")
    for column, (one, table) in zip(st.columns(len(dated)), dated, strict=True):
        shown = table.head(DRAWN)
        lanes = shown.assign(lane=shown["product_id"], said=_said(shown, product_names(one)))
        weeks = horizon(one) or 1
        with column:
            st.caption(formats.plain(one.name))
            widgets.chart(
                calendars.thumbnail(lanes, weeks), f"thumbnail_{one.id}",
                t("scenarios.calendar_alt", name=one.name, promotions=len(table), weeks=weeks),
            )  # fmt: skip
            if len(table) > DRAWN:
                st.caption(t("scenarios.calendar_first", drawn=DRAWN, count=_count(len(table))))


def _said(table: pd.DataFrame, named: Mapping[str, str]) -> list[str]:
    lang = state.language()
    return [
        f"{named.get(product, product)}<br>{formats.discount(lang, share)}"
        for product, share in zip(table["product_id"], table["discount"], strict=True)
    ]


def apart(scenarios: list[Scenario]) -> None:
    """Which products the plans treat differently: a table, and a picture where there are two."""
    if len({one.dataset for one in scenarios}) > 1:
        st.info(t("scenarios.other_data"), icon=":material/info:")
        return
    rows = workflow.differing_among(scenarios)
    if rows.empty:
        st.info(t("scenarios.no_difference"), icon=":material/info:")
        return
    st.caption(t("scenarios.differ_said", count=_count(len(rows))))
    called = product_names(scenarios[0])
    names = [
        " · ".join([called.get(p, p), *([segment_name(s)] if s != "all" else [])])
        for p, s in zip(rows["product_id"], rows["segment"], strict=True)
    ]
    means = rows[[f"discount_{at}" for at in range(len(scenarios))]]
    spread = means.fillna(0.0).max(axis=1) - means.fillna(0.0).min(axis=1)
    if len(scenarios) == 2:
        pair = means.fillna(0.0).set_axis(["a", "b"], axis=1).assign(name=names)
        _pictured(pair[spread > SAME], scenarios)
    st.caption(t("scenarios.mean_said"))
    depths = {title: means.iloc[:, at].map(_depth) for at, title in enumerate(titles(scenarios))}
    what = spread.gt(SAME).map({True: t("scenarios.by_depth"), False: t("scenarios.by_time")})
    shown = pd.DataFrame(
        {t("scenarios.column.product"): names, **depths, t("scenarios.column.differs"): what}
    )
    st.dataframe(shown, hide_index=True, key="differing", alt=t("scenarios.differ_alt"))


SAME = 1e-9
"""Two mean discounts no further apart are the same."""


def _pictured(pair: pd.DataFrame, scenarios: list[Scenario]) -> None:
    """The largest of the discounts of two plans that are not the same; others have no picture."""
    if pair.empty:
        return
    words = state.labels("chart.differences") | {"a": scenarios[0].name, "b": scenarios[1].name}
    drawn = differences(pair, words, state.language())
    widgets.chart(drawn, "differences", t("scenarios.differ_alt"))
    if len(pair) > LINES:
        st.caption(t("scenarios.differ_first", drawn=LINES, count=_count(len(pair))))


def _count(number: int) -> str:
    return formats.number(state.language(), number)


def _depth(share: float) -> str:
    """A discount; a dash where a plan does not know the product."""
    return formats.discount(state.language(), share) if share >= 0 else "–"


# --- one of them ----------------------------------------------------------------------------


def manage(scenarios: list[Scenario]) -> None:
    """Open one again, share it, rename it, remove it; and put the last removed one back."""
    by_id = {one.id: one for one in scenarios}
    if removed := state.recall("_removed"):
        number, name = removed
        st.button(
            t("scenarios.restore", name=formats.plain(name)), key="restore",
            icon=":material/undo:", on_click=_restore, args=(number,),
        )  # fmt: skip
    if not by_id:
        return
    with widgets.card("manage", t("scenarios.manage")):
        number = st.selectbox(
            t("scenarios.manage_which"), list(by_id), key="managed",
            format_func=distinct(scenarios).__getitem__,
        )  # fmt: skip
        one = by_id[number]
        with st.container(horizontal=True, gap="small"):
            again = st.button(
                t("scenarios.reopen"), key="reopen", icon=":material/replay:", type="primary"
            )
            shared = st.button(t("scenarios.link.make"), key="share", icon=":material/link:")
            st.button(
                t("scenarios.delete_button"), key="remove", icon=":material/delete:",
                on_click=_remove, args=(one,),
            )  # fmt: skip
            with st.popover(t("scenarios.rename"), icon=":material/edit:"):
                # A key of its own: a box that stays keeps the name that was in it.
                st.text_input(
                    t("scenarios.column.name"), one.name, key=f"new_name_{one.id}", max_chars=80
                )
                st.button(t("scenarios.rename"), key="rename", on_click=_rename, args=(one,))
        if (wrong := state.recall("_misnamed")) is not None:
            st.error(sentences.explain(wrong), icon=":material/error:")
            state.forget("_misnamed")
        if again or shared:
            _on_the_desk(one, again=again)


def _on_the_desk(one: Scenario, *, again: bool) -> None:
    """Open a plan's rules on the Plan page, or show the link that does."""
    if one.dataset != state.dataset().name:
        st.info(t("scenarios.choose_data", name=formats.plain(shell.dataset_name(one.dataset))))
        return
    request, opened = workflow.asked_by(one), workflow.opened_with(one)
    around = workflow.made_around(one)
    if not again:
        sharing.link(state.bench(), request, opened or state.offering(), around=around)
        return
    notice = t("scenarios.reopened_older") if changed(one) else ""
    sharing.open_plan(request, opened, around, notice)
    st.switch_page(shell.page_of("plan"))


def _rename(one: Scenario) -> None:
    try:
        name = str(state.recall(f"new_name_{one.id}") or "")
        workflow.rename_scenario(state.workspace(), one.id, name)
    except PromoError as error:
        state.keep("_misnamed", error)


def _remove(scenario: Scenario) -> None:
    workflow.remove_scenario(state.workspace(), scenario.id)
    state.keep("_removed", (scenario.id, scenario.name))


def _restore(number: int) -> None:
    workflow.restore_scenario(state.workspace(), number)
    state.forget("_removed")


def product_names(scenario: Scenario) -> dict[str, str]:
    """The names of the products of a plan; none where it is of other data than the desk shows."""
    if scenario.dataset != state.dataset().name:
        return {}
    products = state.study().panel.products
    return dict(zip(products["product_id"], products["name"], strict=True))
