"""One cleaning step on trial: chosen, shown with its picture and rows, applied."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Dataset
from promo.ui import formats, running, sentences, state
from promo.ui.charts.cleaning import before_after
from promo.ui.state import t
from promo.ui.widgets import chart, explained
from promo.workflow import CleaningApplied, CleaningChoice, CleaningPicture, CleaningStep

PLACE = "cleaning"

KEEP = "keep"
"""What is done about anything unless she chooses a rule: nothing."""

FIGURES = ("missing", "low", "median", "mean", "high")


def take(step: CleaningStep) -> None:
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


@st.fragment
def trial(
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
        rows = preview.rows_in[step.table]
        st.markdown(
            t(
                f"cleaning.would.{effect(did) if did.touched else 'none'}",
                touched=formats.count(did.touched), rows=formats.count(rows),
            )
        )  # fmt: skip
        for picture in preview.pictures:
            if (picture.table, picture.column) == (step.table, step.columns[0]):
                _picture(picture)
        _examples(preview.examples[wanted.index(step)])
        pressed = st.button(
            t("cleaning.apply"), key="cleaning_apply", type="primary", icon=":material/check:",
            disabled=step in steps or not did.touched or running.busy(),
        )  # fmt: skip
        if pressed:
            change(dataset, wanted)


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
    now = used(empty, steps) or empty
    with what:
        rule = _rule(choice, now)
    if kind != "outliers" or rule == KEEP:
        return replace(empty, rule=rule)
    return replace(empty, rule=rule, threshold=_threshold(now))


def used(step: CleaningStep, steps: Sequence[CleaningStep]) -> CleaningStep | None:
    """The step in use about the same thing."""
    about = replace(step, rule=KEEP, threshold=None)
    return next((one for one in steps if replace(one, rule=KEEP, threshold=None) == about), None)


def _begin(key: str, value: object) -> None:
    """Give a widget its first value."""
    if not state.keeps(key):
        state.keep(key, value)


def _columns(choice: CleaningChoice) -> tuple[str, ...]:
    key, names = (
        _key("column", choice.kind, choice.table),
        {c: sentences.column(c) for c in choice.rules},
    )
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
    chart(figure, "cleaning", t("cleaning.picture_alt", column=sentences.column(picture.column)))
    if picture.stretched:
        st.caption(t("cleaning.stretched"))
    shown = pd.DataFrame(
        [
            {"": t(f"cleaning.{when}")}
            | {t(f"cleaning.figure.{name}"): _figure(getattr(part, name)) for name in FIGURES}
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
    names = {column: sentences.column(column) for column in shown.columns}
    named = names | {workflow.NEW_VALUE: t("cleaning.new_value")}
    st.dataframe(
        shown, hide_index=True, key="cleaning_examples", alt=t("cleaning.examples"),
        column_config=dict(named),
    )  # fmt: skip


def _figure(value: float | None) -> str:
    return "–" if value is None else formats.figure(state.language(), value)


def effect(one: CleaningApplied) -> str:
    """What became of the rows: `show`, `remove` or `set`."""
    if one.step.rule == "flag":
        return "show"
    return "remove" if one.removed else "set"


def change(dataset: Dataset, steps: Sequence[CleaningStep]) -> None:
    """Start to make these the steps of the dataset; the desk then works on the result."""
    job = workflow.start_cleaning(
        state.workspace(), dataset.name, steps, copy_name=t("cleaning.copy_name")
    )
    running.start(PLACE, job, lambda done: state.choose_dataset(done.name), page="quality")
