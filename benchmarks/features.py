"""All features of a dataset on DuckDB, in a fresh process: CPU against a floor, and the peak."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TARGET, PEAK = 3.0, 1_500.0  # times the floor; megabytes

_RUN = """
import json, resource, sys, time
from pathlib import Path
from promo import workflow
made = workflow.make_features(Path(sys.argv[1]), Path(sys.argv[2]))
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"cpu": used.ru_utime + used.ru_stime, "peak": used.ru_maxrss / 1024,
                  "rows": sum(one.rows for one in made)}))
"""


def feature_rows(dataset_folder: Path, floor_seconds: float) -> list[dict[str, object]]:
    """Rows for `bench ingest`.

    Args:
        dataset_folder: of a dataset, or of canonical Parquet tables.
        floor_seconds: CPU of DuckDB's bare count of the rows of the same data as CSV.
    """
    with tempfile.TemporaryDirectory(prefix="promodesk-") as out:
        command = [sys.executable, "-c", _RUN, str(dataset_folder), out]
        done = subprocess.run(  # noqa: S603 # our own interpreter on our own text
            command, capture_output=True, text=True, check=True, cwd=Path(__file__).parent.parent,
            env={**os.environ, "PYTHONPATH": "."},
        )  # fmt: skip
    seen = json.loads(done.stdout)
    size = f"{seen['rows']:,} rows out"
    return [
        {"name": "all features, CPU", "size": size, "value": seen["cpu"], "unit": "s",
         "floor": floor_seconds, "ratio": seen["cpu"] / floor_seconds, "target_ratio": TARGET},
        {"name": "all features, peak memory", "size": size, "value": seen["peak"], "unit": "MB",
         "target": PEAK},
    ]  # fmt: skip
