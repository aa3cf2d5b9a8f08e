"""The use cases: the only place where the verbs meet, and the only door to them.

Each function is one thing a user can ask for, on the screen or on the command line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from promo import evaluate, ingest, learn, optimize, store
from promo.domain import (
    Campaign,
    Customers,
    Dataset,
    FileReport,
    Forecast,
    Options,
    Panel,
    Plan,
    ResponseCurves,
)
from promo.errors import BadRequest, Infeasible, NameTaken, NotEnoughData, NotFound
from promo.ingest import simulate
from promo.store import Scenario, Workspace

FileMapping = ingest.FileMapping
Inspection = ingest.Inspection
MAPPING_OPTIONS = ingest.OPTIONS
OBJECTIVES = optimize.OBJECTIVES
PlanRequest = optimize.Limits
DEEPEST = 0.5
"""The deepest discount on offer, share of the list price."""

CAUTION = 0.9
"""Probability with which demand answers a discount at least as strongly as the plan counts on. An
optimiser picks what is over-estimated: at 0.5 it promised 2.3 times what came in simulated shops,
at 0.9 1.25 times, for a plan that was worth the same (`python -m promo bench truth`)."""

REACH = 0.1
"""How far beyond the deepest discount ever seen on a product an option may go, share of the list
price: two usual steps. Beyond that a curve is a guess."""

SAMPLE = store.SAMPLE
Progress = Callable[[float, str], None]


# --- data ----------------------------------------------------------------------------------------


def inspect_file(workspace: Workspace, path: Path, source: str | None = None) -> ingest.Inspection:
    """What a file seems to be, with the mapping confirmed last for this header if there is one."""
    found = ingest.inspect(path, source)
    remembered = workspace.recall_mapping(found.signature)
    if remembered is None or found.is_refused:
        return found
    mapping = FileMapping.from_json(remembered)
    if source not in (None, mapping.source):
        return found
    return replace(found, source=mapping.source, suggestion=mapping)


def canonical_fields(source: str) -> list[tuple[str, bool]]:
    """The fields a kind of file can fill, each with whether it is needed."""
    return [(field.name, field.required) for field in ingest.SOURCES[source].fields]


def missing_fields(mapping: FileMapping) -> tuple[str, ...]:
    """The fields without which a file means nothing; a choice is written `a | b`."""
    return ingest.SOURCES[mapping.source].missing(mapping.columns)


def check_file(
    path: Path, mapping: ingest.FileMapping, quarantine: Path | None = None
) -> FileReport:
    """Read a file by its mapping and account for every line; keep nothing."""
    return ingest.check(path, mapping, quarantine)


def import_files(
    workspace: Workspace,
    name: str,
    files: Sequence[tuple[Path, ingest.FileMapping]],
    progress: Progress | None = None,
    *,
    replace: bool = False,
) -> Dataset:
    """Clean files into one dataset of the workspace and remember their mappings.

    A name that is taken gets a number, `Spring 2`, unless the dataset is to be replaced.

    Raises:
        NameTaken: the sample was to be replaced.
    """
    name = store.spelt(name) or "data"
    if replace and store.is_reserved(name):
        raise NameTaken(name=name)
    for chosen in [name] if replace else workspace.free_names(name):
        folder = workspace.dataset_folder(chosen)
        # Somebody else may import under this name meanwhile; whoever is second tries the next.
        with suppress(NameTaken):
            dataset = ingest.build(files, folder, chosen, progress, replace=replace)
            break
    for path, mapping in files:
        workspace.remember_mapping(ingest.inspect(path).signature, mapping.to_json())
    return dataset


def list_datasets(workspace: Workspace) -> list[str]:
    """Names of the imported datasets, newest first, the sample last."""
    names = [name for name in workspace.dataset_names() if name != SAMPLE]
    return [*names, SAMPLE]


def open_dataset(workspace: Workspace, name: str) -> Dataset:
    """A dataset by name; the sample is imported from the shipped files when first asked for.

    Raises:
        NotFound: no dataset of the workspace has this name.
    """
    if name == SAMPLE:
        return ingest.open_or_build(workspace.dataset_folder(SAMPLE), SAMPLE, ingest.shipped)
    if name not in workspace.dataset_names():
        raise NotFound(kind="dataset", name=name)
    return ingest.open_dataset(workspace.dataset_folder(name))


def quarantine_zip(dataset: Dataset) -> bytes:
    """The rows set aside at import, one CSV per file with line, reason and the original text."""
    return ingest.quarantine_zip(dataset)


def simulate_shop(folder: Path, **world: Any) -> dict[str, Path]:
    """Write the files of a shop with known truth; fields of `simulate.World` by name."""
    return simulate.write(simulate.simulate(simulate.World(**world)), folder)


# --- beliefs -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StudySettings:
    """What learning needs to be told: campaign length in weeks, margin where no cost is known."""

    weeks: int = 4
    assumed_margin: float = 0.45


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that was learned from one dataset; a plan starts from it."""

    dataset: Dataset
    settings: StudySettings
    panel: Panel
    customers: Customers | None
    curves: ResponseCurves
    forecast: Forecast

    @property
    def start(self) -> pd.Timestamp:
        """The first Monday that history does not cover."""
        return pd.Timestamp(self.forecast.rows["week"].min())

    @property
    def end(self) -> pd.Timestamp:
        """The last day that the forecast and so the plan cover."""
        return self.start + pd.Timedelta(weeks=self.settings.weeks, days=-1)

    @property
    def stock(self) -> Mapping[str, float]:
        """Items on hand per product, where the data says."""
        known = self.panel.products.dropna(subset="stock")
        return dict(zip(known["product_id"], known["stock"], strict=True))


