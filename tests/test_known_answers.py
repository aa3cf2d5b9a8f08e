"""The bare optimiser held against published answers, and against trying everything."""

from itertools import product as combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from sklearn.metrics import r2_score
from sklearn.model_selection import train_test_split

from promo.errors import Infeasible
from promo.optimize import choose

TRANSPORT = {
    "Great_Lakes": 0.3, "Midsouth": 0.1, "Northeast": 0.4, "Northern_New_England": 0.5,
    "SouthCentral": 0.3, "Southeast": 0.2, "West": 0.2, "Plains": 0.2,
}  # fmt: skip
"""Money per avocado by region, as published with Gurobi's price optimisation case."""
SUPPLY, WASTE, DEAREST = 30.0, 0.1, 2.0
DEMAND = "units_sold ~ region + year_index + peak + price"


@pytest.fixture(scope="module")
def avocados(public_data):
    frame = pd.read_csv(
        public_data("avocado") / "gurobi_HAB_data_2015to2022.csv", encoding="utf-8-sig"
    )
    frame = frame[frame["region"].isin(TRANSPORT)]
    return frame.assign(year_index=frame["year"] - 2015)


@pytest.fixture(scope="module")
def market(avocados):
    """By region: demand at price 0 in the peak of 2022, and the least and most ever delivered."""
    fit = smf.ols(DEMAND, avocados).fit()
    peak = pd.DataFrame({"region": list(TRANSPORT), "price": 0.0, "year_index": 7, "peak": 1})
    sold = avocados.groupby("region")["units_sold"]
    table = pd.DataFrame({"low": sold.min(), "high": sold.max(), "cost": pd.Series(TRANSPORT)})
    return table.assign(most=pd.Series(fit.predict(peak).to_numpy(), list(TRANSPORT)),
                        slope=-fit.params["price"])  # fmt: skip


def test_avocado_demand_is_the_published_regression(avocados):
    fit = smf.ols(DEMAND, avocados).fit()
    assert fit.params["price"] == pytest.approx(-2.203770, abs=1e-6)
    assert fit.rsquared == pytest.approx(0.906673, abs=1e-6)
    train, test = train_test_split(avocados, train_size=0.8, random_state=1)
    said = smf.ols(DEMAND, train).fit().predict(test)
    assert r2_score(test["units_sold"], said) == pytest.approx(0.8982, abs=5e-5)


def net(region, supply, price):
    """Millions earned in a region: what is sold, less transport of all and waste of the rest."""
    sold = np.minimum(supply, np.maximum(region["most"] - region["slope"] * price, 0.0))
    return price * sold - region["cost"] * supply - WASTE * (supply - sold)


