"""One product under the glass: coefficients found, residuals in words, refusals, no traces."""

from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.ar_model import AutoReg

from promo.domain import Panel
from promo.errors import BadRequest, NotEnoughData, NotFound, PromoError
from promo.learn import MODELS, glass, inspect_series
from promo.words import LANGUAGES, catalogue
from tests.demand_world import Shop, sell

SHOP = Shop(products=4, categories=1, weeks=90, promoted=0.0, season=0.0)


def selling(units):
    """A small shop whose first product sold just this; no week of it had another price."""
    panel, _ = sell(Shop(**{**SHOP.__dict__, "weeks": len(units)}))
    rows = panel.rows.copy()
    rows.loc[rows["product_id"] == "P00000", "units"] = np.asarray(units, dtype=float)
    return Panel(rows, panel.products)


def path(weeks, memory, sd, seed=0):
    """Items that remember the week before."""
    rng = np.random.default_rng(seed)
    shock = np.zeros(weeks)
    for week in range(1, weeks):
        shock[week] = memory * shock[week - 1] + rng.normal(0, sd)
    return np.round(200 * np.exp(shock))


def codes(found):
    return {note.code for note in found.notes}


def test_the_coefficients_are_those_of_statsmodels():
    units = path(90, 0.6, 0.2)
    found = inspect_series(selling(units), "P00000", "ar")
    direct = AutoReg(np.log1p(units), 4).fit()
    assert found.coefficients["name"].tolist() == ["const", "lag_1", "lag_2", "lag_3", "lag_4"]
    assert found.coefficients["estimate"].to_numpy() == pytest.approx(direct.params)
    assert found.aic == pytest.approx(direct.aic)
    one = found.coefficients.set_index("name").loc["lag_1"]
    assert one["low"] < 0.6 < one["high"]


def test_a_shop_that_forgets_its_shocks_leaves_residuals_without_a_link():
    found = inspect_series(selling(path(150, 0.5, 0.2)), "P00000", "sarimax")
    assert "not_linked" in codes(found)
    assert "even" in codes(found)


def test_a_season_that_no_lag_explains_is_told_by_its_residuals():
    units = 200 * np.exp(np.sin(np.arange(120) * 2 * np.pi / 6))
    assert "linked" in codes(inspect_series(selling(units), "P00000", "theta"))


def test_outliers_are_told_from_a_bell_curve():
    units = path(120, 0.0, 0.1)
    assert "normal" in codes(inspect_series(selling(units), "P00000", "ets"))
    units[::17] *= 8
    assert "not_normal" in codes(inspect_series(selling(units), "P00000", "ets"))


def test_noise_that_grew_is_told():
    rng = np.random.default_rng(3)
    units = 200 * np.exp(rng.normal(0, np.where(np.arange(120) < 60, 0.05, 0.5)))
    assert "uneven" in codes(inspect_series(selling(units), "P00000", "ar"))


def test_the_effect_of_prices_is_one_where_the_product_follows_its_curve():
    panel, _ = sell(Shop(weeks=104, seed=2))
    table = inspect_series(panel, "P00003", "sarimax").coefficients.set_index("name")
    assert table.loc["price_effect", "estimate"] == pytest.approx(1.0, abs=0.15)


@pytest.mark.parametrize("model", MODELS)
def test_the_forecast_is_without_promotion_and_its_interval_holds_it(model):
    panel, _ = sell(Shop(products=12, categories=2, weeks=80, seed=2, season=0.0))
    rows = inspect_series(panel, "P00003", model, horizon=6).rows
    ahead = rows[rows["units"].isna()].tail(6)
    assert (ahead["low"] <= ahead["mean"]).all()
    assert (ahead["mean"] <= ahead["high"]).all()
    mine = panel.rows[panel.rows["product_id"] == "P00003"]
    plain = mine.loc[mine["price"] == mine["list_price"], "units"].tail(30)
    assert ahead["mean"].mean() == pytest.approx(plain.mean(), rel=0.5)


