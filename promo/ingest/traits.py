"""What a file holds at all: a scan of its bytes that spares a test of every single value.

Looking at a byte costs a thousandth of a regular expression per cell, and most files hold none of
these things.
"""

from dataclasses import dataclass

import numpy as np

_WIDE_BLANKS = (b"\xc2\xa0", b"\xe3\x80\x80")  # non-breaking and ideographic
_NEWLINE, _BLANK, _QUOTE = 10, 32, 34


@dataclass(frozen=True)
class Traits:
    """Whether any value may be padded, by which blanks, and may hold odd characters.

    `padded` is about plain blanks, `wide` about others, `controls` about control characters,
    `scientific` about ids such as 1.2E+17, `composed` about letters that may need one form.
    """

    padded: bool = False
    wide: bool = False
    controls: bool = False
    scientific: bool = False
    composed: bool = False

    def __or__(self, other: "Traits") -> "Traits":
        """The traits of two pieces together."""
        return Traits(
            self.padded or other.padded,
            self.wide or other.wide,
            self.controls or other.controls,
            self.scientific or other.scientific,
            self.composed or other.composed,
        )


NOTHING = Traits()
ANYTHING = Traits(padded=True, wide=True, controls=True, scientific=True, composed=True)
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
    foreign = not text.isascii()
    allowed = text.count(b"\n") + text.count(b"\t")
    return Traits(
        padded=bool(padded),
        wide=foreign and any(blank in text for blank in _WIDE_BLANKS),
        controls=b"\x7f" in text or int(np.count_nonzero(codes < _BLANK)) > allowed,
        scientific=b"+" in text and (b"e+" in text or b"E+" in text),
        composed=foreign,
    )
