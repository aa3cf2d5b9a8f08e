"""The bare optimiser on tables that somebody else made."""

from itertools import product as combinations

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf

from promo.errors import BadRequest, Infeasible
from promo.optimize import choose
from promo.optimize.solver import Live, Program


def table(seed, groups=4, rows=4):
    rng = np.random.default_rng(seed)
    count = groups * rows
    return pd.DataFrame(
        {
            "shelf": np.repeat([f"g{k}" for k in range(groups)], rows),
            "gain": rng.normal(5, 6, count).round(2),
            "cost": rng.uniform(-2, 10, count).round(2),
            "items": rng.uniform(1, 9, count).round(2),
            "room": np.repeat(rng.uniform(4, 9, groups), rows),
        }
    )


def listed(frame, limit):
    parts = [part for _, part in frame.groupby("shelf")]
    found = [
        sum(part["gain"].iloc[k] for part, k in zip(parts, pick, strict=True))
        for pick in combinations(*(range(len(part)) for part in parts))
        if sum(part["cost"].iloc[k] for part, k in zip(parts, pick, strict=True)) <= limit + 1e-9
        and all(
            part["items"].iloc[k] <= part["room"].iloc[k] + 1e-9
            for part, k in zip(parts, pick, strict=True)
        )
    ]
    return max(found) if found else None


@pytest.mark.parametrize("seed", range(40))
def test_the_choice_is_the_best_of_all(seed):
    frame = table(seed)
    limit = float(frame.groupby("shelf")["cost"].mean().sum()) * 0.7
    best = listed(frame, limit)
    asked = {
        "one_per": ["shelf"], "maximise": "gain", "limits": {"cost": limit},
        "limits_per": {"items": "room"},
    }  # fmt: skip
    if best is None:
        with pytest.raises(Infeasible):
            choose(frame, **asked)
        return
    choice = choose(frame, **asked)
    assert choice.status == "optimal"
    assert choice.objective == pytest.approx(best, abs=1e-6)
    assert choice.rows["shelf"].tolist() == ["g0", "g1", "g2", "g3"]
    assert choice.rows["cost"].sum() <= limit + 1e-6
    assert choose(frame, **asked, relax=True).objective >= best - 1e-6


def test_shadow_price_of_a_limit_is_what_one_more_unit_brings():
    frame = table(3)
    asked = {"one_per": ["shelf"], "maximise": "gain", "relax": True}
    price, values = None, []
    for extra in (-0.01, 0.0, 0.01):
        choice = choose(frame, **asked, limits={"cost": 9.0 + extra})
        values.append(choice.objective)
        price = choice.shadow_prices["cost"] if extra == 0 else price
    assert (values[2] - values[0]) / 0.02 == pytest.approx(price, rel=1e-4)
    assert price > 0


def test_limits_in_conflict_are_named_and_the_others_are_not():
    frame = table(1).assign(fine=1.0)
    with pytest.raises(Infeasible) as caught:
        choose(frame, one_per=["shelf"], maximise="gain", limits={"fine": 9.0, "items": 0.5})
    assert caught.value.facts["rules"] == ("items",)


@pytest.mark.parametrize(
    "asked",
    [
        {"one_per": ["shelf"], "maximise": "glory"},
        {"one_per": ["aisle"], "maximise": "gain"},
        {"one_per": [], "maximise": "gain"},
        {"one_per": ["shelf"], "maximise": "gain", "limits_per": {"items": "cost"}},
        {"one_per": ["shelf"], "maximise": "shelf"},
    ],
)
def test_a_table_that_does_not_carry_the_request_is_refused(asked):
    with pytest.raises(BadRequest):
        choose(table(1), **asked)


