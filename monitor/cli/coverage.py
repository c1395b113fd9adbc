"""``cmaa-monitor coverage``: the proof of watching, source by source."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

import click
from msgspec import Struct

from monitor.cli.exits import worst
from monitor.cli.families import documents_of, folded
from monitor.cli.options import Options, only_source
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.cli.plain import hand_body
from monitor.compose.by_hand import last_seen
from monitor.compose.hosts import by_cause, coverage_cause, shared_gap
from monitor.config import parse_since
from monitor.model.digest import SourceCoverage
from monitor.model.errors import UsageError
from monitor.model.ids import SourceId
from monitor.model.verdict import Check
from monitor.pipeline.coverage import Span
from monitor.pipeline.register import Register


@click.command()
@click.option("--since", default="7d", show_default=True, metavar="WHEN", help="7d, 2w, last-monday or a date.")
@click.option("--until", metavar="WHEN", help="Up to, not including, this time (default: now).")
@only_source
@click.option("--all", "every_one", is_flag=True, help="Each document behind a list in a row of its own.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def coverage(
    options: Options, since: str, until: str | None, source_ids: tuple[str, ...], every_one: bool, as_json: bool
) -> int:
    """Show for each source how many checks were due, made and good, and the longest gap. Worst first.

    Each check by itself: cmaa-monitor checks.
    """
    house = options.house
    zone = house.config.time_zone
    with house.reader() as store:
        span = parse_span_of(since, until, house.clock(store).now(), zone)
        builder = house.digest_builder(store)
        rows = sorted(builder.coverage(span), key=_worst_first)
        wanted = options.asked_for(source_ids, {*store.states(), *(row.source_id for row in rows)})
        rows = [row for row in rows if row.source_id in wanted]
        absent = _absent(builder.register, store.queries.last_checks(), source_ids, rows)
        demo = store.is_demo
    if as_json:
        body = {"demo": demo, "since": span.start_at, "until": span.end_at, "families": list(_families(rows))}
        gone = [{"id": one.source_id, "since": one.since, "last_check_at": one.checked_at} for one in absent]
        write_json("cmaa-monitor.coverage.v1", {**body, "sources": [coverage_body(r) for r in rows], "absent": gone})
    else:
        write_ribbon(demo=demo)
        columns = ("SOURCE", "RESULT", "CHECKS", "FAILED", "NOT RUN", "BY HAND", "LAST SUCCESS", "LONGEST GAP")
        groups = [(row,) for row in rows] if every_one or source_ids else folded(rows, _kin)
        write_table(columns, [_row(group, zone) for group in groups], colourful=options.colourful)
        for line in (*gap_lines([r for r in rows if not r.verified_at_end], zone.key), *no_longer_lines(rows, zone)):
            print(line)
        for one in absent:
            print(one.line(zone))
    return worst(unverified=any(not r.verified_at_end for r in rows))


class _Absent(Struct, frozen=True, kw_only=True):
    """A source asked for that was not watched in the span. ``since``: when it was taken out of the settings; None: it
    came later, or was out before the register of settings began. ``checked_at``: when it was asked last.
    """

    source_id: SourceId
    since: datetime | None
    checked_at: datetime | None

    def line(self, zone: tzinfo) -> str:
        if self.since is not None:
            return f"{self.source_id}: no longer watched since {local(self.since, zone)} (settings change)."
        asked = f"; last checked {local(self.checked_at, zone)}" if self.checked_at else ""
        return f"{self.source_id}: not watched in this span{asked}."


def _absent(
    register: Register, last: Mapping[SourceId, Check], source_ids: Sequence[str], rows: Sequence[SourceCoverage]
) -> tuple[_Absent, ...]:
    there = {row.source_id for row in rows}
    return tuple(
        _Absent(source_id=id_, since=register.ended(id_), checked_at=last[id_].ended_at if id_ in last else None)
        for id_ in map(SourceId, dict.fromkeys(source_ids))
        if id_ not in there
    )


def no_longer_lines(rows: Sequence[SourceCoverage], zone: tzinfo) -> Iterator[str]:
    """A line for each source that was taken out of the settings within the span."""
    for row in rows:
        if row.watched_until is not None and row.parent is None:
            yield f"{row.source_id}: no longer watched since {local(row.watched_until, zone)} (settings change)."


def gap_lines(gaps: Sequence[SourceCoverage], time_zone: str) -> Iterator[str]:
    """A line for each source that is not verified; one for all sources of a host that keeps silent or keeps us out."""
    for group in by_cause(gaps, coverage_cause):
        if len(group) == 1:
            yield gap_line(group[0], time_zone)
        else:
            ids = [one.source_id for one in group]
            yield f"Gap: {shared_gap(coverage_cause(group[0]), ids, group[0].failure_reason or '')}"


def gap_line(gap: SourceCoverage, time_zone: str) -> str:
    """Why a source is not verified, and what a person last saw of it."""
    seen = [last_seen(gap.hand, time_zone)] if gap.hand else []
    state = [gap.result.lower(), *seen] if seen or gap.result == "BLOCKED" else []
    reason = gap.failure_reason or "it was not checked when it was due."
    return ": ".join((f"Gap: {gap.source_id}", *(["; ".join(state)] if state else []), reason))


def parse_span_of(since: str, until: str | None, now: datetime, zone: tzinfo) -> Span:
    """The stretch between two times as people type them. Raises UsageError, also when it would be empty."""
    start_at = parse_since(since, now, zone)
    if until is None:
        return Span.up_to(start_at, now)
    end_at = parse_since(until, now, zone)
    if end_at <= start_at:
        raise UsageError(f"--until {until} is not later than --since {since}; nothing lies between them")
    return Span(start_at=start_at, end_at=end_at)


def coverage_body(one: SourceCoverage) -> dict[str, object]:
    """A source's coverage as plain JSON values."""
    return {
        "id": one.source_id,
        "parent": one.parent,
        "host": one.host,
        "result": one.result,
        "verified": one.verified_at_end,
        "expected": one.expected,
        "good": one.good,
        "failed": one.failed,
        "not_run": one.not_run,
        "last_good_at": one.last_good_at,
        "failing_since": one.failing_since,
        "failure_code": one.failure_code,
        "failure_reason": one.failure_reason,
        "longest_gap_s": round(one.longest_gap_s),
        "items": one.items,
        "hand_looks": one.hand_looks,
        "last_seen_by_hand": hand_body(one.hand),
        "watched_from": one.watched_from,
        "watched_until": one.watched_until,
    }


