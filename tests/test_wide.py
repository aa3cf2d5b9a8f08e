# ruff: noqa: S608 # the tests speak SQL to the engine
"""Files with one column per week: accounted row by row, at rest as one row per product and week."""

from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.errors import NotEnoughData
from promo.ingest import FileMapping, build, check, cleaning, inspect, open_dataset, panel
from promo.workflow import gate


def imported(folder, *texts):
    files = []
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        path = folder / f"file{number}.csv"
        path.write_text(text, "utf-8")
        files.append((path, inspect(path).suggestion))
    return build(files, folder / "d", "wide")


def rows(dataset, columns="product_id, week::VARCHAR, units, price"):
    return duckdb.sql(f"SELECT {columns} FROM '{dataset.tables['panel']}'").fetchall()


def noted(report):
    return {finding.code: (finding.rows, finding.column) for finding in report.findings}


def test_weeks_side_by_side_are_found_by_their_pattern_alone(tmp_path):
    header = "Product_Code,W0,W1,W2,W10,MIN,MAX,Normalized 0,Normalized 1,Normalized 2"
    path = tmp_path / "weekly.csv"
    path.write_text(f"{header}\nP1,11,12,10,8,8,12,0.4,0.5,0.3\n")
    found = inspect(path)
    assert found.source == "panel"
    assert found.suggestion.columns == {"product_id": "Product_Code", "units": "W0"}
    across = {finding.code: finding.facts for finding in found.findings}["weeks_across"]
    assert across == {"columns": 4, "first": "W0", "last": "W10"}
    dataset = imported(tmp_path, path.read_text())
    assert rows(dataset) == [
        ("P1", "2000-12-25", 11, None),  # the week before week 1, as in a file of one row per week
        ("P1", "2001-01-01", 12, None),
        ("P1", "2001-01-08", 10, None),
        ("P1", "2001-03-05", 8, None),  # ten weeks after week 0
    ]
    assert dataset.undated("panel")


def test_a_cell_that_is_no_number_sets_its_row_aside_and_is_named(tmp_path):
    dataset = imported(tmp_path, "sku,W1,W2,W3\nA,1,2,3\nB,1,many,3\nC,-1,0,0\nD,,5,\n")
    (report,) = dataset.reports
    assert (report.rows_in, report.rows_clean, report.rows_quarantined) == (4, 2, 2)
    assert noted(report)["not_a_number"] == (1, "W2")
    assert noted(report)["units_negative"] == (1, "W1")
    # An empty cell is a week nobody counted, not a week without a sale.
    assert [row[:3] for row in rows(dataset)] == [
        ("A", "2001-01-01", 1), ("A", "2001-01-08", 2), ("A", "2001-01-15", 3),
        ("D", "2001-01-08", 5),
    ]  # fmt: skip


def test_dates_may_name_the_columns(tmp_path):
    dataset = imported(tmp_path, "商品编号,2026-01-05,2026-01-12,2026-01-19\nA,1,2,3\n")
    assert [row[1] for row in rows(dataset)] == ["2026-01-05", "2026-01-12", "2026-01-19"]
    assert not dataset.undated("panel")
    assert {"weeks_across", "price_absent"} <= set(noted(dataset.reports[0]))


def test_weeks_from_sunday_are_the_iso_weeks_that_hold_most_of_their_days(tmp_path):
    dataset = imported(tmp_path, "sku,2026-01-04,2026-01-11,2026-01-18\nA,1,2,3\n")
    assert [row[1] for row in rows(dataset)] == ["2026-01-05", "2026-01-12", "2026-01-19"]
    assert "weeks_start_on" in noted(dataset.reports[0])


