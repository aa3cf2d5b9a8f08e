"""The weighted regression of the segments' deals on every level, the levels eliminated exactly.

A level per product and week leaves of its cell's expected items m, one per segment, the weights
diag(m) - m m' / sum(m). With those, levels per product and segment go product by product, and only
the levels per segment and week are left to solve for together: as many as a shop has segments
times weeks, however many products it has and however little their weeks overlap. Solving for them
takes the cube of that number: nothing for 8 segments and two years, a minute for 50 segments.
"""

from dataclasses import dataclass

import numpy as np

from promo.learn.effects import Floats

NOTHING = 1e-12
"""A smaller share of the weight than this is what rounding leaves of none at all."""
BLOCK = 4_000_000
"""Numbers in the largest array of a block of products; 32 MB."""


@dataclass(frozen=True, eq=False)
class Absorbed:
    """What the levels leave of the deals of each segment but the last.

    Attributes:
        bread: shape (segments - 1, segments - 1), inverse of their information; 0 where none is.
        weekly: shape (segments, weeks, segments - 1), level per segment and week in each one's fit.
        root: shape (products, segments, segments), times its own transpose the inverse of the
            weights that levels per product and week leave a product.
    """

    bread: Floats
    weekly: Floats
    root: Floats


def absorb(mu: Floats, deal: Floats) -> Absorbed:
    """Fit the levels to each segment's deals.

    Args:
        mu: shape (products, segments, weeks), expected items, which weigh the fit.
        deal: shape (products, weeks), log deal.

    References:
        Lovell, M. C. (1963). Seasonal adjustment of economic time series and multiple regression
        analysis. Journal of the American Statistical Association 58(304), 993-1010.
    """
    _, segments, weeks = mu.shape
    size = max(BLOCK // (weeks * segments**2), 1)
    plain = np.zeros((3, weeks, segments, segments))
    explained = np.zeros((segments + weeks * segments,) * 2)
    roots = np.zeros((len(mu), segments, segments))
    for start in range(0, len(mu), size):
        block = slice(start, start + size)
        weight = _weight(mu[block])
        moments = deal[block] ** np.arange(3)[:, None, None]
        plain += np.einsum("kpw,pwst->kwst", moments, weight)
        through = weight.sum(axis=1)
        roots[block] = _inverse_root(through, np.diagonal(through, axis1=1, axis2=2))
        lever = _levers(weight, deal[block], roots[block])
        explained += lever @ lever.T
    return Absorbed(*_solved(plain, explained), roots)


def scores(absorbed: Absorbed, items: Floats, mu: Floats, deal: Floats) -> Floats:
    """Gradient of the likelihood by product; shape (products, segments - 1).

    Taking the levels out of what `mu` leaves of `items` rather than out of the deals comes to the
    same, for one array instead of one per segment.

    Args:
        absorbed: from `absorb`.
        items: shape (products, segments, weeks).
        mu: shape (products, segments, weeks), expected items.
        deal: shape (products, weeks), log deal.
    """
    left = _without_cells(items - mu, mu)
    root = absorbed.root
    level = root @ (root.transpose(0, 2, 1) @ left.sum(axis=2, keepdims=True))
    left = left - _without_cells(mu * level, mu)
    own = np.einsum("psw,pw->ps", left[:, :-1], deal)
    weekly = absorbed.weekly.reshape(-1, own.shape[1])
    return np.asarray(own - left.reshape(len(left), -1) @ weekly)


def _without_cells(values: Floats, mu: Floats) -> Floats:
    """`values` less the share of each product and week's sum that `mu` gives a segment."""
    whole = mu.sum(axis=1, keepdims=True)
    level = np.divide(
        values.sum(axis=1, keepdims=True), whole, out=np.zeros_like(whole), where=whole > 0
    )
    return np.asarray(values - mu * level)


def _weight(mu: Floats) -> Floats:
    """Weights between the segments of each product and week; (products, weeks, segments, same)."""
    cell = mu.transpose(0, 2, 1)
    whole = cell.sum(axis=2, keepdims=True)
    share = np.divide(cell, whole, out=np.zeros_like(cell), where=whole > 0)
    weight = np.asarray(-cell[..., :, None] * share[..., None, :])
    each = np.arange(cell.shape[2])
    weight[..., each, each] += cell
    return weight


def _levers(weight: Floats, deal: Floats, root: Floats) -> Floats:
    """Half of what levels per product and segment explain, so that half times half is all of it.

    Shape (segments + weeks * segments, products * segments): rows are each segment's deals, then
    its weeks, by week.
    """
    products, weeks, segments, _ = weight.shape
    deals = np.einsum("pw,pwst->pst", deal, weight)
    each = weight.reshape(products, weeks * segments, segments)
    half = np.concatenate([deals @ root, each @ root], axis=1)
    return half.transpose(1, 0, 2).reshape(half.shape[1], -1)


def _solved(plain: Floats, explained: Floats) -> tuple[Floats, Floats]:
    """Solve for the levels per segment and week; `bread` and `weekly` of the result.

    Args:
        plain: shape (3, weeks, segments, segments), sums of the weights times the deal to the
            power of 0, 1 and 2.
        explained: what levels per product and segment take from them, rows as in `_levers`.
    """
    _, weeks, segments, _ = plain.shape
    x, cell = slice(segments - 1), slice(segments, None)
    weekly = -explained[cell, cell]
    blocks = weekly.reshape(weeks, segments, weeks, segments)
    each = np.arange(weeks)
    blocks[each, :, each, :] += plain[0]
    across = plain[1].reshape(weeks * segments, segments)[:, x] - explained[cell, x]
    deals = plain[2].sum(axis=0)[x, x]
    root = _inverse_root(weekly, np.diagonal(plain[0], axis1=1, axis2=2).ravel())
    half = root.T @ across
    information = deals - explained[x, x] - half.T @ half
    bread = _inverse_root(information, np.full(segments - 1, np.diag(deals).max()))
    levels = (root @ half).reshape(weeks, segments, -1)
    return bread @ bread.T, levels.transpose(1, 0, 2)


def _inverse_root(matrix: Floats, size: Floats) -> Floats:
    """F such that F F' inverts the symmetric `matrix` in every direction that has weight.

    Args:
        matrix: shape (..., n, n).
        size: shape (..., n), weight against which a direction is something or nothing.
    """
    scale = np.divide(1.0, np.sqrt(size), out=np.zeros(size.shape), where=size > 0)
    values, vectors = np.linalg.eigh(matrix * scale[..., :, None] * scale[..., None, :])
    some = values > NOTHING
    root = np.where(some, 1 / np.sqrt(np.where(some, values, 1.0)), 0.0)
    return np.asarray(scale[..., :, None] * vectors * root[..., None, :])
