"""A desk of three products whose every plan can be listed, priced from response curves."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from promo import workflow
from promo.domain import Forecast, ResponseCurves
from promo.optimize import Offer, PlanModel, Scene, build_options
from promo.tables import BACKTEST
from tests.plan_cases import START

LADDER = (0.0, 0.1, 0.2, 0.3)


@dataclass(frozen=True)
class SmallStudy:
    """What a desk reads of a study."""

    curves: ResponseCurves
    forecast: Forecast
    stock: Mapping[str, float]
    start: pd.Timestamp
    settings: workflow.StudySettings
    undated: bool = False


def small_shop(seed, **columns):
    """A desk of three products whose answers to discounts are known more or less well."""
    rng, count = np.random.default_rng(seed), 3
    names = pd.Series([f"p{number}" for number in range(count)], dtype="str")
    price, slope = rng.uniform(5, 20, count), -rng.uniform(1, 5, count)
    curves = pd.DataFrame(
        {
            "product_id": names, "segment": "all", "category": ["c0", "c1", "c0"],
            "list_price": price, "unit_cost": price * rng.uniform(0.2, 0.7, count),
            "cost_assumed": False, "share": 1.0, "elasticity": slope,
            "elasticity_se": rng.uniform(0.05, 1.5, count), "elasticity_low": slope - 1,
            "elasticity_high": 0.0, "lift": 0.1, "lift_se": 0.1, "pull_forward": 0.1,
            "cross": 0.2, "price_weeks": 5, "deepest": 0.3, "trust": 0.5, "evidence": "weak",
        }
        | columns
    ).astype(dict.fromkeys(("segment", "category", "evidence"), "str"))  # fmt: skip
    mean = rng.uniform(20, 100, count)
    weeks = pd.DataFrame(
        {
            "product_id": names, "week": START, "mean": mean, "low_80": 0.7 * mean,
            "high_80": 1.4 * mean, "low_95": 0.5 * mean, "high_95": 2 * mean,
        }
    ).astype({"week": "datetime64[us]"})  # fmt: skip
    study = SmallStudy(
        curves=ResponseCurves(curves), forecast=Forecast(weeks, BACKTEST.empty()),
        stock={"p0": 2.0 * mean[0]}, start=START, settings=workflow.StudySettings(weeks=1),
    )  # fmt: skip
    scene = believed(study, workflow.CORRECTION)
    options = build_options(scene)
    return workflow.Desk(study, scene, options, PlanModel(options, study.stock), 0.1)


def believed(study, caution):
    return Scene(
        study.curves, study.forecast, Offer(LADDER), START, 1, stock=study.stock,
        reach=workflow.REACH, caution=caution,
    )  # fmt: skip


def priced(study, caution):
    return build_options(believed(study, caution))
