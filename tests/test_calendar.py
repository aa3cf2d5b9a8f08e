"""A plan in time: its promotions, lanes and weeks, and a picture that says what the plan says."""

import numpy as np
import pandas as pd
import pytest
from plotly.colors import hex_to_rgb, sample_colorscale, unlabel_rgb

from promo import workflow
from promo.optimize import Limits, Offer, PlanModel, build_options
from promo.ui import calendar_view, state
from promo.ui.charts import calendar as charts
from promo.words import LANGUAGES, catalogue
from tests.tiny_scene import START, tiny

WEEK = pd.Timedelta(weeks=1)


@pytest.fixture(autouse=True)
def english(monkeypatch):
    monkeypatch.setattr(state, "language", lambda: "en")


def rows(*promotions, segments=("s0", "s1")):
    """Plan rows from (product, segment, first week, weeks, discount, gain)."""
    known = sorted({one[0] for one in promotions} | {"idle"})
    none = [(name, segment, 0, 4, 0.0, 0.0) for name in known for segment in segments]
    frame = pd.DataFrame(
        [*promotions, *none],
        columns=["product_id", "segment", "at", "weeks", "discount", "gain"],
    )
    return frame.assign(
        first=START + frame["at"] * WEEK, weight=1.0, cost=5.0, added=9.0, dip=2.0,
        mechanic=np.where(frame["discount"] > 0, "percent", "none"),
    ).drop(columns="at")  # fmt: skip


def labels(language="en"):
    start = "chart.calendar."
    return {k[len(start) :]: v for k, v in catalogue(language).items() if k.startswith(start)}


def drawn(promotions, weeks=4, **more):
    lanes = calendar_view.lanes_of(promotions, {}, lambda row: str(row["discount"]))
    named = [f"week {number}" for number in range(weeks)]
    frame = pd.DataFrame({"name": named, "given_away": 5.0, "items": 3.0, **more})
    return charts.calendar(lanes, frame, labels(), "en")


def test_segments_with_the_same_promotion_share_a_lane():
    found = workflow.promotions(
        rows(("tea", "s0", 1, 2, 0.2, 5.0), ("tea", "s1", 1, 2, 0.2, 6.0),
             ("jam", "s0", 0, 1, 0.1, 3.0)), START,
    )  # fmt: skip
    assert found["product_id"].tolist() == ["tea", "jam"]
    assert found["segments"].tolist() == [(), ("s0",)]
    assert found["gain"].tolist() == [11.0, 3.0]
    assert found["at"].tolist() == [1, 0]


def test_a_promotion_is_a_bar_over_its_weeks_with_its_dip_after_it():
    found = workflow.promotions(rows(("tea", "s0", 0, 2, 0.2, 5.0)), START)
    bars, dips, money, items = drawn(found).data
    assert (list(bars.base), list(bars.x)) == ([0.05], [1.9])
    assert list(bars.text) == ["20%"]
    assert (list(dips.base), list(dips.text)) == ([2.08], ["−2.0"])
    assert (list(money.y), list(items.y)) == ([5.0] * 4, [3.0] * 4)


def test_a_discount_is_readable_on_its_bar_in_either_theme():
    depths = [0.1, 0.15, 0.2, 0.25, 0.3, 0.4]
    made = [(f"tea {depth}", "s0", 0, 1, depth, 5.0) for depth in depths]
    bars = drawn(workflow.promotions(rows(*made), START)).data[0]
    for word, depth in zip(bars.insidetextfont.color, bars.marker.color, strict=True):
        place = min(depth / bars.marker.cmax, 1.0)
        bar = sample_colorscale([list(step) for step in bars.marker.colorscale], place)[0]
        assert contrast(hex_to_rgb(word), unlabel_rgb(bar)) >= 4.2, depth


def contrast(*colours):
    """By how much two colours differ in brightness, after WCAG 2.2."""
    parts = np.array(colours) / 255
    light = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    low, high = sorted(light @ (0.2126, 0.7152, 0.0722))
    return (high + 0.05) / (low + 0.05)


def test_a_dip_under_the_next_promotion_is_not_drawn_over_it():
    found = workflow.promotions(
        rows(("tea", "s0", 0, 1, 0.2, 5.0), ("tea", "s0", 1, 1, 0.1, 5.0)), START
    )
    _, dips, *_ = drawn(found).data
    assert list(dips.base) == [2.08]


def test_a_kind_of_offer_has_a_sign_and_a_budget_its_line():
    found = workflow.promotions(rows(("tea", "s0", 0, 1, 0.2, 5.0)), START)
    bars, *_, cap = drawn(found.assign(mechanic="coupon"), budget=7.0).data
    assert list(bars.text) == ["◆ 20%"]
    assert list(cap.y) == [7.0, 7.0]


def test_every_kind_of_offer_has_a_sign_of_its_own():
    assert set(workflow.MECHANICS) == set(charts.SIGNS)
    assert len(set(charts.SIGNS.values())) == len(charts.SIGNS)


def test_of_many_products_those_of_the_largest_gain_are_drawn_and_the_rest_counted():
    every = [(f"p{n:03}", "s0", n % 4, 1, 0.2, float(n)) for n in range(200)]
    shown, left = calendar_view.fitting(workflow.promotions(rows(*every), START))
    assert left == 200 - charts.LANES
    assert shown["product_id"].iloc[0] == "p199"
    assert len(drawn(shown).layout.yaxis.ticktext) == charts.LANES


def test_a_product_whose_segments_fill_the_picture_alone_is_drawn_still():
    every = [("p", f"s{n}", 0, 1, 0.1 + n / 1000, 1.0) for n in range(charts.LANES + 5)]
    segments = tuple(one[1] for one in every)
    shown, left = calendar_view.fitting(workflow.promotions(rows(*every, segments=segments), START))
    assert (len(shown), left) == (len(every), 0)


def test_the_weeks_of_a_calendar_add_up_to_its_plan():
    scene = tiny(2, 6, weeks=4, segments=2, offer=Offer((0.1, 0.3), lengths=(1, 2)))
    options = build_options(scene)
    plan = PlanModel(options, {}).exact(Limits(budget=900.0))
    ahead = scene.forecast.rows
    inside = ahead[ahead["week"] < START + 4 * WEEK].reset_index(drop=True)
    forecast = type(scene.forecast)(inside, scene.forecast.backtest)
    study = type("Study", (), {"forecast": forecast, "curves": scene.curves, "start": START})
    desk = type("Desk", (), {"study": study, "options": options})
    found = workflow.calendar_of(desk, plan)
    assert found.weeks["given_away"].sum() == pytest.approx(plan.rows["cost"].sum())
    assert found.promotions["gain"].sum() == pytest.approx(plan.gain.estimate)
    assert found.products == 6
    plain = options.rows.loc[options.rows["discount"] == 0, "units"].sum()
    lost = plan.rows["units"].sum() - plain - found.weeks["items"].sum()
    assert lost >= 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_promotion_is_told_in_words(monkeypatch, language):
    monkeypatch.setattr(state, "language", lambda: language)
    study = type("Study", (), {"undated": True, "start": START})
    place = type("Bench", (), {"desk": type("Desk", (), {"study": study})})
    found = workflow.promotions(rows(("tea", "s0", 1, 2, 0.2, 5.0)), START)
    text = calendar_view.said(found.iloc[0].to_dict(), place, {"tea": "Green tea"})
    assert text.startswith("<b>Green tea</b><br>")
    assert {"en": "20% off<br>Week 2 – Week 3<br>s0", "zh": "8折<br>第 2 周 – 第 3 周<br>s0"}[
        language
    ] in text
