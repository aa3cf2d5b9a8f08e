r"""Our own strict grammar of values, rendered as SQL; a value reads in one way or not at all.

A plain cast accepts `NaN`, `inf`, `1e400`, `1_000`, hexadecimal and `24:00`; a NaN then passes
every `price <= 0` check and poisons the revenue. So a regular expression guards each cast.

Every function takes the SQL of a trimmed, non-empty text and gives the SQL of its value (NULL when
the text does not read) and of the reason why it does not.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from promo.domain import FIRST_WEEK
from promo.ingest.engine import text
from promo.ingest.sources.source import Grammar
from promo.ingest.traits import ANYTHING, Traits

YEARS = (1990, 2100)

_DIGITS = r"[0-9]{1,30}"
_POINT = rf"[+-]?({_DIGITS}(\.[0-9]{{0,30}})?|\.{_DIGITS})"
_POINT_GROUPS = r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]{1,30}"
_POINT_THOUSANDS = r"[+-]?[0-9]{1,3}(,[0-9]{3})+"
_COMMA = rf"[+-]?({_DIGITS}(,[0-9]{{0,30}})?|,{_DIGITS})"
_COMMA_GROUPS = r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]{1,30}"
_COMMA_THOUSANDS = r"[+-]?[0-9]{1,3}(\.[0-9]{3})+"
_CLOCK = r"([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]{1,9})?)?"
_ZONE = r" ?(UTC|GMT|Z|[+-][0-9]{2}:?[0-9]{2})"
_ISO_DAY = r"[0-9]{4}([-/.])[0-9]{1,2}[-/.][0-9]{1,2}"
_ISO = rf"{_ISO_DAY}([ T]{_CLOCK}({_ZONE})?)?"
_USUAL = rf"[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}([ T]{_CLOCK}( UTC|Z)?)?"
_CHINESE = rf"[0-9]{{4}}年[0-9]{{1,2}}月[0-9]{{1,2}}日( ?{_CLOCK})?"
_COMPACT = r"(19|20)[0-9]{6}"
# Two digits for the year only with slashes: 26-01-05 may as well be the year 2026.
SLASHED = rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})[/.-]([0-9]{{4}})( {_CLOCK})?( ?[AaPp][Mm])?"
SHORT = rf"([0-9]{{1,2}})(/)([0-9]{{1,2}})/([0-9]{{2}})( {_CLOCK})?( ?[AaPp][Mm])?"
_LIKE_A_DATE = (
    r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?([ T][0-9].*)?|(19|20)[0-9]{6}"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}( [0-9].*)?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}( [0-9].*)?"
)
ZONED = r".*:.*[+-][0-9]{2}:?[0-9]{2}"
COMMA_ONLY = r"[+-]?[0-9]{1,3},[0-9]{3}"
POINT_PROOF = (
    r"[+-]?([0-9]+\.([0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(,[0-9]{3})+\.[0-9]+"
    r"|[0-9]{1,3}(,[0-9]{3}){2,}|[0-9]{4,}\.[0-9]{3}|0\.[0-9]{3})"
)
COMMA_PROOF = (
    r"[+-]?([0-9]+,([0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(\.[0-9]{3})+,[0-9]+"
    r"|[0-9]{1,3}(\.[0-9]{3}){2,}|[0-9]{4,},[0-9]{3}|0,[0-9]{3})"
)
_EXCEL_ID = r"[0-9](\.[0-9]+)?[eE]\+[0-9]+"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_BRACKETS = r"^\s*[\[{(]|[\]})]\s*$"
_ITEM = r"""\s*("[^"]*"|'[^']*'|[^,;|，；、]+)"""
_AROUND = " \t\"'\u00a0\u3000"
_YES = ("1", "true", "t", "yes", "y", "on", "是", "有", "1.0")
_NO = ("0", "false", "f", "no", "n", "off", "否", "无", "0.0")


