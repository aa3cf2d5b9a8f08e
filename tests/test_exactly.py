"""What a whole plan is worth, against plain loops, hand computation and every plan there is."""

from dataclasses import replace
from functools import partial
from itertools import combinations, pairwise, product

import numpy as np
import pandas as pd
import pytest

from promo.errors import BadRequest
from promo.optimize.exactly import exactly, improved
from promo.optimize.mechanics import MECHANICS
from promo.optimize.offer import Offer
from promo.optimize.options import build_options
from promo.optimize.scene import Scene
from tests.tiny_scene import START, curve_rows, forecast_of, plan_of, strength, tiny, truth

EVERY_WAY = Offer(
    (0.1, 0.3), lengths=(1, 2), mechanics=tuple(MECHANICS.values()), funding={"p0": 0.4}
)


def a_plan(scene, seed):
    """A random plan with some promotions per line that do not overlap."""
    options = build_options(scene)
    rng, rows, chosen = np.random.default_rng(seed), options.rows, []
    first = ((rows["first"] - START).dt.days // 7).to_numpy()
    length = rows["weeks"].to_numpy()
    for _, part in rows[rows["discount"] > 0].groupby(["product_id", "segment"]):
        taken = np.zeros(scene.weeks, dtype=bool)
        for at in rng.permutation(part.index)[:2].tolist():
            weeks = slice(first[at], first[at] + length[at])
            if not taken[weeks].any():
                taken[weeks] = True
                chosen.append(at)
    return plan_of(options, chosen)


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_is_worth_what_its_weeks_add_up_to(seed):
    scene = tiny(seed, 4, weeks=4, segments=2, pairs=5, offer=EVERY_WAY)
    rows = a_plan(scene, seed)
    assert exactly(scene, rows).total("profit") == pytest.approx(truth(scene, rows), rel=1e-12)


def test_two_rivals_take_from_each_other_what_a_hand_computes():
    curves = curve_rows(product_id=["a", "b"], cross=[0.5, 1.0])
    scene = Scene(curves, forecast_of({"a": [100.0, 100.0], "b": [50.0, 50.0]}),
                  Offer((0.2,)), START, 1)  # fmt: skip
    options = build_options(scene)
    both = plan_of(options, np.flatnonzero(options.rows["discount"] > 0))
    found = exactly(scene, both).by_product.set_index("product_id")
    a, b = 100 * 0.8**-2 * 0.8**0.5, 50 * 0.8**-2 * 0.8**1.0
    assert found.loc["a", "units"] == pytest.approx(a)
    assert found.loc["b", "revenue"] == pytest.approx(8 * b)
    assert found.loc["b", "cost"] == pytest.approx(2 * b)
    assert found["profit"].tolist() == pytest.approx([2 * a, 2 * b])
    told = 2 * 100 * 0.8**-2 + 2 * 50 * 0.8**-2
    told -= 4 * 50 * (1 - 0.8**1.0) + 4 * 100 * (1 - 0.8**0.5)  # each charged at list price
    assert exactly(scene, both).error == pytest.approx(told - 2 * a - 2 * b)


def test_partners_of_two_categories_sell_more_together():
    curves = curve_rows(product_id=["a", "b"], category=["c", "d"])
    pairs = pd.DataFrame({"product_id": ["a"], "other_id": ["b"], "effect": [-0.5]})
    scene = Scene(curves, forecast_of({"a": [100.0], "b": [50.0]}), Offer((0.2,)), START, 1,
                  associations=pairs.astype({"product_id": "str", "other_id": "str"}))  # fmt: skip
    rows = build_options(scene).rows
    only_a = plan_of(build_options(scene), [1])
    assert rows.loc[1, "halo"] == pytest.approx(4 * 50 * (0.8**-0.5 - 1))
    assert rows.loc[1, "profit"] == pytest.approx(2 * 100 * 0.8**-2 + rows.loc[1, "halo"])
    units = exactly(scene, only_a).by_product["units"]
    assert units.tolist() == pytest.approx([100 * 0.8**-2, 50 * 0.8**-0.5])


@pytest.mark.parametrize("seed", range(6))
def test_one_promotion_alone_is_priced_exactly(seed):
    scene = tiny(seed, 4, weeks=3, segments=2, pairs=5, offer=EVERY_WAY)
    options = build_options(scene)
    promotions = np.flatnonzero(options.rows["discount"] > 0)
    for at in np.random.default_rng(seed).choice(promotions, 6, replace=False).tolist():
        value = exactly(scene, plan_of(options, [at]))
        assert value.error == pytest.approx(0.0, abs=1e-9 * value.promised)


def test_items_sold_below_cost_that_others_take_are_no_gain_in_either():
    scene = tiny(4, 4, weeks=3, unit_cost=(1.05, 1.3), offer=Offer((0.2,), lengths=(1, 2)))
    options = build_options(scene)
    for at in np.flatnonzero(options.rows["discount"] > 0).tolist():
        value = exactly(scene, plan_of(options, [at]))
        assert value.error == pytest.approx(0.0, abs=1e-9 * abs(value.promised))
        assert options.rows["cannibalised"].iloc[at] == 0
        assert options.rows["pulled_forward"].iloc[at] == 0


def test_one_promotion_alone_is_priced_exactly_under_its_stock_too():
    scene = tiny(1, 2, weeks=3, offer=Offer((0.2,), lengths=(1, 2)), stock={"p0": 200.0})
    options = build_options(scene)
    rows = options.rows
    for at in np.flatnonzero((rows["discount"] > 0) & (rows["product_id"] == "p0")).tolist():
        plan = plan_of(options, [at])
        value = exactly(scene, plan)
        assert value.error == pytest.approx(0.0, abs=1e-9 * value.promised)
        for name in ("units", "revenue", "cost"):
            mine = plan.loc[plan["product_id"] == "p0", name].sum()
            assert value.by_product.loc[0, name] == pytest.approx(mine)


def one_item(names, weeks):
    """One item as often as there are names, in a season; promotions of one or two weeks."""
    season = (100 + 40 * np.sin(np.arange(weeks + 1))).tolist()
    curves = curve_rows(product_id=names, elasticity=-3.0, lift=0.1, pull_forward=0.4)
    offer = Offer((0.3,), lengths=(1, 2))
    return Scene(curves, forecast_of(dict.fromkeys(names, season)), offer, START, weeks)


@pytest.mark.parametrize("weeks", [8, 13])
def test_promotions_further_apart_than_the_memory_simply_add_up(weeks):
    options = build_options(one_item(["p"], weeks)).rows
    first = ((options["first"] - START).dt.days // 7).to_numpy()
    end = first + options["weeks"].to_numpy()
    promotions = np.flatnonzero(options["discount"] > 0).tolist()
    calendars = [
        calendar
        for count in (1, 2, 3)
        for calendar in combinations(promotions, count)
        if all(first[b] > end[a] for a, b in pairwise(calendar))
    ]
    names = [f"p{number:05d}" for number in range(len(calendars))]
    at = [row for calendar in calendars for row in calendar]
    rows = options.iloc[at].assign(
        product_id=np.repeat(names, [len(calendar) for calendar in calendars]), weight=1.0
    )
    found = exactly(one_item(names, weeks), rows).by_product["profit"]
    base = options["profit"].iloc[0]
    gain = (options["profit"] - options["base_share"] * base).to_numpy()
    told = [base + gain[list(calendar)].sum() for calendar in calendars]
    assert len(calendars) > 100
    assert found.tolist() == pytest.approx(told, rel=1e-12)


def test_promotions_in_neighbouring_weeks_do_not_simply_add_up():
    scene = tiny(3, 1, weeks=4, offer=Offer((0.3,), lengths=(1,)))
    options = build_options(scene)
    assert exactly(scene, plan_of(options, [1, 2])).error > 1.0


@pytest.mark.parametrize("seed", range(5))
def test_an_option_around_a_plan_adds_what_it_adds_to_the_truth(seed):
    offer = replace(EVERY_WAY, endings=(0.99, 0.49)[: seed % 3])
    scene = tiny(seed, 5, weeks=3, segments=2, pairs=6, offer=offer)
    rows = a_plan(scene, seed)
    around = build_options(scene, around=rows).rows
    key = ["product_id", "segment"]
    none = around[around["discount"] == 0].set_index(key)["profit"]
    for at in np.random.default_rng(seed).choice(len(around), 6, replace=False).tolist():
        option = around.iloc[[at]].assign(weight=1.0)
        line = tuple(option[key].iloc[0])
        others = rows[(rows[key] != list(line)).any(axis=1)]
        added = truth(scene, pd.concat([others, option])) - truth(scene, others)
        told = option["profit"].iloc[0] - option["base_share"].iloc[0] * none[line]
        assert told == pytest.approx(added, abs=1e-8)


def test_a_share_of_a_crowd_counts_as_that_share():
    scene = tiny(2, 2, cross=0.0)
    options = build_options(scene)
    whole, none = (exactly(scene, plan_of(options, at)).total("profit") for at in ([2], []))
    part = exactly(scene, options.rows.iloc[[2]].assign(weight=0.4)).total("profit")
    assert part == pytest.approx(none + 0.4 * (whole - none))


def solve(options):
    """The best plan by the sum of its rows: where nothing is shared, the best of every line."""
    rows = options.rows
    none = (rows["discount"] == 0).to_numpy()
    profit = rows["profit"].to_numpy()
    gain = profit - rows["base_share"].to_numpy() * profit[none][np.cumsum(none) - 1]
    best = pd.Series(gain).groupby(np.cumsum(none)).idxmax()
    return plan_of(options, [at for at in best if gain[at] > 0])


def worth(scene, rows):
    return exactly(scene, rows).total("profit")


def best_of_all(scene):
    """The true profit of the best of all plans of one week, by listing them."""
    facts, lines = scene.facts, scene.rows.to_dict("records")
    off = np.array(list(product((0.0, 0.1, 0.2, 0.3), repeat=len(lines))))
    ties = np.array([[0.0 if one is other else strength(scene, one, other) for other in lines]
                     for one in lines])  # fmt: skip
    log_price = np.log1p(-off)
    log_items = facts["elasticity"] * log_price + facts["lift"] * (off > 0) + log_price @ ties
    margin = facts["list_price"] - facts["unit_cost"]
    own = scene.base[:, 0] * np.exp(log_items) * (margin - facts["list_price"] * off)
    dip = scene.base[:, 1] * (1 - np.exp(facts["pull_forward"] * log_price)) * margin
    return float((own - dip).sum(axis=1).max())


def test_planning_around_plans_finds_the_true_best_of_most_tiny_shops():
    found, first = 0, 0
    for seed in range(30):
        scene = tiny(seed, 4, pairs=3, cross=2.0)
        best = best_of_all(scene) - 1e-6
        begun = solve(build_options(scene))
        start = worth(scene, begun)
        rows, gained = improved(scene, solve, begun, partial(worth, scene))
        end = worth(scene, rows)
        assert gained == pytest.approx(end - start, abs=1e-9)
        assert start <= end <= best + 2e-6
        first += start >= best
        found += end >= best
    assert found > first
    assert found >= 27


def test_a_plan_of_another_shop_is_refused():
    scene = tiny(0, 2)
    rows = plan_of(build_options(scene), [1]).assign(product_id="unknown")
    with pytest.raises(BadRequest):
        exactly(scene, rows)
