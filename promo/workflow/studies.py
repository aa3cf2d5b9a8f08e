"""Use cases about beliefs: what one dataset teaches of customers, demand and response."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from promo import ingest, learn
from promo.domain import (
    Acquisition,
    Associations,
    Customers,
    Dataset,
    Forecast,
    Panel,
    ResponseCurves,
)
from promo.errors import NotEnoughData

LeftOut = learn.LeftOut

DEEPEST = 0.5
"""The deepest discount on offer, share of the list price."""


@dataclass(frozen=True)
class StudySettings:
    """What learning needs to be told: campaign length in weeks, margin where no cost is known.

    `left_out` are the weeks that she does not want to be learned from.
    """

    weeks: int = 4
    assumed_margin: float = 0.45
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, eq=False)
class Study:
    """Everything that was learned from one dataset; a plan starts from it.

    `panel` is the whole history, with the weeks that were left out of learning.
    """

    dataset: Dataset
    settings: StudySettings
    panel: Panel
    customers: Customers | None
    curves: ResponseCurves
    forecast: Forecast
    associations: Associations
    acquisition: Acquisition

    @property
    def start(self) -> pd.Timestamp:
        """The first Monday that history does not cover."""
        return pd.Timestamp(self.forecast.rows["week"].min())

    @property
    def end(self) -> pd.Timestamp:
        """The last day that the forecast and so the plan cover."""
        return self.start + pd.Timedelta(weeks=self.settings.weeks, days=-1)

    @cached_property
    def undated(self) -> bool:
        """Whether the weeks of the history are only numbered, so that none of them has a date."""
        return is_undated(self.dataset)

    @property
    def stock(self) -> Mapping[str, float]:
        """Items on hand per product, where the data says."""
        return self._known("stock")

    @property
    def brand(self) -> Mapping[str, str]:
        """The brand of each product, where the data says."""
        return self._known("brand")

    def _known(self, what: str) -> dict[str, Any]:
        """A column of the products that have it."""
        known = self.panel.products.dropna(subset=what)
        return dict(zip(known["product_id"], known[what], strict=True))


def is_undated(dataset: Dataset) -> bool:
    """Whether the weeks of a dataset's history are only numbered."""
    return ingest.history(dataset) == "panel" and dataset.undated("panel")


def study(dataset: Dataset, settings: StudySettings | None = None) -> Study:
    """Learn segments, response curves, associations, what brings customers, and the forecast.

    Raises:
        NotEnoughData: there is no sales history to learn from.
    """
    settings = settings or StudySettings()
    panel = ingest.panel(dataset)
    customers = know_customers(dataset)
    under, formed = segments_in_force(dataset, panel, customers) if customers else (None, None)
    by_segment = sales_by_segment(dataset, panel, under) if under else None
    config = learn.ResponseConfig(assumed_margin=settings.assumed_margin)
    taught = learn.without(panel, settings.left_out)
    split = by_segment and learn.without(by_segment, settings.left_out)
    demand = learn.fit_demand(taught, split, config)
    came = (
        ingest.arrivals(dataset, panel, under, formed)
        if by_segment
        else ingest.arrivals(dataset, panel)
    )
    return Study(
        dataset,
        settings,
        panel,
        customers,
        demand.curves,
        ahead(taught, panel, settings.weeks),
        learn.associations(demand, ingest.baskets(dataset)),
        learn.acquisition(came, demand.curves),
    )


def at_margin(found: Study, margin: float) -> Study:
    """What `study` says where another margin is assumed; nothing that is learned depends on it.

    Args:
        found: a study of any margin.
        margin: share of the list price, for products whose cost is not known.
    """
    rows = found.curves.rows
    cost = rows["unit_cost"].mask(rows["cost_assumed"], rows["list_price"] * (1 - margin))
    return replace(
        found,
        settings=replace(found.settings, assumed_margin=margin),
        curves=replace(found.curves, rows=rows.assign(unit_cost=cost)),
    )


def ahead(taught: Panel, panel: Panel, weeks: int) -> Forecast:
    """The forecast of the weeks after the history, also where its last weeks were left out."""
    end = panel.rows["week"].max()
    short = learn.forecast(taught, weeks)
    late = (end - short.rows["week"].min()).days // 7 + 1
    if late < 1 or taught is panel:
        return short
    longer = learn.forecast(taught, weeks + late)
    rows, groups = (
        table[table["week"] > end].reset_index(drop=True) for table in (longer.rows, longer.groups)
    )
    return replace(longer, rows=rows, groups=groups)


def know_customers(dataset: Dataset, as_of: pd.Timestamp | None = None) -> Customers | None:
    """The customers with their RFM segment, or None when the data knows none until `as_of`."""
    try:
        return learn.rfm(ingest.customers(dataset, as_of))
    except NotEnoughData:
        return None


def segments_in_force(
    dataset: Dataset, panel: Panel, customers: Customers
) -> tuple[Customers, pd.Timestamp | None]:
    """The customers under the segments of a quarter before the history ends, and that day.

    Today's segments and no day where the history is shorter or knew nobody then.
    """
    weeks = panel.rows["week"]
    formed = weeks.max() - pd.Timedelta(weeks=learn.ResponseConfig.recent_weeks - 1)
    before = know_customers(dataset, formed) if formed > weeks.min() else None
    return (learn.segments_before(customers, before), formed) if before else (customers, None)


def sales_by_segment(dataset: Dataset, panel: Panel, under: Customers) -> Panel | None:
    """Sales under these segments.

    None where a price panel is the history and the orders say nothing of its products and weeks.
    """
    try:
        split = ingest.panel_by_segment(dataset, under)
    except NotEnoughData:
        return None
    return split if learn.shared_items(split, panel) > 0 else None


def segment_summary(customers: Customers) -> pd.DataFrame:
    """Size and money of each segment."""
    return learn.segment_summary(customers)


def unpooled_response(dataset: Dataset, effects: Sequence[str]) -> learn.Coefficients:
    """The plain fixed-effects coefficients of log price, feature and display."""
    return learn.fixed_effects(ingest.panel(dataset), effects)


def main_curves(study: Study) -> pd.DataFrame:
    """The response curve of each product's largest segment, one row per product."""
    return learn.main_curves(study.curves)


def backtest_summary(forecast: Forecast, panel: Panel) -> dict[str, float]:
    """How the forecast did on weeks it had not seen, over all products by the items they sold."""
    return learn.backtest_summary(forecast, panel)


def product_history(study: Study, product_id: str) -> pd.DataFrame:
    """One product's weeks: items, prices, discount, its usual level, and whether left out."""
    weeks = learn.history(study.panel, product_id)
    return weeks.assign(left_out=_left_out(study, product_id, weeks["week"]))


def observed_points(study: Study, product_id: str) -> pd.DataFrame:
    """The promoted weeks behind one product's curve, without those that were left out."""
    points = learn.observed_points(study.panel, product_id)
    return points[~_left_out(study, product_id, points["week"])].reset_index(drop=True)


def _left_out(study: Study, product_id: str, weeks: pd.Series[pd.Timestamp]) -> pd.Series[bool]:
    """Which weeks of a product are left out of learning."""
    gone = pd.Series(data=False, index=weeks.index)
    for one in study.settings.left_out:
        if one.product_id in (product_id, learn.SHOP):
            gone |= weeks.between(pd.Timestamp(one.first), pd.Timestamp(one.last))
    return gone


def curve_points(study: Study, product_id: str) -> pd.DataFrame:
    """One product's response to every discount that promotions have shown, with its 80 % range."""
    return learn.curve_points(study.curves, product_id, learn.shown_depths(study.panel, DEEPEST))
