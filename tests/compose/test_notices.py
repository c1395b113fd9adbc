"""What is told in few lines: the same facts in Slack, Teams and mail, within every limit, whatever a page says."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compose.digest import render_digest
from monitor.compose.mail import change_letter, notice_letter
from monitor.compose.notices import Notice, change_notice, digest_notice, problem_notice, summary_notice
from monitor.compose.slack import slack_message
from monitor.compose.teams import MESSAGE_LIMIT_BYTES, teams_message
from monitor.compose.tellings import ChangeTelling, DigestTelling, ProblemTelling, SummaryTelling
from monitor.model.delivery import Evidence, Voice
from monitor.model.ids import DeliveryId, ProblemId, Sha256
from monitor.model.problem import Closing, Finding, SourceProblem, Trouble
from tests.compose import samples
from tests.compose.test_events import SOURCE

AT = datetime(2026, 11, 18, 12, 5, tzinfo=UTC)
VOICE = Voice(instance="urn:test", link_base="https://watch.demo.invalid", zone="America/New_York", demo=True)
ID = DeliveryId("dlv_abc")
NASTY = "</script><!channel> <https://evil.invalid|click> *bold* [x](https://evil.invalid) \u202eabc\r\nBcc: a@b =1+1"


def change_telling(**more: Any) -> ChangeTelling:
    card = samples.panel_card()
    evidence = Evidence(
        check_id=1, chain_head="0" * 64, before_sha256=Sha256("8f" * 32), after_sha256=Sha256("b9" * 32), at=AT
    )
    telling = ChangeTelling(
        delivery_id=ID,
        change=card.change,
        assessment=card.assessment,
        source=SOURCE,
        evidence=evidence,
        voice=VOICE,
        templates=samples.templates,
    )
    return replace(telling, **more)


def a_problem() -> SourceProblem:
    finding = Finding(source_id=SOURCE.id, trouble=Trouble.BLOCKED, code="challenge", reason="A page came.", since=AT)
    return SourceProblem(id=ProblemId("PB-2026-0001"), finding=finding, opened_at=AT, tellings=1, told_at=AT)


def problem_telling(closing: Closing | None = None) -> ProblemTelling:
    return ProblemTelling(
        delivery_id=ID,
        problem=a_problem(),
        source=SOURCE,
        turn="1",
        closing=closing,
        at=AT,
        voice=VOICE,
        templates=samples.templates,
    )


def notices() -> dict[str, Notice]:
    digest = samples.normal()
    card = samples.panel_card()
    summary = SummaryTelling(
        delivery_id=ID,
        bundle="lead:2026-11-18",
        changes=((card.change, card.assessment),) * 30,
        at=AT,
        voice=VOICE,
        templates=samples.templates,
    )
    message = render_digest(digest, samples.templates())
    return {
        "change": change_notice(change_telling()),
        "digest": digest_notice(DigestTelling(delivery_id=ID, digest=digest, message=message, voice=VOICE)),
        "summary": summary_notice(summary),
        "problem": problem_notice(problem_telling()),
        "mended": problem_notice(problem_telling(Closing(at=AT, how="mended"))),
    }


def texts(value: object) -> list[str]:
    """Every text in a JSON value."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in texts(one)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("name", ["change", "digest", "summary", "problem", "mended"])
@pytest.mark.parametrize("render", [slack_message, teams_message])
def test_every_telling_names_itself_its_delivery_and_that_it_is_a_demo(
    name: str, render: Callable[[Notice], bytes]
) -> None:
    notice = notices()[name]
    said = " ".join(texts(json.loads(render(notice))))
    assert ID in said
    assert "DEMO" in said
    assert notice.title[:60] in said.replace("&amp;", "&")


def test_an_urgent_change_says_by_when_in_its_title() -> None:
    assert notices()["change"].title.startswith("ACT by Dec 2: ")


def test_a_change_is_told_alike_everywhere() -> None:
    telling = change_telling()
    letter = change_letter(telling)
    notice = change_notice(telling)
    slack = " ".join(texts(json.loads(slack_message(notice))))
    for fact in (telling.change.id, "Dec 2, 2026", "14 days after posting"):
        assert fact in " ".join(letter.text.split())
        assert fact in letter.html
        assert fact in slack
    assert letter.subject.startswith("[DEMO] ACT by Dec 2: ")
    assert len(letter.subject) <= 69


def hostile(text: str) -> Notice:
    return Notice(title=text[:120], text=text, paragraphs=((text, text),) * 3, facts=((text, text),), footer=text)


def test_no_page_can_mention_a_channel_forge_a_link_or_a_format() -> None:
    change = replace(samples.panel_card().change, headline=NASTY)
    notice = change_notice(change_telling(change=change))
    message = json.loads(slack_message(notice))
    assert "<!" not in " ".join(texts(message))
    assert all("evil" not in text or "<https://evil" not in text for text in texts(message))
    card = json.loads(teams_message(notice))["attachments"][0]["content"]
    assert {one["type"] for one in card["body"]} == {"RichTextBlock"}, "text blocks would be read as Markdown"
    assert all("evil" not in action["url"] for action in card["actions"])
    assert "\u202e" not in slack_message(notice).decode()


@settings(max_examples=30)
@given(st.text(st.characters(codec="utf-8"), max_size=300), st.integers(1, 200))
def test_slack_and_teams_stay_within_their_limits_whatever_is_told(text: str, many: int) -> None:
    notice = replace(hostile("x" + text), paragraphs=(("Added", text * 5),) * many, facts=((text, text * 9),) * 12)
    message = json.loads(slack_message(notice))
    blocks = message["blocks"]
    assert len(blocks) <= 50
    for block in blocks:
        match block["type"]:
            case "header":
                assert len(block["text"]["text"]) <= 150
            case "section":
                assert len(block.get("text", {}).get("text", "")) <= 3_000
                assert len(block.get("fields", [])) <= 10
                assert all(len(field["text"]) <= 2_000 for field in block.get("fields", []))
            case "context":
                assert len(block["elements"]) <= 10
    assert len(teams_message(notice)) <= MESSAGE_LIMIT_BYTES + 2_000


def test_what_does_not_fit_is_counted() -> None:
    notice = replace(hostile("x"), paragraphs=(("Added", "word " * 500),) * 60)
    assert "more" in slack_message(notice).decode()
    assert "more" in teams_message(notice).decode()


def test_a_notice_as_a_letter_holds_every_line_in_text_and_html() -> None:
    notice = notices()["problem"]
    letter = notice_letter(notice, samples.templates(), VOICE)
    folded = " ".join(letter.text.split())
    for _, line in notice.paragraphs:
        assert " ".join(line.split()) in folded
    assert "PB-2026-0001" in letter.html
    assert "<script" not in notice_letter(hostile(NASTY), samples.templates(), VOICE).html


def test_a_change_in_the_past_has_no_deadline_in_its_title() -> None:
    late = replace(change_telling().evidence, at=AT + timedelta(days=400))
    assert change_notice(change_telling(evidence=late)).title.startswith("ACT: ")
