"""Problems of watching: found in the record after each poll, told to whoever runs the monitor, told again, and closed.

What is wrong is worked out anew from the ledger each time, so nothing is lost by a crash between poll and telling.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct
from msgspec.structs import replace

from monitor.compare.holds import WINDOW_SLID
from monitor.model.delivery import Delivery, Format, Place, Subscriber, Unreached, Voice
from monitor.model.errors import Problem
from monitor.model.ids import ProblemId, SourceId
from monitor.model.problem import BackupTried, Closing, Finding, SourceProblem, Trouble, Verification, subscriber_place
from monitor.model.source import Source
from monitor.model.verdict import Check
from monitor.model.watch import WatchState
from monitor.pipeline.announce import delivery_id
from monitor.pipeline.findings import Patience, documents_behind, find_problems
from monitor.pipeline.host_problems import by_host, widened
from monitor.pipeline.unreached import find_unreached
from monitor.pipeline.upkeep import find_ailments

if TYPE_CHECKING:
    from monitor.compose.environment import Templates

_BLIND = frozenset({Trouble.BROKEN, Trouble.BLOCKED, Trouble.HELD})
"""The ways of not seeing what a source says now. A source is in one of them at a time."""


class ProblemUnit(Protocol):
    """The part of a unit of work that problems need."""

    def open_problem(self, finding: Finding, *, at: datetime) -> SourceProblem: ...
    def repeat_problem(self, problem_id: ProblemId, *, at: datetime) -> None: ...
    def revise_problem(self, problem_id: ProblemId, finding: Finding) -> None: ...
    def close_problem(self, problem_id: ProblemId, closing: Closing) -> None: ...
    def enqueue(self, delivery: Delivery, *, at: datetime) -> None: ...
    def place(self, channel: str, recipient_id: str) -> Place: ...
    def audit(self, event: str, subject: str, facts: Mapping[str, object], *, at: datetime) -> str: ...


class ProblemStore(Protocol):
    """Where problems are kept, and what is remembered of the sources."""

    def states(self) -> dict[SourceId, WatchState]: ...
    def unit(self) -> AbstractContextManager[ProblemUnit]: ...


class ProblemRecord(Protocol):
    """What the record says of fetches and of problems that are open."""

    def last_checks(self, among: Collection[SourceId]) -> dict[SourceId, Check]: ...
    def open_problems(self) -> tuple[SourceProblem, ...]: ...
    def without_problem(self, code: str, trouble: Trouble, sources: Sequence[SourceId]) -> Mapping[SourceId, Check]:
        """Each source's newest check that ended with ``code`` and during or after which no such problem was open."""

    def unreached(self) -> tuple[Unreached, ...]: ...
    def last_verification(self) -> Verification | None: ...
    def last_backup(self) -> BackupTried | None: ...


def _ended(problem: SourceProblem, findings: Mapping[tuple[SourceId, Trouble], Finding]) -> tuple[str, bool]:
    """How a problem that is no longer found ended, and whether that is told: a source that now fails in another way is
    not mended, and one that fails with its whole host is told with that.
    """
    place = problem.finding.source_id
    with_its_host = any(place in one.sources for one in findings.values())
    is_blind = with_its_host or any((place, trouble) in findings for trouble in _BLIND)
    how = "superseded" if problem.finding.trouble in _BLIND | {Trouble.DOCUMENTS} and is_blind else "mended"
    return how, not with_its_host


class _News(Struct, frozen=True, kw_only=True):
    """What a review has to write: problems to open, those that ended, how, and whether that is told, those to be
    told once more, and those that concern more sources than before.
    """

    new: Sequence[Finding]
    over: Sequence[tuple[SourceProblem, str, bool]]
    again: Sequence[SourceProblem]
    wider: Sequence[tuple[ProblemId, Finding]]

    def __bool__(self) -> bool:
        return bool(self.new or self.over or self.again or self.wider)


