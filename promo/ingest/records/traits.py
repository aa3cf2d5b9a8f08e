"""What a file holds at all: a scan of its bytes that spares a test of every single value.

Looking at a byte costs a thousandth of a regular expression per cell, and most files hold none of
these things.
"""

from dataclasses import astuple, dataclass, fields

import numpy as np

_WIDE_BLANKS = tuple(blank.encode() for blank in "\u00a0\u3000\u202f\u2009")
_HIDDEN = tuple(mark.encode() for mark in "\u200b\u2060\ufeff")
_TURNING = tuple(mark.encode() for mark in "\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
_NEWLINE, _BLANK, _QUOTE = 10, 32, 34


@dataclass(frozen=True)
class Traits:
    """Whether any value may be padded, by which blanks, and may hold odd characters.

    `padded` is about plain blanks, `wide` about others, `controls` about control characters,
    `scientific` about ids such as 1.2E+17, `composed` about letters that may need one form,
    `hidden` about characters that nobody sees, `turning` about those that turn the direction.
    """

    padded: bool = False
    wide: bool = False
    controls: bool = False
    scientific: bool = False
    composed: bool = False
    hidden: bool = False
    turning: bool = False

    def __or__(self, other: "Traits") -> "Traits":
        """The traits of two pieces together."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Traits(*(mine or theirs for mine, theirs in pairs))


NOTHING = Traits()
ANYTHING = Traits(*(True for _ in fields(Traits)))
"""What must be assumed of a file that was not scanned."""


def traits(text: bytes, delimiter: str) -> Traits:
    r"""The traits of some whole records.

    >>> traits(b"a, b\n", ",").padded, traits(b"a b,c\n", ",").padded
    (True, False)
    """
    codes = np.frombuffer(text, np.uint8)
    edge = np.isin(np.arange(256), (ord(delimiter), _NEWLINE, _QUOTE))
    blanks = np.flatnonzero(codes == _BLANK)
    # The text ends with a line feed, so that what is before its first byte is one as well.
    padded = edge[codes[blanks - 1]].any() or edge[codes[blanks + 1]].any()
    beyond = not text.isascii()
    allowed = text.count(b"\n") + text.count(b"\t")
    return Traits(
        padded=bool(padded),
        wide=beyond and any(blank in text for blank in _WIDE_BLANKS),
        controls=b"\x7f" in text or int(np.count_nonzero(codes < _BLANK)) > allowed,
        scientific=b"+" in text and (b"e+" in text or b"E+" in text),
        composed=beyond,
        hidden=beyond and any(mark in text for mark in _HIDDEN),
        turning=beyond and any(mark in text for mark in _TURNING),
    )
