"""The verb about price tests: which are worth running, and their calendar."""

import argparse
from pathlib import Path

from promo import workflow
from promo.cli.output import Result, records, save
from promo.cli.planning import add_desk, desk_for, request_for
from promo.cli.verb import Verb


def _tests_arguments(parser: argparse.ArgumentParser) -> None:
    add_desk(parser)
    parser.add_argument("--test-weeks", type=int, default=workflow.TEST_WEEKS, metavar="WEEKS")
    parser.add_argument("--out", type=Path, metavar="CALENDAR.csv")


def _tests(arguments: argparse.Namespace) -> Result:
    asked = request_for(arguments)
    desk = desk_for(arguments, asked)
    found = workflow.price_tests(desk, asked, arguments.test_weeks)
    save(workflow.trial_calendar(desk, found), arguments.out)
    return {
        "campaigns_a_year": workflow.TEST_YEAR / arguments.weeks,
        **{name: float(found[name].sum()) for name in ("worth", "cost", "given_away")},
        "tests": records(found),
    }


VERBS = (Verb("tests", "price tests worth running, and their calendar", _tests_arguments, _tests),)
