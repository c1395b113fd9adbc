"""The poll on a real database, with answers written down in place of the network."""

from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from queue import SimpleQueue
from time import sleep
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from monitor.assess.rules import Rules, parse_rules
from monitor.config import read_reference
from monitor.config.shipped import shipped
from monitor.model.capture import FetchOutcome
from monitor.model.delivery import Format, Interest, Subscriber, Voice
from monitor.model.difference import Change
from monitor.model.errors import StoreError
from monitor.model.ids import Sha256, SourceId
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Follow, Kind, Source
from monitor.model.verdict import Trigger, Verdict
from monitor.pipeline import poll
from monitor.pipeline.announce import Announcer
from monitor.pipeline.gather import Gatherer
from monitor.pipeline.gathered import Gathered
from monitor.pipeline.poll import WAITING, Poll, _batch
from monitor.pipeline.record import Polled
from monitor.pipeline.settle import Settler
from monitor.store import Store
from tests.fakes import NOW, CountingExtractor, ScriptedFetcher, SettableClock, failed, page
from tests.pipeline.samples import a_source, read_lines

VOICE = Voice(instance="urn:test", link_base=None, zone="UTC", demo=False)
FORMATS = {"file": Format.EVENT}
DOCUMENTS = "https://documents.cms.gov/"


def rules() -> Rules:
    folder = shipped("sources.yaml").parent
    return parse_rules(read_reference(folder), watch_codes=(), watch_product_codes=(), watch_terms=())


def source(name: str, host: str = "www.cms.gov") -> Source:
    return replace(a_source(f"https://{host}/{name}"), id=SourceId(f"demo.{name}"))


def read_or_break(page: Page, source: Source) -> Snapshot:
    if page.body == b"break":
        raise ZeroDivisionError("a fault of our own")
    return read_lines(page, source)


def a_poll(
    store: Store, fetcher: ScriptedFetcher, clock: SettableClock, *, workers: int = 2, everybody: bool = False
) -> Poll:
    reading = CountingExtractor(read=read_or_break)
    folder = Subscriber(id="all", channel="file", address="/nowhere", interests=(Interest(tiers=tuple(_tiers())),))
    announcer = Announcer(subscribers=(folder,) if everybody else (), formats=FORMATS, voice=VOICE, templates=dict)
    settler = Settler(
        store=store,
        extractor_for=lambda _: reading,
        rules=rules,
        announcer=announcer,
        confirm_after=timedelta(minutes=30),
        time_zone=ZoneInfo("UTC"),
    )
    gatherer = Gatherer(fetcher=fetcher, now=clock.now, full_get_every=timedelta(days=7))
    return Poll(
        gatherer=gatherer,
        settler=settler,
        store=store,
        extractor_for=lambda _: reading,
        now=clock.now,
        workers=workers,
    )


def _tiers() -> list[Any]:
    from monitor.model.assessment import Tier

    return list(Tier)


def answers(sources: list[Source], body: bytes = b"a b c") -> dict[str, FetchOutcome]:
    return {one.routes[0].url: page(one.routes[0].url, body, "text/plain") for one in sources}


def test_each_source_leaves_one_row_and_the_outcomes_come_in_the_order_asked(store: Store) -> None:
    sources = [source(f"s{n}", f"h{n % 3}.cms.gov") for n in range(30)]
    seen: list[Polled] = []
    done = a_poll(store, ScriptedFetcher(answers(sources)), SettableClock()).run(sources, Trigger.HAND, seen.append)
    assert [one.source.id for one in done] == [one.id for one in sources]
    assert {one.check.id for one in seen} == {one.check.id for one in done}
    assert len({one.check.id for one in done}) == 30
    assert store.queries.counts().checks == 30


def test_nothing_to_check_is_nothing_done(store: Store) -> None:
    assert a_poll(store, ScriptedFetcher({}), SettableClock()).run((), Trigger.HAND) == ()


def test_a_source_that_is_named_twice_is_checked_twice_and_the_poll_ends(store: Store) -> None:
    one = source("s")
    done = a_poll(store, ScriptedFetcher(answers([one])), SettableClock()).run([one, one], Trigger.HAND)
    assert len(done) == 2
    assert store.queries.counts().checks == 2


