"""What a file holds at all: a scan of its bytes that spares a test of every single value.

Looking for two bytes costs a thousandth of a regular expression per cell, and most files hold
none of these things.
"""

from dataclasses import dataclass

_WIDE_BLANKS = (b"\xc2\xa0", b"\xe3\x80\x80")  # non-breaking and ideographic
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n")


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
    edges = (delimiter.encode(), b"\n", b'"')
    padded = text.startswith(b" ") or any(
        edge + b" " in text or b" " + edge in text for edge in edges
    )
    return Traits(
        padded=padded,
        wide=any(blank in text for blank in _WIDE_BLANKS),
        controls=len(text.translate(None, _CONTROLS)) < len(text),
        scientific=b"e+" in text or b"E+" in text,
        composed=not text.isascii(),
    )
