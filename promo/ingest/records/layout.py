"""How one CSV is laid out: encoding, line ends, delimiter, header; all decided before any row."""

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from promo.domain import Finding
from promo.ingest.limits import KILOBYTE, LIMITS, Limits
from promo.ingest.records.encoding import DAMAGE, Encoding, detect
from promo.ingest.records.foreign import foreign_kind
from promo.ingest.records.grammar import fields, record_grammar
from promo.ingest.records.unpack import Part, opened
from promo.ingest.refusal import refuse
from promo.ingest.sources.series import is_dated

DELIMITERS = (",", ";", "\t", "|")
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
_VALUE = re.compile(r"[-+]?[\d.,/:\- ]*\d[\d.,/:\- ]*(UTC)?")
_SAMPLE_RECORDS = 200
_PREAMBLE = 50  # records within which a header is looked for
# Letters of other alphabets that look like Latin ones.
_LOOKALIKE = str.maketrans(
    "АВЕКМНОРСТУХаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABEKMHOPCTYXaeopcyxijsABEZHIKMNOPTYXo"
)


@dataclass(frozen=True)
class Layout:
    """Everything the reader must know to cut one CSV into records.

    `skip` counts the bytes (after transcoding to UTF-8 with LF) before the first record, `blank`
    and `header` the physical lines among them; `notes` is what was noticed on the way.
    """

    encoding: Encoding
    delimiter: str
    columns: tuple[str, ...]
    skip: int
    blank: int
    header: int
    cr_only: bool
    notes: tuple[Finding, ...] = ()


def normalise(name: str) -> str:
    r"""A header as a person reads it: no invisible characters, one form, single blanks.

    A Cyrillic or Greek letter within a Latin word becomes the Latin one that it looks like.

    >>> normalise(" Unit\u00a0Price\u200b ")
    'Unit Price'
    """
    return " ".join(_folded(word) for word in _visible(name).split())


def _visible(name: str) -> str:
    return unicodedata.normalize("NFKC", name).translate(_INVISIBLE)


def _folded(word: str) -> str:
    latin = word.translate(_LOOKALIKE)
    return latin if re.search("[A-Za-z]", word) and latin.isascii() else word


def signature(columns: tuple[str, ...]) -> str:
    """A short name for a header; files of the same system have the same one."""
    key = "\x1f".join(column.casefold() for column in columns)
    return sha256(key.encode()).hexdigest()[:16]


def lay_out_all(
    parts: Sequence[Part], limits: Limits = LIMITS, encoding: str | None = None
) -> list[Layout]:
    """The layout of every part; all have the columns of the first, which carries all notes.

    Raises:
        Unreadable: a part cannot be read, or some have another header.
    """
    first = lay_out(parts[0], limits, encoding=encoding)
    same = [name.casefold() for name in first.columns]
    layouts, others = [first], []
    for part in parts[1:]:
        layout = lay_out(part, limits, like=first, encoding=encoding)
        if [name.casefold() for name in layout.columns] != same:
            others.append((part, layout))
        layouts.append(layout)
    if others:
        part, layout = others[0]
        strange = [name for name in layout.columns if name.casefold() not in same]
        facts = {
            "other": parts[0].label,
            "count": len(others),
            "files": ", ".join(one.label for one, _ in others[:5]),
            "example": (strange or layout.columns)[0],
        }
        refuse(part.label, "headers_differ", facts=facts)
    notes: list[Finding] = []
    for layout in layouts:
        notes += [note for note in layout.notes if note not in notes]
    return [replace(first, notes=tuple(notes)), *layouts[1:]]


def lay_out(
    part: Part, limits: Limits = LIMITS, like: Layout | None = None, encoding: str | None = None
) -> Layout:
    """Decide the layout of one table from its first megabyte.

    Args:
        part: the table.
        limits: how long a header may be.
        like: the layout of its neighbour, whose delimiter it shares unless we wrote it.
        encoding: what she chose, for a file that has no mark.

    Raises:
        Unreadable: empty, foreign, without header, or with a header that is ambiguous.
    """
    with opened(part, limits) as stream:
        head = stream.read(limits.record_bytes)
    if not head:
        refuse(part.label, "file_empty")
    if (kind := foreign_kind(head)) is not None:
        refuse(part.label, kind)
    how = detect(head, part.label, "utf-8" if part.written else encoding)
    text = head[how.mark :]
    if how.name != "utf-8":
        # To the byte as it is read later; what the end of the sample cuts in two is left out.
        whole = len(head) < limits.record_bytes
        decoder = codecs.getincrementaldecoder(how.name)(DAMAGE)
        text = decoder.decode(text, final=whole).encode("utf-8", "surrogateescape")
    cr_only = b"\r" in text and b"\n" not in text
    text = text.replace(b"\r", b"\n") if cr_only else text.replace(b"\r\n", b"\n")
    if not text.strip().strip(b"\xff"):  # nothing, or half a character
        refuse(part.label, "file_empty")
    delimiter = "," if part.written else like.delimiter if like else None
    layout = _from_head(_Head(text, how, cr_only, delimiter), part.label, limits)
    facts = {"encoding": how.name}
    guess = [Finding("encoding_guessed", "warning", facts=facts)] * how.guessed
    return replace(layout, notes=(*part.notes, *layout.notes, *guess))


