# ruff: noqa: S608 # the tests speak SQL to the engine
"""A value reads in one way or not at all, whatever an engine's casts would accept."""

from datetime import date, datetime

import pytest

from promo.ingest import check, inspect
from promo.ingest.engine import engine, name, text
from promo.ingest.values.grammar import reading
from promo.ingest.values.habits import Habits

COMMA = Habits(decimal="comma")
GROUPS = Habits(thousands=True)
DAY_FIRST = Habits(day_first=True)
MONTH_FIRST = Habits(day_first=False)


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    with engine(tmp_path_factory.mktemp("engine")) as connection:

        def read_one(kind, value, habits=Habits()):  # noqa: B008 # it is frozen
            one = reading(kind, "raw", "parsed", habits)
            ((found, fault),) = connection.execute(
                f"SELECT {one.value}, {one.fault} FROM "
                f"(SELECT *, {one.parsed} AS parsed FROM (SELECT {text(value)} AS raw))"
            ).fetchall()
            return fault if found is None else found

        yield read_one


@pytest.mark.parametrize(
    ("kind", "value", "habits", "expected"),
    [
        ("number", "4", Habits(), 4.0),
        ("number", "+4.50", Habits(), 4.5),
        ("number", "-.5", Habits(), -0.5),
        ("number", "1,234.50", Habits(), 1234.5),
        ("number", "1,234", GROUPS, 1234.0),
        ("number", "1,50", COMMA, 1.5),
        ("number", "1.234,50", COMMA, 1234.5),
        ("count", "3", Habits(), 3.0),
        ("count", "-3.0", Habits(), -3.0),
        ("share", "15%", Habits(), 0.15),
        ("share", "0.2", Habits(), 0.2),
        ("share", "yes", Habits(), 1.0),
        ("flag", "是", Habits(), True),
        ("flag", "No", Habits(), False),
        ("id", "00042", Habits(), "00042"),
        ("id", "2103807459595387724", Habits(), "2103807459595387724"),
        ("id", "1E5", Habits(), "1E5"),
        ("id", "e\u0301", Habits(), "\u00e9"),
        ("time", "2019-10-01 00:00:05 UTC", Habits(), datetime(2019, 10, 1, 0, 0, 5)),
        ("time", "2019-10-01T00:00:05Z", Habits(), datetime(2019, 10, 1, 0, 0, 5)),
        ("time", "2019/1/7 0:00", Habits(), datetime(2019, 1, 7)),
        ("time", "2019.01.07", Habits(), datetime(2019, 1, 7)),
        ("time", "20190107", Habits(), datetime(2019, 1, 7)),
        ("time", "2019年1月7日", Habits(), datetime(2019, 1, 7)),
        ("time", "2019-01-07 08:00:00+08:00", Habits(), datetime(2019, 1, 7)),
        ("time", "2019-01-07 08:00:00-0330", Habits(), datetime(2019, 1, 7, 11, 30)),
        ("time", "1/7/19 0:00", DAY_FIRST, datetime(2019, 7, 1)),
        ("time", "1/7/19 0:00", MONTH_FIRST, datetime(2019, 1, 7)),
        ("time", "31.12.2019", DAY_FIRST, datetime(2019, 12, 31)),
        ("time", "1/7/2019 1:05 PM", MONTH_FIRST, datetime(2019, 1, 7, 13, 5)),
        ("time", "1569888000", Habits(epoch="seconds"), datetime(2019, 10, 1)),
        ("time", "1569888000000", Habits(epoch="milliseconds"), datetime(2019, 10, 1)),
        ("week", "1", Habits(), date(2001, 1, 1)),
        ("week", "0", Habits(), date(2000, 12, 25)),  # some count from 0
        ("week", "3", Habits(first_week="2024-01-01"), date(2024, 1, 15)),
        ("week", "2026-01-11", Habits(), date(2026, 1, 11)),
    ],
)
def test_a_plain_value_is_read(read, kind, value, habits, expected):
    assert read(kind, value, habits) == expected


