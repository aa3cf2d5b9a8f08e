"""The cleaning card: what looks odd, one step tried with its picture, and the steps in use."""

from collections.abc import Sequence

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
        _found(review)
        _trial(dataset, review.choices, applied)


# --- what was found -------------------------------------------------------------------------


def _found(review: workflow.CleaningReview) -> None:
    """What looks odd in the tables as imported, the most rows first."""
    st.markdown(f"**{t('cleaning.found')}**")
    found = review.suggestions
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
    kinds = list(dict.fromkeys(choice.kind for choice in choices if choice.rules))
    kind = st.segmented_control(
        t("cleaning.try"), kinds, key="cleaning_kind", default=kinds[0], required=True,
        format_func=lambda code: t(f"cleaning.kind.{code}"), label_visibility="collapsed",
    )  # fmt: skip
    of_kind = {one.table: one for one in choices if one.kind == kind and one.rules}
    where, which, what = st.columns(3)
    table = where.selectbox(
        t("cleaning.table"), list(of_kind), key=_key("table", kind),
        format_func=lambda code: t(f"source.{code}"),
    )  # fmt: skip
    rules = of_kind[table].rules
    with which:
        columns = _columns(kind, table, list(rules))
    if not columns:
        st.caption(t("cleaning.columns_needed"))
        return None
    about = [one for one in steps if (one.table, one.kind, one.columns) == (table, kind, columns)]
    known = [KEEP, *rules[columns[0]]]
    key = _key("rule", kind, table, *columns)
    rule = what.selectbox(
        t("cleaning.rule"), known, key=key,
        index=known.index(about[0].rule) if about and not state.keeps(key) else 0,
        format_func=lambda code: t(f"cleaning.rule.{kind}.{code}"),
    )  # fmt: skip
    far = _threshold() if kind == "outliers" and rule != KEEP else None
    return CleaningStep(table, of_kind[table].kind, columns, rule, far)


def _columns(kind: str, table: str, names: list[str]) -> tuple[str, ...]:
    key = _key("column", kind, table)

    def called(name: str) -> str:
        return t(f"field.{name}") if state.said(f"field.{name}") else name

    if kind == "duplicates":
        return tuple(
            st.multiselect(t("cleaning.columns"), names, key=key, format_func=called)
        )  # fmt: skip
    return (st.selectbox(t("cleaning.column"), names, key=key, format_func=called),)


def _threshold() -> float | None:
    """How far counts as odd; None where she leaves it as it is."""
    far = st.slider(
        t("cleaning.threshold"), 2.0, 10.0, workflow.FAR, 0.5, key="cleaning_threshold",
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
    chart(figure, "cleaning", t("cleaning.picture_alt", column=t(f"field.{picture.column}")))
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
    fields = [t(f"field.{c}") if state.said(f"field.{c}") else c for c in step.columns]
    return t(
        f"cleaning.did.{_effect(one)}",
        source=t(f"source.{step.table}"),
        field=between.join(fields),
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
