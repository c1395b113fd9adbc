"""How long a weekly digest takes to build and to render over years of history.

    python benchmarks/digest.py [--years 5] [--sources 20] [--runs 3]

A database is made whose sources were checked every hour: 20 of them over five years are 876,000 rows of the ledger.
Each source had three changes a week: one to review with a date, one for information, one that was noise. The newest
week's digest is then built from it. Quote the median, beside the numbers of rows.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.compare.canonical import item_sha256
from monitor.compose.digest import render_digest
from monitor.config import read_templates
from monitor.model.assessment import Assessment, Basis, DateKind, LegalDate, Level, Reason, Tier
from monitor.model.capture import Validators
from monitor.model.difference import Act, Change, Difference, FieldChange, News, Weight
from monitor.model.ids import RecordKey, Sha256, SourceId
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import Contract, Kind, Route, Source
from monitor.pipeline.digest import DigestBuilder, iso_week_of
from monitor.store import Store, open_reader, open_writer
from monitor.store.ledger import know_source
from monitor.store.times import to_text
from monitor.store.unit import StoreUnit

END = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONE = ZoneInfo("America/New_York")
TIERS = (Tier.REVIEW, Tier.FYI, Tier.NOISE)
_ROW = (
    "INSERT INTO ledger (source_id, slot_at, started_at, ended_at, trigger, verdict, code, reason, http_status, items,"
    " requests) VALUES (?, ?, ?, ?, 'schedule', 'NOT_MODIFIED', 'not-modified', 'Answered 304.', 304, 1, 1)"
)


def main() -> None:
    parser = argparse.ArgumentParser(description="Times the weekly digest over years of history.")
    parser.add_argument("--years", type=int, default=5)
    parser.add_argument("--sources", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    arguments = parser.parse_args()
    sources = tuple(_source(number) for number in range(arguments.sources))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "monitor.db"
        store = open_writer(path, now=END, item_sha256=item_sha256)
        _fill(store, sources, arguments.years)
        store.close()
        _time(path, sources, arguments.runs)


def _time(path: Path, sources: tuple[Source, ...], runs: int) -> None:
    templates = read_templates()
    store = open_reader(path)
    counts = store.queries.counts()
    print(f"{counts.checks:,} checks and {counts.changes:,} changes of {len(sources)} sources")
    built, rendered = [], []
    for _ in range(runs):
        builder = DigestBuilder(store=store.queries, sources=sources, time_zone=ZONE, link_base=None, demo=False)
        start = time.perf_counter()
        digest = builder.build(builder.week(iso_week_of(END - 3 * 24 * HOUR, ZONE)), now=END, preview=True)
        middle = time.perf_counter()
        render_digest(digest, templates)
        built.append(middle - start)
        rendered.append(time.perf_counter() - middle)
    store.close()
    print(f"{len(digest.cards)} cards, {len(digest.dates_ahead)} dates ahead, {len(digest.awaiting):,} awaiting")
    print(f"built in {statistics.median(built):.2f} s, rendered in {statistics.median(rendered):.2f} s (medians)")


def _source(number: int) -> Source:
    return Source(
        id=SourceId(f"demo.list-{number:02d}"),
        name=f"Demo list {number}",
        authority="DEMO",
        kind=Kind.JSON,
        routes=(Route(url=f"https://demo.invalid/{number}"),),
        every=HOUR,
        extractor="json",
        contract=Contract(),
    )


def _fill(store: Store, sources: tuple[Source, ...], years: int) -> None:
    hours = years * 365 * 24
    snapshots: dict[SourceId, int] = {}
    with store.database.transaction():
        for source in sources:
            know_source(store.database, source.id, END - hours * HOUR)
    with store.database.transaction():
        for hour in range(hours):
            at = END - (hours - hour) * HOUR
            for source in sources:
                moment, end = to_text(at), to_text(at + timedelta(seconds=1))
                cursor = store.database.write(_ROW, [source.id, moment, moment, end])
                if hour % 56 == 0 and cursor.lastrowid is not None:  # three in a week
                    unit = StoreUnit(store.database, item_sha256, frozenset())
                    _happen(unit, snapshots, source, cursor.lastrowid, at, hour // 56)


def _happen(
    unit: StoreUnit, snapshots: dict[SourceId, int], source: Source, check_id: int, at: datetime, turn: int
) -> None:
    """One change of the source; the first only gives it its baseline."""
    before = snapshots.get(source.id)
    if before is None:
        record = Record(key=RecordKey("DEMO-1"), label="DEMO", fields={"name": "DEMO"})
        snapshot = Snapshot(extractor="json", extractor_version=1, form="json", records=(record,))
        snapshots[source.id] = unit.accept(check_id, source.id, snapshot, Sha256("ab" * 32), Validators(), ())
        return
    change = Change(
        id=unit.next_change_id(at.year),
        source_id=source.id,
        news=News.MODIFIED,
        headline=f"Changed in {source.name}: DEMO-{turn}",
        differences=tuple(_edits(turn)),
        last_unchanged_at=at - HOUR,
        first_changed_at=at,
    )
    unit.change(check_id, change, _opinion(TIERS[turn % 3], turn, at), before, before)


def _edits(turn: int) -> Iterator[Difference]:
    for part in range(3):
        key = RecordKey(f"DEMO-{turn}-{part}")
        old, new = (
            Record(key=key, label=f"DEMO device {part}", fields={"name": name, "note": "DEMO words " * 20})
            for name in ("Old", "New")
        )
        edit = FieldChange(name="name", old="Old", new="New", weight=Weight.MATERIAL)
        yield Difference(act=Act.MODIFIED, key=key, label=new.label, before=old, after=new, fields=(edit,))


def _opinion(tier: Tier, turn: int, at: datetime) -> Assessment:
    key = f"DEMO-{turn}-0"
    reason = Reason(rule="demo", text="It names DEMO.", quote="DEMO words", level=Level.MEDIUM, key=key)
    due = LegalDate(
        kind=DateKind.COMMENT_CLOSES,
        on=(at + timedelta(days=45)).date(),
        basis=Basis.STATED,
        ground="DEMO date",
        key=key,
    )
    level = Level.NONE if tier is Tier.NOISE else Level.MEDIUM
    dates = () if tier is Tier.NOISE else (due,)
    return Assessment(level=level, tier=tier, rules_version="1", reasons=(reason,), dates=dates)


if __name__ == "__main__":
    main()
