"""No secret is ever seen: not in what commands say, not in the database, not in what is written for others."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from tests.channels.test_email import Inbox, free_port
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv
from tests.loopback import Response

BEGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CANARY = "kanarienvogel"
HOOK = "whsec_" + base64.b64encode(f"{CANARY}-hook-secret-of-length".encode()).decode()
PASSWORD = f"{CANARY}-password"
COMMANDS = (
    ("check",),
    ("check", "--json"),
    ("status",),
    ("status", "--json"),
    ("deliveries", "list"),
    ("deliveries", "list", "--json"),
    ("problems",),
    ("problems", "--json"),
    ("doctor", "--json"),
    ("digest", "--preview"),
    ("webhook", "test", "hook"),
    ("verify",),
)


class Gossip(Inbox):
    """A mail server that lets nobody in, and says aloud what it was told."""

    def authenticated(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        said = getattr(given, "password", b"").decode()
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 no entry with {said}")


@pytest.fixture
def mail_port() -> Iterator[int]:
    controller = Controller(
        Gossip(),
        hostname="127.0.0.1",
        port=free_port(),
        auth_require_tls=False,
        authenticator=Gossip().authenticated,
        auth_exclude_mechanism=["LOGIN"],
    )
    controller.start()
    yield controller.port
    controller.stop()


@pytest.fixture
def leaky(desk: Desk, mail_port: int, monkeypatch: pytest.MonkeyPatch) -> Desk:
    base = desk.server.base
    secrets = {
        "CMAA_HOOK": HOOK,
        "CMAA_SLACK": f"{base}/slack/{CANARY}/T000?key={CANARY}",
        "CMAA_TEAMS": f"http://127.0.0.1:1/teams/{CANARY}?sig={CANARY}",
        "CMAA_PASSWORD": PASSWORD,
        "CMAA_BAD": f"{CANARY} which is no whsec",
    }
    for name, value in secrets.items():
        monkeypatch.setenv(name, value)
    told = "tiers: [REVIEW], problems: true"
    desk.configure(
        FDA,
        subscribers=[
            f"- {{id: hook, channel: webhook, url: '{base}/hook', secret: CMAA_HOOK, {told}}}",
            f"- {{id: bad, channel: webhook, url: '{base}/bad', secret: CMAA_BAD, {told}}}",
            f"- {{id: slack, channel: slack, secret: CMAA_SLACK, {told}}}",
            f"- {{id: teams, channel: teams, secret: CMAA_TEAMS, {told}}}",
            f"- {{id: lead, channel: email, to: lead@example.org, {told}}}",
            f"- {{id: files, channel: file, path: told, {told}}}",
        ],
    )
    login = "security: none, user: u, password: CMAA_PASSWORD"
    route = f"mail: {{host: '127.0.0.1', port: {mail_port}, from: a@example.org, {login}}}"
    desk.settings.write_text(f"{desk.settings.read_text()}{route}\nfeeds: public\n")
    desk.begin_simulated_time(BEGIN)
    weeks = (a_list(), [*a_list(), AEYE_2024])
    desk.serve(FDA_URL, [Response(body=as_csv(rows), media_type="text/csv") for rows in weeks])
    desk.server.set("/hook", Response(status=500))
    desk.server.set(f"/slack/{CANARY}/T000?key={CANARY}", Response(status=404, body=f"no {CANARY}".encode()))
    return desk


def test_no_secret_is_ever_seen(leaky: Desk) -> None:
    said = [leaky.run("check")]
    for hours in (0, 1, 3, 9):
        leaky.set_time(BEGIN + timedelta(hours=hours))
        said += [leaky.run(*words) for words in COMMANDS]
    text = "\n".join(ran.out + ran.err for ran in said)
    assert "Suspended: nothing is sent to slack" in text
    with leaky.store() as store:
        reasons = {one.delivery.recipient_id: one.last_error or "" for one in store.outbox.deliveries()}
        tables = [row[0] for row in store.database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        rows = "\n".join(repr(row) for table in tables for row in store.database.rows(f'SELECT * FROM "{table}"'))  # noqa: S608
    assert "535" in reasons["lead"], reasons
    assert "whsec" in reasons["bad"]
    files = b"\n".join(path.read_bytes() for path in leaky.folder.rglob("*") if path.is_file()).decode("latin-1")
    for where in (text, rows, files):
        for secret in (CANARY, HOOK, HOOK.removeprefix("whsec_"), base64.b64encode(PASSWORD.encode()).decode()):
            assert secret not in where