@dataclass(frozen=True)
class _Head:
    """The first part of a file as UTF-8 with LF line ends."""

    text: bytes
    encoding: Encoding
    cr_only: bool
    delimiter: str | None


def _from_head(head: _Head, label: str, limits: Limits) -> Layout:
    text = head.text
    at, header_lines, declared = 0, 0, head.delimiter
    # Excel's own hint for the delimiter counts as a line of the header.
    if match := re.match(rb'"?sep=(.)"?[ ]*(?:\n|\Z)', text):
        declared, at, header_lines = match.group(1).decode("latin-1"), match.end(), 1
    blank_from = at
    while match := re.compile(rb"[ \t]*\n").match(text, at):
        at = match.end()
    blank = text.count(b"\n", blank_from, at)
    first = header_lines + blank + 1
    if not text[at:].strip():
        refuse(label, "file_empty")
    if len(text[at : text.find(b"\n", at) % (len(text) + 1)]) > limits.header_bytes:
        facts = {"limit": limits.header_bytes // KILOBYTE}
        refuse(label, "header_too_long", line=first, facts=facts)
    delimiter = declared or _delimiter(text[at:], label, first)
    match = record_grammar(delimiter).record.match(text, at)
    if match is None:
        refuse(label, "header_damaged", line=first)
    _check_preamble(text[at:], delimiter, label, first)
    record = match.group(0)
    written = [name.decode("utf-8", "replace") for name in fields(record, delimiter)]
    names = tuple(map(normalise, written))
    _check_header(names, label, first, limits)
    return Layout(
        encoding=head.encoding,
        delimiter=delimiter,
        columns=names,
        skip=min(match.end() + 1, len(text)),
        blank=blank,
        header=header_lines + 1 + record.count(b"\n"),
        cr_only=head.cr_only,
        notes=tuple(
            Finding("header_lookalike", "warning", line=first, column=name)
            for name, text in zip(names, written, strict=True)
            if name != " ".join(_visible(text).split())
        ),
    )


def _delimiter(text: bytes, label: str, line: int) -> str:
    """The candidate under which most of the first records agree on a count of two or more."""
    best, chosen = (0.0, 0), None
    for candidate in DELIMITERS:
        counts = [len(record) for _, record in _records(text, candidate)]
        width, agreeing = Counter(counts).most_common(1)[0] if counts else (1, 0)
        # The header alone decides when the rows are ragged.
        score = (agreeing / max(len(counts), 1) + (bool(counts) and counts[0] == width), width)
        if width >= 2 and score > best:
            best, chosen = score, candidate
    if chosen is None and text.startswith(b'"'):
        refuse(label, "header_damaged", line=line)
    return chosen or refuse(label, "one_column")


def _records(text: bytes, delimiter: str) -> list[tuple[int, list[bytes]]]:
    """The first records with the number of the line each begins on, counted from 0."""
    found: list[tuple[int, list[bytes]]] = []
    at, line, pattern = 0, 0, record_grammar(delimiter).record
    while at < len(text) and len(found) < _SAMPLE_RECORDS:
        match = pattern.match(text, at)
        end = match.end() if match else text.find(b"\n", at)
        if match and end > at:
            found.append((line, fields(match.group(0), delimiter)))
        if end < 0:
            break
        line += text.count(b"\n", at, end) + 1
        at = end + 1
    return found


def _check_preamble(text: bytes, delimiter: str, label: str, first: int) -> None:
    """A title above the table: the first line names fewer columns than a later one does."""
    records = _records(text, delimiter)
    named = [sum(map(bool, map(bytes.strip, cells))) for _, cells in records]
    width = Counter(named).most_common(1)[0][0] if named else 0
    if not named or named[0] * 2 > width:
        return
    for (line, cells), count in zip(records[1:_PREAMBLE], named[1:_PREAMBLE], strict=False):
        words = [normalise(cell.decode("utf-8", "replace")) for cell in cells]
        if count >= width and not any(_VALUE.fullmatch(word) for word in words):
            refuse(label, "header_not_first", line=first + line)


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
