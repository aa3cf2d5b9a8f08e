"""Features say the same on every engine, and what pandas says; nothing later than asked is seen."""

import json
import sys
from datetime import date

import duckdb
import narwhals.stable.v2 as nw
import pandas as pd
import pytest

from promo import workflow
from promo.cli import main
from promo.errors import BadRequest, Cancelled, NotEnoughData, NotFound
from promo.ingest.features import FEATURES
from promo.ingest.features.people import _first_day, _with_month
from promo.ingest.task import Task
from promo.words import LANGUAGES, explain
from tests import feature_oracle as oracle

SHOPS = {
    "edges": lambda: {"events": oracle.edge_events()},
    "events": lambda: {"events": oracle.random_shop(1, 500)["events"]},
    "orders": lambda: {"orders": oracle.random_shop(2, 500)["orders"]},
    "all": lambda: oracle.random_shop(3),
}


def made(shop, place, **asked):
    tables = place / "tables"
    tables.mkdir(parents=True)
    oracle.write(shop, tables)
    workflow.make_features(tables, place / "out", **asked)
    return oracle.read(place / "out")


@pytest.fixture(scope="module", params=SHOPS)
def both(request, tmp_path_factory):
    shop = SHOPS[request.param]()
    return shop, made(shop, tmp_path_factory.mktemp(request.param)), oracle.features(shop)


@pytest.mark.parametrize("name", FEATURES)
def test_a_feature_is_what_pandas_says(both, name):
    _, found, expected = both
    oracle.assert_same(name, found[name], expected[name])


def test_interactions_add_up_to_the_events_of_known_customers(both):
    shop, found, _ = both
    if "events" not in shop:
        pytest.skip("a shop without events")
    events = shop["events"].dropna(subset=["customer_id", "product_id"])
    for kind in ("view", "cart"):
        assert found["interactions"][f"{kind}s"].sum() == (events["event_type"] == kind).sum()


def test_a_funnel_never_widens(both):
    funnel = both[1]["funnel"]
    for who in ("sessions", "customers"):
        reached = funnel[[f"{who}_to_{step}" for step in ("view", "cart", "purchase")]]
        assert (reached.diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)


def test_a_cohort_begins_with_all_of_its_customers(both):
    cohorts, customers = both[1]["cohorts"], both[1]["customers"]
    begun = cohorts[cohorts["months_later"] == 0]
    assert begun["customers"].sum() == (customers["orders"] > 0).sum()
    size = cohorts["month"].map(begun.set_index("month")["customers"])
    assert (cohorts["customers"] <= size).all()


def test_nothing_later_than_the_cut_off_is_seen(tmp_path):
    shop, day = oracle.random_shop(4), pd.Timestamp("2024-01-20")
    past = {
        name: frame[frame[moment] < day + pd.Timedelta(days=1)]
        for name, frame, moment in (
            ("events", shop["events"], "event_time"), ("orders", shop["orders"], "order_time"),
        )
    }  # fmt: skip
    now = made(shop, tmp_path / "all", cutoff=day.date())
    then = made({**shop, **past}, tmp_path / "past", cutoff=day.date())
    for name in FEATURES:
        oracle.assert_same(name, now[name], then[name])


