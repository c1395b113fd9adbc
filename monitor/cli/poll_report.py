"""What a poll found and told, in words for a terminal and as JSON."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec import Struct

from monitor.cli.exits import Exit, worst
from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.cli.plain import change_body, check_body
from monitor.cli.told import waiting_line
from monitor.compare.holds import HELD
from monitor.compose.by_hand import MARK, last_seen, mark
from monitor.compose.hosts import Cause, by_cause, shared_gap
from monitor.compose.wording import capital
from monitor.model.assessment import Tier
from monitor.model.delivery import Refused, Sent
from monitor.model.errors import ConfigError
from monitor.model.hand import HandSaved
from monitor.model.ids import SourceId
from monitor.model.verdict import Verdict, result_word
from monitor.pipeline.coverage import EMPTY
from monitor.pipeline.deliver import Told
from monitor.pipeline.record import Polled

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.deliveries import Waiting

_FIRST = datetime(1970, 1, 1, tzinfo=UTC)


def poll_report(
    options: Options,
    store: "Store",
    polled: Sequence[Polled],
    told: Sequence[Told],
    *,
    as_json: bool,
    exit_code: bool,
) -> int:
    """Writes what a poll found and told; returns the exit code. ``exit_code``: changes found are 1."""
    demo, zone = store.is_demo, options.house.config.time_zone
    asked = {one.source.id for one in polled}
    left_out = tuple(one for one in options.house.watched(store).left_out if one[0] in asked)
    code = worst(
        unverified=any(not p.check.ruling.verdict.verified for p in polled),
        undelivered=any(not isinstance(t.outcome, Sent) for t in told),
        misconfigured=options.house.rulebook.fault is not None,
        changes=exit_code and any(p.changes for p in polled),
    )
    if as_json:
        waiting, rule_faults = store.queries.waiting(), options.house.rulebook.fault
        _write_json(polled, told, left_out, waiting, code, demo=demo, rule_faults=rule_faults)
    else:
        write_ribbon(demo=demo)
        _write_text(options, polled, told, _record(store, polled, zone, left_out))
    return code


class _Record(Struct, frozen=True, kw_only=True):
    """What the record says beside the poll. ``since``: in a sentence, since when we watch; ``left_out``: the documents
    that were meant are not watched, and why; ``waiting``: what is still to be told, in a sentence.
    """

    since: str
    hands: Mapping[SourceId, HandSaved]
    empty: Collection[SourceId]
    time_zone: str
    left_out: tuple[tuple[SourceId, str], ...]
    waiting: str | None


def _record(
    store: "Store", polled: Sequence[Polled], zone: ZoneInfo, left_out: tuple[tuple[SourceId, str], ...]
) -> _Record:
    since = store.queries.monitoring_since()
    until = max((p.check.ended_at for p in polled), default=_FIRST) + timedelta(microseconds=1)
    return _Record(
        since=f"Monitoring since {local(since, zone)}."
        if since
        else "Monitoring has not begun: the source was only seen by hand.",
        hands=store.queries.seen_by_hand(until),
        empty=store.queries.empty_before(until),
        time_zone=zone.key,
        left_out=left_out,
        waiting=waiting_line(store.queries.waiting(), zone),
    )


def _write_json(
    polled: Sequence[Polled],
    told: Sequence[Told],
    left_out: Sequence[tuple[SourceId, str]],
    waiting: "Waiting",
    code: Exit,
    *,
    demo: bool,
    rule_faults: ConfigError | None,
) -> None:
    verified = sum(p.check.ruling.verdict.verified for p in polled)
    body = {
        "demo": demo,
        "exit_code": int(code),
        "verified": verified,
        "checked": len(polled),
        "sources": [check_body(p) for p in polled],
        "changes": [change_body(change, assessment) for p in polled for change, assessment in p.changes],
        "rule_faults": [str(one) for one in rule_faults.problems] if rule_faults else [],
        "left_out": [{"source": source_id, "reason": why} for source_id, why in left_out],
        "deliveries": {
            "sent": sum(isinstance(t.outcome, Sent) for t in told),
            "failed": sum(not isinstance(t.outcome, Sent) for t in told),
            "pending": waiting.number,
            "next_try_at": waiting.next_at,
        },
    }
    write_json("cmaa-monitor.check.v1", body)


def _write_text(options: Options, polled: Sequence[Polled], told: Sequence[Told], record: _Record) -> None:
    rows = [_row(p, empty=p.source.id in record.empty) for p in polled]
    write_table(("SOURCE", "RESULT", "ITEMS", "CHANGES", "TOOK"), rows, colourful=options.colourful)
    for line in _summary(polled, told, record):
        print(line)
    for source_id, why in record.left_out:
        print(f"Left out: {source_id}: {why}")


def _row(polled: Polled, *, empty: bool) -> tuple[str, str, str, str, str]:
    ruling = polled.check.ruling
    result = result_word(ruling)
    if empty and ruling.verdict.verified:
        result = f"{result}: {EMPTY}" if ruling.code == "baseline" else EMPTY
    result += f" ({MARK})" if polled.check.hand else " (rendered)" if polled.source.browser else ""
    items = "-" if polled.check.items is None else f"{polled.check.items:,}"
    return (polled.source.id, result, items, _found(polled), f"{polled.took_s:.1f}s")


def _found(polled: Polled) -> str:
    """What the row says was found: how many changes of which tier, or why the source is unverified."""
    if not polled.check.ruling.verdict.verified:
        return polled.check.ruling.code
    tiers = [assessment.tier for _, assessment in polled.changes]
    return ", ".join(f"{tiers.count(tier)} {tier.lower()}" for tier in Tier if tier in tiers) or "-"


def _summary(polled: Sequence[Polled], told: Sequence[Told], record: _Record) -> Iterator[str]:
    """The lines under the table: work first, then proof, then what to type next."""
    baselines = [p for p in polled if p.check.ruling.code == "baseline"]
    gaps = [p for p in polled if not p.check.ruling.verdict.verified]
    found = [(change, assessment) for p in polled for change, assessment in p.changes]
    if baselines:
        items = sum(p.check.items or 0 for p in baselines)
        yield (
            f"Baseline captured: {_n(len(baselines), 'source')}, {_n(items, 'item')}, 0 alerts. "
            f"{record.since} Alerts start with the next check."
        )
    act, review = (sum(a.tier is tier for _, a in found) for tier in (Tier.ACT, Tier.REVIEW))
    yield (
        f"{act} to act on, {review} to review. "
        f"{len(polled) - len(gaps)} of {_n(len(polled), 'source')} verified ({_n(len(gaps), 'gap')})."
    )
    for one in polled:
        if one.check.hand and one.check.ruling.verdict.verified:
            yield f"Filed: {mark(one.check.hand, record.time_zone)}. It proves that moment, and is no scheduled check."
    for group in by_cause(gaps, lambda gap: _cause(gap, record)):
        gap = group[0]
        if len(group) == 1:
            yield f"Gap:  {gap.source.id}: {gap.check.ruling.reason}"
            yield from (f"      {line}" for line in _mend(gap, record))
        else:
            ids = [one.source.id for one in group]
            yield f"Gap:  {shared_gap(_cause(gap, record), ids, gap.check.ruling.reason)}"
            yield f"      {_mend_host(gap.check.ruling.verdict)}"
    yield from _not_told(told, record)
    for change, assessment in sorted(found, key=lambda one: -one[1].tier.rank)[:3]:
        if assessment.tier is not Tier.NOISE:
            yield f"Next: cmaa-monitor show {change.id}   {change.headline}"


def _not_told(told: Sequence[Told], record: _Record) -> Iterator[str]:
    """What was refused just now, and all that waits."""
    for each in told:
        if isinstance(each.outcome, Refused):
            yield f"Not delivered: {each.delivery.subject_id} to {each.delivery.recipient_id}: {each.outcome.reason}"
    if record.waiting:
        yield record.waiting


def _cause(gap: Polled, record: _Record) -> Cause:
    """What a person saved or looked at has more to be said of it, and stands alone."""
    alone = gap.check.hand is not None or gap.source.id in record.hands or not gap.source.routes
    return Cause(host="" if alone else gap.source.host, code=gap.check.ruling.code)


def _mend_host(verdict: Verdict) -> str:
    if verdict is Verdict.BLOCKED:
        return "Save each page by hand: cmaa-monitor import-copy FILE --source SOURCE --taken-at WHEN --by NAME"
    return "See which hosts answer: cmaa-monitor doctor"


def _mend(gap: Polled, record: _Record) -> Iterator[str]:
    """What to do about a source that could not be verified, and what a person last saw of it."""
    source_id, hand = gap.source.id, record.hands.get(gap.source.id)
    if gap.check.hand:
        yield "Nothing was changed by this file, and it was not kept. Save the page again, and look at it first."
        return
    if hand:
        yield f"{capital(last_seen(hand, record.time_zone))}."
    if gap.check.ruling.verdict is Verdict.BLOCKED:
        yield f"Save the page by hand: cmaa-monitor import-copy FILE --source {source_id} --taken-at WHEN --by NAME"
    else:
        yield f"Look closer: cmaa-monitor sources test {source_id}"
    if gap.check.ruling.code in HELD:
        yield f"Believe it:  cmaa-monitor accept {source_id} --by YOU --reason WHY"


def _n(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