@pytest.mark.parametrize(
    ("kind", "value", "reason"),
    [
        *[
            ("number", value, "not_a_number")
            for value in (
                "NaN", "nan", "inf", "-Infinity", "1e999", "1e5", "0x10", "1_000", "１２", "٣",
                "$5", "5 EUR", "15%", "1.2.3", "1,23,4", "--1", "1 000", "+", ".", "1,50", "1,234",
            )
        ],
        ("count", "1.5", "not_whole"),
        ("count", "99999999999999999999", "number_too_large"),
        ("count", "two", "not_a_number"),
        ("share", "15", "share_out_of_range"),
        ("share", "120%", "share_out_of_range"),
        ("share", "-0.1", "share_out_of_range"),
        ("flag", "maybe", "not_a_flag"),
        ("id", "1.23457E+17", "id_scientific"),
        ("id", "9e+05", "id_scientific"),
        ("id", "a\x07b", "control_character"),
        ("time", "2026-02-30", "date_impossible"),
        ("time", "2026-13-01", "date_impossible"),
        ("time", "2026-01-01 24:00:00", "date_impossible"),
        ("time", "2026-01-01 12:60", "date_impossible"),
        ("time", "1989-12-31", "year_out_of_range"),
        ("time", "2101-01-01", "year_out_of_range"),
        ("time", "0001-01-01", "year_out_of_range"),
        ("time", "26-01-05", "not_a_date"),
        ("time", "46082", "not_a_date"),
        ("time", "yesterday", "not_a_date"),
    ],
)  # fmt: skip
def test_anything_else_is_given_a_reason(read, kind, value, reason):
    assert read(kind, value) == reason


@pytest.mark.parametrize(
    ("dates", "options", "week"),
    [
        (("1/7/19 0:00", "25/7/19 0:00"), {}, "2019-07-01"),
        (("1/7/19 0:00", "1/25/19 0:00"), {}, "2019-01-07"),
        (("1/7/19 0:00", "2/7/19 0:00"), {"day_first": "true"}, "2019-07-01"),
    ],
)
def test_day_and_month_are_decided_by_the_rows_or_by_her(dates, options, week, tmp_path):
    path = tmp_path / "panel.csv"
    rows = "".join(f"{day},tea,{number},2.00\n" for number, day in enumerate(dates))
    path.write_text("date,sku,units,price\n" + rows, encoding="utf-8")
    mapping = inspect(path).suggestion
    report = check(path, type(mapping)(mapping.source, mapping.columns, options))
    assert report.verdict == "accepted", report.findings
    code = "day_first" if week.startswith("2019-07") else "month_first"
    assert code in [finding.code for finding in report.findings]


def test_numbered_weeks_are_said_aloud_and_take_the_first_monday_she_gives(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("week,sku,units,price\n1,tea,4,2.00\n2,tea,5,2.00\n", encoding="utf-8")
    mapping = inspect(path).suggestion
    assert "weeks_numbered" in [f.code for f in check(path, mapping).findings]
    told = type(mapping)(mapping.source, mapping.columns, {"first_week": "2024-01-03"})
    assert check(path, told).verdict == "accepted"


def test_the_engine_reaches_nothing_outside_its_folder(tmp_path):
    inside, outside = tmp_path / "in", tmp_path / "out"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.csv").write_text("a\n1\n", encoding="utf-8")
    with engine(inside) as connection:
        for attempt in (
            f"SELECT * FROM read_csv({text(str(outside / 'secret.csv'))})",
            f"SELECT * FROM read_text({text(str(inside / '..' / 'out' / 'secret.csv'))})",
            f"COPY (SELECT 1) TO {text(str(outside / 'new.csv'))}",
            f"ATTACH {text(str(outside / 'new.db'))} AS other",
            "SET enable_external_access = true",
            "SET allowed_directories = ['/']",
            "INSTALL httpfs",
            "LOAD httpfs",
        ):
            with pytest.raises(Exception, match=r"(?i)permission|configuration|access"):
                connection.execute(attempt)
    assert [path.name for path in outside.iterdir()] == ["secret.csv"]


def test_a_name_with_quotes_stays_one_name():
    assert name('a" FROM x --') == '"a"" FROM x --"'
