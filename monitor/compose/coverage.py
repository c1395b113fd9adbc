"""The assurance part of a digest: what was checked, what was not, and what the reader is asked to sign."""

from collections.abc import Sequence
from datetime import date, timedelta

from monitor.compose.by_hand import last_seen
from monitor.compose.hostile import safe_line, safe_link
from monitor.compose.hosts import coverage_cause, problems_by_host
from monitor.compose.problems import problem_lines
from monitor.compose.register import turn_lines
from monitor.compose.source_rows import NAME_LIMIT, is_awaited
from monitor.compose.versions import versions_of
from monitor.compose.view import GapView
from monitor.compose.wording import count, day, duration, listed, local_day, moment, sentence, short_day
from monitor.model.digest import Digest, SourceCoverage

_SENTENCE_LIMIT = 300


def sources_line(digest: Digest) -> str:
    """``9 of 9 sources checked; 63 of 63 checks succeeded.``"""
    return f"{verified(digest)} of {count(len(digest.coverage), 'source')} checked; {checks_words(digest)}."


def checks_words(digest: Digest) -> str:
    """``63 of 63 checks succeeded``; tries that failed beside those, by hand or again, are named apart."""
    good, due = sum(c.good for c in digest.coverage), sum(c.expected for c in digest.coverage)
    further = sum(max(0, c.failed - max(0, c.expected - c.good - c.not_run)) for c in digest.coverage)
    apart = f", {count(further, 'further try')} failed" if further else ""
    return f"{good:,} of {count(due, 'check')} succeeded{apart}"


def verified(digest: Digest) -> int:
    """How many sources the reader may sign for."""
    return len(digest.coverage) - len(digest.gaps)


def gap_names(digest: Digest) -> tuple[str, ...]:
    """Whom the gap hits, from the most telling to the shortest: the source, the authority's sources, their number."""
    gaps, total = digest.gaps, len(digest.coverage)
    if len(gaps) == total:
        return f"all {count(total, 'source')}", "all sources"
    authorities = {safe_line(gap.authority, 20) for gap in gaps}
    names = [safe_line(gaps[0].source_name, NAME_LIMIT)] if len(gaps) == 1 else []
    names += [count(len(gaps), f"{authorities.pop()} source")] if len(authorities) == 1 else []
    return (*names, f"{len(gaps)} of {count(total, 'source')}", f"{len(gaps)} sources")


def all_sources(digest: Digest) -> str:
    """``all 9 sources``."""
    total = len(digest.coverage)
    return f"all {count(total, 'source')}" if total != 1 else "the one source"


def blind_since(digest: Digest) -> date | None:
    """The day of the oldest last good check among the gaps; None when one of them never was good."""
    days = [c.last_good_at for c in digest.gaps]
    known = [at for at in days if at is not None]
    return local_day(min(known), digest.time_zone) if known and len(known) == len(days) else None


def show_gaps(group: Sequence[SourceCoverage], time_zone: str) -> GapView:
    """The gap of one source, or that of all sources of a host that keeps silent or keeps us out."""
    if len(group) == 1:
        return show_gap(group[0], time_zone)
    first = group[0]
    known = [one.last_good_at for one in group if one.last_good_at is not None]
    good = f"oldest last good check {moment(min(known), time_zone)}" if known else "never verified so far"
    failed = sum(one.failed for one in group)
    names = listed((safe_line(one.source_name, NAME_LIMIT) for one in group), 12)
    told = sentence(f"{count(failed, 'check')} failed{_reason(first)}")
    return GapView(
        name=f"{coverage_cause(first).words}: {count(len(group), 'source')}",
        last_good=good,
        failed=f"{told} The sources: {names}.",
        official=safe_link(f"https://{first.host}/"),
    )


def show_gap(source: SourceCoverage, time_zone: str) -> GapView:
    """The gap in words: last good check, what failed, where to look by hand."""
    good = (
        f"last good check {moment(source.last_good_at, time_zone)}" if source.last_good_at else "never verified so far"
    )
    if source.hand:
        good += f"; {last_seen(source.hand, time_zone)}"
    return GapView(
        name=safe_line(source.source_name, NAME_LIMIT),
        last_good=good,
        failed=_what_failed(source, time_zone),
        official=safe_link(source.official_url),
    )


def _what_failed(source: SourceCoverage, time_zone: str) -> str:
    parts = []
    if source.failed:
        parts.append(sentence(f"{count(source.failed, 'check')} failed{_reason(source)}"))
    if source.not_run:
        were = "was" if source.not_run == 1 else "were"
        parts.append(f"{count(source.not_run, 'check')} {were} due and never ran.")
    if source.failing_since:
        parts.append(f"Failing since {moment(source.failing_since, time_zone)}.")
    if source.watched_until:
        parts.append(f"No longer watched since {moment(source.watched_until, time_zone)} (settings change).")
    return " ".join(parts) or "No check was made."


