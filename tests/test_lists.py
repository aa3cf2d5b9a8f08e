# ruff: noqa: S608 # the tests speak SQL to the engine
"""Cells that hold several things, and files whose rows nothing tells apart."""

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from promo.errors import BadRequest, NotEnoughData
from promo.ingest import FileMapping, build, check, inspect, panel


def written(tmp_path, text, name="file.csv"):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def imported(tmp_path, path, mapping=None):
    return build([(path, mapping or inspect(path).suggestion)], tmp_path / "d", "test")


def column(dataset, table, name):
    return [
        value for (value,) in duckdb.sql(f"SELECT {name} FROM '{dataset.tables[table]}'").fetchall()
    ]


def codes(report):
    return {finding.code: finding.rows for finding in report.findings}


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("", []),
        ("[]", []),
        ("A1", ["A1"]),
        ('"A1,B2, C3"', ["A1", "B2", "C3"]),
        ("A1;B2;", ["A1", "B2"]),
        ("A1|B2", ["A1", "B2"]),
        ("绿茶，红茶、咖啡", ["绿茶", "红茶", "咖啡"]),
        ('"[""a"", ""b, c""]"', ["a", "b, c"]),
        ("\"['a', 'b']\"", ["a", "b"]),
        ('"[6285, 194]"', ["6285", "194"]),
        ("Jeans (slim); Hat", ["Jeans (slim)", "Hat"]),
        ("(slim) Jeans", ["(slim) Jeans"]),
        ("\"'90s jeans, '80s hat\"", ["'90s jeans", "'80s hat"]),
        ('"[""5\\"" pot"", ""a [b]""]"', ['5" pot', "a [b]"]),
        ("Ka\u0308se;Tee", ["Käse", "Tee"]),
        ("O'Neill;D'Arcy", ["O'Neill", "D'Arcy"]),
    ],
)
def test_a_cell_of_several_things_is_read_as_a_list(cell, items, tmp_path):
    path = written(tmp_path, f"user_id,age,purchase_history\nC1,30,{cell}\n")
    dataset = imported(tmp_path, path)
    assert dataset.reports[0].rows_quarantined == 0
    assert column(dataset, "profiles", "purchase_history") == [items]
    assert column(dataset, "profiles", "browse_history") == [None]  # not empty: not known


def test_purchases_by_category_may_be_counts_or_yes_and_no(tmp_path):
    text = "time,category,purchase\n2026-01-05,tea,yes\n2026-01-05,tea,3\n2026-01-06,tea,no\n"
    dataset = imported(tmp_path, written(tmp_path, text + "2026-01-06,tea,-1\n"))
    assert column(dataset, "category_log", "purchase") == [1.0, 3.0, 0.0]
    assert codes(dataset.reports[0]) == {"purchase_negative": 1}


def test_equal_people_without_a_key_are_all_kept_and_said(tmp_path):
    path = written(tmp_path, "group,visit,spend\n" + "a,1,5\n" * 3 + "b,0,0\n")
    report = check(path, inspect(path).suggestion)
    assert (report.rows_clean, report.rows_quarantined) == (4, 0)
    assert codes(report) == {"look_alikes": 2}


def test_equal_rows_with_a_key_are_repeats(tmp_path):
    path = written(tmp_path, "customer_id,group,visit\nC1,a,1\nC1,a,1\nC2,a,1\n")
    report = check(path, inspect(path).suggestion)
    assert (report.rows_clean, codes(report)) == (2, {"duplicate": 1})


def test_the_same_words_of_two_reviewers_are_two_reviews(tmp_path):
    text = "category,label,review\n书籍,1,很好\n书籍,1,很好\n"
    path = written(tmp_path, text)
    assert codes(check(path, inspect(path).suggestion)) == {"look_alikes": 1}
    path = written(tmp_path, "review_id,rating,review\nR1,5,good\nR2,5,good\nR2,5,good\n")
    assert codes(check(path, inspect(path).suggestion)) == {"duplicate": 1}


def test_interactions_without_a_kind_are_purchases_unless_she_says_otherwise(tmp_path):
    path = written(tmp_path, "user_id,item_id,time\nC1,A1,2026-01-05\nC2,A1,2026-01-06\n")
    mapping = inspect(path).suggestion
    dataset = imported(tmp_path, path, mapping)
    assert column(dataset, "events", "event_type") == ["purchase", "purchase"]
    assert codes(dataset.reports[0]) == {"event_absent": 2}
    views = FileMapping("events", mapping.columns, {"event": "view"})
    dataset = imported(tmp_path, path, views)
    assert column(dataset, "events", "event_type") == ["view", "view"]
    assert dataset.reports[0].rows_quarantined == 0
    with pytest.raises(BadRequest):
        FileMapping("events", mapping.columns, {"event": "stare"})


def test_a_panel_without_dates_is_kept_and_refused_where_dates_are_needed(tmp_path):
    path = written(tmp_path, "RETAILER,VOLUME,DISP,PRICE\nR1,10,0.1,2\nR1,10,0.1,2\nR2,5,0,3\n")
    dataset = imported(tmp_path, path)
    report = dataset.reports[0]
    assert report.rows_clean == 3
    assert codes(report) == {"product_absent": 3, "week_absent": 3, "look_alikes": 1}
    assert column(dataset, "panel", "product_id") == ["all"] * 3
    with pytest.raises(NotEnoughData) as caught:
        panel(dataset)
    assert caught.value.facts["what"] == "dates"


def test_a_panel_without_prices_is_kept_and_refused_where_prices_are_needed(tmp_path):
    path = written(tmp_path, "id,date,quantity_sold\nA,2026-01-05,3\nA,2026-01-06,1\n")
    dataset = imported(tmp_path, path)
    assert codes(dataset.reports[0]) == {"price_absent": 2}
    with pytest.raises(NotEnoughData) as caught:
        panel(dataset)
    assert caught.value.facts["what"] == "prices"


def test_weeks_that_are_numbered_in_a_campaign_do_not_undate_the_orders(tmp_path):
    result = written(tmp_path, "LocationID,Promotion,week,Sales\n1,3,1,33\n", "result.csv")
    text = "order_id,order_date,sku,qty,price\nO1,2026-01-05,A,1,2\n"
    orders = written(tmp_path, text, "orders.csv")
    files = [(path, inspect(path).suggestion) for path in (result, orders)]
    dataset = build(files, tmp_path / "d", "both")
    assert "weeks_numbered" in codes(dataset.reports[0])
    assert not dataset.undated("orders")


def test_a_list_of_parquet_keeps_its_items_whatever_is_in_them(tmp_path):
    items = [["Shirt, blue", 'Pot 5"', "Hat\nred", "O'Neill"], [], None]
    people = {"user_id": ["a", "b", "c"], "age": [1, 2, 3], "purchase_history": items}
    pq.write_table(pa.table(people), tmp_path / "people.parquet")
    dataset = imported(tmp_path, tmp_path / "people.parquet")
    assert column(dataset, "profiles", "purchase_history") == [items[0], [], []]
