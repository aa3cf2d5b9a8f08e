"""What is really so in a simulated shop, and what a plan would really bring."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from scipy.special import pdtr

from promo.domain import ANONYMOUS, EVERYONE, Forecast, ResponseCurves
from promo.errors import BadRequest
from promo.ingest.simulate.customers import Crowd
from promo.ingest.simulate.demand import Catalogue
from promo.ingest.simulate.world import Floats, Ints, World, leave_one_out

HORIZON = 53
"""Weeks after history that the truth reaches."""


@dataclass(frozen=True, eq=False)
class Truth:
    """The parameters behind a shop's files. Learners never see it."""

    world: World
    shop: Catalogue
    crowd: Crowd
    share: Floats  # (products, customers): shares of demand at list price after history
    base: Floats  # (products, HORIZON): expected items per week at list price
    shocks: Floats  # (paths, products, HORIZON): multipliers of `base`, 1 on average
    stock: Ints  # (products,): items on hand for the campaign
    last_ratio: Floats  # (products,): log(paid / listed) of the last week of history
    history: pd.DataFrame  # product and week: base and demand (items), shock (log items), promoted

    def profit(
        self,
        discounts: pd.DataFrame,
        assignment: "pd.Series[str] | None" = None,
        start: int = 0,
        weeks: int = 4,
    ) -> float:
        """Expected profit of the campaign weeks and the week after; see `outcome`."""
        return float(self.outcome(discounts, assignment, start, weeks)["profit"].sum())

    def units(
        self,
        discounts: pd.DataFrame,
        assignment: "pd.Series[str] | None" = None,
        start: int = 0,
        weeks: int = 4,
    ) -> float:
        """Expected items of the campaign weeks and the week after; see `outcome`."""
        found = self.outcome(discounts, assignment, start, weeks)
        return float(found["units"].sum() + found["units_after"].sum())

    def outcome(
        self,
        discounts: pd.DataFrame,
        assignment: "pd.Series[str] | None" = None,
        start: int = 0,
        weeks: int = 4,
    ) -> pd.DataFrame:
        """What a plan really brings on average, per product and segment.

        Own answer, lift, cross effects inside the category, halo, pantry loading and the stock on
        hand are in it. The stock limits the campaign weeks; the week after is delivered anew. Items
        that ran out are not bought instead elsewhere.

        Args:
            discounts: product_id, segment, discount (share); what is not listed is not promoted.
            assignment: the segment of each customer, indexed by customer_id. Whoever is not in it
                gets the price of segment 'anonymous' where there is one, as at the shop's till,
                else that of 'all'; without an assignment everybody is in 'all'.
            start: weeks between the end of history and the first campaign week.
            weeks: campaign weeks.

        Returns:
            product_id, segment, units and cost (money given away) of the campaign weeks,
            units_after of the week after, revenue and profit of both.

        Raises:
            BadRequest: when the weeks lie beyond the horizon or a product is unknown.
        """
        if start < 0 or weeks < 1 or start + weeks + 1 > HORIZON:
            raise BadRequest(field="weeks", value=start + weeks)
        segments, member = self._groups(discounts, assignment)
        discount = self._matrix(discounts, segments)
        rate = self._rates(discount, member, start, weeks)
        sold, after = self._sold(rate[..., :weeks], start), rate[..., weeks]
        listed, cost = self.shop.list_price[:, None], self.shop.unit_cost[:, None]
        revenue = listed * ((1 - discount) * sold + after)
        rows = {
            "units": sold,
            "units_after": after,
            "cost": listed * discount * sold,
            "revenue": revenue,
            "profit": revenue - cost * (sold + after),
        }
        names = {
            "product_id": np.repeat(np.array(self.shop.product_id, dtype=object), len(segments)),
            "segment": np.tile(np.array(segments, dtype=object), len(self.shop.product_id)),
        }
        return pd.DataFrame(names | {name: values.ravel() for name, values in rows.items()})

    def _groups(
        self, discounts: pd.DataFrame, assignment: "pd.Series[str] | None"
    ) -> tuple[list[str], Ints]:
        """The segments, and the number of each customer's segment."""
        named = {EVERYONE, *discounts["segment"].astype(str)}
        if assignment is not None:
            named |= set(assignment.astype(str))
        segments = sorted(named)
        if assignment is None:
            return segments, np.full(len(self.crowd.customer_id), segments.index(EVERYONE))
        others = ANONYMOUS if ANONYMOUS in named else EVERYONE
        of = assignment.astype(str).reindex(self.crowd.customer_id).fillna(others)
        return segments, np.searchsorted(segments, of.to_numpy(dtype="U"))

    def _matrix(self, discounts: pd.DataFrame, segments: list[str]) -> Floats:
        """Discounts of shape (products, segments)."""
        row = pd.Index(self.shop.product_id).get_indexer(pd.Index(discounts["product_id"]))
        if (row < 0).any():
            raise BadRequest(field="product_id", value=discounts["product_id"].iloc[row.argmin()])
        matrix = np.zeros((len(self.shop.product_id), len(segments)))
        column = np.searchsorted(segments, discounts["segment"].to_numpy(dtype="U"))
        matrix[row, column] = discounts["discount"]
        return matrix

    def _rates(self, discount: Floats, member: Ints, start: int, weeks: int) -> Floats:
        """Expected demand of shape (products, segments, weeks + 1), the last the week after."""
        shop, ratio = self.shop, np.log1p(-np.minimum(discount, 0.99))
        own = shop.elasticity[:, None] * ratio
        own += shop.cross[:, None] * leave_one_out(ratio, shop.group) + shop.halo.pull(ratio)
        before = np.zeros_like(ratio) + (self.last_ratio[:, None] if start == 0 else 0.0)
        pantry = shop.pantry[:, None]
        first, later, after = own + pantry * before, own + pantry * ratio, pantry * ratio
        promoted = np.exp(shop.lift[:, None] * (discount > 0))
        running = [self._answers(first, member) * promoted]
        if weeks > 1:
            running += [self._answers(later, member) * promoted] * (weeks - 1)
        answer = np.stack([*running, self._answers(after, member)], axis=-1)
        expected: Floats = self.base[:, None, start : start + weeks + 1] * answer
        return expected

    def _answers(self, response: Floats, member: Ints) -> Floats:
        """Demand of each segment's customers over the product's base, (products, segments)."""
        each = self.share * np.exp(self.crowd.sensitivity * response[:, member])
        inside = np.eye(response.shape[1])[member]
        total: Floats = each @ inside
        return total

    def _sold(self, rate: Floats, start: int) -> Floats:
        """Items sold of shape (products, segments) when the stock ends the sale.

        E min(N, S) = m P(N < S) + S P(N > S) for N ~ Poisson(m); weeks draw on the stock in turn,
        and inside a week the segments get what is left in proportion to what they want.
        """
        total = rate.sum(axis=1)
        path = self.shocks[:, :, start : start + rate.shape[-1]] * total
        wanted = np.cumsum(path, axis=-1)
        stock = self.stock[:, None].astype(float)
        below = np.where(stock > 0, pdtr(np.maximum(stock - 1, 0), wanted), 0.0)
        kept = wanted * below + stock * (1 - pdtr(stock, wanted))
        sold = np.diff(kept.mean(axis=0), axis=-1, prepend=0.0)
        part = rate / np.maximum(total, 1e-300)[:, None, :]
        items: Floats = (part * sold[:, None, :]).sum(axis=-1)
        return items

    def curves(self, assignment: "pd.Series[str] | None" = None) -> ResponseCurves:
        """The true response curves, one per product and segment, for an all-knowing planner.

        A mix of customers has no constant elasticity; this is the one between list price and
        10 % off, where most discounts of a good plan lie.
        """
        none = pd.DataFrame({"product_id": [], "segment": [], "discount": []}, dtype="str")
        segments, member = self._groups(none, assignment)
        inside = np.eye(len(segments))[member]
        share = self.share @ inside
        used = np.maximum(share, 1e-12)
        mean = (self.share * self.crowd.sensitivity) @ inside / used
        ratio = np.log(0.9)
        own = np.repeat(self.shop.elasticity[:, None] * ratio, len(segments), axis=1)
        slope = np.log(np.maximum(self._answers(own, member) / used, 1.0)) / ratio
        shape = share.shape
        columns = {
            "share": share,
            "elasticity": slope,
            "elasticity_low": slope,
            "elasticity_high": slope,
            "lift": np.broadcast_to(self.shop.lift[:, None], shape),
            "pull_forward": self.shop.pantry[:, None] * mean,
            "cross": self.shop.cross[:, None] * mean,
            "deepest": np.full(shape, 0.4),
            "list_price": np.broadcast_to(self.shop.list_price[:, None], shape),
            "unit_cost": np.broadcast_to(self.shop.unit_cost[:, None], shape),
        }
        return ResponseCurves(_curve_rows(self.shop, segments, columns))

    def elasticity(self, shallow: float, deep: float) -> Floats:
        """What one slope between two discounts would be for each product; shape (products,).

        Customers differ, so that it is smaller between deeper ones: those who mind prices most
        are a growing part of the buyers.
        """
        everyone = np.zeros(len(self.crowd.customer_id), dtype=np.int64)
        log_price = np.log1p(-np.array([shallow, deep]))
        sold = [
            self._answers(self.shop.elasticity[:, None] * step, everyone)[:, 0]
            for step in log_price
        ]
        slope: Floats = np.log(sold[1] / sold[0]) / (log_price[1] - log_price[0])
        return slope

    def forecast(self, weeks: int, start: int = 0) -> Forecast:
        """The true expected sales without promotion, for an all-knowing planner."""
        nothing = np.zeros((len(self.shop.product_id), 1))
        everyone = np.zeros(len(self.crowd.customer_id), dtype=np.int64)
        mean = self._rates(nothing, everyone, start, weeks)[:, 0, :weeks]
        mondays = self.world.mondays_ahead(start + weeks)[start:]
        rows = pd.DataFrame(
            {
                "product_id": np.repeat(np.array(self.shop.product_id, dtype=object), weeks),
                "week": np.tile(mondays, len(mean)),
                "mean": mean.ravel(),
            }
        ).astype({"product_id": "str"})
        for name in ("low_80", "high_80", "low_95", "high_95"):
            rows[name] = rows["mean"]
        return Forecast(rows, Forecast.TABLES["backtest"].empty())

    def parameters(self) -> Mapping[str, object]:
        """Everything a reader of the truth file wants, ready for JSON."""
        shop = self.shop
        fields = ("list_price", "unit_cost", "base", "elasticity", "cross", "pantry", "lift")
        products = pd.DataFrame({name: np.round(getattr(shop, name), 6) for name in fields})
        products.insert(0, "product_id", shop.product_id)
        products["stock"] = self.stock
        customers = pd.Series(np.round(self.crowd.sensitivity, 6), index=self.crowd.customer_id)
        return {
            "world": asdict(self.world) | {"last_week": self.world.last_week.isoformat()},
            "products": products.to_dict("records"),
            "halo": shop.halo.named(shop.product_id).to_dict("records"),
            "sensitivity": customers.to_dict(),
        }


def _curve_rows(
    shop: Catalogue, segments: list[str], columns: Mapping[str, Floats]
) -> pd.DataFrame:
    repeat = len(segments)
    names = {
        "product_id": np.repeat(np.array(shop.product_id, dtype=object), repeat),
        "segment": np.tile(np.array(segments, dtype=object), len(shop.product_id)),
        "category": np.repeat(np.array(shop.category, dtype=object), repeat),
    }
    rows = pd.DataFrame(names | {name: values.ravel() for name, values in columns.items()})
    rows = rows.astype(dict.fromkeys(names, "str"))
    rows["cost_assumed"] = False
    rows["elasticity_se"] = rows["lift_se"] = 0.0
    rows["price_weeks"], rows["trust"] = 0, 1.0
    rows["evidence"] = pd.Series("strong", index=rows.index, dtype="str")
    return rows[ResponseCurves.TABLES["rows"].names]
