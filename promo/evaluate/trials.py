"""A price test as the shop runs it: which weeks have the test price, and the file that says so."""

from typing import Any
from zlib import crc32

import numpy as np
import pandas as pd

from promo.domain import week_number
from promo.evaluate.campaign import csv_file
from promo.tables import TEST_CALENDAR


def draw_calendar(tests: pd.DataFrame, start: pd.Timestamp, seed: int = 0) -> pd.DataFrame:
    """Every week of every test with its price; chance chooses the weeks at the test price.

    The same product, start and seed give the same weeks, whatever else is tested, so that a
    calendar can be made again.

    Args:
        tests: table PRICE_TESTS, what to run.
        start: the tests begin on this day if it is a Monday, else on the next one.
        seed: of the draw.

    Returns:
        Table TEST_CALENDAR, by product and week.
    """
    first = start.normalize() + pd.Timedelta(days=-start.weekday() % 7)
    parts = [_weeks(one, first, seed) for one in tests.to_dict("records")]
    rows = pd.concat([TEST_CALENDAR.empty(), *parts], ignore_index=True)
    TEST_CALENDAR.check(rows)
    return rows


def _weeks(test: dict[Any, Any], first: pd.Timestamp, seed: int) -> pd.DataFrame:
    """The weeks of one test."""
    product, weeks = str(test["product_id"]), int(test["weeks"])
    draw = np.random.default_rng([seed, crc32(product.encode()), first.toordinal()])
    discount = np.zeros(weeks)
    discount[draw.permutation(weeks)[: test["weeks_on"]]] = test["discount"]
    return pd.DataFrame(
        {
            "product_id": pd.array([product] * weeks, dtype="str"),
            "week": pd.date_range(first, periods=weeks, freq="7D").astype("datetime64[us]"),
            "price": (test["list_price"] * (1 - discount)).round(2),
            "list_price": round(test["list_price"], 2),
            "discount": discount,
            "randomised": 1,
        }
    )


def said_calendar(calendar: pd.DataFrame, *, numbered: bool) -> pd.DataFrame:
    """A calendar with its weeks as the data say theirs, by their Monday or by their number."""
    week = calendar["week"]
    said = week_number(week) if numbered else week.dt.strftime("%Y-%m-%d")
    return calendar.assign(week=said, discount=calendar["discount"].round(4))


def calendar_csv(said: pd.DataFrame, *, for_spreadsheets: bool) -> bytes:
    """A said calendar as a CSV file, to run in the shop and to bring back with the sales.

    Args:
        said: what `said_calendar` gives.
        for_spreadsheets: as for `campaign_csv`.
    """
    return csv_file(said, ["product_id"], for_spreadsheets=for_spreadsheets)
