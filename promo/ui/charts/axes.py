"""Tick marks written in the reader's language, and names short enough for an axis."""

import math
import textwrap
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from promo.ui import formats

Axis = dict[str, Any]


def ticks(low: float, high: float, write: Callable[[float], str], count: int = 5) -> Axis:
    """Round tick marks from `low` to `high`, each written by `write`.

    >>> ticks(0, 95, str)["tickvals"]
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    step = nice((high - low) / count if high > low else 1.0)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [round(step * i, 10) for i in range(first, last + 1)]
    return {"tickmode": "array", "tickvals": values, "ticktext": [write(v) for v in values]}


def calendar(first: pd.Timestamp, last: pd.Timestamp, language: str) -> Axis:
    """At most seven months named along an axis of days; days where there are fewer than three.

    >>> calendar(pd.Timestamp("2026-01-05"), pd.Timestamp("2026-04-20"), "en")["ticktext"]
    ['Feb 2026', 'Mar 2026', 'Apr 2026']
    """
    marks = pd.date_range(first, last, freq="MS")
    named = len(marks) > 2
    if not named:
        marks = pd.date_range(first, last, freq="D")
    marks = marks[:: max(1, -(-len(marks) // 7))]
    write = formats.month if named else formats.day
    return {
        "tickmode": "array",
        "tickvals": [mark.strftime("%Y-%m-%d") for mark in marks],
        "ticktext": [write(language, mark.date()) for mark in marks],
    }


def nice(step: float) -> float:
    """The next 1, 2 or 5 times a power of ten that is not below `step`.

    >>> nice(19), nice(0.3), nice(7)
    (20.0, 0.5, 10.0)
    """
    power = 10.0 ** math.floor(math.log10(step))
    return next(power * m for m in (1.0, 2.0, 5.0, 10.0) if power * m >= step * (1 - 1e-9))


def short(name: object, most: int = 22) -> str:
    """A name cut to what fits beside an axis.

    >>> short("Organic wholegrain breakfast oats"), short("Milk")
    ('Organic wholegrain br…', 'Milk')
    """
    text = str(name).replace("<", "‹").replace(">", "›")
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def wrapped(name: str, most: int = 14) -> str:
    """A name in lines of at most so many letters, so that an axis need not slant it.

    What has no spaces is cut anywhere, its lines half as long because its letters are twice as
    wide.

    >>> wrapped("Given to who would buy anyway"), wrapped("让给本来就会买的人")
    ('Given to who<br>would buy<br>anyway', '让给本来就会买<br>的人')
    """
    width = most if " " in name or name.isascii() else most // 2
    return "<br>".join(textwrap.wrap(name, width))


def distinct(names: Iterable[object], most: int = 22) -> list[str]:
    r"""Short names, no two alike: an axis would merge equal ones.

    >>> distinct(["Tea", "Tea", "Milk"])
    ['Tea', 'Tea\u200b', 'Milk']
    """
    seen: dict[str, int] = {}
    out = []
    for name in names:
        text = short(name, most)
        out.append(text + "\u200b" * seen.get(text, 0))
        seen[text] = seen.get(text, 0) + 1
    return out
