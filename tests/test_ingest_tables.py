"""From files to nouns: datasets at rest, the weekly panel, customers."""

import json
import zipfile

import pandas as pd
import pytest

from promo.domain import Customers
from promo.errors import FileRefused, NotEnoughData, NotFound
from promo.ingest import build, customers, inspect, open_dataset, panel, panel_by_segment

ORDERS = """order_id,order_time,product_id,customer_id,quantity,price
1,2026-01-05 10:00:00,tea,ann,2,4.00
1,2026-01-05 10:00:00,cup,ann,1,9.00
2,2026-01-11 12:00:00,tea,bob,3,4.00
3,2026-01-26 09:00:00,tea,ann,1,3.00
C3,2026-01-27 09:00:00,tea,ann,-1,3.00
4,2026-02-01 18:00:00,tea,,5,3.00
4,2026-02-01 18:00:00,cup,,1,9.00
"""
PANEL = """week,store,sku,units,price,base price,mailer
2026-01-05,north,tea,10,4.00,4.00,0
2026-01-12,north,tea,25,3.00,4.00,1
2026-01-05,south,tea,7,4.50,4.00,0
"""


@pytest.fixture
def import_text(tmp_path):
    def import_them(*texts):
        files = []
        for number, text in enumerate(texts):
            path = tmp_path / f"file-{number}.csv"
            path.write_text(text, encoding="utf-8")
            files.append((path, inspect(path).suggestion))
        return build(files, tmp_path / "dataset", "mine")

    return import_them


def test_a_dataset_is_found_again_as_it_was_built(import_text, tmp_path):
    built = import_text(ORDERS)
    found = open_dataset(tmp_path / "dataset")
    assert found.fingerprint == built.fingerprint
    assert found.reports == built.reports
    assert found.name == "mine"


def test_the_same_files_give_the_same_fingerprint_and_other_files_another(import_text):
    first, again = import_text(ORDERS), import_text(ORDERS)
    assert first.fingerprint == again.fingerprint
    assert import_text(ORDERS.replace("9.00", "9.01")).fingerprint != first.fingerprint


def test_a_refused_file_leaves_the_older_dataset_untouched(import_text, tmp_path):
    built = import_text(ORDERS)
    with pytest.raises(FileRefused):
        import_text(ORDERS, "")
    assert open_dataset(tmp_path / "dataset").fingerprint == built.fingerprint


def test_a_new_import_leaves_nothing_of_the_old_one_behind(import_text, tmp_path):
    import_text(ORDERS, PANEL)
    dataset = import_text(ORDERS + "broken\n")
    manifest = json.loads((tmp_path / "dataset" / "dataset.json").read_text(encoding="utf-8"))
    assert [entry["file"] for entry in manifest["tables"].values()] == [
        dataset.tables["orders"].name
    ]
    (name,) = manifest["quarantine"]
    aside = (tmp_path / "dataset" / name).read_text(encoding="utf-8")
    assert aside.splitlines()[1] == "file-0.csv,9,row_too_short,,broken"


def test_a_row_repeated_in_a_second_file_is_counted_once(import_text):
    dataset = import_text(ORDERS, ORDERS)
    assert [report.rows_clean for report in dataset.reports] == [7, 0]


def test_a_folder_without_dataset_says_so(tmp_path):
    with pytest.raises(NotFound):
        open_dataset(tmp_path)


def test_the_manifest_names_every_file_with_its_mapping(import_text, tmp_path):
    import_text(ORDERS)
    manifest = json.loads((tmp_path / "dataset" / "dataset.json").read_text(encoding="utf-8"))
    assert [file["path"] for file in manifest["files"]] == ["file-0.csv"]
    assert manifest["files"][0]["mapping"]["source"] == "orders"


def test_weeks_without_sales_between_the_first_and_the_last_are_zero(import_text):
    rows = panel(import_text(ORDERS)).rows.set_index(["product_id", "week"])
    assert rows.loc["tea"].units.tolist() == [5, 0, 0, 5]
    assert rows.loc["cup"].units.tolist() == [1, 0, 0, 1]


def test_a_return_is_subtracted_and_never_below_zero(import_text):
    only_returns = ORDERS + "C4,2026-01-14 09:00:00,tea,ann,-9,3.00\n"
    rows = panel(import_text(only_returns)).rows.set_index(["product_id", "week"])
    assert rows.loc[("tea", pd.Timestamp("2026-01-12")), "units"] == 0
    assert rows.loc[("tea", pd.Timestamp("2026-01-26")), "units"] == 5


def test_a_last_week_that_has_only_begun_is_left_out(import_text):
    begun = ORDERS + "5,2026-02-02 09:00:00,tea,ann,1,3.00\n"
    assert panel(import_text(begun)).rows.week.max() == pd.Timestamp("2026-01-26")


def test_a_price_panel_keeps_its_rows_and_a_price_above_base_is_the_list_price(import_text):
    rows = panel(import_text(PANEL)).rows
    assert rows.units.tolist() == [10, 25, 7]
    assert rows.list_price.tolist() == [4.0, 4.0, 4.5]
    assert rows.feature.tolist() == [0, 1, 0]


def test_a_daily_panel_is_summed_to_weeks(import_text):
    daily = "date,sku,units,price\n2026-01-05,tea,1,4.00\n2026-01-11,tea,3,2.00\n"
    (row,) = panel(import_text(daily)).rows.itertuples()
    assert (row.week, row.units, row.price) == (pd.Timestamp("2026-01-05"), 4, 2.5)


