"""Plans held against the truth: simulated shops whose real answer to a plan is known.

The desk gets the files of a shop and nothing else. Its plan, and the plans it is compared with,
are then valued by the truth of the same shop. The desk's and the oracle's plans keep the same
budget and stock; the uniform discounts keep neither, and `spent` says what they gave away.

    captured                true gain of the method / true gain of the all-knowing planner
    ceiling                 the same for the true response on the desk's own forecast
    losing_seeds            shops in which the method earned less than doing nothing
    promised_over_realised  gain the model promised / true gain; sums over shops
    inside_80               share of shops whose true gain lay in the promised 80 % interval
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

import pandas as pd

from promo import workflow
from promo.domain import Plan
from promo.ingest import simulate
from promo.ingest.simulate import Shop, World
from promo.store import Workspace

SOURCES = ("panel", "orders", "products", "users")
"""The files a desk is given, unless its family says otherwise."""


@dataclass(frozen=True)
class Family:
    """Shops of one kind: how they differ from the default world, and what they upload."""

    differs: Mapping[str, object] = field(default_factory=dict)
    sources: tuple[str, ...] = SOURCES


FAMILIES: Mapping[str, Family] = {
    "default": Family(),
    "orders_only": Family(sources=("orders", "products", "users")),
    "short": Family({"weeks": 26}),
    "endogenous": Family({"endogeneity": 1.0}),
    "exogenous": Family({"endogeneity": 0.0}),
    "noisy": Family({"shock_sd": 0.4}),
    "few_promotions": Family({"promo_rate": 0.04}),
    "wide_spread": Family({"elasticity_product_sd": 1.5}),
    "price_test": Family({"test_weeks": 8}),
    "intermittent": Family({"base_units": 3.0}),
}
BUDGET_SHARE = 0.06
"""Budget of a campaign, as a share of what the shop took in as many weeks lately."""
LATELY = 8
"""Weeks that "lately" means."""
UNIFORM = (0.05, 0.10, 0.20)
KEPT_TARGET = 0.92
"""Share of the ceiling that the desk is to keep."""


@dataclass(frozen=True)
class Proposal:
    """A plan in the words of the truth, and what its maker promised."""

    discounts: pd.DataFrame
    segment: "pd.Series[str] | None"
    promised: float
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
    request = workflow.PlanRequest(budget=budget(study))
    return _proposal(study, request), study, request


def budget(study: workflow.Study) -> float:
    """Money to give away: a share of what was taken lately."""
    rows = study.panel.rows
    lately = rows["week"] > rows["week"].max() - pd.Timedelta(weeks=LATELY)
    taken = float((rows["units"] * rows["price"])[lately].sum())
    return BUDGET_SHARE * taken * study.settings.weeks / LATELY


def _proposal(study: workflow.Study, request: workflow.PlanRequest) -> Proposal:
    plan: Plan = workflow.exact_plan(workflow.open_desk(study), request)
    chosen = plan.rows.loc[plan.rows["discount"] > 0, ["product_id", "segment", "discount"]]
    segment = None
    if study.customers is not None:
        segment = study.customers.rows.set_index("customer_id")["segment"]
    return Proposal(chosen, segment, plan.gain.estimate, plan.gain.low, plan.gain.high)


def proposals(shop: Shop, folder: Path) -> tuple[dict[str, Proposal], float]:
    """Every method's proposal for one shop, and the budget all of them were given."""
    desk, study, request = propose(folder)
    knowing = replace(study, curves=shop.truth.curves(desk.segment))
    oracle = replace(knowing, forecast=shop.truth.forecast(study.settings.weeks + 1))
    flat = {
        f"uniform_{discount:.0%}".rstrip("%"): Proposal(
            pd.DataFrame(
                {"product_id": shop.products["product_id"], "segment": "all", "discount": discount}
            ),
            None,
            float("nan"),
        )
        for discount in UNIFORM
    }
    found = {
        "desk": desk,
        "true_response": _proposal(knowing, request),
        "oracle": _proposal(oracle, request),
    }
    return found | flat, float(request.budget or 0.0)


def judged(shop: Shop, folder: Path, weeks: int = 4) -> Iterator[dict[str, object]]:
    """One row per method: what it promised, what it would really bring and give away."""
    nothing = pd.DataFrame({"product_id": [], "segment": [], "discount": []}, dtype="str")
    base = shop.truth.profit(nothing, weeks=weeks)
    found, money = proposals(shop, folder)
    for method, proposal in found.items():
        outcome = shop.truth.outcome(proposal.discounts, proposal.segment, weeks=weeks)
        yield {
            "method": method,
            "base": base,
            "promised": proposal.promised,
            "realised": float(outcome["profit"].sum()) - base,
            "low": proposal.low,
            "high": proposal.high,
            "spent": float(outcome["cost"].sum()) / money,
        }


def run(
    seeds: int = 10, families: Sequence[str] = ("default",), world: World | None = None
) -> list[dict[str, object]]:
    """One row per family and method, over the shops of seeds 1 to `seeds`.

    `gain` is a share of the profit without promotion, `over_uniform_5` what the method earned
    more than 5 % off everything in the same unit, `spent` a share of the budget.
    """
    rows: list[dict[str, object]] = []
    for name in families:
        family, start = FAMILIES[name], process_time()
        kind = replace(world or World(), **family.differs)
        shops = [replace(kind, seed=number + 1) for number in range(seeds)]
        results = [_one(shop, family.sources).assign(seed=shop.seed) for shop in shops]
        cpu = (process_time() - start) / seeds
        rows += list(_summary(name, kind, pd.concat(results), cpu))
    return rows


def _one(world: World, sources: Sequence[str]) -> pd.DataFrame:
    shop = simulate.simulate(world)
    with TemporaryDirectory() as room:
        simulate.write_sources(shop, Path(room), sources)
        return pd.DataFrame(judged(shop, Path(room)))


def _inside(mine: pd.DataFrame) -> float:
    """Share of shops whose true gain lay in the promised 80 % interval; missing without one."""
    known = mine.dropna(subset="low")
    return float(known["realised"].between(known["low"], known["high"]).mean())


def _summary(
    family: str, world: World, results: pd.DataFrame, cpu: float
) -> Iterator[dict[str, object]]:
    """Sums over the seeds, one row per method."""
    gain = results.pivot_table(index="seed", columns="method", values="realised")
    base = results.groupby("seed")["base"].first()
    best = gain["oracle"].sum()
    for method in results["method"].unique():
        mine = results[results["method"] == method].set_index("seed")
        realised = float(mine["realised"].sum())
        captured = realised / best
        yield {
            "name": "truth",
            "size": f"{world.products} products x {world.weeks} weeks x {len(mine)} seeds",
            "family": family,
            "method": method,
            "value": captured,
            "unit": "share of the oracle's gain",
            "captured": captured,
            "ceiling": float(gain["true_response"].sum() / best),
            "losing_seeds": int((mine["realised"] < 0).sum()),
            "promised_over_realised": float(mine["promised"].sum(min_count=1)) / realised,
            "inside_80": _inside(mine),
            "gain": realised / float(base.sum()),
            "promised": float(mine["promised"].sum(min_count=1)) / float(base.sum()),
            "over_uniform_5": (realised - float(gain["uniform_5"].sum())) / float(base.sum()),
            "spent": float(mine["spent"].mean()),
            "target": KEPT_TARGET * float(gain["true_response"].sum() / best),
            "cpu_seconds_per_seed": cpu,
        }
