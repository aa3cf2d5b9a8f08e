"""Numbers, money, discounts and dates as a reader of each language writes them."""

from datetime import date

MINUS = "\u2212"
_NO_DISCOUNT = 0.0005
"""Share of the list price below which there is no discount to speak of."""

_SCALES = {
    "en": ((1e9, "B"), (1e6, "M")),
    "zh": ((1e8, "亿"), (1e4, "万")),
}


def number(language: str, value: float, digits: int = 0) -> str:
    """A count or a measure with thousands marked; large ones in the language's own scale.

    >>> number("en", 1234567), number("zh", 1234567), number("en", -950.4)
    ('1.23M', '123万', '−950')
    """
    for scale, word in _SCALES[language]:
        if abs(value) >= scale * 0.99995:
            scaled = value / scale
            return _signed(scaled, max(0, 2 - (abs(scaled) >= 10) - (abs(scaled) >= 100))) + word
    return _signed(value, digits)


def count(rows: int) -> str:
    """How many rows to the last one, so that an account adds up on the screen.

    >>> count(1234567)
    '1,234,567'
    """
    return f"{rows:,}"


def figure(language: str, value: float) -> str:
    """A figure of a column; whole ones without decimals.

    >>> figure("en", 3.0), figure("en", 2.5)
    ('3', '2.50')
    """
    return number(language, value, 0 if value == round(value) else 2)


def money(language: str, value: float) -> str:
    """Money in the data's own currency; small amounts keep their cents.

    >>> money("en", 15040), money("en", 2.5), money("zh", 15040)
    ('15,040', '2.50', '1.50万')
    """
    return number(language, value, 2 if 0 < abs(value) < 100 else 0)


def typed(value: float) -> str:
    """An amount that she set, to its last digit: a limit is never told rounded.

    >>> typed(30000), typed(29950.0), typed(1234567.5), typed(0.07)
    ('30,000', '29,950', '1,234,567.5', '0.07')
    """
    return _signed(value, 6).rstrip("0").rstrip(".")


def percent(value: float, digits: int = 0) -> str:
    """A share as per cent.

    >>> percent(0.2), percent(0.0125, 1)
    ('20%', '1.2%')
    """
    return _signed(100 * value, digits) + "%"


def discount(language: str, share: float) -> str:
    """A discount in the trade's words: 20 % off is 8 折. A discount is never written as none.

    >>> discount("en", 0.2), discount("zh", 0.2), discount("zh", 0.25), discount("zh", 0.0)
    ('20% off', '8折', '7.5折', '标价')
    >>> discount("en", 0.004), discount("zh", 0.004)
    ('0.4% off', '9.9折')
    """
    if share < _NO_DISCOUNT:
        return "标价" if language == "zh" else "list price"
    if language == "zh":
        return depth(language, share)
    return f"{percent(share, 0 if share >= 0.01 else 1)} off"


def depth(language: str, share: float, digits: int = 0) -> str:
    """A discount in as few letters as it takes: per cent, or 折 where readers know no other way.

    >>> depth("en", 0.2), depth("zh", 0.2), depth("en", 0.125, 1), depth("zh", 0.125, 1)
    ('20%', '8折', '12.5%', '8.75折')
    """
    if language == "zh":
        return f"{min(10 - 0.1 ** (1 + digits), round(10 * (1 - share), 1 + digits)):g}折"
    return percent(share, digits)


def day(language: str, value: date) -> str:
    """A day.

    >>> day("en", date(2026, 11, 2)), day("zh", date(2026, 11, 2))
    ('2 Nov 2026', '2026年11月2日')
    """
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def short_day(language: str, value: date) -> str:
    """A day without its year.

    >>> short_day("en", date(2026, 11, 2)), short_day("zh", date(2026, 11, 2))
    ('2 Nov', '11月2日')
    """
    if language == "zh":
        return f"{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]}"


def month(language: str, value: date) -> str:
    """A month.

    >>> month("en", date(2026, 11, 1)), month("zh", date(2026, 11, 1))
    ('Nov 2026', '2026年11月')
    """
    if language == "zh":
        return f"{value.year}年{value.month}月"
    return f"{_MONTHS[value.month - 1]} {value.year}"


def between(language: str, low: float, high: float) -> str:
    """A range of money."""
    joint = "至" if language == "zh" else " to "
    return f"{money(language, low)}{joint}{money(language, high)}"


def plain(text: object) -> str:
    r"""Text from a file as it is: nothing in it formats, links or loads anything.

    >>> plain("![x](http://y)")
    '\\!\\[x\\]\\(http\\://y\\)'
    """
    return "".join("\\" + sign if sign in _MARKS else sign for sign in str(text))


_MARKS = frozenset("\\`*_{}[]()<>#+!|~$:^")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _signed(value: float, digits: int) -> str:
    text = f"{abs(value):,.{digits}f}"
    negative = value < 0 and any(sign in "123456789" for sign in text)
    return MINUS + text if negative else text
