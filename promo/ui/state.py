"""The only door to the session and the caches.

What is slow is kept once per process under the fingerprint of the data it was made from (Streamlit
hashes a sample of a large frame and misses edits outside it); what a person chose is kept per
session, in keys that have their first value before any widget exists.
"""

import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from promo import workflow
from promo.domain import Customers, Dataset, Panel
from promo.store import Workspace
from promo.ui import live
from promo.ui.offering import FIRST, of
from promo.words import LANGUAGES, catalogue, translate

# --- words ----------------------------------------------------------------------------------


def language() -> str:
    """The language of this session."""
    return str(st.session_state["lang"])


def t(key: str, **facts: object) -> str:
    """The text of `key` in the reader's language."""
    return translate(language(), key, **facts)


def labels(prefix: str) -> dict[str, str]:
    """All words below `prefix`, as a chart or a table takes them."""
    start = prefix + "."
    words = catalogue(language())
    return {key[len(start) :]: text for key, text in words.items() if key.startswith(start)}


def said(key: str) -> bool:
    """Whether the catalogue has a text for `key`."""
    return key in catalogue(language())


# --- session --------------------------------------------------------------------------------


def start() -> None:
    """Give every key its first value; runs before any widget, on every full run."""
    session = st.session_state
    session["_opening"] = True
    spoken = "zh" if (st.context.locale or "").startswith("zh") else "en"
    linked = st.query_params.get("lang", spoken)
    session.setdefault("lang", linked if linked in LANGUAGES else spoken)
    session.setdefault("dataset", workflow.SAMPLE)
    if (chosen := session.pop("_chosen", None)) is not None:
        session["dataset"] = chosen
    if session["dataset"] not in datasets():
        session["dataset"] = workflow.SAMPLE
    follow_data()
    for key, value in FIRST.items():
        session.setdefault(key, value)
    session["_left_out"] = workflow.left_out(workspace(), str(session["dataset"]))


def link_language() -> None:
    """Keep the language in the address, so that a link opens as it was sent."""
    if st.query_params.get("lang") != language():
        st.query_params["lang"] = language()


def recall(key: str, default: Any = None) -> Any:
    """What the session keeps under `key`."""
    return st.session_state.get(key, default)


def keeps(key: str) -> bool:
    """Whether the session has a value under `key`, be it None."""
    return key in st.session_state


def keep(key: str, value: Any) -> None:
    """Keep a value for this session."""
    st.session_state[key] = value


def chosen() -> list[str]:
    """The keys whose values are words, numbers or several of them: what lists and sliders hold."""
    return [
        str(key) for key, value in st.session_state.items()
        if not str(key).startswith("_") and _is_choice(value)
    ]  # fmt: skip


def _is_choice(value: object) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(_is_choice(one) for one in value)
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def take(key: str, default: Any = None) -> Any:
    """What the session keeps under `key`, which it keeps no longer."""
    return st.session_state.pop(key, default)


def forget(*keys: str) -> None:
    """Drop values of this session."""
    for key in keys:
        st.session_state.pop(key, None)


def dark() -> bool:
    """Whether the browser shows the dark theme."""
    return st.context.theme.type == "dark"


# --- data -----------------------------------------------------------------------------------


@st.cache_resource(show_spinner=False)
def _workspace_at(folder: str) -> Workspace:
    return workflow.open_workspace(Path(folder))


def workspace() -> Workspace:
    """The workspace of this desk, named by PROMODESK_WORKSPACE in environment or secrets."""
    folder = os.environ.get("PROMODESK_WORKSPACE", "")
    if not folder and st.secrets.load_if_toml_exists():
        folder = str(st.secrets.get("PROMODESK_WORKSPACE", ""))
    return _workspace_at(folder or "workspace")


def datasets() -> list[str]:
    """The names she can choose from, newest first, the sample last."""
    return workflow.list_datasets(workspace())


def dataset() -> Dataset:
    """The dataset everything on the screen is about."""
    return workflow.open_dataset(workspace(), str(st.session_state["dataset"]))


def choose_dataset(name: str) -> None:
    """Make `name` the dataset of the desk from the next run on."""
    st.session_state["_chosen"] = name