class ProblemDesk(Struct, frozen=True, kw_only=True):
    """Opens, repeats and closes problems, and tells the subscribers who asked for them. ``free_share``: of the disk;
    ``rule_faults``: of the rule files as they lie; ``backs_up``: whether backups are made.
    """

    store: ProblemStore
    record: ProblemRecord
    sources: Sequence[Source]
    subscribers: tuple[Subscriber, ...]
    patience: Patience
    free_share: Callable[[], float]
    rule_faults: Callable[[], Sequence[Problem]]
    backs_up: bool
    formats: Mapping[str, Format]
    voice: Voice
    templates: "Callable[[], Templates]"

    def review(self, now: datetime) -> tuple[SourceProblem, ...]:
        """Looks at every source; returns what is open afterwards."""
        if self._news(now):
            with self.store.unit() as unit:
                self._keep(unit, self._news(now), now)  # asked anew: another thread may have been sooner
        return self.record.open_problems()

    def _news(self, now: datetime) -> "_News":
        open_before = {(one.finding.source_id, one.finding.trouble): one for one in self.record.open_problems()}
        hosts = {source.id: source.host for source in self.sources}
        already = {place for place, trouble in open_before if trouble is Trouble.HOST}
        findings = {(one.source_id, one.trouble): one for one in by_host(self._findings(now), hosts, already)}
        over = [p for key, p in open_before.items() if key not in findings and key[1] is not Trouble.GAP]
        kept = [(p, findings.get(key)) for key, p in open_before.items() if p not in over]
        due = [(p, newest) for p, newest in kept if now - p.told_at >= self.patience.repeat]
        return _News(
            new=[finding for key, finding in findings.items() if key not in open_before],
            over=[(problem, *_ended(problem, findings)) for problem in over],
            again=[replace(p, finding=one) if one and one.sources else p for p, one in due],
            wider=[(p.id, joined) for p, newest in kept if newest and (joined := widened(p.finding, newest))],
        )

    def _keep(self, unit: ProblemUnit, news: "_News", now: datetime) -> None:
        for finding in news.new:
            self._open(unit, finding, now)
        for problem, how, is_told in news.over:
            self.close(unit, problem, Closing(at=now, how=how), quietly=not is_told)
        for problem_id, finding in news.wider:
            unit.revise_problem(problem_id, finding)
        for problem in news.again:
            unit.repeat_problem(problem.id, at=now)
            self._tell(unit, problem, f"{problem.tellings + 1}", now)

    def close(self, unit: ProblemUnit, problem: SourceProblem, closing: Closing, *, quietly: bool = False) -> None:
        """Ends a problem and says so to those who were told of it, unless ``quietly``."""
        unit.close_problem(problem.id, closing)
        facts = {"source": problem.finding.source_id, "how": closing.how, "by": closing.by, "reason": closing.reason}
        unit.audit("problem-closed", problem.id, facts, at=closing.at)
        if not quietly:
            self._tell(unit, problem, closing.how, closing.at, closing)

    def _open(self, unit: ProblemUnit, finding: Finding, now: datetime) -> None:
        problem = unit.open_problem(finding, at=now)
        facts = {"source": finding.source_id, "trouble": finding.trouble.value, "code": finding.code}
        unit.audit("problem-opened", problem.id, {**facts, "check": finding.check_id}, at=now)
        self._tell(unit, problem, "1", now)

    def _tell(
        self, unit: ProblemUnit, problem: SourceProblem, turn: str, at: datetime, closing: Closing | None = None
    ) -> None:
        concerned = problem.finding.source_id
        told = [one for one in self.subscribers if one.problems and subscriber_place(one.id) != concerned]
        if not told:
            return
        # Imported here: most polls tell of no problem.
        from monitor.compose.payloads import PROBLEM_IN
        from monitor.compose.tellings import ProblemTelling

        source = next((one for one in self.sources if one.id == concerned), None)
        subject = f"{problem.id}:{turn}"
        for subscriber in told:
            id_ = delivery_id("problem", subject, subscriber.channel, subscriber.id)
            telling = ProblemTelling(
                delivery_id=id_,
                problem=problem,
                source=source,
                turn=turn,
                closing=closing,
                at=at,
                voice=self.voice,
                templates=self.templates,
                place=unit.place(subscriber.channel, subscriber.id),
            )
            payload = PROBLEM_IN[self.formats[subscriber.channel]](telling)
            row = Delivery(
                id=id_,
                kind="problem",
                subject_id=subject,
                channel=subscriber.channel,
                recipient_id=subscriber.id,
                payload=payload,
            )
            unit.enqueue(row, at=at)

    def _doubtful(self, states: Mapping[SourceId, WatchState]) -> set[SourceId]:
        """The sources that a problem may be found with; of all others nothing need be read."""
        aging = {source.id for source in self.sources if source.contract.fresh_within is not None}
        return aging | {id_ for id_, one in states.items() if one.unverified_since or one.failures_in_row}

    def _findings(self, now: datetime) -> Iterator[Finding]:
        states = self.store.states()
        last = self.record.last_checks(self._doubtful(states))
        windows = [source.id for source in self.sources if source.sliding]
        slid = self.record.without_problem(WINDOW_SLID, Trouble.GAP, windows)
        for source in self.sources:
            if source.id in states:
                newest = last.get(source.id)
                yield from find_problems(source, states[source.id], newest, slid.get(source.id), now, self.patience)
            yield from documents_behind(source, states, last, self.patience)
        yield from find_unreached(self.record.unreached())
        places = {one.finding.source_id for one in self.record.open_problems()}
        backup = self.record.last_backup() if self.backs_up else None
        verified, room, faults = self.record.last_verification(), self.free_share(), self.rule_faults()
        yield from find_ailments(verified, backup, room, faults, now, places)
