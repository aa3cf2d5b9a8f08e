"""What a case of the corpus is, and the small shop whose files are damaged in so many ways."""

import gzip
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

VERDICTS = {
    "R": "refused",
    "Q": "quarantined",
    "W": "accepted_with_warnings",
    "A": "accepted",
}

HEADER = "order_id,order_time,product_id,customer_id,quantity,price,description\n"
GOOD = (
    "1,2026-01-05 10:00:00,tea,ann,2,4.00,Green tea\n"
    "2,2026-01-06 10:00:00,cup,bob,1,9.00,Cup\n"
    "3,2026-01-07 10:00:00,tea,cat,3,4.00,Green tea\n"
)
PLAIN = HEADER + GOOD


@dataclass(frozen=True)
class Case:
    """One input with what must become of it.

    `content` is the bytes of one file, what makes them where they are many, or a folder as
    name -> bytes. `verdict` is a letter of
    `VERDICTS`; `code` is a finding that must be among the report's, at `line` and `column` where
    they are given. `clean` and `aside` are rows, unknown for a refused file.
    """

    name: str
    content: bytes | Mapping[str, bytes] | Callable[[], bytes]
    verdict: str
    code: str | None = None
    clean: int = 3
    aside: int = 0
    line: int | None = None
    column: str | None = None
    file: str = "orders.csv"
    source: str | None = None
    options: Mapping[str, str] = field(default_factory=dict)


def row(**changed: str) -> str:
    """One more order line in which a few fields are replaced."""
    fields = {
        "order_id": "9", "order_time": "2026-01-08 10:00:00", "product_id": "pot",
        "customer_id": "dan", "quantity": "1", "price": "5.00", "description": "Pot",
    } | changed  # fmt: skip
    return ",".join(fields.values()) + "\n"


def with_row(**changed: str) -> bytes:
    """Three good lines and one in which a few fields are replaced, at line 5."""
    return (PLAIN + row(**changed)).encode()


def aside(name: str, code: str, **changed: str) -> Case:
    """A fourth row that is set aside for one field of it."""
    column = next(iter(changed))
    return Case(name, with_row(**changed), "Q", code, 3, 1, line=5, column=column)


def kept(name: str, **changed: str) -> Case:
    """A fourth row that is as good as the others."""
    return Case(name, with_row(**changed), "A", None, 4)


def refused(
    name: str,
    content: bytes | str | Callable[[], bytes],
    code: str,
    line: int | None = None,
    column: str | None = None,
) -> Case:
    """A file of which nothing is used."""
    data = content.encode() if isinstance(content, str) else content
    return Case(name, data, "R", code, line=line, column=column)


def table(header: str, *rows: str) -> bytes:
    """A CSV of a header and rows."""
    return "".join(f"{line}\n" for line in (header, *rows)).encode()


def zipped(members: Mapping[str, str | bytes]) -> bytes:
    """A zip of the members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def gzipped(content: bytes) -> bytes:
    """The same bytes on every day: no time is written."""
    return gzip.compress(content, mtime=0)