DEPENDENT = (
    "product", "outlook_category", "parts_product", "campaign_name", "campaign_start", "_path",
    "funding", "salvage",
)  # fmt: skip
"""What a person chose or was shown that means nothing on other data."""


def follow_data() -> None:
    """Forget what belongs to other data, in whatever way the dataset has changed since last seen.

    An import under a name in use counts as a change: the content is another.
    """
    now = dataset()
    seen = (now.name, now.fingerprint)
    if recall("_seen") not in (None, seen):
        forget(*DEPENDENT)
    keep("_seen", seen)


def on_sample() -> bool:
    """Whether the desk shows the shipped sample."""
    return bool(st.session_state["dataset"] == workflow.SAMPLE)


_BY_CONTENT: dict[str | type[Any], Callable[[Any], Any]] = {
    Dataset: lambda dataset: (dataset.name, dataset.fingerprint)
}


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_CONTENT)
def _study(data: Dataset, settings: workflow.StudySettings) -> workflow.Study:
    return workflow.kept_study(workspace(), data, settings)


def study() -> workflow.Study:
    """Demand and customers of the dataset; seconds the first time, then at once."""
    with st.spinner(t("app.studying"), show_time=True):
        return _study(dataset(), settings())


def study_of_all() -> workflow.Study:
    """The same learned from every week, whatever is left out now."""
    with st.spinner(t("app.studying"), show_time=True):
        return _study(dataset(), replace(settings(), left_out=()))


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_CONTENT)
def _anomalies(data: Dataset, _history: Panel) -> workflow.Anomalies:
    return workflow.find_anomalies(data, _history)


def anomalies(study: workflow.Study) -> workflow.Anomalies:
    """What is odd in the history of a study, whatever was left out."""
    return _anomalies(study.dataset, study.panel)


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_CONTENT)
def _customers(data: Dataset) -> Customers | None:
    return workflow.know_customers(data)


def customers() -> Customers | None:
    """Who buys, also where there is too little history for a plan; None when no buyer is known."""
    with st.spinner(t("app.studying"), show_time=True):
        return _customers(dataset())


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY_CONTENT)
def _gates(data: Dataset) -> tuple[workflow.Gate, ...]:
    return workflow.gate(data)


def gates() -> tuple[workflow.Gate, ...]:
    """What each page needs of the dataset and what it has."""
    with st.spinner(t("quality.weighing"), show_time=True):
        return _gates(dataset())


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY_CONTENT)
def _profile(data: Dataset) -> tuple[workflow.TableProfile, ...]:
    return workflow.profile(data)


def profile() -> tuple[workflow.TableProfile, ...]:
    """What every column of the dataset holds."""
    with st.spinner(t("quality.counting"), show_time=True):
        return _profile(dataset())


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=_BY_CONTENT)
def _coverage(data: Dataset) -> tuple[workflow.Coverage, ...]:
    return workflow.coverage(data)


def coverage() -> tuple[workflow.Coverage, ...]:
    """Which days each dated table of the dataset covers."""
    with st.spinner(t("quality.counting"), show_time=True):
        return _coverage(dataset())


def settings(assumed: Mapping[str, Any] | None = None) -> workflow.StudySettings:
    """What this session assumes where the data is silent, or what `assumed` says instead."""
    left_out = (assumed or st.session_state).get("_left_out", ())
    return offering(assumed).settings(tuple(left_out))


def offering(assumed: Mapping[str, Any] | None = None) -> workflow.Offering:
    """How this session opens the desk, or as `assumed` says instead."""
    said = assumed or st.session_state
    return of({name: said[name] for name in FIRST})


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_CONTENT)
def _review(data: Dataset) -> workflow.CleaningReview:
    return workflow.suggest_cleaning(data)


def review(data: Dataset) -> workflow.CleaningReview:
    """What looks worth cleaning in a dataset, and what can be asked of it."""
    with st.spinner(t("cleaning.looking"), show_time=True):
        return _review(data)


_BY_STEP = {**_BY_CONTENT, workflow.CleaningStep: workflow.CleaningStep.to_json}


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=_BY_STEP)
def _preview(data: Dataset, steps: tuple[workflow.CleaningStep, ...]) -> workflow.CleaningPreview:
    return workflow.preview_cleaning(data, steps)


