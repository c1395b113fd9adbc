"""Two saved copies of one source through the same extractor, vetting, diff and assessment as a poll; nothing stored."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from monitor.assess.assess import assess
from monitor.assess.rules import Rules
from monitor.compare.differences import difference
from monitor.compare.grouping import group, sequel_headline
from monitor.compare.partial import completed
from monitor.compare.spellings import keep_known_spellings
from monitor.compare.versions import superseded
from monitor.compare.vetting import judge_response, judge_snapshot
from monitor.model.assessment import Assessment
from monitor.model.capture import Capture
from monitor.model.difference import Change, Difference
from monitor.model.errors import Unreadable, UsageError
from monitor.model.ids import ChangeId, Sha256
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Ruling, Verdict
from monitor.pipeline.pages import as_page
from monitor.pipeline.ports import Extractor
from monitor.sources.following import identified


class SideBySide(Struct, frozen=True, kw_only=True):
    """What a poll that found NEW after OLD would have said. Without a CHANGED verdict the last two are empty.

    ``copies``: both as they were read; None when NEW was not believed.
    """

    ruling: Ruling
    copies: tuple[Snapshot, Snapshot] | None = None
    differences: tuple[Difference, ...] = ()
    changes: tuple[tuple[Change, Assessment], ...] = ()


def compare_copies(
    old: bytes,
    new: bytes,
    source: Source,
    extractor: Extractor,
    rules: Rules,
    *,
    aliases: Mapping[str, str],
    now: datetime,
) -> SideBySide:
    """Compares two bodies of ``source``. An OLD that cannot be read is the caller's mistake: UsageError.

    Removals are listed at once: there is no second fetch to wait for between two saved copies.
    """
    try:
        before = identified(source, extractor.extract(as_page(_capture(old, source, now)), source))
    except Unreadable as fault:
        raise UsageError(f"OLD is not a copy of {source.id}: {fault.reason}") from fault
    if old == new:
        ruling = _ruling(Verdict.SAME, "same-bytes", "Both files hold the same bytes.")
        return SideBySide(ruling=ruling, copies=(before, before))
    after = _read(_capture(new, source, now), source, extractor, before)
    if isinstance(after, Ruling):
        return SideBySide(ruling=after)
    return compare_contents(before, keep_known_spellings(before, after), source, rules, aliases=aliases, now=now)


def compare_contents(
    before: Snapshot, after: Snapshot, source: Source, rules: Rules, *, aliases: Mapping[str, str], now: datetime
) -> SideBySide:
    """Compares what was read of two copies, or of two documents of which ``source``, the later one, is the sequel."""
    differences = difference(before, after, aliases=aliases)
    if not differences:
        ruling = _ruling(Verdict.SAME, "same-content", "Other bytes, the same content.")
        return SideBySide(ruling=ruling, copies=(before, after))
    known = frozenset(r.fields.get("product_code", "") for r in before.records)
    changes = []
    for draft in group(differences, source, reverted={}, superseded=superseded(before, after)):
        change = Change(
            id=ChangeId("not stored"),
            source_id=source.id,
            news=draft.news,
            headline=sequel_headline(source, draft.differences) if source.sequel_to else draft.headline,
            differences=draft.differences,
            last_unchanged_at=now,
            first_changed_at=now,
        )
        changes.append((change, assess(change, source, rules, today=now.date(), known_product_codes=known)))
    reason = "; ".join(change.headline for change, _ in changes)
    return SideBySide(
        ruling=_ruling(Verdict.CHANGED, "changed", reason),
        copies=(before, after),
        differences=differences,
        changes=tuple(changes),
    )


def _read(capture: Capture, source: Source, extractor: Extractor, before: Snapshot) -> Snapshot | Ruling:
    ruling = judge_response(capture, source.contract)
    if ruling is not None:
        return ruling
    try:
        after = identified(source, extractor.extract(as_page(capture), source))
    except Unreadable as fault:
        return _ruling(Verdict.SUSPECT, fault.code, fault.reason)
    after = completed(before, after)
    return judge_snapshot(after, before, source.contract, sliding=source.sliding) or after


def _capture(body: bytes, source: Source, now: datetime) -> Capture:
    """The file as if the source's first address had answered with it; the media type is left to sniffing."""
    url = source.routes[0].url
    return Capture(
        official_url=url,
        final_url=url,
        hops=(),
        status=200,
        headers=(),
        body=body,
        sha256=Sha256(hashlib.sha256(body).hexdigest()),
        wire_bytes=len(body),
        started_at=now,
        ended_at=now,
    )


def _ruling(verdict: Verdict, code: str, reason: str) -> Ruling:
    return Ruling(verdict=verdict, code=code, reason=reason)
