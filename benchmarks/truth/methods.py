"""Whoever plans: the desk, those who know more than it can, and the habits it is to beat."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from promo import workflow
from promo.domain import EVERYONE, Forecast, Panel, Plan, ResponseCurves
from promo.ingest.simulate import Shop
from promo.store import Workspace
from promo.tables import BACKTEST, CURVES, FORECAST

BUDGET_SHARE = 0.06
"""Budget of a campaign, as a share of what the shop took in as many weeks lately."""
LATELY = 8
"""Weeks that "lately" means."""
SLOT_SHARE = 0.3
"""Share of a category's products that may be promoted."""
UNIFORM = (0.05, 0.10, 0.20)
STEEPEST = -10.0
"""Where the naive road stops believing a slope; without it half a price would sell anything."""
HABIT = 0.10
"""What the best sellers get off by those who promote best sellers."""


@dataclass(frozen=True)
class Proposal:
    """A plan in the words of the truth, and what its maker promised."""

    discounts: pd.DataFrame
    segment: "pd.Series[str] | None" = None
    promised: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")


def propose(folder: Path) -> tuple[Proposal, workflow.Study, workflow.PlanRequest]:
    """What the desk makes of the files in `folder`, and the request it answered."""
    with TemporaryDirectory() as room:
        workspace = Workspace(Path(room))
        files = [
            (path, workflow.inspect_file(workspace, path).suggestion)
            for path in sorted(folder.iterdir())
        ]
        study = workflow.study(workflow.import_files(workspace, "shop", files))
    asked = request(study)
    return planned(study, asked), study, asked


def request(study: workflow.Study) -> workflow.PlanRequest:
    """The rules that every method keeps: money, slots, and no token discounts.

    The smallest discount is the smallest that the shop's own promotions have shown, as on the desk.
    """
    rows = study.panel.rows
    lately = rows["week"] > rows["week"].max() - pd.Timedelta(weeks=LATELY)
    taken = float((rows["units"] * rows["price"])[lately].sum())
    size = int(study.panel.products.groupby("category").size().max())
    return workflow.PlanRequest(
        budget=BUDGET_SHARE * taken * study.settings.weeks / LATELY,
        max_promoted=max(1, round(SLOT_SHARE * size)),
        min_discount=workflow.open_desk(study).shallowest,
    )


def planned(study: workflow.Study, asked: workflow.PlanRequest) -> Proposal:
    """The desk's optimiser on a study, whoever's beliefs are in it."""
    plan: Plan = workflow.exact_plan(workflow.open_desk(study), asked)
    chosen = plan.rows.loc[plan.rows["discount"] > 0, ["product_id", "segment", "discount"]]
    segment = None
    if study.customers is not None and set(chosen["segment"]) - {EVERYONE}:
        segment = study.customers.rows.set_index("customer_id")["segment"]
    return Proposal(chosen, segment, plan.gain.estimate, plan.gain.low, plan.gain.high)


def proposals(shop: Shop, folder: Path) -> tuple[dict[str, Proposal], float]:
    """Every method's proposal for one shop, and the budget all of them were given."""
    desk, study, asked = propose(folder)
    knowing = replace(study, curves=shop.truth.curves(desk.segment))
    oracle = replace(knowing, forecast=shop.truth.forecast(study.settings.weeks + 1))
    habits = _Habits(study, asked)
    found = {
        "desk": desk,
        "true_response": planned(knowing, asked),
        "oracle": planned(oracle, asked),
        "naive": planned(naive(study), asked),
        "nothing": habits.within({}),
        "top_sellers": habits.within(dict.fromkeys(habits.sellers, HABIT)),
        "last_year": habits.within(habits.year_ago),
    }
    for discount in UNIFORM:
        everyone = dict.fromkeys(habits.products, discount)
        found[f"uniform_{discount:.0%}".rstrip("%")] = habits.within(everyone)
    return found, float(asked.budget or 0.0)


