"""Tells by mail: one recipient a transaction, TLS verified, and a Message-ID that is the delivery's own for ever.

Rules of the answers (RFC 5321): 4xx passes by itself and is tried again, 5xx does not; a 5xx to the recipient's address
suspends him, for the next mail would fare no better. A connection lost after the text
was sent leaves unknown whether it was taken: it is sent again under the same Message-ID, by which a reader's program
knows the repeat.
"""

import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from msgspec import Struct
from msgspec.structs import replace

from monitor.channels.leaving import LEAST_KEY, leave_address
from monitor.model.delivery import Delivery, DeliveryOutcome, MailRoute, Refused, Security, Sent
from monitor.model.errors import ConfigError
from monitor.model.letter import Letter

STEP_TIMEOUT_S = 20.0
TOTAL_TIMEOUT_S = 60.0
"""The connection is cut when all of it has taken this long: a lying server could answer a byte at a time."""

_EXCERPT = 200
_UNFOLDED = SMTP.clone(max_line_length=998)
_FAULTS = (OSError, smtplib.SMTPException, ssl.CertificateError)


class _Closed(Exception):
    """The connection cannot be used, for a reason of ours."""

    def __init__(self, outcome: Refused) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


class EmailChannel(Struct, frozen=True):
    """``route``: how mail leaves this place, None when sources.yaml has no ``mail:``. ``secret`` looks a password up.

    ``trust``: the certificates to believe; by default the system's.
    """

    route: MailRoute | None
    secret: Callable[[str], str | None]
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def send(self, delivery: Delivery, address: str, secret: str | None, now: datetime) -> DeliveryOutcome:  # noqa: ARG002
        route = self.route
        if route is None:
            return _later("sources.yaml has no `mail:` section, so no mail can be sent")
        try:
            letter = Letter.from_bytes(delivery.payload)
            leave = self._leave_address(route, delivery, address)
            message = written(letter, delivery.id, sender=route.sender, to=address, at=now, leave=leave)
        except (ValueError, IndexError) as fault:
            return Refused(code=None, reason=f"the mail could not be written: {str(fault)[:_EXCERPT]}", permanent=True)
        try:
            with self._open(route) as connection:
                connection.send_message(message, from_addr=route.sender, to_addrs=[address])
            return Sent(code=250)
        except smtplib.SMTPRecipientsRefused as fault:
            code, text = next(iter(fault.recipients.values()))
            refused = _answered(code, text)
            return replace(refused, gone=refused.permanent)
        except _Closed as fault:
            return fault.outcome
        except _FAULTS as fault:
            return self._refused(route, fault)

    def ailment(self) -> str | None:
        """Why no mail could be sent now; None when the server answers and lets us in. Nothing is sent."""
        if self.route is None:
            return "sources.yaml has no `mail:` section"
        try:
            with self._open(self.route):
                return None
        except _Closed as fault:
            return fault.outcome.reason
        except _FAULTS as fault:
            return self._refused(self.route, fault).reason

    @contextmanager
    def _open(self, route: MailRoute) -> Iterator[smtplib.SMTP]:
        """A connection that may be used. Raises _Closed when our side lacks the password."""
        with self._connection(route) as connection:
            if route.user is not None:
                password = self._password(route)
                if password is None:
                    raise _Closed(
                        _later(f"{route.password_name}, the password of {route.user}, is not in the environment")
                    )
                connection.login(route.user, password)
            yield connection

    def _leave_address(self, route: MailRoute, delivery: Delivery, address: str) -> str | None:
        """Where the recipient leaves with one click. Without a proper secret the mail goes out all the same, and names
        the address to write to: what there is to tell matters more.
        """
        key = self._secret(route.leave_key_name)
        if route.public_url is None or key is None or len(key) < LEAST_KEY:
            return None
        return leave_address(route.public_url, key, delivery.recipient_id, delivery.id, address)

    def _password(self, route: MailRoute) -> str | None:
        return self._secret(route.password_name)

    def _secret(self, name: str | None) -> str | None:
        """None also for one whose file cannot be read."""
        try:
            return self.secret(name) if name else None
        except ConfigError:
            return None

    def _refused(self, route: MailRoute, fault: Exception) -> Refused:
        """What went wrong, without the password, which a server may repeat."""
        if isinstance(fault, smtplib.SMTPResponseException):
            refused = _answered(fault.smtp_code, fault.smtp_error)
        else:
            refused = _later(f"{route.host}: {str(fault)[:_EXCERPT] or type(fault).__name__}")
        password = self._password(route)
        return replace(refused, reason=refused.reason.replace(password, "(password withheld)")) if password else refused

    @contextmanager
    def _connection(self, route: MailRoute) -> Iterator[smtplib.SMTP]:
        trust, here = self.trust(), route.sender.rpartition("@")[2]  # to look up our own name could take seconds
        if route.security is Security.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                route.host, route.port, here, timeout=STEP_TIMEOUT_S, context=trust
            )
        else:
            connection = smtplib.SMTP(route.host, route.port, here, timeout=STEP_TIMEOUT_S)
        guard = threading.Timer(TOTAL_TIMEOUT_S, _cut, [connection])
        guard.daemon = True
        guard.start()
        try:
            connection.ehlo()
            if route.security is Security.STARTTLS:
                connection.starttls(context=trust)
                connection.ehlo()
            yield connection
            _say_goodbye(connection)
        finally:
            guard.cancel()
            connection.close()


def written(
    letter: Letter, delivery_id: str, *, sender: str, to: str, at: datetime, leave: str | None = None
) -> EmailMessage:
    """The letter as a message; ``EmailMessage`` refuses every header with a line break in it (ValueError).

    The Message-ID is the one it had when it was first written, whatever ``sender`` is by now.

    ``leave``: the address by which the recipient leaves with one click (RFC 8058). No header is folded: some relays
    break the signature of one that is.
    """
    domain = letter.domain or sender.rpartition("@")[2]
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message["From"] = Address("CMAA Watch", addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Date"] = at
    message["Message-ID"] = f"<{delivery_id}@{domain}>"
    if letter.thread:
        message["References"] = " ".join(f"<{id_}@{domain}>" for id_ in letter.thread)
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"CMAA Watch <cmaa-watch.{domain}>"
    by_mail = f"<mailto:{sender}?subject=unsubscribe>"
    message["List-Unsubscribe"] = f"<{leave}>, {by_mail}" if leave else by_mail
    if leave:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    message.policy = _UNFOLDED
    return message


def _answered(code: int, text: bytes | str) -> Refused:
    said = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    reason = f"the mail server answered {code} {' '.join(said.split())[:_EXCERPT]}"
    return Refused(code=code, reason=reason, permanent=500 <= code < 600)


def _later(reason: str) -> Refused:
    return Refused(code=None, reason=reason, permanent=False)


def _cut(connection: smtplib.SMTP) -> None:
    if connection.sock is not None:
        try:
            connection.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # gone already


def _say_goodbye(connection: smtplib.SMTP) -> None:
    """The mail has been taken by then, whatever becomes of the farewell."""
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        return
