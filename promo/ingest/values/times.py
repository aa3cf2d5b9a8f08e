"""The grammar of times: a day is read where it leaves no doubt, on the shop's own clock."""

from promo.ingest.engine import text
from promo.ingest.values.habits import Habits, Reading, fits

YEARS = (1990, 2050)  # a date beyond is a slip, and one slip makes a plan of a thousand weeks

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


def time(raw: str, parsed: str, habits: Habits) -> Reading:
    """A day, or a moment of one, that a calendar has."""
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
        f"WHEN {fits(raw, _LIKE_A_DATE)} THEN 'date_impossible' ELSE 'not_a_date' END",
    )


def past(raw: str, parsed: str, habits: Habits) -> Reading:
    """When something happened: hardly in the years to come."""
    one = time(raw, parsed, habits)
    if habits.latest is None:
        return one
    ahead = f"({one.value}) > TIMESTAMP {text(habits.latest)}"
    return Reading(
        one.parsed,
        f"CASE WHEN NOT {ahead} THEN {parsed} END",
        f"CASE WHEN {ahead} THEN 'time_ahead' ELSE {one.fault} END",
    )


def until(raw: str, parsed: str, habits: Habits) -> Reading:
    """When something ends: a year such as 9999 says that it does not."""
    one = time(raw, parsed, habits)
    return Reading(
        one.parsed,
        one.value,
        f"CASE WHEN NOT coalesce({endless(parsed)}, false) THEN {one.fault} END",
    )


def endless(parsed: str) -> str:
    """SQL of whether a time is too far ahead for any plan."""
    return f"year({parsed}) > {YEARS[1]}"


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
        f"WHEN {fits(raw, _USUAL)} THEN {usual}",
        f"WHEN {fits(raw, ZONED)} AND {fits(raw, _ISO)} THEN "
        + there(f"try_cast({bare} AS TIMESTAMP) + {shift}"),
        f"WHEN {fits(raw, _ISO)} THEN {plain}",
        f"WHEN {fits(raw, _COMPACT)} THEN try_strptime({raw}, '%Y%m%d')",
        f"WHEN {fits(raw, _CHINESE)} THEN try_cast(replace(replace(replace({raw}, '年', '-'), "
        "'月', '-'), '日', '') AS TIMESTAMP)",
    ]
    if habits.zone is not None:
        cases.insert(0, f"WHEN {fits(raw, UTC)} AND {fits(raw, _ISO)} THEN {there(plain)}")
    if habits.day_first is not None:
        cases += [_slashed(raw, SLASHED, "", habits), _slashed(raw, SHORT, "20", habits)]
    if habits.epoch is not None:
        digits = EPOCHS[habits.epoch]  # one less before September 2001
        counted = f"make_timestamp({raw}::BIGINT * {10 ** (16 - digits)})"
        cases.append(f"WHEN {fits(raw, f'[0-9]{{{digits - 1},{digits}}}')} THEN {there(counted)}")
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
        f"WHEN {fits(raw, _HOUR)} THEN try_cast(replace({raw}, '/', '-') || ':00' AS TIMESTAMP)",
        f"WHEN {fits(raw, _COMPACT_CLOCK)} THEN try_cast({dashed} AS TIMESTAMP)",
        f"WHEN {fits(raw, _COMPACT_STAMP)} THEN try_strptime({raw}, '%Y%m%d%H%M%S')",
        f"WHEN {fits(raw, _HALF)} THEN try_strptime("
        f"replace(replace({halved}, '上午', 'AM'), '下午', 'PM'), "
        "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p'])",
        f"WHEN {fits(raw, _DAY_NAME)} THEN try_strptime(rtrim({day_name}), {names})",
        f"WHEN {fits(raw, _NAME_DAY)} THEN try_strptime(rtrim({name_day}), {names})",
    ]


def _slashed(raw: str, shape: str, century: str, habits: Habits) -> str:
    order = r"\3-\1" if habits.day_first else r"\1-\3"
    date = century + r"\4-" + order + r"\5"
    iso = f"regexp_replace({raw}, {text('^' + shape + '$')}, {text(date)})"
    return (
        f"WHEN {fits(raw, shape)} THEN CASE WHEN lower({raw}[-1:]) = 'm' "
        f"THEN try_strptime({iso} || ' ' || upper({raw}[-2:]), "
        "['%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M %p']) "
        f"ELSE try_cast({iso} AS TIMESTAMP) END"
    )


def week(raw: str, parsed: str, habits: Habits) -> Reading:
    """The day that a week is written as, or the Monday of a week that is only numbered."""
    date = time(raw, parsed, habits)
    numbered = f"DATE {text(habits.first_week)} + 7 * ({raw}::INTEGER - 1)"
    day = f"({date.value})::DATE"
    if habits.week_middle is not None:
        day = f"date_trunc('week', {day} + ({habits.week_middle}))::DATE"
    return Reading(
        f"CASE WHEN {fits(raw, '[0-9]{1,3}')} THEN ({numbered})::TIMESTAMP ELSE {date.parsed} END",
        day,
        date.fault,
    )
