from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compare.clusters import clusters, place, same_event
from monitor.compare.sightings import sighting_of
from monitor.model.assessment import Assessment, Basis, DateKind, LegalDate, Level, Reason, Tier
from monitor.model.cluster import Mark, Sighting
from monitor.model.difference import Act, Change, Difference, News
from monitor.model.ids import ChangeId, ClusterId, RecordKey, SourceId
from monitor.model.snapshot import Record

SEEN = datetime(2026, 11, 2, 12, tzinfo=UTC)
NOTHING = Assessment(level=Level.LOW, tier=Tier.FYI, rules_version="1")
RULE = {"title": "Medicare Program; Physician Fee Schedule for 2027", "docket": "CMS-1844-F", "stage": "published"}


def row(key: str, **fields: str) -> Difference:
    record = Record(key=RecordKey(key), label=fields.get("title", key), fields=fields)
    return Difference(act=Act.ADDED, key=record.key, label=record.label, before=None, after=record)


def seen(
    number: int, source: str, *rows: Difference, days: float = 0, opinion: Assessment = NOTHING, news: News = News.ADDED
) -> Sighting:
    change = Change(
        id=ChangeId(f"CH-2026-{number:04d}"),
        source_id=SourceId(source),
        news=news,
        headline="DEMO",
        differences=rows,
        last_unchanged_at=SEEN,
        first_changed_at=SEEN + timedelta(days=days),
    )
    found = sighting_of(change, opinion)
    assert found is not None
    return found


def about(*codes: str, on: date | None = None, grave: str | None = None) -> Assessment:
    dates = (LegalDate(kind=DateKind.EFFECTIVE, on=on, basis=Basis.STATED, ground="x"),) if on else ()
    reasons = (Reason(rule="r", text="t", quote="q", level=Level.HIGH, key=grave),) if grave else ()
    return replace(NOTHING, codes=codes, dates=dates, reasons=reasons)


PUBLISHED = seen(2, "federal-register", row("2026-19787", **RULE), days=10)
INSPECTED = seen(1, "federal-register.public-inspection", row("2026-19787", title="Physician Fee Schedule"))
PRESS = seen(3, "cms.newsroom", row("https://x.invalid/1", title="Final rule (CMS-1844-F)", summary="Fees."), days=1)


def test_public_inspection_and_publication_of_a_document_are_one_event() -> None:
    assert same_event(INSPECTED, PUBLISHED) == "document 2026-19787"


def test_a_press_release_is_known_by_the_docket_it_names() -> None:
    assert same_event(PUBLISHED, PRESS) == "docket CMS-1844-F"


def test_a_proposed_rule_and_its_final_rule_are_two_events() -> None:
    proposed = seen(4, "cms.newsroom", row("https://x.invalid/2", title="Proposed rule (CMS-1844-P)"))
    assert same_event(PUBLISHED, proposed) is None


def test_a_row_of_fdas_list_and_its_submission_are_one_event() -> None:
    listed = seen(1, "fda.ai-devices", row("K240058", device="AEYE-DS"))
    looked_up = seen(2, "fda.ai-devices/K240058", row("K240058", device_name="AEYE-DS"), days=60)
    assert same_event(listed, looked_up) == "submission K240058"
    assert same_event(listed, replace(looked_up, at=SEEN + timedelta(days=200))) is None


def test_a_batch_of_devices_is_not_the_event_of_any_one_of_them() -> None:
    batch = seen(1, "fda.ai-devices", *(row(f"K24000{n}") for n in range(8)))
    assert same_event(batch, seen(2, "fda.other", row("K240003"))) is None


def test_of_a_batch_only_what_the_opinion_rests_on_counts() -> None:
    rows = [row(f"K24000{n}") for n in range(8)]
    assert same_event(
        seen(1, "fda.ai-devices", *rows, opinion=about(grave="K240003")), seen(2, "fda.other", row("K240003"))
    )


def test_a_version_in_the_list_and_in_the_weekly_report_are_one_event_another_version_is_not() -> None:
    listed = seen(1, "cms.lcds", row("L39840 v14", title="DEMO"))
    assert same_event(listed, seen(2, "cms.new-local", row("L39840 v14", title="DEMO"))) == "version L39840 v14"
    assert same_event(listed, seen(3, "cms.new-local", row("L39840 v15", title="DEMO"))) is None
    assert same_event(listed, seen(4, "cms.lcds/L39840", row("§text"), days=3)) == "coverage document L39840"


def test_sister_documents_that_share_codes_and_dates_are_their_own_events() -> None:
    opinion = about("75577", on=date(2027, 1, 1))
    one = seen(1, "cms.lcds", row("L39840 v14"), opinion=opinion)
    assert same_event(one, seen(2, "cms.new-local", row("L39851 v3"), opinion=opinion)) is None


