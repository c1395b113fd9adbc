"""Problems of watching in words and as events, for whoever runs the monitor."""

import json
from datetime import datetime

from monitor.compose.envelope import Json, base_of, envelope, utc
from monitor.compose.hostile import safe_line
from monitor.compose.hosts import Cause
from monitor.compose.wording import count, listed, moment
from monitor.model.delivery import Place
from monitor.model.problem import Closing, Finding, SourceProblem, Trouble, host_of, recipient_of
from monitor.model.source import Source

PROBLEM = "source.problem.v1"
DELIVERY_PROBLEM = "delivery.problem.v1"
HOST_PROBLEM = "host.problem.v1"
SERVICE_PROBLEM = "service.problem.v1"

_MEANING = {
    Trouble.BROKEN: "cannot be read",
    Trouble.BLOCKED: "does not let us in",
    Trouble.HELD: "sent a copy that waits for a person",
    Trouble.STALE: "has had nothing new for too long",
    Trouble.GAP: "ran past us: items may have come and gone unseen",
    Trouble.DOCUMENTS: "lists documents that cannot be read",
    Trouble.HOST: "keeps several sources from us",
    Trouble.UNREACHED: "cannot be told",
    Trouble.DAMAGED: "is not as it was written",
    Trouble.FULL: "is nearly full",
    Trouble.UNSAVED: "could not be made",
    Trouble.UNSOUND: "have faults; those of before judge on",
}
_MOST_NAMED = 60
_OF_THE_SERVICE = {
    Trouble.DAMAGED: "the record",
    Trouble.FULL: "the disk",
    Trouble.UNSAVED: "the backup",
    Trouble.UNSOUND: "the rules",
}
_MENDS_OF_THE_SERVICE = {
    Trouble.DAMAGED: "See all of it: cmaa-monitor verify; then restore a backup: cmaa-monitor restore FILE",
    Trouble.FULL: "Free some space; what may be let go of the record itself: cmaa-monitor retention",
    Trouble.UNSAVED: "Mend what it says, then: cmaa-monitor backup",
    Trouble.UNSOUND: "Mend the lines it names; all of them: cmaa-monitor doctor --offline",
}


def headline(problem: SourceProblem) -> str:
    """``fda.ai-devices does not let us in (blocked)``."""
    finding = problem.finding
    if finding.trouble is Trouble.HOST:
        did = Cause(host=host_of(finding.source_id), code=finding.code).words
        return f"{did}: {count(len(finding.sources), 'source')} ({finding.trouble.value})"
    concerned = _OF_THE_SERVICE.get(finding.trouble, "").capitalize() or safe_line(finding.source_id, 80)
    return f"{concerned} {_MEANING[finding.trouble]} ({finding.trouble.value})"


def what_to_do(problem: SourceProblem) -> str:
    """What to do about it, as a command or a sentence."""
    source_id = problem.finding.source_id
    match problem.finding.trouble:
        case Trouble.HELD:
            return f"Believe it: cmaa-monitor accept {source_id} --by YOU --reason WHY"
        case Trouble.BLOCKED:
            command = f"cmaa-monitor import-copy FILE --source {source_id} --taken-at WHEN --by NAME"
            return f"Save the page by hand: {command}"
        case Trouble.GAP:
            return f"Look through the archive, then: cmaa-monitor problems ack {problem.id} --by YOU --reason WHAT"
        case Trouble.HOST:
            return "See whether it answers now: cmaa-monitor doctor; pages saved by hand: cmaa-monitor import-copy"
        case Trouble.UNREACHED if problem.finding.code == "suspended":
            recipient = recipient_of(problem.finding.source_id)
            return f"Mend the address, then: cmaa-monitor deliveries unsuspend {recipient} --by YOU --reason WHY"
        case Trouble.UNREACHED:
            recipient = recipient_of(problem.finding.source_id)
            return f"Look closer: cmaa-monitor deliveries list --recipient {recipient}; then retry them, or cancel them"
        case Trouble.STALE:
            return "Look for the page's new place and change its address in sources.yaml."
        case trouble:
            return _MENDS_OF_THE_SERVICE.get(trouble, f"Look closer: cmaa-monitor sources test {source_id}")


def problem_lines(problem: SourceProblem, time_zone: str) -> tuple[str, ...]:
    """The problem for a terminal or a digest: what, since when, why, what to do."""
    since = moment(problem.finding.since, time_zone)
    lines = [f"{problem.id}: {headline(problem)}, since {since}.", safe_line(problem.finding.reason, 500)]
    if problem.finding.sources:
        lines.append(f"Sources: {safe_line(listed(problem.finding.sources, _MOST_NAMED), 4_000)}.")
    if problem.closing is not None:
        by = f" by {safe_line(problem.closing.by, 80)}" if problem.closing.by else ""
        lines.append(f"Closed {moment(problem.closing.at, time_zone)}: {problem.closing.how}{by}.")
        return tuple(lines)
    if problem.page_sha256:
        lines.append(f"Saved page {problem.page_sha256[:12]}: cmaa-monitor problems show {problem.id} --save FILE")
    return (*lines, what_to_do(problem))


def problem_event(
    problem: SourceProblem,
    source: Source | None,
    *,
    turn: str,
    at: datetime,
    closing: Closing | None,
    instance: str,
    link_base: str | None = None,
    demo: bool,
    place: Place | None = None,
) -> bytes:
    """A CloudEvent for one telling of a problem: opened, told again (``turn`` counts), or ended (``closing``)."""
    finding = problem.finding
    state = closing.how if closing else ("open" if turn == "1" else "still open")
    kind, role, concerned = _concerned(finding, source)
    data: dict[str, Json] = {
        "demo": demo,
        "problem_id": problem.id,
        "state": state,
        "headline": f"{'Mended: ' if closing and closing.how == 'mended' else ''}{headline(problem)}",
        "trouble": finding.trouble.value,
        "code": finding.code,
        "reason": safe_line(finding.reason, 1000),
        "mend": None if closing else what_to_do(problem),
        role: concerned,
        "since": utc(finding.since),
        "opened_at": utc(problem.opened_at),
        "closed_by": closing.by if closing else None,
    }
    if role in {"source", "host"}:
        data["evidence"] = {"ledger_entry": finding.check_id, "page_sha256": problem.page_sha256}
    event = envelope(
        kind,
        id_=f"{problem.id}:{turn}",
        subject=finding.source_id,
        at=at,
        base=base_of(link_base, instance),
        data=data,
        place=place,
    )
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def _concerned(finding: Finding, source: Source | None) -> tuple[str, str, Json]:
    """The type of the event, and who is concerned, with the name of the member that says so."""
    if finding.trouble is Trouble.UNREACHED:
        return DELIVERY_PROBLEM, "recipient", {"id": recipient_of(finding.source_id)}
    if finding.trouble is Trouble.HOST:
        return HOST_PROBLEM, "host", {"name": host_of(finding.source_id), "sources": list(finding.sources)}
    if finding.trouble in _OF_THE_SERVICE:
        return SERVICE_PROBLEM, "service", {"id": _OF_THE_SERVICE[finding.trouble].removeprefix("the ")}
    name = safe_line(source.name, 200) if source else finding.source_id
    url = safe_line(source.official_url, 500) if source else None
    return PROBLEM, "source", {"id": finding.source_id, "name": name, "url": url}