def _row(group: Sequence[SourceCoverage], zone: tzinfo) -> tuple[str, ...]:
    """One source, or documents of one list that fare alike: their sums, the oldest success and the longest gap."""
    worst_of = max(group, key=lambda one: one.longest_gap_s)
    good = [one.last_good_at for one in group]
    known = [at for at in good if at is not None]
    longest = hours(worst_of.longest_gap_s) if len(known) == len(good) else "never good"
    return (
        group[0].source_id if len(group) == 1 else documents_of(group[0].parent, len(group)),
        group[0].result,
        f"{sum(one.good for one in group)}/{sum(one.expected for one in group)}",
        f"{sum(one.failed for one in group)}",
        f"{sum(one.not_run for one in group)}",
        f"{sum(one.hand_looks for one in group)}",
        local(min(known) if len(known) == len(good) else None, zone),
        longest,
    )


def _families(rows: Sequence[SourceCoverage]) -> Iterator[dict[str, object]]:
    """For each list with documents: how many, and how they fare."""
    for parent in dict.fromkeys(one.parent for one in rows if one.parent):
        behind = [one for one in rows if one.parent == parent]
        results = Counter(one.result for one in behind)
        verified = sum(one.verified_at_end for one in behind)
        yield {
            "parent": parent,
            "documents": len(behind),
            "verified": verified,
            "results": dict(sorted(results.items())),
        }


def _kin(one: SourceCoverage) -> object | None:
    """What the documents that share a row have in common: their list, and how they fare."""
    return one.parent and (one.parent, one.result, one.failure_code)


def hours(seconds: float) -> str:
    """``24 h 03 min``."""
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min"


def _worst_first(one: SourceCoverage) -> tuple[bool, float]:
    return (one.verified_at_end, one.good / one.expected if one.expected else 1.0)
