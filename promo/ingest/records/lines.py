"""Cut a stream of CSV bytes into records and account for every physical line.

A CSV engine cannot be trusted with this: one unclosed quote makes it lose rows without a word.
So every record is cut here, by counting bytes in numpy, and only records with exactly the right
number of fields go on. Chunks with quotes in unusual places take the slow way, record by record.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from promo.ingest.limits import Limits
from promo.ingest.records.grammar import fields, join, record_grammar

Ints = npt.NDArray[np.int64]
_NEWLINE, _QUOTE = 10, 34
_VOID = b" \x1a"  # old systems end a file with Ctrl-Z


@dataclass(frozen=True)
class BadLine:
    """A record that is no row: where it starts, why, and its text."""

    line: int
    code: str
    text: str


@dataclass(frozen=True)
class Cut:
    """What became of one block; `used` bytes were cut, `lines` is where each good record starts."""

    used: int
    good: bytes
    lines: Ints
    bad: tuple[BadLine, ...]
    blank: int
    continued: int
    physical: int
    unclosed: int | None = None


@dataclass(frozen=True)
class Shape:
    """What a record must look like."""

    delimiter: str
    width: int
    limits: Limits

    @property
    def mark(self) -> int:
        """The delimiter's byte."""
        return ord(self.delimiter)


def cut(block: bytes, line: int, shape: Shape, last: bool) -> Cut:
    """Cut the whole records at the start of `block`, whose first line is number `line`."""
    if last and not block.endswith(b"\n"):
        block += b"\n"
    return _cut_fast(block, line, shape) or _cut_slowly(block, line, shape, last)


def _cut_fast(block: bytes, line: int, shape: Shape) -> Cut | None:
    newlines, whole, counts = _structure(block, shape)
    ends = newlines[whole]
    if not len(ends):
        return None
    used = int(ends[-1]) + 1
    text = block[:used]
    if b"\r" in text or b"\0" in text or not _is_text(text):
        return None
    if b'"' in text and not _is_tidy(text, shape.mark):
        return None
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts
    fits = (counts == shape.width - 1) & (lengths <= shape.limits.record_bytes) & (lengths > 0)
    at = np.flatnonzero(whole)
    numbers = line + np.concatenate(([0], at[:-1] + 1))
    rest, blank = _misfits(text, starts, ends, fits, numbers, shape)
    good = text if fits.all() else b"".join(_runs(text, starts, ends, fits))
    inner = int(at[-1]) + 1
    return Cut(used, good, numbers[fits], rest, blank, inner - len(ends), inner)


def _structure(block: bytes, shape: Shape) -> tuple[Ints, npt.NDArray[np.bool_], Ints]:
    """Where line feeds are, which of them end a record, and each record's count of delimiters."""
    # Six of seven bytes say nothing about structure: without them every later step is cheap.
    signs = np.frombuffer(block.translate(None, _ordinary(shape.mark)), np.uint8)
    breaks, marks = signs == _NEWLINE, signs == shape.mark
    newlines = np.flatnonzero(np.frombuffer(block, np.uint8) == _NEWLINE)
    if b'"' in block:
        outside = ~np.logical_xor.accumulate(signs == _QUOTE)
        whole, marks = outside[breaks], marks & outside
        breaks &= outside
    else:
        whole = np.ones(len(newlines), bool)
    ends = np.flatnonzero(breaks)
    return newlines, whole, np.diff(np.cumsum(marks)[ends], prepend=0)


def record_ends(block: bytes) -> Ints:
    """Where the records of a well-formed CSV end; the last may be cut off."""
    codes = np.frombuffer(block, np.uint8)
    newlines = np.flatnonzero(codes == _NEWLINE)
    if b'"' not in block:
        return newlines
    quotes = np.flatnonzero(codes == _QUOTE)
    ends: Ints = newlines[np.searchsorted(quotes, newlines) % 2 == 0]
    return ends


def each(block: bytes) -> Iterator[bytes]:
    """The whole records of a well-formed CSV, without their line ends."""
    start = 0
    for end in record_ends(block).tolist():
        yield block[start:end]
        start = end + 1


