"""One entry of ``subscribers:``: who is told of what, when, and over which channel."""

import re
from collections.abc import Collection
from fnmatch import fnmatchcase
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from monitor.config.addresses import AddressBook, read_mail
from monitor.config.entries import read_id
from monitor.config.faults import Faults, Wrong, did_you_mean
from monitor.config.members import Members, section_of
from monitor.config.nodes import Node, Pairs
from monitor.config.values import choice, parse_clock, read_flag, read_text, read_zone, whole
from monitor.model.assessment import Tier, Topic
from monitor.model.delivery import Cadence, Interest, Quiet, Rhythm, Subscriber

_INTEREST = frozenset({"tiers", "sources", "topics", "codes", "tools"})
_MEMBERS = _INTEREST | frozenset(
    {
        "id",
        "channel",
        "url",
        "path",
        "to",
        "secret",
        "also",
        "digest",
        "time_zone",
        "quiet",
        "cap",
        "problems",
        "sightings",
    }
)
_ADDRESS = {"apprise": "secret", "email": "to", "file": "path", "slack": "secret", "teams": "secret", "webhook": "url"}
"""Which member holds a channel's address: ``url``, ``path``, ``to``, or ``secret`` where the address is one itself."""
_EXTRAS = {"apprise": "apprise"}
"""The library that a channel needs and that does not come with the program."""

_ADDRESSES = ("url", "path", "to")
_CHANNEL = choice({name: name for name in _ADDRESS})
_TIER = choice({tier.value.lower(): tier for tier in Tier if tier is not Tier.NOISE})  # noise is listed, never told
_TOPIC = choice({topic.value: topic for topic in Topic})
_SIGHTINGS = choice({"once": False, "each": True})
_CADENCE = choice({"weekly": Cadence.WEEKLY, "daily": Cadence.DAILY, "never": None})
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]{1,63}")
_QUIET = re.compile(r"([0-9:]{5}) ?- ?([0-9:]{5})")


class Surroundings(Struct, frozen=True, kw_only=True):
    """What an entry is read against: the allowed addresses, where relative paths start, the ids of the sources, and
    when the digest is due for those who do not say otherwise.
    """

    book: AddressBook
    folder: Path
    source_ids: Collection[str]
    rhythm: Rhythm


def read_subscriber(
    node: Node, where: str, faults: Faults, around: Surroundings, lines: dict[str, int]
) -> Subscriber | None:
    """The subscriber, or None when its id, channel or address is missing.

    ``lines``: the line of every id before this one; this one's is added, faulty or not.
    """
    entry = section_of(node, where, faults)
    if not isinstance(node, Pairs):
        return None
    entry.only(_MEMBERS)
    subscriber_id = entry.need("id", read_id, "id: compliance-desk")
    if subscriber_id:
        _refuse_double(entry, subscriber_id, lines)
    channel = entry.need("channel", _CHANNEL, "channel: webhook")
    if channel in _EXTRAS and find_spec(_EXTRAS[channel]) is None:
        mend = f"python3 -m pip install 'cmaa-monitor[{channel}]'"
        entry.fault("channel", f"{channel} needs a library that is not installed; {mend}")
    address = _address(entry, channel, around)
    zone = entry.take("time_zone", read_zone, None)
    subscriber = Subscriber(
        id=subscriber_id or "?",
        channel=channel or "?",
        address=address or "",
        secret_names=_secrets(entry, channel),
        interests=_interests(entry, around),
        digest=_rhythm(entry, channel, around.rhythm, zone.key if zone else None),
        zone=zone.key if zone else around.rhythm.zone,
        quiet=entry.take("quiet", read_quiet, None),
        cap=entry.take("cap", whole(1, 1000), None),
        problems=entry.take("problems", read_flag, False),
        every_sighting=entry.take("sightings", _SIGHTINGS, False),
    )
    return subscriber if subscriber_id and channel and address is not None else None


def _refuse_double(entry: Members, name: str, lines: dict[str, int]) -> None:
    if name in lines:
        entry.fault("id", f"'{name}' is already used at line {lines[name]}; give one of the two another id")
    lines.setdefault(name, entry.place("id").line)


