"""Products that move each other: found where they do, with the right sign, and not where not."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo import ingest
from promo.domain import Baskets, Panel
from promo.ingest.simulate import World, simulate
from promo.learn import associations, fit_demand
from promo.learn.associations import lifts, shrunk
from promo.learn.design import collapse_segments
from promo.learn.odd_weeks import adjusted
from promo.tables import BASKETS
from tests.demand_world import Shop, sell

NOTHING = Baskets(BASKETS.empty())
HALO = World(
    seed=2, products=60, categories=6, weeks=104, customers=500, event_weeks=0, base_units=60.0,
    promo_rate=0.25, halo_pairs=10,
)  # fmt: skip


def bought_together(orders):
    """The pairs counted one by one, as the view is to count them."""
    baskets = orders.groupby("order_id")["product_id"].agg(set)
    pairs = [pair for one in baskets for pair in combinations(sorted(one), 2)]
    together = pd.Series(pairs, dtype="object").value_counts()
    together = together[together >= Baskets.LEAST].sort_index()
    alone = baskets.explode().value_counts()
    rows = pd.DataFrame({
        "product_id": [one for one, _ in together.index],
        "other_id": [other for _, other in together.index],
        "together": together.to_numpy(dtype=np.int64),
    }).astype(BASKETS.empty().dtypes[["product_id", "other_id", "together"]].to_dict())  # fmt: skip
    rows["baskets"] = alone.reindex(rows["product_id"]).to_numpy(dtype=np.int64)
    rows["other_baskets"] = alone.reindex(rows["other_id"]).to_numpy(dtype=np.int64)
    return Baskets(rows, len(baskets))


def history(shop):
    """The panel of a simulated shop without the way over files."""
    rows = shop.panel.assign(place="all", segment="all", week=pd.to_datetime(shop.panel["week"]))
    ids = ["product_id", "place", "segment"]
    rows = rows.astype(dict.fromkeys(ids, "str") | {"week": "datetime64[us]"})
    numbers = ["units", "price", "list_price", "feature", "display", "in_stock"]
    products = shop.products.astype({"stock": "float64"})
    return Panel(rows.astype(dict.fromkeys(numbers, "float64")), products.astype(
        dict.fromkeys(["product_id", "name", "category", "brand"], "str")))  # fmt: skip


def learned(world):
    shop = simulate(world)
    found = associations(fit_demand(history(shop)), bought_together(shop.orders))
    halo = shop.truth.shop.halo.named(shop.truth.shop.product_id)
    true = halo.rename(columns={"effect": "true"}).astype({"product_id": "str", "other_id": "str"})
    return found, found.rows.merge(true, "left", on=["product_id", "other_id"])


@pytest.fixture(scope="module")
def with_halo():
    return learned(HALO)


def test_a_complement_sells_more_when_its_partner_is_cheaper(with_halo):
    found, rows = with_halo
    true = rows.dropna(subset="true")
    assert len(true) >= 5  # of ten, most of them told by a dozen promoted weeks
    assert (true["effect"] < 0).all()
    assert ((true["effect"] - true["true"]).abs() <= 1.96 * true["effect_se"]).mean() >= 0.8
    assert found.tried > 1000


def test_next_to_no_pair_is_made_up_beside_the_true_ones(with_halo):
    assert with_halo[1]["true"].isna().sum() <= 1


def test_complements_were_seen_in_baskets(with_halo):
    true = with_halo[1].dropna(subset="true")
    assert (true["together"] >= Baskets.LEAST).all()
    assert (true["lift"] > 1).all()


@pytest.mark.parametrize("seed", range(3))
def test_a_shop_without_complements_is_told_of_none(seed):
    found, _ = learned(World(seed=seed, products=40, categories=5, weeks=78, customers=300,
                             event_weeks=0))  # fmt: skip
    assert found.tried > 300
    assert found.rows.empty


@pytest.fixture(scope="module")
def rivals():
    """A shop in which the price of P00000 takes customers from P00006, of the same category."""
    panel, _ = sell(Shop(products=30, promoted=0.2, weeks=104, noise=0.1, base=100))
    deal = np.log(panel.rows["price"] / panel.rows["list_price"])
    mine = deal[panel.rows["product_id"] == "P00000"].to_numpy()
    units = panel.rows["units"].copy()
    units[panel.rows["product_id"] == "P00006"] *= np.exp(1.5 * mine)
    return Panel(panel.rows.assign(units=units), panel.products)


def test_a_rival_of_one_product_is_told_apart_from_its_category_without_any_basket(rivals):
    demand = fit_demand(rivals)
    rows = associations(demand, NOTHING).rows.set_index(["product_id", "other_id"])
    assert list(rows.index) == [("P00000", "P00006")]
    one = rows.iloc[0]
    usual = demand.curves.rows["cross"].iloc[0] / 4
    assert abs(one["effect"] - 1.5 - 0.4 / 4) <= 1.96 * one["effect_se"]
    assert one["effect"] > usual
    assert (one["together"], one["lift"]) == (0, 1.0)


def test_products_that_are_only_ever_promoted_together_are_not_told_apart(rivals):
    rows = rivals.rows.sort_values(["product_id", "week"], ignore_index=True)
    first, other = (rows["product_id"] == name for name in ("P00000", "P00006"))
    deal = (rows["price"] / rows["list_price"])[first].to_numpy()
    rows.loc[other, "price"] = rows.loc[other, "list_price"] * deal
    alike = associations(fit_demand(Panel(rows, rivals.products)), NOTHING)
    apart = associations(fit_demand(rivals), NOTHING)
    assert alike.tried == apart.tried - 2
    assert ("P00000", "P00006") not in set(alike.rows[["product_id", "other_id"]].itertuples(
        index=False, name=None))  # fmt: skip


def test_what_a_week_was_sold_out_of_does_not_hide_that_it_was_promoted(rivals):
    promoted = rivals.rows["price"] < rivals.rows["list_price"]
    gone = promoted & (rivals.rows["product_id"] == "P00000")
    rows = rivals.rows.assign(in_stock=rivals.rows["in_stock"].mask(gone, 0.5))
    found = associations(fit_demand(Panel(rows, rivals.products)), NOTHING).rows
    assert ("P00000", "P00006") in set(found[["product_id", "other_id"]].itertuples(
        index=False, name=None))  # fmt: skip


def test_real_deals_moved_to_other_weeks_are_told_to_move_nothing(public_data, tmp_path):
    """Meals of a delivery service, centres added up: real noise, no effect to be found."""
    files = sorted(path for path in public_data("genpact_meal_demand").iterdir()
                   if path.suffix in (".csv", ".zip"))  # fmt: skip
    mapped = [(path, ingest.inspect(path).suggestion) for path in files]
    panel = ingest.panel(ingest.build(mapped, tmp_path / "data", "meals"))
    alone = panel.rows.assign(segment=panel.rows["place"], place="all").astype({"place": "str"})
    whole = collapse_segments(alone).astype({"segment": "str"})
    demand = fit_demand(replace(panel, rows=whole))
    rest = demand.slopes.rest
    kept = tried = 0
    for weeks in (36, 48, 72, 96, 108):
        moved = replace(rest.design, deals=np.roll(rest.design.deals, weeks, axis=1))
        slopes = replace(demand.slopes, rest=replace(rest, design=moved))
        found = associations(replace(demand, slopes=slopes), NOTHING)
        kept, tried = kept + len(found.rows), tried + found.tried
    assert tried > 900
    assert kept == 0


@given(
    st.lists(st.tuples(st.floats(-3, 3), st.floats(0.05, 1)), min_size=1, max_size=8),
    st.floats(0, 4),
)
def test_what_stood_out_of_many_is_pulled_back_and_never_over(pairs, least):
    estimates, se = (np.array(part) for part in zip(*pairs, strict=True))
    mean, sd = shrunk(estimates, se, least)
    assert (mean * estimates >= 0).all()
    assert (np.abs(mean) <= np.abs(estimates)).all()
    assert (sd > 0).all()


def test_the_rule_for_keeping_pairs_is_as_false_as_it_says():
    """Of 400 shops of 200 pairs without an effect about one in twenty keeps any."""
    scores = np.random.default_rng(0).uniform(size=(400, 200))
    kept = [(adjusted(chance, 200) <= 0.05).any() for chance in scores]
    assert np.mean(kept) < 0.08


def test_baskets_are_counted_as_they_are(tmp_path):
    shop = simulate(World(products=9, categories=3, weeks=10, customers=60, event_weeks=2))
    path = tmp_path / "orders.csv"
    shop.orders.to_csv(path, index=False)
    dataset = ingest.build([(path, ingest.inspect(path).suggestion)], tmp_path / "data", "mine")
    found, counted = ingest.baskets(dataset), bought_together(shop.orders)
    assert len(counted.rows) > 20
    assert found.total == counted.total
    pd.testing.assert_frame_equal(found.rows, counted.rows)
    assert lifts(found).min() > 0


def test_a_basket_of_a_shops_own_size_says_nothing(tmp_path):
    small = "".join(f"A{n},2026-01-05,{p},1,2\n" for n in range(6) for p in ("tea", "milk"))
    large = "".join(f"B{n},2026-01-06,x{p},1,2\n" for n in range(6) for p in range(101))
    path = tmp_path / "orders.csv"
    path.write_text("order_id,order_time,product_id,quantity,price\n" + small + large)
    dataset = ingest.build([(path, ingest.inspect(path).suggestion)], tmp_path / "data", "mine")
    found = ingest.baskets(dataset)
    assert found.rows.iloc[0].tolist()[:3] == ["milk", "tea", 6]
    assert len(found.rows) == 1
    assert found.total == 6


def test_purchases_of_nobody_are_in_nobodys_basket_of_the_day(tmp_path):
    rows = "".join(
        f"2026-01-{day:02d} 10:00:00,purchase,{product},{who},2,1\n"
        for day in range(5, 12) for product in ("tea", "milk") for who in ("", "ann")
    )  # fmt: skip
    path = tmp_path / "events.csv"
    path.write_text("event_time,event_type,product_id,customer_id,price,quantity\n" + rows)
    dataset = ingest.build([(path, ingest.inspect(path).suggestion)], tmp_path / "data", "mine")
    found = ingest.baskets(dataset)
    assert (found.total, found.rows["together"].tolist()) == (7, [7])


def test_a_shop_without_orders_has_no_baskets(tmp_path):
    path = tmp_path / "panel.csv"
    path.write_text("week,product_id,units,price\n" + "".join(
        f"2026-01-{5 + 7 * week:02d},tea,3,{2 + week}\n" for week in range(3)))  # fmt: skip
    dataset = ingest.build([(path, ingest.inspect(path).suggestion)], tmp_path / "data", "mine")
    assert ingest.baskets(dataset).rows.empty
