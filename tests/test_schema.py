"""A table that does not keep its declaration is refused, with everything that is wrong at once."""

import pandas as pd
import pytest

from promo.domain import PANEL
from promo.errors import SchemaError
from promo.schema import Column, Table, fingerprint

PRICES = Table(
    "prices",
    grain="product and week",
    key=("product_id", "week"),
    columns=(
        Column("product_id", "id"),
        Column("week", "date"),
        Column("price", "number", "money", low=0),
        Column("discount", "share", nullable=True),
    ),
)


def good() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "product_id": ["a", "b"],
            "week": pd.to_datetime(["2026-11-16", "2026-11-16"]).astype("datetime64[us]"),
            "price": [1.0, 2.0],
            "discount": [0.1, None],
        }
    )


def codes(frame: pd.DataFrame) -> list[tuple[str, str]]:
    return [(problem.column, problem.code) for problem in PRICES.problems(frame)]


def test_a_frame_that_fits_has_no_problems():
    assert codes(good()) == []
    PRICES.check(good())


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda f: f.drop(columns="price"), ("price", "missing")),
        (lambda f: f.assign(price=["1", "2"]), ("price", "kind")),
        (lambda f: f.assign(price=[1.0, None]), ("price", "null")),
        (lambda f: f.assign(price=[1.0, float("inf")]), ("price", "infinite")),
        (lambda f: f.assign(price=[1.0, -0.01]), ("price", "below")),
        (lambda f: f.assign(discount=[0.1, 1.01]), ("discount", "above")),
        (lambda f: f.assign(week=f["week"] + pd.Timedelta(days=1)), ("week", "monday")),
        (lambda f: f.assign(product_id="a"), ("product_id x week", "duplicate")),
    ],
)
def test_each_way_of_breaking_a_declaration_is_named(change, expected):
    assert codes(change(good())) == [expected]


def test_all_problems_are_reported_in_one_error():
    bad = good().assign(price=[-1.0, 1.0], discount=[2.0, 0.0])
    with pytest.raises(SchemaError) as caught:
        PRICES.check(bad)
    assert len(caught.value.facts["problems"]) == 2


def test_an_empty_table_has_the_declared_shape():
    assert PANEL.problems(PANEL.empty()) == []


def test_a_fingerprint_sees_every_cell_of_a_large_table():
    frame = pd.DataFrame({"id": [f"p{i}" for i in range(60_000)], "units": 1.0})
    before = fingerprint(frame)
    for row in range(0, 60_000, 3_001):
        edited = frame.copy()
        edited.loc[row, "units"] = 2.0
        assert fingerprint(edited) != before


def test_a_fingerprint_sees_names_types_and_order():
    frame = pd.DataFrame({"a": [1, 2], "b": [3, 4]})
    others = [frame.rename(columns={"a": "c"}), frame.astype("float64"), frame.iloc[::-1]]
    assert len({fingerprint(frame), *(fingerprint(other) for other in others)}) == 4
