"""Several changes in one event, for a subscriber whose daily cap they exceeded."""

import json

from monitor.compose.desk import Desk
from monitor.compose.envelope import Json, base_of, envelope, utc
from monitor.compose.hostile import safe_line
from monitor.compose.tellings import SummaryTelling
from monitor.compose.wording import HEADLINE_LIMIT
from monitor.model.assessment import Assessment
from monitor.model.difference import Change

CHANGES_SUMMARISED = "changes.summarised.v1"


def summary_event(telling: SummaryTelling) -> bytes:
    """The event ``<bundle>:summary:1`` as UTF-8 JSON: one line for each change; each is read in full by its id.

    ``instead_of`` names the deliveries that are not made, and are missing in ``sequence``, since this one tells it all.
    """
    bundle, voice = telling.bundle, telling.voice
    data: dict[str, Json] = {
        "demo": voice.demo,
        "bundle": bundle,
        "count": len(telling.changes),
        "changes": [_line(change, opinion, Desk(base=voice.link_base)) for change, opinion in telling.changes],
        "instead_of": list(telling.instead_of),
    }
    body = envelope(
        CHANGES_SUMMARISED,
        id_=f"{bundle}:summary:1",
        subject=bundle,
        at=telling.at,
        base=base_of(voice.link_base, voice.instance),
        data=data,
        place=telling.place,
    )
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _line(change: Change, opinion: Assessment, desk: Desk) -> Json:
    page = desk.redline(change.id).link
    return {
        "change_id": change.id,
        "url": page.url if page else None,
        "headline": safe_line(change.headline, HEADLINE_LIMIT),
        "tier": opinion.tier.value.lower(),
        "level": opinion.level.value,
        "source": change.source_id,
        "tools": [safe_line(match.tool_id, 60) for match in opinion.tools],
        "first_seen_changed": utc(change.first_changed_at),
    }
