"""What a file holds at all: a scan of its bytes that spares a test of every single value.

Looking at a byte costs a thousandth of a regular expression per cell, and most files hold none of
these things.
"""

from dataclasses import astuple, dataclass, fields

import numpy as np

_BLANK = 32


@dataclass(frozen=True)
class Traits:
    """Whether any value may hold odd characters.

    `controls` is about control characters, `scientific` about ids such as 1.2E+17, `composed`
    about letters that may need one form.
    """

    controls: bool = False
    scientific: bool = False
    composed: bool = False

    def __or__(self, other: "Traits") -> "Traits":
        """The traits of two pieces together."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Traits(*(mine or theirs for mine, theirs in pairs))


NOTHING = Traits()
ANYTHING = Traits(*(True for _ in fields(Traits)))
"""What must be assumed of a file that was not scanned."""


def traits(text: bytes) -> Traits:
    r"""The traits of some whole records.

    >>> traits(b"1E+17,b\n").scientific, traits(b"1,b\n").scientific
    (True, False)
    """
    codes = np.frombuffer(text, np.uint8)
    allowed = text.count(b"\n") + text.count(b"\t")
    return Traits(
        controls=b"\x7f" in text or int(np.count_nonzero(codes < _BLANK)) > allowed,
        scientific=b"+" in text and (b"e+" in text or b"E+" in text),
        composed=not text.isascii(),
    )
