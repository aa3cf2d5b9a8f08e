"""Use cases about odd weeks: find them, leave them out of learning, take that back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from promo import ingest, learn
from promo.domain import Dataset, Panel
from promo.store import Workspace
from promo.workflow.studies import LeftOut, Study, is_undated

Anomalies = learn.Anomalies
ANOMALY_KINDS = learn.ANOMALY_KINDS
NO_CHOICE = learn.NO_CHOICE
SHOP = learn.SHOP

BURST = 4.0
"""Lines that come together, on average; a day's lines are as many fewer chances to have none."""
CHANCE = 0.05
"""Expected number of stretches without a line that are only chance, above which none is told."""


def find_anomalies(dataset: Dataset, panel: Panel) -> Anomalies:
    """What is odd in a dataset's sales: spikes, drops, new levels, empty shelves, missing time.

    Args:
        dataset: where days may be missing.
        panel: its sales history.

    Raises:
        NotEnoughData: nothing in it teaches anything.
    """
    return learn.find_anomalies(panel, _gaps(dataset))


def _gaps(dataset: Dataset) -> list[tuple[date, date]]:
    """Days on which the shop has no line although it would have some if it had been open."""
    table = ingest.history(dataset)
    if is_undated(dataset):
        return []
    only = replace(dataset, tables={table: dataset.tables[table]})
    found = next(iter(ingest.coverages(only)), None)
    if found is None or found.weekly:
        return []
    rows = found.days["rows"]
    usual = float(rows[rows > 0].median()) / BURST
    return [
        (gap.first, gap.last)
        for gap in found.gaps
        if len(rows) * np.exp(-usual * gap.days) <= CHANCE
    ]


def weeks_of(finding: Any, panel: Panel) -> LeftOut | None:
    """What leaving a finding out would leave out: its weeks, or those before a new level.

    Args:
        finding: a row of `Anomalies.rows`.
        panel: the history it was found in.

    Returns:
        None for a finding that teaches nothing anyhow.
    """
    if finding.kind in NO_CHOICE:
        return None
    first, last = finding.first, finding.last
    if finding.kind == "level_shift":
        first, last = panel.rows["week"].min(), finding.first - pd.Timedelta(weeks=1)
    return LeftOut(finding.product_id, finding.kind, first.date(), last.date())


def left_out(workspace: Workspace, dataset: str) -> tuple[LeftOut, ...]:
    """The weeks that are left out of learning from a dataset; none unless she chose so."""
    return tuple(
        LeftOut(
            one["product_id"], one["kind"], date.fromisoformat(one["first"]),  # type: ignore[arg-type] # written by `leave_out`
            date.fromisoformat(one["last"]),
        )
        for one in workspace.left_out(dataset) or ()
    )  # fmt: skip


def has_choice(workspace: Workspace, dataset: str) -> bool:
    """Whether there is a choice that can be taken back."""
    return workspace.left_out(dataset) is not None


def leave_out(
    workspace: Workspace, dataset: str, panel: Panel, weeks: Iterable[LeftOut]
) -> tuple[LeftOut, ...]:
    """Make these the weeks that are left out of learning; the files stay as they are.

    Raises:
        NotEnoughData: too little would be left to learn from; nothing has changed then.
    """
    chosen = tuple(sorted(set(weeks)))
    if chosen == left_out(workspace, dataset):
        return chosen
    if chosen:
        for need in learn.demand_needs(learn.without(panel, chosen)):
            need.check()
    workspace.leave_out(
        dataset, [{name: str(value) for name, value in asdict(one).items()} for one in chosen]
    )
    return chosen


def undo_left_out(workspace: Workspace, dataset: str) -> tuple[LeftOut, ...]:
    """Take the last choice back; returns the weeks that are left out then."""
    workspace.undo_left_out(dataset)
    return left_out(workspace, dataset)


def what_moved(before: Study, after: Study) -> pd.DataFrame:
    """What a choice did to what was learned, the products it moved most first.

    Returns:
        `product_id`, `elasticity_before`, `elasticity_after` (over its segments by their share),
        `forecast_before`, `forecast_after` (items over the campaign).
    """
    moved = _learned(before).add_suffix("_before").join(_learned(after).add_suffix("_after"))
    size = (moved["elasticity_after"] - moved["elasticity_before"]).abs()
    items = moved[["forecast_before", "forecast_after"]].add(1)
    size += (items["forecast_after"] / items["forecast_before"]).map(np.log).abs()
    order = size.sort_values(ascending=False, kind="stable").index
    return moved.loc[order].rename_axis("product_id").reset_index()


def _learned(study: Study) -> pd.DataFrame:
    curves = study.curves.rows
    weight = curves["share"].clip(lower=1e-12)
    sums = (curves["elasticity"] * weight).groupby(curves["product_id"]).sum()
    return pd.DataFrame({
        "elasticity": sums / weight.groupby(curves["product_id"]).sum(),
        "forecast": study.forecast.rows.groupby("product_id")["mean"].sum(),
    })  # fmt: skip
