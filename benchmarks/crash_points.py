"""Named points of a tick at which the crash harness can kill it. The program itself knows nothing of them: the
harness's own entry (``crash_tick``) wraps the functions named here, in the one process that is to die.
"""

import importlib
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

_UNIT = "monitor.store.unit:StoreUnit"
_COMMIT = "monitor.store.connection:Database._commit"
_POLL = "monitor.pipeline.poll:Poll.run"
_DIGEST = "monitor.pipeline.periods:Periods._close"
_DELIVER = "monitor.pipeline.deliver:Deliverer.run"
_POST = "monitor.net.client:HttpClient.post"


@dataclass(frozen=True, slots=True)
class Point:
    """Before or after a call ``of`` a function, counted only ``within`` a call of another when that is named."""

    of: str
    before: bool = False
    within: str | None = None


POINTS = {
    "the lock is taken": Point("monitor.store.lock:WriterLock.acquire"),
    "the database is open": Point("monitor.store.opening:_writing"),
    "a page is about to be asked for": Point("monitor.net.client:HttpClient.fetch", before=True),
    "a page has come": Point("monitor.net.client:HttpClient.fetch"),
    "a page is read": Point("monitor.pipeline.opening:Opening.extract"),
    "a check is compared and assessed": Point("monitor.pipeline.settle:Settler.prepare"),
    "the ledger row is written": Point(f"{_UNIT}.check"),
    "the evidence is written": Point(f"{_UNIT}.capture"),
    "the baseline is set": Point(f"{_UNIT}.accept"),
    "a change is written": Point(f"{_UNIT}.change"),
    "a change's telling is in the outbox": Point(f"{_UNIT}.enqueue", within=_POLL),
    "an audit entry is written": Point(f"{_UNIT}.audit", within=_POLL),
    "a check is about to be committed": Point(_COMMIT, before=True, within=_POLL),
    "a check is committed": Point(_COMMIT, within=_POLL),
    "all is polled": Point(_POLL),
    "problems are reviewed": Point("monitor.pipeline.problems:ProblemDesk.review"),
    "a period is closed": Point(f"{_UNIT}.close_period"),
    "a digest is built": Point("monitor.pipeline.digest:DigestBuilder.build"),
    "a digest is rendered": Point("monitor.compose.digest:render_digest"),
    "a digest is written": Point(f"{_UNIT}.digest"),
    "a digest's telling is in the outbox": Point(f"{_UNIT}.enqueue", within=_DIGEST),
    "the next period is open": Point(f"{_UNIT}.open_period", within=_DIGEST),
    "a digest is about to be committed": Point(_COMMIT, before=True, within=_DIGEST),
    "a digest is committed": Point(_COMMIT, within=_DIGEST),
    "a row is leased": Point("monitor.store.outbox:OutboxTable.lease", within=_DELIVER),
    "an attempt is written": Point("monitor.store.outbox:OutboxTable.start_attempt", within=_DELIVER),
    "an attempt is about to be committed": Point(_COMMIT, before=True, within=_DELIVER),
    "an attempt is committed": Point(_COMMIT, within=_DELIVER),
    "a telling is about to be sent": Point(_POST, before=True),
    "a telling is on the wire, unanswered": Point("urllib3.connection:HTTPConnection.getresponse", True, _POST),
    "a telling is answered": Point(_POST),
    "the end of an attempt is written": Point("monitor.store.outbox:OutboxTable.finish_attempt", within=_DELIVER),
    "all is told": Point(_DELIVER),
    "the holds of hosts are kept": Point("monitor.store.hosts:Hosts.save_holds"),
    "the database is about to be closed": Point("monitor.store.store:Store.close", before=True),
}


def arm(name: str, nth: int) -> None:
    """From now on this process dies by SIGKILL the ``nth`` time (from 1) that it comes to the point ``name``."""
    point, inside, met = POINTS[name], [0], [0]

    def die() -> None:
        met[0] += point.within is None or inside[0] > 0
        if met[0] == nth:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(real)
        def call(*args: Any, **more: Any) -> Any:
            inside[0] += 1
            try:
                return real(*args, **more)
            finally:
                inside[0] -= 1

        return call

    def deadly(real: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(real)
        def call(*args: Any, **more: Any) -> Any:
            if point.before:
                die()
            result = real(*args, **more)
            if not point.before:
                die()
            return result

        return call

    if point.within is not None:
        _replace(point.within, counted)
    _replace(point.of, deadly)


def _replace(target: str, by: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    module, path = target.split(":")
    *owners, name = path.split(".")
    owner: Any = importlib.import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    setattr(owner, name, by(getattr(owner, name)))