def test_the_back_test_says_whether_the_simplest_rule_would_do():
    good = inspect_series(selling(path(120, 0.0, 0.3)), "P00000", "ets")
    assert "better" in codes(good)
    assert good.tested.wape < good.tested.wape_naive
    copy = np.tile(np.random.default_rng(5).poisson(60, 52), 3)[:130]
    bad = inspect_series(selling(copy), "P00000", "theta")
    assert bad.tested.wape_naive == 0
    assert "no_better" in codes(bad)


def test_gaps_are_counted():
    panel = selling(path(80, 0.2, 0.2))
    weeks = sorted(panel.rows["week"].unique())
    gone = (panel.rows["product_id"] == "P00000") & panel.rows["week"].isin(weeks[30:33])
    found = inspect_series(Panel(panel.rows[~gone], panel.products), "P00000")
    assert [note.facts["weeks"] for note in found.notes if note.code == "gaps_filled"] == [3]


@pytest.mark.parametrize(
    "units",
    [np.full(40, 5.0), np.zeros(40), path(12, 0, 0.2)],
    ids=["the same every week", "never sold", "twelve weeks"],
)
@pytest.mark.parametrize("model", MODELS)
def test_what_teaches_nothing_is_refused_in_words(units, model):
    with pytest.raises(NotEnoughData):
        inspect_series(selling(units), "P00000", model)


@pytest.mark.parametrize(
    "units",
    [np.r_[np.zeros(59), 1], np.r_[1, np.zeros(59)], np.arange(60), np.arange(60) % 2,
     1.3 ** np.arange(60), path(60, 0, 0.2) * 1e9, np.tile([1, 2, 3, 4], 15),
     (np.random.default_rng(1).random(60) < 0.1) * 3],
    ids=["one sale at the end", "one at the start", "a line", "on and off", "a rocket", "billions",
         "a cycle", "hardly ever"],
)  # fmt: skip
@pytest.mark.parametrize("model", MODELS)
def test_no_series_ends_in_a_trace(units, model):
    try:
        found = inspect_series(selling(units), "P00000", model)
    except PromoError:
        return
    ahead = found.rows[found.rows["units"].isna()]
    assert np.isfinite(ahead[["mean", "low", "high"]].to_numpy()).all()
    assert (ahead["low"] >= 0).all()


def test_what_is_not_there_is_named():
    panel = selling(path(40, 0, 0.2))
    with pytest.raises(NotFound):
        inspect_series(panel, "nothing")
    with pytest.raises(BadRequest):
        inspect_series(panel, "P00000", "prophet")
    with pytest.raises(BadRequest):
        inspect_series(panel, "P00000", "ar", horizon=0)


@pytest.mark.parametrize("model", MODELS)
def test_every_coefficient_has_a_name_and_every_model_too(model):
    panel, _ = sell(Shop(products=12, categories=2, weeks=60, seed=2))
    found = inspect_series(panel, "P00001", model)
    keys = [f"forecast.coefficient.{name}" for name in found.coefficients["name"]]
    keys += [f"forecast.note.{note.code}" for note in found.notes]
    for language in LANGUAGES:
        assert {*keys, f"forecast.model.{model}"} <= set(catalogue(language))


def test_a_history_laid_out_once_says_the_same_and_learns_prices_once(monkeypatch):
    panel, _ = sell(Shop(products=12, weeks=70, seed=5))
    alone = [inspect_series(panel, name, "ar") for name in ("P00002", "P00007")]
    learned, module = [], import_module("promo.learn.inspect_series")
    effect = module.price_effect
    monkeypatch.setattr(module, "price_effect", lambda *given: learned.append(1) or effect(*given))
    seen = glass(panel)
    for one, name in zip(alone, ("P00002", "P00007"), strict=True):
        found = inspect_series(seen, name, "ar")
        pd.testing.assert_frame_equal(found.rows, one.rows)
        assert found.tested == one.tested
    assert len(learned) == 2, "the whole history, and the first origin of the back-test"
