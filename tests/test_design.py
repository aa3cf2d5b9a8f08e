"""The regressors of demand, worked out by hand for three products and four weeks."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import Panel
from promo.learn.design import build
from tests.demand_world import panel_of

DEAL = np.log([[1.0, 0.8, 1.0, 0.9], [1.0, 1.0, 0.5, 1.0], [0.98, 1.0, 1.0, 1.0]])


@pytest.fixture
def panel():
    return panel_of(np.full((3, 4), 10.0), DEAL, np.array([0, 0, 0]), np.array([5.0, 6.0, 7.0]))


def column(design, name):
    return design.common[:, design.names.index(name)].reshape(3, -1)


def test_the_deal_is_the_log_of_price_over_list(panel):
    assert build(panel).deal.reshape(3, 4) == pytest.approx(DEAL)


def test_a_week_is_promoted_from_three_percent_off(panel):
    promoted = [[0, 1, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert column(build(panel), "lift").tolist() == promoted


def test_last_weeks_deal_is_that_of_the_week_before(panel):
    expected = np.hstack([np.zeros((3, 1)), DEAL[:, :3]])
    assert column(build(panel), "pull_forward") == pytest.approx(expected)


def test_a_week_without_a_row_before_it_follows_no_deal(panel):
    gap = (panel.rows["product_id"] == "P00000") & (panel.rows["week"] == "2023-01-09")
    design = build(Panel(panel.rows[~gap], panel.products))
    own = design.product == 0
    lagged = design.common[own, design.names.index("pull_forward")]
    assert lagged.tolist() == [0.0, 0.0, 0.0]


def test_rivals_are_the_others_of_the_category_and_not_oneself(panel):
    expected = np.array([(DEAL.sum(axis=0) - row) / 2 for row in DEAL])
    assert column(build(panel), "cross") == pytest.approx(expected)


def test_segments_of_a_panel_are_added_up(panel):
    half = panel.rows.assign(units=panel.rows["units"] / 2)
    parts = pd.concat([half.assign(segment="a"), half.assign(segment="b")], ignore_index=True)
    parts["segment"] = parts["segment"].astype("str")
    whole, joined = build(panel), build(Panel(parts, panel.products))
    assert joined.units == pytest.approx(whole.units)
    assert joined.common == pytest.approx(whole.common)


def test_promotions_ahead_are_seen_week_by_week_and_none_beyond_what_was_known(panel):
    design = build(panel)
    first = design.product == 0
    assert design.ahead[first, 0].tolist() == [1, 0, 1, 0]
    assert design.ahead[first, 2].tolist() == [1, 0, 0, 0]
    assert design.behind[first, 0].tolist() == [0, 0, 1, 0]
    known = design.before(3)
    mine = known.product == 0
    assert known.week.max() == 2
    assert known.ahead[mine, 0].tolist() == [1, 0, 0], "the promotion of week 3 was not known"
    assert known.ahead[mine, 2].tolist() == [0, 0, 0]
