"""The command line: one verb, one use case of `promo.workflow`.

Results go to stdout, for people by default and as one JSON object with `--json`; progress and
warnings go to stderr. Exit codes: 0 done, 1 the request cannot be met, 2 wrong usage, 130 stopped
with Ctrl+C. The keys of the JSON objects stand in `docs/command-line.md`.
"""

from promo.cli.main import main

__all__ = ["main"]