def test_prices_and_units_side_by_side_make_a_panel_one_can_learn_from(tmp_path):
    weeks = range(1, 41)
    header = ",".join(["sku", *(f"price{n}" for n in weeks), *(f"qty{n}" for n in weeks)])
    cells = [str(2 if n % 4 else 1.5) for n in weeks] + [str(10 if n % 4 else 20) for n in weeks]
    dataset = imported(tmp_path, f"{header}\nA,{','.join(cells)}\n")
    assert dataset.reports[0].rows_clean == 1
    found = panel(dataset).rows
    assert len(found) == 40
    assert found.units.sum() == 30 * 10 + 10 * 20
    assert set(found.price) == {2.0, 1.5}


def test_a_price_that_never_changes_may_stand_in_one_column(tmp_path):
    dataset = imported(tmp_path, "sku,price,W1,W2,W3\nA,2.5,1,2,3\n")
    assert {row[3] for row in rows(dataset)} == {2.5}


def test_long_and_wide_files_and_two_years_become_one_table(tmp_path):
    dataset = imported(
        tmp_path,
        "sku,2025-01-06,2025-01-13,2025-01-20\nA,1,2,3\n",
        "sku,2026-01-05,2026-01-12,2026-01-19\nA,4,5,6\n",
        "week,sku,units,price\n2026-01-26,A,7,2.5\n",
    )
    assert [report.rows_clean for report in dataset.reports] == [1, 1, 1]
    assert [row[2] for row in rows(dataset)] == [1, 2, 3, 4, 5, 6, 7]


def test_weeks_that_two_files_tell_count_once_and_the_first_is_kept(tmp_path):
    dataset = imported(
        tmp_path,
        "sku,2026-01-05,2026-01-12,2026-01-19\nA,1,2,3\nB,4,5,6\n",
        "sku,2026-01-12,2026-01-19,2026-01-26\nA,2,9,4\nB,5,6,7\n",
    )
    assert [(row[0], row[2]) for row in rows(dataset)] == [
        ("A", 1), ("A", 2), ("A", 3), ("B", 4), ("B", 5), ("B", 6), ("A", 4), ("B", 7),
    ]  # fmt: skip
    first, second = dataset.reports
    assert (first.rows_clean, second.rows_clean, second.rows_quarantined) == (2, 2, 0)
    (said,) = [one for one in second.findings if one.code == "weeks_repeated"]
    assert (said.rows, said.line, dict(said.facts)) == (2, 2, {"weeks": 4, "differing": 1})
    assert "weeks_repeated" not in noted(first)


def test_the_export_of_a_longer_year_adds_only_its_new_weeks(tmp_path):
    dataset = imported(tmp_path, "sku,W1,W2,W3\nA,1,2,3\n", "sku,W1,W2,W3,W4\nA,1,2,3,4\n")
    assert [row[2] for row in rows(dataset)] == [1, 2, 3, 4]


def test_a_row_of_which_nothing_is_new_is_set_aside_wherever_it_stands(tmp_path):
    wide = "sku,2026-01-05,2026-01-12,2026-01-19\nA,1,2,3\n"
    long = "week,sku,units\n2026-01-12,A,2\n2026-01-19,A,8\n2026-01-26,A,4\n"
    dataset = imported(tmp_path, wide, long)
    assert [row[2] for row in rows(dataset)] == [1, 2, 3, 4]
    said = noted(dataset.reports[1])
    assert (said["duplicate"][0], said["key_repeated"][0]) == (1, 1)
    assert (dataset.reports[1].rows_clean, dataset.reports[1].rows_quarantined) == (1, 2)
    other = imported(tmp_path / "other", long, wide)
    assert sorted(row[2] for row in rows(other)) == [1, 2, 4, 8]  # the first file is believed


def test_a_week_without_its_price_is_left_out_and_the_rest_still_plans(tmp_path):
    weeks = range(1, 31)
    header = ",".join(["sku", *(f"units{n}" for n in weeks), *(f"price{n}" for n in weeks)])
    full, short = ["5"] * 30, ["5"] * 29 + [""]
    lines = [",".join([sku, *["10"] * 30, *prices]) for sku, prices in (("A", full), ("B", short))]
    dataset = imported(tmp_path, "\n".join([header, *lines]) + "\n")
    (report,) = dataset.reports
    assert (report.rows_clean, report.rows_quarantined) == (2, 0)
    (said,) = [one for one in report.findings if one.code == "weeks_unfilled"]
    assert (said.rows, said.line) == (1, 3)
    assert gate(dataset)
    assert panel(dataset).rows.groupby("product_id").units.sum().to_dict() == {"A": 300, "B": 290}


