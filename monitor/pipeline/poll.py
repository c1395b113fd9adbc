"""The poll: sources gathered side by side, then settled in turn, each check kept whole or not at all.

1. Worker threads gather (``gather.py``): fetch, vet the response, extract.
2. The calling thread prepares (``settle.py``): vet against the baseline, diff, group, assess.
3. One unit of work writes ledger row, evidence, baseline, changes, assessments, outbox rows and audit entries. Checks
   that are ready at the same moment share a unit; a crash before its commit loses nothing, for none of it was told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from monitor.model.errors import StoreError
from monitor.model.ids import SourceId
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Ruling, Trigger, Verdict
from monitor.model.watch import WatchState
from monitor.pipeline.family import Plan
from monitor.pipeline.gather import Gatherer
from monitor.pipeline.gathered import Gathered
from monitor.pipeline.lanes import Lanes
from monitor.pipeline.ports import Extractor, WatchStore
from monitor.pipeline.record import Polled, Prepared
from monitor.pipeline.refreshed import with_schedule
from monitor.pipeline.settle import Settler

if TYPE_CHECKING:  # a poll meets no copy saved by hand
    from monitor.pipeline.by_hand import HandCopy

BATCH_CHECKS = 64
BATCH_BYTES = 8_000_000
"""One unit of work holds at most this many checks, and little more than this many body bytes."""

WAITING = 120
WAITING_BYTES = 4_000_000
"""So many sources may wait to be settled, besides those in the workers' hands, and no other is begun while those that
wait have so many body bytes: more would fill the memory. Of small pages fewer would save next to nothing, and cost a
tenth of the time: who settles many at a stretch takes turns with the workers less often.
"""

_Ready = tuple[Source, Future[Gathered]]


_T = TypeVar("_T")


class _Crash(Struct, frozen=True):
    """A fault nobody foresaw, met while working on one source."""

    fault: Exception


class _NotBegun(Exception):
    """The program is to end: this source was not asked, and leaves no row."""


class Poll(Struct, frozen=True, kw_only=True):
    """Checks sources. ``extractor_for`` says how a source is read; ``now`` is the clock (UTC, aware); once ``stopping``
    says so, no further source is begun.
    """

    gatherer: Gatherer
    settler: Settler
    store: WatchStore
    extractor_for: Callable[[Source], Extractor]
    now: Callable[[], datetime]
    workers: int
    stopping: Callable[[], bool] = lambda: False

    def run(
        self, sources: Sequence[Source], trigger: Trigger, on_done: Callable[[Polled], None] = lambda _: None
    ) -> tuple[Polled, ...]:
        """Checks all ``sources`` now, and the documents that are new or changed on a list among them; each leaves
        exactly one ledger row. Returns the outcomes in the given order.

        A source whose data have a schedule waits until that one has been checked, a document until its list has; one
        that its list no longer names by then is not asked, and leaves no row.
        """
        states = self.store.states()
        plan = Plan(sources, self.store)
        done: list[Polled] = []
        with _workers(self.workers) as pool:
            ready: SimpleQueue[_Ready] = SimpleQueue()
            lanes = Lanes(
                lambda source: self._submit(pool, ready, lanes, source, _state(states, source)),
                self.workers + WAITING,
                WAITING_BYTES,
            )
            with closing(lanes):
                lanes.add(plan.first)
                waiting = len(plan.first)
                while waiting:
                    batch = _batch(ready)
                    waiting -= len(batch)
                    begun = [one for one in batch if not isinstance(one[1].exception(), _NotBegun)]
                    for polled, accepted in self._keep(begun, states, trigger):
                        done.append(polled)
                        on_done(polled)
                        behind = plan.after(polled.source, accepted, _state(states, polled.source))
                        waiting += len(behind)
                        lanes.add(behind)
                    lanes.settled(len(batch), sum(map(_weight, batch)))
        return tuple(sorted(done, key=lambda polled: plan.place(polled.source)))

    def run_copy(self, copy: "HandCopy") -> Polled:
        """Settles a copy that a person saved, as ``run`` settles a fetched one; it leaves one ledger row."""
        source, states = copy.source, self.store.states()
        with _workers(1) as pool:
            future = pool.submit(copy.gather, _state(states, source), self.extractor_for(source), self.now())
            future.exception()  # waits; a fault inside is the source's FAILED, as in any poll
            ((polled, _),) = self._keep([(source, future)], states, Trigger.IMPORT)
            return polled

    def _submit(
        self, pool: ThreadPoolExecutor, ready: "SimpleQueue[_Ready]", lanes: Lanes, source: Source, state: WatchState
    ) -> None:
        def work() -> Gathered:
            weight = 0
            try:
                if not lanes.wait_for_room() or self.stopping():
                    raise _NotBegun
                gathered = self._gather(source, state)
                weight = _bytes_of(gathered)
                return gathered
            finally:
                lanes.finished(source, weight)

        pool.submit(work).add_done_callback(lambda finished: ready.put((source, finished)))

    def _gather(self, source: Source, state: WatchState) -> Gathered:
        return self.gatherer.gather(source, state, self.extractor_for(source))

    def _keep(
        self, batch: Sequence[_Ready], states: Mapping[SourceId, WatchState], trigger: Trigger
    ) -> tuple[tuple[Polled, Snapshot | None], ...]:
        """Each outcome, with the content that is the baseline from now on when that is new."""
        if not batch:
            return ()
        prepared = [self._prepare(source, future, _state(states, source), trigger) for source, future in batch]
        written = self._bordered(lambda: self._write(prepared))
        if isinstance(written, _Crash):  # one of them cannot be written; the others must not suffer for it
            written = tuple(self._write_alone(one, trigger) for one in prepared)
        return tuple(
            (polled, one.accept if polled.check.ruling.verdict.verified else None)
            for one, polled in zip(prepared, written, strict=True)
        )

    def _write(self, prepared: Sequence[Prepared]) -> tuple[Polled, ...]:
        with self.store.unit() as unit:
            return tuple(self.settler.write(unit, one) for one in prepared)

    def _write_alone(self, one: Prepared, trigger: Trigger) -> Polled:
        written = self._bordered(lambda: self._write([one]))
        if isinstance(written, _Crash):
            crashed = self._crashed(one.gathered.source, written.fault)
            written = self._write([self.settler.prepare(crashed, one.state, trigger)])
        return written[0]

    def _prepare(self, source: Source, future: Future[Gathered], state: WatchState, trigger: Trigger) -> Prepared:
        prepared = self._bordered(
            lambda: with_schedule(self.settler.prepare(future.result(), state, trigger), self.store)
        )
        if isinstance(prepared, _Crash):
            return self.settler.prepare(self._crashed(source, prepared.fault), state, trigger)
        return prepared

    def _bordered(self, step: Callable[[], _T]) -> "_T | _Crash":
        """The border around a single source: whatever goes wrong inside is that source's FAILED, and the poll goes on.
        A fault of the database concerns every source and is let through.
        """
        try:
            return step()
        except StoreError:
            raise
        except Exception as fault:  # noqa: BLE001 - the one border of the house
            return _Crash(fault)

    def _crashed(self, source: Source, fault: Exception) -> Gathered:
        now = self.now()
        reason = f"The monitor itself failed on this source ({type(fault).__name__}: {fault}). Please report it."
        ruling = Ruling(verdict=Verdict.FAILED, code="internal", reason=reason)
        return Gathered(source=source, started_at=now, ended_at=now, ruling=ruling)


@contextmanager
def _workers(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that end with the block. When it ends by an error (Ctrl-C, a full disk) nothing more is begun: what could
    not be kept need not be fetched.
    """
    with ThreadPoolExecutor(max_workers=count, thread_name_prefix="poll") as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _state(states: Mapping[SourceId, WatchState], source: Source) -> WatchState:
    return states.get(source.id) or WatchState(source_id=source.id)


def _batch(ready: "SimpleQueue[_Ready]") -> list[_Ready]:
    """Waits for one finished source, then takes what else is finished already, within the limits of a unit."""
    batch = [ready.get()]
    weight = _weight(batch[0])
    while len(batch) < BATCH_CHECKS and weight < BATCH_BYTES:
        try:
            batch.append(ready.get_nowait())
        except Empty:
            break
        weight += _weight(batch[-1])
    return batch


def _weight(item: _Ready) -> int:
    future = item[1]
    return 0 if future.exception() is not None else _bytes_of(future.result())


def _bytes_of(gathered: Gathered) -> int:
    return sum(len(c.body) for c in (*gathered.pages, *gathered.evidence))
