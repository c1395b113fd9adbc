"""``cmaa-monitor status``: one screen: work waiting, source health, and the state of the record."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
from msgspec import Struct

from monitor.cli.coverage import coverage_body, gap_lines, no_longer_lines
from monitor.cli.exits import worst
from monitor.cli.moves import moves
from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.cli.plain import problem_body, version_body
from monitor.compose.hosts import problems_by_host
from monitor.compose.problems import problem_lines
from monitor.compose.sheet import STAGE, answer_line
from monitor.compose.versions import versions_of
from monitor.model.assessment import Tier
from monitor.model.delivery import Suspension
from monitor.model.digest import OpenItem, SourceCoverage
from monitor.model.errors import UsageError
from monitor.model.problem import SourceProblem
from monitor.model.question import SheetRow
from monitor.pipeline.coverage import Span

if TYPE_CHECKING:
    from monitor.app import House
    from monitor.store import Store


@click.command()
@click.argument("subject", required=False)
@click.option("--as-of", "as_of", metavar="DATE", help="As known to the monitor at the end of that day (with SUBJECT).")
@click.option("--all", "everything", is_flag=True, help="Every item, however many there are (with SUBJECT).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def status(options: Options, subject: str | None, as_of: str | None, everything: bool, as_json: bool) -> int:
    """Show what waits for a person and whether every source is verified; or, of one matter, what stood when.

    SUBJECT is cmaa, appendix-s, cpt:92229, lcd:L39840, ncd:20.4, fda:K240058 or rule:2026-13656.
    """
    if subject is not None:
        # Imported here: the rules and rooms it needs are of no use to the usual screen.
        from monitor.cli.subject import tell

        return tell(options, subject, as_of=as_of, everything=everything, as_json=as_json)
    if as_of or everything:
        raise UsageError("--as-of and --all speak of one matter; name it, such as: cmaa-monitor status cpt:92229")
    return _overview(options, as_json=as_json)


class _State(Struct, frozen=True, kw_only=True):
    """What the screen shows. ``counts``: changes of the last week by tier; ``waiting``: how much waits for people;
    ``moved``: sources that have moved for good, with what to do; ``dead``: deliveries given up.
    """

    now: datetime
    since: datetime | None
    counts: Mapping[Tier, int]
    waiting: Mapping[str, int]
    rows: tuple[SourceCoverage, ...]
    sheet: tuple[SheetRow, ...]
    problems: tuple[SourceProblem, ...]
    moved: tuple[tuple[str, str], ...]
    dead: int
    halted: tuple[Suspension, ...]
    faults: tuple[str, ...]
    head: str | None
    demo: bool

    @property
    def gaps(self) -> tuple[SourceCoverage, ...]:
        return tuple(row for row in self.rows if not row.verified_at_end)


def _overview(options: Options, *, as_json: bool) -> int:
    house = options.house
    with house.reader() as store:
        state = _state(house, store)
    today = state.now.astimezone(house.config.time_zone).date()
    if as_json:
        write_json("cmaa-monitor.status.v1", _body(state, today))
    else:
        _print(state, today, house.config.time_zone, colourful=options.colourful)
    undelivered = bool(state.dead or state.halted)
    return worst(unverified=bool(state.gaps), undelivered=undelivered, misconfigured=bool(state.faults))


def _state(house: "House", store: "Store") -> _State:
    now, seq = house.clock(store).now(), store.queries.last_seq()
    week = Span.up_to(now - timedelta(days=7), now)
    builder = house.digest_builder(store)
    recent = store.queries.changes(since=week.start_at, tiers=tuple(Tier), sources=())
    return _State(
        now=now,
        since=store.queries.monitoring_since(),
        counts={tier: sum(kept.assessment.tier is tier for kept in recent) for tier in Tier},
        waiting=_waiting(store.queries.open_items(seq), now.astimezone(house.config.time_zone).date()),
        rows=builder.coverage(week),
        sheet=builder.sheet(seq),
        problems=store.queries.open_problems(),
        moved=tuple(moves(house, store)),
        dead=store.queries.dead_deliveries(),
        halted=store.queries.suspensions(),
        faults=tuple(map(str, house.rulebook.faults(store.rule_texts))),
        head=store.queries.chain_head(),
        demo=store.is_demo,
    )


def _body(state: _State, today: date) -> dict[str, object]:
    return {
        "demo": state.demo,
        "now": state.now,
        "monitoring_since": state.since,
        "changes_7d": {tier.value: count for tier, count in state.counts.items()},
        "open": state.waiting,
        "chain_head": state.head,
        "dead_deliveries": state.dead,
        "suspended": [one.recipient_id for one in state.halted],
        "moved": [{"source": source_id, "what_to_do": what} for source_id, what in state.moved],
        "problems": [problem_body(problem) for problem in state.problems],
        "rule_faults": list(state.faults),
        "sources": [{**coverage_body(row), "version": version_body(row.version, today)} for row in state.rows],
    }


def _print(state: _State, today: date, zone: ZoneInfo, *, colourful: bool) -> None:
    write_ribbon(demo=state.demo)
    for line in _summary(state, zone):
        print(line)
    table = [(r.source_id, r.result, f"{r.good}/{r.expected}", local(r.last_good_at, zone)) for r in state.rows]
    write_table(("SOURCE", "RESULT", "CHECKS 7D", "LAST SUCCESS"), table, colourful=colourful)
    for line in versions_of(state.rows, today):
        print(line)
    for line in (*gap_lines(state.gaps, zone.key), *no_longer_lines(state.rows, zone)):
        print(line)
    _write_problems(state.problems, state.rows, zone.key)
    for line in _to_mend(state):
        print(line)
    print(f"Audit chain head: {state.head or 'none yet'}")


def _summary(state: _State, zone: ZoneInfo) -> Iterator[str]:
    act, review, fyi = (state.counts[tier] for tier in (Tier.ACT, Tier.REVIEW, Tier.FYI))
    yield f"{local(state.now, zone)}: in the last 7 days {act} to act on, {review} to review, {fyi} for information."
    yield "Awaiting a decision: {awaiting_decision}. In hand: {in_hand}, of them overdue: {overdue}.".format(
        **state.waiting
    )
    begun = f"Monitoring since {local(state.since, zone)}." if state.since else "Monitoring has not begun."
    yield f"{len(state.rows) - len(state.gaps)} of {len(state.rows)} sources verified. {begun}"
    yield f"Where CMAA stands: {_stage(state.sheet)}"


def _to_mend(state: _State) -> Iterator[str]:
    """What whoever runs the monitor has to see to."""
    for fault in state.faults:
        yield f"Rules: {fault}"
    if state.faults:
        yield "Rules: check and serve judge by the rules of before until this is mended."
    for source_id, what in state.moved:
        yield f"Moved: {source_id}: {what}"
    if state.dead:
        lost = f"{state.dead} deliveries could not be made"
        yield f"{lost}; the changes are safe in the database. cmaa-monitor deliveries list"
    for one in state.halted:
        yield f"Suspended: nothing is sent to {one.recipient_id} over {one.channel}; what there is to tell waits."


def _waiting(items: Sequence[OpenItem], today: date) -> dict[str, int]:
    """How much waits for people: what nobody decided, what somebody has in hand, and how much of that is late."""
    held = [item.decision for item in items if item.in_hand and item.decision]
    return {
        "awaiting_decision": sum(item.decision is None for item in items),
        "in_hand": len(held),
        "overdue": sum(said.due is not None and said.due < today for said in held),
    }


def _write_problems(problems: Sequence[SourceProblem], rows: Sequence[SourceCoverage], time_zone: str) -> None:
    """What is open, told once for all sources of one host."""
    alone, shared = problems_by_host(problems, {row.source_id: row.host for row in rows})
    for _, told in shared:
        print(f"Problem {told}")
    for problem in alone:
        first, *others = problem_lines(problem, time_zone)
        print(f"Problem {first}")
        for line in others[1:]:  # the reason stands above, with the gap
            print(f"  {line}")


def _stage(sheet: Sequence[SheetRow]) -> str:
    return next((answer_line(row) for row in sheet if row.question.id == STAGE), "there is no sheet of questions")
