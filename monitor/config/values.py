"""Reads single values: each reader takes a node and returns what it means, or raises Wrong with what to write."""

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from monitor.config.faults import Wrong, did_you_mean
from monitor.config.nodes import Items, Node, Scalar

MAX_TEXT = 2_000
_SPAN_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SIZE_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
_SPAN = re.compile(r"([0-9]{1,6})([smhdw])")
_LOOSE_SPAN = re.compile(r"([0-9]{1,6})\s*(sec|min|mn|hr|hour|day|week|wk|[smhdw])[a-z.]*", re.IGNORECASE)
_SPAN_WORDS = {"hourly": "1h", "daily": "1d", "weekly": "1w", "fortnightly": "2w", "monthly": "31d"}
_SIZE = re.compile(r"([0-9]{1,6}) ?(B|KB|MB|GB|KiB|MiB|GiB)")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,8}")
_SHARE = re.compile(r"0|1|0?\.[0-9]{1,6}|[01]\.[0-9]{1,6}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_YES = frozenset({"true", "yes", "on"})
# What YAML 1.1 makes of a value without quotes (yaml.org/type), and what other readers make of it.
_BARE = re.compile(
    r"(?P<nothing>~|null|Null|NULL|)"
    r"|(?P<truth>yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)"
    r"|(?P<date>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?)"
    r"|(?P<octal>0[0-7_]+)"
    r"|(?P<sixty>[1-9][0-9]{0,4}:[0-5]?[0-9])"
    r"|(?P<number>[-+]?(0x[0-9a-fA-F_]+|0b[01_]+|\.?[0-9][0-9_.,:]*([eE][-+]?[0-9]+)?|\.inf|\.nan))"
)
_TELLTALES = frozenset("~nNyYtTfFoO+-.0123456789") | {""}  # every value that _BARE matches begins so
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
T = TypeVar("T")


def scalar(node: Node, due: str) -> Scalar:
    """The node as one written value; ``due`` names what is wanted for the message."""
    if not isinstance(node, Scalar):
        raise Wrong(f"must be {due}, not {'a list' if isinstance(node, Items) else 'a mapping'}")
    if node.tag:
        raise Wrong(f"the tag {node.tag[:40]} has no meaning here; write {due}")
    if not node.quoted and _bare_kind(node.text) == "nothing":
        raise Wrong(f"has no value; write {due} or delete the line")
    return node


def _bare_kind(text: str) -> str | None:
    """What an unquoted value is to YAML when it is not simply text."""
    if text[:1] not in _TELLTALES:
        return None
    match = _BARE.fullmatch(text)
    return match.lastgroup if match else None


def read_text(node: Node) -> str:
    """One line of text. A value that YAML does not read as text must be quoted."""
    value = scalar(node, "a text")
    if not value.quoted and _bare_kind(value.text):
        raise Wrong(_quote_it(value.text))
    return _checked(value.text.strip())


def read_plain(node: Node) -> str:
    """One line of text where nothing but text can be meant, such as an address: quotes are never needed."""
    return _checked(scalar(node, "a text").text.strip())


def read_prose(node: Node) -> str:
    """A text that may run over several lines; they are joined."""
    return _checked(" ".join(scalar(node, "a text").text.split()))


def _checked(text: str) -> str:
    if not text:
        raise Wrong("is empty; write a text or delete the line")
    if len(text) > MAX_TEXT:
        raise Wrong(f"is {len(text)} characters long; at most {MAX_TEXT} are allowed")
    if not text.isprintable() and _CONTROL.search(text):
        raise Wrong("holds a control character or a line break; write it on one line")
    return text


def _quote_it(text: str) -> str:
    return f'{text[:40]} without quotes reads as {_reading(text)}; quote it: "{text[:40]}"'


def _reading(text: str) -> str:
    """What YAML makes of an unquoted value, in words."""
    plain = text.replace("_", "")
    match _bare_kind(text):
        case "octal":
            return f"the number {int(plain, 8)} (octal)"
        case "sixty":
            high, low = plain.split(":")
            return f"the number {int(high) * 60 + int(low)} (base 60)"
        case "truth":
            return "true" if text.lower() in _YES else "false"
        case "date":
            return "a date"
        case _:
            return "a number"


def read_flag(node: Node) -> bool:
    value = scalar(node, "true or false")
    if value.quoted or _bare_kind(value.text) != "truth":
        raise Wrong(f"'{value.text[:40]}' is neither true nor false; write true or false without quotes")
    return value.text.lower() in _YES


def whole(low: int, high: int) -> Callable[[Node], int]:
    """A reader of whole numbers from ``low`` to ``high``."""

    def read(node: Node) -> int:
        value = scalar(node, f"a whole number from {low} to {high}")
        if value.quoted or not _WHOLE.fullmatch(value.text) or not low <= int(value.text) <= high:
            raise Wrong(f"'{value.text[:40]}' is not a whole number from {low} to {high}; write it in digits, unquoted")
        return int(value.text)

    return read


def read_share(node: Node) -> float:
    """A share from 0 to 1."""
    value = scalar(node, "a share from 0 to 1, such as 0.10")
    if value.quoted or not _SHARE.fullmatch(value.text) or float(value.text) > 1:
        raise Wrong(f"'{value.text[:40]}' is not a share; write a number from 0 to 1, such as 0.10 for a tenth")
    return float(value.text)


def span(low: str, high: str) -> Callable[[Node], timedelta]:
    """A reader of durations from ``low`` to ``high``, such as ``5m`` to ``31d``."""
    least, most = parse_span(low), parse_span(high)

    def read(node: Node) -> timedelta:
        text = scalar(node, f"a duration from {low} to {high}, such as {high}").text.strip()
        length = parse_span(text)
        if length < least:
            raise Wrong(f"{text} is too short; the least is {low}")
        if length > most:
            raise Wrong(f"{text} is too long; the most is {high}")
        return length

    return read


def parse_span(text: str) -> timedelta:
    """``5s``, ``5m``, ``6h``, ``1d``, ``2w``. Raises Wrong."""
    match = _SPAN.fullmatch(text)
    if not match:
        raise Wrong(f"'{text[:40]}' is not a duration; write {_likely_span(text)}")
    return timedelta(seconds=int(match[1]) * _SPAN_UNITS[match[2]])


def _likely_span(text: str) -> str:
    loose = _LOOSE_SPAN.fullmatch(text.strip())
    if loose:
        return f"{loose[1]}{loose[2][0].lower()}"
    return _SPAN_WORDS.get(text.lower(), "a number and a unit (s, m, h, d or w), such as 6h")


def size(low: str, high: str) -> Callable[[Node], int]:
    """A reader of sizes in bytes; 1 MB is 1,000,000 and 1 MiB is 1,048,576."""
    least, most = _parse_size(low), _parse_size(high)

    def read(node: Node) -> int:
        text = scalar(node, f"a size from {low} to {high}").text.strip()
        count = _parse_size(text)
        if not least <= count <= most:
            raise Wrong(f"{text} is out of range; write a size from {low} to {high}")
        return count

    return read


def _parse_size(text: str) -> int:
    match = _SIZE.fullmatch(text)
    if not match:
        raise Wrong(f"'{text[:40]}' is not a size; write a number and a unit (KB, MB, GB), such as 32MB")
    return int(match[1]) * _SIZE_UNITS[match[2]]


def read_day(node: Node) -> date:
    """A day, with or without quotes: ``2027-01-01``."""
    text = scalar(node, "a day such as 2027-01-01").text.strip()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Wrong(f"'{text[:40]}' is not a day; write year, month and day such as 2027-01-01") from None


def read_clock(node: Node) -> time:
    """A time of day, 24 hours: ``"07:00"``."""
    text = read_text(node)
    at = parse_clock(text)
    if at is None:
        raise Wrong(f"'{text[:40]}' is not a time of day; write hours and minutes such as \"07:00\"")
    return at


def parse_clock(text: str) -> time | None:
    """``07:00``; None for anything else."""
    match = _CLOCK.fullmatch(text)
    return time(int(match[1]), int(match[2])) if match else None


def choice(names: Mapping[str, T]) -> Callable[[Node], T]:
    """A reader of one word out of ``names`` (lower case; the case written does not matter)."""

    def read(node: Node) -> T:
        text = read_text(node)
        if text.lower() not in names:
            raise Wrong(f"'{text[:40]}' is unknown; {did_you_mean(text, names)}")
        return names[text.lower()]

    return read


def read_zone(node: Node) -> ZoneInfo:
    """An IANA time zone."""
    text = read_text(node)
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # OSError: a folder of zones such as 'America'
        raise Wrong(f"'{text[:60]}' is not a time zone; {_near_zone(text)}") from None


def _near_zone(text: str) -> str:
    from difflib import get_close_matches  # only a faulty file pays for it
    from zoneinfo import available_timezones

    names = {name.lower(): name for name in available_timezones()}
    near = get_close_matches(text.lower().replace(" ", "_")[:60], names, n=1)
    return f"did you mean '{names[near[0]]}'?" if near else "write an IANA name such as America/New_York"


def read_pattern(node: Node) -> str:
    """A regular expression that compiles; a doubtful one (Python would warn) is refused too."""
    import warnings

    text = read_text(node)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            re.compile(text)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise Wrong(f"is not a regular expression ({error}); put \\ before a sign that stands for itself") from None
    return text
