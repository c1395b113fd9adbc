"""Which text of a document is in force, and the steps it went through."""

from datetime import UTC, date, datetime

from msgspec import Struct

from monitor.assess.items import Item
from monitor.assess.stages import stage_of
from monitor.model.assessment import Assessment, Basis, DateKind, LegalDate, Level, Tier
from monitor.model.difference import Act, Change, News
from monitor.model.ids import ChangeId, Sha256, SourceId
from monitor.model.source import DocumentVersion
from monitor.model.subject import Copy, Holding
from monitor.pipeline.versions import in_force_still, of_their_time, rungs_of_versions
from tests.assess.samples import shipped_rules

SEEN = datetime(2026, 11, 11, 12, tzinfo=UTC)
PAGE = SourceId("ama.appendix-s")


class Kept(Struct, frozen=True, kw_only=True):
    change: Change
    assessment: Assessment
    before_snapshot_id: int | None = 12


def kept(effective: date) -> Kept:
    change = Change(
        id=ChangeId("CH-2026-0015"), source_id=PAGE, news=News.ADDED, headline="DEMO revised", differences=(),
        last_unchanged_at=SEEN, first_changed_at=SEEN,
    )  # fmt: skip
    item = Item(title="", text="DEMO", source_id=PAGE, act=Act.ADDED)
    legal = LegalDate(kind=DateKind.EFFECTIVE, on=effective, basis=Basis.STATED, ground="DEMO")
    opinion = Assessment(
        level=Level.HIGH, tier=Tier.ACT, rules_version="1", reasons=(), dates=(legal,), confidence="High",
        confidence_grounds=(), stage=stage_of(item, shipped_rules()),
    )  # fmt: skip
    return Kept(change=change, assessment=opinion)


def copy_of(snapshot_id: int) -> Copy:
    return Copy(
        source_id=PAGE, snapshot_id=snapshot_id, check_id=1, body_sha256=Sha256("0" * 64), accepted_at=SEEN, items=9
    )


HELD = Holding(
    copy=copy_of(31), source_name="Appendix S", key=PAGE, label="", fields={}, official_url="",
    version=DocumentVersion(document="CPT Appendix S", first_day=date(2027, 1, 1)),
)  # fmt: skip


def test_until_the_new_text_counts_the_one_before_it_is_in_force() -> None:
    (text,) = in_force_still([kept(date(2027, 1, 1))], [HELD], copy_of, date(2026, 12, 31))
    assert text.copy.snapshot_id == 12
    assert text.version is not None
    assert text.version.standing(date(2026, 12, 31)) == "in force today"
    assert "CH-2026-0015" in text.source_name


def test_what_a_page_held_before_a_rewriting_that_nobody_knew_of_yet_was_the_text_in_force() -> None:
    day, later = date(2026, 11, 1), kept(date(2027, 1, 1))
    (then,) = of_their_time([HELD], [], [later], day)
    assert then.version is not None
    assert then.version.standing(day) == "in force today"
    assert then.copy == HELD.copy
    assert list(of_their_time([HELD], [later], [later], day)) == [HELD]
    assert list(of_their_time([HELD], [], [], day)) == [HELD]


def test_from_that_day_on_no_text_before_is_in_force() -> None:
    assert list(in_force_still([kept(date(2027, 1, 1))], [HELD], copy_of, date(2027, 1, 1))) == []


def test_a_revision_is_published_and_then_in_force_on_the_day_it_states() -> None:
    changes = [kept(date(2027, 1, 1))]
    before = [rung.says for rung in rungs_of_versions(changes, shipped_rules(), date(2026, 12, 31))]
    after = [rung.says for rung in rungs_of_versions(changes, shipped_rules(), date(2027, 1, 1))]
    assert before == ["text of Appendix S published"]
    assert after == [*before, "Appendix S in force"]
