"""Customers that sales bring: counted once, not before the shop can know them, shrunk to kin."""

from datetime import date, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo import ingest
from promo.domain import Arrivals, Customers
from promo.ingest.simulate import World, simulate
from promo.learn import acquisition
from promo.tables import ARRIVALS

MONDAY = date(2025, 1, 6)
HEADER = "order_id,order_time,customer_id,product_id,quantity,price,list_price"
FIGURES = ["new_list", "new_promoted", "back_list", "back_promoted"]


def line(week, customer, product, quantity=1, paid=2.0, listed="2.00"):
    day = MONDAY + timedelta(weeks=week)
    order = f"{customer}-{week}"
    return f"{order},{day} 10:00:00,{customer},{product},{quantity},{paid},{listed}\n"


REGULARS = [line(week, f"r{n}", "tea") for week in range(70) for n in range(40)]
"""Forty customers who come every week, so that a pause of more than a week is a long one."""


@pytest.fixture
def dataset_of(tmp_path):
    def make(lines, header=HEADER):
        path = tmp_path / "orders.csv"
        path.write_text(f"{header}\n" + "".join(lines), encoding="utf-8")
        mapped = [(path, ingest.inspect(path).suggestion)]
        return ingest.build(mapped, tmp_path / "data", "mine")

    return make


def came(dataset, *segments):
    found = ingest.arrivals(dataset, ingest.panel(dataset), *segments)
    return found, found.rows.set_index(["product_id", "segment", "promoted"])


def test_a_new_customer_is_split_among_the_products_of_her_first_order(dataset_of):
    first = [line(30, "ann", "tea"), line(30, "ann", "milk", 3, paid=1.8)]
    again = [line(31, "ann", "milk", 5)]
    found, rows = came(dataset_of(REGULARS + first + again))
    assert (found.away, found.burn_in) == (7, 7)
    assert rows["new"].to_dict() == {
        ("milk", "all", False): 0.0, ("milk", "all", True): 0.5, ("tea", "all", False): 0.5,
    }  # fmt: skip
    assert rows.loc[("milk", "all", True), "items"] == 3
    assert found.line_share == pytest.approx(0.5)


def test_a_customer_is_back_once_after_a_pause_longer_than_usual(dataset_of):
    ben = [line(week, "ben", "milk") for week in (2, 40, 41)]
    found, rows = came(dataset_of(REGULARS + ben))
    assert found.away == 7
    assert rows.loc[("milk", "all", False), ["items", "new", "back"]].tolist() == [3.0, 1.0, 1.0]
    assert rows.loc[("tea", "all", False), "back"] == 0


def test_nobody_is_new_while_the_shop_does_not_know_its_customers_yet(dataset_of):
    _, rows = came(dataset_of(REGULARS))
    assert rows["new"].tolist() == [0.0]
    assert rows["items"].tolist() == [40 * 69.0]  # the first week is left out


def test_a_line_without_a_list_price_was_promoted_when_its_week_was(dataset_of):
    dull = [one.rsplit(",", 1)[0] + ",\n" for one in REGULARS]
    milk = [line(week, f"r{week % 40}", "milk", listed="") for week in range(70) if week != 20]
    cheap = [line(20, "eve", "milk", paid=1.5, listed="")]
    _, rows = came(dataset_of(dull + milk + cheap))
    assert rows.loc[("milk", "all", True), ["items", "new"]].tolist() == [1.0, 1.0]


def test_a_segment_counts_from_the_day_it_was_formed(dataset_of):
    new = [line(30, "ann", "milk"), line(60, "eve", "milk")]
    dataset = dataset_of(REGULARS + new)
    everybody = ingest.customers(dataset)
    before = everybody.rows["customer_id"] != "eve"
    segment = pd.Series(np.where(before, "known", "new"), dtype="str")
    under = Customers(everybody.rows.assign(segment=segment), everybody.as_of)
    _, rows = came(dataset, under, pd.Timestamp(MONDAY + timedelta(weeks=50)))
    assert rows["new"].to_dict() == {
        ("milk", "new", False): 1.0, ("tea", "known", False): 0.0,
    }  # fmt: skip


NAMELESS = ["o1,2025-01-06,tea,1,2\n", "o2,2025-02-03,tea,1,2\n"]


@pytest.mark.parametrize(
    ("lines", "header"),
    [(NAMELESS, "order_id,order_time,product_id,quantity,price"), (REGULARS[:80], HEADER)],
    ids=["no customers", "two weeks"],
)
def test_a_shop_that_cannot_know_says_nothing(dataset_of, lines, header):
    dataset = dataset_of(lines, header)
    found = ingest.arrivals(dataset, ingest.panel(dataset))
    assert found.rows.empty
    assert acquisition(found, curves_of(["tea"])).rows.empty


def curves_of(products, categories=None, segments=("all",)):
    rows = pd.DataFrame({
        "product_id": np.repeat(products, len(segments)),
        "segment": np.tile(segments, len(products)),
        "category": np.repeat(categories or ["c"] * len(products), len(segments)),
    }).astype("str")  # fmt: skip
    return SimpleNamespace(rows=rows)


