"""A change as an event: the same bytes for the same Change."""

from collections.abc import Sequence

import msgspec
from msgspec import Struct

from monitor.compose.changed import by_relevance, excerpts, item_line
from monitor.compose.desk import Desk
from monitor.compose.envelope import Json, base_of, envelope, utc
from monitor.compose.hostile import safe_line, safe_link
from monitor.compose.wording import HEADLINE_LIMIT
from monitor.model.assessment import Assessment, Basis, LegalDate, Reason
from monitor.model.cluster import Placement
from monitor.model.delivery import Place
from monitor.model.difference import Act, Change, Difference, News
from monitor.model.hand import HandSaved
from monitor.model.ids import Sha256
from monitor.model.link import Link
from monitor.model.snapshot import Passage
from monitor.model.source import DocumentVersion, Source
from monitor.model.tool import ToolMatch

CHANGE_DETECTED = "change.detected.v1"
EVENT_LIMIT_BYTES = 20_000
"""Standard Webhooks 1.0.0 asks for thin payloads, under 20 kB."""

_TERM_RULE = "term:"


class _Room(Struct, frozen=True, kw_only=True):
    """How much of each list is sent, and how many characters of a text."""

    items: int
    text: int


# Tried in this order until the event is small enough; the last always is.
_ROOMS = (
    _Room(items=50, text=300),
    _Room(items=25, text=200),
    _Room(items=12, text=160),
    _Room(items=6, text=120),
    _Room(items=3, text=60),
)


def change_event(
    change: Change,
    assessment: Assessment,
    source: Source,
    *,
    demo: bool,
    link_base: str | None,
    check_id: int,
    chain_head: str | None,
    instance: str,
    before_sha: Sha256 | None = None,
    after_sha: Sha256 | None = None,
    place: Place | None = None,
    seen: Placement | None = None,
) -> bytes:
    """The event ``<change id>:detected:1`` as UTF-8 JSON under 20,000 bytes; ``diff.truncated``: something was cut.

    ``instance`` names this installation where there is no web desk. Receivers tell a repeat by ``source`` and ``id``.
    """
    desk = Desk(base=link_base)
    evidence: Json = {
        "before_sha256": before_sha,
        "after_sha256": after_sha,
        "ledger_entry": check_id,
        "prev_chain_hash": chain_head,
    }
    body = b""
    for room in _ROOMS:
        data = _data(change, assessment, source, room, demo=demo, desk=desk)
        event = envelope(
            CHANGE_DETECTED,
            id_=f"{change.id}:detected:1",
            subject=source.id,
            at=change.first_changed_at,
            base=base_of(link_base, instance),
            data={**data, **_cluster(seen, room), "evidence": evidence, "decision": None},
            place=place,
        )
        body = msgspec.json.encode(event)
        if len(body) < EVENT_LIMIT_BYTES:
            break
    return body


def _data(
    change: Change, opinion: Assessment, source: Source, room: _Room, *, demo: bool, desk: Desk
) -> dict[str, Json]:
    ordered = by_relevance(change.differences, opinion)
    official = safe_link(source.official_url)
    page = desk.redline(change.id).link
    return {
        "demo": demo,
        "change_id": change.id,
        "url": page.url if page else None,
        "headline": safe_line(change.headline, HEADLINE_LIMIT),
        "tier": opinion.tier.value.lower(),
        "level": opinion.level.value,
        "change_type": change_type(change),
        "source": {
            "id": source.id,
            "authority": safe_line(source.authority, 80),
            "official_url": official.url if official else None,
        },
        "official_ids": _official_ids(ordered, source, room),
        "times": _times(change),
        "hand_saved": _hand(change.hand),
        "rendered_by": safe_line(change.rendered_by, 80) if change.rendered_by else None,
        "document_version": _version(source.version),
        "diff": _diff(ordered, room),
        "relevance": _relevance(opinion, room),
        "lifecycle": _lifecycle(opinion),
        "dates": [_date(d, room) for d in sorted(opinion.dates, key=lambda d: (d.on, d.kind))[: room.items]],
    }


