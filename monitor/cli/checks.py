"""``cmaa-monitor checks``: the ledger itself, one line for each check, and for each that was due and never made."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from monitor.cli.coverage import parse_span_of
from monitor.cli.options import Options, only_source
from monitor.cli.output import iso, local, write_csv, write_json, write_ribbon, write_table
from monitor.compose.by_hand import MARK
from monitor.model.ids import Sha256, SourceId
from monitor.model.verdict import Check, Verdict
from monitor.pipeline.coverage import Span, missed_slots

if TYPE_CHECKING:
    from monitor.pipeline.register import Stretch
    from monitor.store import Store

FIELDS = (
    "ledger_entry",
    "source",
    "slot_at",
    "started_at",
    "ended_at",
    "trigger",
    "verdict",
    "code",
    "reason",
    "http_status",
    "items",
    "requests",
    "evidence_sha256",
    "saved_by",
    "taken_at",
)
"""The members of a JSON entry, and the columns of the CSV."""

NOT_RUN = "The check was due and was never made: the monitor did not run."


class Entry(Struct, frozen=True, kw_only=True):
    """A check as recorded, or (``check`` None) a slot without one. ``bodies``: hashes of what it brought home."""

    at: datetime
    source_id: SourceId
    check: Check | None = None
    bodies: tuple[Sha256, ...] = ()

    @property
    def verdict(self) -> str:
        return (self.check.ruling.verdict if self.check else Verdict.NOT_RUN).value

    @property
    def reason(self) -> str:
        return self.check.ruling.reason if self.check else NOT_RUN


@click.command()
@click.option("--since", default="7d", show_default=True, metavar="WHEN", help="7d, 2w, last-monday or a date.")
@click.option("--until", metavar="WHEN", help="Up to, not including, this time (default: now).")
@only_source
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--csv", "as_csv", is_flag=True, help="A table for a spreadsheet on stdout, times in UTC.")
@click.pass_obj
def checks(
    options: Options, since: str, until: str | None, source_ids: tuple[str, ...], as_json: bool, as_csv: bool
) -> int:
    """List every check between two times, oldest first: when, how it ended, and the hash of what came.

    A check that was due and never made has a line of its own (NOT_RUN), for as long as the source was watched.
    """
    house = options.house
    zone = house.config.time_zone
    with house.reader() as store:
        span = parse_span_of(since, until, house.clock(store).now(), zone)
        stretches = house.digest_builder(store).register.stretches(span)
        wanted = options.asked_for(source_ids, {*store.states(), *(one.source.id for one in stretches)})
        entries = _entries(store, stretches, span, wanted)
        demo = store.is_demo
    if as_json:
        bodies = [dict(zip(FIELDS, _values(entry), strict=True)) for entry in entries]
        write_json(
            "cmaa-monitor.checks.v1", {"demo": demo, "since": span.start_at, "until": span.end_at, "checks": bodies}
        )
    elif as_csv:
        write_csv(FIELDS, [[_cell(value) for value in _values(entry)] for entry in entries])
    else:
        _write_lines(options, entries, zone, demo=demo)
        options.note(_summary(entries, span, zone))
    return 0


def _entries(
    store: "Store", stretches: "Sequence[Stretch]", span: Span, wanted: Collection[SourceId]
) -> tuple[Entry, ...]:
    longest = max((one.source.every for one in stretches), default=timedelta())
    ledger = store.queries.coverage_rows(span.start_at - longest, span.end_at)
    kept = {id_: rows for id_, rows in ledger.items() if id_ in wanted}
    made = [check for rows in kept.values() for check in rows if check.started_at >= span.start_at]
    bodies = store.queries.bodies_of([check.id for check in made if check.id is not None])
    missed = [
        Entry(at=slot, source_id=id_)
        for one in stretches
        if (id_ := one.source.id) in wanted
        for slot in missed_slots(
            one.source, kept.get(id_, ()), one.span, first_check_at=store.queries.first_check_at(id_)
        )
    ]
    return tuple(sorted([*missed, *(_entry(check, bodies) for check in made)], key=_in_order))


def _entry(check: Check, bodies: Mapping[int, tuple[Sha256, ...]]) -> Entry:
    return Entry(at=check.started_at, source_id=check.source_id, check=check, bodies=bodies.get(check.id or 0, ()))


def _in_order(entry: Entry) -> tuple[datetime, int, str]:
    return (entry.at, entry.check.id or 0 if entry.check else 0, entry.source_id)


def _values(entry: Entry) -> tuple[object, ...]:
    """One for each of ``FIELDS``."""
    check = entry.check
    if check is None:
        return (
            None,
            entry.source_id,
            entry.at,
            None,
            None,
            None,
            entry.verdict,
            "not-run",
            NOT_RUN,
            None,
            None,
            0,
            [],
            None,
            None,
        )
    return (
        check.id,
        entry.source_id,
        check.slot_at,
        check.started_at,
        check.ended_at,
        check.trigger.value,
        entry.verdict,
        check.ruling.code,
        entry.reason,
        check.http_status,
        check.items,
        check.requests,
        list(entry.bodies),
        check.hand.by if check.hand else None,
        check.hand.taken_at if check.hand else None,
    )


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return iso(value)
    return " ".join(value) if isinstance(value, list) else "" if value is None else str(value)


def _write_lines(options: Options, entries: Sequence[Entry], zone: tzinfo, *, demo: bool) -> None:
    write_ribbon(demo=demo)
    columns = ("ENTRY", "STARTED", "SOURCE", "RESULT", "HTTP", "ITEMS", "EVIDENCE", "REASON")
    write_table(columns, [_row(entry, zone) for entry in entries], colourful=options.colourful)


def _row(entry: Entry, zone: tzinfo) -> tuple[str, ...]:
    check = entry.check
    return (
        str(check.id) if check else "-",
        local(entry.at, zone),
        entry.source_id,
        f"{entry.verdict} ({MARK})" if check and check.hand else entry.verdict,
        str(check.http_status or "-") if check else "-",
        "-" if check is None or check.items is None else f"{check.items:,}",
        entry.bodies[0][:12] if entry.bodies else "-",
        entry.reason,
    )


def _summary(entries: Sequence[Entry], span: Span, zone: tzinfo) -> str:
    good = sum(entry.check is not None and entry.check.ruling.verdict.verified for entry in entries)
    missing = sum(entry.check is None for entry in entries)
    made = len(entries) - missing
    when = f"from {local(span.start_at, zone)} to {local(span.end_at, zone)}"
    return f"{made} checks {when}: {good} verified, {made - good} not; {missing} due and never made."
