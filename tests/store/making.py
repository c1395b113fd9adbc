"""Sample nouns for the store's tests."""

import hashlib
from datetime import UTC, datetime, timedelta

from monitor.model.assessment import Assessment, Level, Tier
from monitor.model.capture import Capture, Hop
from monitor.model.delivery import Delivery
from monitor.model.difference import Act, Change, Difference, FieldChange, News, Weight
from monitor.model.ids import ChangeId, DeliveryId, RecordKey, Sha256, SourceId
from monitor.model.snapshot import Record, Snapshot
from monitor.model.verdict import Check, Ruling, Trigger, Verdict
from monitor.store.unit import StoreUnit

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SOURCE = SourceId("demo.list")


def make_check(
    hour: float = 0, verdict: Verdict = Verdict.SAME, source: str = SOURCE, code: str = "same-bytes"
) -> Check:
    at = START + hour * HOUR
    return Check(
        source_id=SourceId(source),
        slot_at=at,
        started_at=at,
        ended_at=at + timedelta(seconds=2),
        trigger=Trigger.SCHEDULE,
        ruling=Ruling(verdict=verdict, code=code, reason="The same bytes as before."),
        http_status=200,
        requests=1,
    )


def make_capture(body: bytes, hour: float = 0) -> Capture:
    at = START + hour * HOUR
    return Capture(
        official_url="https://demo.invalid/list",
        final_url="https://demo.invalid/list.csv",
        hops=(
            Hop(url="https://demo.invalid/list", status=302, peer="127.0.0.1"),
            Hop(url="https://demo.invalid/list.csv", status=200),
        ),
        status=200,
        headers=(("Content-Type", 'text/csv; header=present; charset="windows-1252"'), ("ETag", '"abc"')),
        body=body,
        sha256=Sha256(hashlib.sha256(body).hexdigest()),
        wire_bytes=len(body) // 2,
        started_at=at,
        ended_at=at + timedelta(seconds=1),
        tls_version="TLSv1.3",
        certificate_sha256=Sha256("ab" * 32),
    )


def make_record(key: str, **fields: str) -> Record:
    return Record(key=RecordKey(key), label=f"Device {key}", fields=fields, url=f"https://demo.invalid/{key}")


def make_snapshot(*records: Record, version: int = 1) -> Snapshot:
    return Snapshot(extractor="table", extractor_version=version, form="csv", records=records, columns=("name",))


def make_change(change_id: str, *differences: Difference, hour: float = 1) -> Change:
    return Change(
        id=ChangeId(change_id),
        source_id=SOURCE,
        news=News.MODIFIED,
        headline="One device renamed",
        differences=differences or (make_edit(make_record("K1", name="Old"), make_record("K1", name="New")),),
        last_unchanged_at=START,
        first_changed_at=START + hour * HOUR,
    )


def make_edit(before: Record, after: Record) -> Difference:
    return Difference(
        act=Act.MODIFIED,
        key=before.key,
        label=after.label,
        before=before,
        after=after,
        fields=(FieldChange(name="name", old=before.fields["name"], new=after.fields["name"], weight=Weight.MATERIAL),),
    )


def make_assessment(tier: Tier = Tier.REVIEW, level: Level = Level.MEDIUM, rules: str = "1") -> Assessment:
    return Assessment(level=level, tier=tier, rules_version=rules)


def make_delivery(number: int, subject: str = "CH-2026-0001", recipient: str = "lead") -> Delivery:
    return Delivery(
        id=DeliveryId(f"dlv_{number:026d}"),
        kind="change",
        subject_id=subject,
        channel="webhook",
        recipient_id=recipient,
        payload=b'{"id": 1}\x00\xff',
    )


def write_baseline(unit: StoreUnit, body: bytes, snapshot: Snapshot, hour: float = 0) -> tuple[int, int]:
    """One good first check with all that belongs to it; the ids of the check and of the snapshot."""
    check, capture = make_check(hour, Verdict.CHANGED), make_capture(body, hour)
    check_id = unit.check(check)
    capture_id = unit.capture(check_id, 0, capture)
    snapshot_id = unit.accept(check_id, SOURCE, snapshot, capture.sha256, capture.validators, [capture_id])
    unit.good(check, full_get=True)
    facts = {"check": check_id, "verdict": "CHANGED", "code": check.ruling.code}
    unit.audit("check", SOURCE, facts, at=check.ended_at)
    return check_id, snapshot_id


def write_change(unit: StoreUnit, number: int, hour: float = 1) -> int:
    """One check that found a change which is to be told; the check's id."""
    name = f"name {number}"
    check_id, snapshot_id = write_baseline(
        unit, f"K1,{name}\n".encode() * 20, make_snapshot(make_record("K1", name=name)), hour
    )
    change = make_change(unit.next_change_id(2026), hour=hour)
    unit.change(check_id, change, make_assessment(), None, snapshot_id)
    facts = {"check": check_id, "news": change.news.value}
    head = unit.audit("change", change.id, facts, at=make_check(hour).ended_at)
    assert len(head) == 64
    unit.enqueue(make_delivery(number, change.id), at=change.first_changed_at)
    return check_id