def study(dataset: Dataset, settings: StudySettings | None = None) -> Study:
    """Learn segments, response curves and the forecast from a dataset.

    Raises:
        NotEnoughData: there is no sales history to learn from.
    """
    settings = settings or StudySettings()
    panel = ingest.panel(dataset)
    customers = know_customers(dataset)
    by_segment = _sales_by_segment(dataset, panel, customers) if customers else None
    config = learn.ResponseConfig(assumed_margin=settings.assumed_margin)
    curves = learn.fit_response(panel, by_segment, config)
    forecast = learn.forecast(panel, settings.weeks)
    return Study(dataset, settings, panel, customers, curves, forecast)


def know_customers(dataset: Dataset, as_of: pd.Timestamp | None = None) -> Customers | None:
    """The customers with their RFM segment, or None when the data knows none until `as_of`."""
    try:
        return learn.rfm(ingest.customers(dataset, as_of))
    except NotEnoughData:
        return None


def _sales_by_segment(dataset: Dataset, panel: Panel, customers: Customers) -> Panel:
    """Sales under the segments that customers had a quarter before the history ends."""
    weeks = panel.rows["week"]
    formed = weeks.max() - pd.Timedelta(weeks=learn.ResponseConfig.recent_weeks - 1)
    before = know_customers(dataset, formed) if formed > weeks.min() else None
    under = learn.segments_before(customers, before) if before else customers
    return ingest.panel_by_segment(dataset, under)


def segment_summary(customers: Customers) -> pd.DataFrame:
    """Size and money of each segment."""
    return learn.segment_summary(customers)


def unpooled_response(dataset: Dataset, effects: Sequence[str]) -> learn.Coefficients:
    """The plain fixed-effects coefficients of log price, feature and display."""
    return learn.fixed_effects(ingest.panel(dataset), effects)


def forecast_demand(dataset: Dataset, weeks: int) -> tuple[Forecast, Panel]:
    """What each product would sell in the coming weeks without promotion, and its history."""
    panel = ingest.panel(dataset)
    return learn.forecast(panel, weeks), panel


def backtest_summary(forecast: Forecast, panel: Panel) -> dict[str, float]:
    """How the forecast did on weeks it had not seen, over all products by the items they sold."""
    return learn.backtest_summary(forecast, panel)


def product_history(study: Study, product_id: str) -> pd.DataFrame:
    """One product's weeks: items, prices, discount, and its usual level."""
    return learn.history(study.panel, product_id)


def observed_points(study: Study, product_id: str) -> pd.DataFrame:
    """The promoted weeks behind one product's curve."""
    return learn.observed_points(study.panel, product_id)


def curve_points(study: Study, product_id: str) -> pd.DataFrame:
    """One product's response to every discount that promotions have shown, with its 80 % range."""
    return learn.curve_points(study.curves, product_id, learn.shown_depths(study.panel, DEEPEST))


# --- decision ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Desk:
    """A study with its optimisation model, built once; every slider move goes to this model."""

    study: Study
    options: Options
    model: optimize.PlanModel
    shallowest: float


def open_desk(
    study: Study, *, step: float = 0.05, objective: optimize.Objective = "profit"
) -> Desk:
    """Price every option of a study and build the optimisation model.

    Args:
        study: what was learned.
        step: distance between two discounts on offer, share of the list price.
        objective: what the plan maximises.

    Raises:
        BadRequest: the step is not between one percent and the deepest discount.
    """
    if not 0.01 - 1e-9 <= step <= DEEPEST:
        raise BadRequest(field="step", value=step)
    ladder = [round(k * step, 6) for k in range(int(DEEPEST / step + 1e-9) + 1)]
    weeks = study.settings.weeks
    options = optimize.build_options(
        study.curves, study.forecast, ladder, study.start, weeks, reach=REACH, caution=CAUTION
    )
    model = optimize.PlanModel(options, study.stock, objective=objective, history=study.panel)
    seen = learn.shallowest(study.panel)
    shallowest = max((depth for depth in ladder if depth <= seen + 1e-9), default=0.0)
    return Desk(study, options, model, shallowest)