def _reason(source: SourceCoverage) -> str:
    reason = safe_line(source.failure_reason or source.failure_code or "", 240)
    return f": {reason[:1].lower() if reason[1:2].islower() else reason[:1]}{reason[1:]}" if reason else ""


def hand_looks(digest: Digest) -> tuple[str, ...]:
    """A sentence for each source that a person looked at in the period: such looks are counted apart from checks."""
    return tuple(
        f"{safe_line(c.source_name, NAME_LIMIT)}: {count(c.hand_looks, 'look')} by hand, not counted as checks;"
        f" {last_seen(c.hand, digest.time_zone)}."
        for c in digest.coverage
        if c.hand and c.hand_looks
    )


def assurance(digest: Digest) -> tuple[str, ...]:
    """The sentences below the table: lost checks, the longest gap, since when we watch, undelivered messages."""
    today = local_day(digest.made_at, digest.time_zone)
    lines = [*versions_of(digest.coverage, today), *_empty(digest), *_recovered(digest), *hand_looks(digest)]
    alone, shared = problems_by_host(digest.problems, {one.source_id: one.host for one in digest.coverage})
    lines += [told for _, told in shared]
    lines += [" ".join(problem_lines(problem, digest.time_zone)[:2]) for problem in alone]
    lines += [safe_line(sentence, _SENTENCE_LIMIT) for sentence in digest.not_watched]
    lines += turn_lines(digest.turns, digest.time_zone)
    lines += _tools(digest)
    seen = [c for c in digest.coverage if c.last_good_at]
    longest = max(seen, key=lambda c: c.longest_gap_s, default=None)
    if longest and longest.longest_gap_s > 0:
        name = safe_line(longest.source_name, NAME_LIMIT)
        lines.append(f"Longest gap between good checks: {duration(longest.longest_gap_s)} ({name}).")
    if digest.monitoring_since:
        lines.append(f"Monitoring since {day(local_day(digest.monitoring_since, digest.time_zone))}.")
    else:
        lines.append("Monitoring has not begun: no source has been verified yet.")
    if digest.dead_deliveries:
        lines.append(
            f"{count(digest.dead_deliveries, 'message')} could not be delivered; cmaa-monitor deliveries lists them."
        )
    return tuple(lines)


def _empty(digest: Digest) -> list[str]:
    """The pages that were read whole and on which what is awaited does not stand yet."""
    names = [safe_line(c.source_name, NAME_LIMIT) for c in digest.coverage if is_awaited(c)]
    return [f"Empty, as expected (read whole, nothing there yet): {listed(names, 6)}."] if names else []


def _tools(digest: Digest) -> list[str]:
    """That nothing was held against the reader's own tools, which a card would otherwise have to say each time."""
    known = all(card.assessment.tools_known is not None for card in digest.cards)
    return [] if known else ["No inventory of your tools was imported: no change was held against it."]


def _recovered(digest: Digest) -> list[str]:
    lost = [c for c in digest.coverage if c.verified_at_end and (c.failed or c.not_run)]
    if not lost:
        return []
    failed, missed = sum(c.failed for c in lost), sum(c.not_run for c in lost)
    parts = ([f"{count(failed, 'check')} failed"] if failed else []) + ([f"{missed} never ran"] if missed else [])
    return [f"{' and '.join(parts)} on {count(len(lost), 'source')} that could be verified again later."]


def statement(digest: Digest, changes: int) -> str:
    """The sentence a reader signs; in a gap week it names the gap."""
    checked = f"{verified(digest)} of {count(len(digest.coverage), 'source')} checked"
    text = f"I reviewed digest {safe_line(digest.id, 40)} ({count(changes, 'change')}; {checked})."
    remain = f" {count(len(digest.awaiting), 'older item')} remain{'s' if len(digest.awaiting) == 1 else ''} open."
    text += remain if digest.awaiting else ""
    if not digest.gaps:
        return text
    since = blind_since(digest)
    when = f"after {day(since)}, to" if since else "up to"
    name = gap_names(digest)[0]
    were = "was" if len(digest.gaps) == 1 else "were"
    return f"{text} I understand that {name} {were} not verified {when} the end of {day(digest.period.last_day)}."


def within_60_days(on: date, today: date) -> bool:
    """Whether a date belongs under "Dates ahead"."""
    return today <= on <= today + timedelta(days=60)


def copy_kept(digest: Digest) -> str:
    """Which copy the gap's sources will be compared with on recovery: ``the Nov 18 copy``."""
    days = {local_day(c.last_good_at, digest.time_zone) if c.last_good_at else None for c in digest.gaps}
    since = days.pop() if len(days) == 1 else None
    return f"the {short_day(since)} copy" if since else "its last verified copy"