@dataclass(frozen=True)
class Habits:
    """How one file writes what can be written in two ways.

    See `promo.ingest.evidence` and `promo.ingest.conventions`. `week_middle` is the days from the
    day that names a week to the middle of the week; `paid_of` is what a discount column writes for
    the full price (1, 10 or 100) where it holds what is paid, None where it holds what is taken
    off.
    """

    decimal: str = "point"
    thousands: bool = False
    day_first: bool | None = None
    epoch: str | None = None
    first_week: str = FIRST_WEEK
    drop_point_zero: frozenset[str] = frozenset()
    traits: Traits = ANYTHING
    week_middle: int | None = None
    paid_of: float | None = None


@dataclass(frozen=True)
class Reading:
    """How a text is read, in two steps so that the costly one is done once.

    `parsed` is SQL over the text; `value` and `fault` (the reason where the value is NULL) are SQL
    over the text and the name `parsed` is given. A kind that reads every text has no `fault`.
    """

    parsed: str
    value: str
    fault: str = ""


def reading(kind: Grammar, raw: str, parsed: str, habits: Habits) -> Reading:
    """How a column of that kind is read.

    Args:
        kind: its grammar.
        raw: SQL of the trimmed text, NULL when empty.
        parsed: SQL name under which the first step's result is found in the second.
        habits: how this file writes dates and numbers.
    """
    return _READINGS[kind](raw, parsed, habits)


def _id(raw: str, parsed: str, habits: Habits) -> Reading:
    doubts = [_is(raw, _EXCEL_ID)] * habits.traits.scientific
    doubts += [f"regexp_matches({raw}, {text(_CONTROL)})"] * habits.traits.controls
    if not doubts:
        return _text(raw, parsed, habits)
    sound = " AND ".join(f"NOT {doubt}" for doubt in doubts)
    return Reading(
        f"CASE WHEN {sound} THEN {_normal(raw, habits)} END",
        parsed,
        f"CASE WHEN {_is(raw, _EXCEL_ID)} THEN 'id_scientific' ELSE 'control_character' END",
    )


def _text(raw: str, parsed: str, habits: Habits) -> Reading:
    return Reading(_normal(raw, habits), parsed)


def _normal(raw: str, habits: Habits) -> str:
    """One letter, one form: a composed and a decomposed accent are the same customer."""
    return f"nfc_normalize({raw})" if habits.traits.composed else raw


def _any_number(raw: str, parsed: str, habits: Habits) -> Reading:
    return Reading(number(raw, habits), parsed, "'not_a_number'")


def _count(raw: str, parsed: str, habits: Habits) -> Reading:
    return Reading(
        number(raw, habits),
        f"CASE WHEN {parsed} = trunc({parsed}) AND abs({parsed}) < 1e9 THEN {parsed} END",
        f"CASE WHEN {parsed} IS NULL THEN 'not_a_number' "
        f"WHEN abs({parsed}) < 1e9 THEN 'not_whole' ELSE 'number_too_large' END",
    )


def _flag(raw: str, parsed: str, _habits: Habits) -> Reading:
    return Reading(
        f"CASE WHEN {_among(raw, _YES)} THEN true WHEN {_among(raw, _NO)} THEN false END",
        parsed,
        "'not_a_flag'",
    )


def _tally(raw: str, parsed: str, habits: Habits) -> Reading:
    """How often it happened, or a word for whether it did."""
    return Reading(
        f"CASE WHEN {_among(raw, _YES)} THEN 1.0 "
        f"WHEN {_among(raw, _NO)} THEN 0.0 ELSE {number(raw, habits)} END",
        parsed,
        "'not_a_number'",
    )


