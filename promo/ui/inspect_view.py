"""One product through the glass of a classical model, when she asks for it."""

from math import isnan

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import week_number
from promo.ui import derived, formats, state
from promo.ui.charts.inspected import inspected
from promo.ui.state import t
from promo.ui.widgets import chart
from promo.words import note_sentence
from promo.workflow import Model, SeriesInspection, Study

YEAR = 52
"""Weeks of history drawn."""
GOOD = ("not_linked", "normal", "even", "better")


def card(study: Study, product: str, name: str) -> None:
    """Choose a model; it is fitted then and not before."""
    names = {code: t(f"forecast.model.{code}") for code in workflow.MODELS}
    model: Model | None = st.segmented_control(
        t("demand.inspect.model"), workflow.MODELS, key="inspect_model",
        format_func=names.__getitem__,
    )  # fmt: skip
    if model is None:
        st.caption(t("demand.inspect.choose"))
        return
    with st.spinner(t("demand.inspect.fitting", model=names[model]),
                    show_time=True):  # fmt: skip
        found = derived.inspection(study, product, model)
    rows = found.rows.tail(YEAR + study.settings.weeks)
    if study.undated:
        rows = rows.assign(week=week_number(rows["week"]))
    figure = inspected(rows, state.labels("chart.inspected"), state.language())
    chart(figure, "inspected", t("demand.inspect.alt", product=name))
    st.markdown(_notes(found))
    _coefficients(found)


def _notes(found: SeriesInspection) -> str:
    """What its residuals and its back-test say, good news and bad apart by a mark."""
    lang = state.language()
    return "  \n".join(
        f"{':material/check:' if note.code in GOOD else ':material/priority_high:'} "
        + note_sentence(lang, note.code, note.facts)
        for note in found.notes
    )


def _coefficients(found: SeriesInspection) -> None:
    lang, table = state.language(), found.coefficients

    def write(value: float) -> str:
        return "–" if isnan(value) else formats.number(lang, value, 3)

    shown = pd.DataFrame(
        {
            t("demand.inspect.coefficient"): [
                t(f"forecast.coefficient.{name}") for name in table["name"]
            ],
            t("demand.inspect.estimate"): table["estimate"].map(write),
            t("demand.inspect.range"): [
                t("demand.inspect.between", low=write(low), high=write(high))
                if not isnan(low) else "–"
                for low, high in zip(table["low"], table["high"], strict=True)
            ],
        }
    )  # fmt: skip
    st.table(shown, border="horizontal", hide_index=True, alt=t("demand.inspect.estimate"))
    if not isnan(found.aic):
        st.caption(t("demand.inspect.aic", aic=formats.number(lang, found.aic, 1)))
