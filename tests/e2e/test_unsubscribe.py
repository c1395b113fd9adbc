"""One-click unsubscribe: a POST stops the mails, on record and told to others; nothing else does; it can be undone."""

import json
import re
import socket
from collections.abc import Iterator

import pytest

from monitor.app import House, open_house
from monitor.channels.leaving import leave_address
from monitor.cli.exits import Exit
from monitor.daemon.door import Door
from monitor.daemon.leaving import Leaving
from monitor.model.delivery import Suspension
from monitor.model.ids import DeliveryId
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv
from tests.loopback import Response

KEY = "a-key-made-for-this-test"
TO = "lead@example.org"
PATH = leave_address("", KEY, "lead", DeliveryId("dlv_7"), TO)
CLICK = b"List-Unsubscribe=One-Click"


@pytest.fixture
def watching(desk: Desk) -> Desk:
    lead = f"- {{id: lead, channel: email, to: {TO}, digest: never}}"
    engineer = "- {id: engineer, channel: file, path: told, tiers: [], problems: true}"
    desk.configure(FDA, subscribers=[lead, engineer])
    mail = "host: localhost, from: watch@example.org, security: none"
    more = "public_url: https://watch.example.org, unsubscribe_key: CMAA_UNSUBSCRIBE_KEY"
    desk.settings.write_text(desk.settings.read_text() + f"mail: {{{mail}, {more}}}\n")
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    assert desk.run("check").code == Exit.OK
    return desk


@pytest.fixture
def left() -> list[str]:
    return []


@pytest.fixture
def door(watching: Desk, left: list[str]) -> Iterator[Door]:
    leaving = leaving_of(house_of(watching), left)
    opened = Door("127.0.0.1", 0, leaving.page, leaving.post)
    yield opened
    opened.close()


def house_of(desk: Desk) -> House:
    return open_house(desk.settings, {"CMAA_UNSUBSCRIBE_KEY": KEY})


def leaving_of(house: House, left: list[str]) -> Leaving:
    return Leaving(lambda: house, lambda: house.writer(lock_wait_s=0.1), left.append)


def ask(
    door: Door, method: str = "POST", path: str = PATH, body: bytes = CLICK, media_type: str = "text/plain"
) -> tuple[int, str, str]:
    """Status, body and headers of the answer."""
    lines = [f"{method} {path} HTTP/1.0", f"Content-Type: {media_type}"]
    lines += [f"Content-Length: {len(body)}"] if method == "POST" else []
    place = ("127.0.0.1", door.server_address[1])
    with socket.create_connection(place, timeout=10) as caller, caller.makefile("rwb") as talk:
        talk.write("\r\n".join([*lines, "", ""]).encode() + (body if method == "POST" else b""))
        talk.flush()
        headers, _, page = talk.read().decode().partition("\r\n\r\n")
    return int(headers.split(" ")[1]), page, headers


def suspensions(desk: Desk) -> tuple[Suspension, ...]:
    with desk.store() as store:
        assert store.queries.verify_chain() is None
        return store.queries.suspensions()


def audit(desk: Desk) -> list[tuple[str, dict[str, object]]]:
    with desk.store() as store:
        rows = store.database.rows("SELECT event, facts FROM audit WHERE subject = 'lead' ORDER BY seq")
        return [(event, json.loads(facts)) for event, facts in rows]


def test_looking_at_the_address_changes_nothing_and_asks(watching: Desk, door: Door, left: list[str]) -> None:
    for _ in range(3):
        status, page, headers = ask(door, "GET")
        assert (status, "Stop these mails?" in page, TO in page) == (200, True, False)
    for promise in ("default-src 'none'", "Cache-Control: no-store", "Referrer-Policy: no-referrer", "nosniff"):
        assert promise in headers
    assert ask(door, "HEAD")[0] == 501
    assert (suspensions(watching), left) == ((), [])


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (CLICK, "application/x-www-form-urlencoded"),
        (b"leave=confirmed", "application/x-www-form-urlencoded"),
        (
            b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
            "multipart/form-data; boundary=x",
        ),
    ],
)
def test_one_post_stops_the_mails_on_record_and_tells_the_others(
    watching: Desk, door: Door, left: list[str], body: bytes, media_type: str
) -> None:
    status, page, headers = ask(door, body=body, media_type=media_type)
    assert (status, "have been stopped" in page, "Location" in headers) == (200, True, False)
    (suspension,) = suspensions(watching)
    assert (suspension.recipient_id, suspension.channel, left) == ("lead", "email", ["lead"])
    assert "unsubscribe address of dlv_7" in suspension.reason
    how = "page" if body.startswith(b"leave") else "one-click"
    assert [event for event, _ in audit(watching)] == ["recipient-suspended", "recipient-unsubscribed"]
    assert audit(watching)[1][1] == {"mail": "dlv_7", "how": how}
    watching.run("check")
    (alarm,) = (json.loads(path.read_text()) for path in (watching.folder / "told").iterdir())
    assert (alarm["data"]["recipient"], alarm["data"]["code"]) == ({"id": "lead"}, "suspended")
    assert "asked to be told no more" in alarm["data"]["reason"]
    assert "unsuspend lead" in alarm["data"]["mend"]