class _Habits:
    """Plans of people without a model, as far as money and slots go."""

    def __init__(self, study: workflow.Study, asked: workflow.PlanRequest) -> None:
        self._asked = asked
        rows, products = study.panel.rows, study.panel.products
        self.products = products["product_id"].tolist()
        self._category = dict(zip(products["product_id"], products["category"], strict=True))
        lately = rows[rows["week"] > rows["week"].max() - pd.Timedelta(weeks=LATELY)]
        taken = (lately["list_price"] * lately["units"]).groupby(lately["product_id"]).sum()
        self._taken = taken * study.settings.weeks / LATELY
        self.sellers = self._taken.sort_values(ascending=False).index.tolist()
        begin = study.start - pd.Timedelta(weeks=52)
        since = (rows["week"] - begin).dt.days
        past = rows[(since >= 0) & (since < 7 * study.settings.weeks)]
        off = (1 - past["price"] / past["list_price"]).groupby(past["product_id"]).max()
        deep = off[off >= 0.03].sort_values(ascending=False)
        self.year_ago = {str(name): float(depth) for name, depth in deep.items()}

    def within(self, wanted: Mapping[str, float]) -> Proposal:
        """Discounts in the order given, until money or a category's slots are used up.

        Its cost is reckoned as its maker would: lately's sales times the discount.
        """
        money, used, kept = float(self._asked.budget or 0.0), dict[str, int](), dict[str, float]()
        for product, discount in wanted.items():
            category = self._category[product]
            cost = discount * float(self._taken.get(product, 0.0))
            if cost > money or used.get(category, 0) >= (self._asked.max_promoted or 0):
                continue
            money -= cost
            used[category] = used.get(category, 0) + 1
            kept[product] = discount
        rows = {"product_id": list(kept), "segment": EVERYONE, "discount": list(kept.values())}
        return Proposal(pd.DataFrame(rows).astype({"product_id": "str", "segment": "str"}))


def naive(study: workflow.Study) -> workflow.Study:
    """The usual road: a regression of log sales on log price per product, and last weeks' sales."""
    panel = study.panel
    return replace(study, curves=_regressions(panel), forecast=_last_weeks(panel, study))


def _regressions(panel: Panel) -> ResponseCurves:
    rows = panel.rows.groupby(["product_id", "week"], sort=True).agg(
        units=("units", "sum"), price=("price", "mean"), list_price=("list_price", "mean")
    )
    products = panel.products.sort_values("product_id", ignore_index=True)
    slopes, deepest = np.zeros(len(products)), np.zeros(len(products))
    for number, product in enumerate(products["product_id"]):
        mine = rows.loc[product]
        price, items = np.log(mine["price"]), np.log(mine["units"] + 0.5)
        if (spread := float(((price - price.mean()) ** 2).sum())) > 0:
            slopes[number] = float(((price - price.mean()) * items).sum()) / spread
        deepest[number] = float((1 - mine["price"] / mine["list_price"]).max())
    slopes = np.clip(slopes, STEEPEST, 0.0)
    table = products.assign(
        segment=EVERYONE, cost_assumed=False, share=1.0, elasticity=slopes, elasticity_se=0.0,
        elasticity_low=slopes, elasticity_high=slopes, lift=0.0, lift_se=0.0, pull_forward=0.0,
        cross=0.0, price_weeks=0, deepest=np.clip(deepest, 0.0, 1.0), trust=1.0, evidence="weak",
    )  # fmt: skip
    return ResponseCurves(table.astype({"segment": "str", "evidence": "str"})[CURVES.names])


def _last_weeks(panel: Panel, study: workflow.Study) -> Forecast:
    rows = panel.rows[panel.rows["week"] > panel.rows["week"].max() - pd.Timedelta(weeks=LATELY)]
    mean = rows.groupby("product_id")["units"].sum().reindex(panel.products["product_id"]) / LATELY
    weeks = sorted(study.forecast.rows["week"].unique())
    table = mean.fillna(0.0).rename("mean").reset_index().merge(
        pd.DataFrame({"week": pd.DatetimeIndex(weeks).as_unit("us")}), how="cross"
    )  # fmt: skip
    for name in ("low_80", "high_80", "low_95", "high_95"):
        table[name] = table["mean"]
    return Forecast(table[FORECAST.names], BACKTEST.empty())
