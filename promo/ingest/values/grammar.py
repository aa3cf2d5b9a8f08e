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
from promo.ingest.records.traits import ANYTHING, Traits
from promo.ingest.sources.source import Grammar

YEARS = (1990, 2050)  # a date beyond is a slip, and one slip makes a plan of a thousand weeks

_DIGITS = r"[0-9]{1,30}"
# A small number may come as 2.7e-05; a large one as 1.2E+17 has lost its digits.
_POINT = rf"[+-]?({_DIGITS}(\.[0-9]{{0,30}})?|\.{_DIGITS})([eE]-[0-9]{{1,2}})?"
_POINT_GROUPS = r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]{1,30}"
_POINT_THOUSANDS = r"[+-]?[0-9]{1,3}(,[0-9]{3})+"
# Blanks and apostrophes between thousands leave no doubt, whatever the decimal sign.
_GAP = r"[\x{00a0}\x{202f}\x{2009}'\x{2019}]"
_SPACED = rf"[+-]?[0-9]{{1,3}}({_GAP}[0-9]{{3}})+"
_COMMA = rf"[+-]?({_DIGITS}(,[0-9]{{0,30}})?|,{_DIGITS})"
_COMMA_GROUPS = r"[+-]?[0-9]{1,3}(\.[0-9]{3})+,[0-9]{1,30}"
_COMMA_THOUSANDS = r"[+-]?[0-9]{1,3}(\.[0-9]{3})+"
_CLOCK = r"([01]?[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9](\.[0-9]{1,9})?)?"
_OFFSET = r"([+-])([0-9]{2}):?([0-9]{2})?"
_ZONE = rf" ?(UTC|GMT|Z|{_OFFSET})"
_ISO_DAY = r"[0-9]{4}([-/.])[0-9]{1,2}[-/.][0-9]{1,2}"
_ISO = rf"{_ISO_DAY}([ T]{_CLOCK}({_ZONE})?)?"
_USUAL = rf"[0-9]{{4}}[-/][0-9]{{1,2}}[-/][0-9]{{1,2}}([ T]{_CLOCK}( UTC|Z)?)?"
_CHINESE = rf"[0-9]{{4}}年[0-9]{{1,2}}月[0-9]{{1,2}}日( ?{_CLOCK})?"
_COMPACT = r"(19|20)[0-9]{6}"
_COMPACT_CLOCK = rf"{_COMPACT} {_CLOCK}"
_COMPACT_STAMP = r"(19|20)[0-9]{12}"
_HOUR = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[ T]([01]?[0-9]|2[0-3])"
_HALF = rf"([0-9]{{4}})[-/年]([0-9]{{1,2}})[-/月]([0-9]{{1,2}})日? ?(上午|下午) ?({_CLOCK})"
_MONTH = (
    r"(?i:(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t|tember"
    r"|ober|ember)?)\.?"
)
_AFTER = rf",?(?: ({_CLOCK})( ?[AaPp][Mm])?)?"
_DAY_NAME = rf"([0-9]{{1,2}})[ -]{_MONTH}[ ,-]+([0-9]{{4}}){_AFTER}"
_NAME_DAY = rf"{_MONTH}[ -]([0-9]{{1,2}})[ ,-]+([0-9]{{4}}){_AFTER}"
# Two digits for the year only with slashes: 26-01-05 may as well be the year 2026.
SLASHED = rf"([0-9]{{1,2}})([/.-])([0-9]{{1,2}})[/.-]([0-9]{{4}})( {_CLOCK})?( ?[AaPp][Mm])?"
SHORT = rf"([0-9]{{1,2}})(/)([0-9]{{1,2}})/([0-9]{{2}})( {_CLOCK})?( ?[AaPp][Mm])?"
_LIKE_A_DATE = (
    r"[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}日?([ T][0-9].*)?|(19|20)[0-9]{6}"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}( [0-9].*)?|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}( [0-9].*)?"
    rf"|{_COMPACT_CLOCK}|{_COMPACT_STAMP}|{_HALF}|{_DAY_NAME}|{_NAME_DAY}"
)
EPOCHS = {"seconds": 10, "milliseconds": 13, "microseconds": 16}
"""Digits of a time counted from 1970 in each unit, from September 2001 on."""


