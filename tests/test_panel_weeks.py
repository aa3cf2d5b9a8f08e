"""The weekly panel: what is still sold, what it regularly costs, which weeks are whole."""

from datetime import date, timedelta

import pandas as pd
import pytest

from promo.errors import NotEnoughData
from promo.ingest import build, inspect, panel
from promo.learn import fit_response, forecast

MONDAY = date(2026, 1, 5)
"""The first week of every made-up shop here; a quarter's first Monday."""


def day(week: int, weekday: int = 0) -> str:
    return (MONDAY + timedelta(weeks=week, days=weekday)).isoformat()


def monday(week: int) -> pd.Timestamp:
    return pd.Timestamp(MONDAY + timedelta(weeks=week))


@pytest.fixture
def panel_of(tmp_path):
    def make(text):
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return panel(build([(path, inspect(path).suggestion)], tmp_path / "dataset", "mine"))

    return make


def orders(*sales):
    """Order lines from (product, week, price); each week is covered to its Sunday by `filler`."""
    weeks = range(max(week for _, week, _ in sales) + 1)
    lines = [("filler", week, weekday, 1.0) for week in weeks for weekday in (0, 6)]
    lines += [(product, week, 2, price) for product, week, price in sales]
    rows = "".join(
        f"{number},{day(week, weekday)} 10:00:00,{product},1,{price}\n"
        for number, (product, week, weekday, price) in enumerate(lines)
    )
    return "order_id,order_time,product_id,quantity,price\n" + rows


def history(found, product):
    return found.rows[found.rows.product_id == product].set_index("week")


def test_a_quarter_that_begins_with_a_promotion_keeps_the_list_price(panel_of):
    prices = [4.0] * 12 + [3.0] * 3  # the second quarter begins with week 13
    tea = history(panel_of(orders(*(("tea", w, p) for w, p in enumerate(prices)))), "tea")
    assert tea.list_price.tolist() == [4.0] * 15


def test_a_promotion_in_the_last_weeks_leaves_the_products_list_price_alone(panel_of):
    prices = [4.0] * 13 + [3.0] * 2
    found = panel_of(orders(*(("tea", w, p) for w, p in enumerate(prices))))
    assert found.products.set_index("product_id").list_price["tea"] == 4.0


def test_a_promotion_in_a_products_first_weeks_is_one(panel_of):
    prices = [3.0] * 3 + [4.0] * 9
    tea = history(panel_of(orders(*(("tea", w, p) for w, p in enumerate(prices)))), "tea")
    assert tea.list_price.tolist() == [4.0] * 12


def test_a_price_that_was_lowered_for_good_becomes_the_list_price(panel_of):
    prices = [4.0] * 13 + [3.0] * 8
    found = panel_of(orders(*(("tea", w, p) for w, p in enumerate(prices))))
    assert found.products.set_index("product_id").list_price["tea"] == 3.0


def test_prices_that_never_repeat_have_their_upper_quartile_as_list_price(panel_of):
    prices = [4.0, 3.9, 3.8, 3.7, 3.6]
    tea = history(panel_of(orders(*(("tea", w, p) for w, p in enumerate(prices)))), "tea")
    assert tea.list_price.iloc[-1] == 3.9


def test_a_price_panel_without_list_price_looks_back_over_the_quarter_too(panel_of):
    prices = [4.0] * 12 + [3.0] * 3
    rows = "".join(f"{day(week)},tea,9,{price}\n" for week, price in enumerate(prices))
    found = panel_of("week,product_id,units,price\n" + rows)
    assert found.rows.list_price.tolist() == [4.0] * 15
    assert found.products.list_price.tolist() == [4.0]


def test_weeks_without_a_sale_up_to_today_count_as_zero(panel_of):
    sales = [("cup", week, 9.0) for week in (0, 3, 6)] + [("tea", week, 4.0) for week in range(12)]
    found = panel_of(orders(*sales))
    cup = history(found, "cup")
    assert cup.units.tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0]
    assert set(cup.list_price) == {9.0}
    assert found.delisted == ()


def test_a_product_that_is_not_sold_any_more_is_left_out_and_named(panel_of):
    sales = [("old", week, 9.0) for week in range(6)] + [("tea", week, 4.0) for week in range(20)]
    found = panel_of(orders(*sales))
    assert found.delisted == ("old",)
    assert set(found.rows.product_id) == set(found.products.product_id) == {"tea", "filler"}


def test_a_product_that_is_not_sold_any_more_is_neither_forecast_nor_promoted(panel_of):
    sales = [("old", w, 9.0 if w % 3 else 7.0) for w in range(12) for _ in range(w * 7 % 5 + 1)]
    sales += [("tea", w, 4.0 if w % 4 else 3.0) for w in range(30) for _ in range(w * 7 % 5 + 1)]
    found = panel_of(orders(*sales))
    ahead = forecast(found, 4)
    assert set(ahead.rows.product_id) == {"tea", "filler"}
    assert ahead.delisted == ("old",)
    assert set(fit_response(found).rows.product_id) == {"tea", "filler"}


def test_a_slow_seller_is_not_taken_for_a_product_that_is_gone(panel_of):
    sales = [("slow", week, 9.0) for week in (0, 8, 16)]
    sales += [("tea", week, 4.0) for week in range(40)]
    found = panel_of(orders(*sales))  # unsold for 23 weeks, usually for 8
    assert found.delisted == ()
    assert history(found, "slow").units.tail(23).sum() == 0


def test_a_product_that_one_shop_gave_up_goes_on_in_the_other(panel_of):
    sales = orders(*(("tea", week, 4.0) for week in range(20))).splitlines()
    rows = [f"{line},north" for line in sales[1:]]
    rows += [f"s{week},{day(week)},tea,1,4.0,south" for week in range(3)]
    found = panel_of("\n".join([sales[0] + ",store", *rows]) + "\n")
    tea = found.rows[found.rows.product_id == "tea"]
    assert tea.groupby("place").size().to_dict() == {"north": 20, "south": 3}
    assert found.delisted == ()


def test_a_product_long_gone_from_a_price_panel_is_left_out_too(panel_of):
    rows = "".join(f"{day(week)},tea,9,4.0\n" for week in range(30))
    rows += "".join(f"{day(week)},old,9,4.0\n" for week in range(5))
    found = panel_of("week,product_id,units,price\n" + rows)
    assert found.delisted == ("old",)
    assert set(found.rows.product_id) == {"tea"}


def daily(days):
    rows = "".join(f"{day(0, number)},tea,1,4.0\n" for number in range(days))
    return "date,product_id,units,price\n" + rows


def test_a_week_that_a_daily_price_panel_covers_in_part_is_not_counted_as_whole(panel_of):
    found = panel_of(daily(3 * 7 + 2))
    assert found.rows.units.tolist() == [7, 7, 7]
    assert found.rows.week.max() == monday(2)


def test_a_daily_price_panel_that_ends_with_its_week_keeps_it(panel_of):
    assert panel_of(daily(3 * 7)).rows.units.tolist() == [7, 7, 7]


def test_a_daily_price_panel_of_three_days_has_no_whole_week(panel_of):
    with pytest.raises(NotEnoughData) as error:
        panel_of(daily(3))
    assert error.value.facts["what"] == "whole_weeks"


def test_two_weeks_of_a_weekly_price_panel_are_whole(panel_of):
    found = panel_of(f"week,product_id,units,price\n{day(0)},tea,9,4.0\n{day(1)},tea,8,4.0\n")
    assert found.rows.units.tolist() == [9, 8]
