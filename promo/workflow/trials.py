"""Use cases about price tests: which are worth running, and the calendar the shop runs."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from promo import evaluate, optimize
from promo.workflow.desks import Desk
from promo.workflow.requests import PlanRequest

TEST_WEEKS = 8
"""Weeks of a price test: half a season at most, and four of a kind to hold against each other."""

TEST_YEAR = optimize.YEAR


def price_tests(desk: Desk, request: PlanRequest, weeks: int = TEST_WEEKS) -> pd.DataFrame:
    """The price tests that would improve the next plans by more than they cost, the best first.

    They are weighed at the prices of the campaign of plain discounts that promises most under the
    sliders' rules, whatever caution chooses.

    Returns:
        Table PRICE_TESTS; no row when no test pays.

    Raises:
        BadRequest: the desk maximises something else than profit, or weeks are fewer than two.
        Infeasible: the rules contradict each other; the facts name them.
    """
    asked = replace(request, more=())
    return optimize.price_tests(desk.campaign_model, asked, desk.study.curves.rows, weeks=weeks)


def trial_calendar(
    desk: Desk, tests: pd.DataFrame, start: pd.Timestamp | None = None
) -> pd.DataFrame:
    """The weeks of the tests with their prices, from the first planned week or a later start.

    Weeks are said as the data say theirs; where these only have numbers, so has the calendar, and
    it begins with the first planned week.

    Returns:
        The columns of table TEST_CALENDAR, by product and week.
    """
    study = desk.study
    first = study.start if start is None or study.undated else start
    return evaluate.said_calendar(evaluate.draw_calendar(tests, first), numbered=study.undated)


def trial_csv(calendar: pd.DataFrame, *, for_spreadsheets: bool) -> bytes:
    """The calendar as a file, safe to open in a spreadsheet or raw for a shop system."""
    return evaluate.calendar_csv(calendar, for_spreadsheets=for_spreadsheets)
