"""How many rows are in use and how many are not, the same wherever it is told."""

from dataclasses import dataclass

import streamlit as st

from promo import workflow
from promo.domain import Dataset
from promo.ui import formats
from promo.ui.state import t
from promo.ui.widgets import download

ALMOST = 0.999
"""The most that is said of a share that is not all."""


@dataclass(frozen=True)
class Rows:
    """Rows in use now, set aside at import, taken out by cleaning.

    `read` is given where files with one column per week became more rows than were read: their
    rows that were not set aside, as they were read.
    """

    used: int
    aside: int
    removed: int
    read: int | None = None

    @property
    def all(self) -> int:
        """All of them; of those set aside, a row with one column per week counts as one."""
        return self.used + self.aside + self.removed

    @property
    def share(self) -> str:
        """The part that is in use; never called all of them while one is not."""
        read = self.used if self.read is None else self.read
        share = read / max(read + self.aside + (self.removed if self.read is None else 0), 1)
        return formats.percent(share if self.used == self.all else min(share, ALMOST), 1)

    @property
    def removed_said(self) -> str:
        """What her own cleaning took out, in a sentence; nothing where it took out nothing."""
        return t("quality.rows_removed", rows=formats.count(self.removed)) if self.removed else ""


def rows_of(dataset: Dataset) -> Rows:
    """The account of a dataset."""
    aside = sum(report.rows_quarantined for report in dataset.reports)
    read = sum(report.rows_clean for report in dataset.reports)
    split = dataset.rows_in_use + dataset.rows_removed > read
    return Rows(dataset.rows_in_use, aside, dataset.rows_removed, read if split else None)


def unused(dataset: Dataset, key: str) -> None:
    """The rows that are not in use as files to download, if there are any."""
    rows = rows_of(dataset)
    if rows.aside or rows.removed:
        download(
            key, t("data.quarantine"), workflow.quarantine_zip(dataset),
            f"{dataset.name}-set-aside.zip", "application/zip",
        )  # fmt: skip
        st.caption(t("data.quarantine_said"))
