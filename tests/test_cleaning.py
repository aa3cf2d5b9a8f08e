"""Cleaning rules do what they say on any table: rows add up, usual values stay usual."""

import math
import shutil
import tempfile
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo.domain import Dataset
from promo.errors import BadRequest, NothingLeft
from promo.ingest import cleaning
from promo.ingest.cleaning import Step
from promo.ingest.datasets.build import keep_table, open_dataset
from promo.ingest.datasets.manifest import fingerprint_of, publish, quarantines, read_manifest

MONDAY = pd.Timestamp("2026-01-05")

costly = settings(max_examples=settings().max_examples // 3)
"""For properties that build a dataset per example: 8 of them usually, 166 in the deep profile."""


@cache
def database() -> duckdb.DuckDBPyConnection:
    """One for all datasets; opening it takes longer than writing a small one."""
    return duckdb.connect()


def at_rest(folder: Path, **tables: pd.DataFrame) -> Dataset:
    """A dataset with these tables, as an import leaves it."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = {}
    for name, frame in tables.items():
        database().register("frame", frame)
        entries[name] = keep_table(database(), "SELECT * FROM frame", name, folder)
    publish(
        folder,
        {
            "name": folder.name, "fingerprint": fingerprint_of(entries), "tables": entries,
            "quarantine": [], "files": [], "reports": [],
        },
    )  # fmt: skip
    return open_dataset(folder)


def rows(dataset: Dataset, table: str = "panel") -> pd.DataFrame:
    return pd.read_parquet(dataset.tables[table])


@pytest.fixture
def cleaned(tmp_path):
    """Clean a panel and give the rows left."""

    def run(frame: pd.DataFrame, *steps: Step) -> pd.DataFrame:
        at_rest(tmp_path / "desk", panel=frame)
        return rows(cleaning.clean(tmp_path / "desk", steps))

    return run


def panel(values, column="price", products=None, places=None) -> pd.DataFrame:
    """One row per value, week after week; numbers as an import stores them."""
    count = len(values)
    return pd.DataFrame(
        {
            "week": [MONDAY + pd.Timedelta(weeks=n) for n in range(count)],
            "product_id": products or ["tea"] * count,
            "place": places or [None] * count,
            column: pd.Series(values, dtype="float64"),
        }
    ).astype({"place": "str", "product_id": "str", "week": "datetime64[us]"})


numbers = st.floats(0.01, 1e5).map(lambda value: round(value, 2))
columns = st.lists(st.one_of(st.none(), numbers), min_size=1, max_size=40)
tables = columns.flatmap(
    lambda values: st.tuples(
        st.just(values),
        st.lists(
            st.sampled_from(["tea", "oats"]), min_size=len(values), max_size=len(values)
        ),
    )
)  # fmt: skip


def in_a_folder(frame: pd.DataFrame, *steps: Step):
    """The dataset before, the same dataset after the steps, and the rows of both."""
    folder = Path(tempfile.mkdtemp(prefix="promodesk-test-")) / "desk"
    try:
        before = at_rest(folder, panel=frame)
        had = rows(before)
        after = cleaning.clean(folder, steps)
        aside = [pd.read_csv(folder / name) for name in quarantines(read_manifest(folder))]
        return before, after, had, rows(after), aside
    finally:
        shutil.rmtree(folder.parent)


RULES = [
    ("missing", "drop", ("price",)), ("missing", "mean", ("price",)),
    ("missing", "median", ("price",)), ("missing", "interpolate", ("price",)),
    ("outliers", "flag", ("price",)), ("outliers", "cap", ("price",)),
    ("outliers", "remove", ("price",)), ("duplicates", "first", ("product_id", "price")),
    ("duplicates", "last", ("product_id", "price")),
    ("duplicates", "latest", ("product_id", "price")),
]  # fmt: skip


def test_every_rule_there_is_is_held_to_these_promises():
    assert {(kind, rule) for kind, rule, _ in RULES} == {
        (kind, rule) for kind, rules in cleaning.RULES.items() for rule in rules
    }


@pytest.mark.parametrize(("kind", "rule", "about"), RULES)
@costly
@given(table=tables)
def test_every_row_is_in_use_or_set_aside_with_its_reason(kind, rule, about, table):
    step = Step("panel", kind, about, rule)
    frame = panel(table[0], products=table[1])
    frame = pd.concat([frame, panel([7.0, 8.0])], ignore_index=True)  # never nothing left
    before, after, had, left, aside = in_a_folder(frame, step)
    assert len(had) == len(left) + after.rows_removed
    assert sum(map(len, aside)) == after.rows_removed
    if aside:
        gone = aside[0]
        assert set(gone["reason"]) <= {"missing", "outlier", "key_repeated"}
        kept = had.drop(index=gone["row"] - 1).reset_index(drop=True)
        pd.testing.assert_frame_equal(kept, left, check_exact=True)
    assert (after.fingerprint == before.fingerprint) == left.equals(had)


@costly
@given(values=st.lists(st.one_of(st.none(), numbers), min_size=3, max_size=40))
def test_filling_in_the_median_leaves_the_median_where_it_was(values):
    *_, had, left, _ = in_a_folder(
        panel([5.0, *values]), Step("panel", "missing", ("price",), "median")
    )
    assert left["price"].median() == pytest.approx(had["price"].median(), rel=1e-12)
    assert left["price"].notna().all()
    known = had["price"].notna()
    assert left["price"][known].equals(had["price"][known])


def test_whole_numbers_stay_whole(cleaned, tmp_path):
    frame = panel([1, 2, None, 4, 4, None], "quantity")
    at_rest(tmp_path / "desk", orders=frame.rename(columns={"week": "order_time"}))
    for rule in ("mean", "median"):
        step = Step("orders", "missing", ("quantity",), rule)
        left = rows(cleaning.clean(tmp_path / "desk", [step]), "orders")["quantity"]
        assert (left == left.round()).all()


def test_mean_and_median_are_those_of_the_same_product(cleaned):
    frame = panel(
        [1.0, 3.0, 8.0, None, 100.0, None, None], products=[*["tea"] * 4, *["oats"] * 2, "rice"]
    )
    median = cleaned(frame, Step("panel", "missing", ("price",), "median"))["price"]
    assert median.tolist()[3] == 3.0
    assert median.tolist()[5:] == [100.0, 5.5], "a product that is never priced takes all rows'"
    mean = cleaned(frame, Step("panel", "missing", ("price",), "mean"))["price"]
    assert mean.tolist()[3] == 4.0
    assert mean.tolist()[5:] == [100.0, 28.0]


@costly
@given(
    start=st.integers(1, 1000), slope=st.integers(-20, 20), length=st.integers(3, 30),
    data=st.data(),
)  # fmt: skip
def test_a_straight_line_is_interpolated_exactly(start, slope, length, data):
    line = [start + slope * week / 4 + 700 for week in range(length)]
    gaps = data.draw(st.sets(st.integers(1, length - 2), min_size=1))
    holed = [None if week in gaps else value for week, value in enumerate(line)]
    *_, left, _ = in_a_folder(panel(holed), Step("panel", "missing", ("price",), "interpolate"))
    assert left["price"].tolist() == line


def test_interpolation_never_leaves_a_product_or_place_nor_goes_beyond_its_ends(cleaned):
    frame = panel(
        [None, 1.0, None, 3.0, None, 50.0, None, 70.0],
        products=["tea"] * 5 + ["oats"] * 3, places=["A"] * 5 + ["B"] * 3,
    )  # fmt: skip
    left = cleaned(frame, Step("panel", "missing", ("price",), "interpolate"))["price"].tolist()
    assert left[1:4] == [1.0, 2.0, 3.0]
    assert left[5:] == [50.0, 60.0, 70.0]
    assert math.isnan(left[0])
    assert math.isnan(left[4])


@costly
@given(table=tables, far=st.sampled_from([1.0, 2.0, 5.0]))
def test_a_cap_touches_the_flagged_rows_only_and_never_widens_the_range(table, far):
    frame = panel([*table[0], *[9.99] * 6, 999.0], products=[*table[1], *["tea"] * 7])
    step = Step("panel", "outliers", ("price",), "cap", far)
    *_, had, left, _ = in_a_folder(frame, step)
    flagged = oracle(frame, far)
    changed = ~(had["price"].eq(left["price"]) | had["price"].isna())
    assert changed.tolist() == flagged.tolist()
    assert left["price"].min() >= had["price"].min()
    assert left["price"].max() <= had["price"].max()


def oracle(frame: pd.DataFrame, far: float, least: float = 0.15) -> "pd.Series[bool]":
    """The rows far from usual, written down in pandas once more."""
    size = np.log(frame["price"].abs())
    product = frame["product_id"]
    middle = size.groupby(product).transform("median")
    way = (size - middle).abs()
    count = size.groupby(product).transform("count")
    own = way.groupby(product).transform("median")
    spread = (1.4826 * own.where(count >= 20, way.median())).clip(lower=least)
    high, low = np.exp(middle + far * spread), np.exp(middle - far * spread)
    return ((frame["price"] > high) | (frame["price"] < low)) & (count >= 5)


@pytest.mark.parametrize("far", [1.0, 1.5])
def test_as_many_are_far_as_the_formula_says_with_many_rows_and_with_few(cleaned, far):
    drawn = np.random.default_rng(8)
    rows_of = {"tea": (30, 0.3), "oats": (12, 0.6), "rice": (200, 0.4), "salt": (4, 3.0)}
    frame = panel(
        [price for count, spread in rows_of.values()
         for price in (8 * np.exp(spread * drawn.standard_normal(count))).round(2)],
        products=[product for product, (count, _) in rows_of.items() for _ in range(count)],
    )  # fmt: skip
    flagged = oracle(frame, far)
    assert set(frame["product_id"][flagged]) == {"tea", "oats", "rice"}
    left = cleaned(frame, Step("panel", "outliers", ("price",), "remove", far))
    assert left["price"].tolist() == frame["price"][~flagged].tolist()


def test_a_price_a_hundred_times_too_high_is_found_and_a_promotion_is_not(cleaned):
    frame = panel([9.99, 9.49, 9.99, 6.99, 9.99, 9.99, 999.0, 9.49, 9.99, 4.99])
    left = cleaned(frame, Step("panel", "outliers", ("price",), "remove"))
    assert sorted(set(frame["price"]) - set(left["price"])) == [999.0]


def test_a_slow_day_is_no_outlier_and_a_return_is_judged_by_its_size(tmp_path):
    sold = [40.0, 38, 45, 41, 39, 1, 44, 40, 80995, -80995]
    at_rest(tmp_path / "desk", panel=panel(sold, "units"))
    step = Step("panel", "outliers", ("units",), "cap")
    left = rows(cleaning.clean(tmp_path / "desk", [step]))["units"].tolist()
    assert left[:8] == sold[:8]
    assert 45 < left[8] == -left[9] < 1000


def test_flagging_counts_and_changes_nothing(tmp_path):
    dataset = at_rest(tmp_path / "desk", panel=panel([9.99] * 8 + [999.0]))
    flagged = cleaning.clean(tmp_path / "desk", [Step("panel", "outliers", ("price",), "flag")])
    (done,) = cleaning.cleaning_of(flagged)
    assert (done.touched, done.removed) == (1, 0)
    assert flagged.tables == dataset.tables


def test_of_rows_alike_the_one_she_asks_for_stays(tmp_path):
    frame = pd.DataFrame(
        {
            "order_id": ["1", "1", "1", "2", None, None],
            "order_time": MONDAY + pd.to_timedelta([1, 3, 2, 1, 1, 1], "D"),
            "product_id": "tea",
            "price": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0],
        }
    ).astype({"order_time": "datetime64[us]", "order_id": "str", "product_id": "str"})
    at_rest(tmp_path / "desk", orders=frame)
    for rule, stays in {"first": 1.0, "last": 3.0, "latest": 2.0}.items():
        step = Step("orders", "duplicates", ("order_id", "product_id"), rule)
        left = rows(cleaning.clean(tmp_path / "desk", [step]), "orders")["price"].tolist()
        assert left == [stays, 4.0, 5.0, 6.0], "without an order number nothing is a repeat"


def test_steps_apply_one_after_the_other(cleaned):
    frame = panel([None, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 9e4])
    remove = Step("panel", "outliers", ("price",), "remove")
    mean = Step("panel", "missing", ("price",), "mean")
    assert cleaned(frame, remove, mean)["price"].tolist() == [10.0] * 7
    assert cleaned(frame, mean, remove)["price"].tolist() == [10.0] * 6


@pytest.mark.parametrize(
    ("step", "field"),
    [
        (lambda: Step("panel", "gaps", ("price",), "drop"), "cleaning"),
        (lambda: Step("panel", "missing", ("price", "units"), "drop"), "column"),
        (lambda: Step("panel", "missing", ("price",), "drop", 3.0), "threshold"),
        (lambda: Step("panel", "outliers", ("price",), "cap", 0.5), "threshold"),
        (lambda: Step("orders", "missing", ("price",), "drop"), "table"),
        (lambda: Step("panel", "missing", ("cost",), "drop"), "column"),
        (lambda: Step("panel", "outliers", ("place",), "cap"), "column"),
        (lambda: Step("panel", "missing", ("place",), "median"), "rule"),
    ],
)
def test_a_step_that_cannot_be_meant_names_the_mend_and_changes_nothing(tmp_path, step, field):
    dataset = at_rest(tmp_path / "desk", panel=panel([1.0, 2.0]))
    with pytest.raises(BadRequest) as refused:
        cleaning.clean(tmp_path / "desk", [step()])
    assert refused.value.facts["field"] == field
    assert {"known", "must"} & set(refused.value.facts)
    assert open_dataset(tmp_path / "desk").fingerprint == dataset.fingerprint


def test_a_step_that_would_leave_nothing_is_refused_and_not_offered(tmp_path):
    dataset = at_rest(tmp_path / "desk", panel=panel([1.0, 2.0]))
    with pytest.raises(NothingLeft):
        cleaning.clean(tmp_path / "desk", [Step("panel", "missing", ("place",), "drop")])
    assert open_dataset(tmp_path / "desk").fingerprint == dataset.fingerprint
    (missing, *_) = cleaning.review(dataset).choices
    assert "price" in missing.rules
    assert "place" not in missing.rules


def test_what_looks_odd_is_said_with_its_numbers_and_nothing_is_changed(tmp_path):
    orders = pd.DataFrame(
        {
            "order_id": ["7", "7", *map(str, range(10, 28))],
            "order_time": MONDAY + pd.to_timedelta(range(20), "D"),
            "product_id": "tea",
            "price": [*[4.0] * 18, None, 400.0],
            "list_price": [None] * 20,
        }
    ).astype(
        {
            "order_time": "datetime64[us]", "order_id": "str", "product_id": "str",
            "list_price": "float64",
        }
    )  # fmt: skip
    dataset = at_rest(tmp_path / "desk", orders=orders)
    review = cleaning.review(dataset)
    said = {(one.finding.code, one.finding.facts["field"], one.finding.rows)
            for one in review.suggestions}  # fmt: skip
    assert said == {
        ("values_missing", ("price",), 1), ("outliers_found", ("price",), 1),
        ("keys_repeated", ("order_id", "product_id"), 1),
    }  # fmt: skip
    assert cleaning.cleaning_of(dataset) == ()
    preview = cleaning.preview(dataset, [one.step for one in review.suggestions])
    assert [one.touched for one in preview.steps] == [
        one.finding.rows for one in review.suggestions
    ]


def test_the_picture_counts_every_value_before_and_after(tmp_path):
    dataset = at_rest(tmp_path / "desk", panel=panel([None, *[4.0] * 30, 5.0, 4000.0]))
    (picture,) = cleaning.preview(
        dataset, [Step("panel", "outliers", ("price",), "remove")]
    ).pictures
    assert picture.stretched
    assert sum(picture.counts_before) == 32
    assert sum(picture.counts_after) == 31
    assert picture.counts_before[-1] == 1
    assert picture.counts_after[-1] == 0
    assert (picture.edges[0], picture.edges[-1]) == (4.0, 4000.0)
    assert (picture.before.missing, picture.after.high) == (1, 5.0)


def test_a_preview_shows_the_rows_it_is_about(tmp_path):
    dataset = at_rest(tmp_path / "desk", panel=panel([None, *[4.0] * 9, 4000.0]))
    fill = Step("panel", "missing", ("price",), "median")
    remove = Step("panel", "outliers", ("price",), "remove")
    filled, removed = cleaning.preview(dataset, [fill, remove]).examples
    assert filled["price"].isna().all()
    assert filled[cleaning.NEW_VALUE].tolist() == [4.0]
    assert removed["price"].tolist() == [4000.0]
