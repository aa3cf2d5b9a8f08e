"""The one definition of a CSV record: RFC 4180, and a quote inside an unquoted field is itself."""

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class RecordGrammar:
    """Patterns over UTF-8 bytes with LF line ends, for one delimiter.

    The groups are possessive (`*+`): without it a stray quote makes matching quadratic.
    """

    record: re.Pattern[bytes]
    field: re.Pattern[bytes]
    unclosed: re.Pattern[bytes]


@cache
def record_grammar(delimiter: str) -> RecordGrammar:
    """The patterns for a delimiter of one ASCII character."""
    mark = re.escape(delimiter.encode())
    plain = rb'[^"\n' + mark + rb"][^\n" + mark + rb"]*+"
    quoted = rb'"(?:[^"]|"")*+"'
    field = rb"(?:" + quoted + rb"|" + plain + rb"|)"
    return RecordGrammar(
        record=re.compile(field + rb"(?:" + mark + field + rb")*+(?=\n|\Z)"),
        field=re.compile(rb"(" + field + rb")(?:" + mark + rb"|\Z)"),
        unclosed=re.compile(rb"(?:" + field + mark + rb')*+"(?:[^"]|"")*+\Z'),
    )


def fields(record: bytes, delimiter: str) -> list[bytes]:
    """The fields of one well-formed record, without their quotes.

    >>> fields(b'a,"b ""x"", c",5" screen', ",")
    [b'a', b'b "x", c', b'5" screen']
    """
    mark = delimiter.encode()
    if b'"' not in record:
        return record.split(mark)
    found, at, pattern = [], 0, record_grammar(delimiter).field
    while at <= len(record):
        match = pattern.match(record, at)
        if match is None:
            break
        text = match.group(1)
        found.append(text[1:-1].replace(b'""', b'"') if text.startswith(b'"') else text)
        if match.end() == len(record) and not match.group(0).endswith(mark):
            break
        at = match.end()
        if at == len(record):
            found.append(b"")
            break
    return found


def join(texts: list[bytes], delimiter: str) -> bytes:
    """One record in the plainest form that reads back as `texts`; it has no line end."""
    mark = delimiter.encode()
    return mark.join(
        b'"' + text.replace(b'"', b'""') + b'"'
        if b'"' in text or mark in text or b"\n" in text
        else text
        for text in texts
    )
