"""Verbs for engineers: simulate, bench."""

import argparse
import importlib
import inspect
from collections.abc import Callable
from pathlib import Path

from promo import workflow
from promo.cli.output import Result, tell
from promo.cli.verb import Verb
from promo.errors import NotFound


def _simulate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--products", type=int, default=100)
    parser.add_argument("--categories", type=int, help="a tenth of the products")
    parser.add_argument("--weeks", type=int, default=78)
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")


def _simulate(arguments: argparse.Namespace) -> Result:
    paths = workflow.simulate_shop(
        arguments.out,
        seed=arguments.seed,
        products=arguments.products,
        categories=arguments.categories or max(1, arguments.products // 10),
        weeks=arguments.weeks,
        customers=arguments.customers,
    )
    return {"files": {name: str(path) for name, path in paths.items()}}


def _bench_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "name",
        metavar="NAME",
        help="plan, choose, solvers, caution, truth, elasticity, forecast, ingest or screen",
    )
    parser.add_argument("--seeds", type=int, help="simulated shops, where the benchmark has them")
    parser.add_argument("--families", nargs="+", help="kinds of shops; without it, all of them")
    parser.add_argument("--sizes", type=int, nargs="+", help="sizes, where the benchmark has them")


def _bench(arguments: argparse.Namespace) -> Result:
    measure = _benchmark(arguments.name)
    known = inspect.signature(measure).parameters
    asked = {name: getattr(arguments, name) for name in ("seeds", "families", "sizes")}
    options = {key: value for key, value in asked.items() if value is not None and key in known}
    tell(f"running benchmark {arguments.name}; this can take minutes.")
    return {"rows": measure(**options)}


def _benchmark(name: str) -> Callable[..., object]:
    """What `benchmarks/NAME.py` runs.

    Raises:
        NotFound: there is no such file, or it measures nothing by itself.
    """
    place = f"benchmarks.{name}"
    try:
        module = importlib.import_module(place) if name.isidentifier() else None
    except ModuleNotFoundError as missing:
        if missing.name not in ("benchmarks", place):
            raise
        module = None
    measure: Callable[..., object] | None = getattr(module, "run", None)
    if measure is None:
        raise NotFound(kind="benchmark", name=name)
    return measure


VERBS = (
    Verb("simulate", "a shop with known truth, as CSV files", _simulate_arguments, _simulate),
    Verb("bench", "a benchmark, with its floor and target", _bench_arguments, _bench),
)
