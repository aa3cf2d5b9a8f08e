"""From a path to the byte streams of the CSVs inside: plain, gzip, or a zip of many."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from promo.errors import NotFound
from promo.ingest.limits import LIMITS, Limits
from promo.ingest.refusal import refuse

# The first bytes decide, not the name: people upload workbooks called `.csv`.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"PAR1", "file_parquet"),
    (b"\x89PNG", "file_picture"),
    (b"\xff\xd8\xff", "file_picture"),
    (b"GIF8", "file_picture"),
    (b"%PDF", "file_pdf"),
    (b"\x7fELF", "file_program"),
    (b"MZ\x90", "file_program"),
    (b"\xd0\xcf\x11\xe0", "file_workbook"),
    (b"SQLite format 3", "file_database"),
    (b"\x80\x04", "file_binary"),
    (b"\x80\x05", "file_binary"),
)
_MARKUP: tuple[tuple[bytes, str], ...] = (
    (b"<!doctype", "file_web_page"),
    (b"<html", "file_web_page"),
    (b"<?xml", "file_xml"),
    (b"<", "file_xml"),
    (b"{", "file_json"),
    (b"[", "file_json"),
)


class Readable(Protocol):
    """A stream of bytes that is only read."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        ...


@dataclass(frozen=True)
class Part:
    """One CSV: its file, and its name inside the archive where there is one."""

    path: Path
    member: str = ""
    archive: zipfile.ZipFile | None = None

    @property
    def label(self) -> str:
        """The name that a message shows."""
        return f"{self.path.name}/{self.member}" if self.member else self.path.name


@contextmanager
def unpacked(path: Path) -> Iterator[list[Part]]:
    """The CSVs inside `path`, in the order of their names.

    Raises:
        NotFound: there is no such file.
        Unreadable: the archive is damaged, locked, or holds no CSV.
    """
    if not path.is_file():
        raise NotFound(kind="file", name=path.name)
    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    if not zipped:
        yield [Part(path)]
        return
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        refuse(path.name, "zip_damaged")
    # Opened once: a zip of daily files has hundreds of members, and opening reads all their names.
    with archive:
        yield [Part(path, member, archive) for member in _members(path, archive)]


def _members(path: Path, archive: zipfile.ZipFile) -> list[str]:
    names = [info.filename for info in archive.infolist() if not info.is_dir()]
    if any(info.flag_bits & 1 for info in archive.infolist()):
        refuse(path.name, "zip_locked")
    if any(name.startswith(("xl/", "word/", "ppt/")) for name in names):
        refuse(path.name, "file_workbook")
    for name in names:
        # Members are streamed and never extracted by name; such a name is still a sign of malice.
        if name.startswith(("/", "\\")) or ".." in Path(name.replace("\\", "/")).parts:
            refuse(path.name, "zip_unsafe_name", facts={"member": name})
    found = sorted(
        name
        for name in names
        if name.lower().endswith((".csv", ".txt", ".tsv")) and not name.startswith("__MACOSX/")
    )
    return found or refuse(path.name, "zip_without_csv")


@contextmanager
def opened(part: Part, limits: Limits = LIMITS) -> Iterator[Readable]:
    """The bytes of one part, unpacked as they are read and never more than the limits allow.

    Raises:
        Unreadable: damaged or exploding archive, or not a text table at all.
    """
    try:
        if part.archive is not None:
            with part.archive.open(part.member) as file:
                packed = part.archive.getinfo(part.member).compress_size
                yield _Guarded(file, part, packed, limits)
            return
        with part.path.open("rb") as file:
            packed = part.path.stat().st_size
            zipped = file.read(2) == b"\x1f\x8b"
            file.seek(0)
            if zipped:
                with gzip.open(file, "rb") as unpacked:
                    yield _Guarded(unpacked, part, packed, limits)
            else:
                yield file
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile):
        refuse(part.label, "archive_damaged")


class _Guarded:
    """A packed stream that stops when it grows beyond what a real export would."""

    def __init__(self, file: Readable, part: Part, packed: int, limits: Limits) -> None:
        self._file, self._part, self._packed, self._limits = file, part, packed, limits
        self._seen = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes; `size` is always given by the reader, so a bomb fills no memory."""
        data = self._file.read(size)
        self._seen += len(data)
        limits = self._limits
        swollen = self._seen > max(limits.free_bytes, self._packed * limits.expansion)
        if swollen or self._seen > limits.expanded_bytes:
            refuse(self._part.label, "archive_too_large", facts={"times": limits.expansion})
        return data


def foreign_kind(head: bytes) -> str | None:
    """The finding code of a file that is plainly something other than a text table."""
    for magic, code in _FOREIGN:
        if head.startswith(magic):
            return code
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, code in _MARKUP:
        if start.startswith(mark):
            return code
    return None
