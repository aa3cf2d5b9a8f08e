"""The weekly panel: what is still sold, what it regularly costs, which weeks are whole."""

from datetime import date, timedelta

import pandas as pd
import pytest

from promo.ingest import build, inspect, panel

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