def test_twice_is_once_and_a_person_lets_it_begin_again(watching: Desk, door: Door, left: list[str]) -> None:
    assert [ask(door)[0] for _ in range(3)] == [200] * 3
    assert "stopped already" in ask(door)[1]
    assert (len(audit(watching)), left) == (2, ["lead"])
    assert "Suspended: lead over email" in watching.run("deliveries", "list").out
    undone = watching.run("deliveries", "unsuspend", "lead", "--by", "DEMO", "--reason", "a slip of the hand")
    assert (undone.code, suspensions(watching)) == (0, ())
    assert audit(watching)[-1][0] == "recipient-unsuspended"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (PATH, b"", 400),
        (PATH, b"List-Unsubscribe=Two-Clicks", 400),
        (PATH, b"x" * 5000, 413),
        (PATH[:-1] + ("A" if PATH[-1] != "A" else "B"), CLICK, 404),
        (leave_address("", "another-key-of-this-test", "lead", DeliveryId("dlv_7"), TO), CLICK, 404),
        (leave_address("", KEY, "engineer", DeliveryId("dlv_7"), "told"), CLICK, 404),
        (leave_address("", KEY, "nobody", DeliveryId("dlv_7"), TO), CLICK, 404),
        (leave_address("", KEY, "lead", DeliveryId("dlv_7"), "before@example.org"), CLICK, 404),
        ("/unsubscribe/", CLICK, 404),
        ("/metrics", CLICK, 404),
    ],
)
def test_anything_else_changes_nothing(
    watching: Desk, door: Door, left: list[str], path: str, body: bytes, status: int
) -> None:
    assert ask(door, path=path, body=body)[0] == status
    assert (suspensions(watching), left) == ((), [])


def test_a_body_of_no_stated_length_is_refused(door: Door) -> None:
    with socket.create_connection(("127.0.0.1", door.server_address[1]), timeout=10) as caller:
        caller.sendall(f"POST {PATH} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n".encode())
        assert re.match(rb"HTTP/1.[01] 413 ", caller.recv(100))


def test_while_the_record_is_kept_by_another_it_is_said_that_nothing_was_done(watching: Desk, left: list[str]) -> None:
    house = house_of(watching)
    leaving = leaving_of(house, left)
    with house.writer():
        answer = leaving.post(PATH, CLICK)
    assert answer is not None
    assert (answer[0], "Not yet stopped" in answer[2], left) == (503, True, [])


def test_without_the_secret_no_address_is_honoured_and_doctor_says_so(watching: Desk, left: list[str]) -> None:
    for environment in ({}, {"CMAA_UNSUBSCRIBE_KEY": "short"}, {"CMAA_UNSUBSCRIBE_KEY_FILE": "/nowhere"}):
        answer = leaving_of(open_house(watching.settings, environment), left).post(PATH, CLICK)
        assert answer is not None
        assert answer[0] == 404
    shown = watching.run("doctor", "--offline").out
    assert "CMAA_UNSUBSCRIBE_KEY is not set, or too short" in shown


def test_who_asks_by_mail_is_stopped_by_hand(watching: Desk) -> None:
    stopped = watching.run("deliveries", "suspend", "lead", "--by", "DEMO", "--reason", "asked by mail")
    assert (stopped.code, suspensions(watching)[0].reason) == (0, "stopped by DEMO: asked by mail")
    again = watching.run("deliveries", "suspend", "lead", "--by", "DEMO", "--reason", "asked by mail")
    unknown = watching.run("deliveries", "suspend", "nobody", "--by", "DEMO", "--reason", "asked by mail")
    assert (again.code, unknown.code) == (Exit.USAGE, Exit.USAGE)
    assert "no subscriber" in unknown.err


def test_the_settings_say_what_is_wrong_with_their_line(watching: Desk) -> None:
    good = watching.settings.read_text()
    for wrong, words in (
        (("https://watch.example.org", "http://watch.example.org"), "must be https"),
        (("https://watch.example.org", "https:///x"), "no host"),
        ((", unsubscribe_key: CMAA_UNSUBSCRIBE_KEY", ""), "unsubscribe_key: CMAA_UNSUBSCRIBE_KEY"),
        (("CMAA_UNSUBSCRIBE_KEY", "s3cret value"), "not the name of an environment variable"),
        (("version: 1", "version: 1\nserve: {listen: 'off'}"), "leads to nobody"),
    ):
        watching.settings.write_text(good.replace(*wrong))
        ran = watching.run("status")
        lines = watching.settings.read_text().splitlines()
        line = next(number for number, text in enumerate(lines, 1) if text.startswith("mail:"))
        assert (ran.code, words in ran.err, f"sources.yaml:{line}:" in ran.err) == (2, True, True), ran.err
        assert "s3cret" not in ran.err