def test_a_row_that_tells_no_week_is_set_aside_by_the_column_that_is_empty(tmp_path):
    header = "sku,units1,units2,units3,price1,price2,price3"
    dataset = imported(tmp_path, f"{header}\nA,1,2,3,9,9,9\nB,,,,9,9,9\nC,1,2,3,,,\nD,4,,6,9,9,\n")
    (report,) = dataset.reports
    assert (report.rows_clean, report.rows_quarantined) == (2, 2)
    missing = [(one.line, one.column) for one in report.findings if one.code == "missing"]
    assert sorted(missing) == [(3, "units1"), (4, "price1")]
    assert noted(report)["weeks_unfilled"][0] == 1
    assert [row[:3:2] for row in rows(dataset)] == [("A", 1), ("A", 2), ("A", 3), ("D", 4)]


def test_the_rows_in_use_are_those_of_the_table_before_and_after_cleaning(tmp_path):
    dataset = imported(tmp_path, "sku,W1,W2,W3\nA,1,2,3\nB,1,x,3\nC,,5,6\n")
    assert (dataset.rows_in_use, dataset.rows_aside) == (5, 1)
    cleaned = cleaning.clean(
        tmp_path / "d", [cleaning.Step("panel", "duplicates", ("product_id",), "first")]
    )
    assert (cleaned.rows_in_use, cleaned.rows_removed) == (2, 3)
    assert cleaned.rows_in_use == len(rows(cleaned))


def test_a_dataset_that_an_older_desk_left_still_knows_its_rows(tmp_path):
    imported(tmp_path, "sku,W1,W2,W3\nA,1,2,3\n")
    manifest = tmp_path / "d" / "dataset.json"
    manifest.write_text(manifest.read_text().replace('"rows": 3', '"older": 3'))
    assert open_dataset(tmp_path / "d").rows_in_use == 3


def test_prices_side_by_side_are_prices_and_are_compared_with_list_prices(tmp_path):
    header = "sku,units1,units2,units3,price1,price2,price3,base price1,base price2,base price3"
    dataset = imported(tmp_path, f"{header}\nA,1,2,3,9,9,9,10,10,10\nB,1,2,3,9,9,9,10,5,10\n")
    said = noted(dataset.reports[0])
    assert "price_absent" not in said
    assert said["list_below_price"] == (1, "base price1")


def test_numbered_weeks_ask_for_the_monday_of_week_1_and_take_it(tmp_path):
    path = tmp_path / "year.csv"
    path.write_text("sku,W1,W2,W3\nA,1,2,3\n")
    (question,) = inspect(path).questions
    assert (question.option, question.guess, question.column) == ("first_week", "", "W1")
    assert question.optional
    suggested = inspect(path).suggestion
    answered = FileMapping("panel", suggested.columns, {"first_week": "2025-01-08"})
    assert inspect(path, mapping=answered).questions == ()
    dataset = build([(path, answered)], tmp_path / "d", "year")
    assert [row[1] for row in rows(dataset)] == ["2025-01-06", "2025-01-13", "2025-01-20"]
    assert "weeks_numbered" not in noted(dataset.reports[0])
    assert not dataset.undated("panel")


def test_weeks_may_run_over_the_end_of_a_year(tmp_path):
    path = tmp_path / "winter.csv"
    path.write_text("sku,W50,W51,W52,W1,W2\nA,1,2,3,4,5\n")
    columns = inspect(path).suggestion.columns
    mapping = FileMapping("panel", columns, {"first_week": "2026-01-05"})
    dataset = build([(path, mapping)], tmp_path / "d", "winter")
    assert [row[1:3] for row in rows(dataset)] == [
        ("2025-12-15", 1), ("2025-12-22", 2), ("2025-12-29", 3),
        ("2026-01-05", 4), ("2026-01-12", 5),
    ]  # fmt: skip