@cache
def _ordinary(mark: int) -> bytes:
    return bytes(code for code in range(256) if code not in (mark, _NEWLINE, _QUOTE))


def _is_text(text: bytes) -> bool:
    if text.isascii():
        return True
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _is_tidy(text: bytes, mark: int) -> bool:
    """Whether every quote opens after and closes before a delimiter or line end, or is doubled."""
    codes = np.frombuffer(text, np.uint8)
    at = np.flatnonzero(codes == _QUOTE)
    edge = np.array([mark, _NEWLINE, _QUOTE], np.uint8)
    opening, closing = at[::2], at[1::2]
    before = np.where(opening > 0, codes[opening - 1], _NEWLINE)
    after = codes[np.minimum(closing + 1, len(codes) - 1)]
    return bool(np.isin(before, edge).all() and np.isin(after, edge).all())


def _misfits(
    text: bytes, starts: Ints, ends: Ints, fits: npt.NDArray[np.bool_], numbers: Ints, shape: Shape
) -> tuple[tuple[BadLine, ...], int]:
    found, blank = [], 0
    for row in np.flatnonzero(~fits):
        record = text[starts[row] : ends[row]]
        if record.strip(_VOID):
            found.append(_bad(record, int(numbers[row]), shape))
        else:
            blank += 1
    return tuple(found), blank


def _bad(record: bytes, line: int, shape: Shape, code: str | None = None) -> BadLine:
    if code is None:
        wide = len(fields(record[: shape.limits.record_bytes], shape.delimiter)) > shape.width
        code = "row_too_long" if wide else "row_too_short"
        if len(record) > shape.limits.record_bytes:
            code = "record_too_large"
    excerpt = record[: 4 * shape.limits.excerpt_chars].decode("utf-8", "replace")
    return BadLine(line, code, excerpt[: shape.limits.excerpt_chars])


def _runs(text: bytes, starts: Ints, ends: Ints, fits: npt.NDArray[np.bool_]) -> Iterator[bytes]:
    edges = np.flatnonzero(np.diff(np.concatenate(([0], fits.astype(np.int8), [0]))))
    for first, after in zip(edges[::2], edges[1::2], strict=True):
        yield text[starts[first] : ends[after - 1] + 1]


def _cut_slowly(block: bytes, line: int, shape: Shape, last: bool) -> Cut:
    """Record by record: for stray quotes, lone carriage returns, NULs and what is no text."""
    grammar = record_grammar(shape.delimiter)
    good, lines, bad = [], [], []
    at, blank, continued, first = 0, 0, 0, line
    unclosed = None
    while at < len(block):
        match = grammar.record.match(block, at)
        end = match.end() if match else block.find(b"\n", at)
        if end < 0 or end >= len(block):
            break
        if match is None and grammar.unclosed.match(block, at):
            unclosed = line if last or len(block) - at > shape.limits.open_quote_bytes else None
            break
        record = block[at:end]
        code = "quote_misplaced" if match is None else _fault(record, shape)
        if not record.strip(_VOID):
            blank += 1
        elif code is None:
            good.append(join(fields(record, shape.delimiter), shape.delimiter) + b"\n")
            lines.append(line)
        else:
            bad.append(_bad(record, line, shape, code))
        continued += record.count(b"\n")
        line += 1 + record.count(b"\n")
        at = end + 1
    starts = np.array(lines, np.int64)
    return Cut(at, b"".join(good), starts, tuple(bad), blank, continued, line - first, unclosed)


def _fault(record: bytes, shape: Shape) -> str | None:
    if len(record) > shape.limits.record_bytes:
        return "record_too_large"
    if b"\0" in record:
        return "control_character"
    if not _is_text(record):
        return "not_in_encoding"
    width = len(fields(record, shape.delimiter))
    if width != shape.width:
        return "row_too_long" if width > shape.width else "row_too_short"
    if b"\r" in record:
        return "control_character"
    return None