def _items(raw: str, parsed: str, _habits: Habits) -> Reading:
    """Several ids or words in one cell: `a, b`, `a;b`, `a|b`, `["a", "b"]`; none when empty."""
    inner = f"regexp_replace({raw}, {text(_BRACKETS)}, '', 'g')"
    words = f"regexp_extract_all({inner}, {text(_ITEM)})"
    trimmed = f"list_transform({words}, lambda word: trim(word, {text(_AROUND)}))"
    return Reading(
        f"coalesce(list_filter({trimmed}, lambda word: word <> ''), CAST([] AS VARCHAR[]))",
        parsed,
        "NULL",
    )


def _is(raw: str, pattern: str) -> str:
    return f"regexp_full_match({raw}, {text(pattern)})"


def _among(raw: str, words: tuple[str, ...]) -> str:
    # Not `IN`: the engine makes a join of it, through which every column of the row is carried.
    return _is(f"lower({raw})", "|".join(map(re.escape, words)))


def number(raw: str, habits: Habits) -> str:
    """SQL of a number, NULL where the text is none."""
    if habits.decimal == "comma":
        grouped, bare_groups = _COMMA_GROUPS, _COMMA_THOUSANDS
        bare = f"replace(replace({raw}, '.', ''), ',', '.')"
    else:
        grouped, bare_groups = _POINT_GROUPS, _POINT_THOUSANDS
        bare = f"replace({raw}, ',', '')"
    if habits.thousands:
        grouped = f"{grouped}|{bare_groups}"
    return (
        f"CASE {_plain_number(raw, habits)} "
        f"WHEN {_is(raw, grouped)} THEN try_cast({bare} AS DOUBLE) END"
    )


def _plain_number(raw: str, habits: Habits) -> str:
    """The branch of a CASE that reads a number without thousands."""
    if habits.decimal == "comma":
        return f"WHEN {_is(raw, _COMMA)} THEN try_cast(replace({raw}, ',', '.') AS DOUBLE)"
    return f"WHEN {_is(raw, _POINT)} THEN try_cast({raw} AS DOUBLE)"


def _share(raw: str, parsed: str, habits: Habits) -> Reading:
    """A share between 0 and 1, `15%`, or a word for yes or no."""
    percent = number(f"rtrim(rtrim({raw}, '%'))", habits)
    # The usual form first: as a number, a word for yes or no has the value it has as a word.
    return Reading(
        f"CASE {_plain_number(raw, habits)} "
        f"WHEN {raw} LIKE '%\\%' ESCAPE '\\' THEN ({percent}) / 100 "
        f"WHEN {_among(raw, _YES)} THEN 1.0 WHEN {_among(raw, _NO)} THEN 0.0 "
        f"ELSE {number(raw, habits)} END",
        f"CASE WHEN {parsed} BETWEEN 0 AND 1 THEN {parsed} END",
        f"CASE WHEN {parsed} IS NULL THEN 'not_a_number' ELSE 'share_out_of_range' END",
    )


def _paid(raw: str, parsed: str, habits: Habits) -> Reading:
    """What is left to pay, as 0.8, 8 of 10, 80%, 8折 or 85折, read as the share taken off."""
    bare = number(f"rtrim({raw}, '%折 ')", habits)
    return Reading(
        f"CASE WHEN {raw} LIKE '%\\%' ESCAPE '\\' THEN ({bare}) / 100 "
        f"WHEN {raw} LIKE '%折' THEN ({bare}) / CASE WHEN ({bare}) <= 10 THEN 10 ELSE 100 END "
        f"ELSE ({bare}) / {habits.paid_of or 1.0} END",
        f"CASE WHEN {parsed} BETWEEN 0 AND 1 THEN round(1 - {parsed}, 9) END",
        f"CASE WHEN {parsed} IS NULL THEN 'not_a_number' ELSE 'share_out_of_range' END",
    )


def _time(raw: str, parsed: str, habits: Habits) -> Reading:
    first, last = YEARS
    return Reading(
        _stamp(raw, habits),
        f"CASE WHEN year({parsed}) BETWEEN {first} AND {last} THEN {parsed} END",
        f"CASE WHEN {parsed} IS NOT NULL THEN 'year_out_of_range' "
        f"WHEN {_is(raw, _LIKE_A_DATE)} THEN 'date_impossible' ELSE 'not_a_date' END",
    )


