"""Invented digests for the tests of this room: DEMO ids, .invalid links, no real event."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from monitor.model.assessment import (
    Assessment,
    Basis,
    DateKind,
    LegalDate,
    Level,
    Reason,
    Stage,
    Tier,
    Topic,
)
from monitor.model.difference import Act, Change, Difference, FieldChange, News, Weight
from monitor.model.digest import Card, DateAhead, Digest, OpenItem, Period, SourceCoverage
from monitor.model.ids import ChangeId, DigestId, RecordKey, SourceId
from monitor.model.question import Answer, Knowledge, Question, SheetRow
from monitor.model.snapshot import Passage, Record

MADE = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SEEN = datetime(2026, 11, 18, 12, 4, 11, tzinfo=UTC)
BEFORE = datetime(2026, 11, 17, 12, 3, 40, tzinfo=UTC)

PERIOD = Period(
    id="P47",
    digest_id=DigestId("DG-2026-47"),
    start_at=datetime(2026, 11, 16, 5, 0, tzinfo=UTC),
    end_at=datetime(2026, 11, 23, 5, 0, tzinfo=UTC),
    from_seq=100,
    to_seq=163,
    first_day=date(2026, 11, 16),
    last_day=date(2026, 11, 22),
)

SOURCES = (
    ("ama.panel-actions", "AMA Panel actions", "AMA", "changed"),
    ("ama.panel-agendas", "AMA Panel agendas and calendar", "AMA", "unchanged"),
    ("ama.appendix-s", "AMA Appendix S", "AMA", "changed"),
    ("ama.news", "AMA CPT and AI news", "AMA", "unchanged"),
    ("cms.ncds", "CMS NCD / national analyses", "CMS", "unchanged"),
    ("cms.lcds", "CMS LCD / articles (AI terms)", "CMS", "changed"),
    ("cms.rules", "CMS PFS and OPPS rule pages", "CMS", "unchanged"),
    ("federal-register", "Federal Register (CMS, FDA; AI)", "Federal Register", "unchanged"),
    ("fda.ai-devices", "FDA AI-enabled device list", "FDA", "changed"),
)


def templates() -> Mapping[str, str]:
    """The shipped templates, as the program hands them in."""
    folder = Path(__file__).resolve().parents[2] / "templates"
    return {
        path.name: path.read_text(encoding="utf-8") for path in folder.iterdir() if path.suffix in {".txt", ".html"}
    }


def coverage(**overrides: Any) -> tuple[SourceCoverage, ...]:
    """Nine sources checked daily, all good."""
    return tuple(
        replace(
            SourceCoverage(
                source_id=SourceId(source_id),
                source_name=name,
                authority=authority,
                official_url=f"https://{source_id.replace('.', '-')}.demo.invalid/list",
                expected=7,
                good=7,
                failed=0,
                not_run=0,
                last_good_at=datetime(2026, 11, 22, 12, 4, tzinfo=UTC),
                verified_at_end=True,
                result=result,
                longest_gap_s=86_580.0 if source_id == "cms.lcds" else 86_400.0,
                items=229,
            ),
            **overrides,
        )
        for source_id, name, authority, result in SOURCES
    )


def with_gap(rows: tuple[SourceCoverage, ...], *names: str) -> tuple[SourceCoverage, ...]:
    """The same week with those sources unverified since Wednesday."""
    return tuple(_broken(row) if row.source_id in names else row for row in rows)


def _broken(row: SourceCoverage) -> SourceCoverage:
    return replace(
        row,
        good=3,
        failed=4,
        last_good_at=datetime(2026, 11, 18, 12, 5, tzinfo=UTC),
        verified_at_end=False,
        result="UNVERIFIED",
        failure_code="no-table",
        failure_reason="The page answered, but the results table was missing (site redesign suspected)",
        failing_since=datetime(2026, 11, 19, 12, 6, tzinfo=UTC),
        longest_gap_s=417_300.0,
    )


def passage(text: str, *headings: str) -> Passage:
    return Passage(headings=headings, text=text)


def record(key: str, label: str, **fields: str) -> Record:
    return Record(key=RecordKey(key), label=label, fields=fields)


def added(item: Record | Passage) -> Difference:
    key, label = _named(item)
    return Difference(act=Act.ADDED, key=key, label=label, before=None, after=item)


def removed(item: Record | Passage) -> Difference:
    key, label = _named(item)
    return Difference(act=Act.REMOVED, key=key, label=label, before=item, after=None)


def modified(before: Record | Passage, after: Record | Passage, *fields: FieldChange) -> Difference:
    key, label = _named(after)
    return Difference(act=Act.MODIFIED, key=key, label=label, before=before, after=after, fields=fields)


def rewritten(old: str, new: str, *headings: str) -> Difference:
    """A modified passage."""
    edit = FieldChange(name="text", old=old, new=new, weight=Weight.MATERIAL)
    return modified(passage(old, *headings), passage(new, *headings), edit)


def edit(name: str, old: str, new: str, weight: Weight = Weight.MATERIAL) -> FieldChange:
    return FieldChange(name=name, old=old, new=new, weight=weight)


def _named(item: Record | Passage) -> tuple[RecordKey, str]:
    if isinstance(item, Record):
        return item.key, item.label
    return RecordKey("§a1b2c3"), item.text[:60]


def change(number: int, headline: str, *differences: Difference, news: News = News.ADDED, **rest: Any) -> Change:
    base = Change(
        id=ChangeId(f"CH-2026-{number:04d}"),
        source_id=SourceId("ama.panel-actions"),
        news=news,
        headline=headline,
        differences=differences or (added(passage("A new paragraph.", "Actions")),),
        last_unchanged_at=BEFORE,
        first_changed_at=SEEN,
    )
    return replace(base, **rest)


def opinion(tier: Tier, **rest: Any) -> Assessment:
    levels = {Tier.ACT: Level.CRITICAL, Tier.REVIEW: Level.HIGH, Tier.FYI: Level.LOW, Tier.NOISE: Level.NONE}
    base = Assessment(level=levels[tier], tier=tier, rules_version="2026.11.2")
    return replace(base, **rest)


def card(made: Change, judged: Assessment, source: int = 0, **rest: Any) -> Card:
    source_id, name, authority, _ = SOURCES[source]
    base = Card(
        change=made,
        assessment=judged,
        source_name=name,
        authority=authority,
        official_url=f"https://{source_id.replace('.', '-')}.demo.invalid/list",
        noun="device" if source == 8 else "item",
        before_sha="8f31c2" + "0" * 58,
        after_sha="b90a47" + "0" * 58,
        delivered_at=SEEN + timedelta(minutes=1),
    )
    return replace(base, **rest)


def reason(text: str, quote: str, level: Level = Level.HIGH, key: str | None = None) -> Reason:
    return Reason(rule="terms.cmaa", text=text, quote=quote, level=level, key=key)


PANEL_TEXT = (
    "Tab DEMO-12 - Clinically Meaningful Algorithmic Analyses: Accepted establishment of a new section "
    "with introductory guidelines; effective date to be set at publication."
)
LCD_TEXT = "The report must identify the software and version and be retained in the medical record."


def panel_card() -> Card:
    return card(
        change(147, "AMA posts Panel actions that name CMAA for the first time", added(passage(PANEL_TEXT, "Actions"))),
        opinion(
            Tier.ACT,
            reasons=(
                reason("first public Panel action that names CMAA", "Clinically Meaningful Algorithmic Analyses"),
                reason("no codes or effective date are stated on the page", "effective date to be set"),
            ),
            topics=(Topic.CODING, Topic.BILLING_ENTITY),
            codes=("92229",),
            devices=("DEMO-K260007 RetinaDemo", "DEMO-K260001 RhythmDemo"),
            dates=(
                LegalDate(
                    kind=DateKind.RECONSIDERATION_CLOSES,
                    on=date(2026, 12, 2),
                    basis=Basis.COMPUTED,
                    ground="14 days after posting, AMA reconsideration process",
                ),
            ),
            stage=Stage(
                ladder="cpt", before="on_agenda", after="panel_action_posted", next_step="reconsideration window"
            ),
            ai_class="autonomous",
            ai_class_basis="inferred",
            confidence="High",
            confidence_grounds=("official page", "added text", "exact term"),
        ),
    )


def lcd_card() -> Card:
    return card(
        change(
            149,
            "Contractor proposes LCD: autonomous retinal image analysis",
            rewritten(
                "Documentation. The ordering physician keeps the image and the interpretation in the record.",
                f"Documentation. The ordering physician keeps the image in the record. {LCD_TEXT}",
                "Coverage Guidance",
                "Documentation Requirements",
            ),
            news=News.MODIFIED,
            source_id=SourceId("cms.lcds"),
        ),
        opinion(
            Tier.REVIEW,
            reasons=(reason("speaks to the documentation question for AI-only services", "identify the software"),),
            topics=(Topic.DOCUMENTATION, Topic.COVERAGE),
            codes=("92229",),
            dates=(
                LegalDate(
                    kind=DateKind.COMMENT_CLOSES,
                    on=date(2027, 1, 4),
                    basis=Basis.STATED,
                    ground="Comment period ends 01/04/2027",
                ),
            ),
            stage=Stage(ladder="lcd", before=None, after="proposed, comment open"),
            confidence="High",
            confidence_grounds=("official page", "code named"),
        ),
        source=5,
    )


def list_card() -> Card:
    devices = [record(f"DEMO-K26{n:04d}", f"SampleDevice {n}", panel="Radiology", code="QAS") for n in range(100, 113)]
    named = record("DEMO-K260200", "RetinaDemo Two", panel="Ophthalmic", code="PIB")
    old = record("DEMO-K260001", "RhythmDemo", company="Demo Cardio LLC", panel="Orthopedic")
    new = record("DEMO-K260001", "RhythmDemo", company="Demo Cardio Inc.", panel="Cardiovascular")
    changed = modified(
        old,
        new,
        edit("company", "Demo Cardio LLC", "Demo Cardio Inc.", Weight.EDITORIAL),
        edit("panel", "Orthopedic", "Cardiovascular"),
    )
    return card(
        change(
            150,
            "FDA AI-enabled device list: 14 added, 1 changed, 0 removed",
            *(added(d) for d in [*devices, named]),
            changed,
            source_id=SourceId("fda.ai-devices"),
        ),
        opinion(
            Tier.REVIEW,
            level=Level.MEDIUM,
            reasons=(
                reason("product code PIB: autonomous retinal software, CPT 92229", "PIB", key="DEMO-K260200"),
                reason("one changed row is a device on the watch list", "RhythmDemo", Level.MEDIUM, "DEMO-K260001"),
                *(
                    reason(f"row {n} is radiology software", "QAS", Level.LOW, f"DEMO-K26{n:04d}")
                    for n in range(100, 113)
                ),
            ),
            topics=(Topic.CLEARANCE,),
            codes=("92229",),
            devices=("DEMO-K260200 RetinaDemo Two",),
            confidence="Medium",
            confidence_grounds=("official list", "name and company match only"),
        ),
        source=8,
        before_sha="c4410e" + "0" * 58,
        after_sha="0ee9d2" + "0" * 58,
    )


def fyi_card() -> Card:
    return card(
        change(
            146,
            "AMA Appendix S page: spelling fix, no change of meaning",
            rewritten("The augmentitive class of work.", "The augmentative class of work.", "Classes"),
            news=News.EDITORIAL,
            source_id=SourceId("ama.appendix-s"),
        ),
        opinion(Tier.FYI, confidence="High", confidence_grounds=("official page",)),
        source=2,
    )


def noise_card(number: int) -> Card:
    return card(change(number, f"Menu text moved on page {number}"), opinion(Tier.NOISE), source=number % 9)


def older_card(number: int, headline: str, days: int) -> Card:
    seen = SEEN - timedelta(days=days)
    return card(change(number, headline, first_changed_at=seen, last_unchanged_at=seen), opinion(Tier.REVIEW), source=6)


def ahead(made: Card, about: str) -> DateAhead:
    return DateAhead(date=made.assessment.dates[0], change_id=made.change.id, source_name=made.source_name, about=about)


APPENDIX_DATE = DateAhead(
    date=LegalDate(
        kind=DateKind.EFFECTIVE, on=date(2027, 1, 1), basis=Basis.STATED, ground="effective January 1, 2027"
    ),
    change_id=ChangeId("CH-2026-0112"),
    source_name="AMA Appendix S",
    about="Revised CPT Appendix S",
)


def open_item(shown: Card) -> OpenItem:
    """The same change where only its headline is listed."""
    return OpenItem(
        change_id=shown.change.id,
        source_id=shown.change.source_id,
        headline=shown.change.headline,
        tier=shown.assessment.tier,
        topics=shown.assessment.topics,
        first_changed_at=shown.change.first_changed_at,
        seq=1,
    )


def sheet(text: str = "Nothing official found. More is on the page.", **more: Any) -> tuple[SheetRow, ...]:
    """The stage and one question, answered by the starter sheet."""
    return tuple(
        SheetRow(
            question=Question(id=id_, asks=f"{short} DEMO", short=short, topics=(Topic.COVERAGE,)),
            answer=Answer(
                question_id=id_,
                state=Knowledge.UNKNOWN,
                text=text,
                citations=(),
                by="starter sheet",
                looked_on=date(2026, 7, 31),
            ),
            moved_by=None,
            may_move=more.get("may_move", ()),
        )
        for id_, short in (("stage", "Stage"), ("medicare", "Medicare?"))
    )


def normal(**overrides: Any) -> Digest:
    """A busy week."""
    cards = (fyi_card(), list_card(), panel_card(), lcd_card())
    base = Digest(
        id=DigestId("DG-2026-47"),
        period=PERIOD,
        made_at=MADE,
        time_zone="America/New_York",
        demo=True,
        preview=False,
        cards=cards,
        filtered_out=11,
        filtered_cards=tuple(noise_card(n) for n in range(120, 131)),
        coverage=coverage(),
        dates_ahead=(APPENDIX_DATE, ahead(panel_card(), "Panel action"), ahead(lcd_card(), "Proposed LCD DEMO-DL1")),
        awaiting=(
            open_item(older_card(138, "FDA list: 6 radiology additions", 0)),
            open_item(older_card(131, "PFS rule text on software pricing", 4)),
        ),
        corrections=(),
        monitoring_since=datetime(2026, 11, 2, 13, 14, tzinfo=UTC),
        chain_head="77ab10" + "c3" * 29,
        previous_digest_id=DigestId("DG-2026-46"),
        link_base="https://watch.demo.invalid",
        dead_deliveries=0,
        sheet=sheet(),
    )
    return replace(base, **overrides)


def empty(**overrides: Any) -> Digest:
    """Nothing relevant."""
    rows = tuple(replace(row, result="unchanged") for row in coverage())
    base = normal(
        cards=(),
        filtered_out=4,
        filtered_cards=tuple(noise_card(n) for n in range(120, 124)),
        coverage=rows,
        dates_ahead=(APPENDIX_DATE,),
    )
    return replace(base, **overrides)


def gap(**overrides: Any) -> Digest:
    """One source blind since Wednesday, one item late, one taken back."""
    late = replace(
        lcd_card(), change=replace(lcd_card().change, found_late=True, last_unchanged_at=SEEN - timedelta(days=6))
    )
    back = card(
        change(
            151,
            "AMA takes back the Panel action posted on Nov 18",
            news=News.REVERTED,
            reverts=ChangeId("CH-2026-0147"),
        ),
        opinion(Tier.REVIEW),
    )
    base = normal(cards=(late,), coverage=with_gap(coverage(), "cms.lcds"), corrections=(back,), dead_deliveries=2)
    return replace(base, **overrides)


def all_failed(**overrides: Any) -> Digest:
    """Nothing could be verified."""
    names = [source_id for source_id, *_ in SOURCES]
    return replace(empty(coverage=with_gap(coverage(), *names)), **overrides)


def baseline(**overrides: Any) -> Digest:
    """The very first run."""
    rows = tuple(replace(row, result="baseline", expected=1, good=1, longest_gap_s=0.0) for row in coverage())
    base = empty(
        coverage=rows,
        filtered_out=0,
        filtered_cards=(),
        awaiting=(),
        previous_digest_id=None,
        dates_ahead=(),
        monitoring_since=datetime(2026, 11, 22, 12, 4, tzinfo=UTC),
    )
    return replace(base, **overrides)
