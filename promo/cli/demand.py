"""Verbs about beliefs: segments, forecast, response."""

import argparse
from pathlib import Path

from promo import workflow
from promo.cli.output import Result, records, save
from promo.cli.source import MARGIN, add_dataset, dataset_for, left_out_for
from promo.cli.verb import Verb
from promo.errors import NotEnoughData


def _out(parser: argparse.ArgumentParser) -> None:
    add_dataset(parser)
    parser.add_argument("--out", type=Path, metavar="OUT.csv")


def _segments(arguments: argparse.Namespace) -> Result:
    with dataset_for(arguments) as dataset:
        customers = workflow.know_customers(dataset)
    if customers is None:
        raise NotEnoughData(what="customers", need=1, have=0)
    save(customers.rows, arguments.out)
    summary = workflow.segment_summary(customers)
    return {"rows": len(customers.rows), "segments": records(summary)}


def _forecast_arguments(parser: argparse.ArgumentParser) -> None:
    _out(parser)
    parser.add_argument("--horizon", type=int, default=4, metavar="WEEKS")


def _forecast(arguments: argparse.Namespace) -> Result:
    with dataset_for(arguments) as dataset:
        forecast, panel = workflow.forecast_demand(
            dataset, arguments.horizon, left_out_for(arguments)
        )
    save(forecast.rows, arguments.out)
    return {**workflow.backtest_summary(forecast, panel), "delisted": len(forecast.delisted)}


def _response_arguments(parser: argparse.ArgumentParser) -> None:
    _out(parser)
    parser.add_argument("--assumed-margin", type=float, default=MARGIN, metavar="SHARE")
    parser.add_argument(
        "--no-pooling", action="store_true", help="the plain fixed-effects coefficients instead"
    )
    parser.add_argument(
        "--effects", default="product_id,place,week", help="fixed effects of --no-pooling"
    )


def _response(arguments: argparse.Namespace) -> Result:
    with dataset_for(arguments) as dataset:
        if arguments.no_pooling:
            plain = workflow.unpooled_response(dataset, arguments.effects.split(","))
            return {"coefficients": records(plain.table), "r2": plain.r2, "rows": plain.rows}
        settings = workflow.StudySettings(
            assumed_margin=arguments.assumed_margin, left_out=left_out_for(arguments)
        )
        curves = workflow.study(dataset, settings).curves
    save(curves.rows, arguments.out)
    shown = curves.rows.rename(columns={"elasticity_low": "low", "elasticity_high": "high"})
    return {"curves": records(shown)}


VERBS = (
    Verb("segments", "who buys: RFM segments", _out, _segments),
    Verb("forecast", "what would sell without promotion", _forecast_arguments, _forecast),
    Verb("response", "how demand answers a discount", _response_arguments, _response),
)
