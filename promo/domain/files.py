"""The nouns of an import: what a file was, what it became, and how far a running import is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pandas as pd

Level = Literal["info", "warning", "error"]
Verdict = Literal["accepted", "accepted_with_warnings", "quarantined", "refused"]


@dataclass(frozen=True)
class Finding:
    """One thing noticed in a file: a code for the catalogue and the facts of its sentence."""

    code: str
    level: Level
    rows: int = 0
    line: int | None = None
    column: str | None = None
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class FileReport:
    """The account of one file.

    lines = header + blank + continued + rows_clean + rows_quarantined, always; `continued` counts
    the line breaks inside quoted fields.
    """

    path: str
    source: str
    verdict: Verdict
    lines: int
    header: int
    blank: int
    continued: int
    rows_clean: int
    rows_quarantined: int
    findings: tuple[Finding, ...] = ()

    @property
    def rows_in(self) -> int:
        """Records that carried data."""
        return self.rows_clean + self.rows_quarantined


FIRST_WEEK = "2001-01-01"
"""A Monday; weeks that are only numbered are counted from it unless she says otherwise."""


def week_number(weeks: "pd.Series[pd.Timestamp]") -> "pd.Series[int]":
    """The numbers that stood for weeks in a file without dates."""
    return (weeks - pd.Timestamp(FIRST_WEEK)).dt.days // 7 + 1


@dataclass(frozen=True)
class Link:
    """How well two tables of a dataset fit together by one key.

    Every row of `child` that has a `child_field` should find it as a `parent_field` in `parent`.
    `rows` and `keys` count the rows with a key and the different keys among them; `orphan_rows`
    and `orphan_keys` those without a parent; `parents` the different keys of the parent, of which
    `unused` are named by no child.
    """

    child: str
    child_field: str
    parent: str
    parent_field: str
    rows: int
    keys: int
    orphan_rows: int
    orphan_keys: int
    parents: int
    unused: int


@dataclass(frozen=True, eq=False)
class Dataset:
    """Cleaned tables at rest: one Parquet file per canonical table, never held in memory whole.

    `tables` maps a canonical table name (a source such as `orders` or `products`) to its file;
    `fingerprint` is made from the content of all of them; `links` says how they fitted together at
    the import.
    `reports` are the account of the import; `rows_removed` is what her own cleaning steps took out
    of it afterwards. `rows_in_use` counts the rows of the tables: a row of a file with one column
    per week became several.
    """

    name: str
    tables: Mapping[str, Path]
    fingerprint: str
    reports: tuple[FileReport, ...] = ()
    rows_removed: int = 0
    links: tuple[Link, ...] = ()
    rows_in_use: int = 0

    @property
    def rows_aside(self) -> int:
        """Rows set aside at the import or taken out by cleaning."""
        return sum(report.rows_quarantined for report in self.reports) + self.rows_removed

    def undated(self, table: str) -> bool:
        """Whether the weeks of a table are only numbered, so that no day in it is a real one."""
        reports = (report for report in self.reports if report.source == table)
        return any(one.code == "weeks_numbered" for report in reports for one in report.findings)


@dataclass(frozen=True)
class ImportProgress:
    """How far an import is: the share done in [0, 1], the step, and where it is in its file.

    `bytes_total` is None where a packed file does not say how much is in it.
    """

    share: float = 0.0
    step: str = "reading"
    file: str = ""
    bytes_read: int = 0
    bytes_total: int | None = None
    rows: int = 0
