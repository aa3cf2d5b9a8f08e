"""Event files of any size with planted faults: `python -m benchmarks.big_events 1000000 FILE`.

One simulated month is repeated with other days, customers and sessions, so that rows stay distinct.
"""

import csv
import io
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pandas as pd

from promo.ingest.simulate import World, simulate, write_sources

BAD, REPEATED = 0.006, 0.005  # shares of all rows
_WORLD = World(seed=3, products=500, categories=25, weeks=8, customers=10_000, event_weeks=4)
_MONTHS = 13  # of four weeks; then other customers live through the same year
_DAY = 10  # characters of a date
_TIME, _TYPE, _PRICE, _QUANTITY = 0, 1, 7, 8

Fields = list[str]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Planted:
    """What was written: `rows` are data rows, `bad` those with a fault by its reason."""

    rows: int
    bad: dict[str, int]
    repeated: int

    @property
    def clean(self) -> int:
        """The rows that an exact import keeps."""
        return self.rows - self.repeated - sum(self.bad.values())


def _with(at: int, value: str) -> Callable[[Fields], Fields]:
    return lambda fields: [*fields[:at], value, *fields[at + 1 :]]


FAULTS: dict[str, Callable[[Fields], Fields]] = {
    "row_too_short": lambda fields: fields[:5],
    "row_too_long": lambda fields: [*fields, "", "x"],
    "not_a_date": _with(_TIME, "yesterday"),
    "date_impossible": _with(_TIME, "2026-02-30 10:00:00"),
    "missing": _with(_TYPE, ""),
    "not_a_number": _with(_PRICE, "NaN"),
    "price_not_positive": _with(_PRICE, "-1.00"),
    "not_whole": _with(_QUANTITY, "1.5"),
}
"""How a good row is broken, by the reason under which an import sets it aside."""


@dataclass(frozen=True)
class _Month:
    """The simulated rows, cut where a copy differs: `day` head customer `neck` session `tail`."""

    columns: list[str]
    day: list[int]
    head: list[str]
    neck: list[str]
    in_session: list[bool]
    tail: list[str]

    def copy(self, number: int, rows: int) -> list[str]:
        """The first rows of one copy; no two copies share a row."""
        crowd, month = divmod(number, _MONTHS)
        first = date(2025, 1, 6) + timedelta(weeks=4 * month)
        days = [str(first + timedelta(days=day)) for day in range(max(self.day) + 1)]
        person, session = f"-{crowd}", ("", f"-{number}")
        parts = zip(self.day, self.head, self.neck, self.in_session, self.tail, strict=True)
        return [
            f"{days[day]}{head}{person}{neck}{session[known]}{tail}"
            for (day, head, neck, known, tail), _ in zip(parts, range(rows), strict=False)
        ]


def _simulated() -> _Month:
    with TemporaryDirectory() as folder:
        path = write_sources(simulate(_WORLD), Path(folder), ["events"])["events"]
        shown = pd.read_csv(path, dtype=str, keep_default_na=False)
    full = pd.to_numeric(shown["price"]) / (1 - pd.to_numeric(shown["discount"]))
    channel = np.array(["app", "web", "store"])[shown["customer_id"].str[1:].astype(int) % 3]
    priced = full.map("{:.2f}".format).where(full.notna(), "")
    shown = shown.assign(list_price=priced, channel=channel)
    day = pd.to_datetime(shown["event_time"].str[:_DAY])
    named = _lines(shown[["event_type", "product_id", "customer_id"]])
    return _Month(
        columns=list(shown.columns),
        day=(day - day.min()).dt.days.tolist(),
        head=(shown["event_time"].str[_DAY:] + "," + named).tolist(),
        neck=("," + shown["session_id"]).tolist(),
        in_session=(shown["session_id"] != "").tolist(),
        tail=("," + _lines(shown.iloc[:, 5:])).tolist(),
    )


def _lines(frame: pd.DataFrame) -> "pd.Series[str]":
    text = frame.to_csv(index=False, header=False, lineterminator="\n")
    return pd.Series(text.splitlines())


def make(path: Path, rows: int, seed: int = 1) -> Planted:
    """Write an events CSV of 16 columns and about 100 bytes per row.

    Args:
        path: the file.
        rows: data rows, the bad and the repeated ones among them.
        seed: which rows are broken or repeated, and where.
    """
    month, rng = _simulated(), np.random.default_rng(seed)
    bad, repeated = round(rows * BAD), round(rows * REPEATED)
    good = rows - bad - repeated
    reasons = Counter(np.resize(list(FAULTS), bad).tolist())
    kinds = iter(rng.permutation(np.resize(list(FAULTS), bad)).tolist())
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(month.columns) + "\n")
        for number, lines in enumerate(_copies(month, good)):
            at = number * len(month.day)
            share = [
                (at + len(lines)) * count // good - at * count // good for count in (bad, repeated)
            ]
            chosen = rng.integers(0, len(lines), sum(share))
            place = rng.integers(chosen, len(lines))  # a repeat stands after its original
            extra = [lines[k] for k in chosen.tolist()]
            extra[: share[0]] = [_broken(line, next(kinds)) for line in extra[: share[0]]]
            file.write("\n".join(_inserted(lines, extra, place)) + "\n")
    return Planted(rows, dict(reasons), repeated)


def _copies(month: _Month, rows: int) -> Iterator[list[str]]:
    number = 0
    while rows:
        lines = month.copy(number, rows)
        yield lines
        rows -= len(lines)
        number += 1


def _broken(line: str, reason: str) -> str:
    (fields,) = csv.reader([line])
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(FAULTS[reason](fields))
    return out.getvalue()


def _inserted(lines: list[str], extra: list[str], place: Ints) -> list[str]:
    keys = np.concatenate([np.arange(len(lines)), place])
    order = np.argsort(keys, kind="stable").tolist()
    both = [*lines, *extra]
    return [both[k] for k in order]


if __name__ == "__main__":
    sys.stdout.write(f"{make(Path(sys.argv[2]), int(sys.argv[1]))}\n")