def delivered(market, supplies, worth):
    """An options table: what a region is sent, and what that is worth at its best price."""
    parts = [
        pd.DataFrame({"region": name, "supply": supplies[name],
                      "net": worth(region, np.asarray(supplies[name]))})
        for name, region in market.iterrows()
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_avocado_prices_on_a_ladder_reach_the_published_optimum(market):
    """A region is sent what some price sells, a multiple of 0.02, or what is left of the supply."""
    ladder = np.arange(0.0, DEAREST + 1e-9, 0.05)

    def worth(region, supply):
        return net(region, supply, ladder[:, None]).max(axis=0)

    supplies = {}
    for name, region in market.iterrows():
        sells = (region["most"] - region["slope"] * ladder).clip(region["low"], region["high"])
        supplies[name] = np.union1d(sells, np.arange(region["low"], region["high"], 0.02))
    question = {"one_per": ["region"], "maximise": "net", "at_least": {"supply": SUPPLY}}
    rough = choose(delivered(market, supplies, worth), **question)
    over = rough.rows["supply"].sum() - SUPPLY
    for name, sent in zip(rough.rows["region"], rough.rows["supply"], strict=True):
        supplies[name] = np.append(supplies[name], max(sent - over, market.loc[name, "low"]))
    choice = choose(delivered(market, supplies, worth), **question)
    assert choice.status == "optimal"
    assert choice.objective == pytest.approx(42.493364, abs=2e-6)


def test_avocado_prices_without_a_ladder_reach_the_published_optimum(market):
    """Shares of two supplies stand for the supply between them, on a grid that is refined.

    What a region earns is concave in what it is sent, at its best price for that; so the true
    optimum is at least what the shares say, by less than a multiple of the step's square.
    """

    def worth(region, supply):
        # (price + waste) x sold is largest here; below it only where more is sent than it sells.
        keep = (region["most"] / region["slope"] - WASTE) / 2
        clears = (region["most"] - supply) / region["slope"]
        return net(region, supply, np.clip(np.maximum(keep, clears), 0.0, DEAREST))

    step, found = 0.1, []
    supplies = {name: np.arange(r["low"], r["high"], step) for name, r in market.iterrows()}
    while len(found) < 2 or found[-1] - found[-2] > 1e-7:
        choice = choose(
            delivered(market, supplies, worth), one_per=["region"], maximise="net",
            at_least={"supply": SUPPLY}, relax=True,
        )  # fmt: skip
        rows = choice.rows
        sent = (rows["supply"] * rows["weight"]).groupby(rows["region"]).sum()
        found.append(choice.objective)
        step /= 4
        supplies = {
            name: np.clip(sent[name] + step * np.arange(-6, 7), r["low"], r["high"])
            for name, r in market.iterrows()
        }
    assert found[-1] == pytest.approx(42.508291, abs=1e-6)
    assert sent.sum() == pytest.approx(SUPPLY)


def listed(frame, limits, at_least=(), per=()):
    """The best sum of `gain` over every choice of one row per group, or None where none keeps all.

    `limits` and `at_least` are pairs of column and number, `per` of column and column of caps.
    """
    groups = [np.flatnonzero(frame["group"] == name) for name in frame["group"].unique()]
    picks = np.array(list(combinations(*groups)))

    def total(column):
        return frame[column].to_numpy()[picks].sum(axis=1)

    keeps = np.ones(len(picks), dtype=bool)
    for column, most in limits:
        keeps &= total(column) <= most + 1e-9
    for column, least in at_least:
        keeps &= total(column) >= least - 1e-9
    for column, cap in per:
        keeps &= (frame[column] <= frame[cap] + 1e-9).to_numpy()[picks].all(axis=1)
    return total("gain")[keeps].max() if keeps.any() else None


def knapsack(seed, groups, items, resources):
    """An instance of the shape of Khan's: needs 0 to 9, as much gain as they cost and some luck."""
    rng = np.random.default_rng(seed)
    needs = rng.integers(0, 10, (groups * items, resources))
    luck = rng.uniform(0, 3 * 5 * resources, groups * items)
    frame = pd.DataFrame(needs, columns=[f"r{k}" for k in range(resources)], dtype=float)
    gain = (needs @ rng.uniform(0, 10, resources) + luck).round(1)
    frame = frame.assign(group=np.repeat(np.arange(groups), items), gain=gain)
    return frame, [(f"r{k}", 5.0 * groups) for k in range(resources)]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("groups", "items", "resources"), [(5, 5, 5), (5, 10, 5), (8, 4, 10)])
def test_a_knapsack_of_many_resources_is_filled_as_well_as_can_be(seed, groups, items, resources):
    """Of the shape of Khan's I01 to I06, which are not at hand, small enough to try everything."""
    frame, limits = knapsack(seed, groups, items, resources)
    choice = choose(frame, one_per=["group"], maximise="gain", limits=dict(limits))
    assert (choice.status, choice.gap) == ("optimal", pytest.approx(0.0, abs=1e-9))
    assert choice.objective == pytest.approx(listed(frame, limits), abs=1e-6)


