from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from monitor.compare.canonical import item_sha256
from monitor.model.assessment import Tier
from monitor.model.capture import Validators
from monitor.model.ids import Sha256
from monitor.model.snapshot import Snapshot
from monitor.model.verdict import Verdict
from monitor.pipeline.digest import DigestBuilder, iso_week_of, week_bounds
from monitor.store import Store, open_writer
from tests.fakes import NOW
from tests.pipeline.samples import DAY, a_check, a_source
from tests.store.making import make_assessment, make_change

EMPTY = Snapshot(extractor="json", extractor_version=1, form="json")

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("monday", "zone", "start", "end"),
    [
        (date(2026, 11, 23), "America/New_York", "2026-11-23T05:00", "2026-11-30T05:00"),
        (date(2026, 10, 26), "America/New_York", "2026-10-26T04:00", "2026-11-02T05:00"),
        (date(2027, 3, 8), "America/New_York", "2027-03-08T05:00", "2027-03-15T04:00"),
        (date(2026, 11, 23), "UTC", "2026-11-23T00:00", "2026-11-30T00:00"),
        (date(2026, 12, 28), "Asia/Kolkata", "2026-12-27T18:30", "2027-01-03T18:30"),
    ],
)
def test_a_week_is_cut_at_local_midnight_also_when_the_clocks_change(
    monday: date, zone: str, start: str, end: str
) -> None:
    found = week_bounds(monday, ZoneInfo(zone))
    assert [f"{at:%Y-%m-%dT%H:%M}" for at in found] == [start, end]


@pytest.mark.parametrize(
    ("at", "week"),
    [
        (datetime(2026, 11, 23, 4, 59, tzinfo=UTC), "2026-W47"),
        (datetime(2026, 11, 23, 5, 0, tzinfo=UTC), "2026-W48"),
        (datetime(2027, 1, 1, 12, 0, tzinfo=UTC), "2026-W53"),
        (datetime(2027, 1, 4, 12, 0, tzinfo=UTC), "2027-W01"),
    ],
)
def test_a_moment_belongs_to_the_readers_iso_week(at: datetime, week: str) -> None:
    assert iso_week_of(at, NEW_YORK) == week


@pytest.fixture
def builder(tmp_path: Path) -> DigestBuilder:
    return made(open_writer(tmp_path / "monitor.db", now=NOW, item_sha256=item_sha256))


def made(store: Store) -> DigestBuilder:
    """A digest over two weeks of daily checks, the last two of them failed."""
    checks = [
        a_check(NOW - n * DAY, Verdict.FAILED if n < 2 else Verdict.SAME, code="reset") for n in range(14, -1, -1)
    ]
    with store.unit() as unit:
        for check in checks:
            unit.check(check)
            unit.good(check, full_get=True) if check.ruling.verdict.verified else unit.bad(check)
    return DigestBuilder(store=store.queries, sources=(a_source(),), time_zone=NEW_YORK, link_base=None, demo=False)


def test_weeks_follow_on_each_other_in_time_and_in_commit_sequence(builder: DigestBuilder) -> None:
    weeks = [builder.week(name) for name in ("2026-W46", "2026-W47", "2026-W48")]
    for one, other in pairwise(weeks):
        assert one.end_at == other.start_at
        assert one.to_seq is not None
        assert one.to_seq + 1 == other.from_seq
    assert [w.digest_id for w in weeks] == ["DG-2026-46", "DG-2026-47", "DG-2026-48"]
    assert (weeks[0].first_day, weeks[0].last_day) == (date(2026, 11, 9), date(2026, 11, 15))


def test_an_open_week_is_shown_up_to_now_and_a_failing_source_is_its_gap(builder: DigestBuilder) -> None:
    digest = builder.build(builder.week("2026-W48"), now=NOW, preview=True)
    (row,) = digest.coverage
    assert (row.verified_at_end, row.failure_code, row.failing_since) == (False, "reset", NOW)
    assert digest.gaps == (row,)
    before = builder.build(builder.week("2026-W46"), now=NOW, preview=True)
    assert before.gaps == ()
    assert (before.coverage[0].good, before.coverage[0].expected) == (7, 7)


@pytest.mark.parametrize(("tier", "word"), [(Tier.NOISE, "unchanged"), (Tier.FYI, "changed")])
def test_a_source_of_which_only_noise_is_told_is_unchanged_to_its_reader(tmp_path: Path, tier: Tier, word: str) -> None:
    store = open_writer(tmp_path / "monitor.db", now=NOW, item_sha256=item_sha256)
    with store.unit() as unit:
        for at, change in ((NOW - 2 * DAY, False), (NOW - DAY, True)):
            check = a_check(at, Verdict.CHANGED, code="content" if change else "baseline")
            check_id = unit.check(check)
            unit.good(check, full_get=True)
            snapshot = unit.accept(check_id, check.source_id, EMPTY, Sha256("ab" * 32), Validators(), ())
            if change:
                news = replace(make_change("CH-2026-0001"), first_changed_at=at)
                unit.change(check_id, news, make_assessment(tier), snapshot, snapshot)
    builder = DigestBuilder(store=store.queries, sources=(a_source(),), time_zone=NEW_YORK, link_base=None, demo=False)
    digest = builder.build(builder.week("2026-W47"), now=NOW, preview=True)
    assert [row.result for row in digest.coverage] == [word]
