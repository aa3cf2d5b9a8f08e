"""Which characters the bytes of a file stand for; a guess is said aloud."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass

from promo.ingest.refusal import refuse

# A byte that is no character becomes a byte that is no UTF-8, so that its line is set aside.
DAMAGE = "promodesk_damage"
codecs.register_error(DAMAGE, lambda error: ("\udcff", error.end))  # type: ignore[attr-defined] # every decoding error has an end

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LATIN = frozenset(range(0xC0, 0x17F)) - {0xFF, 0xFE, 0xDE, 0xD7, 0xF7}
_MARKS_OF_TRADE = frozenset(map(ord, "€£¥§°±²³µ·¼½¾«»‘’“”–—…™©®¡¿ºª´¨¸\xa0"))


@dataclass(frozen=True)
class Encoding:
    """A Python codec, the bytes of its mark to skip, and whether it was guessed."""

    name: str
    mark: int = 0
    guessed: bool = False


ENCODINGS = ("utf8", "gb18030", "big5", "cp932", "euc_kr", "cp1252", "cp1250", "cp1251")
"""What she may choose from; a mark at the start of a file, and UTF-8 that is none but that, win."""


def detect(head: bytes, file: str, chosen: str | None = None) -> Encoding:
    """Decide the encoding from the first part of a file, unless she chose it.

    Raises:
        Unreadable: UTF-32, UTF-16 without its mark, or no text at all.
    """
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        refuse(file, "encoding_utf32")
    for mark, name in _MARKS:
        if head.startswith(mark):
            # Some exporters write the mark twice.
            twice = head.startswith(mark * 2)
            return Encoding(name, len(mark) * (2 if twice else 1))
    if chosen is not None:
        # No other encoding gives UTF-8 by chance: the choice was made for another file.
        proved = not head.isascii() and _is_utf8(head)
        return Encoding("utf-8" if proved else codecs.lookup(chosen).name)
    if head.count(0) > len(head) // 8:
        alternate = head[::2].count(0) == 0 or head[1::2].count(0) == 0
        refuse(file, "encoding_utf16_unmarked" if alternate else "file_binary")
    if _is_utf8(head):
        return Encoding("utf-8")
    return _guess(head)


def _is_utf8(head: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _guess(head: bytes) -> Encoding:
    """A legacy encoding when the whole sample reads well in it, else UTF-8 with damaged lines."""
    lines = [line for line in head.split(b"\n")[:-1] or [head] if not line.isascii()]
    if sum(map(_is_utf8, lines)) * 2 > len(lines):
        return Encoding("utf-8")
    sample = b"\n".join(lines)
    if _reads(sample, "gb18030", _is_chinese):
        return Encoding("gb18030", guessed=True)
    if _reads(sample, "cp932", _is_japanese):
        return Encoding("cp932", guessed=True)
    if _reads(sample, "cp1252", _is_western):
        return Encoding("cp1252", guessed=True)
    return Encoding("utf-8")


def _reads(sample: bytes, codec: str, belongs: Callable[[int], bool]) -> bool:
    try:
        text = sample.decode(codec)
    except UnicodeDecodeError:
        return False
    beyond = [ord(char) for char in text if ord(char) > 127]
    fitting = sum(1 for code in beyond if belongs(code))
    return bool(beyond) and fitting >= 0.9 * len(beyond)


def _is_chinese(code: int) -> bool:
    # Two bytes of GB2312: rarer characters turn up when Western text is misread as Chinese.
    if code in _MARKS_OF_TRADE:
        return True
    if not (0x4E00 <= code <= 0x9FFF or 0x3000 <= code <= 0x303F or 0xFF00 <= code <= 0xFFEF):
        return False
    try:
        return len(chr(code).encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _is_japanese(code: int) -> bool:
    return 0x3040 <= code <= 0x30FF or 0x4E00 <= code <= 0x9FFF or 0x3000 <= code <= 0x303F


def _is_western(code: int) -> bool:
    return code in _LATIN or code in _MARKS_OF_TRADE