def counted(unit: str) -> str:
    """The pattern of a time counted in a unit, from 1990 on."""
    digits = EPOCHS[unit]
    return f"[0-9]{{{digits}}}|[6-9][0-9]{{{digits - 2}}}"


ZONED = r".*:.*[+-][0-9]{2}(:?[0-9]{2})?"
UTC = r".*[0-9] ?(UTC|GMT|Z)"
INSTANT = rf"{ZONED}|{UTC}|[0-9]+"
"""Texts that name a moment wherever one is; others are read off the shop's clock."""
COMMA_ONLY = r"[+-]?[0-9]{1,3},[0-9]{3}"
POINT_ONLY = r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}"
POINT_PROOF = (
    r"[+-]?([0-9]+\.([0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(,[0-9]{3})+\.[0-9]+"
    r"|[0-9]{1,3}(,[0-9]{3}){2,}|[0-9]{4,}\.[0-9]{3}|0\.[0-9]{3})"
    rf"|{_SPACED}\.[0-9]+"
)
COMMA_PROOF = (
    r"[+-]?([0-9]+,([0-9]{1,2}|[0-9]{4,})|[0-9]{1,3}(\.[0-9]{3})+,[0-9]+"
    r"|[0-9]{1,3}(\.[0-9]{3}){2,}|[0-9]{4,},[0-9]{3}|0,[0-9]{3})"
    rf"|{_SPACED},[0-9]+"
)
GROUPED = _POINT_GROUPS
_EXCEL_ID = r"[0-9](\.[0-9]+)?[eE]\+[0-9]+"
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_BRACKETS = r"^\s*[\[{(]|[\]})]\s*$"
_ITEM = r"""\s*("[^"]*"|'[^']*'|[^,;|，；、]+)"""
_AROUND = " \t\"'\u00a0\u3000"
_YES = ("1", "true", "t", "yes", "y", "on", "ja", "oui", "si", "sí", "sim", "是", "有", "1.0")
_NO = ("0", "false", "f", "no", "n", "off", "nein", "non", "não", "否", "无", "0.0")


