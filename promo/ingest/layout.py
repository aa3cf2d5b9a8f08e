"""How one CSV is laid out: encoding, line ends, delimiter, header; all decided before any row."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256

from promo.ingest.encoding import Encoding, detect
from promo.ingest.limits import LIMITS, Limits
from promo.ingest.records import fields, record_grammar
from promo.ingest.refusal import refuse
from promo.ingest.sources.series import is_dated
from promo.ingest.unpack import Part, foreign_kind, opened

DELIMITERS = (",", ";", "\t", "|")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_VALUE = re.compile(r"[-+]?[\d.,/:\- ]*\d[\d.,/:\- ]*(UTC)?")
_SAMPLE_RECORDS = 200


@dataclass(frozen=True)
class Layout:
    """Everything the reader must know to cut one CSV into records.

    `skip` counts the bytes (after transcoding to UTF-8 with LF) before the first record, `blank`
    and `header` the physical lines among them.
    """

    encoding: Encoding
    delimiter: str
    columns: tuple[str, ...]
    skip: int
    blank: int
    header: int
    cr_only: bool


def normalise(name: str) -> str:
    r"""A header as a person reads it: no invisible characters, one form, single blanks.

    >>> normalise(" Unit\u00a0Price\u200b ")
    'Unit Price'
    """
    visible = unicodedata.normalize("NFKC", name).translate(_INVISIBLE)
    return " ".join(visible.split())


def signature(columns: tuple[str, ...]) -> str:
    """A short name for a header; files of the same system have the same one."""
    key = "\x1f".join(column.casefold() for column in columns)
    return sha256(key.encode()).hexdigest()[:16]


def lay_out(part: Part, limits: Limits = LIMITS, like: Layout | None = None) -> Layout:
    """Decide the layout of one CSV from its first megabyte.

    Args:
        part: the CSV.
        limits: how long a header may be.
        like: the layout of its neighbour in a zip, whose delimiter it shares.

    Raises:
        Unreadable: empty, foreign, without header, or with a header that is ambiguous.
    """
    with opened(part, limits) as stream:
        head = stream.read(limits.record_bytes)
    if not head:
        refuse(part.label, "file_empty")
    if (kind := foreign_kind(head)) is not None:
        refuse(part.label, kind)
    encoding = detect(head, part.label)
    text = head[encoding.mark :]
    if encoding.name != "utf-8":
        text = text.decode(encoding.name, "replace").encode()
    cr_only = b"\r" in text and b"\n" not in text
    text = text.replace(b"\r", b"\n") if cr_only else text.replace(b"\r\n", b"\n")
    if not text.strip():
        refuse(part.label, "file_empty")
    return _from_head(_Head(text, encoding, cr_only), part.label, limits, like)


@dataclass(frozen=True)
class _Head:
    """The first part of a file as UTF-8 with LF line ends."""

    text: bytes
    encoding: Encoding
    cr_only: bool


def _from_head(head: _Head, label: str, limits: Limits, like: Layout | None) -> Layout:
    text = head.text
    at, header_lines, declared = 0, 0, like.delimiter if like else None
    # Excel's own hint for the delimiter counts as a line of the header.
    if match := re.match(rb'"?sep=(.)"?[ ]*(?:\n|\Z)', text):
        declared, at, header_lines = match.group(1).decode("latin-1"), match.end(), 1
    blank_from = at
    while match := re.compile(rb"[ \t]*\n").match(text, at):
        at = match.end()
    blank = text.count(b"\n", blank_from, at)
    delimiter = declared or _delimiter(text[at:], label)
    match = record_grammar(delimiter).record.match(text, at)
    if match is None or match.end() - at > limits.header_bytes:
        refuse(label, "header_damaged", line=header_lines + blank + 1)
    record = match.group(0)
    names = tuple(normalise(name.decode("utf-8", "replace")) for name in fields(record, delimiter))
    _check_header(names, label, header_lines + blank + 1, limits)
    return Layout(
        encoding=head.encoding,
        delimiter=delimiter,
        columns=names,
        skip=min(match.end() + 1, len(text)),
        blank=blank,
        header=header_lines + 1 + record.count(b"\n"),
        cr_only=head.cr_only,
    )


def _delimiter(text: bytes, label: str) -> str:
    """The candidate under which most of the first records agree on a count of two or more."""
    best, chosen = (0.0, 0), None
    for candidate in DELIMITERS:
        counts = _counts(text, candidate)
        width, agreeing = Counter(counts).most_common(1)[0] if counts else (1, 0)
        # The header alone decides when the rows are ragged.
        score = (agreeing / max(len(counts), 1) + (bool(counts) and counts[0] == width), width)
        if width >= 2 and score > best:
            best, chosen = score, candidate
    return chosen or refuse(label, "one_column")


def _counts(text: bytes, delimiter: str) -> list[int]:
    counts: list[int] = []
    at, pattern = 0, record_grammar(delimiter).record
    while at < len(text) and len(counts) < _SAMPLE_RECORDS:
        match = pattern.match(text, at)
        end = match.end() if match else text.find(b"\n", at)
        if match and end > at:
            counts.append(len(fields(match.group(0), delimiter)))
        if end < 0:
            break
        at = end + 1
    return counts


def _check_header(names: tuple[str, ...], label: str, line: int, limits: Limits) -> None:
    if len(names) > limits.columns:
        refuse(label, "too_many_columns", line=line, facts={"limit": limits.columns})
    if any(_VALUE.fullmatch(name) for name in names) and not is_dated(names):
        value = next(name for name in names if _VALUE.fullmatch(name))
        refuse(label, "header_missing", line=line, facts={"value": value})
    seen: set[str] = set()
    for name in names:
        key = name.casefold()
        if key and key in seen:
            refuse(label, "header_repeated", line=line, column=name)
        seen.add(key)
