"""The cleaning card: what looks odd, one step tried with its picture, and the steps in use."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Dataset
from promo.ui import formats, sentences, state
from promo.ui.charts.cleaning import before_after
from promo.ui.state import t
from promo.ui.widgets import card as bordered
from promo.ui.widgets import chart, explained
from promo.workflow import CleaningApplied, CleaningChoice, CleaningPicture, CleaningStep

KEEP = "keep"
"""What is done about anything unless she chooses a rule: nothing."""

SHOWN = 4
"""Findings that are seen at once; the others are one click away."""

FIGURES = ("missing", "low", "median", "mean", "high")


def card(dataset: Dataset) -> None:
    """Suggestions, one step to try with before and after, and the steps in use with their undo."""
    with bordered("cleaning", t("cleaning.title"), t("cleaning.lead")):
        if dataset.name == workflow.SAMPLE:
            st.caption(t("cleaning.sample"))
        review = state.review(dataset)
        applied = workflow.cleaning_of(dataset)
        _applied(dataset, applied)
        _found(review, [one.step for one in applied])
        _trial(dataset, review.choices, applied)


# --- what was found -------------------------------------------------------------------------


def _found(review: workflow.CleaningReview, steps: Sequence[CleaningStep]) -> None:
    """What looks odd in the tables as imported and has no step yet, the most rows first."""
    st.markdown(f"**{t('cleaning.found')}**")
    found = [one for one in review.suggestions if _used(one.step, steps) is None]
    if not found:
        st.markdown(t("cleaning.found_none"))
        return
    for place, one in enumerate(found[:SHOWN]):
        _suggestion(place, sentences.finding(one.finding), one.step)
    if rest := found[SHOWN:]:
        with st.expander(t("cleaning.more", count=len(rest)), key="cleaning_more"):
            for place, one in enumerate(rest, start=SHOWN):
                _suggestion(place, sentences.finding(one.finding), one.step)


def _suggestion(place: int, sentence: str, step: CleaningStep) -> None:
    said, button = st.columns([6, 1], vertical_alignment="center")
    said.markdown(sentence)
    button.button(
        t("cleaning.look"), key=f"cleaning_look_{place}", icon=":material/visibility:",
        on_click=_take, args=(step,),
    )  # fmt: skip


def _take(step: CleaningStep) -> None:
    """Put a suggested step into the trial."""
    state.keep("cleaning_kind", step.kind)
    state.keep(_key("table", step.kind), step.table)
    columns = list(step.columns)
    state.keep(
        _key("column", step.kind, step.table),
        columns if step.kind == "duplicates" else columns[0],
    )
    state.keep(_key("rule", step.kind, step.table, *columns), step.rule)


def _key(*parts: str) -> str:
    """A widget's key; each table and column keeps its own choice."""
    return "cleaning_" + "_".join(parts)


# --- one step -------------------------------------------------------------------------------


@st.fragment
def _trial(
    dataset: Dataset, choices: Sequence[CleaningChoice], applied: Sequence[CleaningApplied]
) -> None:
    """Choose a step and see what it would do; runs alone."""
    with explained():
        st.markdown(f"**{t('cleaning.try')}**")
        steps = tuple(one.step for one in applied)
        step = _choose(choices, steps)
        if step is None:
            return
        if step.rule == KEEP:
            st.caption(t("cleaning.nothing"))
            return
        st.caption(t(f"cleaning.about.{step.kind}.{step.rule}"))
        wanted = workflow.with_step(steps, step)
        preview = state.preview(dataset, wanted)
        did = next(one for one in preview.steps if one.step == step)
        lang, rows = state.language(), preview.rows_in[step.table]
        st.markdown(
            t(
                f"cleaning.would.{_effect(did) if did.touched else 'none'}",
                touched=formats.number(lang, did.touched), rows=formats.number(lang, rows),
            )
        )  # fmt: skip
        for picture in preview.pictures:
            if (picture.table, picture.column) == (step.table, step.columns[0]):
                _picture(picture)
        _examples(preview.examples[wanted.index(step)])
        pressed = st.button(
            t("cleaning.apply"), key="cleaning_apply", type="primary", icon=":material/check:",
            disabled=step in steps or not did.touched,
        )  # fmt: skip
        if pressed:
            _change(dataset, wanted)


