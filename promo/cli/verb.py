"""What a verb is: a name, a line of help, its arguments and what it does."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from promo.cli.output import Result


@dataclass(frozen=True)
class Verb:
    """One verb of the command line."""

    name: str
    help: str
    arguments: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], Result]