def test_a_fault_of_our_own_is_that_sources_failure_and_the_poll_goes_on(store: Store) -> None:
    broken, fine = source("broken"), source("fine")
    told = answers([fine]) | answers([broken], b"break")
    done = a_poll(store, ScriptedFetcher(told), SettableClock()).run([broken, fine], Trigger.SCHEDULE)
    assert [one.check.ruling.verdict for one in done] == [Verdict.FAILED, Verdict.CHANGED]
    assert done[0].check.ruling.code == "internal"
    assert "ZeroDivisionError: a fault of our own" in done[0].check.ruling.reason
    assert {one.check.trigger for one in done} == {Trigger.SCHEDULE}


def test_a_change_that_cannot_be_told_is_that_sources_failure_alone(store: Store) -> None:
    fine, poison = source("fine"), source("poison")
    urls = [one.routes[0].url for one in (fine, poison)]
    told = {url: [page(url, b"a b", "text/plain"), page(url, b"a b c", "text/plain")] for url in urls}

    class Choking(Announcer, frozen=True):
        def announce(self, unit: Any, change: Change, *rest: Any) -> None:
            if change.source_id == poison.id:
                raise ValueError("no words for it")
            super().announce(unit, change, *rest)

    poll = a_poll(store, ScriptedFetcher(told), SettableClock())
    choking = Choking(subscribers=(), formats=FORMATS, voice=VOICE, templates=dict)
    poll = replace(poll, settler=replace(poll.settler, announcer=choking))
    poll.run([fine, poison], Trigger.HAND)
    done = poll.run([fine, poison], Trigger.HAND)
    assert [one.check.ruling.code for one in done] == ["changed", "internal"]
    assert [kept.change.source_id for kept in store.queries.changes()] == [fine.id]
    assert (store.queries.counts().checks, store.queries.verify_chain()) == (4, None)


def test_a_certificate_that_is_not_the_one_shown_before_is_audited(store: Store) -> None:
    one = source("a")
    url = one.routes[0].url

    def shown(certificate: str, body: bytes) -> FetchOutcome:
        answer = page(url, body, "text/plain")
        return replace(answer, capture=replace(answer.capture, certificate_sha256=Sha256(certificate * 32)))

    fetcher = ScriptedFetcher({url: [shown("aa", b"a b"), shown("aa", b"a b c"), shown("bb", b"a b c d")]})
    clock = SettableClock()
    counts = []
    for _ in range(3):
        a_poll(store, fetcher, clock).run([one], Trigger.HAND)
        clock.forward(days=1)
        counts.append(store.database.value("SELECT count(*) FROM audit WHERE event = 'certificate'"))
    assert counts == [0, 0, 1]


@pytest.mark.parametrize("hosts", [1, 20])
def test_a_database_that_fails_ends_the_poll_and_nothing_more_is_fetched(store: Store, hosts: int) -> None:
    sources = [source(f"s{n}", f"h{n % hosts}.cms.gov") for n in range(20)]

    class Distant(ScriptedFetcher):
        """Takes a moment for each answer, as a network does."""

        def fetch(self, url: str, **rest: Any) -> FetchOutcome:
            sleep(0.02)
            return super().fetch(url, **rest)

    fetcher = Distant(answers(sources))

    @dataclass
    class Full:
        """A store whose disk is full."""

        def states(self) -> dict[SourceId, Any]:
            return {}

        @contextmanager
        def unit(self) -> Iterator[Any]:
            if self.states() == {}:
                raise StoreError(code="full", what="the disk is full", where="monitor.db", mend="Free some space")
            yield

    poll = replace(a_poll(store, fetcher, SettableClock(), workers=1), store=Full())
    with pytest.raises(StoreError, match="the disk is full"):
        poll.run(sources, Trigger.HAND)
    assert len(fetcher.asked) < 20
    assert store.queries.counts().checks == 0


def test_once_it_is_to_stop_no_further_source_is_begun_and_those_leave_no_row(store: Store) -> None:
    sources = [source(f"s{n}") for n in range(5)]
    fetcher = ScriptedFetcher(answers(sources))
    poll = replace(a_poll(store, fetcher, SettableClock(), workers=1), stopping=lambda: len(fetcher.asked) == 2)
    done = poll.run(sources, Trigger.SCHEDULE)
    assert [one.source.id for one in done] == ["demo.s0", "demo.s1"]
    assert (len(fetcher.asked), store.queries.counts().checks) == (2, 2)


