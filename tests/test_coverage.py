"""Which days a table covers: what is missing, what is a day of rest, what was cut short."""

from datetime import date, datetime, timedelta

import pytest

from promo.ingest import build, coverages, inspect
from promo.ingest.views.coverage import Gap

MONDAY = date(2025, 9, 1)
HOURS = range(9, 18)


def covered(tmp_path, moments, quantity=1):
    """The coverage of order lines at these moments."""
    path = tmp_path / "orders.csv"
    rows = [f"o{n},{moment:%Y-%m-%d %H:%M:%S},TEA,2.5,{quantity}" for n, moment in
            enumerate(moments)]  # fmt: skip
    path.write_text("\n".join(["order_id,order_time,product_id,price,quantity", *rows]) + "\n")
    dataset = build([(path, inspect(path).suggestion)], tmp_path / "d", "d")
    (found,) = coverages(dataset)
    return found


def opened(first, days, closed=lambda _day: False, hours=HOURS):
    """One order an hour on every day that is not closed."""
    for day in (first + timedelta(days=n) for n in range(days)):
        if not closed(day):
            yield from (datetime(day.year, day.month, day.day, hour) for hour in hours)


def test_a_shop_open_every_day_has_no_gap(tmp_path):
    found = covered(tmp_path, opened(MONDAY, 28))
    assert (found.gaps, found.rests, found.whole_weeks) == ((), (), 4)
    assert (found.cut_first, found.cut_last, found.weekly) == (False, False, False)
    assert found.days["rows"].tolist() == [9] * 28
    assert (found.first, found.last) == (MONDAY, MONDAY + timedelta(days=27))


def test_a_shop_closed_on_saturdays_has_no_gap_on_saturdays(tmp_path):
    found = covered(tmp_path, opened(MONDAY, 28, closed=lambda day: day.weekday() == 5))
    assert (found.gaps, found.rests) == ((), (5,))
    assert found.days.loc[found.days["rows"] == 0, "day"].dt.day_of_week.unique().tolist() == [5]


def test_a_day_without_rows_is_a_gap_where_its_weekday_usually_has_some(tmp_path):
    lost = MONDAY + timedelta(days=9)
    found = covered(tmp_path, opened(MONDAY, 28, closed=lambda day: day in (lost,)))
    assert found.gaps == (Gap(lost, lost),)
    assert found.gaps[0].days == 1


def test_a_shop_closed_from_christmas_eve_to_the_third_of_january_has_one_gap(tmp_path):
    first, last = date(2025, 12, 24), date(2026, 1, 3)
    holidays = lambda day: first <= day <= last or day.weekday() == 6  # noqa: E731
    found = covered(tmp_path, opened(date(2025, 12, 1), 56, closed=holidays))
    assert found.gaps == (Gap(first, last),)
    assert found.gaps[0].days == 11
    assert found.rests == (6,)


def test_half_a_year_closed_does_not_make_every_weekday_a_day_of_rest(tmp_path):
    away = lambda day: timedelta(14) <= day - MONDAY < timedelta(200)  # noqa: E731
    found = covered(tmp_path, opened(MONDAY, 214, closed=away))
    assert [gap.days for gap in found.gaps] == [186]
    assert found.rests == ()


def test_a_last_day_that_ends_before_the_usual_hour_was_cut_short(tmp_path):
    last = MONDAY + timedelta(days=27)
    found = covered(tmp_path, [*opened(MONDAY, 27), *opened(last, 1, hours=range(9, 16))])
    assert (found.cut_first, found.cut_last) == (False, True)


def test_a_first_day_that_starts_after_the_usual_hour_was_cut_short(tmp_path):
    later = opened(MONDAY + timedelta(days=1), 27)
    found = covered(tmp_path, [*opened(MONDAY, 1, hours=range(12, 18)), *later])
    assert (found.cut_first, found.cut_last) == (True, False)


def test_a_last_day_with_far_fewer_rows_than_its_weekday_was_cut_short_without_hours(tmp_path):
    midnight = [0] * 9
    last = MONDAY + timedelta(days=27)
    few = opened(last, 1, hours=midnight[:2])
    assert covered(tmp_path, [*opened(MONDAY, 27, hours=midnight), *few]).cut_last
    enough = opened(last, 1, hours=midnight[:5])
    (tmp_path / "other").mkdir()
    assert not covered(tmp_path / "other", [*opened(MONDAY, 27, hours=midnight), *enough]).cut_last


def test_a_quiet_weekday_is_held_against_its_own_kind(tmp_path):
    quiet = [m for m in opened(MONDAY, 28) if m.weekday() != 6 or m.hour in (9, 17)]
    assert not covered(tmp_path, quiet).cut_last


def test_one_day_alone_is_no_week_and_nothing_is_said_of_its_hours(tmp_path):
    found = covered(tmp_path, opened(MONDAY, 1, hours=range(3)))
    assert (found.whole_weeks, found.gaps, found.rests) == (0, (), ())
    assert (found.cut_first, found.cut_last, found.weekly) == (False, False, False)


def test_a_shop_that_sells_once_in_five_days_is_not_full_of_gaps(tmp_path):
    rare = opened(MONDAY, 100, closed=lambda day: (day - MONDAY).days % 5 > 0, hours=[12])
    found = covered(tmp_path, rare)
    assert (found.gaps, len(found.rests)) == ((), 7)


def test_weekly_prices_are_covered_week_by_week(tmp_path):
    path = tmp_path / "panel.csv"
    weeks = [MONDAY + timedelta(weeks=n) for n in range(10) if n not in (4, 5)]
    rows = [f"{week},TEA,{9 + n},2.5" for n, week in enumerate(weeks)]
    path.write_text("\n".join(["week,product_id,units,price", *rows]) + "\n")
    (found,) = coverages(build([(path, inspect(path).suggestion)], tmp_path / "d", "d"))
    assert found.weekly
    assert (found.whole_weeks, len(found.days), found.rests) == (8, 10, ())
    missing = Gap(MONDAY + timedelta(weeks=4), MONDAY + timedelta(weeks=6, days=-1))
    assert found.gaps == (missing,)
    assert found.last == MONDAY + timedelta(weeks=10, days=-1)
    assert (found.cut_first, found.cut_last) == (False, False)


def test_a_list_of_products_has_no_days(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text("product_id,name,list_price\nTEA,Tea,2.5\n")
    assert coverages(build([(path, inspect(path).suggestion)], tmp_path / "d", "d")) == ()


def test_a_wholesaler_rests_on_saturdays_and_over_new_year(public_data, tmp_path):
    path = public_data("online_retail") / "by-day_2010-12_2011-08.zip"
    (found,) = coverages(build([(path, inspect(path).suggestion)], tmp_path / "d", "retail"))
    assert found.rests == (5,)
    assert found.gaps[0] == Gap(date(2010, 12, 24), date(2011, 1, 3))
    assert found.days["rows"].gt(0).sum() == pytest.approx(219, abs=1)
    assert found.whole_weeks == 37