def problem(seed):
    """A small table, and rules drawn so that they bind or, now and then, cannot be kept."""
    rng = np.random.default_rng(seed)
    groups, options = int(rng.integers(2, 7)), int(rng.integers(2, 6))
    names = [f"r{k}" for k in range(rng.integers(1, 4))]
    count = groups * options
    frame = pd.DataFrame(rng.uniform(-2, 10, (count, len(names))).round(2), columns=names)
    frame["group"] = np.repeat(np.arange(groups), options)
    frame["gain"] = (frame[names].sum(axis=1) + rng.normal(0, 6, count)).round(2)
    frame["cap"] = np.repeat(rng.uniform(3, 12, groups).round(2), options)
    each = frame[names].to_numpy().reshape(groups, options, len(names))
    least, most = each.min(axis=1).sum(axis=0), each.max(axis=1).sum(axis=0)
    part = dict(zip(names, least + rng.uniform(-0.05, 0.8, len(names)) * (most - least),
                    strict=True))  # fmt: skip
    turned = {names[-1]} if rng.random() < 0.3 else set()
    limits = [(name, part[name]) for name in names if name not in turned]
    at_least = [(name, part[name]) for name in turned]
    return frame, limits, at_least, [("r0", "cap")] if rng.random() < 0.3 else []


def asked(limits, at_least, per):
    return {
        "one_per": ["group"], "limits": dict(limits), "at_least": dict(at_least),
        "limits_per": dict(per),
    }  # fmt: skip


def test_five_hundred_small_problems_have_the_answer_that_trying_everything_gives():
    met = 0
    for seed in range(500):
        frame, *rules = problem(seed)
        best, question = listed(frame, *rules), asked(*rules)
        if best is None:
            with pytest.raises(Infeasible):
                choose(frame, maximise="gain", **question)
            continue
        choice = choose(frame, maximise="gain", **question)
        assert choice.status == "optimal"
        assert choice.objective == pytest.approx(best, abs=1e-5), seed
        assert choice.bound == pytest.approx(best, abs=1e-5), seed
        assert choice.rows["group"].tolist() == frame["group"].unique().tolist()
        assert choose(frame, maximise="gain", relax=True, **question).objective >= best - 1e-5
        met += 1
    assert 300 <= met <= 480  # enough of both kinds


def test_to_minimise_is_to_maximise_what_is_turned():
    frame, _, _, _ = problem(2)
    middle = float(frame.groupby("group")["r0"].mean().sum())
    question = {"one_per": ["group"], "at_least": {"r0": middle}}
    least = choose(frame, minimise="gain", relax=True, **question)
    most = choose(frame.assign(gain=-frame["gain"]), maximise="gain", relax=True, **question)
    assert least.objective == pytest.approx(-most.objective)
    assert least.shadow_prices["r0>="] == pytest.approx(-most.shadow_prices["r0>="])
    assert least.shadow_prices["r0>="] > 0  # more is asked for, and the least costs more
    exact = choose(frame, minimise="gain", **question)
    turned = -listed(frame.assign(gain=-frame["gain"]), [], [("r0", middle)])
    assert (exact.objective, exact.bound) == pytest.approx((turned, turned))
    assert exact.objective >= least.objective - 1e-9


def test_shadow_prices_are_what_one_more_unit_changes():
    """On 200 problems where a step up and a step down agree, as they do at no corner."""
    compared, seed, step = 0, 0, 1e-3
    while compared < 200:
        frame, *rules = problem(seed)
        seed += 1
        values = [moved(frame, rules, way * step) for way in (-1, 0, 1)]
        if None in values:
            continue
        (down, _), (at, price), (up, _) = values
        if abs((up - at) - (at - down)) > 1e-7:
            continue
        assert (up - down) / (2 * step) == pytest.approx(price, abs=1e-5), seed
        compared += 1
    assert seed < 500


def moved(frame, rules, by):
    """The relaxed optimum with the first rule's number moved, and that rule's price."""
    limits, at_least, per = ([list(rule) for rule in kind] for kind in rules)
    first, name = (limits[0], limits[0][0]) if limits else (at_least[0], f"{at_least[0][0]}>=")
    first[1] += by
    try:
        choice = choose(frame, maximise="gain", relax=True, **asked(limits, at_least, per))
    except Infeasible:
        return None
    return choice.objective, choice.shadow_prices[name]
