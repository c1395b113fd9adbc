"""The documents behind a list: which are followed, where they lie, and under which lasting id."""

import re
from datetime import timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.model.assessment import Level
from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import Contract, Follow, Kind, Route, Source
from monitor.sources.following import children, following, identified

PROSE = Follow(kind=Kind.PROSE, extractor="prose")
GUIDELINE = r"(MOL\.[A-Z]{2}\.[0-9]+\.[A-Z])"


def a_list(*follows: Follow) -> Source:
    return Source(
        id=SourceId("demo.policies"),
        name="DEMO policies",
        authority="DEMO",
        kind=Kind.LINKS,
        routes=(Route(url="https://payer.invalid/policies"),),
        every=timedelta(days=2),
        extractor="links",
        contract=Contract(),
        floor=Level.LOW,
        follow=follows or (PROSE,),
    )


def link(url: str, text: str = "A policy", **fields: str) -> Record:
    return Record(key=RecordKey(url), label=text, fields={"title": text, "url": url, **fields}, url=url)


def row(key: str, document: str | None = None, url: str | None = None, **fields: str) -> Record:
    return Record(key=RecordKey(key), label=key, fields=fields, url=url, document=document)


def ids(source: Source, *records: Record) -> list[str]:
    return [child.id for child in children(source, records)]


def test_a_link_becomes_a_child_that_is_read_as_the_section_says() -> None:
    follow = Follow(kind=Kind.PROSE, extractor="prose", name="{parent}: {title}", contract=Contract(title="policy"))
    (child,) = children(a_list(follow), [link("https://payer.invalid/cpb/0228.html", "Cardiac CT")])
    assert child.id == "demo.policies/0228"
    assert child.parent == "demo.policies"
    assert child.name == "DEMO policies: Cardiac CT"
    assert child.official_url == "https://payer.invalid/cpb/0228.html"
    assert (child.kind, child.extractor, child.contract) == (Kind.PROSE, "prose", Contract(title="policy"))


def test_what_the_section_leaves_open_is_the_lists_own() -> None:
    (child,) = children(a_list(), [link("https://payer.invalid/a.html")])
    assert (child.every, child.floor, child.authority) == (timedelta(days=2), Level.LOW, "DEMO")
    follow = replace(PROSE, every=timedelta(days=7), floor=Level.HIGH)
    (child,) = children(a_list(follow), [link("https://payer.invalid/a.html")])
    assert (child.every, child.floor) == (timedelta(days=7), Level.HIGH)


def test_only_records_that_have_every_word_asked_for_are_followed() -> None:
    follow = replace(PROSE, where=(("title", "(?i)cardiac|retina"), ("url", r"\.html$")))
    found = ids(
        a_list(follow),
        link("https://payer.invalid/a.html", "Cardiac CT"),
        link("https://payer.invalid/b.pdf", "Cardiac CT"),
        link("https://payer.invalid/c.html", "Knee brace"),
    )
    assert found == ["demo.policies/a"]


def test_an_address_is_made_from_the_records_fields_and_quoted() -> None:
    follow = replace(PROSE, url="https://api.invalid/lcd/{document}?v={Doc version}")
    record = row("L39840 v14", document="L39840/a b", **{"Doc version": "1&4"})
    (child,) = children(a_list(follow), [record])
    assert child.routes == (Route(url="https://api.invalid/lcd/L39840%2Fa%20b?v=1%264"),)


def test_a_record_without_an_address_is_said_and_not_followed() -> None:
    found = following(a_list(replace(PROSE, url="https://api.invalid/{nothing}")), [row("A1"), row("A2")])
    assert not found.children
    assert found.left_out == ("2 of 2 documents have no address to follow.",)
    script = following(a_list(), [row("A1", url="javascript:alert(1)")])
    assert not script.children
    assert "no address" in script.left_out[0]


def test_finding_nothing_to_follow_is_said() -> None:
    found = following(a_list(replace(PROSE, where=(("title", "no such words"),))), [link("https://payer.invalid/a")])
    assert not found.children
    assert "so nothing is followed" in found.left_out[0]


def test_an_http_link_on_an_https_list_is_asked_over_https() -> None:
    (child,) = children(a_list(), [link("http://payer.invalid/a.html")])
    assert child.official_url == "https://payer.invalid/a.html"


def test_a_published_address_with_braces_is_no_template() -> None:
    (child,) = children(a_list(), [link("https://payer.invalid/{date:%Y}/a.html")])
    assert child.routes == (Route(url="https://payer.invalid/%7Bdate:%Y%7D/a.html"),)


