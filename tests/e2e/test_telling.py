"""From seen to told: events reach a receiver signed, a failing one loses nothing, and ids never change."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from monitor.cli.exits import Exit
from monitor.model.delivery import DeliveryState
from monitor.store.outbox import StoredDelivery
from tests.channels import receiver
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv, renamed
from tests.loopback import Response

BEGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
BEFORE = Response(body=as_csv(a_list()), media_type="text/csv")
AFTER = Response(body=as_csv([*a_list(), AEYE_2024]), media_type="text/csv")


@pytest.fixture
def told(desk: Desk) -> Desk:
    """A demo database, whose clock can be set; one subscriber; the baseline is captured."""
    url = desk.server.url("/hook")
    hook = f"- {{id: desk, channel: webhook, url: '{url}', secret: CMAA_HOOK_SECRET, tiers: [REVIEW]}}"
    desk.configure(FDA, subscribers=[hook])
    desk.begin_simulated_time(BEGIN)
    desk.serve(FDA_URL, [BEFORE, AFTER])
    return desk


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CMAA_HOOK_SECRET", receiver.SECRET)


def outbox(desk: Desk) -> tuple[StoredDelivery, ...]:
    with desk.store() as store:
        return store.outbox.deliveries()


def test_a_change_reaches_the_receiver_as_one_signed_event(told: Desk) -> None:
    told.server.set("/hook", Response(status=202))
    told.check()
    assert told.server.posts() == []
    told.set_time(BEGIN + timedelta(days=1))
    ran = told.run("check", "--json")
    assert (ran.code, ran.body["deliveries"]) == (0, {"sent": 1, "failed": 0})
    (post,) = told.server.posts()
    now_s = (BEGIN + timedelta(days=1)).timestamp()
    assert receiver.accepts(post.headers, post.body, secret=receiver.SECRET, now_s=now_s)
    event = json.loads(post.body)
    (change,) = told.changes()
    assert (event["specversion"], event["id"].startswith(change.change.id)) == ("1.0", True)
    assert change.delivered_at == BEGIN + timedelta(days=1)
    told.check()
    assert len(told.server.posts()) == 1


def test_a_receiver_that_fails_is_told_later_under_the_same_id_and_the_change_is_safe_meanwhile(told: Desk) -> None:
    told.server.set("/hook", Response(status=500))
    told.check()
    ran = told.run("check")
    assert ran.code == Exit.NOT_DELIVERED
    (change,) = told.changes()
    assert f"Not delivered: {change.change.id} to desk: the receiver answered 500" in ran.out
    (kept,) = outbox(told)
    assert (kept.delivery.state, kept.delivery.attempts) == (DeliveryState.PENDING, 1)

    told.set_time(BEGIN + timedelta(seconds=4))
    assert told.run("check").code == 0, "not due yet, so not tried"
    assert len(told.server.posts()) == 1

    told.server.set("/hook", Response(status=200))
    told.set_time(BEGIN + timedelta(seconds=6))
    assert told.run("check").code == 0
    first, second = told.server.posts()
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert outbox(told)[0].delivery.state is DeliveryState.SENT


def test_a_receiver_that_is_gone_for_good_leaves_a_dead_letter_that_everyone_sees(told: Desk) -> None:
    told.server.set("/hook", Response(status=410))
    told.check()
    assert told.run("check").code == Exit.NOT_DELIVERED
    assert outbox(told)[0].delivery.state is DeliveryState.DEAD
    told.set_time(BEGIN + timedelta(days=1))
    assert told.run("check").code == 0
    assert len(told.server.posts()) == 1
    status = told.run("status")
    assert (status.code, "could not be made" in status.out) == (Exit.NOT_DELIVERED, True)
    assert "deliver" in told.run("digest", "--preview").out


def test_without_its_secret_an_event_is_kept_and_never_sent_unsigned(
    told: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.server.set("/hook", Response())
    told.check()
    monkeypatch.delenv("CMAA_HOOK_SECRET")
    ran = told.run("check")
    assert (ran.code, "CMAA_HOOK_SECRET" in ran.out) == (Exit.NOT_DELIVERED, True)
    assert told.server.posts() == []
    monkeypatch.setenv("CMAA_HOOK_SECRET", receiver.SECRET)
    told.set_time(BEGIN + timedelta(seconds=6))
    assert told.run("check").code == 0
    assert len(told.server.posts()) == 1


def test_a_subscriber_that_left_the_settings_is_not_told_and_his_row_is_not_dropped(told: Desk) -> None:
    told.server.set("/hook", Response(status=500))
    told.check()
    told.run("check")
    told.configure(FDA)
    told.set_time(BEGIN + timedelta(hours=1))
    assert told.run("check").code == Exit.NOT_DELIVERED
    (kept,) = outbox(told)
    assert (kept.delivery.state, "no longer configured" in str(kept.last_error)) == (DeliveryState.DEAD, True)


def test_a_gap_outranks_a_failed_delivery_and_that_outranks_news(told: Desk) -> None:
    page = "- {id: my.page, kind: prose, url: https://www.cms.gov/page, every: 1d, name: A page, authority: CMS}"
    told.server.set("/hook", Response(status=500))
    told.check()
    assert told.run("check", "--exit-code").code == Exit.NOT_DELIVERED
    told.settings.write_text(told.settings.read_text() + page + "\n")
    told.set_time(BEGIN + timedelta(hours=1))
    assert told.run("check", "--exit-code").code == Exit.UNVERIFIED
    assert len(told.server.posts()) == 2


def test_each_exit_code_says_what_it_says(told: Desk) -> None:
    told.server.set("/hook", Response(status=200))
    assert told.run("check", "--exit-code").code == Exit.OK
    assert told.run("check", "--exit-code").code == Exit.CHANGES
    assert told.run("changes", "--exit-code").code == Exit.CHANGES
    assert told.run("changes").code == Exit.OK
    assert told.run("changes", "--tier", "purple").code == Exit.USAGE
    told.serve(FDA_URL, Response(status=500))
    assert told.run("check", "--exit-code").code == Exit.UNVERIFIED
    told.database.write_text("no database")
    assert told.run("check").code == Exit.CANNOT_RUN


def test_the_payload_that_waits_is_what_was_seen_then_whatever_happens_later(told: Desk) -> None:
    told.server.set("/hook", Response(status=503))
    told.check()
    told.run("check")
    frozen = outbox(told)[0].delivery.payload
    told.serve(
        FDA_URL, Response(body=as_csv(renamed([*a_list(), AEYE_2024], "K240058", "DEMO other")), media_type="text/csv")
    )
    told.set_time(BEGIN + timedelta(hours=1))
    told.run("check")
    assert told.server.posts()[1].body == frozen
