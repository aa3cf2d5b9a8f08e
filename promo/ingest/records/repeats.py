"""Files that are there twice: the same content under two names."""

import zipfile
from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path

from promo.domain import Finding
from promo.ingest.atomic import digest


def repeated(paths: Sequence[Path]) -> dict[int, int]:
    """The position of each file that repeats an earlier one, with the earlier one's.

    Only files of one size are read.
    """
    sizes = [path.stat().st_size if path.is_file() else None for path in paths]
    alike = {size for size in sizes if size and sizes.count(size) > 1}
    contents = [
        digest(path) if size in alike else None for path, size in zip(paths, sizes, strict=True)
    ]
    return _again(contents)


def note(file: str, earlier: str) -> Finding:
    """What is said of a file that repeats an earlier one."""
    return Finding("file_repeated", "warning", facts={"file": file, "other": earlier})


def same_content(files: Mapping[str, Path]) -> list[Finding]:
    """The files of a folder that are there twice."""
    names = list(files)
    again = repeated(list(files.values()))
    return [note(names[late], names[first]) for late, first in again.items()]


def same_members(archive: zipfile.ZipFile, names: Sequence[str]) -> list[Finding]:
    """The members of a zip that are there twice, by the checksums it keeps."""
    infos = [archive.getinfo(name) for name in names]
    again = _again([(info.file_size, info.CRC) if info.file_size else None for info in infos])
    return [note(names[late], names[first]) for late, first in again.items()]


def _again(contents: Sequence[Hashable | None]) -> dict[int, int]:
    first: dict[Hashable, int] = {}
    found = {}
    for at, content in enumerate(contents):
        if content is not None and first.setdefault(content, at) != at:
            found[at] = first[content]
    return found