@dataclass(frozen=True)
class Habits:
    """How one file writes what can be written in two ways.

    See `evidence` and `conventions` beside this module. `week_middle` is the days from the
    day that names a week to the middle of the week; `paid_of` is what a discount column writes for
    the full price (1, 10 or 100) where it holds what is paid, None where it holds what is taken
    off; `percent` are the share fields that write 20 for a fifth; `zone` is the shop's clock, None
    where times stay as they are written and UTC where they name a zone.
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
    percent: frozenset[str] = frozenset()
    zone: str | None = None


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
    mark = "," if habits.decimal == "comma" else r"\."
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
        f"WHEN {_is(raw, grouped)} THEN try_cast({bare} AS DOUBLE) "
        f"WHEN {_is(raw, rf'{_SPACED}({mark}[0-9]{{1,30}})?')} THEN try_cast("
        f"replace(regexp_replace({raw}, {text(_GAP)}, '', 'g'), ',', '.') AS DOUBLE) END"
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


def _percent(raw: str, parsed: str, habits: Habits) -> Reading:
    """A share written as 20 or 20%."""
    bare = number(f"rtrim({raw}, '% ')", habits)
    share = _share(raw, parsed, habits)
    return Reading(f"({bare}) / 100", share.value, share.fault)


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
    exists, skipped = "", ""
    if habits.zone is not None:
        # A day without a clock is meant as a whole, even where its midnight is leapt over.
        there = shop_clock(f"timezone({text(habits.zone)}, {parsed})", habits.zone)
        skips = f"{there} <> {parsed} AND {parsed} <> date_trunc('day', {parsed})"
        exists, skipped = f" AND NOT ({skips})", f"WHEN {skips} THEN 'time_skipped' "
    return Reading(
        _stamp(raw, habits),
        f"CASE WHEN year({parsed}) BETWEEN {first} AND {last}{exists} THEN {parsed} END",
        f"CASE {skipped}WHEN {parsed} IS NOT NULL THEN 'year_out_of_range' "
        f"WHEN {_is(raw, _LIKE_A_DATE)} THEN 'date_impossible' ELSE 'not_a_date' END",
    )


def shop_clock(instant: str, zone: str) -> str:
    """SQL of what a clock in `zone` shows at an instant (with time zone)."""
    return f"timezone({text(zone)}, {instant})"


def _stamp(raw: str, habits: Habits) -> str:
    """A timestamp without zone, on the shop's own clock; UTC where a zone is named and none set."""

    def there(utc: str) -> str:
        if habits.zone is None:
            return utc
        return shop_clock(f"timezone('UTC', {utc})", habits.zone)

    # DuckDB reads an offset and then forgets it, so it is cut off and subtracted here.
    sign, hours, minutes = (
        f"regexp_extract({raw}, {text(_OFFSET + '$')}, {group})" for group in (1, 2, 3)
    )
    shift = (
        f"to_minutes(CASE {sign} WHEN '-' THEN 1 ELSE -1 END * "
        f"(60 * {hours}::INTEGER + coalesce(try_cast({minutes} AS INTEGER), 0)))"
    )
    bare = f"regexp_replace({raw}, {text(_ZONE + '$')}, '')"
    plain = f"try_cast(replace({bare}, '.', '-')[:10] || {bare}[11:] AS TIMESTAMP)"
    usual = f"try_cast({raw} AS TIMESTAMP)"
    cases = [
        f"WHEN {_is(raw, _USUAL)} THEN {usual}",
        f"WHEN {_is(raw, ZONED)} AND {_is(raw, _ISO)} THEN "
        + there(f"try_cast({bare} AS TIMESTAMP) + {shift}"),
        f"WHEN {_is(raw, _ISO)} THEN {plain}",
        f"WHEN {_is(raw, _COMPACT)} THEN try_strptime({raw}, '%Y%m%d')",
        f"WHEN {_is(raw, _CHINESE)} THEN try_cast(replace(replace(replace({raw}, '年', '-'), "
        "'月', '-'), '日', '') AS TIMESTAMP)",
    ]
    if habits.zone is not None:
        cases.insert(0, f"WHEN {_is(raw, UTC)} AND {_is(raw, _ISO)} THEN {there(plain)}")
    if habits.day_first is not None:
        cases += [_slashed(raw, SLASHED, "", habits), _slashed(raw, SHORT, "20", habits)]
    if habits.epoch is not None:
        digits = EPOCHS[habits.epoch]  # one less before September 2001
        counted = f"make_timestamp({raw}::BIGINT * {10 ** (16 - digits)})"
        cases.append(f"WHEN {_is(raw, f'[0-9]{{{digits - 1},{digits}}}')} THEN {there(counted)}")
    return f"CASE {' '.join([*cases, *_rarer(raw)])} END"


def _rarer(raw: str) -> list[str]:
    """Ways to write a time that leave no doubt and are met less often."""

    def rebuilt(shape: str, form: str) -> str:
        return f"regexp_replace({raw}, {text(f'^(?:{shape})$')}, {text(form)})"

    names = "['%Y-%b-%d %H:%M:%S', '%Y-%b-%d %H:%M', '%Y-%b-%d', '%Y-%b-%d %I:%M %p']"
    dashed = rebuilt("(....)(..)(..)(.*)", r"\1-\2-\3\4")
    halved = rebuilt(_HALF, r"\1-\2-\3 \5 \4")
    day_name, name_day = rebuilt(_DAY_NAME, r"\3-\2-\1 \4\8"), rebuilt(_NAME_DAY, r"\3-\1-\2 \4\8")
    return [
        f"WHEN {_is(raw, _HOUR)} THEN try_cast(replace({raw}, '/', '-') || ':00' AS TIMESTAMP)",
        f"WHEN {_is(raw, _COMPACT_CLOCK)} THEN try_cast({dashed} AS TIMESTAMP)",
        f"WHEN {_is(raw, _COMPACT_STAMP)} THEN try_strptime({raw}, '%Y%m%d%H%M%S')",
        f"WHEN {_is(raw, _HALF)} THEN try_strptime("
        f"replace(replace({halved}, '上午', 'AM'), '下午', 'PM'), "
        "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p'])",
        f"WHEN {_is(raw, _DAY_NAME)} THEN try_strptime(rtrim({day_name}), {names})",
        f"WHEN {_is(raw, _NAME_DAY)} THEN try_strptime(rtrim({name_day}), {names})",
    ]


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
    "percent": _percent,
    "flag": _flag,
    "tally": _tally,
    "list": _items,
    "time": _time,
    "week": _week,
}
