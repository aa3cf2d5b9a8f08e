"""What files say beside the sales: costs that changed, competitors' prices, a price test."""

import numpy as np
import pandas as pd
import pytest

from promo.domain import Panel
from promo.ingest import build, inspect, panel
from promo.learn.design import build as design_of
from promo.learn.grid import grid_of, price_effect
from promo.tables import MARKET
from tests.demand_world import Shop, knowing, sell

PANEL = """week,store_id,product_id,units,price,list_price,unit_cost
2026-01-05,north,tea,10,4,4,2.0
2026-01-12,north,tea,12,4,4,2.2
2026-01-19,north,tea,15,3,4,2.2
2026-01-05,north,jam,10,5,5,3.0
2026-01-12,north,jam,11,5,5,3.0
2026-01-19,north,jam,12,5,5,3.0
"""
SEEN = """date,product_id,competitor,competitor_price
2026-01-06,tea,Leaf,3.80
2026-01-08,tea,Bean,4.20
2026-01-20,tea,Leaf,3.00
"""
CALENDAR = """product_id,week,price,list_price,discount,randomised
tea,2026-01-12,4,4,0,1
tea,2026-01-19,3,4,0.25,1
jam,2026-01-19,5,5,0,0
"""


@pytest.fixture
def found(tmp_path):
    files = []
    for name, text in (("panel", PANEL), ("seen", SEEN), ("calendar", CALENDAR)):
        path = tmp_path / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        files.append((path, inspect(path).suggestion))
    return panel(build(files, tmp_path / "dataset", "mine"))


def test_costs_competitors_and_lots_stand_beside_the_sales(found):
    told = found.market.set_index(["product_id", "place", "week"]).sort_index()
    first, second, third = pd.date_range("2026-01-05", periods=3, freq="7D")
    assert told["unit_cost"].dropna().to_dict() == {
        ("tea", "north", first): 2.0, ("tea", "north", second): 2.2, ("tea", "north", third): 2.2,
    }  # fmt: skip
    assert told["competitor_price"].dropna().to_dict() == {
        ("tea", "all", first): 4.0, ("tea", "all", third): 3.0,
    }  # fmt: skip
    assert list(told.index[told["randomised"]]) == [("tea", "all", second), ("tea", "all", third)]


def test_a_price_that_was_not_seen_again_is_still_the_last_one(found):
    design = design_of(found)
    tea = design.product == list(design.products).index("tea")
    competitor = design.common[:, design.names.index("competitor")]
    assert np.exp(competitor[tea]).tolist() == pytest.approx([4.0, 4.0, 3.0])
    assert design.random[tea].tolist() == [False, True, True]
    assert np.exp(design.cost[tea]).tolist() == pytest.approx([2.0, 2.2, 2.2])
    assert (competitor[~tea] == 0).all()
    assert np.isnan(design.cost[~tea]).all()


def test_places_added_up_keep_what_is_known_of_them(found):
    grid = grid_of(found)
    tea = grid.design.product == list(grid.design.products).index("tea")
    assert np.exp(grid.design.cost[tea]).tolist() == pytest.approx([2.0, 2.2, 2.2])
    assert grid.design.random[tea].tolist() == [False, True, True]


@pytest.mark.parametrize(("stores", "drawn"), [(["north"], False), (["north", "south"], True)])
def test_a_chain_is_drawn_by_lot_where_all_its_stores_were(stores, drawn):
    panel_, _ = sell(Shop(products=12))
    both = [panel_.rows.assign(place=pd.Series(one, panel_.rows.index, dtype="str"))
            for one in ("north", "south")]  # fmt: skip
    rows = pd.concat(both, ignore_index=True)
    chain = knowing(Panel(rows, panel_.products), rows["place"].isin(stores), randomised=True)
    assert grid_of(chain).design.random.all() == drawn
    assert grid_of(chain).design.random.any() == drawn


def test_a_forecast_is_not_tried_with_prices_that_only_the_competitor_knew():
    panel_, _ = sell(Shop(products=30))
    rng, week = np.random.default_rng(0), panel_.rows["week"]
    theirs = 20 * np.exp(rng.normal(0, 0.1, len(week)))
    origin = week.min() + pd.Timedelta(weeks=60)
    rise = np.where(week >= origin, 1.3, 1.0)
    here, there = (
        price_effect(grid_of(knowing(panel_, slice(None), competitor_price=price)), 60)
        for price in (theirs, theirs * rise)
    )
    np.testing.assert_allclose(here, there)


def test_a_promotion_by_lot_was_chosen_by_nobody_and_foreseen_by_nobody():
    panel_, _ = sell(Shop(products=20, test_weeks=6, promoted=0.0))
    design = design_of(panel_)
    assert design.common[:, 0].sum() > 0
    assert design.chosen.sum() == 0
    assert design.ahead.sum() == 0
    assert design.behind.sum() > 0


def test_a_history_without_such_files_knows_nothing_beside_the_sales():
    panel_, _ = sell(Shop(products=12))
    assert len(panel_.market) == 0
    MARKET.check(knowing(panel_, slice(None)).market)
