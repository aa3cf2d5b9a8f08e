"""What pages work out from a study or a plan, kept as long as that stands."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from promo import workflow
from promo.domain import Plan
from promo.ui import state
from promo.ui.state import Bench
from promo.workflow import Study

_BY_STUDY: dict[str | type[Any], Callable[[Any], Any]] = {
    Study: lambda study: (study.dataset.name, study.dataset.fingerprint, study.settings),
    Bench: lambda bench: bench.key,
    Plan: lambda plan: plan.fingerprint,
}
_BY_PLAN = {**_BY_STUDY, workflow.PlanRequest: lambda request: request.sellable}
"""Of the rules only the stock that may be sold is in the worth of a plan."""


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_STUDY)
def products(study: Study) -> pd.DataFrame:
    """By its key each product's name, category, weekly items, elasticity and evidence.

    Elasticity and evidence are those of its largest segment; those that sell most come first.
    """
    main = workflow.main_curves(study).set_index("product_id")
    history, known = study.panel.rows, study.panel.products.set_index("product_id")
    sold = history.groupby("product_id")["units"].sum() / max(history["week"].nunique(), 1)
    return pd.DataFrame(
        {
            "name": known["name"].reindex(main.index),
            "category": known["category"].reindex(main.index),
            "units_per_week": sold.reindex(main.index).fillna(0.0),
            "elasticity": main["elasticity"],
            "evidence": main["evidence"],
        }
    ).sort_values("units_per_week", ascending=False)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_STUDY)
def by_kind(study: Study) -> dict[str, tuple[int, workflow.Trust]]:
    """How far forecasts can be trusted, for each way in which products sell."""
    return workflow.trust_by_kind(study)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_STUDY)
def borrowed(study: Study) -> pd.DataFrame:
    """Products whose curve is mostly their kin's."""
    return workflow.borrowed_curves(study)


@st.cache_resource(max_entries=2, show_spinner=False, hash_funcs=_BY_STUDY)
def _glass(study: Study) -> workflow.Glass:
    return workflow.glass(study)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=_BY_STUDY)
def inspection(study: Study, product: str, model: workflow.Model) -> workflow.SeriesInspection:
    """One product by one classical model; seconds the first time."""
    return workflow.inspect_product(_glass(study), product, model, study.settings.weeks)


@dataclass(frozen=True, eq=False)
class Planned:
    """The plan on the desk and what it is made of, row by row.

    `stale` says that no plan keeps the rules that she has set since.
    """

    plan: Plan
    parts: pd.DataFrame
    stale: bool


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_STUDY)
def choices(place: Bench) -> workflow.RuleChoices:
    """What the rules of a desk can be about."""
    return workflow.rule_choices(place.desk)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_STUDY)
def meaningless(place: Bench) -> dict[str, str]:
    """Rules that mean nothing on a desk, with the code of the reason."""
    return workflow.meaningless_rules(place.desk)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_BY_STUDY)
def sensitivity(place: Bench, plan: Plan) -> pd.DataFrame:
    """How the gain of a plan moves when one belief is wrong; seconds the first time."""
    return workflow.sensitivity(place.desk, plan)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_BY_PLAN)
def counted_together(place: Bench, plan: Plan, request: workflow.PlanRequest) -> workflow.Together:
    """What a plan gains when all its promotions meet, under the stock that its rules leave."""
    return workflow.counted_together(place.desk, request, plan)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_BY_STUDY)
def changes(before: Plan, now: Plan) -> workflow.Changes:
    """What a plan does otherwise than the one before it."""
    return workflow.changes(before, now)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_STUDY)
def _parts(place: Bench, plan: Plan) -> pd.DataFrame:
    return workflow.take_apart(place.desk, plan)


def planned() -> Planned | None:
    """The plan on the desk, taken apart; None where this session has made none on these data."""
    key = state.bench_key(state.dataset(), state.settings(), state.offering())
    mine = state.recall("_hands", {}).get(key)
    if mine is None or mine.good is None:
        return None
    return Planned(mine.good, _parts(state.bench(), mine.good), mine.error is not None)