def test_a_document_of_a_list_that_could_not_be_kept_waits_until_the_list_is(store: Store) -> None:
    """Else it would be known although no record of it is."""
    list_ = replace(source("list"), follow=(Follow(kind=Kind.PROSE, extractor="lines", url=f"{DOCUMENTS}{{key}}"),))
    url, clock = list_.routes[0].url, SettableClock()
    two, three = (page(url, body, "text/plain") for body in (b"a b", b"a b c"))
    documents = {f"{DOCUMENTS}{name}": page(f"{DOCUMENTS}{name}", b"x", "text/plain") for name in "abc"}
    fetcher = ScriptedFetcher({url: [two, three, three], **documents})
    poll = a_poll(store, fetcher, clock)

    class Choking(Announcer, frozen=True):
        def announce(self, *given: Any) -> None:
            raise ValueError("no words for it")

    choking = Choking(subscribers=(), formats=FORMATS, voice=VOICE, templates=dict)
    for one in (poll, replace(poll, settler=replace(poll.settler, announcer=choking)), poll):
        fetcher.asked.append("|")
        one.run([list_], Trigger.HAND)
        clock.forward(days=1)
    asked = "".join(url.rpartition("/")[2] for url in fetcher.asked if url != list_.routes[0].url)
    assert ["".join(sorted(part)) for part in asked.split("|")[1:]] == ["ab", "", "c"]


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([0] * 65, [64, 1]),
        ([8_000_000, 1], [1, 1]),
        ([7_999_999, 1, 1], [2, 1]),
        ([4_000_000, 3_999_999, 9, 9], [3, 1]),
    ],
)
def test_a_unit_of_work_is_bounded_in_checks_and_in_bytes(sizes: list[int], batches: list[int]) -> None:
    ready: SimpleQueue[tuple[Source, Future[Gathered]]] = SimpleQueue()
    for size in sizes:
        done = Future[Gathered]()
        brought = page("https://a.cms.gov/", bytes(size)).capture
        done.set_result(Gathered(source=source("s"), started_at=NOW, ended_at=NOW, evidence=(brought,)))
        ready.put((source("s"), done))
    found = []
    while not ready.empty():
        found.append(len(_batch(ready)))
    assert found == batches


def test_all_of_a_check_is_kept_or_none_of_it(store: Store) -> None:
    one, clock = source("s"), SettableClock()
    url = one.routes[0].url
    fetcher = ScriptedFetcher({url: [page(url, b"a b", "text/plain"), page(url, b"a b c", "text/plain")]})
    poll = a_poll(store, fetcher, clock, everybody=True)
    poll.run([one], Trigger.HAND)
    before = store.queries.counts(), store.states()

    class Breaking(Announcer, frozen=True):
        def announce(self, *given: Any) -> None:
            super().announce(*given)
            raise StoreError(code="io", what="it broke", where="monitor.db", mend="Look")

    told = poll.settler.announcer
    breaking = Breaking(subscribers=told.subscribers, formats=FORMATS, voice=VOICE, templates=dict)
    clock.forward(days=1)
    with pytest.raises(StoreError):
        replace(poll, settler=replace(poll.settler, announcer=breaking)).run([one], Trigger.HAND)
    after = store.queries.counts(), store.states()
    assert (after[0].checks, after[0].changes, after[0].audit_entries) == (1, 0, 1)
    assert after[1] == before[1]
    poll.run([one], Trigger.HAND)
    counts = store.queries.counts()
    assert (counts.checks, counts.changes, sum(counts.deliveries.values())) == (2, 1, 0)


def test_a_change_found_long_after_it_was_due_is_told_as_found_late(store: Store) -> None:
    one, clock = source("s"), SettableClock()
    url = one.routes[0].url
    bodies = [b"a b", b"a b c", b"a b c d"]
    fetcher = ScriptedFetcher({url: [page(url, body, "text/plain") for body in bodies]})
    poll = a_poll(store, fetcher, clock)
    poll.run([one], Trigger.HAND)
    clock.forward(days=1)
    poll.run([one], Trigger.HAND)
    clock.forward(days=5)
    poll.run([one], Trigger.HAND)
    assert [kept.change.found_late for kept in store.queries.changes()] == [True, False]
    newest = store.queries.changes()[0].change
    assert (newest.last_unchanged_at, newest.first_changed_at) == (NOW + timedelta(days=1), NOW + timedelta(days=6))


