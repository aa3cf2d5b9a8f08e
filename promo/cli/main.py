"""The parser of all verbs, and the edge at which failures become sentences."""

import argparse
import sys
from collections.abc import Sequence

from promo import workflow
from promo.cli import anomalies, cleaning, data, demand, features, planning, quality, tools, trials
from promo.cli.output import show, tell
from promo.errors import Cancelled, PromoError
from promo.words import explain

MODULES = (data, quality, cleaning, features, anomalies, demand, planning, trials, tools)

INTERRUPTED = 130
"""What a shell expects of a program that Ctrl+C ended; wrong usage is argparse's own 2."""


def build_parser() -> argparse.ArgumentParser:
    """The parser of `python -m promo` with every verb."""
    parser = argparse.ArgumentParser(
        prog="promo", description="The promotion desk without a screen."
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for module in MODULES:
        for verb in module.VERBS:
            sub = verbs.add_parser(verb.name, help=verb.help, description=verb.help)
            verb.arguments(sub)
            sub.add_argument("--json", action="store_true", help="one JSON object on stdout")
            sub.set_defaults(verb=verb, usage=sub.error)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; the exit code says how it went."""
    arguments = build_parser().parse_args(argv)
    workflow.spare_cores()
    try:
        result = arguments.verb.run(arguments)
    except PromoError as error:
        tell(explain("en", error))
        if arguments.json:
            show({"error": error.code, "message": explain("en", error)}, as_json=True)
        return INTERRUPTED if isinstance(error, Cancelled) else 1
    except KeyboardInterrupt:
        tell(explain("en", Cancelled()))
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    show(result, as_json=arguments.json)
    return 1 if result.get("status") in ("infeasible", "out_of_time", "refused") else 0
