"""A guess that changes numbers is asked about, with her own values, until she has answered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.ingest import build, check, inspect
from promo.ingest.engine import engine, text
from promo.ingest.values.grammar import reading
from promo.ingest.values.habits import Habits
from tests.test_corpus import CASES, laid_down

ASKED = {
    # case of the corpus: option, guess, decided by the rows, one text and how it is read
    "GB18030": ("encoding", "gb18030", False, None),
    "only 03/04/2026": ("day_first", "", False, ("03/04/2026", "")),
    "day first, as the rows show": ("day_first", "true", True, ("03/04/2026", "2026-04-03")),
    "month first, as the rows show": ("day_first", "false", True, ("03/04/2026", "2026-03-04")),
    "epoch in seconds": ("epoch", "seconds", True, ("1767600000", "2026-01-05 08:00:00")),
    "as many seconds as milliseconds": ("epoch", "", False, ("1767600000", "")),
    "times of several zones": (
        "zone", "UTC", False, ("2026-01-05T10:00:00+08:00", "2026-01-05 02:00:00"),
    ),
    "numbered weeks": ("first_week", "", False, None),
    "1,234 beside 1.234": ("decimal", "", False, ("1,234", "")),
    "1.234 and nothing that tells what the point is": ("decimal", "", False, ("15.000", "")),
    "epochs of 1997": ("epoch", "seconds", True, ("852076800", "1997-01-01")),
    "price with thousands": ("decimal", "point", True, ("1,234.50", "1234.5")),
    "semicolons and decimal comma": ("decimal", "comma", True, ("4,50", "4.5")),
    "折扣率 20 without a sign": ("discount", "off", True, ("20", "20 %")),
}  # fmt: skip


def looked_at(name, folder):
    (path,) = laid_down(CASES[name], folder)
    return path, inspect(path)


@pytest.mark.parametrize("name", ASKED)
def test_a_guess_is_asked_with_values_of_the_file_and_how_it_reads_them(name, tmp_path):
    option, guess, decided, example = ASKED[name]
    _, found = looked_at(name, tmp_path)
    (asked,) = [one for one in found.questions if one.option == option]
    assert (asked.guess, asked.decided) == (guess, decided)
    assert example is None or example in asked.examples
    assert not guess or not asked.choices or guess in asked.choices


@pytest.mark.parametrize("name", ASKED)
def test_what_she_has_answered_is_asked_no_more_and_warned_about_no_more(name, tmp_path):
    path, found = looked_at(name, tmp_path)
    answers = {
        one.option: one.guess or (one.choices or ("2024-01-01",))[0] for one in found.questions
    }
    mapping = replace(found.suggestion, options=answers)
    assert inspect(path, mapping=mapping).questions == ()
    warned = {finding.code for finding in check(path, mapping).findings}
    assert not warned & {
        "encoding_guessed", "day_or_month_first", "epoch", "epoch_mixed", "time_zone_offset",
        "weeks_numbered", "decimal_unclear", "decimal_comma", "discount_off",
    }  # fmt: skip


def test_a_folder_is_asked_about_the_encoding_of_whichever_file_leaves_it_open(tmp_path):
    _, found = looked_at("a guessed encoding in the second file of a folder", tmp_path)
    (asked,) = found.questions
    assert (asked.option, asked.guess) == ("encoding", "cp1252")
    assert ("M\ufffdller K\ufffdse", "Müller Käse") in asked.examples


def test_a_plain_file_is_asked_nothing(tmp_path):
    assert looked_at("well formed", tmp_path)[1].questions == ()


def test_moments_are_turned_into_the_clock_of_the_shop(tmp_path):
    path, found = looked_at("times of several zones", tmp_path)
    mapping = replace(found.suggestion, options={"zone": "Asia/Shanghai"})
    dataset = build([(path, mapping)], tmp_path / "d", "mine")
    with duckdb.connect() as connection:
        times = connection.execute(
            "SELECT order_time FROM read_parquet(?) ORDER BY order_id",
            [str(dataset.tables["orders"])],
        ).fetchall()
    # 10:00 in Shanghai, 10:00 in Berlin, and 10:00 on a clock that names no zone.
    assert [time.hour for (time,) in times] == [10, 17, 10]


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    with engine(tmp_path_factory.mktemp("clock")) as connection:

        def show(written, zone):
            one = reading("time", "raw", "parsed", Habits(zone=zone))
            ((value, fault),) = connection.execute(
                f"SELECT {one.value}, {one.fault} FROM "  # noqa: S608 # our own SQL
                f"(SELECT *, {one.parsed} AS parsed FROM (SELECT {text(written)} AS raw))"
            ).fetchall()
            return fault if value is None else value

        yield show


zones = st.sampled_from(
    ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
     "Asia/Kathmandu", "America/Sao_Paulo", "Africa/Casablanca"]
)  # fmt: skip
moments = st.integers(0, 25 * 365 * 24 * 60).map(
    lambda minutes: datetime(2000, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(moments, zones)
def test_a_moment_shows_on_the_clock_what_the_zones_rules_say(clock, moment, zone):
    there = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert clock(moment.isoformat(), zone) == there
    assert clock(moment.strftime("%Y-%m-%dT%H:%M:%SZ"), zone) == there


@given(moments, zones)
def test_a_time_that_the_clock_leapt_over_is_set_aside_and_no_other(clock, moment, zone):
    written = moment.replace(tzinfo=None)
    local = written.replace(tzinfo=ZoneInfo(zone))
    back = local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    # A day without a clock stands for the whole day, whatever its midnight does.
    exists = back == written or written.time() == datetime.min.time()
    assert clock(str(written), zone) == (written if exists else "time_skipped")


def test_the_hour_that_is_leapt_over_is_no_hour_in_the_shops_own_zone_only(clock):
    assert clock("2026-03-29 02:30:00", "Europe/Berlin") == "time_skipped"
    assert clock("2026-03-29 02:30:00", "Asia/Shanghai") == datetime(2026, 3, 29, 2, 30)
    assert clock("2026-03-29 02:30:00", None) == datetime(2026, 3, 29, 2, 30)
