"""Small made-up records, changes and sources for the tests of this room, and the shipped rules."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from monitor.assess.assess import assess, assess_item
from monitor.assess.rules import Rules, parse_rules
from monitor.model.assessment import Assessment, Level
from monitor.model.difference import Act, Change, Difference, FieldChange, News, Weight
from monitor.model.ids import ChangeId, RecordKey, SourceId
from monitor.model.snapshot import Passage, Record
from monitor.model.source import Contract, Kind, Route, Source

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "data" / "reference"
SHARED = ROOT / "../shared/data"
TODAY = date(2026, 11, 23)
SEEN = datetime(2026, 11, 23, 12, tzinfo=UTC)

PIB_ROW = {
    "date": "2024-04-23",
    "submission_number": "K240058",
    "device": "AEYE-DS",
    "company": "AEYE Health Inc.",
    "panel": "Ophthalmic",
    "product_code": "PIB",
}
ROUTINE_ROW = {
    "date": "2026-01-07",
    "submission_number": "K252970",
    "device": "BriefCase-Triage",
    "company": "Aidoc Medical , Ltd.",
    "panel": "Radiology",
    "product_code": "QAS",
}


def reference_files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in REFERENCE.glob("*.yaml")}


@cache
def shipped_rules() -> Rules:
    return parse_rules(reference_files())


def source(source_id: str, *, floor: Level = Level.NONE, kind: Kind = Kind.TABLE) -> Source:
    return Source(
        id=SourceId(source_id),
        name=source_id,
        authority=source_id.split(".", maxsplit=1)[0].upper(),
        kind=kind,
        routes=(Route(url="https://example.invalid/list"),),
        every=timedelta(days=1),
        extractor=source_id,
        contract=Contract(),
        floor=floor,
    )


def record(key: str, fields: Mapping[str, str]) -> Record:
    return Record(key=RecordKey(key), label=fields.get("title", key), fields=fields)


def device(**changed: str) -> Record:
    row = {**ROUTINE_ROW, **changed}
    return record(row["submission_number"], row)


def lcd(number: str, title: str, **changed: str) -> Record:
    fields = {
        "document_display_id": number,
        "document_version": "3",
        "document_type": "LCD",
        "title": title,
        "contractor_name_type": "CGS Administrators, LLC (MAC - Part A, MAC - Part B)",
        "note": "",
        "effective_date": "2025-02-14",
        "retirement_date": "",
        "updated_on": "2025-02-06",
        **changed,
    }
    return record(f"{number} v{fields['document_version']}", fields)


def added(item: Record | Passage) -> Difference:
    return Difference(act=Act.ADDED, key=_key(item), label=_label(item), before=None, after=item)


def removed(item: Record | Passage) -> Difference:
    return Difference(act=Act.REMOVED, key=_key(item), label=_label(item), before=item, after=None)


def modified(before: Record, after: Record, *, weight: Weight = Weight.MATERIAL) -> Difference:
    names = [name for name in after.fields if before.fields.get(name, "") != after.fields[name]]
    fields = tuple(FieldChange(name=n, old=before.fields.get(n, ""), new=after.fields[n], weight=weight) for n in names)
    return Difference(act=Act.MODIFIED, key=after.key, label=after.label, before=before, after=after, fields=fields)


def _key(item: Record | Passage) -> RecordKey:
    return item.key if isinstance(item, Record) else RecordKey("§1a2b3c")


def _label(item: Record | Passage) -> str:
    return item.label if isinstance(item, Record) else item.text[:40]


def change(source_id: str, differences: Sequence[Difference], *, news: News = News.ADDED) -> Change:
    return Change(
        id=ChangeId("CH-2026-0001"),
        source_id=SourceId(source_id),
        news=news,
        headline="DEMO",
        differences=tuple(differences),
        last_unchanged_at=SEEN - timedelta(days=1),
        first_changed_at=SEEN,
    )


def judged(
    source_id: str,
    *differences: Difference,
    news: News = News.ADDED,
    floor: Level = Level.NONE,
    known: frozenset[str] = frozenset(),
    today: date = TODAY,
) -> Assessment:
    return assess(
        change(source_id, differences, news=news),
        source(source_id, floor=floor),
        shipped_rules(),
        today=today,
        known_product_codes=known,
    )


def item(title: str, text: str = "", source_id: str = "trade") -> Assessment:
    return assess_item(title, text, source_id, shipped_rules(), today=TODAY)
