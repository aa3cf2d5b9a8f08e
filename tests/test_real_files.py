# ruff: noqa: S608 # the tests speak SQL to the engine
"""Public files of real shops: every line accounted for, every quirk named."""

from collections import Counter

import duckdb
import pytest

from promo.errors import NotEnoughData
from promo.ingest import build, check, customers, inspect, panel
from promo.ingest.records.reader import stage


def reasons(report):
    found = Counter()
    for finding in report.findings:
        if finding.code in SET_ASIDE:
            found[finding.code] += finding.rows
    return dict(found)


SET_ASIDE = {
    "duplicate", "key_repeated", "row_too_short", "row_too_long", "price_not_positive",
    "quantity_zero", "service_code", "bad_debt", "id_scientific", "missing", "not_a_number",
    "not_whole", "date_impossible", "not_a_date",
}  # fmt: skip


def accounted(report):
    assert report.lines == (
        report.header + report.blank + report.continued
        + report.rows_clean + report.rows_quarantined
    )  # fmt: skip
    assert sum(reasons(report).values()) == report.rows_quarantined
    return report


def test_rees46_events_are_read_as_documented(public_data, tmp_path):
    path = public_data("rees46") / "2019-Oct_first.csv"
    dataset = build([(path, inspect(path).suggestion)], tmp_path / "d", "rees46")
    report = accounted(dataset.reports[0])
    # 17,435 rows, the last of which is cut off in the middle of a number.
    assert (report.lines, report.header, report.rows_in) == (17_436, 1, 17_435)
    assert reasons(report) == {"price_not_positive": 19, "duplicate": 5, "row_too_short": 1}
    counts = dict(
        duckdb.sql(
            f"SELECT event_type, count(*) FROM '{dataset.tables['events']}' GROUP BY ALL"
        ).fetchall()
    )
    # README of the data: view 17,056, cart 165, purchase 214, before anything is set aside.
    assert counts == {"view": 17_056 - 24, "cart": 165 - 1, "purchase": 214}
    assert len(customers(dataset).rows) == 193
    with pytest.raises(NotEnoughData):
        panel(dataset)


def test_rees46_ids_keep_all_their_digits(public_data, tmp_path):
    path = public_data("rees46") / "2019-Oct-sample_1k.csv"
    dataset = build([(path, inspect(path).suggestion)], tmp_path / "d", "rees46")
    assert dataset.reports[0].verdict == "accepted"
    first = duckdb.sql(
        f"SELECT category_id, event_time::VARCHAR FROM '{dataset.tables['events']}' LIMIT 1"
    ).fetchall()
    assert first == [("2103807459595387724", "2019-10-01 00:00:00")]


def test_online_retail_is_read_day_by_day_from_its_zip(public_data):
    path = public_data("online_retail") / "by-day_2010-12_2011-08.zip"
    report = accounted(check(path, inspect(path).suggestion))
    assert (report.lines, report.header, report.rows_in) == (320_924, 219, 320_705)
    assert reasons(report) == {
        "duplicate": 2_477, "service_code": 1_914, "price_not_positive": 1_793, "bad_debt": 3,
    }  # fmt: skip
    noted = {finding.code: finding.rows for finding in report.findings}
    assert noted["customer_missing"] / report.rows_in == pytest.approx(0.27, abs=0.01)
    assert noted["returns"] > 5_000


def test_the_same_orders_give_the_same_panel_to_the_last_bit(public_data, tmp_path):
    path = public_data("online_retail") / "by-day_2010-12_2011-08.zip"
    dataset = build([(path, inspect(path).suggestion)], tmp_path / "d", "retail")
    first = panel(dataset)
    assert first.fingerprint == panel(dataset).fingerprint
    assert first.rows.week.min().isoformat() == "2010-12-06T00:00:00"  # 1 December is a Wednesday
    assert first.rows.week.max().isoformat() == "2011-08-22T00:00:00"  # 31 August likewise


def test_genpact_is_a_price_panel_with_numbered_weeks(public_data, tmp_path):
    folder = public_data("genpact_meal_demand")
    files = [folder / "relational_main.csv.zip", folder / "meal_info.csv"]
    dataset = build([(path, inspect(path).suggestion) for path in files], tmp_path / "d", "meals")
    main = accounted(dataset.reports[0])
    assert (main.lines, main.rows_clean, main.rows_quarantined) == (45_656, 45_655, 0)
    assert "weeks_numbered" in [finding.code for finding in main.findings]
    found = panel(dataset)
    assert len(found.rows) == 45_655
    assert set(found.rows.segment) == {"all"}
    assert (found.rows.list_price >= found.rows.price).all()
    assert found.products.category.nunique() > 5
    above_base = {f.code: f.rows for f in main.findings}["list_below_price"]
    assert above_base / main.rows_clean == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("transactions_sample", "orders"),
        ("products", "products"),
        ("demographics", "users"),
    ],
)
def test_complete_journey_is_recognised_and_accounted_for(public_data, name, source):
    path = public_data("complete_journey") / f"{name}.csv.gz"
    report = accounted(check(path, inspect(path).suggestion))
    assert report.source == source
    assert report.rows_clean > 0.99 * report.rows_in


def test_reviews_with_newlines_in_quotes_keep_their_lines(public_data, tmp_path):
    (path,) = public_data("womens_clothing_reviews").glob("*.zip")
    staged = stage(path, tmp_path)
    assert (staged.lines, staged.rows, staged.continued) == (28_228, 23_486, 4_741)
