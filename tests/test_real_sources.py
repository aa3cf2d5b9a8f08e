"""Every public file has a home: its kind, its rows and what is said of it, count for count."""

import duckdb
import pytest

from promo.errors import NotEnoughData
from promo.ingest import build, check, inspect, panel

# folder, file, source, rows in, set aside by reason, warnings by rows
FILES = [
    ("amazon_grocery", "item_meta.csv", "products", 8_713, {}, {}),
    ("amazon_grocery", "train.csv", "events", 121_892, {},
     {"epoch": 121_892, "event_absent": 121_892}),
    ("avocado", "gurobi_HAB_data_2015to2022.csv", "panel", 3_402, {"key_repeated": 9},
     {"product_absent": 3_402}),
    ("avocado", "gurobi_HABdata_2019_2022.csv", "panel", 3_096, {}, {}),
    ("avocado", "gurobi_kaggledata_till2018.csv", "panel", 3_708, {"key_repeated": 18}, {}),
    ("borden_cheese", "cheese.csv", "panel", 5_555, {},
     {"product_absent": 5_555, "week_absent": 5_555}),
    ("chinese_reviews", "online_shopping_5_cats.csv.gz", "reviews", 30_166, {}, {}),
    ("complete_journey", "campaign_descriptions.csv.gz", "campaigns", 27, {}, {}),
    ("complete_journey", "campaigns.csv.gz", "audience", 3_184, {}, {}),
    ("complete_journey", "coupon_redemptions.csv.gz", "redemptions", 1_052, {}, {}),
    ("complete_journey", "coupons.csv.gz", "coupons", 116_204,
     {"duplicate": 4_872, "id_scientific": 2}, {}),
    ("complete_journey", "demographics.csv.gz", "users", 394, {}, {}),
    ("complete_journey", "products.csv.gz", "products", 92_331, {"id_scientific": 1}, {}),
    ("complete_journey", "promotions_sample.csv.gz", "displays", 360_535, {},
     {"weeks_numbered": 0}),
    ("complete_journey", "transactions_sample.csv.gz", "orders", 37_449,
     {"quantity_zero": 197, "price_not_positive": 47}, {}),
    ("fastfood_promotions", "WA_Marketing-Campaign.csv", "outcomes", 548, {},
     {"weeks_numbered": 0}),
    ("genpact_meal_demand", "fulfilment_center_info.csv", "places", 77, {}, {}),
    ("genpact_meal_demand", "meal_info.csv", "products", 51, {}, {}),
    ("genpact_meal_demand", "relational_main.csv.zip", "panel", 45_655, {},
     {"weeks_numbered": 0, "list_below_price": 11_532}),
    ("geolift", "GeoLift_PreTest.csv", "metrics", 3_600, {}, {}),
    ("hillstrom", "hillstorm_no_indices.csv.gz", "outcomes", 64_000, {}, {"look_alikes": 6_562}),
    ("m5_sample", "m5_X_test_sample.parquet", "displays", 17_052, {}, {}),
    ("m5_sample", "m5_X_train_sample.parquet", "displays", 244_245, {}, {}),
    ("m5_sample", "m5_y_test_sample.parquet", "panel", 17_052, {}, {"price_absent": 17_052}),
    ("m5_sample", "m5_y_train_sample.parquet", "panel", 244_245, {}, {"price_absent": 244_245}),
    ("mmm_weekly_simulated", "dt_simulated_weekly.csv", "metrics", 208, {}, {}),
    ("online_retail", "by-day_2010-12_2011-08.zip", "orders", 320_705,
     {"duplicate": 2_477, "service_code": 1_914, "price_not_positive": 1_793, "bad_debt": 3},
     {"returns": 5_432, "customer_missing": 86_080, "ids_differ_in_case": 92}),
    ("online_shoppers_intention", "online_shoppers_intention.csv", "sessions", 12_330,
     {}, {"look_alikes": 121}),
    ("open_bandit_men", "bts/men/item_context.csv", "products", 34, {}, {"header_unnamed": 0}),
    ("open_bandit_men", "bts/men/men.csv", "exposures", 10_000, {},
     {"time_zone_offset": 10_000, "header_unnamed": 0}),
    ("open_bandit_men", "random/men/item_context.csv", "products", 34, {}, {"header_unnamed": 0}),
    ("open_bandit_men", "random/men/men.csv", "exposures", 10_000, {},
     {"time_zone_offset": 10_000, "header_unnamed": 0}),
    ("rees46", "2019-Oct-sample_1k.csv", "events", 1_000, {}, {}),
    ("rees46", "2019-Oct_first.csv", "events", 17_435,
     {"price_not_positive": 19, "duplicate": 5, "row_too_short": 1}, {}),
    ("uci_weekly_sales", "Sales_Transactions_Dataset_Weekly.csv", "panel", 811, {},
     {"weeks_numbered": 0, "price_absent": 811}),
    ("womens_clothing_reviews", "reviews.csv.zip", "reviews", 23_486, {},
     {"text_missing": 845, "header_unnamed": 0}),
]  # fmt: skip


