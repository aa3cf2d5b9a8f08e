"""Use cases about cleaning: what looks odd, what a step would do, do it, take it back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from promo import ingest
from promo.domain import Dataset
from promo.errors import NameTaken
from promo.ingest import cleaning
from promo.store import SAMPLE, Workspace
from promo.workflow.files import open_dataset

CleaningStep = cleaning.Step
CleaningApplied = cleaning.Applied
CleaningChoice = cleaning.Choice
CleaningPicture = cleaning.Picture
CleaningPreview = cleaning.Preview
CleaningReview = cleaning.Review
FAR = cleaning.FAR
NEW_VALUE = cleaning.NEW_VALUE
with_step = cleaning.with_step


def suggest_cleaning(dataset: Dataset) -> CleaningReview:
    """What looks worth a look in the tables as imported, and what can be asked of them.

    Nothing is applied by itself: missing values, values far from usual and repeated keys are
    findings with their numbers, each with the step she may want.
    """
    return cleaning.review(dataset)


def preview_cleaning(dataset: Dataset, steps: Sequence[CleaningStep]) -> CleaningPreview:
    """What these steps would do to the tables as imported; writes nothing.

    Returns:
        Rows touched and removed per step, rows per table, and each column of numbers before and
        after.

    Raises:
        BadRequest: a step that the dataset cannot carry; the facts say what can be chosen.
    """
    return cleaning.preview(dataset, steps)


def clean_dataset(
    workspace: Workspace,
    name: str,
    steps: Sequence[CleaningStep],
    task: ingest.Task | None = None,
    *,
    copy_name: str = "sample cleaned",
) -> Dataset:
    """Make these the steps of a dataset; without any it is again as it was imported.

    Everybody shares the sample, so cleaning it makes a copy under `copy_name`, numbered where that
    is taken.

    Raises:
        NotFound: no dataset of the workspace has this name.
        BadRequest: a step that the dataset cannot carry; nothing has changed then.
    """
    dataset = open_dataset(workspace, name)
    if tuple(steps) == tuple(one.step for one in cleaning_of(dataset)):
        return dataset
    if name == SAMPLE:
        preview_cleaning(dataset, steps)  # no copy is made for a step that is refused
        dataset = _copied(workspace, dataset, copy_name, task)
    return cleaning.clean(workspace.dataset_folder(dataset.name), steps, task)


def _copied(workspace: Workspace, dataset: Dataset, name: str, task: ingest.Task | None) -> Dataset:
    for chosen in workspace.free_names(name):
        # Somebody else may take this name meanwhile; whoever is second tries the next.
        with suppress(NameTaken):
            dataset = cleaning.copy(dataset, workspace.dataset_folder(chosen), chosen, task)
            break
    return dataset


def cleaning_of(dataset: Dataset) -> tuple[CleaningApplied, ...]:
    """The steps of a dataset in their order, with the rows each touched and removed."""
    return cleaning.cleaning_of(dataset)
