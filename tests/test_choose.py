"""The bare optimiser on tables that somebody else made."""

from itertools import product as combinations

import numpy as np
import pandas as pd
import pytest

from promo.errors import BadRequest, Infeasible
from promo.optimize import choose
from promo.words import explain


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
    assert caught.value.facts["limits"] == ("items <= 0.5",)
    said = "No choice of rows keeps all limits. Loosen one of these: items <= 0.5."
    assert explain("en", caught.value) == said
    with pytest.raises(Infeasible) as caught:
        choose(frame, one_per=["shelf"], maximise="gain", at_least={"fine": 90.0})
    assert caught.value.facts["limits"] == ("fine >= 90",)


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
