"""A plan taken apart adds up to its gain, and every part is what its name says."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from promo.domain import ResponseCurves
from promo.doubt import SHARED
from promo.evaluate import added, by_week, parts_by_product, parts_by_row
from promo.optimize import Limits, Offer, PlanModel, build_options
from promo.optimize.running import Running
from tests import test_options
from tests.tiny_scene import START, plan_of, tiny


def shop(weeks=2, cross=0.4):
    """Three teas in one category and a lamp in another, with curves that are known."""
    names = ["earl", "green", "lamp", "mint"]
    rows = test_options.curves().rows.iloc[[0, 0, 0, 0]].assign(
        product_id=pd.Series(names, dtype="str").to_numpy(),
        category=["tea", "tea", "light", "tea"], list_price=[10.0, 8.0, 40.0, 5.0],
        unit_cost=[4.0, 3.0, 20.0, 2.0], elasticity=[-3.0, -2.5, -1.0, -2.8], lift=0.1,
        pull_forward=0.2, cross=cross, elasticity_se=0.3, deepest=0.4,
    )  # fmt: skip
    rows = rows.astype({"category": "str", "product_id": "str"}).reset_index(drop=True)
    curves = test_options.ResponseCurves(rows)
    weekly = test_options.forecast(weeks).rows
    means = {"earl": 100.0, "green": 60.0, "lamp": 7.0, "mint": 150.0}
    ahead = pd.concat(
        [weekly[weekly["product_id"] == "a"].assign(product_id=name) for name in names],
        ignore_index=True,
    ).astype({"product_id": "str"})  # fmt: skip
    size = ahead["product_id"].map(means) * (1 + 0.2 * (ahead["week"] > test_options.START))
    for name in ("mean", "low_80", "high_80", "low_95", "high_95"):
        ahead[name] = ahead[name] / 100 * size
    return curves, test_options.Forecast(ahead, test_options.BACKTEST.empty())


def planned(budget=200.0, stock=None, cross=0.4):
    curves, ahead = shop(cross=cross)
    ladder = [0.1, 0.2, 0.3]
    options = test_options.priced(curves, ahead, ladder, 2, stock=stock or {})
    plan = PlanModel(options, stock or {}).exact(Limits(budget=budget))
    assert (plan.rows["discount"] > 0).any()
    return plan, options, curves, ahead


@given(budget=st.floats(40, 2000), stocked=st.booleans(), cross=st.floats(0, 1))
def test_the_parts_of_a_plan_add_up_to_its_gain(budget, stocked, cross):
    stock = {"earl": 260.0, "mint": 200.0} if stocked else None
    curves, ahead = shop(cross=cross)
    options = test_options.priced(curves, ahead, [0.1, 0.2, 0.3], 2, stock=stock or {})
    model = PlanModel(options, stock or {})
    for plan in (model.exact(Limits(budget=budget)), model.relaxed(Limits(budget=budget))):
        parts = parts_by_product(parts_by_row(plan, options))
        sums = parts["own"] - parts["given_away"] - parts["cannibalised"] - parts["pulled_forward"]
        sums += parts["halo"]
        np.testing.assert_allclose(parts["anyway"] + parts["on_added"], parts["given_away"])
        assert (parts["anyway"] <= parts["given_away"] + 1e-9).all()
        np.testing.assert_allclose(sums, parts["gain"], atol=1e-6 * parts["base"].sum())
        assert sums.sum() == pytest.approx(plan.gain.estimate, abs=1e-6 * parts["base"].sum())
        whole = (parts["base"] + parts["gain"]).sum()
        assert whole == pytest.approx(plan.rows["profit"].sum())


def test_the_parts_of_a_calendar_add_up_and_count_the_week_after_once():
    curves, ahead = shop(weeks=4)
    options = test_options.priced(curves, ahead, [0.2, 0.3], 4, lengths=[1])
    plan = PlanModel(options, {}).exact(Limits())
    parts = parts_by_row(plan, options)
    assert parts["pulled_forward"].sum() > 1
    sums = parts["own"] - parts["given_away"] - parts["cannibalised"] - parts["pulled_forward"]
    np.testing.assert_allclose(sums + parts["halo"], parts["gain"], atol=1e-9)


def test_what_rivals_lose_is_lost_by_someone():
    plan, options, *_ = planned(budget=2000.0)
    parts = parts_by_product(parts_by_row(plan, options))
    assert parts["cannibalised_items"].sum() > 0
    assert parts["lost_items"].sum() == pytest.approx(parts["cannibalised_items"].sum())
    alone = parts.set_index("product_id")
    assert alone.loc["lamp", "lost_items"] == 0
    assert alone.loc["lamp", "cannibalised_items"] == 0


def test_each_part_is_what_the_curve_says_by_hand():
    plan, options, curves, ahead = planned(budget=2000.0)
    curve = curves.rows.set_index("product_id")
    base = ahead.rows.groupby("product_id")["mean"].sum()
    last = ahead.rows.groupby("product_id")["mean"].mean()
    teas = ["earl", "green", "mint"]
    for row in parts_by_row(plan, options).itertuples():
        one, keep = curve.loc[row.product_id], 1 - row.discount
        memory = keep ** one["pull_forward"]
        margin = one["list_price"] - one["unit_cost"]
        assert row.own == pytest.approx((row.units - base[row.product_id]) * margin)
        assert row.pulled_items == pytest.approx(last[row.product_id] * (1 - memory))
        assert row.given_away == pytest.approx(row.units * one["list_price"] * row.discount)
        rivals = [name for name in teas if name != row.product_id] * (row.product_id in teas)
        lost = sum(base[name] for name in rivals) * (1 - keep ** (one["cross"] / 2))
        assert row.cannibalised_items == pytest.approx(lost)


def test_nothing_is_taken_from_rivals_where_none_was_learned():
    plan, options, *_ = planned(cross=0.0)
    parts = parts_by_row(plan, options)
    assert parts[["cannibalised", "cannibalised_items", "lost_items"]].abs().to_numpy().max() == 0


def test_the_weeks_of_a_plan_add_up_to_what_it_adds():
    plan, options, curves, ahead = planned()
    parts = parts_by_row(plan, options)
    everything = list(curves.rows["product_id"])
    for products in (everything, ["mint"], ["earl", "lamp"]):
        weeks = by_week(parts, ahead, curves, products)
        found = added(parts, products)
        mean = ahead.rows[ahead.rows["product_id"].isin(products)].groupby("week")["mean"].sum()
        assert weeks["week"].tolist() == mean.index.tolist()
        assert (weeks["plan"] - mean.to_numpy()).sum() == pytest.approx(found.items.estimate)
        assert found.base == pytest.approx(mean.sum())
        wide = (weeks["plan_high"] - weeks["plan_low"]).sum()
        assert wide == pytest.approx(found.items.high - found.items.low)
    chosen = plan.rows.groupby("product_id")["units"].sum()
    lost = parts.groupby("product_id")["cannibalised_items"].sum()
    whole = by_week(parts, ahead, curves, everything)["plan"].sum()
    assert whole == pytest.approx(chosen.sum() - lost.sum())


def test_the_range_of_the_items_added_is_that_of_draws():
    plan, options, *_ = planned(budget=2000.0)
    parts = parts_by_row(plan, options)
    found = added(parts).items
    rng, size = np.random.default_rng(0), 40_000
    total, shared = np.zeros(size), rng.standard_normal((2, size))
    for row in parts.itertuples():
        own = rng.standard_normal((2, size))
        base, response = np.sqrt(SHARED) * shared + np.sqrt(1 - SHARED) * own
        answer = row.units * np.exp(row.response_spread * response) - row.base_items
        total += np.exp(row.base_spread * base) * answer * (row.discount > 0) - row.lost_items
    low, high = np.quantile(total, [0.1, 0.9])
    assert found.low == pytest.approx(low, rel=0.12)
    assert found.high == pytest.approx(high, rel=0.12)


def test_a_stock_that_is_small_leaves_no_room_above():
    tight, options, *_ = planned(2000.0, {"earl": 480.0, "mint": 500.0, "green": 190.0})
    rows = parts_by_row(tight, options)
    held, free = added(rows).items, added(rows.assign(units_high=np.inf)).items
    assert held.estimate == free.estimate
    assert held.low == free.low
    assert held.high < 0.98 * free.high


def test_a_plan_that_promotes_nothing_adds_nothing():
    curves, ahead = shop()
    options = test_options.priced(curves, ahead, [0.1], 2)
    plan = PlanModel(options, {}).exact(Limits(budget=0.0))
    parts = parts_by_row(plan, options)
    found = added(parts)
    assert (found.items.estimate, found.items.low, found.items.high) == (0.0, 0.0, 0.0)
    assert parts[["own", "given_away", "gain"]].abs().to_numpy().max() == pytest.approx(0.0)


CALENDAR = Offer((0.1, 0.3), lengths=(1, 2))


def promoted_alone(scene, options, at):
    """The plan that makes one promotion, taken apart, and the truth of its weeks."""
    rows = plan_of(options, [at])
    none = options.rows.loc[options.rows["discount"] == 0].set_index(["product_id", "segment"])
    lines = pd.MultiIndex.from_frame(rows[["product_id", "segment"]])
    usual = none["profit"].reindex(lines).to_numpy() * rows["base_share"] * rows["weight"]
    rows = rows.assign(gain=(rows["profit"] - usual).where(rows["discount"] > 0, 0.0))
    rows = rows.drop(columns=["base_spread", "response_spread"])
    running = Running(scene, rows)
    weekly = running.open * running.plain
    option = options.rows.iloc[at]
    first = (option["first"] - scene.start).days // 7
    runs = slice(first, first + option["weeks"])
    line = int(running.line[0])
    weekly[line, runs] += running.open[line, runs] * running.answer["items"][0]
    return parts_by_row(SimpleNamespace(rows=rows), options), weekly


@pytest.mark.parametrize("seed", range(4))
def test_the_weeks_of_one_promotion_are_those_of_the_exact_model(seed):
    scene = tiny(seed, 5, weeks=4, segments=2, offer=CALENDAR)
    cross = scene.rows["category"].map({"c0": 0.4, "c1": 0.7})
    scene = replace(scene, curves=ResponseCurves(scene.rows.assign(cross=cross)))
    options = build_options(scene)
    promotions = np.flatnonzero(options.rows["discount"] > 0)
    inside = scene.forecast.rows["week"] < START + pd.Timedelta(weeks=scene.weeks)
    ahead = replace(scene.forecast, rows=scene.forecast.rows[inside].reset_index(drop=True))
    for at in np.random.default_rng(seed).choice(promotions, 5, replace=False).tolist():
        parts, weekly = promoted_alone(scene, options, at)
        mine = options.rows.loc[at, "product_id"]
        for products in (list(scene.products), [mine], [p for p in scene.products if p != mine]):
            due = weekly[scene.rows["product_id"].isin(products)].sum(axis=0)
            told = by_week(parts, ahead, scene.curves, products)["plan"].to_numpy()
            np.testing.assert_allclose(told, due, rtol=1e-9)


@pytest.mark.parametrize("seed", range(3))
def test_the_dip_after_a_promotion_is_told_apart_from_what_it_adds(seed):
    scene = tiny(seed, 2, weeks=4, offer=CALENDAR)
    options = build_options(scene)
    for at in np.flatnonzero(options.rows["discount"] > 0).tolist():
        parts, weekly = promoted_alone(scene, options, at)
        row, option = parts[parts["discount"] > 0].iloc[0], options.rows.iloc[at]
        line = int(scene.products.get_loc(option["product_id"]))
        first = (option["first"] - scene.start).days // 7
        end = first + option["weeks"]
        runs = slice(first, end)
        extra = weekly[line, runs].sum() - scene.base[line, runs].sum()
        assert row["own_items"] == pytest.approx(extra)
        after = scene.base[line, end] - (weekly[line, end] if end < 4 else 0.0)
        if end < 4:
            assert row["dip_items"] == pytest.approx(after)
            assert row["pulled_items"] == pytest.approx(after)
            assert added(parts).later == pytest.approx(0.0, abs=1e-9)
        else:
            assert row["dip_items"] == pytest.approx(0.0, abs=1e-9)
            assert row["pulled_items"] > 0
            assert added(parts).later == pytest.approx(row["pulled_items"])


def test_the_parts_of_a_calendar_add_up_to_its_gain():
    scene = tiny(2, 6, weeks=4, segments=2, offer=CALENDAR)
    options = build_options(scene)
    plan = PlanModel(options, {}).exact(Limits(budget=900.0))
    parts = parts_by_product(parts_by_row(plan, options))
    sums = parts["own"] - parts["given_away"] - parts["cannibalised"] - parts["pulled_forward"]
    np.testing.assert_allclose(sums + parts["halo"], parts["gain"])
    assert parts["lost_items"].sum() == pytest.approx(parts["cannibalised_items"].sum())
    rows = parts_by_row(plan, options)
    on = rows[rows["discount"] > 0]
    assert on.groupby("product_id")["first"].nunique().max() > 1
    assert (on["own_items"] > 0).all()