def test_week_columns_in_the_order_of_letters_are_read_in_the_order_of_time(tmp_path):
    names = sorted(f"W{number}" for number in range(1, 53))
    values = [name.removeprefix("W") for name in names]
    dataset = imported(tmp_path, f"sku,{','.join(names)}\nA,{','.join(values)}\n")
    found = sorted(rows(dataset), key=lambda row: row[1])
    assert [row[2] for row in found] == list(range(1, 53))


@pytest.mark.parametrize("first", ["2026-01-04", "2026-01-06", "2026-01-09"])
def test_weeks_of_any_first_day_are_the_same_weeks_side_by_side_and_one_by_one(tmp_path, first):
    days = [str(date.fromisoformat(first) + timedelta(days=7 * n)) for n in range(4)]
    wide = imported(tmp_path, f"sku,{','.join(days)}\nA,1,2,3,4\n")
    lines = [f"{day},A,{n}" for n, day in enumerate(days, 1)]
    long = imported(tmp_path / "long", "\n".join(["week,sku,units", *lines]) + "\n")
    assert rows(wide) == rows(long)


def test_the_same_wide_row_twice_is_a_repeat(tmp_path):
    dataset = imported(tmp_path, "sku,W1,W2,W3\nA,1,2,3\nA,1,2,3\nA,9,9,9\n")
    assert noted(dataset.reports[0])["duplicate"][0] == 1
    assert noted(dataset.reports[0])["key_repeated"][0] == 1
    assert len(rows(dataset)) == 3


def test_a_panel_of_one_row_per_week_stays_one_even_with_numbered_columns(tmp_path):
    path = tmp_path / "long.csv"
    path.write_text("week,sku,units,price,W1,W2,W3\n2026-01-05,A,1,2,7,8,9\n")
    assert "weeks_across" not in {finding.code for finding in inspect(path).findings}
    assert check(path, inspect(path).suggestion).rows_clean == 1


def test_she_may_point_at_one_of_the_columns_herself(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text("thing,W1,W2,W3\nA,1,2,3\n")
    mapping = FileMapping("panel", {"product_id": "thing", "units": "W2"})
    dataset = build([(path, mapping)], tmp_path / "d", "odd")
    assert len(rows(dataset)) == 3
    with pytest.raises(NotEnoughData):
        panel(dataset)


def test_numbers_that_are_no_weeks_are_no_header(tmp_path):
    path = tmp_path / "bare.csv"
    path.write_text("A,2026-01-05,12.5\nB,2026-01-06,13.5\n")
    assert [finding.code for finding in inspect(path).findings] == ["header_missing"]


@given(
    st.lists(
        st.lists(st.one_of(st.integers(0, 999), st.none(), st.just("x")), min_size=4, max_size=4),
        min_size=1,
        max_size=6,
    )
)
def test_every_row_is_clean_or_aside_and_every_clean_cell_is_at_rest(tmp_path_factory, cells):
    folder = tmp_path_factory.mktemp("wide")
    texts = [["" if cell is None else str(cell) for cell in row] for row in cells]
    lines = [f"P{number},{','.join(row)}" for number, row in enumerate(texts)]
    path = folder / "wide.csv"
    path.write_text("\n".join(["sku,W1,W2,W3,W4", "P,1,1,1,1", *lines]) + "\n")
    dataset = build([(path, inspect(path).suggestion)], folder / "d", "wide")
    (report,) = dataset.reports
    bad = sum("x" in row or set(row) == {None} for row in cells)
    assert (report.rows_clean, report.rows_quarantined) == (1 + len(cells) - bad, bad)
    kept = sum(cell is not None for row in cells if "x" not in row for cell in row)
    assert len(rows(dataset)) == 4 + kept
