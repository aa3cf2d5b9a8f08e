"""The truth of a plan agrees with playing the campaign many times."""

import dataclasses
import time

import numpy as np
import pandas as pd
import pytest

from promo.errors import BadRequest
from promo.ingest.simulate import World, simulate

TINY = World(
    seed=17, products=4, categories=2, weeks=20, customers=30, event_weeks=0, base_units=12.0,
    stock_cover=(0.8, 1.3), campaign_weeks=3,
)  # fmt: skip
PLAYS = 40_000


@pytest.fixture(scope="module")
def tiny():
    return simulate(TINY)


def cut(shop, discount, segment="all"):
    ids = shop.truth.shop.product_id
    return pd.DataFrame({"product_id": ids, "segment": segment, "discount": discount})


def halves(shop):
    ids = shop.truth.crowd.customer_id
    return pd.Series(np.where(np.arange(len(ids)) % 3, "many", "few"), index=ids)


def play(shop, cut_of, member, weeks):
    """Profit of every play: shocks, then every customer's purchases week by week, stock first."""
    truth, item = shop.truth, shop.truth.shop
    rng = np.random.default_rng(5)
    number = len(item.product_id)
    last = truth.history.groupby("product_id", sort=False)["shock"].last().to_numpy()
    calm = simulate(dataclasses.replace(shop.world, shock_sd=0.0)).truth.base
    shock = np.broadcast_to(last, (PLAYS, number))
    profit, left = np.zeros(PLAYS), np.tile(truth.stock, (PLAYS, 1))
    before = np.broadcast_to(truth.last_ratio[:, None], (number, len(member)))
    for week in range(weeks + 1):
        kick = TINY.shock_sd * np.sqrt(1 - TINY.shock_memory**2)
        shock = TINY.shock_memory * shock + kick * rng.normal(size=(PLAYS, number))
        running = week < weeks
        discount = cut_of[:, member] * running
        ratio = np.log(1 - discount)
        for i in range(number):
            shelf = [j for j in range(number) if item.group[j] == item.group[i] and j != i]
            pull = item.elasticity[i] * ratio[i] + item.pantry[i] * before[i]
            pull = pull + item.cross[i] * ratio[shelf].mean(axis=0)
            wish = truth.share[i] * np.exp(truth.crowd.sensitivity * pull)
            wish = wish * np.exp(item.lift[i] * (discount[i] > 0)) * calm[i, week]
            wanted = rng.poisson(np.exp(shock[:, i])[:, None] * wish.sum(), (PLAYS, 1))[:, 0]
            sold = np.minimum(wanted, left[:, i]) if running else wanted
            left[:, i] -= sold * running
            # which customer gets an item is chance in proportion to her wish
            paid = item.list_price[i] * (1 - (wish * discount[i]).sum() / wish.sum())
            profit += sold * (paid - item.unit_cost[i])
        before = ratio
    return profit


@pytest.mark.parametrize("cover", [(0.8, 1.3), (20.0, 30.0)], ids=["tight", "ample"])
@pytest.mark.parametrize("depth", [0.0, 0.1, 0.35])
def test_true_profit_is_the_mean_of_many_plays(depth, cover):
    shop = simulate(dataclasses.replace(TINY, stock_cover=cover))
    assert shop.truth.last_ratio.min() < -0.05  # a promotion is running when history ends
    member = halves(shop)
    plan = pd.concat([cut(shop, depth, "many"), cut(shop, depth / 2, "few")])
    plan = plan[plan["product_id"] != shop.truth.shop.product_id[0]]
    expected = shop.truth.profit(plan, member, weeks=3)
    matrix = np.repeat([[depth / 2, depth]], 4, axis=0)
    matrix[0] = 0.0
    played = play(shop, matrix, (member == "many").to_numpy().astype(int), weeks=3)
    error = played.std() / np.sqrt(PLAYS)
    # the shocks' paths are averaged over a few dozen, which matters only where stock binds
    assert expected == pytest.approx(played.mean(), abs=3 * error + 0.003 * played.mean())


def test_stock_binds_in_the_tiny_world(tiny):
    sold = tiny.truth.outcome(cut(tiny, 0.35), weeks=3).groupby("product_id")["units"].sum()
    stock = pd.Series(tiny.truth.stock, index=tiny.truth.shop.product_id)
    assert (sold <= stock[sold.index]).all()
    assert (sold > 0.9 * stock[sold.index]).any()


def test_a_plan_for_a_segment_reaches_only_its_customers(tiny):
    member = halves(tiny)
    some = tiny.truth.outcome(cut(tiny, 0.3, "few"), member)
    none = tiny.truth.outcome(cut(tiny, 0.0, "few"), member)
    assert (some.loc[some["segment"] == "many", "cost"] == 0).all()
    assert some.loc[some["segment"] == "few", "cost"].sum() > 0
    assert none["cost"].sum() == 0


def test_whoever_the_till_does_not_know_gets_the_price_of_the_anonymous(tiny):
    known = halves(tiny).iloc[:20]
    plan = pd.concat([cut(tiny, 0.2, "anonymous"), cut(tiny, 0.0, "few")])
    some = tiny.truth.outcome(plan, known)
    assert some.loc[some["segment"] == "anonymous", "cost"].sum() > 0
    assert (some.loc[some["segment"] != "anonymous", "cost"] == 0).all()


def test_splitting_everybody_into_segments_of_one_discount_changes_nothing(tiny):
    whole = tiny.truth.profit(cut(tiny, 0.2))
    parts = pd.concat([cut(tiny, 0.2, "many"), cut(tiny, 0.2, "few")])
    assert tiny.truth.profit(parts, halves(tiny)) == pytest.approx(whole)


def test_the_true_curves_and_forecast_foretell_one_product_s_promotion():
    shop = simulate(dataclasses.replace(TINY, stock_cover=(50.0, 60.0), customers=300))
    truth, weeks = shop.truth, 1
    row = truth.curves().rows.iloc[1]
    plan = cut(shop, 0.0).assign(discount=[0.0, 0.1, 0.0, 0.0])
    sold = truth.outcome(plan, weeks=weeks).set_index("product_id")["units"]
    mean = truth.forecast(weeks).rows.set_index("product_id")["mean"]
    foretold = mean[row["product_id"]] * 0.9 ** row["elasticity"] * np.exp(row["lift"])
    assert sold[row["product_id"]] == pytest.approx(foretold, rel=1e-3)


def test_the_true_curves_differ_between_segments_of_different_customers(tiny):
    crowd = tiny.truth.crowd
    keen = np.where(crowd.sensitivity > 1, "keen", "calm")
    rows = tiny.truth.curves(pd.Series(keen, index=crowd.customer_id)).rows
    slope = rows.pivot_table(index="product_id", columns="segment", values="elasticity")
    assert (slope["keen"] < slope["calm"]).all()


def test_weeks_beyond_the_horizon_and_unknown_products_are_refused(tiny):
    with pytest.raises(BadRequest, match="weeks"):
        tiny.truth.profit(cut(tiny, 0.1), start=50, weeks=4)
    with pytest.raises(BadRequest, match="product_id"):
        tiny.truth.profit(cut(tiny, 0.1).assign(product_id="nothing"))


def test_the_truth_of_half_a_year_is_told_in_well_under_a_second():
    shop = simulate(World(customers=3000, weeks=10, event_weeks=0))
    start = time.process_time()
    shop.truth.profit(cut(shop, 0.1), weeks=26)
    assert time.process_time() - start < 0.5
