"""The digest as a CloudEvent: that it was made, what it counts, and the chain head printed in it."""

import json

from monitor.compose.affected import sights
from monitor.compose.coverage import verified
from monitor.compose.envelope import Json, base_of, envelope, utc
from monitor.compose.hostile import safe_line
from monitor.compose.sections import shown_cards
from monitor.model.assessment import Tier
from monitor.model.delivery import Place, Voice
from monitor.model.digest import Digest, Message

DIGEST_SENT = "digest.sent.v1"
NAMED_CHANGES = 200


def digest_event(digest: Digest, message: Message, voice: Voice, place: Place | None = None) -> bytes:
    """The event ``<digest id>:sent:1`` as UTF-8 JSON. The digest itself is read in the record or the mail."""
    cards = shown_cards(digest)
    period = digest.period
    data: dict[str, Json] = {
        "demo": digest.demo,
        "digest_id": digest.id,
        "previous_digest_id": digest.previous_digest_id,
        "subject": safe_line(message.subject, 200),
        "period": {"start": utc(period.start_at), "end": utc(period.end_at), "time_zone": digest.time_zone},
        "sequence": {"from": period.from_seq, "to": period.to_seq},
        "counts": {tier.value.lower(): sum(c.assessment.tier is tier for c in cards) for tier in Tier if tier.rank},
        "filtered_out": digest.filtered_out,
        "changes": [card.change.id for card in cards[:NAMED_CHANGES]],
        "also_seen": {
            card.change.id: [one.change_id for one in sights(card)] for card in cards[:NAMED_CHANGES] if sights(card)
        },
        "sources": {"verified": verified(digest), "watched": len(digest.coverage)},
        "gaps": [
            {"source": gap.source_id, "result": gap.result, "last_good": utc(gap.last_good_at)} for gap in digest.gaps
        ],
        "chain_head": digest.chain_head,
    }
    body = envelope(
        DIGEST_SENT,
        id_=f"{digest.id}:sent:1",
        subject=digest.id,
        at=digest.made_at,
        base=base_of(voice.link_base, voice.instance),
        data=data,
        place=place,
    )
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
