"""What a stock lets be sold, against a million simulated campaigns."""

import numpy as np
import pytest

from promo.optimize.stock import campaign_spread, sold_share


@pytest.mark.parametrize("stock", [40.0, 80.0, 100.0, 130.0, 300.0])
@pytest.mark.parametrize("spread", [0.05, 0.25, 0.5])
def test_expected_sales_under_a_stock_are_those_of_many_campaigns(stock, spread):
    rng = np.random.default_rng(1)
    wanted = rng.poisson(100 * np.exp(rng.normal(-(spread**2) / 2, spread, 400_000)))
    expected = np.minimum(wanted, stock).mean() / 100
    found = sold_share(np.array(100.0), np.array(spread), np.array(stock))
    assert float(found) == pytest.approx(expected, abs=0.006)


def test_a_stock_for_exactly_what_is_expected_is_never_sold_out_and_never_all_sold():
    share = sold_share(np.array([50.0, 500.0]), np.array([0.2, 0.2]), np.array([50.0, 500.0]))
    assert (share < 0.95).all()
    assert share[0] < share[1], "small counts are noisier"


def test_an_unknown_stock_is_no_limit_and_nobody_buys_from_none():
    share = sold_share(np.array([10.0, 10.0, 0.0]), np.full(3, 0.3), np.array([np.inf, 0.0, 5.0]))
    assert share.tolist() == pytest.approx([1.0, 0.0, 1.0])


def test_weeks_that_err_partly_alone_make_a_campaign_surer_than_its_weeks():
    assert campaign_spread(np.array(0.4), 1) == pytest.approx(0.4)
    assert campaign_spread(np.array(0.4), 4) == pytest.approx(0.4 * np.sqrt(0.625))
