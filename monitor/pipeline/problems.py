"""Problems of watching: found in the record after each poll, told to whoever runs the monitor, told again, and closed.

What is wrong is worked out anew from the ledger each time, so nothing is lost by a crash between poll and telling.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Protocol

from monitor.compare.holds import HELD, WINDOW_SLID
from monitor.model.delivery import Delivery, Format, Place, Subscriber, Unreached, Voice
from monitor.model.ids import ProblemId, SourceId
from monitor.model.problem import Closing, Finding, SourceProblem, Trouble, subscriber_place
from monitor.model.source import Source
from monitor.model.verdict import Check, Verdict
from monitor.model.watch import WatchState
from monitor.pipeline.announce import delivery_id
from monitor.pipeline.unreached import find_unreached

if TYPE_CHECKING:
    from monitor.compose.environment import Templates

_BLIND = frozenset({Trouble.BROKEN, Trouble.BLOCKED, Trouble.HELD})
"""The ways of not seeing what a source says now. A source is in one of them at a time."""


class ProblemUnit(Protocol):
    """The part of a unit of work that problems need."""

    def open_problem(self, finding: Finding, *, at: datetime) -> SourceProblem: ...
    def repeat_problem(self, problem_id: ProblemId, *, at: datetime) -> None: ...
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

    def last_checks(self) -> dict[SourceId, Check]: ...
    def open_problems(self) -> tuple[SourceProblem, ...]: ...
    def without_problem(self, code: str, trouble: Trouble, sources: Sequence[SourceId]) -> Mapping[SourceId, Check]:
        """Each source's newest check that ended with ``code`` and during or after which no such problem was open."""

    def unreached(self) -> tuple[Unreached, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """After how many failures in a row, or how long (None: the source's cadence), a source is a problem; and after what
    time it is told again.
    """

    failures: int
    after: timedelta | None
    repeat: timedelta


def find_problems(
    source: Source, state: WatchState, last: Check | None, slid: Check | None, now: datetime, patience: Patience
) -> Iterator[Finding]:
    """What is wrong with one source now. ``last`` is its newest check; ``slid`` one that found the window gone past us
    and of which nobody was told, be it that we were stopped before we could.
    """
    failing = _failing(source, state, last, now, patience)
    if failing is not None:
        yield failing
    if slid is not None:
        yield _finding(slid, Trouble.GAP, slid.started_at)
    if (stale := _stale(source, state, last, now)) is not None:
        yield stale


def _failing(
    source: Source, state: WatchState, last: Check | None, now: datetime, patience: Patience
) -> Finding | None:
    since = state.unverified_since
    if last is None or since is None or last.ruling.verdict.verified or last.ruling.code == WINDOW_SLID:
        return None
    if state.failures_in_row < patience.failures and now - since < (patience.after or source.every):
        return None
    if last.ruling.verdict is Verdict.BLOCKED:
        return _finding(last, Trouble.BLOCKED, since)
    return _finding(last, Trouble.HELD if last.ruling.code in HELD else Trouble.BROKEN, since)


def _finding(last: Check, trouble: Trouble, since: datetime) -> Finding:
    return Finding(
        source_id=last.source_id,
        trouble=trouble,
        code=last.ruling.code,
        reason=last.ruling.reason,
        since=since,
        check_id=last.id,
    )


def _stale(source: Source, state: WatchState, last: Check | None, now: datetime) -> Finding | None:
    """A source that answers and never says anything new: the page may live on elsewhere."""
    limit, newest = source.contract.fresh_within, _newest(state)
    if limit is None or newest is None or now - newest <= limit:
        return None
    reason = (
        f"The newest date in {source.name} is {newest:%b %d, %Y}, although something newer is expected within "
        f"{_days(limit)}. The page may have been replaced by another; look for it at {source.official_url[:200]}."
    )
    return Finding(
        source_id=source.id,
        trouble=Trouble.STALE,
        code="stale",
        reason=reason,
        since=newest + limit,
        check_id=last.id if last else None,
    )


def _newest(state: WatchState) -> datetime | None:
    """The end of the newest day named in the content; of a document without dates its Last-Modified."""
    if state.newest_on is not None:
        return datetime.combine(state.newest_on, time.max, UTC)
    try:
        at = parsedate_to_datetime(state.validators.last_modified or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _days(limit: timedelta) -> str:
    return f"{limit.days} days" if limit >= timedelta(days=2) else f"{limit.total_seconds() / 3600:.0f} hours"


def _ended(problem: SourceProblem, findings: Collection[tuple[SourceId, Trouble]]) -> str:
    """How a problem that is no longer found ended: a source that now fails in another way is not mended."""
    is_blind = any((problem.finding.source_id, trouble) in findings for trouble in _BLIND)
    return "superseded" if problem.finding.trouble in _BLIND and is_blind else "mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class _News:
    """What a review has to write: problems to open, those that ended and how, those to be told once more."""

    new: Sequence[Finding]
    over: Sequence[tuple[SourceProblem, str]]
    again: Sequence[SourceProblem]

    def __bool__(self) -> bool:
        return bool(self.new or self.over or self.again)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemDesk:
    """Opens, repeats and closes problems, and tells the subscribers who asked for them."""

    store: ProblemStore
    record: ProblemRecord
    sources: Sequence[Source]
    subscribers: tuple[Subscriber, ...]
    patience: Patience
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
        findings = {(one.source_id, one.trouble): one for one in self._findings(now)}
        open_before = {(one.finding.source_id, one.finding.trouble): one for one in self.record.open_problems()}
        over = [p for key, p in open_before.items() if key not in findings and key[1] is not Trouble.GAP]
        return _News(
            new=[finding for key, finding in findings.items() if key not in open_before],
            over=[(problem, _ended(problem, findings)) for problem in over],
            again=[p for p in open_before.values() if p not in over and now - p.told_at >= self.patience.repeat],
        )

    def _keep(self, unit: ProblemUnit, news: "_News", now: datetime) -> None:
        for finding in news.new:
            self._open(unit, finding, now)
        for problem, how in news.over:
            self.close(unit, problem, Closing(at=now, how=how))
        for problem in news.again:
            unit.repeat_problem(problem.id, at=now)
            self._tell(unit, problem, f"{problem.tellings + 1}", now)

    def close(self, unit: ProblemUnit, problem: SourceProblem, closing: Closing) -> None:
        """Ends a problem and says so to those who were told of it."""
        unit.close_problem(problem.id, closing)
        facts = {"source": problem.finding.source_id, "how": closing.how, "by": closing.by, "reason": closing.reason}
        unit.audit("problem-closed", problem.id, facts, at=closing.at)
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

    def _findings(self, now: datetime) -> Iterator[Finding]:
        states, last = self.store.states(), self.record.last_checks()
        windows = [source.id for source in self.sources if source.sliding]
        slid = self.record.without_problem(WINDOW_SLID, Trouble.GAP, windows)
        for source in self.sources:
            if source.id in states:
                newest = last.get(source.id)
                yield from find_problems(source, states[source.id], newest, slid.get(source.id), now, self.patience)
            yield from _behind(source, states, last, self.patience)
        yield from find_unreached(self.record.unreached())


def _behind(
    source: Source, states: Mapping[SourceId, WatchState], last: Mapping[SourceId, Check], patience: Patience
) -> Iterator[Finding]:
    """The documents behind a list that fail, as one finding of the list."""
    if not source.follow:
        return
    failing = [
        (state, last[source_id])
        for source_id, state in states.items()
        if source_id.startswith(f"{source.id}/") and state.failures_in_row >= patience.failures and source_id in last
    ]
    if not failing:
        return
    newest = failing[0][1]
    reason = (
        f"{len(failing)} of the documents behind {source.name} cannot be verified, such as {newest.source_id}: "
        f"{newest.ruling.reason}"
    )
    since = min((one.unverified_since for one, _ in failing if one.unverified_since), default=newest.started_at)
    yield Finding(
        source_id=source.id,
        trouble=Trouble.DOCUMENTS,
        code=newest.ruling.code,
        reason=reason,
        since=since,
        check_id=newest.id,
    )
