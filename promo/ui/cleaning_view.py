"""The cleaning card: what looks odd, one step on trial, and the steps in use with their undo."""

from collections.abc import Sequence

import streamlit as st

from promo import workflow
from promo.domain import Dataset
from promo.ui import formats, running, sentences, state
from promo.ui.cleaning_trial import PLACE, change, effect, take, trial, used
from promo.ui.state import t
from promo.ui.widgets import card as bordered
from promo.workflow import CleaningApplied, CleaningStep

SHOWN = 4
"""Findings that are seen at once; the others are one click away."""


def card(dataset: Dataset) -> None:
    """Suggestions, one step to try with before and after, and the steps in use with their undo."""
    with bordered("cleaning", t("cleaning.title"), t("cleaning.lead")):
        if dataset.name == workflow.SAMPLE:
            st.caption(t("cleaning.sample"))
        review = state.review(dataset)
        running.shown(PLACE)
        applied = workflow.cleaning_of(dataset)
        _applied(dataset, applied)
        _found(review, [one.step for one in applied])
        trial(dataset, review.choices, applied)


def _found(review: workflow.CleaningReview, steps: Sequence[CleaningStep]) -> None:
    """What looks odd in the tables as imported and has no step yet, the most rows first."""
    st.markdown(f"**{t('cleaning.found')}**")
    found = [one for one in review.suggestions if used(one.step, steps) is None]
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
        on_click=take, args=(step,),
    )  # fmt: skip


def _applied(dataset: Dataset, applied: Sequence[CleaningApplied]) -> None:
    """The steps in their order with the rows each concerned, and the way back."""
    if not applied:
        return
    st.markdown(f"**{t('cleaning.applied')}**")
    steps = [one.step for one in applied]
    for place, one in enumerate(applied):
        said, button = st.columns([6, 1], vertical_alignment="center")
        said.markdown(f"{place + 1}\\. {_done(one)}")
        back = button.button(
            t("cleaning.undo"), key=f"cleaning_undo_{place}", icon=":material/undo:",
            disabled=running.busy(),
        )  # fmt: skip
        if back:
            change(dataset, [step for step in steps if step != one.step])
    use, removed = dataset.rows_in_use, dataset.rows_removed
    facts = {"rows_in": use + removed, "rows_in_use": use, "removed": removed}
    st.caption(t("cleaning.account", **{name: formats.count(rows) for name, rows in facts.items()}))
    if len(applied) == 1:
        return
    if st.button(t("cleaning.undo_all"), key="cleaning_undo_all", disabled=running.busy()):
        change(dataset, [])


def _done(one: CleaningApplied) -> str:
    step = one.step
    return t(
        f"cleaning.did.{effect(one)}",
        source=t(f"source.{step.table}"),
        field=sentences.listed(map(sentences.column, step.columns)),
        rule=t(f"cleaning.rule.{step.kind}.{step.rule}"),
        touched=formats.count(one.touched),
    )
