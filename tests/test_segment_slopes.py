"""Segments' answers to price, solved exactly, against a regression on every dummy."""

from types import SimpleNamespace

import numpy as np
import pytest

from promo.learn.effects import Effect, group_sum, residualise
from promo.learn.segment_slopes import absorb, scores

PRODUCTS, SEGMENTS, WEEKS = 9, 4, 8


@pytest.fixture
def shop():
    """A small shop with weeks without a sale and a product that one segment never bought."""
    rng = np.random.default_rng(11)
    shape = PRODUCTS, SEGMENTS, WEEKS
    mu = rng.gamma(0.7, 3.0, shape)
    deal = np.where(rng.random((PRODUCTS, WEEKS)) < 0.4, np.log(rng.uniform(0.5, 0.9)), 0.0)
    mu[0, :, 3:] = 0.0
    mu[4, :, [1, 6]] = 0.0
    mu[2, 1] = 0.0
    mu[5, :3] = 0.0
    product, segment, week = (index.ravel() for index in np.indices(shape))
    levels = product * SEGMENTS + segment, segment * WEEKS + week, product * WEEKS + week
    deals = deal[product, week][:, None] * (segment[:, None] == np.arange(SEGMENTS - 1))
    items = np.where(mu > 0, rng.poisson(mu), 0).astype(float)
    return SimpleNamespace(
        mu=mu, deal=deal, items=items, product=product, levels=levels, deals=deals
    )


def test_the_information_is_that_of_a_regression_on_all_dummies(shop):
    root = np.sqrt(shop.mu.ravel())[:, None]
    dummies = root * np.column_stack([np.eye(g.max() + 1)[g] for g in shop.levels])
    deals = root * shop.deals
    left = deals - dummies @ np.linalg.lstsq(dummies, deals)[0]
    expected = np.linalg.inv(left.T @ left)
    assert absorb(shop.mu, shop.deal).bread == pytest.approx(expected, rel=1e-8)


def test_each_product_pulls_at_the_slopes_as_much_as_by_projections(shop):
    left = residualise(shop.deals, [Effect(level) for level in shop.levels], shop.mu.ravel())
    each = left * (shop.items - shop.mu).ravel()[:, None]
    expected = np.column_stack([group_sum(shop.product, column, PRODUCTS) for column in each.T])
    found = scores(absorb(shop.mu, shop.deal), shop.items, shop.mu, shop.deal)
    assert found == pytest.approx(expected, abs=1e-8)


def test_products_taken_in_blocks_make_no_difference(shop, monkeypatch):
    whole = absorb(shop.mu, shop.deal)
    monkeypatch.setattr("promo.learn.segment_slopes.BLOCK", 2 * WEEKS * SEGMENTS**2)
    parts = absorb(shop.mu, shop.deal)
    assert parts.bread == pytest.approx(whole.bread, rel=1e-10)
    assert scores(parts, shop.items, shop.mu, shop.deal) == pytest.approx(
        scores(whole, shop.items, shop.mu, shop.deal), abs=1e-10
    )


@pytest.mark.parametrize("depth", [0.0, -0.3])
def test_a_sale_on_everything_at_once_says_nothing_about_segments(shop, depth):
    deal = np.where(np.arange(WEEKS) % 3 == 0, depth, 0.0) * np.ones((PRODUCTS, 1))
    assert (absorb(shop.mu, deal).bread == 0).all()
