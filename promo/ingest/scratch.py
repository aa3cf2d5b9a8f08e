"""Scratch folders of programs that died: what is left of them holds customers' rows."""

import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "promodesk-"
"""How the name of every scratch folder of ours begins."""

DEAD = 86_400.0
"""Seconds without any change after which nobody works in a scratch folder any more."""


def sweep_scratch() -> None:
    """Remove the scratch folders in which nothing has changed for a day."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        # What belongs to another user of this machine cannot be removed and is his to sweep.
        with suppress(OSError):
            if folder.is_dir() and not folder.is_symlink() and _idle(folder) > DEAD:
                shutil.rmtree(folder, ignore_errors=True)


def _idle(folder: Path) -> float:
    """Seconds since the last change of anything in the folder."""
    return time.time() - max(path.lstat().st_mtime for path in (folder, *folder.rglob("*")))
