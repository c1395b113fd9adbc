"""Keeping a poll's threads together changes where they run, for as long as the poll goes on, and nothing else."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.app import one_core
from monitor.app.one_core import on_one_core

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a thread choose its core")


def cores() -> set[int]:
    assert sys.platform == "linux"
    return os.sched_getaffinity(0)


def test_the_thread_and_those_it_starts_share_one_core() -> None:
    before = cores()
    with on_one_core(), ThreadPoolExecutor(2) as pool:
        assert len(cores()) == 1
        assert cores() <= before
        assert pool.submit(cores).result() == cores()


def test_afterwards_every_core_is_free_again() -> None:
    before = cores()
    with on_one_core():
        pass
    assert cores() == before


def test_an_error_inside_frees_the_cores_too() -> None:
    before = cores()
    with pytest.raises(LookupError), on_one_core():
        raise LookupError
    assert cores() == before


def test_a_system_that_forbids_it_lets_the_poll_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(pid: int, mask: set[int]) -> None:
        raise PermissionError(1, "not here")

    monkeypatch.setattr(os, "sched_setaffinity", forbid)
    before = cores()
    with on_one_core():
        assert cores() == before


def test_where_the_core_is_not_told_nothing_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_core, "_core", lambda: None)
    before = cores()
    with on_one_core():
        assert cores() == before


def test_the_core_told_is_one_of_those_we_may_use() -> None:
    assert one_core._core() in cores()