def test_a_code_and_its_date_bind_what_federal_pages_say_and_no_payers_policy() -> None:
    opinion = about("G0680", on=date(2027, 1, 1))
    release = seen(1, "cms.newsroom", row("https://x.invalid/1"), opinion=opinion)
    assert (
        same_event(release, seen(2, "cms.transmittals", row("R99901CP"), opinion=opinion)) == "code G0680 on 2027-01-01"
    )
    payer = seen(2, "payer.demo", row("K240058"), opinion=opinion)
    assert same_event(release, payer) is None


def test_two_texts_that_name_a_third_document_are_two_events() -> None:
    one = seen(1, "cms.newsroom", row("https://x.invalid/1", title="As the notice 2026-19787 says, fees rise"))
    other = seen(2, "payer.demo", row("https://y.invalid/2", title="Our answer to 2026-19787"))
    assert same_event(one, other) is None
    assert same_event(one, PUBLISHED) == "document 2026-19787"


def test_a_removal_is_no_further_sight_of_an_addition() -> None:
    assert (
        same_event(PUBLISHED, seen(9, "federal-register.public-inspection", row("2026-19787"), news=News.REMOVED))
        is None
    )


def test_a_second_revision_at_one_source_is_another_event() -> None:
    first = seen(1, "cms.lcds", row("L39840 v14"))
    text = seen(2, "cms.lcds/L39840", row("§a"), days=1)
    again = seen(3, "cms.lcds", row("L39840 v15"), days=2)
    later = seen(4, "cms.lcds/L39840", row("§b"), days=3)
    found = clusters([first, text, again, later])
    assert found == {
        first.change_id: first.change_id,
        text.change_id: first.change_id,
        again.change_id: again.change_id,
        later.change_id: again.change_id,
    }


_SOURCES = ("cms.newsroom", "cms.lcds", "cms.lcds/L39840", "federal-register", "fda.ai-devices", "payer.demo")
_MARKS = st.builds(
    Mark,
    scheme=st.sampled_from(["document", "docket", "coverage", "device"]),
    value=st.sampled_from(["A", "B", "C"]),
    own=st.booleans(),
)
_SIGHTINGS = st.lists(
    st.builds(
        Sighting,
        change_id=st.just(ChangeId("")),
        source_id=st.sampled_from(_SOURCES).map(SourceId),
        at=st.integers(0, 60).map(lambda days: SEEN + timedelta(days=days)),
        removal=st.booleans(),
        marks=st.lists(st.lists(_MARKS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=3).map(tuple),
    ),
    max_size=12,
).map(lambda found: [replace(one, change_id=ChangeId(f"CH-2026-{n:04d}")) for n, one in enumerate(found)])


@given(_SIGHTINGS, st.randoms())
def test_clusters_do_not_depend_on_the_order_in_which_they_are_worked_out(
    found: list[Sighting], random: object
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert clusters(shuffled) == clusters(found)


@given(_SIGHTINGS)
def test_placing_one_by_one_gives_what_working_out_at_once_gives(found: list[Sighting]) -> None:
    placed: list[tuple[ClusterId, Sighting]] = []
    for one in found:
        ids = {(mark.scheme, mark.value) for marks in one.marks for mark in marks}
        alike = {
            cluster
            for cluster, other in placed
            if ids & {(mark.scheme, mark.value) for marks in other.marks for mark in marks}
        }
        at = place(one, [pair for pair in placed if pair[0] in alike])
        placed.append((at[0] if at else ClusterId(one.change_id), one))
    assert {one.change_id: ChangeId(cluster) for cluster, one in placed} == clusters(found)


@given(_SIGHTINGS)
def test_what_shares_no_id_is_never_clustered_and_a_source_stands_in_a_cluster_once(found: list[Sighting]) -> None:
    by_id = {one.change_id: one for one in found}
    members: dict[ChangeId, list[Sighting]] = {}
    for change_id, first in clusters(found).items():
        members.setdefault(first, []).append(by_id[change_id])
    for together in members.values():
        assert len({one.source_id for one in together}) == len(together)
        for one in together:
            ids = {(mark.scheme, mark.value) for marks in one.marks for mark in marks}
            others = {(m.scheme, m.value) for o in together if o is not one for marks in o.marks for m in marks}
            assert len(together) == 1 or ids & others


@given(_SIGHTINGS)
def test_being_one_event_is_mutual(found: list[Sighting]) -> None:
    for one in found:
        for other in found:
            assert (same_event(one, other) is None) == (same_event(other, one) is None)
