"""What is wrong with one source, or with the documents behind it, as its state and its checks show."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from msgspec import Struct

from monitor.compare.holds import HELD, WINDOW_SLID
from monitor.model.ids import SourceId
from monitor.model.problem import Finding, Trouble
from monitor.model.source import Source
from monitor.model.verdict import Check, Verdict
from monitor.model.watch import WatchState


class Patience(Struct, frozen=True, kw_only=True):
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


def documents_behind(
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
