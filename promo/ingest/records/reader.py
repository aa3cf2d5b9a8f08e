"""The strict reader: any file of rows becomes one plain CSV that an engine cannot misread.

The staged CSV is UTF-8 with LF, has no header and no blank line, and every record has exactly the
header's number of fields. What could not become a row is written aside with its line and reason.
Memory is bounded by the chunk, whatever the file's size.
"""

import codecs
import csv
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from promo.ingest.limits import KILOBYTE, LIMITS, MEGABYTE, Limits
from promo.ingest.records.encoding import DAMAGE
from promo.ingest.records.grammar import fields, join
from promo.ingest.records.layout import Layout, lay_out_all
from promo.ingest.records.lines import Cut, Shape, cut, each
from promo.ingest.records.traits import NOTHING, Traits, traits
from promo.ingest.records.unpack import Part, opened, unpacked
from promo.ingest.refusal import refuse

QUARANTINE_HEADER = ("file", "line", "reason", "column", "text")


@dataclass(frozen=True)
class Origins:
    """Where staged records came from: from record `first` on, line = record + `shift`."""

    first: np.ndarray[Any, np.dtype[np.int64]]
    shift: np.ndarray[Any, np.dtype[np.int64]]
    part: np.ndarray[Any, np.dtype[np.int64]]
    labels: tuple[str, ...]

    def locate(self, record: int) -> tuple[str, int]:
        """The file and physical line of a staged record, counted from 0."""
        at = int(np.searchsorted(self.first, record, side="right")) - 1
        return self.labels[int(self.part[at])], record + int(self.shift[at])

    def named(self, first: tuple[str, int], **facts: object) -> dict[str, Any]:
        """The line of a finding, and the file it is in where one upload held several."""
        label, line = first
        member = {"member": label.partition("/")[2] or label} if len(self.labels) > 1 else {}
        return {"line": line, "facts": {**member, **facts}}

    def at(self, record: int, **facts: object) -> dict[str, Any]:
        """The line and facts of a finding about a staged record; see `named`."""
        return self.named(self.locate(record), **facts)


@dataclass(frozen=True)
class Staged:
    """One uploaded file, cut into records, and its account so far."""

    path: Path
    layout: Layout
    csv: Path
    aside: Path
    rows: int
    bad: int
    lines: int
    header: int
    blank: int
    continued: int
    traits: Traits
    codes: Counter[str]
    first_lines: dict[str, tuple[str, int]]
    origins: Origins


@dataclass
class _Tally:
    """What the parts of one file add up to while it is read."""

    rows: int = 0
    bad: int = 0
    lines: int = 0
    header: int = 0
    blank: int = 0
    continued: int = 0
    traits: Traits = NOTHING
    codes: Counter[str] = field(default_factory=Counter)
    first_lines: dict[str, tuple[str, int]] = field(default_factory=dict)
    first: list[Any] = field(default_factory=list)
    shift: list[Any] = field(default_factory=list)
    part: list[Any] = field(default_factory=list)


def stage(
    path: Path,
    folder: Path,
    limits: Limits = LIMITS,
    progress: Callable[[int, int], None] | None = None,
    encoding: str | None = None,
) -> Staged:
    """Cut `path` into records under `folder`; nothing of it is lost and nothing is guessed twice.

    Args:
        path: a table, packed or not, a zip or folder of tables with one header, a workbook or a
            Parquet file.
        folder: where the staged records go.
        limits: what the import may cost.
        progress: called with the bytes (after unpacking) of each chunk and the rows cut so far.
        encoding: what she chose, where the file does not say it by a mark.

    Raises:
        NotFound: no such file.
        Unreadable: the file cannot be read as a whole.
    """
    with unpacked(path, limits) as found:
        layouts = lay_out_all(found, limits, encoding)
        records, aside, tally = folder / "records.csv", folder / "aside.csv", _Tally()
        with records.open("wb") as good, aside.open("w", encoding="utf-8", newline="") as bad:
            writer = csv.writer(bad, lineterminator="\n")
            for number, (part, layout) in enumerate(zip(found, layouts, strict=True)):
                for piece in _pieces(part, layout, limits, tally, progress):
                    good.write(_under(piece.good, layout.delimiter, layouts[0].delimiter))
                    writer.writerows((part.label, b.line, b.code, "", b.text) for b in piece.bad)
                    _add(tally, piece, number, part.label)
                    tally.traits |= traits(piece.good)
    if tally.lines != tally.header + tally.blank + tally.continued + tally.rows + tally.bad:
        refuse(path.name, "lines_unaccounted")
    return Staged(
        path, layouts[0], records, aside, tally.rows, tally.bad, tally.lines, tally.header,
        tally.blank, tally.continued, tally.traits, tally.codes, tally.first_lines,
        _origins(tally, tuple(part.label for part in found)),
    )  # fmt: skip


def _under(records: bytes, written: str, wanted: str) -> bytes:
    """Records with the delimiter of the first part: a workbook may lie beside semicolons."""
    if written == wanted:
        return records
    return b"".join(join(fields(one, written), wanted) + b"\n" for one in each(records))


