"""How far an import is, and the way to stop it: one object that goes along with the work."""

import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from promo.domain import ImportProgress
from promo.errors import Cancelled
from promo.ingest.refusal import ZIP_DAMAGED

AGAIN = 0.2
"""Seconds between two tries to interrupt; one that comes between two queries is lost."""

_STAGING = 0.6
"""Share of a file's time that goes into cutting it into records; the rest is judging them."""


class Task:
    """A piece of work under way: it tells how far it is, and anybody may stop it.

    `stopped` is set once somebody has.
    """

    def __init__(self, told: Callable[[ImportProgress], None] | None = None) -> None:
        self.progress = ImportProgress()
        self._told = told or (lambda _progress: None)
        self.stopped = threading.Event()
        self._wakes: list[threading.Event] = []
        self._span = (0.0, 0.0)

    def stop(self) -> None:
        """Ask the work to end; it raises `Cancelled` within a second. From any thread."""
        self.stopped.set()
        for wake in list(self._wakes):
            wake.set()

    def go_on(self) -> None:
        """The word of the work that it is alive.

        Raises:
            Cancelled: somebody asked it to stop.
        """
        if self.stopped.is_set():
            raise Cancelled

    def step(self, share: float, step: str) -> None:
        """The whole work is this far."""
        self.tell(ImportProgress(share, step))

    def begin(self, path: Path, low: float, high: float) -> None:
        """A file is read next; it takes the work from the share `low` to `high`."""
        self._span = (low, high)
        self.tell(ImportProgress(low, "reading", path.name, bytes_total=bytes_inside(path)))

    def read(self, count: int, rows: int) -> None:
        """So many more bytes of the file were read, and so many rows cut from it in all."""
        now, (low, high) = self.progress, self._span
        read, total = now.bytes_read + count, now.bytes_total
        done = _STAGING * min(1.0, read / total) if total else 0.0
        share = low + (high - low) * done
        self.tell(replace(now, share=share, bytes_read=read, rows=rows))

    def judge(self, rows: int) -> None:
        """All records of the file are cut; now they are judged."""
        low, high = self._span
        share = low + (high - low) * _STAGING
        self.tell(replace(self.progress, share=share, step="judging", rows=rows))

    def tell(self, progress: ImportProgress) -> None:
        """The work is this far.

        Raises:
            Cancelled: somebody asked it to stop.
        """
        self.go_on()
        self.progress = progress
        self._told(progress)

    @contextmanager
    def attached(
        self, interrupt: Callable[[], object], interrupted: type[Exception]
    ) -> Iterator[None]:
        """Within the block, stopping also calls `interrupt`, until the block ends.

        Args:
            interrupt: makes a call that is in progress raise; called from another thread.
            interrupted: what such a call raises.

        Raises:
            Cancelled: the work was stopped.
        """
        wake, ended = threading.Event(), threading.Event()

        def watch() -> None:
            wake.wait()
            while not ended.is_set():
                interrupt()
                ended.wait(AGAIN)

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        self._wakes.append(wake)
        try:
            self.go_on()
            yield
        except interrupted:
            self.go_on()
            raise
        finally:
            self._wakes.remove(wake)
            ended.set()
            wake.set()
            watcher.join()


def bytes_inside(path: Path) -> int | None:
    """How many bytes of text a file or folder holds; None where it does not say."""
    if path.is_dir():
        return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())
    if not path.is_file():
        return None
    with path.open("rb") as file:
        head = file.read(4)
    if head == b"PK\x03\x04":
        return _bytes_zipped(path)
    packed = head.startswith((b"\x1f\x8b", b"PAR1", b"\xd0\xcf"))
    return None if packed else path.stat().st_size


def _bytes_zipped(path: Path) -> int | None:
    try:
        with zipfile.ZipFile(path) as archive:
            infos = archive.infolist()
    except ZIP_DAMAGED:
        return None  # the reader says what is wrong with it
    texts = [info for info in infos if info.filename.lower().endswith((".csv", ".txt", ".tsv"))]
    return sum(info.file_size for info in texts) or None
