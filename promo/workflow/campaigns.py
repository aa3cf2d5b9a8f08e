"""Use cases about what leaves the desk: saved scenarios and the campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from promo import evaluate
from promo.domain import (
    Campaign,
    Plan,
)
from promo.errors import BadRequest
from promo.store import Scenario, Workspace
from promo.workflow.calendars import promotions
from promo.workflow.desks import Desk, price_of
from promo.workflow.offering import Offering, offering_from, offering_to
from promo.workflow.requests import PlanRequest, request_from, request_to
from promo.workflow.together import counted_together


def save_scenario(  # noqa: PLR0913 # what a plan is
    workspace: Workspace, name: str, desk: Desk, request: PlanRequest, plan: Plan,
    offering: Offering | None = None, *, around: bool = False,
) -> int:  # fmt: skip
    """Keep a plan with what was asked and the data it was made from; returns its number.

    `offering` says how the desk was opened; without it the plan opens on any desk. `around` says
    that the plan was made around itself.
    """
    figures = evaluate.figures(plan.rows) | {
        "gain_low": plan.gain.low,
        "gain_high": plan.gain.high,
        "true_gain": counted_together(desk, request, plan).gain,
        "price_of_money": price_of(plan, "budget"),
    }
    dataset = desk.study.dataset
    rows = plan.rows.assign(first=plan.rows["first"].dt.strftime("%Y-%m-%d"))
    asked = request_to(request) | ({} if offering is None else {"desk": offering_to(offering)})
    asked |= {"around": True} if around else {}
    return workspace.save_scenario(name, dataset.name, dataset.fingerprint, asked, figures, rows)


def asked_by(scenario: Scenario) -> PlanRequest:
    """What a saved plan was asked for, also one that was saved before there were further rules.

    Raises:
        BadRequest: it holds a rule that is not known any more.
    """
    said = {name: v for name, v in scenario.request.items() if v is not None and v != {}}
    return request_from({name: v for name, v in said.items() if name not in ("desk", "around")})


def opened_with(scenario: Scenario) -> Offering | None:
    """How the desk of a saved plan was opened; None for one that was saved before that was kept.

    Raises:
        BadRequest: it holds something that is not to be had any more.
    """
    said = scenario.request.get("desk")
    return offering_from(said) if isinstance(said, dict) else None


def made_around(scenario: Scenario) -> bool:
    """Whether a saved plan was made around itself, after it had been planned."""
    return scenario.request.get("around") is True


def rename_scenario(workspace: Workspace, number: int, name: str) -> None:
    """Give a saved plan another name.

    Raises:
        BadRequest: the name is empty.
    """
    kept = " ".join(name.split())[:80]
    if not kept:
        raise BadRequest(field="name", value=name, must="name")
    workspace.rename_scenario(number, kept)


def differing_among(scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """Where several saved plans of one dataset differ; see `promo.evaluate.differing_among`."""
    return evaluate.differing_among([one.rows for one in scenarios])


def saved_promotions(scenario: Scenario) -> pd.DataFrame:
    """The promotions of a saved plan in time; empty for one saved before plans had a calendar."""
    rows = scenario.rows
    if not {"first", "weeks", "mechanic"} <= set(rows):
        return pd.DataFrame()
    rows = rows.assign(first=pd.to_datetime(rows["first"]))
    return promotions(rows, rows["first"].min())


def list_scenarios(workspace: Workspace) -> list[Scenario]:
    """Saved plans, newest first."""
    return workspace.scenarios()


def remove_scenario(workspace: Workspace, number: int) -> None:
    """Take a saved plan off the list; it can be put back."""
    workspace.set_deleted(number, deleted=True)


def restore_scenario(workspace: Workspace, number: int) -> None:
    """Put a removed plan back on the list."""
    workspace.set_deleted(number, deleted=False)


def make_campaign(plan: Plan, desk: Desk, name: str, start: pd.Timestamp) -> Campaign:
    """The plan as the shop will run it."""
    return evaluate.make_campaign(plan, desk.study.panel.products, name, start)


def campaign_csv(
    campaign: Campaign, *, for_spreadsheets: bool, words: Mapping[str, str] | None = None
) -> bytes:
    """The campaign as a file, safe to open in a spreadsheet or raw for a shop system.

    `words` name what a reader sees, as for `promo.evaluate.campaign_csv`.
    """
    return evaluate.campaign_csv(campaign, for_spreadsheets=for_spreadsheets, words=words)
