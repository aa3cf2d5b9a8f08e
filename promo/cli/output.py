"""How a result reaches stdout and a warning stderr."""

import json
import math
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeGuard, TypeVar

import pandas as pd

from promo.domain import ImportProgress
from promo.errors import NotUsable
from promo.words import progress_sentence
from promo.workflow import Job

Result = Mapping[str, object]
T = TypeVar("T")


def show(result: Result, *, as_json: bool) -> None:
    """Print a result: one JSON object, or lines and tables for a person."""
    text = json.dumps(_plain(result), ensure_ascii=False) if as_json else _for_people(result)
    sys.stdout.write(text + "\n")


def tell(message: str) -> None:
    """One line on stderr."""
    sys.stderr.write(message + "\n")


def followed(job: Job[T]) -> T:
    """What a job gives; meanwhile its progress on stderr. Ctrl+C cancels it.

    On a terminal the line is rewritten twice a second; a log gets one every ten seconds.

    Raises:
        PromoError: what the job raised; `Cancelled` after Ctrl+C.
    """
    terminal = sys.stderr.isatty()
    try:
        while not job.wait(0.5 if terminal else 10):
            _tell_import(job.progress, terminal=terminal)
    except KeyboardInterrupt:
        job.cancel()
    job.wait()
    if terminal:
        sys.stderr.write(f"\r{'':<{_WIDE}}\r")
    return job.result()


_WIDE = 78
"""Characters of a line on a terminal that is rewritten."""


def _tell_import(progress: ImportProgress, *, terminal: bool) -> None:
    said = f"{progress.share:4.0%} {progress_sentence('en', progress)}"
    sys.stderr.write(f"\r{said[:_WIDE]:<{_WIDE}}" if terminal else f"{said}\n")


def save(frame: pd.DataFrame, path: Path | None) -> None:
    """Write a result table where the user asked for it.

    Raises:
        NotUsable: the file cannot be written there.
    """
    if path is None:
        return
    try:
        frame.to_csv(path, index=False)
    except OSError as error:
        raise NotUsable(name=str(path), why=error.strerror or type(error).__name__) from None
    tell(f"{path}: {len(frame)} rows")


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """A frame as JSON rows; missing values become null."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _plain(value: object) -> object:
    """The value in JSON's own types; JSON has no NaN."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Path | pd.Timestamp):
        return str(value)
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _for_people(result: Result) -> str:
    blocks = []
    for name, value in result.items():
        if _is_table(value):
            blocks.append(f"{name}:\n{_rows_for_people(value)}")
        else:
            blocks.append(f"{name}: {_short(value)}")
    return "\n".join(blocks)


def _is_table(value: object) -> TypeGuard[list[Mapping[str, object]]]:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _rows_for_people(rows: list[Mapping[str, object]]) -> str:
    """A table; rows that hold tables of their own are written one below the other."""
    if not any(_is_table(value) for row in rows for value in row.values()):
        return pd.DataFrame(rows).to_string(index=False)
    return "\n\n".join(_indented(_for_people(row)) for row in rows)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.splitlines())


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_short(item)}" for key, item in value.items())
    return str(value)
