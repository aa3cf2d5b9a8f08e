"""The verb that makes features, here or on a cluster."""

import argparse
from dataclasses import asdict
from datetime import date
from pathlib import Path

from promo import workflow
from promo.cli.output import Result, tell
from promo.cli.verb import Verb
from promo.errors import BadRequest


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", default="duckdb", metavar="duckdb|spark")
    parser.add_argument(
        "--in", dest="source", type=Path, required=True, metavar="PATH",
        help="a dataset's folder, a folder of canonical Parquet tables, or a file to import",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--master", metavar="URL", help="Spark: spark://host:7077, local[2] or sc://host:15002"
    )
    parser.add_argument("--cutoff", metavar="YYYY-MM-DD", help="the last day that is looked at")


def _features(arguments: argparse.Namespace) -> Result:
    made = workflow.make_features(
        arguments.source,
        arguments.out,
        arguments.engine,
        arguments.master,
        _day(arguments.cutoff),
        lambda share, step: tell(f"{share:4.0%} {step}"),
    )
    return {"out": arguments.out, "engine": arguments.engine, "features": [*map(asdict, made)]}


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise BadRequest(field="--cutoff", value=text, must="date") from None


VERBS = (Verb("features", "tables of features, here or on Spark", _arguments, _features),)
