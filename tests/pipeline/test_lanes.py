"""Each host has a lane, and a long lane keeps no other host waiting."""

from threading import Event, Thread

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.model.ids import SourceId
from monitor.model.source import Source
from monitor.pipeline.lanes import AT_ONCE, Lanes
from tests.pipeline.samples import a_source

MANY = 1_000


def source(name: str, host: str) -> Source:
    return replace(a_source(f"https://{host}.invalid/{name}"), id=SourceId(f"{host}.{name}"))


def test_a_host_with_hundreds_of_pages_does_not_hold_up_another() -> None:
    started: list[str] = []
    lanes = Lanes(lambda one: started.append(one.id), MANY, MANY)
    lanes.add([source(f"p{n}", "big") for n in range(300)])
    lanes.add([source("p0", "small")])
    assert started == ["big.p0", "big.p1", "small.p0"]


def test_hosts_take_turns_from_the_start() -> None:
    started: list[str] = []
    lanes = Lanes(lambda one: started.append(one.id), MANY, MANY)
    lanes.add([source(n, h) for n, h in (("1", "a"), ("2", "a"), ("1", "b"))])
    assert started == ["a.1", "b.1", "a.2"]


def test_a_lane_that_is_closed_starts_nothing_more() -> None:
    started: list[Source] = []
    lanes = Lanes(started.append, MANY, MANY)
    lanes.add([source(str(n), "a") for n in range(5)])
    lanes.close()
    lanes.finished(started[0], 0)
    assert len(started) == AT_ONCE


@given(st.lists(st.sampled_from("abc"), max_size=40))
def test_every_source_is_started_once_and_never_more_than_a_few_of_one_host(hosts: list[str]) -> None:
    sources = [source(str(place), host) for place, host in enumerate(hosts)]
    started: list[Source] = []
    lanes = Lanes(started.append, MANY, MANY)
    lanes.add(sources)
    for place in range(len(sources)):
        running = [urls.routes[0].url[8] for urls in started[place:]]
        assert all(running.count(host) <= AT_ONCE for host in "abc")
        lanes.finished(started[place], 0)
    assert sorted(one.id for one in started) == sorted(one.id for one in sources)


@given(st.lists(st.sampled_from("abcd"), max_size=40), st.integers(1, 9), st.integers(1, 5))
def test_no_more_are_begun_than_may_wait_and_all_are_in_the_end(hosts: list[str], most: int, batch: int) -> None:
    sources = [source(str(place), host) for place, host in enumerate(hosts)]
    started: list[Source] = []
    lanes = Lanes(started.append, most, MANY)
    lanes.add(sources)
    settled = 0
    while settled < len(sources):
        done = min(batch, len(started) - settled)
        assert 0 < done <= len(started) - settled <= most
        for one in started[settled : settled + done]:
            lanes.finished(one, 0)
        assert len(started) - settled <= most
        lanes.settled(done, 0)
        settled += done
    assert sorted(one.id for one in started) == sorted(one.id for one in sources)


def test_a_worker_waits_while_what_is_to_be_settled_is_heavy() -> None:
    lanes = Lanes(lambda _: None, MANY, 10)
    lanes.add([source(str(n), "a") for n in range(5)])
    went_on = Event()

    def work() -> None:
        lanes.wait_for_room()
        went_on.set()

    lanes.finished(source("0", "a"), 9)
    assert lanes.wait_for_room()
    lanes.finished(source("1", "a"), 1)
    worker = Thread(target=work, daemon=True)
    worker.start()
    assert not went_on.wait(0.05)
    lanes.settled(1, 1)
    assert went_on.wait(10)
    worker.join()


def test_nobody_waits_in_lanes_that_are_closed() -> None:
    lanes = Lanes(lambda _: None, MANY, 1)
    lanes.add([source("0", "a")])
    lanes.finished(source("0", "a"), 5)
    lanes.close()
    assert not lanes.wait_for_room()


def test_a_closed_lane_starts_nothing_when_others_are_settled() -> None:
    started: list[Source] = []
    lanes = Lanes(started.append, 1, MANY)
    lanes.add([source(str(n), "a") for n in range(5)])
    lanes.close()
    lanes.settled(1, 0)
    assert len(started) == 1


def test_rooms_given_back_from_many_threads_are_all_filled() -> None:
    started: list[Source] = []
    lanes = Lanes(started.append, MANY, MANY)
    lanes.add([source(str(n), "a") for n in range(200)])

    def work() -> None:
        for _ in range(50):
            lanes.finished(source("x", "a"), 0)

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == AT_ONCE + 150
