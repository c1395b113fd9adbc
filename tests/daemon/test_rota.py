from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Event, Thread

from monitor.daemon.health import Event as Said
from monitor.daemon.rota import Rota

LIMIT_S = 30.0
SELDOM_S = 3600.0


def rota(parts: Mapping[str, Callable[[], None]], said: list[Said], every_s: float = SELDOM_S) -> Rota:
    return Rota(parts, every_s, lambda: datetime.now(UTC), said.append)  # noqa: TID251 - the scheduler's own clock


def run(one: Rota, meanwhile: Callable[[], None]) -> None:
    thread = Thread(target=one.run)
    thread.start()
    try:
        meanwhile()
    finally:
        one.end()
        thread.join(LIMIT_S)
    assert not thread.is_alive()


def test_a_part_that_takes_long_holds_up_no_other() -> None:
    others_turns, said = Event(), list[Said]()
    turns: list[str] = []

    def quick() -> None:
        turns.append("quick")
        if len(turns) == 3:
            others_turns.set()

    def slow() -> None:
        assert others_turns.wait(LIMIT_S)

    run(rota({"slow": slow, "quick": quick}, said, every_s=0.05), lambda: _true(others_turns.wait(LIMIT_S)))
    assert not said


def test_a_part_woken_in_its_turn_has_another_behind_it_and_never_two_at_once() -> None:
    begun, woken, done = Event(), Event(), Event()
    at_work: list[int] = []
    most: list[int] = []

    def part() -> None:
        at_work.append(1)
        most.append(len(at_work))
        begun.set()
        assert woken.wait(LIMIT_S)
        at_work.pop()
        if len(most) == 2:
            done.set()

    one = rota({"part": part}, [])

    def meanwhile() -> None:
        assert begun.wait(LIMIT_S)
        for _ in range(5):
            one.wake("part")
        woken.set()
        assert done.wait(LIMIT_S)

    run(one, meanwhile)
    assert set(most) == {1}


def test_one_that_was_ended_before_it_began_ends_at_once() -> None:
    turns: list[str] = []
    one = rota({"part": lambda: turns.append("turn")}, [])
    one.end()
    one.wake("part")
    one.run()
    assert turns == []


def test_a_fault_in_a_part_is_said_and_its_next_turn_comes() -> None:
    said: list[Said] = []
    again = Event()
    turns: list[str] = []

    def part() -> None:
        turns.append("turn")
        if len(turns) == 2:
            again.set()
        raise ZeroDivisionError("of ours")

    run(rota({"part": part}, said, every_s=0.05), lambda: _true(again.wait(LIMIT_S)))
    assert said[0].name == "internal"
    assert "ZeroDivisionError: of ours" in said[0].words


def _true(held: bool) -> None:
    assert held
