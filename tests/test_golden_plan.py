"""The plan of the shipped sample, row by row; `UPDATE_GOLDEN=1` rewrites it for review."""

import os
from pathlib import Path

import pandas as pd
import pytest

from promo import workflow

GOLDEN = Path(__file__).parent / "golden" / "sample_plan.csv"
KEY = ["product_id", "segment"]
SHOWN = ["discount", "units", "cost", "gain"]


@pytest.fixture(scope="module")
def desk(sample_workspace):
    dataset = workflow.open_dataset(sample_workspace, workflow.SAMPLE)
    return workflow.open_desk(workflow.kept_study(sample_workspace, dataset))


def test_the_golden_plan_of_the_sample_stays_as_it_is(desk):
    plan = workflow.exact_plan(desk, workflow.default_request(desk))
    rows = plan.rows[KEY + SHOWN].round(dict.fromkeys(SHOWN, 2))
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.parent.mkdir(exist_ok=True)
        rows.to_csv(GOLDEN, index=False, lineterminator="\n")
    golden = pd.read_csv(GOLDEN, dtype=dict.fromkeys(KEY, "str"))
    pd.testing.assert_frame_equal(rows, golden, rtol=1e-3, atol=0.02, check_dtype=False)
    assert plan.exact
    assert plan.gap <= 1e-3
