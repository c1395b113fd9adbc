"""What the crash proof counts, how it is shown, and whether it holds."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from crash_proof import Truth

from monitor.store.opening import library_report

READY_LIMIT_S = 5.0
ENOUGH_STARTS = 10
"""Of fewer starts a p99 says nothing."""

ENOUGH_KILLS = 150
"""With so many kills at random, a proof in which fewer moments than these were hit is at fault."""
SEEN_MOMENTS = 4

MOMENTS = (
    "starting: nothing asked yet",
    "asking: nothing committed yet",
    "committed, telling not begun",
    "a digest committed, telling not begun",
    "telling",
    "all told, not yet ended",
)


@dataclass
class Tally:
    """What all series have shown so far. Times are seconds. ``points``: kills at each named point; ``beyond``: ticks
    that ended without coming to theirs.
    """

    moments: Counter[str] = field(default_factory=Counter)
    too_late: int = 0
    unsound: int = 0
    faults: list[str] = field(default_factory=list)
    marked_unreceived: int = 0
    openings_s: list[float] = field(default_factory=list)
    ready_s: list[float] = field(default_factory=list)
    runs_s: list[float] = field(default_factory=list)
    truths: list[Truth] = field(default_factory=list)
    points: Counter[str] = field(default_factory=Counter)
    beyond: Counter[str] = field(default_factory=Counter)

    @property
    def kills(self) -> int:
        return self.moments.total() + self.points.total()

    @property
    def normal_run_s(self) -> float:
        return statistics.median(self.runs_s[-5:] or [0.0])

    def total(self, name: str) -> int:
        values = (getattr(truth, name) for truth in self.truths)
        return sum(value if isinstance(value, int) else len(value) for value in values)


def report(tally: Tally, *, program: str, seed: int, took_s: float) -> None:
    """The figures, for people."""
    print(f"\n{tally.kills} kills of `{program}`, seed {seed}, {len(tally.truths)} databases, {took_s:.0f} s")
    print(f"SQLite {library_report()}")
    print(f"a run in peace takes {tally.normal_run_s:.2f} s (median of the last 5 of {len(tally.runs_s)})\n")
    for moment in MOMENTS:
        print(f"  {moment:<44} {tally.moments[moment]:>7} kills")
    print(f"  {'(came too late, not counted as a kill)':<44} {tally.too_late:>7}\n")
    for point, kills in tally.points.items():
        beyond = f" ({tally.beyond[point]} ticks did not come so far)" if tally.beyond[point] else ""
        print(f"  when {point:<39} {kills:>7} kills{beyond}")
    print()
    for name, value in figures(tally).items():
        print(f"  {name:<44} {value:>7}")
    for name, times in (("database open again, in process", tally.openings_s), ("first request", tally.ready_s)):
        print(f"  {'ready again: ' + name:<44} {_percentiles(times)}")
    faults = [*tally.faults, *(fault for truth in tally.truths for fault in truth.faults)]
    losses = [f"lost: {one}" for truth in tally.truths for one in (*truth.lost_changes, *truth.lost_edits)]
    for line in (*faults[:20], *losses[:6]):
        print(f"  ! {line}")


def figures(tally: Tally) -> dict[str, int]:
    """What is counted, in words."""
    return {
        "changes seen": tally.total("changes"),
        "digests made": tally.total("digests"),
        "tellings due (change or digest x recipient)": tally.total("due"),
        "tellings received, repeats counted": tally.total("received"),
        "edits accepted by what the lists showed": tally.total("edits"),
        "LOST: changes, digests never told to someone": tally.total("lost_changes"),
        "LOST: edits never told to a recipient": tally.total("lost_edits"),
        "marked as sent, but never received": tally.marked_unreceived,
        "told again under the same id": tally.total("repeats"),
        "  the most in one run": max((t.most_repeats_in_a_run for t in tally.truths), default=0),
        "told under two ids": tally.total("two_ids"),
        "edits told as two changes": tally.total("told_as_two_changes"),
        "changes not in exactly one digest": tally.total("wrongly_digested"),
        "told in other words the second time": tally.total("altered"),
        "bad signatures": tally.total("unsigned"),
        "baselines that are not what the list says": tally.total("wrong_baselines"),
        "looks at a database": len(tally.openings_s),
        "looks that found it unsound": tally.unsound,
    }


def _percentiles(times: Sequence[float]) -> str:
    if not times:
        return "never"
    return f"p50 {statistics.median(times):.3f} s  p99 {_p99(times):.3f} s  (n = {len(times)})"


def _p99(times: Sequence[float]) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]


def verdict(tally: Tally, *, hasty: bool) -> int:
    """Prints whether the proof holds; the exit code."""
    lost = tally.total("lost_changes") + tally.total("lost_edits")
    if hasty:
        good = lost and not tally.faults
        print(
            f"\n{'The control loses, so the proof can fail.' if good else 'THE CONTROL FAILED: it should only lose.'}"
        )
        return 0 if good else 1
    unsound = tally.faults or any(truth.faults for truth in tally.truths)
    slow = len(tally.ready_s) >= ENOUGH_STARTS and _p99(tally.ready_s) > READY_LIMIT_S
    # A kill leaves at most one telling of which nobody knows whether it was received.
    repeats = tally.total("repeats") > tally.kills or any(t.most_repeats_in_a_run > 1 for t in tally.truths)
    missed = tally.moments.total() >= ENOUGH_KILLS and len(tally.moments) < SEEN_MOMENTS
    if slow:
        print(
            f"\nA new process was not ready within {READY_LIMIT_S:.0f} s (p99), which a busy machine explains or not."
        )
    if lost or tally.marked_unreceived or unsound or repeats or missed:
        print(f"\nTHE PROOF FAILED{': no kill fell into some of the moments' if missed else ''}.")
        return 1
    share = 300 / tally.kills
    print(
        f"\nNothing lost and everything sound. 0 in {tally.kills} kills: with 95 % confidence, fewer than {share:.2g} %"
    )
    print("of kills lose something (rule of three).")
    return int(slow)
