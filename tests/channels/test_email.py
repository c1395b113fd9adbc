"""Mail over a real SMTP conversation on loopback: with STARTTLS, one recipient, an id that never changes."""

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from msgspec.structs import replace

from monitor.channels.email import EmailChannel, written
from monitor.channels.leaving import leave_of
from monitor.model.delivery import Delivery, MailRoute, Refused, Security, Sent
from monitor.model.errors import ConfigError
from monitor.model.ids import DeliveryId
from monitor.model.letter import Letter

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LETTER = Letter(subject="1 to act on, é", text="Every change, in text.\n" * 40, html="<p>Every change</p>")


@dataclass
class Inbox:
    """Takes every mail, or answers as it is told to."""

    mails: list[tuple[str, list[str], EmailMessage]] = field(default_factory=list)
    recipient_answer: str = "250 OK"
    data_answer: str = "250 taken"
    users: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if self.recipient_answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.recipient_answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.raw.append(bytes(envelope.original_content or b""))
        message = message_from_bytes(bytes(envelope.original_content or b""), policy=default)
        self.mails.append((envelope.mail_from or "", envelope.rcpt_tos, message))
        return self.data_answer

    def authenticated(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.users.append(given.login.decode())
        return AuthResult(success=given.password == b"right", handled=False)


@dataclass(frozen=True)
class Post:
    """A mail server and a channel that leads to it."""

    inbox: Inbox
    route: MailRoute
    trust: Callable[[], ssl.SSLContext]

    def channel(self, password: str | None = None) -> EmailChannel:
        return EmailChannel(self.route, lambda _name: password, self.trust)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def post(authority: trustme.CA) -> Iterator[Post]:
    yield from serve(authority, "localhost")


def serve(authority: trustme.CA, name: str, **more: object) -> Iterator[Post]:
    inbox = Inbox()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    controller = Controller(
        inbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=inbox.authenticated,
        **more,  # type: ignore[arg-type]
    )
    controller.start()
    try:
        route = MailRoute(host="localhost", port=controller.port, sender="watch@hospital.example")
        yield Post(inbox=inbox, route=route, trust=lambda: trust)
    finally:
        controller.stop()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


def delivery(letter: Letter = LETTER, name: str = "dlv_0001") -> Delivery:
    return Delivery(
        id=DeliveryId(name),
        kind="digest",
        subject_id="DG-2026-47",
        channel="email",
        recipient_id="lead",
        payload=letter.to_bytes(),
    )


def test_a_letter_arrives_whole_under_the_deliverys_own_id_for_one_recipient(post: Post) -> None:
    outcomes = [post.channel().send(delivery(), "lead@hospital.example", None, NOW) for _ in range(2)]
    assert outcomes == [Sent(code=250)] * 2
    for sender, recipients, message in post.inbox.mails:
        assert (sender, recipients) == ("watch@hospital.example", ["lead@hospital.example"])
        assert message["Message-ID"] == "<dlv_0001@hospital.example>"
        assert message["Subject"] == LETTER.subject
        assert message["Auto-Submitted"] == "auto-generated"
        text, html = message.iter_parts()
        assert isinstance(text, EmailMessage)
        assert isinstance(html, EmailMessage)
        assert text.get_content().replace("\r\n", "\n") == LETTER.text
        assert html.get_content().strip() == LETTER.html


@pytest.mark.parametrize(
    ("answer", "permanent"),
    [("451 greylisted, come back later", False), ("550 no such user", True), ("552 too large", True)],
)
def test_a_refused_recipient_is_tried_again_or_not_as_the_code_says(post: Post, answer: str, permanent: bool) -> None:
    post.inbox.recipient_answer = answer
    outcome = post.channel().send(delivery(), "lead@hospital.example", None, NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent) == (int(answer[:3]), permanent)
    assert answer[4:] in outcome.reason
    assert post.inbox.mails == []


def test_a_text_refused_after_it_was_sent_follows_the_same_rule(post: Post) -> None:
    post.inbox.data_answer = "554 policy"
    outcome = post.channel().send(delivery(), "lead@hospital.example", None, NOW)
    assert isinstance(outcome, Refused)
    assert (outcome.code, outcome.permanent) == (554, True)


def test_a_certificate_of_another_name_is_not_believed(authority: trustme.CA) -> None:
    for post in serve(authority, "elsewhere.example"):
        outcome = post.channel().send(delivery(), "lead@hospital.example", None, NOW)
        assert isinstance(outcome, Refused)
        assert (outcome.code, outcome.permanent) == (None, False)
        assert "certificate" in outcome.reason.lower()
        assert post.inbox.mails == []


def test_a_password_is_only_sent_after_starttls_and_a_missing_one_sends_nothing(post: Post) -> None:
    route = MailRoute(
        host=post.route.host, port=post.route.port, sender=post.route.sender, user="watch", password_name="CMAA_SMTP"
    )
    known = Post(inbox=post.inbox, route=route, trust=post.trust)
    missing = known.channel(None).send(delivery(), "lead@hospital.example", None, NOW)
    assert isinstance(missing, Refused)
    assert "CMAA_SMTP" in missing.reason
    assert known.channel("right").send(delivery(), "lead@hospital.example", None, NOW) == Sent(code=250)
    wrong = known.channel("wrong").send(delivery(), "lead@hospital.example", None, NOW)
    assert isinstance(wrong, Refused)
    assert "wrong" not in wrong.reason
    assert len(post.inbox.mails) == 1
    assert set(post.inbox.users) == {"watch"}


def test_a_server_that_is_not_there_is_tried_again() -> None:
    route = MailRoute(host="127.0.0.1", port=1, sender="watch@hospital.example", security=Security.NONE)
    outcome = EmailChannel(route, lambda _name: None).send(delivery(), "lead@hospital.example", None, NOW)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent


@pytest.mark.parametrize("subject", ["a\r\nBcc: all@hospital.example", "a\nb"])
def test_a_subject_can_add_no_header(subject: str) -> None:
    letter = Letter(subject=subject, text="t", html="h")
    with pytest.raises(ValueError, match=r"linefeed|newline"):
        written(letter, "dlv_1", sender="watch@hospital.example", to="lead@hospital.example", at=NOW)
    outcome = EmailChannel(
        MailRoute(host="127.0.0.1", port=1, sender="watch@hospital.example"), lambda _name: None
    ).send(delivery(letter), "lead@hospital.example", None, NOW)
    assert isinstance(outcome, Refused)
    assert outcome.permanent


def test_its_message_id_stays_when_the_sender_is_another_by_the_next_try() -> None:
    frozen = replace(LETTER, domain="hospital.example", thread=("dlv_0000",))
    again = Letter.from_bytes(frozen.to_bytes())
    message = written(again, "dlv_0001", sender="watch@clinic.example", to="lead@hospital.example", at=NOW)
    assert message["Message-ID"] == "<dlv_0001@hospital.example>"
    assert message["References"] == "<dlv_0000@hospital.example>"
    assert message["From"] == "CMAA Watch <watch@clinic.example>"


def test_a_thread_is_shown_by_references() -> None:
    letter = Letter(subject="s", text="t", html="h", thread=("dlv_0", "dlv_9"))
    message = written(letter, "dlv_1", sender="watch@hospital.example", to="lead@hospital.example", at=NOW)
    assert message["References"] == "<dlv_0@hospital.example> <dlv_9@hospital.example>"


def test_a_payload_that_is_no_letter_is_refused_for_good() -> None:
    broken = Delivery(
        id=DeliveryId("dlv_1"), kind="x", subject_id="x", channel="email", recipient_id="lead", payload=b"[1]"
    )
    route = MailRoute(host="127.0.0.1", port=1, sender="watch@hospital.example")
    outcome = EmailChannel(route, lambda _name: None).send(broken, "lead@hospital.example", None, NOW)
    assert isinstance(outcome, Refused)
    assert outcome.permanent


@pytest.mark.parametrize(
    ("password", "said"), [("right", None), ("wrong-one", "535"), (None, "not in the environment")]
)
def test_whether_mail_could_be_sent_is_found_out_without_sending_any(
    post: Post, password: str | None, said: str | None
) -> None:
    route = replace(post.route, user="watch", password_name="CMAA_SMTP")
    found = EmailChannel(route, lambda _name: password, post.trust).ailment()
    assert (said in found) if said and found else found is None
    assert post.inbox.mails == []
    assert "wrong-one" not in (found or "")


def test_a_mail_server_that_is_not_there_is_named(post: Post) -> None:
    nobody = replace(post.route, host="127.0.0.1", port=free_port())
    assert "127.0.0.1" in (EmailChannel(nobody, lambda _name: None).ailment() or "")
    assert "mail:" in (EmailChannel(None, lambda _name: None).ailment() or "")


def test_who_may_leave_with_one_click_finds_the_signed_address_in_headers_that_are_not_folded(post: Post) -> None:
    route = replace(post.route, public_url="https://watch.example.org/" + "far/" * 12, leave_key_name="CMAA_LEAVE")
    far = EmailChannel(route, lambda _name: "a-key-made-for-this-test", post.trust)
    assert far.send(delivery(), "lead@hospital.example", None, NOW) == Sent(code=250)
    raw = post.inbox.raw[0].replace(b"\r\n", b"\n").partition(b"\n\n")[0].decode()
    (line,) = (one for one in raw.splitlines() if one.startswith("List-Unsubscribe:"))
    assert re.fullmatch(
        r"List-Unsubscribe: <https://watch\.example\.org/(far/){12}/unsubscribe/[\w.-]+>, <mailto:[^>]+>", line
    )
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in raw.splitlines()
    assert max(len(one) for one in post.inbox.raw[0].split(b"\r\n\r\n", 1)[1].splitlines()) <= 998
    leave = leave_of(line.partition("<")[2].partition(">")[0])
    assert leave is not None
    assert leave.is_signed("a-key-made-for-this-test", "lead@hospital.example")


@pytest.mark.parametrize("key", [None, "too-short"])
def test_without_a_proper_secret_the_mail_goes_out_all_the_same(post: Post, key: str | None) -> None:
    route = replace(post.route, public_url="https://watch.example.org", leave_key_name="CMAA_LEAVE")
    assert EmailChannel(route, lambda _name: key, post.trust).send(delivery(), "lead@hospital.example", None, NOW) == (
        Sent(code=250)
    )
    message = post.inbox.mails[0][2]
    assert message["List-Unsubscribe"] == "<mailto:watch@hospital.example?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None


def test_a_secret_whose_file_cannot_be_read_is_one_that_is_not_there(post: Post) -> None:
    def unreadable(_name: str) -> str:
        raise ConfigError(())

    route = replace(post.route, user="watch", password_name="CMAA_SMTP")
    outcome = EmailChannel(route, unreadable, post.trust).send(delivery(), "lead@hospital.example", None, NOW)
    assert isinstance(outcome, Refused)
    assert not outcome.permanent
