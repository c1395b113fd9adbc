"""Every event that is made is as its published schema says."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from monitor.compose.digest_event import digest_event
from monitor.compose.problems import problem_event
from monitor.compose.summary_event import summary_event
from monitor.compose.tellings import SummaryTelling
from monitor.compose.tested_event import webhook_test_event
from monitor.model.delivery import Place, Voice
from monitor.model.digest import Digest, Message
from monitor.model.ids import DeliveryId, ProblemId, SourceId
from monitor.model.problem import (
    BACKUPS,
    DISK,
    RECORD,
    RULES,
    Closing,
    Finding,
    SourceProblem,
    Trouble,
    host_place,
    subscriber_place,
)
from tests.compose import samples
from tests.compose.test_events import SOURCE, body_of
from tests.schemas import FOLDER, event_of

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VOICE = Voice(instance="watch-1", link_base="https://watch.demo.invalid", zone="America/New_York", demo=True)
PREVIOUS = DeliveryId("dlv_" + "a2" * 13)
PLACE = Place(seq=7, previous=PREVIOUS)


def a_problem(trouble: Trouble) -> SourceProblem:
    of_subscriber = trouble is Trouble.UNREACHED
    of_host = trouble is Trouble.HOST
    of_service = {Trouble.DAMAGED: RECORD, Trouble.FULL: DISK, Trouble.UNSAVED: BACKUPS, Trouble.UNSOUND: RULES}
    places = {Trouble.UNREACHED: subscriber_place("desk"), Trouble.HOST: host_place("www.fda.gov"), **of_service}
    finding = Finding(
        source_id=places.get(trouble, SourceId("fda.ai-devices")),
        trouble=trouble,
        code="suspended" if of_subscriber else "dns" if of_host else "http-403",
        reason="no\r\n<!channel>",
        since=AT,
        check_id=None if of_subscriber or trouble in of_service else 7,
        sources=(SourceId("fda.ai-devices"), SourceId("fda.news")) if of_host else (),
    )
    return SourceProblem(id=ProblemId("PB-2026-0001"), finding=finding, opened_at=AT, tellings=1, told_at=AT)


def test_a_change() -> None:
    card = samples.panel_card()
    event = event_of(body_of(card.change, card.assessment, place=PLACE))
    assert (event["sequence"], event["previousdelivery"]) == ("000000000007", PREVIOUS)
    assert "previousdelivery" not in event_of(body_of(card.change, card.assessment, place=Place(seq=1)))


@pytest.mark.parametrize("made", [samples.normal, samples.empty, samples.gap, samples.all_failed, samples.baseline])
def test_a_digest(made: Callable[[], Digest]) -> None:
    message = Message(subject="DEMO", preheader="", text="", html="")
    event_of(digest_event(made(), message, VOICE, PLACE))


def test_a_summary_names_what_it_stands_for() -> None:
    card = samples.panel_card()
    telling = SummaryTelling(
        delivery_id=PREVIOUS,
        bundle="desk:2026-11-23",
        changes=((card.change, card.assessment),),
        at=AT,
        voice=VOICE,
        templates=dict,
        instead_of=(PREVIOUS,),
        place=PLACE,
    )
    assert event_of(summary_event(telling))["data"]["instead_of"] == [PREVIOUS]


@pytest.mark.parametrize("trouble", list(Trouble))
@pytest.mark.parametrize("how", [None, "mended", "acknowledged", "superseded"])
def test_a_problem(trouble: Trouble, how: str | None) -> None:
    closing = Closing(at=AT, how=how) if how else None
    event = event_of(
        problem_event(
            a_problem(trouble), SOURCE, turn="1", at=AT, closing=closing, instance="watch-1", demo=True, place=PLACE
        )
    )
    assert ("recipient" in event["data"]) is (trouble is Trouble.UNREACHED)
    assert ("host" in event["data"]) is (trouble is Trouble.HOST)
    assert ("service" in event["data"]) is (
        trouble in {Trouble.DAMAGED, Trouble.FULL, Trouble.UNSAVED, Trouble.UNSOUND}
    )


def test_a_test() -> None:
    event = event_of(webhook_test_event("desk", PREVIOUS, AT, VOICE))
    assert (event["data"]["demo"], event["data"]["recipient"]) == (True, {"id": "desk"})


def test_every_schema_is_of_an_event_that_these_tests_make() -> None:
    published = {path.stem for path in FOLDER.glob("*.json")} - {"event"}
    made = {"change.detected.v1", "digest.sent.v1", "changes.summarised.v1", "source.problem.v1"}
    problems = {f"{of}.problem.v1" for of in ("source", "host", "delivery", "service")}
    assert published == made | problems | {"webhook.tested.v1"}
