"""Odd weeks: those that were planted are found, ordinary ones are left alone."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from promo import learn
from promo.domain import Panel
from promo.ingest.simulate import World
from promo.learn.anomalies import NO_CHOICE, SHOP
from promo.learn.gaps import at_most
from promo.learn.odd_weeks import adjusted
from tests.demand_world import Shop, panel_of, sell
from tests.odd_world import keys, shop_panel, told, units_of, weeks, with_units

SEEDS = (1, 2, 3)
ACCUSING = ("spike", "drop", "stock_out", "level_shift")


@pytest.fixture(scope="module")
def shops():
    """Three ordinary shops of 100 products: seasons, holidays, promotions, fading shocks."""
    return [shop_panel(World(seed=seed, customers=0)) for seed in SEEDS]


def found(panel, gaps=()):
    return learn.find_anomalies(panel, gaps).rows


def accused(rows):
    return rows[rows["kind"].isin(ACCUSING)]


def test_of_a_thousand_ordinary_weeks_less_than_one_is_accused(shops):
    rows = pd.concat([accused(found(panel)) for panel, _ in shops])
    single = rows[rows["kind"] != "level_shift"]
    assert single["weeks"].sum() <= 0.001 * sum(len(panel.rows) for panel, _ in shops)
    assert len(rows) - len(single) <= 0.02 * sum(due.shape[0] for _, due in shops)


def planted(shops, plant, *, least, first=5, last=5):
    """Plant something in a quarter of the products that sell well; the share found, and the rest.

    `plant` changes a product's items from a week on and returns kind and last week.
    """
    hits, others, ordinary = [], 0, 0
    for seed, (panel, due) in zip(SEEDS, shops, strict=True):
        rng = np.random.default_rng(seed)
        units, at = units_of(panel), []
        sold_out = panel.rows["in_stock"].to_numpy().reshape(units.shape) < 0.95
        for product in np.flatnonzero(np.median(due, axis=1) >= least)[::4]:
            free = np.flatnonzero(~sold_out[product])
            week = int(rng.choice(free[(free >= first) & (free < units.shape[1] - last)]))
            at.append((product, week, *plant(units[product], due[product], week)))
        rows, mondays = found(with_units(panel, units)), weeks(panel)
        names = keys(panel)
        hits += [
            told(rows, kind, names[one], mondays[week], mondays[end]) for one, week, kind, end in at
        ]
        touched = {names[one] for one, *_ in at}
        rest = accused(rows)
        rest = rest[~rest["product_id"].isin(touched) & (rest["kind"] != "level_shift")]
        others += int(rest["weeks"].sum())
        ordinary += (len(names) - len(touched)) * len(mondays)
    assert len(hits) >= 30
    return np.mean(hits), others / ordinary


def test_a_week_that_sells_five_times_its_due_is_found_in_95_of_100_products(shops):
    def spike(units, due, week):
        units[week] = round(5 * due[week])
        return "spike", week

    share, others = planted(shops, spike, least=15)
    assert share >= 0.95
    assert others <= 0.001


def test_a_week_in_which_a_best_seller_sells_a_fifth_of_its_due_is_found():
    panel, _ = sell(Shop(products=40, categories=4, base=300.0, seed=12))
    units, mondays = units_of(panel), weeks(panel)
    best = np.flatnonzero(np.median(units, axis=1) >= 200)
    for product in best:
        units[product, 10 + product] = round(0.2 * np.median(units[product]))
    rows = found(with_units(panel, units))
    hits = [told(rows, "drop", keys(panel)[one], *[mondays[10 + one]] * 2) for one in best]
    assert len(hits) >= 20
    assert np.mean(hits) >= 0.9


@pytest.mark.parametrize("length", [2, 4, 12])
def test_empty_shelves_that_nobody_recorded_are_found_in_95_of_100_products(shops, length):
    def empty(units, due, week):
        units[week : week + length] = 0
        return "stock_out", week + length - 1

    share, others = planted(shops, empty, least=20, last=length + 1)
    assert share >= 0.95
    assert others <= 0.001


@pytest.mark.parametrize("times", [2.0, 0.5])
def test_a_level_that_doubles_or_halves_for_good_is_found_and_dated(shops, times):
    hits, late = [], []
    for panel, _due in shops:
        units, mondays, names = units_of(panel), weeks(panel), keys(panel)
        at = {product: 26 + 2 * place for place, product in enumerate(range(0, 100, 8))}
        for product, week in at.items():
            units[product, week:] = np.round(times * units[product, week:])
        rows = found(with_units(panel, units))
        for product, week in at.items():
            own = rows[(rows["product_id"] == names[product]) & (rows["kind"] == "level_shift")]
            hits.append(len(own) > 0)
            late += [abs((one - mondays[week]).days) / 7 for one in own["first"][:1]]
    assert np.mean(hits) >= 0.75
    assert np.mean(np.array(late) <= 4) >= 0.8


def test_a_shock_that_fades_and_a_long_promotion_are_no_new_level():
    panel, _ = sell(Shop(products=20, categories=2, season=0.0, promoted=0.1, seed=3))
    units = units_of(panel)
    units[4, 40:50] = np.round(units[4, 40:50] * (1 + 0.8 ** np.arange(10)))
    rows = found(with_units(panel, units))
    assert not (rows["kind"] == "level_shift").any()


def test_promoted_weeks_that_sell_as_promoted_weeks_do_are_no_news():
    panel, _ = sell(Shop(products=40, promoted=0.25, seed=5))
    assert found(panel).empty


def test_a_peak_that_comes_every_year_is_the_season():
    rng = np.random.default_rng(4)
    units = rng.poisson(40.0, (3, 110))
    units[1, 20], units[1, 72] = 200, 190
    units[2, 20] = 200
    panel = panel_of(units.astype(float), np.zeros(units.shape), np.arange(3), np.ones(3))
    rows = found(panel)
    assert list(rows["product_id"]) == ["P00002"], "the one that came only once"
    assert list(rows["kind"]) == ["spike"]


def test_a_slow_sellers_pauses_are_its_way_of_selling():
    rng = np.random.default_rng(9)
    units = rng.poisson(0.6, (60, 90)).astype(float)
    units[:, 0] = 1.0
    panel = panel_of(units, np.zeros(units.shape), np.arange(60) % 4, np.full(60, 5.0))
    assert not (found(panel)["kind"] == "stock_out").any()


def test_a_launch_and_a_product_that_fades_away_were_not_out_of_stock():
    rng = np.random.default_rng(2)
    ramp = 40 * np.clip(0.15 + np.arange(80) / 40, 0.0, 1.0)
    units = rng.poisson(np.vstack([ramp, ramp[::-1], np.full(80, 40.0)])).astype(float)
    panel = panel_of(units, np.zeros(units.shape), np.arange(3), np.ones(3))
    assert not (found(panel)["kind"] == "stock_out").any()


def test_what_is_recorded_already_is_listed_apart_and_asks_nothing():
    panel, _ = sell(Shop(products=20, categories=2))
    rows = panel.rows.copy()
    mondays = weeks(panel)
    own = rows["product_id"] == "P00003"
    rows.loc[own & rows["week"].isin(mondays[30:32]), ["in_stock", "units"]] = 0.3, 2.0
    gone = (rows["product_id"] == "P00005") & rows["week"].isin(mondays[40:43])
    result = found(replace(panel, rows=rows[~gone]))
    known = result[result["kind"] == "stock_out_known"].iloc[0]
    assert (known["product_id"], known["weeks"], known["sold"]) == ("P00003", 2, 4.0)
    assert known["expected"] > known["sold"]
    absent = result[result["kind"] == "missing_weeks"].iloc[0]
    assert (absent["product_id"], absent["first"], absent["weeks"]) == ("P00005", mondays[40], 3)
    assert not result.loc[result["kind"].isin(NO_CHOICE), "suggested"].any()


def test_days_without_a_line_are_told_once_with_what_they_cost_and_accuse_no_product(shops):
    panel, _ = shops[0]
    units, mondays = units_of(panel), weeks(panel)
    units[:, 30] = np.round(units[:, 30] * 0.4)
    units[:, 50] = 0
    gaps = [(mondays[30].date(), (mondays[30] + pd.Timedelta(days=3)).date()),
            (mondays[50].date(), (mondays[50] + pd.Timedelta(days=6)).date())]  # fmt: skip
    rows = found(with_units(panel, units), gaps)
    missing = rows[rows["kind"] == "missing_days"].sort_values("first")
    assert list(missing["days"]) == [4, 7]
    assert list(missing["product_id"]) == [SHOP, SHOP]
    assert missing["times"].iloc[0] == pytest.approx(0.4, abs=0.1)
    assert missing["times"].iloc[1] == 0
    nearby = accused(rows)
    assert not nearby["first"].isin([mondays[30], mondays[50]]).any()


def test_a_week_in_which_the_whole_shop_sells_twice_as_much_is_about_the_shop(shops):
    panel, _ = shops[0]
    units = units_of(panel)
    units[:, 33] = units[:, 33] * 2
    rows = accused(found(with_units(panel, units)))
    here = rows[rows["first"] == weeks(panel)[33]]
    assert list(here["product_id"]) == [SHOP]
    assert here["times"].iloc[0] == pytest.approx(2.0, abs=0.25)


def test_a_finding_says_what_was_due():
    panel, _ = sell(Shop(products=30, categories=3, seed=1, promoted=0.0))
    units = units_of(panel)
    due = float(np.median(units[7]))
    units[7, 44] = round(6 * due)
    result = learn.find_anomalies(with_units(panel, units))
    row = result.rows.iloc[0]
    assert (row["product_id"], row["kind"], row["sold"]) == ("P00007", "spike", round(6 * due))
    assert row["expected"] == pytest.approx(due, rel=0.4)
    assert row["times"] == pytest.approx(row["sold"] / row["expected"])
    week = result.weeks.set_index(["product_id", "week"]).loc[("P00007", row["first"])]
    assert week["expected"] == pytest.approx(row["expected"])
    assert week["units"] > week["high"] > week["expected"] > week["low"]


def odd_shop(seed: int) -> Panel:
    panel, _ = sell(Shop(products=24, categories=3, weeks=70, seed=seed))
    units = units_of(panel)
    units[3, 30] = 8 * max(units[3, 30], np.median(units[3]))
    units[11, 40:45] = 0
    units[17, 35:] = np.round(units[17, 35:] * 3)
    return with_units(panel, units)


PLANTED = {("P00003", "spike"), ("P00011", "stock_out"), ("P00017", "level_shift")}


def named(rows):
    return set(zip(rows["product_id"], rows["kind"], strict=True))


@settings(max_examples=8)
@given(st.integers(0, 10_000))
def test_the_order_of_rows_does_not_matter(seed):
    panel = odd_shop(seed)
    shuffled = replace(panel, rows=panel.rows.sample(frac=1.0, random_state=seed))
    pd.testing.assert_frame_equal(found(panel), found(shuffled))


@settings(max_examples=8)
@given(st.integers(0, 10_000), st.sampled_from([10.0, 100.0]))
def test_counting_in_smaller_units_loses_no_finding(seed, times):
    panel = odd_shop(seed)
    assert named(found(panel)) >= PLANTED
    larger = replace(panel, rows=panel.rows.assign(units=panel.rows["units"] * times))
    assert named(found(larger)) >= PLANTED


def test_a_history_of_a_few_weeks_accuses_nobody():
    for count in (1, 2, 5):
        units = np.full((3, count), 10.0)
        panel = panel_of(units, np.zeros(units.shape), np.arange(3), np.ones(3))
        assert found(panel).empty


def test_weeks_left_out_teach_nothing_and_keep_their_prices():
    panel, _ = sell(Shop(products=20, categories=2, seed=6))
    mondays = weeks(panel)
    one = learn.LeftOut("P00002", "spike", mondays[10].date(), mondays[12].date())
    whole = learn.LeftOut(SHOP, "missing_days", mondays[20].date(), mondays[20].date())
    rows = learn.without(panel, (one, whole)).rows
    changed = rows["in_stock"] == 0
    assert set(rows.loc[changed & (rows["product_id"] == "P00002"), "week"]) == {
        *mondays[10:13], mondays[20]
    }  # fmt: skip
    assert set(rows.loc[changed & (rows["product_id"] == "P00007"), "week"]) == {mondays[20]}
    pd.testing.assert_frame_equal(
        rows.drop(columns="in_stock"), panel.rows.drop(columns="in_stock")
    )
    assert learn.without(panel, ()) is panel


def test_a_spike_left_out_no_longer_moves_the_forecast():
    panel, _ = sell(Shop(products=12, categories=2, seed=8, season=0.0, promoted=0.0))
    units = units_of(panel)
    units[2, -2] = 30 * units[2, -2] + 500
    odd = with_units(panel, units)
    monday = weeks(panel)[-2].date()
    left = learn.without(odd, (learn.LeftOut("P00002", "spike", monday, monday),))
    mean = {
        name: learn.forecast(one, 1).rows.set_index("product_id")["mean"]["P00002"]
        for name, one in (("true", panel), ("odd", odd), ("left", left))
    }
    assert abs(mean["left"] - mean["true"]) < 0.2 * abs(mean["odd"] - mean["true"])


def test_a_finding_counts_as_sure_only_against_all_that_were_tried():
    chance = np.array([1e-6, 0.004, 0.03])
    assert adjusted(chance, 10).tolist() == pytest.approx([1e-5, 0.02, 0.1])
    assert adjusted(chance, 1000)[1] > 0.05


def test_the_chance_of_so_few_items_is_the_poissons_where_there_is_no_other_noise():
    from scipy.stats import poisson

    mean = np.array([3.0, 8.0, 20.0])
    chance = at_most(np.array([0.0, 2.0, 9.0]), mean, np.full(3, 1e-7))
    assert chance == pytest.approx(poisson.cdf([0, 2, 9], mean), rel=1e-4)


def test_a_gap_outside_the_history_is_no_finding(shops):
    panel, _ = shops[0]
    assert not (
        found(panel, [(date(2001, 1, 1), date(2001, 1, 3))])["kind"] == "missing_days"
    ).any()


def test_gaps_that_share_a_week_are_one_finding(shops):
    panel, _ = shops[0]
    monday = weeks(panel)[20].date()
    day = [monday + timedelta(days=n) for n in range(14)]
    rows = found(panel, [(day[1], day[1]), (day[3], day[8]), (day[12], day[12])])
    missing = rows[rows["kind"] == "missing_days"]
    assert list(missing["days"]) == [8]
    assert list(missing["weeks"]) == [2]


def test_a_product_that_hardly_sold_before_has_a_level_that_can_be_said():
    rng = np.random.default_rng(3)
    units = rng.poisson(30.0, (12, 60)).astype(float)
    units[4, 1:30] = 0
    panel = panel_of(units, np.zeros(units.shape), np.arange(12) % 2, np.ones(12))
    rows = found(panel)
    own = rows[(rows["product_id"] == "P00004") & (rows["kind"] == "level_shift")]
    assert own["sold"].between(20, 40).all()
    assert own["times"].between(2, 100).all()
    assert len(own) == 1
