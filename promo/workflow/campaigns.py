"""Use cases about what leaves the desk: saved scenarios and the campaign."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import pandas as pd

from promo import evaluate
from promo.domain import (
    Campaign,
    Plan,
)
from promo.store import Scenario, Workspace
from promo.workflow.desks import Desk, PlanRequest, price_of


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