def default_request(desk: Desk) -> PlanRequest:
    """A first request: half of what the best plan would spend if money were free.

    The smallest discount is the shallowest that the shop's own promotions have shown, because
    the lift of being promoted was learned from those and not from a token reduction.
    """
    open_to_all = PlanRequest(min_discount=desk.shallowest, max_discount=DEEPEST)
    spend = _cost(desk.model.relaxed(open_to_all))
    return replace(open_to_all, budget=float(f"{spend / 2:.2g}"))


def quick_plan(desk: Desk, request: PlanRequest) -> Plan:
    """The plan while the slider moves: the linear relaxation, in milliseconds.

    Raises:
        Infeasible: the rules contradict each other; the facts name them.
    """
    return desk.model.relaxed(request)


def exact_plan(
    desk: Desk, request: PlanRequest, *, gap: float = 1e-3, seconds: float = 10.0
) -> Plan:
    """The plan to run: one discount per product and segment, with a proven gap.

    Args:
        desk: where the model is.
        request: the rules.
        gap: share of the uplift at which to stop looking for better.
        seconds: after which the best plan so far is returned with its gap.

    Raises:
        Infeasible: the rules contradict each other; the facts name them.
        OutOfTime: nothing that keeps the rules was found in time.
    """
    return desk.model.exact(request, seconds=seconds, gap=gap)


def budget_path(desk: Desk, request: PlanRequest, points: int = 9) -> pd.DataFrame:
    """What more or less money would bring under the same other rules.

    Returns:
        `budget` (money), `gain` (profit over no promotion) and `price` (gain per one more unit of
        budget), from 0 to what the plan would spend if money were free, without budgets at which
        there is no plan.
    """
    most = _cost(quick_plan(desk, replace(request, budget=None)))
    rows = []
    for budget in np.linspace(0.0, most, points).tolist():
        with suppress(Infeasible):
            plan = quick_plan(desk, replace(request, budget=budget))
            rows.append((budget, plan.gain.estimate, price_of(plan, "budget")))
    return pd.DataFrame(rows, columns=["budget", "gain", "price"], dtype="float64")


def price_of(plan: Plan, rule: str) -> float:
    """What one more unit of a rule's limit would bring, summed over its scopes; 0 without it."""
    rows = plan.rules[plan.rules["rule"] == rule]
    return float(rows["shadow_price"].fillna(0.0).sum())


def supported_share(desk: Desk, plan: Plan) -> float:
    """Share of a plan's gain that rests on products whose answer to discounts is known well."""
    return evaluate.supported_share(plan.rows, desk.study.curves.rows)


def choose(options: pd.DataFrame, **question: Any) -> optimize.Choice:
    """The bare optimiser on a table of options; see `promo.optimize.choose`."""
    return optimize.choose(options, **question)


def _cost(plan: Plan) -> float:
    return float(plan.rows["cost"].sum())


# --- scenarios and campaign ----------------------------------------------------------------------


def save_scenario(
    workspace: Workspace, name: str, desk: Desk, request: PlanRequest, plan: Plan
) -> int:
    """Keep a plan with what was asked and the data it was made from; returns its number."""
    figures = evaluate.figures(plan.rows) | {
        "gain_low": plan.gain.low,
        "gain_high": plan.gain.high,
        "price_of_money": price_of(plan, "budget"),
    }
    dataset = desk.study.dataset
    return workspace.save_scenario(
        name, dataset.name, dataset.fingerprint, asdict(request), figures, plan.rows
    )


def list_scenarios(workspace: Workspace) -> list[Scenario]:
    """Saved plans, newest first."""
    return workspace.scenarios()


def remove_scenario(workspace: Workspace, number: int) -> None:
    """Take a saved plan off the list; it can be put back."""
    workspace.set_deleted(number, deleted=True)


def restore_scenario(workspace: Workspace, number: int) -> None:
    """Put a removed plan back on the list."""
    workspace.set_deleted(number, deleted=False)


def compare_scenarios(workspace: Workspace, left: int, right: int) -> Comparison:
    """Two saved plans side by side."""
    one, other = workspace.scenario(left), workspace.scenario(right)
    return Comparison(one, other, evaluate.differing_rows(one.rows, other.rows))


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two scenarios and the products and segments on which they differ."""

    left: Scenario
    right: Scenario
    different: pd.DataFrame


def make_campaign(plan: Plan, desk: Desk, name: str, start: pd.Timestamp) -> Campaign:
    """The plan as the shop will run it."""
    study = desk.study
    return evaluate.make_campaign(plan, study.panel.products, name, start, study.settings.weeks)


def campaign_csv(campaign: Campaign, *, for_spreadsheets: bool) -> bytes:
    """The campaign as a file, safe to open in a spreadsheet or raw for a shop system."""
    return evaluate.campaign_csv(campaign, for_spreadsheets=for_spreadsheets)
