"""What is on record elsewhere about an item of a change, in a sentence with its source and its day."""

from msgspec import Struct

from monitor.compose.hostile import Link, safe_line, safe_link
from monitor.compose.wording import day, local_day
from monitor.model.digest import Beside

_VALUE_LIMIT = 120


class OnRecord(Struct, frozen=True, kw_only=True):
    """``openFDA on K240058 (AEYE-DS), read Nov 23, 2026: applicant: ...`` and where it stands."""

    text: str
    link: Link | None


def on_record(one: Beside, time_zone: str, limit: int) -> OnRecord:
    """At most ``limit`` characters of text; what did not fit is counted."""
    name = safe_line(one.source_name, 120)
    if one.seen_at is None:
        return OnRecord(text=f"{name}: could not be read so far", link=safe_link(one.url))
    lead = f"{name}, read {day(local_day(one.seen_at, time_zone))}"
    return OnRecord(text=f"{lead}: {_facts(one, limit - len(lead))}", link=safe_link(one.url))


def _facts(one: Beside, room: int) -> str:
    if not one.facts:
        return "has no record of it"
    shown: list[str] = []
    for name, value in one.facts:
        words = f"{safe_line(name.replace('_', ' '), 40)}: {safe_line(value, _VALUE_LIMIT)}"
        room -= len(words) + 2
        if shown and room < 0:
            break
        shown.append(words)
    hidden = len(one.facts) - len(shown)
    return "; ".join(shown) + (f"; and {hidden} more" if hidden else "")