def preview(data: Dataset, steps: tuple[workflow.CleaningStep, ...]) -> workflow.CleaningPreview:
    """What cleaning steps would do to a dataset."""
    with st.spinner(t("cleaning.working"), show_time=True):
        return _preview(data, steps)


# --- the plan -------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Bench:
    """A desk with its first request, the lock that lets one session at a time turn its model."""

    desk: workflow.Desk
    first: workflow.PlanRequest
    lock: threading.Lock
    key: tuple[object, ...]

    @property
    def offering(self) -> object:
        """What its plans assume."""
        return self.key[-1]


_BY_KEY: dict[str | type[Any], Callable[[Any], Any]] = {
    Bench: lambda bench: bench.key,
    # Field by field two rules of the same amounts would be one.
    workflow.PlanRequest: lambda request: json.dumps(workflow.request_to(request)),
}


@st.cache_resource(max_entries=4, show_spinner=False, hash_funcs=_BY_CONTENT)
def _bench(data: Dataset, settings: workflow.StudySettings, offering: workflow.Offering) -> Bench:
    study = _study(data, settings)
    desk = workflow.open_desk(study, step=offering.step, offer=offering.offer(study))
    key = bench_key(data, settings, offering)
    return Bench(desk, workflow.default_request(desk), threading.Lock(), key)


def bench_key(data: Dataset, *made_from: object) -> tuple[object, ...]:
    """What a bench is made from: data, settings of the study, and what may be offered."""
    return (data.name, data.fingerprint, *made_from)


def same_data(one: tuple[object, ...] | None, other: tuple[object, ...]) -> bool:
    """Whether two benches, told by their keys, stand on the same data."""
    return one is not None and one[:2] == other[:2]


def prepare() -> None:
    """Learn the sample and build its model before the first session asks for them."""
    place = _sample()
    workflow.exact_plan(place.desk, place.first)


def load_kernels() -> None:
    """Have the optimiser's compiled loops at hand for every plan."""
    study = _sample().desk.study
    with live.slot("kernels"):
        workflow.load_kernels(study)


def _sample() -> Bench:
    sample = workflow.open_dataset(workspace(), workflow.SAMPLE)
    said = {**FIRST, "_left_out": workflow.left_out(workspace(), workflow.SAMPLE)}
    return _bench(sample, settings(said), offering(said))


def bench() -> Bench:
    """The desk of the dataset, its optimisation model built."""
    with st.spinner(t("app.building"), show_time=True):
        return _bench(dataset(), settings(), offering())


def hand(place: Bench) -> live.Hand:
    """What this session last asked of the desk; another dataset starts afresh.

    Where only what is assumed is another, the last plan stays as the one before.
    """
    hands = st.session_state.setdefault("_hands", {})
    if place.key not in hands:
        last = [mine.last for key, mine in hands.items() if same_data(key, place.key)]
        hands.clear()
        hands[place.key] = live.Hand(desk=place.key, before=last[0] if last else None)
    found: live.Hand = hands[place.key]
    return found


@st.cache_data(max_entries=64, show_spinner=False, hash_funcs=_BY_KEY)
def made(what: str, place: Bench, request: workflow.PlanRequest, *more: Any) -> Any:
    """What a use case says of these rules; made once per set of rules."""
    with live.turn(place.lock, what):
        return getattr(workflow, what)(place.desk, request, *more)


def path(place: Bench, request: workflow.PlanRequest) -> Any:
    """The best gain for each budget under the other rules."""
    path = made("budget_path", place, replace(request, budget=place.first.budget))
    keep("_path", path)
    return path


def cautions(place: Bench, request: workflow.PlanRequest) -> Any:
    """What each stop of caution would promise under these rules; a move may pass between two."""
    return workflow.caution_path(lambda asked: made("gain_at", place, asked), request)


def price_tests(place: Bench, request: workflow.PlanRequest) -> Any:
    """The price tests worth running under these rules."""
    with st.spinner(t("campaign.weighing_tests"), show_time=True):
        return made("price_tests", place, request)
