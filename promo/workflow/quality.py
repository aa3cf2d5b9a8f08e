"""Use cases about quality: what a dataset holds, which days it covers, which pages it carries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from promo import ingest, learn
from promo.domain import Dataset, Need
from promo.errors import NotEnoughData
from promo.workflow.studies import know_customers, sales_by_segment

ColumnProfile = ingest.ColumnProfile
Coverage = ingest.Coverage
Gap = ingest.Gap
TableProfile = ingest.TableProfile


@dataclass(frozen=True)
class Gate:
    """Whether a dataset carries one page; `needs` in the order in which the page meets them."""

    page: str
    needs: tuple[Need, ...]

    @property
    def met(self) -> bool:
        """Whether the page has all it needs."""
        return all(need.met for need in self.needs)

    @property
    def short(self) -> Need | None:
        """What is missing first."""
        return next((need for need in self.needs if not need.met), None)


_SILENT = ("different_prices",)
"""Needs that are only worth a word where they are not met."""


class _Holdings:
    """What one dataset has of everything that pages need; each is looked up once, when asked."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    @cached_property
    def demand(self) -> tuple[Need, ...]:
        """What a study needs. The learners refuse by the same figures, so the two always agree."""
        tables = self.dataset.tables.keys() & set(ingest.SALES)
        sales = Need("sales", 1, len(tables))
        try:
            return (sales, *_told(learn.demand_needs(ingest.panel(self.dataset))))
        except NotEnoughData as short:
            stop = Need(**short.facts)  # type: ignore[arg-type] # declared by NotEnoughData
        if stop.what in (sales.what, "whole_weeks"):  # without a week there is no history at all
            return (sales, *learn.demand_needs(None))
        return (sales, stop)

    @cached_property
    def customers(self) -> tuple[Need, ...]:
        """Customers who bought."""
        known = know_customers(self.dataset)
        return (Need("customers", 1, len(known.rows) if known else 0),)

    @cached_property
    def segments(self) -> tuple[Need, ...]:
        """What a study needs that tells segments apart.

        Where weekly prices are the history, the orders have to be about its products and weeks.
        """
        needs = (*self.demand, *self.customers)
        if not all(need.met for need in needs) or ingest.history(self.dataset) != "panel":
            return needs
        panel, customers = ingest.panel(self.dataset), know_customers(self.dataset)
        split = customers and sales_by_segment(self.dataset, panel, customers)
        return (
            *needs,
            Need("shared_items", 1, int(learn.shared_items(split, panel)) if split else 0),
        )


GATES: Mapping[str, Callable[[_Holdings], tuple[Need, ...]]] = {
    "plan": lambda found: found.demand,
    "demand": lambda found: found.demand,
    "customers": lambda found: found.customers,
    "segments": lambda found: found.segments,
    "campaign": lambda found: found.demand,
}
"""What each page needs; a page that can be short of data has one entry."""


def gate(dataset: Dataset) -> tuple[Gate, ...]:
    """For each page: what it needs, how much of it, and how much the dataset has."""
    found = _Holdings(dataset)
    return tuple(Gate(page, needs(found)) for page, needs in GATES.items())


def profile(dataset: Dataset) -> tuple[TableProfile, ...]:
    """What each column of each table holds."""
    return ingest.profiles(dataset)


def coverage(dataset: Dataset) -> tuple[Coverage, ...]:
    """Which days each dated table covers."""
    return ingest.coverages(dataset)


def _told(needs: tuple[Need, ...]) -> tuple[Need, ...]:
    """One need per thing: the largest, or one that is not met; a silent one only if it is not."""
    hardest: dict[str, Need] = {}
    for need in sorted(needs, key=lambda need: (need.met, -need.need)):
        hardest.setdefault(need.what, need)
    things = dict.fromkeys(need.what for need in needs)
    return tuple(hardest[one] for one in things if one not in _SILENT or not hardest[one].met)