@pytest.mark.parametrize("expected", [pytest.param(one, id="/".join(one[:2])) for one in FILES])
def test_a_public_file_is_known_and_accounted_for(expected, public_data):
    folder, name, source, rows, aside, warned = expected
    path = public_data(folder) / name
    found = inspect(path)
    assert found.source == source, found.scores
    report = check(path, found.suggestion)
    counts = {f.code: f.rows for f in report.findings if f.level == "warning"}
    assert (report.rows_in, report.rows_quarantined) == (rows, sum(aside.values()))
    assert counts == aside | warned
    assert report.lines == (
        report.header + report.blank + report.continued
        + report.rows_clean + report.rows_quarantined
    )  # fmt: skip


def test_no_public_file_is_forgotten(public_data):
    root = public_data("geolift").parent
    known = {f"{folder}/{name}" for folder, name, *_ in FILES}
    there = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}
    assert there - {"README.md"} == known


def read(dataset, query, table):
    return duckdb.sql(query.format(rows=f"'{dataset.tables[table]}'")).fetchall()


def imported(path, tmp_path):
    return build([(path, inspect(path).suggestion)], tmp_path / "d", "public")


def test_the_answers_to_an_e_mail_are_those_that_were_published(public_data, tmp_path):
    path = public_data("hillstrom") / "hillstorm_no_indices.csv.gz"
    dataset = imported(path, tmp_path)
    query = 'SELECT "group", round(avg(visit), 6) FROM {rows} GROUP BY 1 ORDER BY 2 DESC'
    assert read(dataset, query, "outcomes") == [
        ("Mens E-Mail", 0.182757), ("Womens E-Mail", 0.1514), ("No E-Mail", 0.106167),
    ]  # fmt: skip


def test_the_sales_of_three_promotions_are_those_that_were_published(public_data, tmp_path):
    path = public_data("fastfood_promotions") / "WA_Marketing-Campaign.csv"
    dataset = imported(path, tmp_path)
    query = 'SELECT round(avg(outcome), 2), count(DISTINCT place) FROM {rows} GROUP BY "group"'
    found = read(dataset, query + ' ORDER BY "group"', "outcomes")
    assert [mean for mean, _ in found] == [58.10, 47.33, 55.36]
    assert sum(places for _, places in found) == 137


def test_clicks_stars_and_purchases_are_as_documented(public_data, tmp_path):
    for policy, rate in (("random", 0.0046), ("bts", 0.0069)):
        path = public_data("open_bandit_men") / policy / "men" / "men.csv"
        dataset = imported(path, tmp_path / policy)
        assert read(dataset, "SELECT avg(click) FROM {rows}", "exposures") == [(rate,)]
    reviews = imported(public_data("womens_clothing_reviews") / "reviews.csv.zip", tmp_path / "r")
    ((liked,),) = read(reviews, "SELECT avg((rating >= 4)::INT) FROM {rows}", "reviews")
    assert liked == pytest.approx(0.775, abs=0.001)
    path = public_data("online_shoppers_intention") / "online_shoppers_intention.csv"
    visits = imported(path, tmp_path / "v")
    ((bought,),) = read(visits, "SELECT avg(purchased::INT) FROM {rows}", "sessions")
    assert bought == pytest.approx(0.1547, abs=0.001)


def test_lists_in_cells_keep_their_items(public_data, tmp_path):
    dataset = imported(public_data("amazon_grocery") / "item_meta.csv", tmp_path)
    query = "SELECT len(complements), substitutes[1] FROM {rows} WHERE product_id = '1'"
    assert read(dataset, query, "products") == [(24, "6285")]


def test_cheese_without_dates_is_kept_and_no_forecast_is_made_of_it(public_data, tmp_path):
    dataset = imported(public_data("borden_cheese") / "cheese.csv", tmp_path)
    query = "SELECT count(*), count(DISTINCT place), count(price) FROM {rows}"
    assert read(dataset, query, "panel") == [(5_555, 88, 5_555)]
    with pytest.raises(NotEnoughData):
        panel(dataset)


def test_the_tables_of_one_retailer_fit_together(public_data, tmp_path):
    folder = public_data("complete_journey")
    names = ("coupons", "coupon_redemptions", "campaigns", "campaign_descriptions", "demographics")
    paths = [folder / f"{name}.csv.gz" for name in names]
    files = [(path, inspect(path).suggestion) for path in paths]
    dataset = build(files, tmp_path / "d", "journey")
    found = {(link.child, link.child_field): link for link in dataset.links}
    assert found["redemptions", "coupon_id"].rows == 1_052
    assert found["redemptions", "campaign_id"].orphan_rows == 0
    assert found["audience", "campaign_id"].orphan_rows == 0
    assert found["audience", "customer_id"].orphan_keys > 0  # demographics of some only
