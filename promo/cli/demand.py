"""Verbs about beliefs: segments, forecast, response."""

import argparse
from dataclasses import asdict
from pathlib import Path

from promo import workflow
from promo.cli.output import Result, records, save, tell
from promo.cli.source import MARGIN, add_dataset, dataset_for, left_out_for, study_for
from promo.cli.verb import Verb
from promo.domain import Panel
from promo.errors import NotEnoughData
from promo.words import note_sentence, translate


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
    parser.add_argument("--product", metavar="ID", help="one product by one classical model")
    parser.add_argument("--model", default="ar", help=f"of --product: {', '.join(workflow.MODELS)}")


def _forecast(arguments: argparse.Namespace) -> Result:
    with dataset_for(arguments) as dataset:
        if arguments.product is not None:
            return _inspected(arguments, workflow.history_of(dataset))
        forecast, panel = workflow.forecast_demand(
            dataset, arguments.horizon, left_out_for(arguments)
        )
    save(forecast.rows, arguments.out)
    trust, poor = workflow.forecast_trust(panel, forecast), workflow.no_better_than_naive(forecast)
    if trust.better is False:
        shares = {name: f"{getattr(trust, name):.0%}" for name in ("wape", "wape_naive")}
        tell(translate("en", "forecast.no_better", **shares))
    elif poor:
        tell(translate("en", "forecast.no_better_some", products=len(poor)))
    methods = [translate("en", f"forecast.method.{name}") for name in trust.methods]
    summary = workflow.backtest_summary(forecast, panel)
    return {
        **summary, "delisted": len(forecast.delisted), "methods": methods,
        "no_better_than_naive": len(poor),
    }  # fmt: skip


def _inspected(arguments: argparse.Namespace, panel: Panel) -> Result:
    found = workflow.inspect_product(panel, arguments.product, arguments.model, arguments.horizon)
    save(found.rows, arguments.out)
    table = found.coefficients.assign(
        name=[
            translate("en", f"forecast.coefficient.{name}") for name in found.coefficients["name"]
        ]
    )
    return {
        "model": translate("en", f"forecast.model.{found.model}"),
        "coefficients": records(table), "aic": found.aic, **asdict(found.tested),
        "notes": [{"code": note.code, "message": note_sentence("en", note.code, note.facts)}
            for note in found.notes
        ],
    }  # fmt: skip


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
    if arguments.no_pooling:
        with dataset_for(arguments) as dataset:
            plain = workflow.unpooled_response(dataset, arguments.effects.split(","))
        return {"coefficients": records(plain.table), "r2": plain.r2, "rows": plain.rows}
    settings = workflow.StudySettings(assumed_margin=arguments.assumed_margin)
    curves = study_for(arguments, settings).curves
    save(curves.rows, arguments.out)
    shown = curves.rows.rename(columns={"elasticity_low": "low", "elasticity_high": "high"})
    return {"curves": records(shown), "timing": asdict(curves.timing)}


VERBS = (
    Verb("segments", "who buys: RFM segments", _out, _segments),
    Verb("forecast", "what would sell without promotion", _forecast_arguments, _forecast),
    Verb("response", "how demand answers a discount", _response_arguments, _response),
)
