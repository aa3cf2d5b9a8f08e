"""What a column holds, held against pandas."""

import numpy as np
import pandas as pd
import pytest

from promo.ingest import build, inspect, profiles
from promo.ingest.views import profile
from promo.ingest.views.profile import BARS, EDGE

ROWS = 400


@pytest.fixture
def table():
    dice = np.random.default_rng(1)
    start = pd.Timestamp("2025-03-01")
    return pd.DataFrame(
        {
            "order_id": [f"o{n}" for n in range(ROWS)],
            "order_time": start + pd.to_timedelta(dice.integers(0, 90 * 86400, ROWS), unit="s"),
            "product_id": dice.choice(["TEA", "MILK", "RYE"], ROWS, p=[0.5, 0.3, 0.2]),
            "customer_id": [f"c{n % 37}" if n % 4 else None for n in range(ROWS)],
            "quantity": dice.geometric(0.4, ROWS),
            "price": np.round(dice.lognormal(1, 0.6, ROWS), 2),
            "brand": [None] * ROWS,
        }
    )


@pytest.fixture
def dataset(table, tmp_path):
    path = tmp_path / "orders.csv"
    table.to_csv(path, index=False)
    return build([(path, inspect(path).suggestion)], tmp_path / "d", "d")


def columns(dataset):
    (found,) = profiles(dataset)
    return found, {one.name: one for one in found.columns}


def seconds(times):
    return times.astype("datetime64[s]").astype("int64").astype("float64")


def test_range_middle_and_distinct_values_are_those_of_the_data(dataset, table):
    _, found = columns(dataset)
    numbers = {name: table[name].astype(float) for name in ("quantity", "price")}
    for name, values in (numbers | {"order_time": seconds(table["order_time"])}).items():
        one = found[name]
        assert (one.least, one.most) == (values.min(), values.max()), name
        assert one.middle == pytest.approx(values.median())
        assert one.distinct == values.nunique()
        assert not one.approximate


def test_a_columns_share_filled_counts_its_empty_cells(dataset, table):
    found, known = columns(dataset)
    assert found.rows == ROWS
    assert known["customer_id"].filled == table["customer_id"].notna().sum() == 300
    assert known["customer_id"].share == 0.75
    assert known["price"].share == 1


def test_a_column_that_nothing_fills_is_only_named(dataset):
    found, known = columns(dataset)
    assert "brand" in found.empty
    assert "brand" not in known


def test_bars_are_equal_steps_between_the_outermost_values_and_hold_every_row(dataset, table):
    _, found = columns(dataset)
    for name in ("price", "quantity"):
        values = table[name].astype(float)
        low, high = values.quantile(EDGE), values.quantile(1 - EDGE)
        assert found[name].ends == pytest.approx((low, high))
        inside = values.clip(low, high)
        place = np.minimum(np.floor((inside - low) / (high - low) * BARS), BARS - 1)
        expected = place.value_counts().reindex(range(BARS), fill_value=0)
        assert list(found[name].bars) == expected.tolist()
        assert sum(found[name].bars) == ROWS


def test_the_commonest_values_come_with_their_rows(dataset, table):
    _, found = columns(dataset)
    counts = table["product_id"].value_counts()
    assert found["product_id"].common == tuple(counts.items())
    assert found["product_id"].bars == ()


def test_among_very_many_rows_figures_are_estimated_and_said_to_be(dataset, monkeypatch):
    _, exact = columns(dataset)
    monkeypatch.setattr(profile, "EXACT_ROWS", ROWS - 1)
    _, found = columns(dataset)
    assert all(one.approximate for one in found.values())
    assert found["product_id"].common == exact["product_id"].common
    assert found["price"].middle == pytest.approx(exact["price"].middle, rel=0.05)
    assert found["customer_id"].distinct == pytest.approx(37, rel=0.2)
    assert (found["price"].least, found["price"].most) == (
        exact["price"].least, exact["price"].most,
    )  # fmt: skip


def test_a_column_of_one_value_has_a_range_and_no_shape(tmp_path):
    path = tmp_path / "products.csv"
    path.write_text("product_id,name,list_price\nTEA,Tea,2.5\nRYE,Rye,2.5\n")
    _, found = columns(build([(path, inspect(path).suggestion)], tmp_path / "d", "d"))
    assert (found["list_price"].least, found["list_price"].most) == (2.5, 2.5)
    assert (found["list_price"].bars, found["list_price"].ends) == ((), None)


def test_yes_and_no_are_counted(tmp_path):
    path = tmp_path / "users.csv"
    path.write_text("customer_id,consent\na,yes\nb,no\nc,yes\nd,\n")
    _, found = columns(build([(path, inspect(path).suggestion)], tmp_path / "d", "d"))
    assert (found["consent"].kind, found["consent"].filled) == ("flag", 3)
    assert found["consent"].common == (("true", 2), ("false", 1))
