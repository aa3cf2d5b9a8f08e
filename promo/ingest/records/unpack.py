"""From a path to the text tables inside: plain, packed, a zip or folder of many, a workbook."""

import gzip
import re
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from promo.domain import Finding
from promo.errors import NotFound
from promo.ingest.limits import GIGABYTE, LIMITS, Limits
from promo.ingest.records.repeats import same_content, same_members
from promo.ingest.refusal import ZIP_DAMAGED, refuse

_TABLES = (".csv", ".txt", ".tsv", ".csv.gz", ".txt.gz", ".tsv.gz")
_FILES = (*_TABLES, ".gz", ".zip", ".xlsx", ".xls", ".xlsm", ".ods", ".parquet")
_ZIP, _EMPTY_ZIP, _OLD_OFFICE, _PARQUET = b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"PAR1"
# Members are streamed and never extracted by name; such a name is still a sign of malice.
_UNSAFE = re.compile(
    r"^[/\\]|(^|[/\\])\.\.([/\\]|$)|[:<>\x00-\x1f]|(^|[/\\])(con|prn|aux|nul|com\d|lpt\d)(\.|$)",
    re.IGNORECASE,
)
_LONGEST_NAME = 1000
_DAMAGED = (gzip.BadGzipFile, *ZIP_DAMAGED)


