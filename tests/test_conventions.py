"""Conventions of a shop that its files do not spell out: Sunday weeks, 折扣 as what is paid."""

import duckdb
import pytest

from promo import workflow
from promo.ingest import FileMapping, build, check, inspect, panel
from promo.store import Workspace

ORDERS = "订单编号,下单时间,商品编号,数量,单价,{more}\n"


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "file.csv"
        path.write_text(text, encoding="utf-8")
        return path, inspect(path).suggestion

    return write


def shop(header, rows):
    """Order lines from (price, further cells)."""
    lines = [f"{n},2026-01-{5 + n:02} 10:00:00,tea,1,{row}" for n, row in enumerate(rows)]
    return ORDERS.format(more=header) + "\n".join(lines) + "\n"


def list_prices(path, mapping, tmp_path):
    dataset = build([(path, mapping)], tmp_path / "dataset", "mine")
    return sorted(set(panel(dataset).rows.list_price))


def codes(report):
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("折扣率", ["8.00,0.8", "10.00,1.0", "10.00,1", "10.00,1"]),
        ("折扣", ["8.00,8", "10.00,10", "10.00,10"]),
        ("折扣", ["8.00,8", "8.50,8.5", "8.50,8.5"]),
        ("折扣", ["8.00,8折", "8.50,85折", "9.00,9折"]),
        ("折扣", ["8.00,80", "10.00,100", "10.00,100"]),
        ("折扣率", ["8.00,80%", "10.00,100%", "10.00,100%"]),
        ("折扣率,原价", ["8.00,0.8,10.00", "7.00,0.7,10.00", "7.00,0.7,10.00"]),
    ],
)
def test_a_chinese_discount_that_says_what_is_paid_is_recognised(header, rows, written, tmp_path):
    # Seven days, so that the week is whole; every one of them at a list price of 10.
    path, mapping = written(shop(header, (rows * 3)[:7]))
    report = check(path, mapping)
    assert "discount_paid" in codes(report)
    assert report.rows_quarantined == 0
    assert list_prices(path, mapping, tmp_path) == [10.0]


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("折扣率", ["8.00,0.2", "10.00,0", "10.00,0.0"]),
        ("折扣率,原价", ["8.00,0.2,10.00", "7.00,0.3,10.00"]),
    ],
)
def test_a_chinese_discount_that_says_what_is_taken_off_is_recognised(
    header, rows, written, tmp_path
):
    path, mapping = written(shop(header, (rows * 4)[:7]))
    assert "discount_off" in codes(check(path, mapping))
    assert list_prices(path, mapping, tmp_path) == [10.0]


def test_a_chinese_discount_that_nothing_decides_is_asked_about(written, tmp_path):
    path, mapping = written(shop("折扣率", ["8.00,0.8"] * 7))
    report = check(path, mapping)
    assert (report.verdict, codes(report)) == ("refused", ["discount_unclear"])
    for option, price in (("paid", 10.0), ("off", 40.0)):
        told = FileMapping(mapping.source, mapping.columns, {"discount": option})
        assert codes(check(path, told)) == []  # she knows what she chose
        assert list_prices(path, told, tmp_path) == [pytest.approx(price)]


def test_an_english_discount_is_what_is_taken_off_unless_she_says_otherwise(written, tmp_path):
    text = shop("discount", ["8.00,0.2"] * 7)
    path, mapping = written(text)
    assert not [code for code in codes(check(path, mapping)) if code.startswith("discount")]
    assert list_prices(path, mapping, tmp_path) == [10.0]
    told = FileMapping(mapping.source, mapping.columns, {"discount": "paid"})
    assert list_prices(path, told, tmp_path) == [40.0]


def weekly(header, days):
    return f"{header},sku,units,price\n" + "".join(f"{day},tea,9,4.0\n" for day in days)


@pytest.mark.parametrize(
    ("header", "days", "monday", "code"),
    [
        ("week start", ["2026-01-04", "2026-01-11"], "2026-01-05", "weeks_start_on"),
        ("date", ["2026-01-03", "2026-01-10"], "2026-01-05", "weeks_start_on"),
        ("date", ["2026-01-05", "2026-01-12"], "2026-01-05", None),
        ("week start", ["2026-01-07", "2026-01-14"], "2026-01-05", None),
        ("week ending", ["2026-01-11", "2026-01-18"], "2026-01-05", None),
        ("week ending", ["2026-01-10", "2026-01-17"], "2026-01-05", None),
        ("week end date", ["2026-01-14", "2026-01-21"], "2026-01-05", "weeks_end_on"),
    ],
)
def test_a_week_is_counted_where_most_of_its_days_are(
    header, days, monday, code, written, tmp_path
):
    path, mapping = written(weekly(header, days))
    report = check(path, mapping)
    assert [one for one in codes(report) if one.startswith("weeks_")] == [code] * bool(code)
    assert report.verdict == "accepted"
    dataset = build([(path, mapping)], tmp_path / "dataset", "mine")
    assert panel(dataset).rows.week.min().date().isoformat() == monday


def test_a_daily_panel_that_begins_on_a_sunday_stays_one_of_days(written):
    path, mapping = written(weekly("date", [f"2026-01-{day:02}" for day in range(4, 20)]))
    assert "weeks_start_on" not in codes(check(path, mapping))


def test_weeks_side_by_side_write_their_shares_in_one_way(written, tmp_path):
    weeks = "".join(f",{field}{week}" for field in ("units", "display") for week in (1, 2, 3))
    path, mapping = written(f"sku{weeks}\ntea,1,2,3,20,1,30\ncup,1,1,1,1,0,10\n")
    assert "share_percent" in codes(check(path, mapping))
    dataset = build([(path, mapping)], tmp_path / "dataset", "mine")
    shown = duckdb.read_parquet(str(dataset.tables["panel"])).order("product_id, week").display
    assert [share for (share,) in shown.fetchall()] == [0.01, 0.0, 0.1, 0.2, 0.01, 0.3]


def test_equal_rows_are_no_repeat_of_each_other_when_they_mean_different_things(tmp_path):
    files = []
    for event in ("view", "purchase", "purchase"):
        path = tmp_path / f"{len(files)}.csv"
        path.write_text("user id,item id,time\nann,tea,2026-01-05 10:00:00\n", encoding="utf-8")
        columns = inspect(path, "events").suggestion.columns
        files.append((path, FileMapping("events", columns, {"event": event})))
    dataset = build(files, tmp_path / "dataset", "mine")
    # A view, a purchase, and the same purchase once more.
    assert [report.rows_clean for report in dataset.reports] == [1, 1, 0]
    kept = duckdb.read_parquet(str(dataset.tables["events"])).order("event_type")
    assert [event for (event,) in kept.project("event_type").fetchall()] == ["purchase", "view"]


def test_what_holds_for_one_file_only_is_not_remembered_for_the_next(tmp_path):
    workspace = Workspace(tmp_path / "workspace")
    path = tmp_path / "clicks.csv"
    path.write_text("user id,item id,time\nann,tea,05/03/2026 10:00\n", encoding="utf-8")
    columns = inspect(path, "events").suggestion.columns
    told = FileMapping("events", columns, {"event": "view", "day_first": "true"})
    workflow.import_files(workspace, "clicks", [(path, told)])
    found = workflow.inspect_file(workspace, path).suggestion
    assert (found.columns, found.options) == (columns, {"day_first": "true"})