def _choose(
    choices: Sequence[CleaningChoice], steps: Sequence[CleaningStep]
) -> CleaningStep | None:
    """The step as chosen on the screen, with the rule `KEEP` until she chooses one."""
    kinds: dict[str, str] = {
        one.kind: t(f"cleaning.kind.{one.kind}") for one in choices if one.rules
    }  # fmt: skip
    _begin("cleaning_kind", next(iter(kinds)))
    picked = st.segmented_control(
        t("cleaning.try"), list(kinds), key="cleaning_kind", required=True,
        format_func=kinds.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    kind = picked or next(iter(kinds))
    of_kind = {one.table: one for one in choices if one.kind == kind and one.rules}
    where, which, what = st.columns(3)
    tables = {table: t(f"source.{table}") for table in of_kind}
    table: str = where.selectbox(
        t("cleaning.table"), list(tables), key=_key("table", kind),
        format_func=tables.__getitem__,
    )  # fmt: skip
    choice = of_kind[table]
    with which:
        columns = _columns(choice)
    if not columns:
        st.caption(t("cleaning.columns_needed"))
        return None
    empty = CleaningStep(table, choice.kind, columns, KEEP)
    used = _used(empty, steps) or empty
    with what:
        rule = _rule(choice, used)
    if kind != "outliers" or rule == KEEP:
        return replace(empty, rule=rule)
    return replace(empty, rule=rule, threshold=_threshold(used))


def _used(step: CleaningStep, steps: Sequence[CleaningStep]) -> CleaningStep | None:
    """The step in use about the same thing."""
    about = replace(step, rule=KEEP, threshold=None)
    return next((one for one in steps if replace(one, rule=KEEP, threshold=None) == about), None)


def _begin(key: str, value: object) -> None:
    """Give a widget its first value."""
    if not state.keeps(key):
        state.keep(key, value)


def _columns(choice: CleaningChoice) -> tuple[str, ...]:
    key, names = _key("column", choice.kind, choice.table), {c: _called(c) for c in choice.rules}
    if choice.kind == "duplicates":
        said = t("cleaning.columns")
        return tuple(st.multiselect(said, list(names), key=key, format_func=names.__getitem__))
    one: str = st.selectbox(
        t("cleaning.column"), list(names), key=key, format_func=names.__getitem__
    )
    return (one,)


def _rule(choice: CleaningChoice, used: CleaningStep) -> str:
    known = (KEEP, *choice.rules[used.columns[0]])
    words = {rule: t(f"cleaning.rule.{choice.kind}.{rule}") for rule in known}
    key = _key("rule", choice.kind, choice.table, *used.columns)
    _begin(key, used.rule)
    chosen: str = st.selectbox(
        t("cleaning.action"), list(words), key=key, format_func=words.__getitem__
    )
    return chosen


def _called(column: str) -> str:
    """A column as a reader calls it."""
    return t(f"field.{column}") if state.said(f"field.{column}") else column


def _threshold(used: CleaningStep) -> float | None:
    """How far counts as odd; None where she leaves it as it is."""
    key = _key("threshold", used.table, *used.columns)
    _begin(key, used.far)
    far: float = st.slider(
        t("cleaning.threshold"), 1.0, 10.0, step=0.5, key=key, format="%.1f",
        help=t("cleaning.threshold_said"),
    )  # fmt: skip
    return None if far == workflow.FAR else far


def _picture(picture: CleaningPicture) -> None:
    """One column before and after: histogram and figures."""
    if not picture.edges:
        return
    lang = state.language()
    figure = before_after(
        picture.edges, picture.counts_before, picture.counts_after,
        state.labels("chart.cleaning"), lang,
    )  # fmt: skip
    chart(figure, "cleaning", t("cleaning.picture_alt", column=_called(picture.column)))
    if picture.stretched:
        st.caption(t("cleaning.stretched"))
    shown = pd.DataFrame(
        [
            {"": t(f"cleaning.{when}")}
            | {t(f"cleaning.figure.{name}"): _written(getattr(part, name)) for name in FIGURES}
            for when, part in (("before", picture.before), ("after", picture.after))
        ]
    )
    st.table(shown, border="horizontal", hide_index=True, alt=t("cleaning.after"))


def _examples(rows: pd.DataFrame) -> None:
    """The first rows that a step concerns, without the columns that are empty in all of them."""
    shown = rows.dropna(axis="columns", how="all")
    if shown.empty:
        return
    st.caption(t("cleaning.examples"))
    names = {column: _called(column) for column in shown.columns}
    named = names | {workflow.NEW_VALUE: t("cleaning.new_value")}
    st.dataframe(
        shown, hide_index=True, key="cleaning_examples", alt=t("cleaning.examples"),
        column_config=dict(named),
    )  # fmt: skip


def _written(value: float | None) -> str:
    """A figure; whole ones without decimals."""
    if value is None:
        return "–"
    return formats.number(state.language(), value, 0 if value == int(value) else 2)


# --- the steps in use -----------------------------------------------------------------------


def _applied(dataset: Dataset, applied: Sequence[CleaningApplied]) -> None:
    """The steps in their order with the rows each concerned, and the way back."""
    if not applied:
        return
    st.markdown(f"**{t('cleaning.applied')}**")
    steps = [one.step for one in applied]
    for place, one in enumerate(applied):
        said, button = st.columns([6, 1], vertical_alignment="center")
        said.markdown(f"{place + 1}\\. {_done(one)}")
        if button.button(t("cleaning.undo"), key=f"cleaning_undo_{place}", icon=":material/undo:"):
            _change(dataset, [step for step in steps if step != one.step])
    lang, use = state.language(), dataset.rows_in_use
    facts = {"rows_in": use + dataset.rows_removed, "rows_in_use": use}
    st.caption(
        t(
            "cleaning.account", removed=formats.number(lang, dataset.rows_removed),
            **{name: formats.number(lang, value) for name, value in facts.items()},
        )
    )  # fmt: skip
    if len(applied) > 1 and st.button(t("cleaning.undo_all"), key="cleaning_undo_all"):
        _change(dataset, [])


def _done(one: CleaningApplied) -> str:
    step, between = one.step, "、" if state.language() == "zh" else ", "
    return t(
        f"cleaning.did.{_effect(one)}",
        source=t(f"source.{step.table}"),
        field=between.join(map(_called, step.columns)),
        rule=t(f"cleaning.rule.{step.kind}.{step.rule}"),
        touched=formats.number(state.language(), one.touched),
    )


def _effect(one: CleaningApplied) -> str:
    """What became of the rows: `show`, `remove` or `set`."""
    if one.step.rule == "flag":
        return "show"
    return "remove" if one.removed else "set"


def _change(dataset: Dataset, steps: Sequence[CleaningStep]) -> None:
    """Make these the steps of the dataset and look at the result."""
    bar = st.progress(0.0, t("cleaning.working"))

    def progress(share: float, _: str) -> None:
        bar.progress(min(share, 1.0), t("cleaning.working"))

    cleaned = workflow.clean_dataset(
        state.workspace(), dataset.name, steps, progress, copy_name=t("cleaning.copy_name")
    )
    state.choose_dataset(cleaned.name)
    st.rerun()