def test_a_removal_was_first_seen_when_it_was_first_missed(store: Store) -> None:
    one, clock = source("s"), SettableClock()
    url = one.routes[0].url
    fetcher = ScriptedFetcher({url: [page(url, b"a b c", "text/plain"), page(url, b"a b", "text/plain")]})
    poll = a_poll(store, fetcher, clock)
    poll.run([one], Trigger.HAND)
    for _ in range(3):
        clock.forward(minutes=20)
        poll.run([one], Trigger.HAND)
    (removed,) = store.queries.changes()
    assert (removed.change.last_unchanged_at, removed.change.first_changed_at) == (NOW, NOW + timedelta(minutes=20))
    assert not removed.change.found_late


def test_a_failure_between_two_looks_does_not_count_as_the_second(store: Store) -> None:
    one, clock = source("s"), SettableClock()
    url = one.routes[0].url
    less = page(url, b"a b", "text/plain")
    fetcher = ScriptedFetcher({url: [page(url, b"a b c", "text/plain"), less, failed("reset"), less]})
    poll = a_poll(store, fetcher, clock)
    verdicts = []
    for _ in range(4):
        (done,) = poll.run([one], Trigger.HAND)
        verdicts.append(done.check.ruling.code)
        clock.forward(hours=1)
    assert verdicts == ["baseline", "removal-pending", "reset", "changed"]


def test_hosts_take_turns(store: Store) -> None:
    sources = [
        source("a1", "a.cms.gov"),
        source("a2", "a.cms.gov"),
        source("b1", "b.cms.gov"),
        source("c1", "c.cms.gov"),
    ]
    fetcher = ScriptedFetcher(answers(sources))
    a_poll(store, fetcher, SettableClock(), workers=1).run(sources, Trigger.HAND)
    assert [url.rpartition("/")[2] for url in fetcher.asked] == ["a1", "b1", "c1", "a2"]


@pytest.mark.parametrize(("body", "waiting"), [(b"a b c", WAITING), (b"a " * 50, 4)], ids=["many", "large"])
def test_no_more_is_fetched_ahead_than_may_wait_to_be_settled(
    store: Store, monkeypatch: pytest.MonkeyPatch, body: bytes, waiting: int
) -> None:
    monkeypatch.setattr(poll, "WAITING_BYTES", 400 if waiting == 4 else 4_000_000)
    sources = [source(f"s{n}", f"h{n}.cms.gov") for n in range(waiting + 60)]
    fetcher, ahead = ScriptedFetcher(answers(sources, body)), list[int]()
    settled = 0

    def done(_: Polled) -> None:
        nonlocal settled
        ahead.append(len(fetcher.asked) - settled)
        settled += 1

    a_poll(store, fetcher, SettableClock(), workers=3).run(sources, Trigger.HAND, done)
    assert len(ahead) == len(set(fetcher.asked)) == len(sources)
    assert max(ahead) <= 3 + waiting


def test_a_list_with_a_schedule_waits_for_it_and_repeats_what_it_says_when_nothing_is_new(store: Store) -> None:
    schedule, clock = source("schedule"), SettableClock()
    waiting = [replace(source(name), schedule=schedule.id) for name in ("lcds", "articles")]
    sources = [*waiting, source("other"), schedule, schedule]
    for reason in ("Baseline captured", "refreshed-on-thursday"):
        fetcher = ScriptedFetcher(answers(sources[:3]) | answers([schedule], b"refreshed-on-thursday"))
        polled = a_poll(store, fetcher, clock, workers=1).run(sources, Trigger.HAND)
        asked = [url.rsplit("/", 1)[-1] for url in fetcher.asked]
        assert max(asked.index("schedule"), 0) < min(asked.index("lcds"), asked.index("articles"))
        assert len(asked) == len(sources)
        assert all(reason in one.check.ruling.reason for one in polled[:2])
        clock.forward(days=1)
    assert "refreshed" not in polled[2].check.ruling.reason


def test_a_list_whose_schedule_failed_or_is_not_asked_is_checked_all_the_same(store: Store) -> None:
    schedule = source("schedule")
    lcds = replace(source("lcds"), schedule=schedule.id)
    fetcher = ScriptedFetcher(answers([lcds]) | {schedule.routes[0].url: failed("reset")})
    for sources in ([schedule, lcds], [lcds]):
        polled = a_poll(store, fetcher, SettableClock()).run(sources, Trigger.HAND)
        assert polled[-1].check.ruling.verdict.verified
