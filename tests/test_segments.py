"""RFM: everyone has one segment, equal customers the same, and the names mean what they say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.domain import Customers
from promo.learn import SEGMENTS, rfm, segment_summary
from promo.words import LANGUAGES, translate


def customers(recency, orders, spend) -> Customers:
    rows = pd.DataFrame({
        "customer_id": [f"c{i}" for i in range(len(recency))],
        "recency": np.asarray(recency, dtype=float), "orders": np.asarray(orders, dtype="int64"),
        "spend": np.asarray(spend, dtype=float), "tenure": np.asarray(recency, dtype=float),
        "segment": "all",
    })  # fmt: skip
    rows[["customer_id", "segment"]] = rows[["customer_id", "segment"]].astype("str")
    return Customers(rows, pd.Timestamp("2024-01-01"))


PEOPLE = st.lists(
    st.tuples(st.integers(0, 9), st.integers(1, 5), st.sampled_from([np.nan, 0.0, 10.0, 99.0])),
    min_size=1, max_size=40,
).map(lambda people: customers(*zip(*people, strict=True)))  # fmt: skip


def ladder(n=100):
    steps = np.arange(n)
    return customers(steps[::-1], 1 + steps // 5, 10.0 * steps)


def test_the_best_are_champions_and_the_lost_hibernate():
    segment = rfm(ladder()).rows["segment"]
    assert (segment.iloc[-20:] == "champions").all()
    assert (segment.iloc[:20] == "hibernating").all()


def test_good_customers_gone_quiet_are_at_risk_and_first_orders_are_new():
    people = customers([1, 1, 50, 60, 90, 2, 3, 40, 95, 99], [1, 9, 5, 5, 9, 9, 9, 5, 1, 1],
                       [5, 99, 50, 50, 99, 99, 99, 50, 5, 5])  # fmt: skip
    segment = rfm(people).rows["segment"]
    assert segment[0] == "new"
    assert segment[4] == "at_risk"
    assert segment[1] == "champions"


@given(PEOPLE)
def test_equal_customers_share_a_segment_whatever_the_order(people):
    rows = rfm(people).rows
    assert set(rows["segment"]) <= set(SEGMENTS)
    alike = rows.groupby(["recency", "orders", "spend"], dropna=False)["segment"].nunique()
    assert (alike == 1).all()
    turned = rfm(Customers(people.rows.iloc[::-1], people.as_of)).rows.iloc[::-1]
    assert turned["segment"].tolist() == rows["segment"].tolist()


def test_without_money_frequency_decides():
    rich = ladder()
    poor = Customers(rich.rows.assign(spend=np.nan), rich.as_of)
    assert (rfm(poor).rows["segment"].iloc[-15:] == "champions").all()


def test_the_summary_accounts_for_everyone():
    people = rfm(ladder())
    table = segment_summary(people)
    assert table["customers"].sum() == 100
    assert table["share"].sum() == pytest.approx(1)
    assert table["spend_share"].sum() == pytest.approx(1)
    assert table["segment"].tolist() == [s for s in SEGMENTS if s in set(people.rows["segment"])]
    best = table.set_index("segment").loc["champions"]
    theirs = people.rows[people.rows["segment"] == "champions"]
    assert best["recency"] == theirs["recency"].median()
    assert best["spend"] == pytest.approx(theirs["spend"].mean())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_segment_has_a_name(language):
    assert all(translate(language, f"segment.{name}") for name in ("all", "anonymous", *SEGMENTS))
