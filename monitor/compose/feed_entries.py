"""A change as an entry of a feed, a date as an entry of a calendar."""

from uuid import UUID, uuid5

from monitor.compose.card_dates import clock
from monitor.compose.desk import Desk
from monitor.compose.hostile import safe_line, safe_link
from monitor.compose.wording import HEADLINE_LIMIT, kind_words, moment
from monitor.model.assessment import Assessment
from monitor.model.delivery import Voice
from monitor.model.difference import Change
from monitor.model.digest import DatedChange
from monitor.model.feed import DateEntry, FeedEntry
from monitor.model.source import Source

GOVERNS = "Official text governs. Not billing advice."


def feed_entry(
    home: UUID, change: Change, opinion: Assessment, source: Source | None, undone_by: Change | None, voice: Voice
) -> FeedEntry:
    """``home``: the id of the feed. A change that was taken back keeps its id, says so, and counts as updated then."""
    page = Desk(base=voice.link_base).redline(change.id).link
    official = safe_link(source.official_url) if source else None
    lines = [
        f"{opinion.tier.value}: first seen {moment(change.first_changed_at, voice.zone)}, {change.id}.",
        *(safe_line(reason.text, 300) for reason in opinion.reasons[:3]),
    ]
    if undone_by is not None:
        lines.insert(0, f"Taken back {moment(undone_by.first_changed_at, voice.zone)} ({undone_by.id}).")
    if official:
        lines.append(f"Official page: {official.url}")
    mark = "Taken back: " if undone_by is not None else ""
    link = page or official
    return FeedEntry(
        id=uuid5(home, change.id).urn,
        title=f"{mark}{opinion.tier.value}: {safe_line(change.headline, HEADLINE_LIMIT)}",
        text="\n".join((*lines, GOVERNS)),
        url=link.url if link else None,
        published=change.first_changed_at,
        updated=undone_by.first_changed_at if undone_by is not None else change.first_changed_at,
        tags=(opinion.tier.value.lower(), change.source_id, *(topic.value for topic in opinion.topics)),
    )


def date_entry(uid: UUID, one: DatedChange, voice: Voice) -> DateEntry:
    """The date with what happens on it, its basis, and the change that told of it."""
    page = Desk(base=voice.link_base).redline(one.change_id).link
    demo = "[DEMO] " if voice.demo else ""
    ground = safe_line(one.date.ground, 300)
    lines = (f"{one.date.basis.value.capitalize()}: {ground}", f"{one.change_id}, {one.source_id}.", GOVERNS)
    return DateEntry(
        uid=f"{uid}@cmaa-monitor",
        on=one.date.on,
        summary=f"{demo}{safe_line(one.headline, HEADLINE_LIMIT)}: {kind_words(one.date.kind)}{clock(one.date)}",
        text="\n".join(lines),
        url=page.url if page else None,
    )
