"""Mail that comes back: the recipient is suspended, others are told, and the mail goes out again in the end."""

import mailbox
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from monitor.model.delivery import DeliveryState
from monitor.store.deliveries import StoredDelivery
from tests.channels.test_email import Inbox, free_port
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv
from tests.formats.test_bounces import ID, REPORT
from tests.loopback import Response

BEGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    handler, port = Inbox(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def mailed(desk: Desk, inbox: tuple[Inbox, int]) -> Desk:
    lead = "- {id: lead, channel: email, to: lead@example.org, tiers: [REVIEW], digest: never}"
    engineer = "- {id: engineer, channel: file, path: told, tiers: [], problems: true}"
    desk.configure(FDA, subscribers=[lead, engineer])
    route = f"mail: {{host: '127.0.0.1', port: {inbox[1]}, from: watch@example.org, security: none}}\n"
    desk.settings.write_text(desk.settings.read_text() + route)
    desk.begin_simulated_time(BEGIN)
    csv = [Response(body=as_csv(a_list()), media_type="text/csv")]
    desk.serve(FDA_URL, [*csv, Response(body=as_csv([*a_list(), AEYE_2024]), media_type="text/csv")])
    assert desk.run("check").err == ""
    return desk


def sent(desk: Desk) -> StoredDelivery:
    with desk.store() as store:
        return store.outbox.deliveries(recipient_id="lead")[0]


def an_mbox(folder: Path, *reports: str) -> Path:
    box = mailbox.mbox(folder / "bounces.mbox")
    for report in reports:
        box.add(report)
    box.close()
    return folder / "bounces.mbox"


def test_mail_that_came_back_suspends_tells_others_and_goes_out_again_under_its_id(
    mailed: Desk, inbox: tuple[Inbox, int]
) -> None:
    mailed.run("check")
    assert sent(mailed).delivery.state is DeliveryState.SENT
    real = REPORT.replace(ID, sent(mailed).delivery.id).replace("gone@example.invalid", "Lead@example.org")
    forged = REPORT.replace("gone@example.invalid", "lead@example.org")
    box = an_mbox(mailed.folder, forged, "From: a\n\nhello\n", real)
    ran = mailed.run("deliveries", "bounces", str(box))
    assert "the report names no mail of ours" in ran.out
    assert "lead: suspended (5.1.1)" in ran.out
    assert (sent(mailed).delivery.state, sent(mailed).sent_at) == (DeliveryState.PENDING, None)
    assert "dealt with before" in mailed.run("deliveries", "bounces", str(box)).out

    mailed.run("check")
    (alarm,) = (mailed.folder / "told").iterdir()
    assert b"5.1.1" in alarm.read_bytes()
    assert len(inbox[0].mails) == 1
    mailed.set_time(BEGIN + timedelta(hours=1))
    mailed.run("deliveries", "unsuspend", "lead", "--by", "DEMO", "--reason", "the address is mended")
    mailed.run("check")
    ids = [mail["Message-ID"] for _, _, mail in inbox[0].mails]
    assert ids == [f"<{sent(mailed).delivery.id}@example.org>"] * 2
    assert "dealt with before" not in mailed.run("deliveries", "list").out
    with mailed.store() as store:
        events = [
            row[0]
            for row in store.database.rows(
                "SELECT event FROM audit WHERE subject IN ('lead', ?) AND event <> 'delivery'",
                [sent(mailed).delivery.id],
            )
        ]
        assert events == ["delivery-bounced", "recipient-suspended", "recipient-unsuspended"]
        assert store.queries.verify_chain() is None


def test_an_old_report_read_again_after_the_recipient_was_let_in_again_does_nothing(mailed: Desk) -> None:
    mailed.run("check")
    real = REPORT.replace(ID, sent(mailed).delivery.id).replace("gone@example.invalid", "lead@example.org")
    box = an_mbox(mailed.folder, real)
    mailed.run("deliveries", "bounces", str(box))
    mailed.run("deliveries", "unsuspend", "lead", "--by", "DEMO", "--reason", "mended")
    assert "dealt with before" in mailed.run("deliveries", "bounces", str(box)).out
    with mailed.store() as store:
        assert store.queries.suspensions() == ()


@pytest.mark.parametrize(("answer", "halted"), [("550 5.1.1 no such person", 1), ("451 4.7.1 later", 0)])
def test_an_address_that_the_server_refuses_for_good_is_suspended(
    mailed: Desk, inbox: tuple[Inbox, int], answer: str, halted: int
) -> None:
    inbox[0].recipient_answer = answer
    mailed.run("check")
    with mailed.store() as store:
        assert len(store.queries.suspensions()) == halted
    assert sent(mailed).delivery.state is DeliveryState.PENDING


def test_what_is_no_mailbox_is_refused(mailed: Desk) -> None:
    (mailed.folder / "notes.txt").write_text("no mail")
    assert mailed.run("deliveries", "bounces", str(mailed.folder / "notes.txt")).code == 2
    assert mailed.run("deliveries", "bounces", str(mailed.folder)).code == 2


def test_a_maildir_is_read_too(mailed: Desk) -> None:
    mailed.run("check")
    box = mailbox.Maildir(mailed.folder / "box", create=True)
    box.add(REPORT.replace(ID, sent(mailed).delivery.id).replace("gone@example.invalid", "lead@example.org"))
    assert "suspended" in mailed.run("deliveries", "bounces", str(mailed.folder / "box")).out


def test_a_device_is_no_mailbox(desk: Desk) -> None:
    desk.configure(FDA)
    ran = desk.run("deliveries", "bounces", "/dev/zero")
    assert (ran.code, "neither a file nor a folder" in ran.err) == (2, True)