def test_summed_over_products_every_customer_counts_once(dataset_of):
    shop = simulate(World(products=20, categories=4, weeks=78, customers=400, event_weeks=0))
    dataset = dataset_of([shop.orders.to_csv(index=False, header=False)],
                         ",".join(shop.orders.columns))  # fmt: skip
    found, rows = came(dataset)
    first = shop.orders.groupby("customer_id")["order_time"].min()
    opens = shop.orders["order_time"].min().normalize() + pd.Timedelta(days=found.burn_in)
    newcomers = first.index[first >= opens]
    assert rows["new"].sum() == pytest.approx(len(newcomers), abs=1e-6)
    joined = pd.Series(shop.truth.crowd.joined, index=shop.truth.crowd.customer_id)
    assert (joined[newcomers] < 0).mean() < 0.12  # taken for new, though they were here before
    belief = acquisition(found, curves_of(sorted(shop.products["product_id"]))).rows
    counted = found.rows.pivot_table(index="product_id", columns="promoted", values="items")
    expected = (belief.set_index("product_id")["new_list"] * counted[False]
                + belief.set_index("product_id")["new_promoted"] * counted[True])  # fmt: skip
    assert expected.sum() == pytest.approx(len(newcomers), rel=0.03)


def told(items, new, products):
    """Arrivals of products by their items and new customers at list price and promoted."""
    parts = [
        pd.DataFrame({"product_id": products, "segment": "all", "promoted": promoted,
                      "items": items[int(promoted)], "new": new[int(promoted)], "back": 0.0})
        for promoted in (False, True)
    ]  # fmt: skip
    kinds = ARRIVALS.empty().dtypes.to_dict()
    return Arrivals(pd.concat(parts, ignore_index=True).astype(kinds), 30, 60)


@pytest.fixture(scope="module")
def shop():
    """200 products, rates around their category's; promoted items bring half as many again."""
    rng = np.random.default_rng(4)
    n = 200
    products = [f"p{number:03d}" for number in range(n)]
    category = np.arange(n) % 8
    rate = 0.05 * np.exp(rng.normal(0, 0.5, 8)[category] + rng.normal(0, 0.4, n))
    items = rng.lognormal(5, 1, (2, n)).round()
    items[1] = np.where(rng.random(n) < 0.2, 0, items[1] / 4).round()
    new = rng.poisson(items * rate * np.array([[1.0], [1.5]])).astype(float)
    curves = curves_of(products, [f"c{one}" for one in category])
    return rate, items, new, acquisition(told(items, new, products), curves).rows


def test_rates_lean_on_kin_and_come_nearer_to_the_truth_than_their_own_counts(shop):
    rate, items, new, rows = shop

    def error(of):
        return np.sqrt(((of / rate - 1) ** 2).mean())

    raw, one = new[0] / items[0], np.full(len(rate), new[0].sum() / items[0].sum())
    assert error(rows["new_list"].to_numpy()) < 0.75 * error(raw)
    assert error(rows["new_list"].to_numpy()) < 0.75 * error(one)


def test_a_promotion_brings_as_many_more_as_promotions_did(shop):
    _, items, _, rows = shop
    times = rows["new_promoted"] / rows["new_list"]
    assert times.median() == pytest.approx(1.5, rel=0.1)
    never = items[1] == 0
    assert never.any()
    assert times[never].to_numpy() == pytest.approx(1.5, rel=0.35)  # as its category's


def test_more_items_are_trusted_more(shop):
    rows = shop[3].sort_values("items")
    assert rows["trust"].tail(50).mean() > 1.5 * rows["trust"].head(50).mean()
    assert rows["trust"].between(0, 1).all()


def test_products_that_are_alike_are_told_alike():
    rng = np.random.default_rng(1)
    items = np.full((2, 100), 300.0)
    new = rng.poisson(15, (2, 100)).astype(float)
    products = [f"p{number:03d}" for number in range(100)]
    rows = acquisition(told(items, new, products), curves_of(products)).rows
    assert rows["new_list"].std() < 0.3 * (new[0] / items[0]).std()
    assert rows["new_list"].mean() == pytest.approx(0.05, rel=0.06)


counts = st.tuples(*[st.integers(0, 50)] * 4)


@given(st.lists(counts, min_size=1, max_size=12))
def test_any_counts_give_shares(found):
    whole = np.array(found, dtype=float).T
    items = whole[:2] + whole[2:]
    products = [f"p{number}" for number in range(len(found))]
    rows = acquisition(
        told(items, np.minimum(whole[2:], items), products), curves_of(products)
    ).rows
    assert rows[FIGURES].notna().all(axis=None)
    assert rows["items"].tolist() == items.sum(axis=0)[np.argsort(products)].tolist()


def test_segments_without_known_customers_are_not_made_up():
    arrivals = told(np.ones((2, 1)), np.ones((2, 1)), ["tea"])
    rows = acquisition(arrivals, curves_of(["tea"], segments=("all", "anonymous"))).rows
    assert rows["segment"].tolist() == ["all"]
