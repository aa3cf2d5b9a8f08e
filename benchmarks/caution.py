"""What caution costs and buys in shops whose truth is known: `python -m promo bench caution`.

In every shop the desk plans at each stop of caution under the request of the truth bench
(`benchmarks/truth`), and the truth says what each plan brings.

    kept                    true gain / true gain of the stop `little`; sums over shops
    bad_fifth               true gain in the fifth of shops that fell shortest of what `little`
                            promised / true gain of `little` there; sums over these shops
    losing_seeds            shops in which the plan earned less than doing nothing
    promised_over_realised  gain promised / true gain; sums over shops
    promised_bad_fifth      mean promised for the bad fifth of cases / mean gain of `little`
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
from threadpoolctl import threadpool_limits

from benchmarks.truth.families import FAMILIES
from benchmarks.truth.methods import propose
from promo import workflow
from promo.ingest import simulate
from promo.ingest.simulate import World

FIFTH = 0.2


def run(seeds: int = 20, families: Sequence[str] = ("default", "short")) -> list[dict[str, object]]:
    """One row per family and stop of caution, over the shops of seeds 1 to `seeds`."""
    found = []
    for name in families:
        shops = [_shop(name, seed + 1) for seed in range(seeds)]
        found += _summary(name, pd.concat(shops))
    return found


def _shop(family: str, seed: int) -> pd.DataFrame:
    """What every stop promises in one shop, and what it really brings."""
    shop = simulate.simulate(replace(World(), seed=seed, **FAMILIES[family].differs))
    with threadpool_limits(1), TemporaryDirectory() as room:
        simulate.write_sources(shop, Path(room), FAMILIES[family].sources)
        proposal, study, asked = propose(Path(room))
    nothing = shop.truth.profit(proposal.discounts.iloc[:0])
    desk = workflow.open_desk(study)
    rows = []
    for stop, caution in workflow.CAUTIONS.items():
        plan = workflow.exact_plan(desk, replace(asked, caution=caution))
        chosen = plan.rows.loc[plan.rows["discount"] > 0, ["product_id", "segment", "discount"]]
        realised = shop.truth.profit(chosen, proposal.segment) - nothing
        rows.append((stop, plan.gain.estimate, plan.gain.bad_fifth, realised))
    columns = ["stop", "promised", "promised_bad", "realised"]
    return pd.DataFrame(rows, columns=columns).assign(seed=seed)


def _summary(family: str, shops: pd.DataFrame) -> list[dict[str, object]]:
    little = shops[shops["stop"] == "little"].set_index("seed")
    usual = little["realised"].mean()
    short = (little["realised"] / little["promised"]).sort_values().index
    bad = short[: max(1, round(FIFTH * len(short)))]
    rows = []
    for stop, each in shops.groupby("stop", sort=False):
        real = each.set_index("seed")["realised"]
        rows.append({
            "name": family, "size": len(each), "method": stop, "unit": "share",
            "kept": real.mean() / usual,
            "bad_fifth": real[bad].sum() / little.loc[bad, "realised"].sum(),
            "losing_seeds": int((real < 0).sum()),
            "promised_over_realised": each["promised"].sum() / real.sum(),
            "promised_bad_fifth": each["promised_bad"].mean() / usual,
        })  # fmt: skip
    return rows