class Readable(Protocol):
    """A stream of bytes that is only read."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        ...


@dataclass(frozen=True)
class Part:
    """One text table: its file, its name in messages, and its archive where it is in one.

    `written` says that we wrote the table ourselves, in UTF-8 with commas; `notes` is what was
    noticed when it was found.
    """

    path: Path
    label: str
    member: str = ""
    archive: zipfile.ZipFile | None = None
    written: bool = False
    notes: tuple[Finding, ...] = ()


@contextmanager
def unpacked(
    path: Path, limits: Limits = LIMITS, glance: int | None = None
) -> Iterator[list[Part]]:
    """The text tables of `path`, in the order of their names.

    Args:
        path: a table, packed or not, a zip or folder of tables, a workbook or a Parquet file.
        limits: how far what is packed may grow.
        glance: how many rows of a workbook or Parquet file will be looked at, all when None.

    Raises:
        NotFound: there is no such file or folder.
        Unreadable: the archive is damaged, locked, or holds no table.
    """
    with ExitStack() as stack:
        if path.is_dir():
            yield _of_folder(path, _Opening(stack, limits, glance))
        elif path.is_file():
            yield _of_file(path, path.name, _Opening(stack, limits, glance))
        else:
            raise NotFound(kind="file", name=path.name)


@dataclass(frozen=True)
class _Opening:
    """What stays open while the parts are read, and how far they may grow."""

    stack: ExitStack
    limits: Limits
    glance: int | None

    def scratch(self) -> Path:
        """A file to write to that is gone afterwards."""
        folder = self.stack.enter_context(TemporaryDirectory(prefix="promodesk-"))
        return Path(folder).resolve() / "table.csv"


def _of_folder(folder: Path, opening: _Opening) -> list[Part]:
    inside = sorted(path for path in folder.rglob("*") if path.is_file())
    named = [(path.relative_to(folder).as_posix(), path) for path in inside]
    shown = [(name, path) for name, path in named if not _is_hidden(name)]
    tables = [(name, path) for name, path in shown if name.lower().endswith(_FILES)]
    if not tables:
        refuse(folder.name, "folder_without_csv")
    parts = [
        part for name, path in tables for part in _of_file(path, f"{folder.name}/{name}", opening)
    ]
    unread = [name for name, path in shown if (name, path) not in tables]
    return _noted(parts, [*_unread(unread), *same_content(dict(tables))])


def _of_file(path: Path, label: str, opening: _Opening) -> list[Part]:
    with path.open("rb") as file:
        magic = file.read(4)
    if magic in (_ZIP, _EMPTY_ZIP):
        return _of_zip(path, label, opening)
    if magic == _OLD_OFFICE:
        return [_sheet(path, label, opening)]
    if magic == _PARQUET:
        from promo.ingest.records.parquets import write_rows  # a CSV needs none of it

        out = opening.scratch()
        write_rows(path, label, out, opening.limits, opening.glance)
        return [Part(out, label, written=True)]
    return [Part(path, label)]


def _sheet(path: Path, label: str, opening: _Opening) -> Part:
    from promo.ingest.records.workbooks import write_sheet  # a CSV needs none of it

    out = opening.scratch()
    notes = write_sheet(path, label, out, opening.glance)
    return Part(out, label, written=True, notes=notes)


def _of_zip(path: Path, label: str, opening: _Opening) -> list[Part]:
    try:
        # Opened once: a zip of daily files has hundreds of members, all named at its end.
        archive = opening.stack.enter_context(zipfile.ZipFile(path))
    except _DAMAGED:
        refuse(label, "zip_damaged")
    if any(info.header_offset < 0 or not info.filename for info in archive.infolist()):
        # A member that begins before the first byte, or has no name: Python finds out much later.
        refuse(label, "zip_damaged")
    names = _safe_names(archive, label)
    if any(name.startswith("xl/") or name == "content.xml" for name in names):
        for name in names:
            _measure(Part(path, label, name, archive), opening.limits)
        return [_sheet(path, label, opening)]
    if any(name.startswith(("word/", "ppt/")) for name in names):
        refuse(label, "file_document")
    shown = sorted(name for name in names if not _is_hidden(name))
    tables = [name for name in shown if name.lower().endswith(_TABLES)]
    if not tables:
        refuse(label, "zip_without_csv")
    parts = [Part(path, f"{label}/{name}", name, archive) for name in tables]
    unread = [name for name in shown if name not in tables]
    return _noted(parts, [*_unread(unread), *same_members(archive, tables)])


def _safe_names(archive: zipfile.ZipFile, label: str) -> list[str]:
    members = [info for info in archive.infolist() if not info.is_dir()]
    for info in members:
        if info.flag_bits & 1:
            refuse(label, "zip_locked")
        if _UNSAFE.search(info.filename) or len(info.filename) > _LONGEST_NAME:
            refuse(label, "zip_unsafe_name", facts={"member": info.filename[:80]})
    return [info.filename for info in members]


def _is_hidden(name: str) -> bool:
    """What systems leave behind: `.DS_Store`, `__MACOSX/`, the lock of an open workbook."""
    return any(part.startswith((".", "__MACOSX", "~$")) for part in name.split("/"))


def _unread(names: list[str]) -> list[Finding]:
    facts = {"count": len(names), "files": ", ".join(names[:5])}
    return [Finding("members_unread", "warning", facts=facts)] * bool(names)


def _noted(parts: list[Part], notes: list[Finding]) -> list[Part]:
    return [replace(parts[0], notes=(*parts[0].notes, *notes)), *parts[1:]]


def _measure(part: Part, limits: Limits) -> None:
    """Read a member to its end, so that nothing grows in memory that was not measured here."""
    with opened(part, limits) as stream:
        while stream.read(limits.chunk_bytes):
            pass


@contextmanager
def opened(part: Part, limits: Limits = LIMITS) -> Iterator[Readable]:
    """The bytes of one part, unpacked as they are read and never more than the limits allow.

    Raises:
        Unreadable: damaged or exploding archive.
    """
    with ExitStack() as stack:
        try:
            if part.archive is not None:
                stream = stack.enter_context(part.archive.open(part.member))
                packed = part.archive.getinfo(part.member).compress_size
            else:
                stream = stack.enter_context(part.path.open("rb"))
                packed = part.path.stat().st_size
            zipped = stream.read(2) == b"\x1f\x8b"
            stream.seek(0)
            if zipped:
                yield _Guarded(stack.enter_context(gzip.open(stream)), part, packed, limits)
            elif part.archive is not None:
                yield _Guarded(stream, part, packed, limits)
            else:
                yield stream
        except _DAMAGED:
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
        if self._seen > max(limits.free_bytes, self._packed * limits.expansion):
            refuse(self._part.label, "archive_swollen", facts={"times": limits.expansion})
        if self._seen > limits.expanded_bytes:
            facts = {"limit": f"{limits.expanded_bytes / GIGABYTE:g}"}
            refuse(self._part.label, "archive_too_large", facts=facts)
        return data