def test_months_are_those_of_the_calendar():
    days = pd.date_range("1999-12-25", "2104-03-05", freq="D")
    numbers = ((days - pd.Timestamp(0)) // pd.Timedelta(days=1)).to_numpy()
    connection = duckdb.connect()
    connection.register("days", pd.DataFrame({"day": numbers}))
    frame = _with_month(nw.from_native(connection.sql("SELECT * FROM days")))
    found = frame.with_columns(start=_first_day(nw.col("month"))).collect("pandas").to_native()
    found = found.sort_values("day")
    starts = days.to_period("M").to_timestamp()
    assert (found["start"].to_numpy() == (starts - pd.Timestamp(0)) // pd.Timedelta(days=1)).all()
    assert (found["month"].diff().iloc[1:].to_numpy() == (days.day[1:] == 1)).all()


def test_sums_of_counts_and_cents_are_plain_whole_numbers(both):
    """Without a cast DuckDB sums whole numbers in 128 bits, which pandas reads as objects."""
    for name, frame in both[1].items():
        for column in frame:
            if column.endswith(("_cents", "s_to_view", "steps", "views", "searches", "baskets")):
                assert frame[column].dtype.kind in "if", f"{name}.{column}"


def test_numbers_no_shop_can_mean_count_as_missing(tmp_path):
    """NaN and endless prices come from tables made elsewhere; no sum is spoilt by one."""
    events = oracle.edge_events()
    events.loc[3, "price"], events.loc[7, "quantity"] = float("inf"), 1e300
    found = made({"events": events}, tmp_path)
    whole = made({"events": oracle.edge_events()}, tmp_path / "whole")
    assert found["panel"]["revenue_cents"].sum() < whole["panel"]["revenue_cents"].sum()


def test_a_table_that_leaves_out_what_is_optional_is_enough(tmp_path):
    events = oracle.random_shop(5)["events"][["event_time", "event_type", "product_id"]]
    found = made({"events": events}, tmp_path)
    assert found["panel"]["views"].sum() == (events["event_type"] == "view").sum()
    assert found["customers"].empty


def test_tables_of_a_cluster_are_folders_of_parts(tmp_path):
    shop = {"events": oracle.random_shop(6)["events"]}
    whole = made(shop, tmp_path / "one")
    parts = tmp_path / "parts" / "events.parquet"
    parts.mkdir(parents=True)
    for number in range(3):
        shop["events"].iloc[number::3].to_parquet(parts / f"part-{number}.parquet", index=False)
    workflow.make_features(tmp_path / "parts", tmp_path / "out")
    oracle.assert_same("panel", oracle.read(tmp_path / "out")["panel"], whole["panel"])


def test_a_csv_enters_through_our_reader(tmp_path, capsys):
    code = main(["features", "--in", "sample_data/events.csv", "--out", str(tmp_path), "--json"])
    said = json.loads(capsys.readouterr().out)
    assert code == 0
    assert {row["name"]: row["rows"] for row in said["features"]}["products"] == 46
    assert json.loads((tmp_path / "features.json").read_text())["finished"]


def test_features_made_again_take_the_place_of_the_old(tmp_path):
    shop = {"events": oracle.edge_events()}
    made(shop, tmp_path)
    again = workflow.make_features(tmp_path / "tables", tmp_path / "out", cutoff=date(2024, 3, 1))
    assert {one.name: one.rows for one in again}["sessions"] == 1


def test_stopped_at_any_feature_the_old_ones_stay_as_they_were(tmp_path):
    made({"events": oracle.edge_events()}, tmp_path)
    out = tmp_path / "out"
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    task = Task(lambda progress: task.stop() if progress.file == "customers" else None)
    with pytest.raises(Cancelled):
        workflow.make_features(tmp_path / "tables", out, cutoff=date(2024, 3, 1), task=task)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_tables_of_somebody_else_are_never_replaced(tmp_path):
    oracle.write(oracle.random_shop(7, 60), tmp_path)
    before = (tmp_path / "products.parquet").read_bytes()
    with pytest.raises(BadRequest):
        workflow.make_features(tmp_path, tmp_path)
    assert (tmp_path / "products.parquet").read_bytes() == before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("asked", "error", "said"),
    [
        ({"engine": "dask"}, BadRequest, "duckdb"),
        ({"master": "local[2]"}, BadRequest, "Spark"),
        ({"cutoff": date(1999, 1, 1)}, NotEnoughData, "1"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path, language, asked, error, said):
    oracle.write({"events": oracle.edge_events()}, tmp_path)
    with pytest.raises(error) as caught:
        workflow.make_features(tmp_path, tmp_path / "out", **asked)
    assert said in explain(language, caught.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_pyspark_the_line_that_installs_it_is_said(tmp_path, monkeypatch, language):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    oracle.write({"events": oracle.edge_events()}, tmp_path)
    with pytest.raises(BadRequest) as caught:
        workflow.make_features(tmp_path, tmp_path / "out", "spark", "local[2]")
    assert "pip install -r requirements-spark.txt" in explain(language, caught.value)


def test_tables_that_do_not_say_what_customers_did_are_not_enough(tmp_path):
    oracle.write({"products": oracle.random_shop(8, 60)["products"]}, tmp_path)
    with pytest.raises(NotEnoughData):
        workflow.make_features(tmp_path, tmp_path / "out")


def test_a_place_without_tables_is_named(tmp_path):
    for place in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NotFound):
            workflow.make_features(place, tmp_path / "out")
