r"""Our own strict grammar of values, rendered as SQL; a value reads in one way or not at all.

A plain cast accepts `NaN`, `inf`, `1e400`, `1_000`, hexadecimal and `24:00`; a NaN then passes
every `price <= 0` check and poisons the revenue. So a regular expression guards each cast.

Every function takes the SQL of a trimmed, non-empty text and gives the SQL of its value (NULL when
the text does not read) and of the reason why it does not.
"""

from collections.abc import Callable

from promo.ingest.engine import among, text
from promo.ingest.sources.source import Grammar
from promo.ingest.values import times
from promo.ingest.values.habits import Habits, Reading, fits

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
_BRACKETS = r"(?s)^\s*(?:\[(.*)\]|\{([^{}]*)\}|\(([^()]*)\))\s*$"
_INSIDE = r"\1\2\3"
_BETWEEN = ",;|，；、"
_QUOTED = """"[^"]*"|'[^']*'"""
# A quote belongs to an item unless what it opens is closed before the next one: '90s jeans.
_ITEM = rf"\s*(?:{_QUOTED})\s*(?:[{_BETWEEN}]|$)|[^{_BETWEEN}]+"
_AROUND = " \t\u00a0\u3000"
_YES = ("1", "true", "t", "yes", "y", "on", "ja", "oui", "si", "sí", "sim", "是", "有", "1.0")
_NO = ("0", "false", "f", "no", "n", "off", "nein", "non", "não", "否", "无", "0.0")


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
    doubts = [fits(raw, _EXCEL_ID)] * habits.traits.scientific
    doubts += [f"regexp_matches({raw}, {text(_CONTROL)})"] * habits.traits.controls
    if not doubts:
        return _text(raw, parsed, habits)
    sound = " AND ".join(f"NOT {doubt}" for doubt in doubts)
    return Reading(
        f"CASE WHEN {sound} THEN {_normal(raw, habits)} END",
        parsed,
        f"CASE WHEN {fits(raw, _EXCEL_ID)} THEN 'id_scientific' ELSE 'control_character' END",
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
        f"CASE WHEN {among(raw, _YES)} THEN true WHEN {among(raw, _NO)} THEN false END",
        parsed,
        "'not_a_flag'",
    )


def _tally(raw: str, parsed: str, habits: Habits) -> Reading:
    """How often it happened, or a word for whether it did."""
    return Reading(
        f"CASE WHEN {among(raw, _YES)} THEN 1.0 "
        f"WHEN {among(raw, _NO)} THEN 0.0 ELSE {number(raw, habits)} END",
        parsed,
        "'not_a_number'",
    )


def _items(raw: str, parsed: str, habits: Habits) -> Reading:
    """Several ids or words in one cell: `a, b`, `a;b`, `a|b`, `["a", "b"]`; none when empty."""
    cell = _normal(raw, habits)
    inner = f"regexp_replace({cell}, {text(_BRACKETS)}, {text(_INSIDE)})"
    words = f"regexp_extract_all({inner}, {text(_ITEM)})"
    bare = f"trim(word, {text(_AROUND + _BETWEEN)})"
    plain = f"CASE WHEN {fits(bare, _QUOTED)} THEN {bare}[2:-2] ELSE {bare} END"
    trimmed = f"list_transform({words}, lambda word: trim({plain}, {text(_AROUND)}))"
    # A list that a program wrote may hold its own quotes.
    written = f"from_json(CASE WHEN json_valid({cell}) THEN {cell} END, '[\"VARCHAR\"]')"
    found = f"CASE WHEN {cell} LIKE '[%' AND json_valid({cell}) THEN {written} ELSE {trimmed} END"
    return Reading(
        f"coalesce(list_filter({found}, lambda word: word <> ''), CAST([] AS VARCHAR[]))", parsed
    )


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
        f"WHEN {fits(raw, grouped)} THEN try_cast({bare} AS DOUBLE) "
        f"WHEN {fits(raw, rf'{_SPACED}({mark}[0-9]{{1,30}})?')} THEN try_cast("
        f"replace(regexp_replace({raw}, {text(_GAP)}, '', 'g'), ',', '.') AS DOUBLE) END"
    )


def _plain_number(raw: str, habits: Habits) -> str:
    """The branch of a CASE that reads a number without thousands."""
    if habits.decimal == "comma":
        return f"WHEN {fits(raw, _COMMA)} THEN try_cast(replace({raw}, ',', '.') AS DOUBLE)"
    return f"WHEN {fits(raw, _POINT)} THEN try_cast({raw} AS DOUBLE)"


def _share(raw: str, parsed: str, habits: Habits) -> Reading:
    """A share between 0 and 1, `15%`, or a word for yes or no."""
    percent = number(f"rtrim(rtrim({raw}, '%'))", habits)
    # The usual form first: as a number, a word for yes or no has the value it has as a word.
    return Reading(
        f"CASE {_plain_number(raw, habits)} "
        f"WHEN {raw} LIKE '%\\%' ESCAPE '\\' THEN ({percent}) / 100 "
        f"WHEN {among(raw, _YES)} THEN 1.0 WHEN {among(raw, _NO)} THEN 0.0 "
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
    "time": times.time,
    "past": times.past,
    "until": times.until,
    "week": times.week,
}
