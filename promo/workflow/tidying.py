"""Use cases about the workspace itself: open it, and let go of what nobody needs any more."""

from __future__ import annotations

from pathlib import Path

from promo import ingest
from promo.store import Workspace


def open_workspace(folder: Path) -> Workspace:
    """The workspace in a folder, made when it is not there yet, and tidied.

    Raises:
        NotUsable: the folder cannot be written to, or its database is none.
    """
    workspace = Workspace(folder)
    tidy(workspace)
    return workspace


def tidy(workspace: Workspace) -> None:
    """Remove rows of customers that are in no dataset any more.

    Those are the tables and quarantines that a change replaced more than an hour ago, what a killed
    import left in the workspace, and scratch folders of killed programs after a day.
    """
    for folder in (workspace.folder / "datasets").iterdir():
        if folder.is_dir():
            ingest.let_go(folder)
    ingest.sweep_scratch()