def test_a_thousand_products_with_ten_prices_are_proven_optimal():
    rng = np.random.default_rng(5)
    products, prices = 1_000, 10
    base, slope = rng.lognormal(3, 1, products), rng.uniform(1.2, 4, products)
    factor = np.linspace(0.6, 1.1, prices)
    units = base[:, None] * factor[None, :] ** -slope[:, None]
    frame = pd.DataFrame(
        {
            "product": np.repeat(np.arange(products), prices),
            "profit": (units * (factor - rng.uniform(0.4, 0.7, (products, 1)))).ravel(),
            "given": (units * np.maximum(1 - factor, 0)).ravel(),
        }
    )
    limit = 0.05 * frame.groupby("product")["given"].max().sum()
    choice = choose(frame, one_per=["product"], maximise="profit", limits={"given": limit})
    assert choice.status == "optimal"
    assert choice.gap <= 1e-6


TRANSPORT = {
    "Great_Lakes": 0.3, "Midsouth": 0.1, "Northeast": 0.4, "Northern_New_England": 0.5,
    "SouthCentral": 0.3, "Southeast": 0.2, "West": 0.2, "Plains": 0.2,
}  # fmt: skip
"""Money per avocado by region, as published with the case."""


def avocados(folder):
    frame = pd.read_csv(folder / "gurobi_HAB_data_2015to2022.csv", encoding="utf-8-sig")
    frame = frame[frame["region"].isin(TRANSPORT)]
    return frame.assign(year_index=frame["year"] - 2015)


def test_avocado_prices_reach_the_published_optimum(public_data):
    """Gurobi's price optimisation case: supply 30 M, peak of 2022, waste 0.1, prices to 2."""
    frame = avocados(public_data("avocado"))
    fit = smf.ols("units_sold ~ region + year_index + peak + price", frame).fit()
    assert fit.params["price"] == pytest.approx(-2.203770, abs=1e-6)
    assert fit.rsquared == pytest.approx(0.906673, abs=1e-6)
    regions, prices = list(TRANSPORT), np.arange(0.0, 2.0001, 0.05)
    grid = pd.DataFrame(
        [(r, p, 7, 1) for r in regions for p in prices],
        columns=["region", "price", "year_index", "peak"],
    )
    demand = np.maximum(fit.predict(grid).to_numpy(), 0.0)
    sold = frame.groupby("region")["units_sold"]
    assert allocate(grid, demand, sold.min(), sold.max()) == pytest.approx(42.493364, abs=2e-6)


def allocate(grid, demand, least, most):
    """Best net revenue in millions: one price per region, and who gets how much of the supply."""
    options, regions = len(grid), list(TRANSPORT)
    region = grid["region"].map(regions.index).to_numpy()
    low, high = (bound.loc[regions].to_numpy() for bound in (least, most))
    cost = np.array([TRANSPORT[name] for name in regions])
    price, each, waste = grid["price"].to_numpy(), np.arange(options), 0.1
    # Columns: a price is charged, items sold at it, items sent beyond the least delivery.
    rows = []
    rows += [(np.flatnonzero(region == r), 1.0, 1.0, True) for r in range(8)]
    rows += [(np.array([k, options + k]), np.array([-demand[k], 1.0]), 0.0, False) for k in each]
    for r in range(8):
        at = options + np.flatnonzero(region == r)
        weights = np.append(np.ones(len(at)), -1.0)
        rows.append((np.append(at, 2 * options + r), weights, low[r], False))
    rows.append((2 * options + np.arange(8), 1.0, 30.0 - low.sum(), True))
    sizes = [len(row[0]) for row in rows]
    program = Program(
        value=np.concatenate([np.zeros(options), price + waste, -cost - waste]),
        upper=np.concatenate([np.ones(options), demand, high - low]),
        whole=np.concatenate([np.ones(options, bool), np.zeros(options + 8, bool)]),
        start=np.concatenate([[0], np.cumsum(sizes)]),
        index=np.concatenate([row[0] for row in rows]),
        weight=np.concatenate([np.broadcast_to(row[1], len(row[0])) for row in rows]),
        high=np.array([row[2] for row in rows]),
        equal=np.array([row[3] for row in rows]),
    )
    answer = Live(program).solve(program.high, program.upper, 60.0, gap=1e-7)
    assert answer.status == "optimal"
    return answer.objective - float(((cost + waste) * low).sum())