def _cluster(seen: Placement | None, room: _Room) -> dict[str, Json]:
    """The cluster of the event, null where nothing official names the change, and its earlier sights."""
    if seen is None:
        return {"cluster_id": None, "also_seen": []}
    also: list[Json] = [
        {
            "change_id": one.change_id,
            "source": one.source_id,
            "headline": safe_line(one.headline, HEADLINE_LIMIT),
            "first_seen_changed": utc(one.at),
        }
        for one in seen.also_seen[: room.items]
    ]
    return {"cluster_id": seen.cluster_id, "cluster_ground": safe_line(seen.ground, 120) or None, "also_seen": also}


def _hand(hand: HandSaved | None) -> Json:
    """Who saved the copy by hand, and when; null for a fetched one."""
    if hand is None:
        return None
    return {
        "by": safe_line(hand.by, 80),
        "taken_at": utc(hand.taken_at),
        "url": safe_line(hand.url, 400) if hand.url else None,
        "note": safe_line(hand.note, 500),
    }


def _version(version: DocumentVersion | None) -> Json:
    """Which version of a document the source holds, and when it is in force; null where there is but one."""
    if version is None:
        return None
    first, last = (day.isoformat() if day else None for day in (version.first_day, version.last_day))
    return {"document": safe_line(version.document, 80), "in_force_from": first, "in_force_until": last}


def change_type(change: Change) -> str:
    """One of ``new_item``, ``removed``, ``revised_text``, ``reverted``, ``editorial``, ``lifecycle``, ``renamed``,
    ``replaced``, ``mass`` and ``list_rows_`` followed by ``added``, ``removed`` or ``changed``.
    """
    if change.news in {News.REVERTED, News.EDITORIAL, News.LIFECYCLE, News.RENAMED, News.REPLACED, News.MASS}:
        return change.news.value
    if any(isinstance(d.after or d.before, Passage) for d in change.differences):
        return "revised_text"
    if change.news is News.MODIFIED:
        return "list_rows_changed"
    one = len(change.differences) == 1
    if change.news is News.ADDED:
        return "new_item" if one else "list_rows_added"
    return "removed" if one else "list_rows_removed"


def _official_ids(differences: Sequence[Difference], source: Source, room: _Room) -> list[Json]:
    """The regulator's own ids; the scheme is the watched list they are unique in. Passages have none."""
    keys = dict.fromkeys(d.key for d in differences if not isinstance(d.after or d.before, Passage))
    return [{"scheme": source.id, "value": safe_line(key, 80)} for key in list(keys)[: room.items]]


def _times(change: Change) -> dict[str, Json]:
    return {
        "last_seen_unchanged": utc(change.last_unchanged_at),
        "first_seen_changed": utc(change.first_changed_at),
        "source_published": None,
        "found_late": change.found_late,
    }


def _diff(differences: Sequence[Difference], room: _Room) -> dict[str, Json]:
    """``added`` and ``removed`` hold a text per item, ``changed`` the field edits of list rows; the counts are exact.

    A rewritten passage gives the words around its edits, cut with ``...``. ``truncated``: a list is shorter than its
    count, or a text was cut at its end.
    """
    lists: dict[str, list[str]] = {"added": [], "removed": [], "changed": []}
    cut_off = False
    for difference in differences:
        if any(len(lists[mark]) >= room.items for mark in _marks(difference)):
            cut_off = True
            continue
        for mark, text in _texts(difference, room.text):
            lists[mark].append(text)
            cut_off = cut_off or text.endswith("...")
    counts: dict[str, Json] = {act.value: sum(d.act is act for d in differences) for act in Act}
    return {**lists, "counts": counts, "truncated": cut_off}


def _marks(difference: Difference) -> tuple[str, ...]:
    """The lists this difference goes into; a rewritten passage goes into two."""
    if difference.act in {Act.ADDED, Act.REMOVED}:
        return (difference.act.value,)
    if difference.act is Act.MOVED:
        return ()
    return ("removed", "added") if isinstance(difference.after, Passage) else ("changed",)