def test_more_than_the_limit_is_said_with_its_numbers() -> None:
    records = [link(f"https://payer.invalid/{n}.html") for n in range(130)]
    found = following(a_list(), records)
    assert [c.source.id for c in found.children] == [f"demo.policies/{n}" for n in range(100)]
    assert found.left_out[0].startswith("30 of 130 documents are not followed: the limit is 100.")
    assert following(a_list(replace(PROSE, limit=130)), records).left_out == ()


def test_a_dated_file_name_keeps_the_childs_id() -> None:
    source = a_list(replace(PROSE, identity=GUIDELINE))
    old = link("https://payer.invalid/MOL.TS.194.A_Demo_V1.0.2026_Eff01.01.2026_Pub09.26.2025.pdf")
    new = link("https://payer.invalid/MOL.TS.194.A_Demo_V2.0.2026_Eff07.01.2026_Pub03.20.2026.pdf")
    assert ids(source, old) == ids(source, new) == ["demo.policies/mol.ts.194.a"]


def test_of_two_versions_side_by_side_the_newest_is_followed_in_any_order() -> None:
    source = a_list(replace(PROSE, identity=GUIDELINE))
    versions = [
        link("https://payer.invalid/MOL.TS.194.A_Demo_V2.0.2026_Eff07.01.2026.pdf"),
        link("https://payer.invalid/MOL.TS.194.A_Demo_V1.0.2027_Eff01.01.2027.pdf"),
        link("https://payer.invalid/MOL.TS.194.A_Demo_V1.0.2026_Eff01.01.2026.pdf"),
    ]
    for order in (versions, versions[::-1]):
        found = following(source, order)
        assert [c.source.routes[0].url for c in found.children] == [versions[1].url]
        assert found.left_out[0].startswith("2 older versions")


def test_versions_without_dates_are_told_by_their_numbers() -> None:
    records = [row(f"L1 v{n}", document="L1", url=f"https://payer.invalid/l1?v={n}") for n in (9, 10, 2)]
    (child,) = children(a_list(), records)
    assert child.official_url == "https://payer.invalid/l1?v=10"


def test_documents_with_the_same_file_name_are_told_apart_for_good() -> None:
    one, other = link("https://payer.invalid/2025/policy.html"), link("https://payer.invalid/2026/policy.html")
    found = ids(a_list(), one, other)
    assert len(set(found)) == 2
    assert found == ids(a_list(), other, one)[::-1]
    assert all(name.startswith("demo.policies/policy-") for name in found)


def test_one_record_can_have_a_child_for_each_of_its_parts() -> None:
    text = replace(PROSE, url="https://api.invalid/{key}/text")
    codes = replace(PROSE, url="https://api.invalid/{key}/codes", part="codes")
    assert ids(a_list(text, codes), row("A57345")) == ["demo.policies/a57345", "demo.policies/a57345.codes"]


def test_a_new_file_name_of_a_known_document_is_the_same_document() -> None:
    source = a_list(replace(PROSE, identity=GUIDELINE))
    url = "https://payer.invalid/MOL.TS.194.A_Demo_V1.0.2026.pdf"
    snapshot = Snapshot(
        extractor="links", extractor_version=1, form="html", records=(link(url), link("https://a.invalid/"))
    )
    named = identified(source, snapshot)
    assert [record.document for record in named.records] == ["MOL.TS.194.A", None]
    assert identified(a_list(), snapshot) is snapshot


URLS = st.from_regex(r"https://payer\.invalid/[a-zA-Z0-9%._~/-]{0,90}(\?[a-z0-9=&]{0,20})?", fullmatch=True)
ANY_KEY = st.text(min_size=1, max_size=120)


@given(st.lists(ANY_KEY | URLS, max_size=12, unique=True), st.randoms(use_true_random=False))
def test_ids_are_safe_unique_and_the_same_for_every_order(keys: list[str], random: Random) -> None:
    source = a_list(PROSE, replace(PROSE, part="codes"))
    records = [row(key, url="https://payer.invalid/x") for key in keys]
    found = ids(source, *records)
    assert len(found) == len(set(found)) == 2 * len(keys)
    assert all(re.fullmatch(r"demo\.policies/[a-z0-9.-]{1,90}", name) for name in found)
    shuffled = list(records)
    random.shuffle(shuffled)
    assert sorted(ids(source, *shuffled)) == sorted(found)
