"""What imports and features cost: `python -m promo bench ingest [--sizes 1000000 10000000]`.

The floor is DuckDB's bare `count(*)` of the same file: every row cut into its columns, no value
read. Each measurement runs in a process of its own; seconds are CPU of that process without the
start of Python, peaks are its largest resident memory. Both are taken in turns within one run,
because a busy machine makes both slower. Needs Linux or macOS.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import duckdb

from benchmarks.big_events import make
from promo import workflow
from promo.ingest import build, inspect

SIZES = (1_000_000, 10_000_000)
RATIO, PEAK, GROWTH = 10.0, 1_000.0, 11.0
FEATURES_RATIO, FEATURES_PEAK = 3.0, 1_500.0
_MEGABYTE = 1e6 if sys.platform == "darwin" else 1e3  # units of ru_maxrss in one megabyte
Row = dict[str, object]


def run(sizes: tuple[int, ...] = SIZES) -> list[Row]:
    """Every row of the benchmark.

    Args:
        sizes: data rows per events file, smallest first; 10 million take about 1.1 GB twice.
    """
    seconds: dict[int, float] = {}
    rows: list[Row] = []
    for size in sizes:
        with TemporaryDirectory(prefix="promodesk-bench-") as room:
            file, dataset = Path(room) / "events.csv", Path(room) / "dataset"
            rows += _import_rows(size, file, dataset, seconds)
    for size, next_size in pairwise(sizes):
        if next_size == 10 * size:
            grown = seconds[next_size] / seconds[size]
            rows.append(_row("import, growth at ten times the rows", size, grown, "times", GROWTH))
    return rows


def _import_rows(size: int, file: Path, dataset: Path, seconds: dict[int, float]) -> Iterator[Row]:
    """Make the file, import it, hold the account against what was planted; then its features."""
    planted = _apart("make_file", file, size)
    before = _apart("count_bare", file)
    done = _apart("import_file", file, dataset)
    after = _apart("count_bare", file)
    seconds[size] = done["cpu"]
    found = {code: done["reasons"].get(code, 0) for code in planted["reasons"]}
    missed = sum(abs(rows - found[code]) for code, rows in planted["reasons"].items())
    missed += abs(done["rows"] - planted["rows"])
    missed += abs(done["aside"] - sum(planted["reasons"].values()))
    floor = min(before["cpu"], after["cpu"])
    yield _row("bare count", size, floor, "s CPU")
    yield _row("import", size, done["cpu"], "s CPU", None, floor, RATIO)
    yield _row("import, peak memory", size, done["peak"], "MB", PEAK)
    yield _row("import, rows not accounted as planted", size, missed, "rows", 0)
    made = _apart("make_features", dataset, file.with_name("features"))
    yield _row("all features", size, made["cpu"], "s CPU", None, floor, FEATURES_RATIO)
    yield _row("all features, peak memory", size, made["peak"], "MB", FEATURES_PEAK)


def make_file(file: str, rows: str) -> Row:
    """Write the events file; returns its rows and those to be set aside, by reason."""
    planted = make(Path(file), int(rows))
    return {"rows": planted.rows, "reasons": {**planted.bad, "duplicate": planted.repeated}}


def count_bare(file: str) -> Row:
    """Count the rows with DuckDB alone."""
    with Path(file).open(encoding="utf-8") as head:
        names = head.readline().strip().split(",")
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    since = process_time()
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")  # it writes to stdout
        connection.execute(
            f"SELECT count(*) FROM read_csv('{file}', columns = {{{columns}}}, header = true, "  # noqa: S608 # our own file
            "delim = ',', quote = '\"', escape = '\"', auto_detect = false, ignore_errors = true)"
        ).fetchall()
    return {"cpu": process_time() - since}


def import_file(file: str, folder: str) -> Row:
    """Import the file as the desk does; returns its account."""
    since = process_time()
    path = Path(file)
    dataset = build([(path, inspect(path).suggestion)], Path(folder), "bench")
    used = process_time() - since
    (report,) = dataset.reports
    reasons = {finding.code: finding.rows for finding in report.findings}
    return {
        "cpu": used, "rows": report.rows_in, "aside": report.rows_quarantined, "reasons": reasons,
    }  # fmt: skip


def make_features(dataset: str, out: str) -> Row:
    """Make every table of features from an imported dataset, on DuckDB."""
    since = process_time()
    made = workflow.make_features(Path(dataset), Path(out))
    return {"cpu": process_time() - since, "rows": sum(one.rows for one in made)}


def _apart(what: str, *arguments: object) -> dict[str, Any]:
    """One function of this module in a process of its own, and what that process used."""
    code = f"from benchmarks import ingest; ingest.answer(ingest.{what})"
    asked = [sys.executable, "-c", code, *map(str, arguments)]
    child = subprocess.run(asked, stdout=subprocess.PIPE, check=True)  # noqa: S603 # ourselves
    found: dict[str, Any] = json.loads(child.stdout)
    return found


def answer(what: Callable[..., Row]) -> None:
    """Call a function with the command line's words; print what it found and the peak memory."""
    found = what(*sys.argv[1:])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _MEGABYTE
    sys.stdout.write(json.dumps({**found, "peak": peak}))


def _row(  # noqa: PLR0913, PLR0917 # the keys every benchmark prints
    name: str, size: int, value: float, unit: str, target: float | None = None,
    floor: float | None = None, target_ratio: float | None = None,
) -> Row:  # fmt: skip
    return {
        "name": name, "size": size, "value": value, "unit": unit, "floor": floor,
        "ratio": None if floor is None else value / floor, "target": target,
        "target_ratio": target_ratio, "method": "desk",
    }  # fmt: skip