def _origins(tally: _Tally, labels: tuple[str, ...]) -> Origins:
    empty = np.empty(0, np.int64)
    return Origins(
        np.concatenate([empty, *tally.first]),
        np.concatenate([empty, *tally.shift]),
        np.concatenate([empty, *tally.part]),
        labels,
    )


def _add(tally: _Tally, piece: Cut, number: int, label: str) -> None:
    shift = piece.lines - np.arange(tally.rows, tally.rows + len(piece.lines))
    turns = np.flatnonzero(np.diff(shift, prepend=np.iinfo(np.int64).min))
    tally.first.append(tally.rows + turns)
    tally.shift.append(shift[turns])
    tally.part.append(np.full(len(turns), number))
    tally.rows += len(piece.lines)
    tally.bad += len(piece.bad)
    tally.blank += piece.blank
    tally.continued += piece.continued
    for one in piece.bad:
        tally.codes[one.code] += 1
        tally.first_lines.setdefault(one.code, (label, one.line))


def _pieces(
    part: Part,
    layout: Layout,
    limits: Limits,
    tally: _Tally,
    progress: Callable[[int, int], None] | None,
) -> Iterator[Cut]:
    """The cuts of one CSV; adds its header, its blank lines and its own count of lines."""
    shape = Shape(layout.delimiter, len(layout.columns), limits)
    line, skip, carry, ends_open = 1 + layout.header + layout.blank, layout.skip, b"", False
    tally.header += layout.header
    tally.blank += layout.blank
    for data, last in _blocks(part, layout, limits):
        # Counted apart from the cutting, so that the two can contradict each other.
        tally.lines += data.count(b"\n")
        ends_open = not data.endswith(b"\n") if data else ends_open
        if progress:
            progress(len(data), tally.rows)
        block = carry + data
        if skip and (len(block) >= skip or last):
            block, skip = block[skip:], 0
        if not skip:
            for piece in _cuts(block, line, shape, part, last):
                yield piece
                line += piece.physical
                block = block[piece.used :]
        carry = block
    tally.lines += ends_open


def _cuts(block: bytes, line: int, shape: Shape, part: Part, last: bool) -> Iterator[Cut]:
    """Cut a block; what remains of it waits for the next, unless there is none."""
    while block:
        piece = cut(block, line, shape, last)
        if piece.unclosed is not None:
            facts = {"limit": shape.limits.open_quote_bytes // MEGABYTE}
            refuse(part.label, "quote_unclosed", line=piece.unclosed, facts=facts)
        if not piece.used:
            if last or len(block) > 4 * shape.limits.open_quote_bytes:
                facts = {"limit": shape.limits.record_bytes // KILOBYTE}
                refuse(part.label, "record_too_large", line=line, facts=facts)
            return
        yield piece
        if not last:
            return
        line += piece.physical
        block = block[piece.used :]


def _blocks(part: Part, layout: Layout, limits: Limits) -> Iterator[tuple[bytes, bool]]:
    """The bytes of one CSV as UTF-8 with LF line ends, and whether they are the last."""
    decoder = codecs.getincrementaldecoder(layout.encoding.name)(DAMAGE)
    plain = layout.encoding.name == "utf-8"
    held = b""
    with opened(part, limits) as stream:
        stream.read(layout.encoding.mark)
        while True:
            raw = stream.read(limits.chunk_bytes)
            data = (
                raw
                if plain
                else decoder.decode(raw, final=not raw).encode("utf-8", "surrogateescape")
            )
            data = held + data
            if layout.cr_only:
                held, data = b"", data.replace(b"\r", b"\n")
            else:
                held = b"\r" if data.endswith(b"\r") and raw else b""
                data = data[: len(data) - len(held)]
                # Looking for one byte costs a thirtieth of looking for two.
                data = data.replace(b"\r\n", b"\n") if b"\r" in data else data
            yield data, not raw
            if not raw:
                return


def stage_head(part: Part, layout: Layout, folder: Path, limits: Limits = LIMITS) -> Staged:
    """The rows among the first megabyte of one table, staged for a look at them.

    Raises:
        Unreadable: they cannot be cut into records.
    """
    small = replace(limits, chunk_bytes=limits.record_bytes)
    records, tally = folder / "records.csv", _Tally()
    with records.open("wb") as good:
        for piece in _pieces(part, layout, small, tally, None):
            good.write(piece.good)
            _add(tally, piece, 0, part.label)
            tally.traits |= traits(piece.good)
            if tally.rows:
                break
    return Staged(
        part.path, layout, records, folder / "aside.csv", tally.rows, tally.bad, tally.lines,
        tally.header, tally.blank, tally.continued, tally.traits, tally.codes, tally.first_lines,
        _origins(tally, (part.label,)),
    )  # fmt: skip


def first_rows(staged: Staged, rows: int) -> list[dict[str, str]]:
    """The first staged rows as text, one dict per row, keyed by header."""
    layout = staged.layout
    return [
        {
            column: cell.decode()
            for column, cell in zip(layout.columns, fields(record, layout.delimiter), strict=True)
        }
        for record in islice(each(staged.csv.read_bytes()), rows)
    ]
