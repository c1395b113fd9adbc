from monitor.daemon.health import STALE_S, Event
from monitor.daemon.life import AWAITED, Life


class Watched:
    """A life whose time is set by the test; what systemd was told and which alarms there were."""

    def __init__(self) -> None:
        self.at = 100.0
        self.told: list[str] = []
        self.alarms: list[Event] = []
        self.life = Life(tell=self.told.append, alarm=self.alarms.append, monotonic=lambda: self.at)

    def later(self, seconds: float, *working: str) -> None:
        self.at += seconds
        for part in working:
            self.life.sign(part)
        self.life.look(starting=False)


def test_the_watchdog_is_pinged_while_every_part_gives_signs() -> None:
    watched = Watched()
    for _ in range(5):
        watched.later(STALE_S - 1, *AWAITED)
    assert watched.told == ["WATCHDOG=1"] * 5
    assert watched.alarms == []


def test_one_part_that_gives_none_ends_the_pings_and_is_named_once() -> None:
    watched = Watched()
    for _ in range(4):
        watched.later(STALE_S / 2, "watch", "digests", "keep")
    assert len(watched.told) == 2
    (alarm,) = watched.alarms
    assert (alarm.name, alarm.fields["part"]) == ("hangs", "tell")
    watched.later(1, "tell")
    assert len(watched.told) == 3


def test_patience_is_asked_for_only_during_the_first_look() -> None:
    watched = Watched()
    watched.life.look(starting=True)
    watched.life.look(starting=False)
    assert watched.told == ["WATCHDOG=1\nEXTEND_TIMEOUT_USEC=180000000", "WATCHDOG=1"]
