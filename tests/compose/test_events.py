import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compose.events import EVENT_LIMIT_BYTES, change_event, change_type
from monitor.model.assessment import Assessment
from monitor.model.difference import Change, News
from monitor.model.ids import Sha256, SourceId
from monitor.model.source import Contract, Kind, Route, Source
from tests import schemas
from tests.compose import samples

SOURCE = Source(
    id=SourceId("ama.panel-actions"),
    name="AMA Panel actions",
    authority="AMA",
    kind=Kind.LINKS,
    routes=(Route(url="https://ama.demo.invalid/panel-actions"),),
    every=timedelta(days=1),
    extractor="links",
    contract=Contract(),
)


def body_of(change: Change, assessment: Assessment, source: Source = SOURCE, **rest: Any) -> bytes:
    facts: dict[str, Any] = {
        "demo": True,
        "link_base": "https://watch.demo.invalid",
        "before_sha": Sha256("8f" * 32),
        "after_sha": Sha256("b9" * 32),
        "check_id": 4121,
        "chain_head": "77ab10",
        "instance": "watch-1",
    }
    return change_event(change, assessment, source, **{**facts, **rest})


def event_of(change: Change, assessment: Assessment, **rest: Any) -> dict[str, Any]:
    return schemas.event_of(body_of(change, assessment, **rest))


def panel_event(**rest: Any) -> dict[str, Any]:
    card = samples.panel_card()
    return event_of(card.change, card.assessment, **rest)


def test_the_envelope_is_cloudevents_1_0() -> None:
    event = panel_event()
    data = event.pop("data")
    assert event == {
        "specversion": "1.0",
        "id": "CH-2026-0147:detected:1",
        "source": "https://watch.demo.invalid/",
        "type": "org.example.cmaa-monitor.change.detected.v1",
        "subject": "ama.panel-actions",
        "time": "2026-11-18T12:04:11Z",
        "datacontenttype": "application/json",
        "dataschema": "https://watch.demo.invalid/schemas/change.detected.v1.json",
    }
    assert data["change_id"] == "CH-2026-0147"


def test_the_data_has_every_member_of_the_outline() -> None:
    data = panel_event()["data"]
    assert data["demo"] is True
    assert data["url"] == "https://watch.demo.invalid/c/CH-2026-0147"
    assert data["tier"] == "act"
    assert data["change_type"] == "revised_text"
    assert data["source"] == {
        "id": "ama.panel-actions",
        "authority": "AMA",
        "official_url": "https://ama.demo.invalid/panel-actions",
    }
    assert data["times"]["last_seen_unchanged"] == "2026-11-17T12:03:40Z"
    assert data["times"]["source_published"] is None
    assert data["diff"]["added"] == [samples.PANEL_TEXT]
    assert data["diff"]["truncated"] is False
    assert data["relevance"]["rules_version"] == "2026.11.2"
    assert data["relevance"]["confidence"] == "high"
    assert data["lifecycle"] == {
        "ladder": "cpt",
        "from": "on_agenda",
        "to": "panel_action_posted",
        "next": "reconsideration window",
    }
    assert data["dates"][0]["kind"] == "reconsideration_closes"
    assert data["dates"][0]["date"] == "2026-12-02"
    assert data["dates"][0]["rule"].startswith("14 days after posting")
    assert data["evidence"] == {
        "before_sha256": "8f" * 32,
        "after_sha256": "b9" * 32,
        "ledger_entry": 4121,
        "prev_chain_hash": "77ab10",
    }
    assert data["decision"] is None
    assert {"cluster_id", "headline", "official_ids"} <= set(data)


def test_without_a_desk_the_installation_is_a_urn() -> None:
    event = panel_event(link_base=None, instance="St. Mary's / lab 1")
    assert event["source"] == "urn:cmaa-monitor:St.-Mary-s---lab-1"
    assert event["dataschema"] == "urn:cmaa-monitor:St.-Mary-s---lab-1:schemas:change.detected.v1"
    assert event["data"]["url"] is None


