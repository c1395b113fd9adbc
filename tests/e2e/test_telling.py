"""From seen to told: events reach a receiver signed, a failing one loses nothing, and ids never change."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from monitor.cli.exits import Exit
from monitor.model.delivery import DeliveryState
from monitor.store.deliveries import StoredDelivery
from tests.channels import receiver
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv, renamed
from tests.loopback import Response
from tests.schemas import event_of

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
    assert (ran.code, ran.body["deliveries"]) == (0, {"sent": 1, "failed": 0, "pending": 0, "next_try_at": None})
    (post,) = told.server.posts()
    now_s = (BEGIN + timedelta(days=1)).timestamp()
    assert receiver.accepts(post.headers, post.body, secret=receiver.SECRET, now_s=now_s)
    event = event_of(post.body)
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


def test_a_receiver_that_will_not_take_it_leaves_a_dead_letter_that_everyone_sees(told: Desk) -> None:
    told.server.set("/hook", Response(status=400))
    told.check()
    assert told.run("check").code == Exit.NOT_DELIVERED
    assert outbox(told)[0].delivery.state is DeliveryState.DEAD
    told.set_time(BEGIN + timedelta(days=1))
    assert told.run("check").code == 0
    assert len(told.server.posts()) == 1
    status = told.run("status")
    assert (status.code, "could not be made" in status.out) == (Exit.NOT_DELIVERED, True)
    assert "deliver" in told.run("digest", "--preview").out


def test_a_receiver_that_is_gone_is_suspended_others_are_told_and_its_rows_wait(told: Desk) -> None:
    told.server.set("/hook", Response(status=410))
    told.server.set("/engineer", Response(status=200))
    url, other = told.server.url("/hook"), told.server.url("/engineer")
    told.configure(
        FDA,
        subscribers=[
            f"- {{id: desk, channel: webhook, url: '{url}', tiers: [REVIEW], problems: true}}",
            f"- {{id: engineer, channel: webhook, url: '{other}', tiers: [], problems: true}}",
        ],
    )
    told.check()
    assert told.run("check").code == Exit.NOT_DELIVERED
    told.set_time(BEGIN + timedelta(hours=5))
    assert told.run("check").code == 0
    to_desk = [post for post in told.server.posts() if post.path == "/hook"]
    (alarm,) = (event_of(post.body) for post in told.server.posts() if post.path == "/engineer")
    assert (len(to_desk), alarm["data"]["recipient"], alarm["data"]["code"]) == (1, {"id": "desk"}, "suspended")
    assert alarm["type"].endswith("delivery.problem.v1")
    assert "unsuspend desk" in alarm["data"]["mend"]
    assert "410" in alarm["data"]["reason"]

    status = told.run("status")
    assert (status.code, "Suspended: nothing is sent to desk" in status.out) == (Exit.NOT_DELIVERED, True)
    assert "desk" in told.run("digest", "--preview").out
    assert "Suspended: desk over webhook" in told.run("deliveries", "list").out

    told.server.set("/hook", Response(status=200))
    assert told.run("deliveries", "unsuspend", "desk", "--by", "DEMO Person", "--reason", "new receiver").code == 0
    assert told.run("deliveries", "unsuspend", "desk", "--by", "x", "--reason", "y").code == Exit.USAGE
    told.run("check")
    assert len([post for post in told.server.posts() if post.path == "/hook"]) == 2
    told.set_time(BEGIN + timedelta(hours=5, minutes=1))
    told.run("check")
    ends = [json.loads(post.body)["data"]["state"] for post in told.server.posts() if post.path == "/engineer"]
    assert ends == ["open", "mended"]
    assert told.run("verify").code == 0


def test_a_dead_letter_is_told_once_over_another_channel_and_ends_when_it_is_cancelled(told: Desk) -> None:
    told.server.set("/hook", Response(status=400))
    told.configure(
        FDA,
        subscribers=[
            f"- {{id: desk, channel: webhook, url: '{told.server.url('/hook')}', tiers: [REVIEW]}}",
            "- {id: engineer, channel: file, path: told, tiers: [], problems: true}",
        ],
    )
    told.check()
    told.run("check")
    told.set_time(BEGIN + timedelta(hours=1))
    told.run("check")
    (alarm,) = (event_of(path.read_bytes()) for path in (told.folder / "told").iterdir())
    assert (alarm["data"]["trouble"], alarm["data"]["code"]) == ("unreached", "dead-letters")
    (dead,) = outbox(told)[1:]
    listed = told.run("deliveries", "list", "--state", "dead", "--json").body
    assert [one["id"] for one in listed["deliveries"]] == [dead.delivery.id]
    shown = told.run("deliveries", "show", dead.delivery.id)
    assert "try 1" in shown.out
    assert "not taken (the receiver answered 400)" in shown.out
    assert told.run("deliveries", "cancel", dead.delivery.id).code == Exit.USAGE
    ran = told.run("deliveries", "cancel", "--recipient", "desk", "--by", "DEMO Person", "--reason", "told by phone")
    assert (ran.code, "1 delivery is cancelled by DEMO Person" in ran.out) == (0, True)
    told.set_time(BEGIN + timedelta(hours=2))
    told.run("check")
    assert len(list((told.folder / "told").iterdir())) == 2, "the problem has ended, and that is told"
    with told.store() as store:
        (entry,) = store.database.rows("SELECT facts FROM audit WHERE event = 'delivery-cancelled'")
        assert json.loads(entry[0])["by"] == "DEMO Person"
        assert store.queries.verify_chain() is None


def test_a_dead_letter_is_tried_again_under_its_id(told: Desk) -> None:
    told.server.set("/hook", Response(status=400))
    told.check()
    told.run("check")
    told.server.set("/hook", Response(status=200))
    assert "1 delivery is due now" in told.run("deliveries", "retry", outbox(told)[0].delivery.id).out
    told.run("check")
    first, second = told.server.posts()
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    assert told.run("deliveries", "retry", outbox(told)[0].delivery.id).code == Exit.USAGE, "sent is sent"


def test_a_receiver_sees_the_place_of_each_event_and_which_came_before(told: Desk) -> None:
    told.server.set("/hook", Response(status=200))
    told.check()
    told.run("check")
    edited = renamed([*a_list(), AEYE_2024], "K240058", "DEMO other")
    told.serve(FDA_URL, Response(body=as_csv(edited), media_type="text/csv"))
    told.set_time(BEGIN + timedelta(hours=1))
    told.run("check")
    first, second = (event_of(post.body) for post in told.server.posts())
    assert (first["sequence"], "previousdelivery" in first) == ("000000000001", False)
    assert (second["sequence"], second["previousdelivery"]) == (
        "000000000002",
        told.server.posts()[0].headers["webhook-id"],
    )


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


OLD = "whsec_" + base64.b64encode(b"the old secret, of some length..").decode()


def test_both_secrets_sign_while_one_takes_the_place_of_the_other(told: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    url = told.server.url("/hook")
    hook = f"- {{id: desk, channel: webhook, url: '{url}', secret: [CMAA_HOOK_SECRET, CMAA_HOOK_OLD], tiers: [REVIEW]}}"
    told.configure(FDA, subscribers=[hook])
    told.server.set("/hook", Response(status=200))
    told.check()
    assert "CMAA_HOOK_OLD" in told.run("check").out, "never is it signed with only one of the two"
    assert told.server.posts() == []
    monkeypatch.setenv("CMAA_HOOK_OLD", OLD)
    told.set_time(BEGIN + timedelta(minutes=1))
    told.run("check")
    (post,) = told.server.posts()
    now_s = (BEGIN + timedelta(minutes=1)).timestamp()
    for secret in (receiver.SECRET, OLD):
        assert receiver.accepts(post.headers, post.body, secret=secret, now_s=now_s)
    assert len(post.headers["webhook-signature"].split(" ")) == 2


@pytest.mark.parametrize(
    ("status", "code", "said"), [(202, 0, "answered 202"), (500, Exit.NOT_DELIVERED, "answered 500")]
)
def test_a_webhook_is_tested_with_a_signed_demo_event_that_leaves_nothing_on_record(
    told: Desk, status: int, code: int, said: str
) -> None:
    told.server.set("/hook", Response(status=status))
    ran = told.run("webhook", "test", "desk")
    assert (ran.code, said in ran.out, "Taken (signed)" in ran.out) == (code, True, code == 0)
    (post,) = told.server.posts()
    event = event_of(post.body)
    assert (event["data"]["demo"], event["type"]) == (True, "org.example.cmaa-monitor.webhook.tested.v1")
    assert receiver.accepts(post.headers, post.body, secret=receiver.SECRET, now_s=time.time())  # noqa: TID251
    assert outbox(told) == ()
    assert told.run("webhook", "test", "nobody").code == Exit.USAGE
