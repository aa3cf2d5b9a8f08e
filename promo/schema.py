"""The declared shape of a table: grain, key, kind, unit and range, checked once at the boundary."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Literal

import numpy as np
import pandas as pd

from promo.errors import SchemaError

Kind = Literal["id", "text", "number", "count", "share", "flag", "date", "time"]

MOST_CODES = 2**62
"""Combinations of key values that one integer can tell apart."""

Dtype = np.dtype[np.generic] | pd.api.extensions.ExtensionDtype

_IS_KIND = {
    "id": pd.api.types.is_string_dtype,
    "text": pd.api.types.is_string_dtype,
    "number": pd.api.types.is_float_dtype,
    "count": pd.api.types.is_integer_dtype,
    "share": pd.api.types.is_float_dtype,
    "flag": pd.api.types.is_bool_dtype,
    "date": pd.api.types.is_datetime64_dtype,
    "time": pd.api.types.is_datetime64_dtype,
}


@dataclass(frozen=True)
class Column:
    """One column: its kind, its unit in words, and the closed range its values keep."""

    name: str
    kind: Kind
    unit: str = ""
    low: float | None = None
    high: float | None = None
    nullable: bool = False

    @property
    def bounds(self) -> tuple[float | None, float | None]:
        """The range in force; a share is in [0, 1] without saying so."""
        return (0.0, 1.0) if self.kind == "share" else (self.low, self.high)


@dataclass(frozen=True)
class Problem:
    """One way in which a frame breaks its declaration; `rows` counts the offenders."""

    code: Literal["missing", "kind", "null", "infinite", "below", "above", "monday", "duplicate"]
    column: str
    rows: int = 0
    first: str = ""

    def __str__(self) -> str:
        return f"{self.column}: {self.code}" + (
            f" ({self.rows} rows, first {self.first})" * (self.rows > 0)
        )


@dataclass(frozen=True)
class Table:
    """A declared table; `grain` finishes the sentence "one row per ..."."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names in declared order."""
        return [column.name for column in self.columns]

    def problems(self, frame: pd.DataFrame) -> list[Problem]:
        """Everything that is wrong with `frame`, most basic first; empty when it fits."""
        found = [problem for column in self.columns for problem in _column_problems(frame, column)]
        sound = not any(problem.column in self.key for problem in found)
        if sound and not _all_distinct(frame, self.key):
            repeated = frame.duplicated(list(self.key))
            if repeated.any():
                found.append(_rows_problem("duplicate", " x ".join(self.key), frame, repeated))
        return found

    def check(self, frame: pd.DataFrame) -> None:
        """Raise one `SchemaError` that lists every problem, or return.

        Raises:
            SchemaError: with facts `table` and `problems`.
        """
        found = self.problems(frame)
        if found:
            raise SchemaError(table=self.name, problems=tuple(found))

    def empty(self) -> pd.DataFrame:
        """A frame of the declared shape with no rows."""
        kinds: Mapping[Kind, str] = {
            "id": "str", "text": "str", "number": "float64", "count": "int64",
            "share": "float64", "flag": "bool", "date": "datetime64[us]", "time": "datetime64[us]",
        }  # fmt: skip
        return pd.DataFrame({c.name: pd.Series(dtype=kinds[c.kind]) for c in self.columns})


def _rows_problem(code: str, column: str, frame: pd.DataFrame, bad: "pd.Series[bool]") -> Problem:
    first = str(frame.index[bad.to_numpy()][0])
    return Problem(code, column, int(bad.sum()), first)  # type: ignore[arg-type] # codes are literals at each call


def _column_problems(frame: pd.DataFrame, column: Column) -> Iterator[Problem]:
    if column.name not in frame:
        yield Problem("missing", column.name)
        return
    values = frame[column.name]
    if not _is_kind(column.kind, values.dtype):
        yield Problem("kind", column.name, len(values), f"{values.dtype} is not {column.kind}")
        return
    numeric = column.kind in ("number", "share", "count")
    if numeric and _extremes_fit(values, column):
        return
    absent = values.isna()
    if absent.any() and not column.nullable:
        yield _rows_problem("null", column.name, frame, absent)
    if numeric:
        yield from _range_problems(frame, column)
    if column.kind == "date" and column.name == "week":
        tuesday_on = ~absent & (values.dt.day_of_week != 0)
        if tuesday_on.any():
            yield _rows_problem("monday", column.name, frame, tuesday_on)


@lru_cache(maxsize=256)
def _is_kind(kind: Kind, dtype: Dtype) -> bool:
    return bool(_IS_KIND[kind](dtype))


def _extremes_fit(column_of: "pd.Series[float]", column: Column) -> bool:
    """Whether smallest and largest value clear the whole column; one NaN or inf and they do not."""
    if not isinstance(column_of.dtype, np.dtype):
        return False
    values = column_of.to_numpy()
    if not values.size:
        return True
    low, high = column.bounds
    least, most = values.min(), values.max()
    return bool(
        (-np.inf if low is None else low) <= least
        and most <= (np.inf if high is None else high)
        and np.isfinite(least)
        and np.isfinite(most)
    )


def _all_distinct(frame: pd.DataFrame, key: tuple[str, ...]) -> bool:
    """Whether no key repeats, by one integer per row; False also when that is not certain."""
    code, size = np.zeros(len(frame), dtype=np.int64), 1
    for name in key:
        codes, names = pd.factorize(frame[name])
        size *= len(names) + 1
        if size > MOST_CODES:
            return False
        code = code * (len(names) + 1) + codes + 1
    if size <= 32 * len(frame):
        return bool(np.bincount(code).max(initial=0) <= 1)
    return len(pd.unique(code)) == len(code)


def _range_problems(frame: pd.DataFrame, column: Column) -> Iterator[Problem]:
    values = frame[column.name]
    infinite = pd.Series(np.isinf(values.to_numpy()), index=frame.index)
    if infinite.any():
        yield _rows_problem("infinite", column.name, frame, infinite)
    low, high = column.bounds
    if low is not None and (below := values < low).any():
        yield _rows_problem("below", column.name, frame, below)
    if high is not None and (above := values > high).any():
        yield _rows_problem("above", column.name, frame, above)


def fingerprint(*frames: pd.DataFrame) -> str:
    """A short name for exactly this content; every cell, name, type and the row order count.

    Streamlit hashes a sample of a large frame and misses edits outside it; this does not.
    """
    digest = sha256()
    for frame in frames:
        digest.update(repr([(name, str(kind)) for name, kind in frame.dtypes.items()]).encode())
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
    return digest.hexdigest()[:16]
