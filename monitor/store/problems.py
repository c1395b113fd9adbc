"""Problems of watching: opened once for each source and kind, told until they are closed, never removed."""

from datetime import datetime

from monitor.model.ids import ProblemId, SourceId
from monitor.model.problem import Closing, Finding, SourceProblem, Trouble
from monitor.store.connection import Database, Row
from monitor.store.times import to_moment, to_text

_PROBLEMS = (
    "SELECT p.id, p.source_id, p.trouble, p.code, p.reason, p.since, p.check_id, p.opened_at, p.tellings, p.told_at,"
    " p.sources, p.closed_at, p.closed_how, p.closed_by, p.closed_reason,"
    " (SELECT body_sha256 FROM capture WHERE check_id = p.check_id ORDER BY position DESC LIMIT 1) FROM problem AS p"
)


_SEPARATOR = " "
"""Between the ids of sources, which have no blank."""


def open_problem(database: Database, finding: Finding, at: datetime) -> SourceProblem:
    """Inside the caller's transaction; a second open one of a source and kind is refused."""
    year = f"PB-{at.year:04d}-"
    last = database.value("SELECT max(CAST(substr(id, 9) AS INTEGER)) FROM problem WHERE id LIKE ?", [f"{year}%"]) or 0
    problem_id = ProblemId(f"{year}{last + 1:04d}")
    database.write(
        "INSERT INTO problem (id, source_id, trouble, code, reason, since, check_id, sources, opened_at, tellings,"
        " told_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
        [
            problem_id,
            finding.source_id,
            finding.trouble.value,
            finding.code,
            finding.reason,
            to_text(finding.since),
            finding.check_id,
            _SEPARATOR.join(finding.sources),
            to_text(at),
            to_text(at),
        ],
    )
    return found(database, "p.id = ?", [problem_id])[0]


def repeat(database: Database, problem_id: ProblemId, at: datetime) -> None:
    database.write("UPDATE problem SET tellings = tellings + 1, told_at = ? WHERE id = ?", [to_text(at), problem_id])


def revise(database: Database, problem_id: ProblemId, finding: Finding) -> None:
    """The problem is the same one, and wider than it was."""
    database.write(
        "UPDATE problem SET reason = ?, sources = ? WHERE id = ?",
        [finding.reason, _SEPARATOR.join(finding.sources), problem_id],
    )


def close(database: Database, problem_id: ProblemId, closing: Closing) -> None:
    database.write(
        "UPDATE problem SET closed_at = ?, closed_how = ?, closed_by = ?, closed_reason = ? WHERE id = ?",
        [to_text(closing.at), closing.how, closing.by, closing.reason, problem_id],
    )


def found(database: Database, where: str, values: list[object]) -> tuple[SourceProblem, ...]:
    """Those that ``where`` (SQL, ours, never a user's) picks, the oldest first."""
    return tuple(_problem(row) for row in database.rows(f"{_PROBLEMS} WHERE {where} ORDER BY p.number", values))


def _problem(row: Row) -> SourceProblem:
    problem_id, source_id, trouble, code, reason, since, check_id, opened_at, tellings, told_at, sources, *rest = row
    closed_at, how, by, why, page = rest
    return SourceProblem(
        id=problem_id,
        finding=Finding(
            source_id=source_id,
            trouble=Trouble(trouble),
            code=code,
            reason=reason,
            since=to_moment(since),
            check_id=check_id,
            sources=tuple(SourceId(one) for one in sources.split(_SEPARATOR) if one),
        ),
        opened_at=to_moment(opened_at),
        tellings=tellings,
        told_at=to_moment(told_at),
        closing=None if closed_at is None else Closing(at=to_moment(closed_at), how=how, by=by, reason=why),
        page_sha256=page,
    )