def test_products_are_joined_by_their_id(import_text):
    products = "product_id,name,category,Marke,unit_cost,stock\ntea,Green tea,drinks,Leaf,1.5,40\n"
    found = panel(import_text(ORDERS, products)).products.set_index("product_id")
    assert found.loc["tea", ["name", "category", "brand", "unit_cost", "stock"]].tolist() == [
        "Green tea", "drinks", "Leaf", 1.5, 40,
    ]  # fmt: skip
    assert found.loc["cup", "category"] == "all"
    assert found["brand"].isna().tolist() == [True, False]


def test_the_brand_that_most_sales_name_is_a_products_where_no_list_does(import_text):
    brands = ("品牌", "Leaf", "", "Other", "Leaf", "Leaf", "", "")
    lines = zip(ORDERS.splitlines(), brands, strict=True)
    told = "".join(f"{line},{brand}\n" for line, brand in lines)
    found = panel(import_text(told)).products.set_index("product_id")["brand"]
    assert found["tea"] == "Leaf"
    assert found.isna()["cup"]


def test_segments_split_the_panel_and_buyers_without_a_key_stand_apart(import_text):
    dataset = import_text(ORDERS.replace("C3,2026-01-27", "C3,2026-01-28"))
    everyone = customers(dataset)
    named = Customers(
        everyone.rows.assign(segment=everyone.rows.customer_id.map({"ann": "a", "bob": "b"})),
        everyone.as_of,
    )
    split = panel_by_segment(dataset, named).rows
    assert set(split.segment) == {"a", "b", "anonymous"}
    assert split.units.sum() == panel(dataset).rows.units.sum()


def test_customers_are_counted_by_order_and_money_is_net_of_returns(import_text):
    found = customers(import_text(ORDERS))
    ann = found.rows.set_index("customer_id").loc["ann"]
    assert (ann.orders, ann.spend) == (2, 17.0)
    assert found.as_of == pd.Timestamp("2026-02-02")


def test_nothing_after_the_day_is_looked_at(import_text):
    early = customers(import_text(ORDERS), as_of=pd.Timestamp("2026-01-12"))
    assert early.rows.orders.tolist() == [1, 1]
    assert early.rows.recency.max() < 7


def test_data_without_customers_say_what_is_missing(import_text):
    nobody = "\n".join(line.replace("ann", "").replace("bob", "") for line in ORDERS.splitlines())
    with pytest.raises(NotEnoughData) as error:
        customers(import_text(nobody))
    assert error.value.facts["what"] == "customers"


def test_of_a_long_file_each_row_set_aside_has_its_own_line_and_the_rest_keep_their_order(tmp_path):
    """Long enough for the engine to read it in several pieces at once."""

    def line(number):
        quantity = 0 if number % 1000 == 7 else 1
        order = number - 1 if number % 1000 == 500 else number  # equals the line above
        status = "cancelled" if number % 1000 == 9 else "paid"
        return f"o{order:06},2026-01-05,TEA,{quantity},2.5,{status}"

    lines = [line(number) for number in range(300_000)]
    path = tmp_path / "orders.csv"
    path.write_text(
        "\n".join(["order_id,order_time,product_id,quantity,price,status", *lines]) + "\n"
    )
    dataset = build([(path, inspect(path).suggestion)], tmp_path / "long", "long")
    (aside,) = (tmp_path / "long").glob("quarantine-orders-*.csv")
    rows = pd.read_csv(aside)
    told = list(zip(rows["line"], rows["reason"], rows["text"], strict=True))
    reasons = {7: "quantity_zero", 9: "cancelled", 500: "duplicate"}
    assert told == [
        (number + 2, reasons[number % 1000], lines[number])
        for number in range(300_000)
        if number % 1000 in reasons
    ]
    first = {finding.code: finding.line for finding in dataset.reports[0].findings}
    assert first.items() >= {("quantity_zero", 9), ("duplicate", 502)}
    kept = pd.read_parquet(dataset.tables["orders"])["order_id"].tolist()
    assert kept == [f"o{n:06}" for n in range(300_000) if n % 1000 not in reasons]
    once_more = build([(path, inspect(path).suggestion)], tmp_path / "again", "long")
    assert once_more.fingerprint == dataset.fingerprint


def test_a_price_that_is_worked_out_is_told_by_the_column_it_comes_from(import_text):
    dataset = import_text(
        "order_id,order_time,product_id,quantity,sales value\n"
        "1,2026-01-05,tea,2,8.00\n2,2026-01-06,tea,2,0\n"
    )
    (told,) = (f for f in dataset.reports[0].findings if f.code == "price_not_positive")
    assert (told.column, told.line) == ("sales value", 3)


def test_what_is_wrong_in_one_of_many_packed_files_is_told_with_its_name(tmp_path):
    path = tmp_path / "days.zip"
    header = "order_id,order_time,product_id,quantity,price\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("may/1.csv", header + "1,2026-05-01,tea,2,8.00\n")
        archive.writestr("may/2.csv", header + "2,2026-05-02,tea,0,8.00\n3,2026-05-02,tea\n")
    dataset = build([(path, inspect(path).suggestion)], tmp_path / "days", "days")
    told = {f.code: (f.line, f.facts.get("member")) for f in dataset.reports[0].findings}
    assert told["quantity_zero"] == (2, "may/2.csv")
    assert told["row_too_short"] == (3, "may/2.csv")
