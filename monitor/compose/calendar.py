"""Dates as iCalendar (RFC 5545): all-day events, each with a UID that stays. Our own few lines, for what is written is
little, and what must not go wrong is the escaping of other people's text.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, timedelta

from monitor.model.feed import CalendarEvent

LINE_OCTETS = 75


def calendar_file(events: Sequence[CalendarEvent], *, demo: bool) -> bytes:
    """The calendar as UTF-8 with CRLF. What was cancelled stays in it, marked so."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//cmaa-monitor//dates//EN", "CALSCALE:GREGORIAN"]
    lines.append(f"X-WR-CALNAME:{_text('[DEMO] CMAA dates' if demo else 'CMAA dates')}")
    for event in events:
        lines += _event(event)
    lines.append("END:VCALENDAR")
    return b"".join(folded + b"\r\n" for line in lines for folded in _folded(line))


def _event(event: CalendarEvent) -> Iterator[str]:
    entry = event.entry
    stamp = f"{event.at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(entry.uid)}"
    yield f"DTSTAMP:{stamp}"
    yield f"LAST-MODIFIED:{stamp}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(entry.summary)}"
    yield f"DESCRIPTION:{_text(entry.text)}"
    if entry.url:
        yield f"URL:{_one_line(entry.url)}"
    yield f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _text(text: str) -> str:
    """RFC 5545 3.3.11: a backslash goes before itself, ``;``, ``,`` and the ``n`` of a line's end, a lone CR too."""
    plain = re.sub(r"([\\;,])", r"\\\1", text)
    return _one_line(re.sub(r"\r\n|\r|\n", r"\\n", plain))


def _one_line(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable())


def _folded(line: str) -> Iterator[bytes]:
    """Lines of at most 75 octets, never cut inside a character; every further one begins with a blank."""
    part, room = b"", LINE_OCTETS
    for sign in line:
        octets = sign.encode("utf-8", "replace")
        if len(part) + len(octets) > room:
            yield part
            part, room = b" ", LINE_OCTETS
        part += octets
    yield part
