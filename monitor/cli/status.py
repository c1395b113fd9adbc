"""``cmaa-monitor status``: one screen: work waiting, source health, and the state of the record."""

from collections.abc import Sequence
from datetime import date, timedelta

import click

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
from monitor.model.digest import OpenItem, SourceCoverage
from monitor.model.errors import UsageError
from monitor.model.problem import SourceProblem
from monitor.model.question import SheetRow
from monitor.pipeline.coverage import Span


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


def _overview(options: Options, *, as_json: bool) -> int:
    house = options.house
    zone = house.config.time_zone
    with house.reader() as store:
        now = house.clock(store).now()
        week = Span.up_to(now - timedelta(days=7), now)
        builder = house.digest_builder(store)
        rows, sheet = builder.coverage(week), builder.sheet(store.queries.last_seq())
        recent = store.queries.changes(since=week.start_at, tiers=tuple(Tier), sources=())
        since, head = store.queries.monitoring_since(), store.queries.chain_head()
        problems = store.queries.open_problems()
        moved = list(moves(house, store))
        dead, demo = store.queries.dead_deliveries(), store.is_demo
        halted = store.queries.suspensions()
        items = store.queries.open_items(store.queries.last_seq())
        faults = [str(one) for one in house.rulebook.faults(store.rule_texts)]
    counts = {tier.value: sum(k.assessment.tier is tier for k in recent) for tier in Tier}
    gaps = [row for row in rows if not row.verified_at_end]
    today = now.astimezone(zone).date()
    waiting = _waiting(items, today)
    if as_json:
        body = {
            "demo": demo,
            "now": now,
            "monitoring_since": since,
            "changes_7d": counts,
            "open": waiting,
            "chain_head": head,
            "dead_deliveries": dead,
            "suspended": [one.recipient_id for one in halted],
            "moved": [{"source": source_id, "what_to_do": what} for source_id, what in moved],
            "problems": [problem_body(problem) for problem in problems],
            "rule_faults": faults,
            "sources": [{**coverage_body(row), "version": version_body(row.version, today)} for row in rows],
        }
        write_json("cmaa-monitor.status.v1", body)
        return worst(unverified=bool(gaps), undelivered=bool(dead or halted), misconfigured=bool(faults))
    write_ribbon(demo=demo)
    act, review, fyi = (counts[tier.value] for tier in (Tier.ACT, Tier.REVIEW, Tier.FYI))
    print(f"{local(now, zone)}: in the last 7 days {act} to act on, {review} to review, {fyi} for information.")
    print("Awaiting a decision: {awaiting_decision}. In hand: {in_hand}, of them overdue: {overdue}.".format(**waiting))
    begun = f"Monitoring since {local(since, zone)}." if since else "Monitoring has not begun."
    print(f"{len(rows) - len(gaps)} of {len(rows)} sources verified. {begun}")
    print(f"Where CMAA stands: {_stage(sheet)}")
    table = [(r.source_id, r.result, f"{r.good}/{r.expected}", local(r.last_good_at, zone)) for r in rows]
    write_table(("SOURCE", "RESULT", "CHECKS 7D", "LAST SUCCESS"), table, colourful=options.colourful)
    for line in versions_of(rows, today):
        print(line)
    for line in (*gap_lines(gaps, zone.key), *no_longer_lines(rows, zone)):
        print(line)
    _write_problems(problems, rows, zone.key)
    for fault in faults:
        print(f"Rules: {fault}")
    if faults:
        print("Rules: check and serve judge by the rules of before until this is mended.")
    for source_id, what in moved:
        print(f"Moved: {source_id}: {what}")
    if dead:
        print(
            f"{dead} deliveries could not be made; the changes are safe in the database. cmaa-monitor deliveries list"
        )
    for one in halted:
        print(f"Suspended: nothing is sent to {one.recipient_id} over {one.channel}; what there is to tell waits.")
    print(f"Audit chain head: {head or 'none yet'}")
    return worst(unverified=bool(gaps), undelivered=bool(dead or halted), misconfigured=bool(faults))


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
