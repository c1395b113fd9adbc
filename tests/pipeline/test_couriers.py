"""Couriers: each load in a thread that carries nothing else; who is back takes the next."""

import threading
from threading import Event, get_ident

import pytest

from monitor.pipeline.couriers import Couriers

WAIT_S = 10.0


def test_who_is_back_takes_the_next_load() -> None:
    couriers = Couriers[int, tuple[int, int]](lambda load: (load, get_ident()))
    threads = set()
    for load in range(20):
        couriers.send(load)
        ((carried, thread),) = couriers.back(WAIT_S)
        assert carried == load
        threads.add(thread)
    couriers.close()
    assert len(threads) == 1


def test_a_courier_who_is_kept_waiting_keeps_nobody_else_waiting() -> None:
    released = Event()
    couriers = Couriers[str, str](lambda load: load if load != "slow" or released.wait(WAIT_S) else "never")
    for load in ("slow", "one", "two"):
        couriers.send(load)
    reports: list[str] = []
    while len(reports) < 2:
        reports += couriers.back(WAIT_S)
    assert sorted(reports) == ["one", "two"]
    assert couriers.away == 1
    released.set()
    assert couriers.back(WAIT_S) == ["slow"]
    couriers.close()


def test_after_the_close_each_courier_goes_once_he_is_back() -> None:
    released, before = Event(), set(threading.enumerate())
    couriers = Couriers[str, bool](lambda _: released.wait(WAIT_S))
    couriers.send("slow")
    couriers.send("slow too")
    hired = set(threading.enumerate()) - before
    couriers.close()
    released.set()
    for courier in hired:
        courier.join(WAIT_S)
    assert len(hired) == 2
    assert not any(courier.is_alive() for courier in hired)


def test_what_a_carrying_raises_reaches_the_caller_after_the_reports_before_it() -> None:
    def carry(load: int) -> int:
        if load < 0:
            raise ValueError("fell")
        return load

    couriers = Couriers[int, int](carry)
    couriers.send(1)
    assert couriers.back(WAIT_S) == [1]
    couriers.send(-1)
    with pytest.raises(ValueError, match="fell"):
        couriers.back(WAIT_S)
    couriers.close()