def _address(entry: Members, channel: str | None, around: Surroundings) -> str | None:
    """The address; "" for a channel whose address is its secret; None when it is missing or wrong."""
    due = _ADDRESS.get(channel or "")
    for name in _ADDRESSES:
        if due and name in entry and name != due:
            entry.fault(name, f"is not for channel {channel}; write {due}: instead")
    url = entry.take("url", around.book.read_hook, None)
    path = entry.take("path", read_text, None)
    to = entry.take("to", read_mail, None)
    match due:
        case "url":
            entry.must_have("url", "url: https://...")
            return url
        case "path":
            entry.must_have("path", "path: alerts")
            return str((around.folder / path).absolute()) if path else None
        case "to":
            entry.must_have("to", "to: someone@example.org")
            return to
        case "secret":
            entry.must_have("secret", f"secret: CMAA_{(channel or '').upper()}_URL")
            return ""
    return None


def _secrets(entry: Members, channel: str | None) -> tuple[str, ...]:
    """The names of the secrets. A webhook's may be two while one takes the place of the other: both sign."""
    names = entry.each_or_one("secret", read_secret_name)
    most = 2 if channel == "webhook" else 1
    if len(names) > most:
        entry.fault("secret", f"names {len(names)} secrets; channel {channel} takes {most}")
    return names


def _interests(entry: Members, around: Surroundings) -> tuple[Interest, ...]:
    """What the entry itself says, and each section of ``also``."""
    further = []
    for node, where in entry.items("also"):
        section = section_of(node, where, entry.faults)
        section.only(_INTEREST)
        further.append(_interest(section, around))
    return (_interest(entry, around), *further)


def _interest(entry: Members, around: Surroundings) -> Interest:
    return Interest(
        tiers=entry.each("tiers", _TIER, (Tier.ACT,)),
        sources=_globs(entry, around.source_ids),
        topics=entry.each("topics", _TOPIC),
        codes=entry.each("codes", read_text),
        tools=tuple(tool.lower() for tool in entry.each_or_one("tools", read_text)),
    )


def _rhythm(entry: Members, channel: str | None, usual: Rhythm, zone: str | None) -> Rhythm | None:
    """Mail gets the weekly digest unless told otherwise; the other channels get one when they ask for it."""
    default = Cadence.WEEKLY if channel == "email" else None
    cadence = entry.take("digest", _CADENCE, default)
    if cadence is None:
        return None
    return Rhythm(
        cadence=cadence,
        weekday=usual.weekday if cadence is Cadence.WEEKLY else 0,
        at=usual.at,
        zone=zone or usual.zone,
    )


def _globs(entry: Members, source_ids: Collection[str]) -> tuple[str, ...]:
    def read_glob(node: Node) -> str:
        text = read_text(node)
        parent = text.partition("/")[0]  # the documents behind a list are not known before it is read
        if not any(fnmatchcase(name, parent) for name in source_ids):
            raise Wrong(f"'{text[:80]}' matches no source of this file; {did_you_mean(text, source_ids)}")
        return text

    return entry.each("sources", read_glob)


def read_quiet(node: Node) -> Quiet:
    """Hours such as ``"20:00-07:00"``."""
    text = read_text(node)
    match = _QUIET.fullmatch(text)
    start, end = (parse_clock(match[1]), parse_clock(match[2])) if match else (None, None)
    if start is None or end is None or start == end:
        raise Wrong(f"'{text[:40]}' is no span of hours; write \"20:00-07:00\"")
    return Quiet(start=start, end=end)


def read_secret_name(node: Node) -> str:
    """The NAME of an environment variable. Never repeats what was written: it may be the secret itself."""
    text = read_text(node)
    if not _VARIABLE.fullmatch(text):
        raise Wrong(
            "is not the name of an environment variable; put the secret itself into the environment, say as "
            "CMAA_HOOK_SECRET, or into a file named by CMAA_HOOK_SECRET_FILE, and write secret: CMAA_HOOK_SECRET"
        )
    return text
