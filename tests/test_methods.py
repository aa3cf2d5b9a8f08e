"""Each classical method says what its textbook says, on series small enough to count by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import SimpleExpSmoothing

from promo.learn import boosting, past, race
from promo.learn.baseline import fit_baseline
from promo.learn.intermittent import croston, fading, imapa
from promo.learn.methods import as_before, autoregression, damped_trend, seasonal_naive, theta
from promo.learn.past import GAINS, Past, smooth, smoothed
from promo.learn.seasons import DAYS, WEEKS, fit_season

ROW = np.array([[5.0, 8.0, 6.0, 9.0, 7.0, 12.0, 10.0, 9.0]])


def known(units, calendar=WEEKS, category_of=None):
    """What is known of series without any price."""
    units = np.atleast_2d(np.asarray(units, dtype=float))
    groups = np.zeros(len(units), dtype=np.int64) if category_of is None else category_of
    return Past(units, np.zeros_like(units), groups, calendar)


def test_smoothing_starts_with_the_mean_and_then_weighs_the_newest_by_its_gain():
    level, path = smooth(np.array([[4.0, 8.0, 6.0, 10.0]]), 0.25)
    # mean of 4, 8, 6 = 6; from then on the gain is 1/4 = 1/4 of the fourth: 6 + (10 - 6) / 4
    assert level[0] == pytest.approx(7.0)
    assert path[0, 1:].tolist() == pytest.approx([4.0, 6.0, 6.0])


def test_smoothing_equals_statsmodels_once_the_start_is_forgotten():
    rng = np.random.default_rng(3)
    long = rng.normal(50, 5, 400)
    other = SimpleExpSmoothing(long, initialization_method="known", initial_level=long[0]).fit(
        smoothing_level=0.25, optimized=False
    )
    assert smooth(long[None, :], 0.25)[0][0] == pytest.approx(other.forecast(1)[0], rel=1e-6)


def test_a_week_without_data_leaves_the_level_alone():
    with_gap = np.array([[4.0, 8.0, np.nan, 6.0]])
    without = np.array([[4.0, 8.0, 6.0]])
    assert smooth(with_gap, 0.06)[0] == pytest.approx(smooth(without, 0.06)[0])


def test_theta_is_the_smoothed_level_and_half_the_slope_as_in_statsmodels(monkeypatch):
    rng = np.random.default_rng(1)
    values = 40 + 0.3 * np.arange(120) + rng.normal(0, 4, 120)
    monkeypatch.setattr(past, "GAINS", (0.2,))
    fit = ThetaModel(values, period=1, deseasonalize=False).fit(use_mle=False)
    level = smooth(values[None, :], 0.2)[0][0]
    slope = np.polyfit(np.arange(120), values, 1)[0]
    hand = [level + slope / 2 * (h + (1 - 0.8**120) / 0.2) for h in range(3)]
    season_free = known(values)
    season_free.__dict__["season"] = flat(season_free)
    assert theta(season_free, 3)[0] == pytest.approx(hand)
    assert float(fit.params["b0"]) == pytest.approx(slope, rel=1e-6)


def flat(history):
    """A season of nothing."""
    short = history.units[:, :2]
    return fit_season(short, np.log(short + 0.5), history.category_of, history.calendar)


def test_croston_with_the_correction_by_hand():
    # sales 2 after 2 weeks and 4 after 3 more; weight 1/5: size 2.4, interval 2.2, times 0.9
    last, path = croston(np.array([[0.0, 2.0, 0.0, 0.0, 4.0, 0.0]]), 0.2)
    assert last[0] == pytest.approx(0.9 * 2.4 / 2.2)
    assert path[0].tolist() == pytest.approx([0, 0, 0.9, 0.9, 0.9, 0.9 * 2.4 / 2.2])


def test_what_stops_selling_fades_by_tsb_and_stays_by_croston():
    gone = np.array([[3.0, 0.0, 3.0, 0.0, 3.0, *[0.0] * 60]])
    assert fading(gone, 0.1)[0][0] < 0.01
    assert croston(gone, 0.1)[0][0] > 1


def test_tsb_by_hand():
    # probability: 1, 1/2, 1/3, then (weight 0.3) 0.3 + 0.7 x 1/3; size 2, then the mean of 2 and 5
    last, _ = fading(np.array([[2.0, 0.0, 0.0, 5.0]]), 0.3)
    assert last[0] == pytest.approx((0.3 + 0.7 / 3) * 3.5)


def test_longer_blocks_see_the_level_through_the_zeros():
    every_fourth = np.tile([0.0, 0.0, 0.0, 4.0], 20)
    assert imapa(known(every_fourth), 2)[0] == pytest.approx([1.0, 1.0], rel=0.15)


def test_the_naive_forecast_is_the_same_week_a_year_ago_or_the_last_one():
    long = np.arange(60.0)[None, :]
    assert as_before(long, 3, WEEKS)[0].tolist() == [8, 9, 10]
    assert as_before(ROW, 2, WEEKS)[0].tolist() == [9, 9]
    assert as_before(np.array([[1.0, 2, 3, 4, 5, 6, np.nan, 8]]), 8, DAYS)[0].tolist() == [
        2, 3, 4, 5, 6, 8, 8, 2,
    ]  # fmt: skip
    assert seasonal_naive(known([[np.nan, np.nan]]), 2)[0].tolist() == [0, 0]


def test_a_damped_trend_goes_on_ever_slower():
    said = damped_trend(known(10 + 2.0 * np.arange(40)), 6)[0]
    steps = np.diff(said)
    assert (steps > 0).all()
    assert steps[1:] / steps[:-1] == pytest.approx([0.9] * 4)


def test_the_autoregression_returns_to_the_level():
    rng = np.random.default_rng(0)
    shock = np.zeros((40, 200))
    for week in range(1, 200):
        shock[:, week] = 0.7 * shock[:, week - 1] + rng.normal(0, 0.2, 40)
    units = 50 * np.exp(shock)
    units[0, -1] = 150.0
    said = autoregression(known(units[:, :100]), 1), autoregression(known(units), 8)
    assert said[1][0, 0] > 1.3 * said[1][0, -1]
    assert said[1][0, -1] == pytest.approx(50, rel=0.4)


@pytest.mark.parametrize("name", [name for name in race.METHODS if name != "boosted"])
@given(level=st.floats(0.5, 5_000), weeks=st.integers(9, 130))
def test_constant_sales_go_on_as_they_are(name, level, weeks):
    said = race.METHODS[name](known(np.full((3, weeks), level)), 4)
    # the correction of SBA takes half its weight off by design
    assert said == pytest.approx(level, rel=0.11 if name == "sba" else 0.03)


@pytest.mark.parametrize("name", ["pooled", "ses_season", "theta", "damped_trend", "tsb", "imapa",
                                  "sba", "own_season", "long_mean", "recent_mean"])  # fmt: skip
def test_selling_in_dozens_is_forecast_in_dozens(name):
    units = np.random.default_rng(5).poisson(30, (6, 40)).astype(float)
    single, dozens = (race.METHODS[name](known(units * factor), 5) for factor in (1, 12))
    assert dozens == pytest.approx(12 * single, rel=1e-6)


@pytest.mark.parametrize("name", race.METHODS)
def test_no_method_promises_less_than_nothing(name):
    rng = np.random.default_rng(7)
    falling = np.maximum(60 - np.arange(60) + rng.normal(0, 3, (400, 60)), 0)
    said = race.METHODS[name](known(falling), 8)
    assert said.shape == (400, 8)
    assert (said >= 0).all()


def test_the_gain_is_nimble_where_levels_walk_and_calm_where_they_stand():
    rng = np.random.default_rng(2)
    walk = np.abs(50 + np.cumsum(rng.normal(0, 5, (50, 90)), axis=1))
    stand = rng.normal(50, 5, (50, 90))
    assert np.median(smoothed(walk).gain) >= 0.5
    assert np.median(smoothed(stand).gain) == min(GAINS)


def test_days_of_the_week_come_back():
    rng = np.random.default_rng(4)
    week = np.array([1, 1, 1, 1, 1.5, 2, 0.5])
    units = rng.poisson(np.tile(20 * week, 15), (30, 105)).astype(float)
    said = race.METHODS["pooled"](known(units, DAYS), 7).mean(axis=0)
    assert said / said.mean() == pytest.approx(week / week.mean(), rel=0.08)


def test_a_holiday_week_is_expected_again_a_year_later_and_its_neighbours_are_not():
    rng = np.random.default_rng(6)
    level = np.full(80, 100.0)
    level[20] = 160.0
    units = rng.poisson(level * np.exp(rng.normal(0, 0.1, (60, 80)))).astype(float)
    said = race.METHODS["pooled"](known(units[:, :70]), 4).mean(axis=0)
    assert said[2] > 1.5 * said[0]
    assert said[3] == pytest.approx(said[0], rel=0.05)


def test_a_small_holiday_is_seen_by_many_products():
    rng = np.random.default_rng(6)
    level = np.where(np.arange(80) == 20, 107.0, 100.0)
    units = rng.poisson(level * np.exp(rng.normal(0, 0.1, (60, 80)))).astype(float)
    said = race.METHODS["pooled"](known(units[:, :70]), 4).mean(axis=0)
    assert 1.04 < said[2] / said[0] < 1.09


def test_a_new_product_leans_on_its_kin_the_less_the_more_weeks_it_has():
    rng = np.random.default_rng(8)
    units = rng.poisson(50, (20, 60)).astype(float)
    units += rng.normal(0, 4, 20)[:, None]
    units[0] = np.nan
    said = []
    for weeks in (0, 1, 4, 7):
        units[0, 60 - weeks :] = 80.0
        said.append(race.METHODS["pooled"](known(units), 1)[0, 0])
    assert said[0] == pytest.approx(50, rel=0.1)
    assert said == sorted(said)
    assert said[1] < 70 < said[3] + 10


def test_the_weight_of_own_weeks_is_that_of_the_textbook():
    # log levels of 40, 50 and 62.5 times e^0.02 or so vary by log(1.25)^2; a week errs by 30 %
    noise = np.tile([1.3, 0.7], 30)
    units = np.vstack([40 * noise, 50 * noise, 62.5 * noise, np.full(60, np.nan)])
    units[3, -2:] = 80.0
    base = fit_baseline(known(units))
    logs = np.log(base.level[:3])
    tau2 = logs.var(ddof=1)  # one category: leaning on the shop changes nothing
    alone = fit_baseline(known(units[:3])).spread2.mean()
    weight = tau2 / (tau2 + alone / 2 + 1 / 160)
    by_hand = np.exp(weight * np.log(80) + (1 - weight) * logs.mean())
    assert base.level[3] == pytest.approx(by_hand, rel=0.01)
    assert base.spread2[3] - alone == pytest.approx(np.expm1((1 - weight) * tau2), rel=0.1)


@pytest.mark.parametrize(("weeks", "leans"), [(5, True), (12, False)])
def test_from_eight_weeks_on_a_product_stands_on_its_own(weeks, leans):
    units = np.full((12, 60), 50.0)
    units[0] = np.nan
    units[0, -weeks:] = 90.0
    own = race.METHODS["pooled"](known(units), 1)[0, 0]
    assert (own < 89) == leans


def test_one_bestseller_among_its_kin_does_not_make_a_newcomer_one():
    units = np.random.default_rng(10).poisson(5, (30, 40)).astype(float)
    units[0] = 40_000.0
    units[1] = np.nan
    assert race.METHODS["pooled"](known(units), 1)[1, 0] < 10


def test_boosting_learns_what_all_products_have_in_common():
    rng = np.random.default_rng(9)
    rise = np.where(np.arange(130) % 52 < 26, 1.0, 2.0)
    units = rng.poisson(30 * rise, (300, 130)).astype(float)
    said = boosting.boosted(known(units), 4)  # week 130 is week 26 of its year
    assert said.mean() == pytest.approx(60, rel=0.12)