def test_the_same_change_gives_the_same_bytes() -> None:
    card = samples.list_card()
    assert body_of(card.change, card.assessment) == body_of(card.change, card.assessment)


@settings(max_examples=25)
@given(st.text(st.characters(codec=None), max_size=40))
def test_the_bytes_are_compact_json_as_the_standard_library_spells_it(text: str) -> None:
    change = samples.change(1, text, samples.rewritten(f"a {text}", f"b {text}", text))
    body = body_of(change, samples.panel_card().assessment, replace(SOURCE, authority=text))
    assert body == json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()


def test_matched_terms_come_from_the_rules_that_fired() -> None:
    found = replace(samples.reason("names it", "quote"), rule="term:CMAA")
    opinion = replace(samples.panel_card().assessment, reasons=(found, found))
    event = event_of(samples.panel_card().change, opinion)
    assert event["data"]["relevance"]["matched_terms"] == ["CMAA"]


def test_a_long_list_is_cut_and_says_so() -> None:
    rows = [samples.added(samples.record(f"DEMO-K{n}", "Device " * 20, panel="x" * 500)) for n in range(3000)]
    reasons = tuple(samples.reason(f"row {n}" * 30, "q" * 300, key=f"DEMO-K{n}") for n in range(3000))
    opinion = replace(samples.list_card().assessment, reasons=reasons)
    body = body_of(samples.change(1, "List", *rows), opinion)
    event = json.loads(body)
    assert len(body) < EVENT_LIMIT_BYTES
    assert event["data"]["diff"]["truncated"] is True
    assert event["data"]["diff"]["counts"]["added"] == 3000
    assert event["data"]["diff"]["added"]
    assert event["data"]["official_ids"][0]["value"] == "DEMO-K0"


@settings(max_examples=25)
@given(st.sampled_from(["\U0001f600", "\\", '"', "\u00e9", "<", "\x00", "\u202e", "\ud800", "\r\n"]))
def test_no_text_makes_an_event_too_large_or_invisible(char: str) -> None:
    long = char * 3000
    base = samples.panel_card()
    opinion = replace(
        base.assessment,
        reasons=tuple(replace(samples.reason(long, long, key=long), rule=f"term:{n}{long}") for n in range(60)),
        codes=(long,) * 60,
        devices=(long,) * 60,
        dates=tuple(replace(base.assessment.dates[0], ground=long, key=long) for _ in range(60)),
        confidence_grounds=(long,) * 60,
    )
    rows = [samples.rewritten(f"a {long}", f"b {long}", long) for _ in range(60)]
    source = replace(SOURCE, authority=long)
    body = body_of(samples.change(1, long, *rows), opinion, source)
    assert len(body) < EVENT_LIMIT_BYTES
    shown = json.dumps(json.loads(body), ensure_ascii=False)
    assert not any(bad in shown for bad in ("\u202e", "\ud800", "\\u0000", "\\r"))


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (samples.panel_card().change, "revised_text"),
        (samples.fyi_card().change, "editorial"),
        (samples.change(1, "x", news=News.REVERTED), "reverted"),
        (samples.change(1, "x", samples.added(samples.record("K1", "One"))), "new_item"),
        (samples.change(1, "x", *[samples.added(samples.record("K1", "One"))] * 2), "list_rows_added"),
        (samples.change(1, "x", samples.removed(samples.record("K1", "One")), news=News.REMOVED), "removed"),
        (
            samples.change(1, "x", *[samples.removed(samples.record("K1", "One"))] * 2, news=News.REMOVED),
            "list_rows_removed",
        ),
        (samples.change(1, "x", samples.list_card().change.differences[-1], news=News.MODIFIED), "list_rows_changed"),
    ],
)
def test_the_type_of_a_change_is_one_of_a_fixed_set(change: Change, kind: str) -> None:
    assert change_type(change) == kind