def _stamp(raw: str, habits: Habits) -> str:
    """A timestamp without zone: UTC where the text names a zone, else the shop's own clock."""
    # DuckDB reads an offset and then forgets it, so it is cut off and subtracted here.
    sign = f"CASE WHEN {raw}[-6:] LIKE '%-%' THEN 1 ELSE -1 END"
    digits = f"right(replace({raw}, ':', ''), 4)"
    shift = (
        f"to_minutes(({sign}) * (60 * try_cast(left({digits}, 2) AS INTEGER) "
        f"+ try_cast(right({digits}, 2) AS INTEGER)))"
    )
    bare = f"regexp_replace({raw}, {text(_ZONE + '$')}, '')"
    cases = [
        f"WHEN {_is(raw, _USUAL)} THEN try_cast({raw} AS TIMESTAMP)",
        f"WHEN {_is(raw, ZONED)} AND {_is(raw, _ISO)} THEN try_cast({bare} AS TIMESTAMP) + {shift}",
        f"WHEN {_is(raw, _ISO)} THEN try_cast(replace({bare}, '.', '-')[:10] || "
        f"{bare}[11:] AS TIMESTAMP)",
        f"WHEN {_is(raw, _COMPACT)} THEN try_strptime({raw}, '%Y%m%d')",
        f"WHEN {_is(raw, _CHINESE)} THEN try_cast(replace(replace(replace({raw}, '年', '-'), "
        "'月', '-'), '日', '') AS TIMESTAMP)",
    ]
    if habits.day_first is not None:
        cases += [_slashed(raw, SLASHED, "", habits), _slashed(raw, SHORT, "20", habits)]
    if habits.epoch == "seconds":
        cases.append(f"WHEN {_is(raw, '[0-9]{10}')} THEN make_timestamp({raw}::BIGINT * 1000000)")
    elif habits.epoch == "milliseconds":
        cases.append(f"WHEN {_is(raw, '[0-9]{13}')} THEN make_timestamp({raw}::BIGINT * 1000)")
    return f"CASE {' '.join(cases)} END"


def _slashed(raw: str, shape: str, century: str, habits: Habits) -> str:
    order = r"\3-\1" if habits.day_first else r"\1-\3"
    date = century + r"\4-" + order + r"\5"
    iso = f"regexp_replace({raw}, {text('^' + shape + '$')}, {text(date)})"
    return (
        f"WHEN {_is(raw, shape)} THEN CASE WHEN lower({raw}[-1:]) = 'm' "
        f"THEN try_strptime({iso} || ' ' || upper({raw}[-2:]), "
        "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p']) "
        f"ELSE try_cast({iso} AS TIMESTAMP) END"
    )


def _week(raw: str, parsed: str, habits: Habits) -> Reading:
    """The day that a week is written as, or the Monday of a week that is only numbered."""
    date = _time(raw, parsed, habits)
    numbered = f"DATE {text(habits.first_week)} + 7 * ({raw}::INTEGER - 1)"
    day = f"({date.value})::DATE"
    if habits.week_middle is not None:
        day = f"date_trunc('week', {day} + ({habits.week_middle}))::DATE"
    return Reading(
        f"CASE WHEN {_is(raw, '[0-9]{1,3}')} THEN CASE WHEN {raw}::INTEGER > 0 "
        f"THEN ({numbered})::TIMESTAMP END ELSE {date.parsed} END",
        day,
        date.fault,
    )


_READINGS: dict[Grammar, Callable[[str, str, Habits], Reading]] = {
    "id": _id,
    "text": _text,
    "number": _any_number,
    "count": _count,
    "share": _share,
    "paid": _paid,
    "flag": _flag,
    "tally": _tally,
    "list": _items,
    "time": _time,
    "week": _week,
}
