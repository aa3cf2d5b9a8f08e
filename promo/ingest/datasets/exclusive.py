"""One at a time: a lock per dataset folder, among the threads of a process and among processes."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_GUARD = threading.Lock()
_BY_PATH: dict[Path, threading.Lock] = {}
_AGAIN = 0.05  # seconds between two tries to get a lock that somebody else holds


@contextmanager
def exclusive(folder: Path, waiting: Callable[[], object] = bool) -> Iterator[None]:
    """Hold `folder` alone; whoever comes meanwhile waits.

    The lock file lies beside the folder and stays there: a removed one could be held twice. The
    system lets go of the lock when a process dies, so nothing is ever left locked.

    Args:
        folder: what to hold; it need not be there.
        waiting: called again and again while somebody else holds it; it may raise.
    """
    place = folder.resolve()
    with _GUARD:
        lock = _BY_PATH.setdefault(place, threading.Lock())
    # A file lock belongs to the process, so that threads are kept apart by a lock of their own.
    while not lock.acquire(timeout=_AGAIN):
        waiting()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.with_name(f".{place.name}.lock").open("a+b") as file:
            while not _taken(file):
                waiting()
                time.sleep(_AGAIN)
            try:
                yield
            finally:
                _give_back(file)
    finally:
        lock.release()


if os.name == "nt":  # pragma: no cover
    import msvcrt

    def _taken(file: IO[bytes]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore] # Windows only
        except OSError:
            return False
        return True

    def _give_back(file: IO[bytes]) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore] # Windows only

else:
    import fcntl

    def _taken(file: IO[bytes]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _give_back(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
