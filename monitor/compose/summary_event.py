"""Several changes in one event, for a subscriber whose daily cap they exceeded."""

import json
from collections.abc import Sequence
from datetime import datetime

from monitor.compose.desk import Desk
from monitor.compose.envelope import Json, base_of, envelope, utc
from monitor.compose.hostile import safe_line
from monitor.compose.wording import HEADLINE_LIMIT
from monitor.model.assessment import Assessment
from monitor.model.delivery import Voice
from monitor.model.difference import Change

CHANGES_SUMMARISED = "changes.summarised.v1"


def summary_event(bundle: str, changes: Sequence[tuple[Change, Assessment]], at: datetime, voice: Voice) -> bytes:
    """The event ``<bundle>:summary:1`` as UTF-8 JSON: one line for each change; each is read in full by its id."""
    data: dict[str, Json] = {
        "demo": voice.demo,
        "bundle": bundle,
        "count": len(changes),
        "changes": [_line(change, opinion, Desk(base=voice.link_base)) for change, opinion in changes],
    }
    body = envelope(
        CHANGES_SUMMARISED,
        id_=f"{bundle}:summary:1",
        subject=bundle,
        at=at,
        base=base_of(voice.link_base, voice.instance),
        data=data,
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
        "first_seen_changed": utc(change.first_changed_at),
    }