def _texts(difference: Difference, limit: int) -> list[tuple[str, str]]:
    passage = difference.after or difference.before
    if difference.act is Act.MOVED:
        return []
    if difference.act is not Act.MODIFIED:
        text = safe_line(passage.text, limit) if isinstance(passage, Passage) else item_line(difference, limit)
        return [(difference.act.value, text)]
    if not isinstance(passage, Passage):
        return [("changed", item_line(difference, limit))]
    edit = difference.fields[0] if difference.fields else None
    old, new = excerpts(edit.old, edit.new, limit) if edit else ("", safe_line(passage.text, limit))
    return [(mark, text) for mark, text in (("removed", old), ("added", new)) if text]


def _relevance(opinion: Assessment, room: _Room) -> dict[str, Json]:
    terms = dict.fromkeys(r.rule.removeprefix(_TERM_RULE) for r in opinion.reasons if r.rule.startswith(_TERM_RULE))
    return {
        "topics": [topic.value for topic in opinion.topics],
        "direction": opinion.direction.value if opinion.direction else None,
        "matched_terms": [safe_line(term, 60) for term in list(terms)[: room.items]],
        "codes": [safe_line(code, 20) for code in opinion.codes[: room.items]],
        "devices": [safe_line(device, 80) for device in opinion.devices[: room.items]],
        "tools": [_tool(match) for match in opinion.tools[: room.items]],
        "tools_known": opinion.tools_known,
        "links": [_link(link) for link in opinion.links[: room.items]],
        "ai_class": opinion.ai_class,
        "ai_class_basis": opinion.ai_class_basis,
        "confidence": safe_line(opinion.confidence, 20).lower(),
        "reasons": [safe_line(ground, 120) for ground in opinion.confidence_grounds[: room.items]],
        "grounds": [_ground(reason, room) for reason in opinion.reasons[: room.items]],
        "rules_version": safe_line(opinion.rules_version, 80),
    }


def _link(link: Link) -> Json:
    ends: dict[str, Json] = {"from": safe_line(link.left, 60), "to": safe_line(link.right, 60)}
    about = {"state": link.state.value, "confidence": link.confidence.lower(), "ground": safe_line(link.ground, 160)}
    return {**ends, **about}


def _tool(match: ToolMatch) -> Json:
    return {
        "id": safe_line(match.tool_id, 60),
        "product": safe_line(match.product, 80),
        "ai_class": match.ai_class,
        "sites": [safe_line(site, 60) for site in match.sites[:20]],
        "owner": safe_line(match.owner, 80) or None,
        "match": match.by.value,
        "confidence": match.confidence.lower(),
        "ground": safe_line(match.ground, 160),
        "key": safe_line(match.key, 80) if match.key else None,
    }


def _ground(reason: Reason, room: _Room) -> dict[str, Json]:
    return {
        "rule": safe_line(reason.rule, 80),
        "text": safe_line(reason.text, room.text),
        "quote": safe_line(reason.quote, room.text),
        "level": reason.level.value,
        "key": safe_line(reason.key, 80) if reason.key else None,
    }


def _lifecycle(opinion: Assessment) -> Json:
    stage = opinion.stage
    if stage is None:
        return None
    names = {"from": stage.before, "to": stage.after, "next": stage.next_step}
    return {"ladder": stage.ladder, **{name: safe_line(text, 120) if text else None for name, text in names.items()}}


def _date(legal: LegalDate, room: _Room) -> dict[str, Json]:
    ground = "rule" if legal.basis is Basis.COMPUTED else "quote"
    return {
        "kind": legal.kind.value.replace(" ", "_"),
        "date": legal.on.isoformat(),
        "clock": safe_line(legal.clock, 40) if legal.clock else None,
        "basis": legal.basis.value,
        ground: safe_line(legal.ground, room.text),
        "key": safe_line(legal.key, 80) if legal.key else None,
    }
