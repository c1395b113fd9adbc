"""The service's figures in Prometheus' text format, version 0.0.4."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.daemon.health import Health
from monitor.daemon.tick import Tick


@dataclass(slots=True)
class Totals:
    """What all turns since the start have done. A tick is a turn of the watch; ``last_tick_at``, ``last_tick_s``: end
    and length of the newest.
    """

    ticks: int = 0
    failed: int = 0
    checks: int = 0
    unverified: int = 0
    changes: int = 0
    digests: int = 0
    sent: int = 0
    unsent: int = 0
    last_tick_at: datetime | None = None
    last_tick_s: float = 0.0

    def add(self, one: Tick) -> None:
        self.failed += one.trouble is not None
        self.checks += one.checked
        self.unverified += one.unverified
        self.changes += one.changes
        self.digests += one.digests
        self.sent += one.sent
        self.unsent += one.unsent

    def watched(self, *, at: datetime, seconds: float) -> None:
        self.ticks += 1
        self.last_tick_at, self.last_tick_s = at, seconds


def exposition(totals: Totals, health: Health) -> str:
    """All figures, each with its help and type."""
    return "".join(_lines(totals, health))


def _lines(totals: Totals, health: Health) -> Iterator[str]:
    counted = {
        "ticks_total": ("Turns of the watch since the start.", totals.ticks),
        "ticks_failed_total": ("Turns of any part that could not have the database.", totals.failed),
        "checks_total": ("Checks of sources.", totals.checks),
        "checks_unverified_total": ("Checks that verified nothing.", totals.unverified),
        "changes_total": ("Changes found.", totals.changes),
        "digests_total": ("Digests made.", totals.digests),
        "deliveries_sent_total": ("Tellings that were taken.", totals.sent),
        "deliveries_unsent_total": ("Attempts at telling that failed.", totals.unsent),
    }
    for name, (what, value) in counted.items():
        yield _metric(name, "counter", what, [("", value)])
    vitals = health.vitals
    at = totals.last_tick_at
    yield _metric(
        "last_tick_timestamp_seconds", "gauge", "End of the newest tick.", [("", at.timestamp() if at else 0)]
    )
    yield _metric("last_tick_seconds", "gauge", "Length of the newest tick.", [("", round(totals.last_tick_s, 3))])
    yield _metric("ready", "gauge", "1 when nothing is wrong.", [("", int(not health.faults))])
    yield _metric("disk_free_ratio", "gauge", "Free share of the disk.", [("", round(health.free_share, 4))])
    yield _metric("sources_overdue", "gauge", "Sources beyond their limit.", [("", len(vitals.overdue))])
    yield _metric("problems_open", "gauge", "Open problems of watching.", [("", vitals.open_problems)])
    rows = [(f'{{state="{_label(state)}"}}', number) for state, number in vitals.deliveries.items()]
    yield _metric("deliveries", "gauge", "Tellings by state.", rows)
    good = [(f'{{source="{_label(id_)}"}}', at.timestamp()) for id_, at in vitals.last_good.items() if at is not None]
    yield _metric("source_last_good_timestamp_seconds", "gauge", "Last verified check.", good)


def _metric(name: str, kind: str, what: str, rows: Sequence[tuple[str, float]]) -> str:
    full = f"cmaa_{name}"
    values = "".join(f"{full}{labels} {value}\n" for labels, value in rows)
    return f"# HELP {full} {what}\n# TYPE {full} {kind}\n{values}"


def _label(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
