"""The ``mail:`` section: what may stand in it, and that nobody is promised mail without it."""

import sys
from pathlib import Path

import pytest

from monitor.model.delivery import MailRoute, Security
from tests.config.samples import HEALTHY, fault, load

MAIL = HEALTHY + "mail: {host: smtp.example.org, from: watch@example.org"


def test_mail_leaves_by_starttls_unless_told_otherwise(tmp_path: Path) -> None:
    assert load(tmp_path, HEALTHY).mail is None
    assert load(tmp_path, MAIL + "}\n").mail == MailRoute(host="smtp.example.org", port=587, sender="watch@example.org")
    secured = load(tmp_path, MAIL + ", security: tls, user: watch, password: CMAA_SMTP_PASSWORD}\n").mail
    assert secured is not None
    assert (secured.port, secured.security, secured.user) == (465, Security.TLS, "watch")
    assert secured.password_name == "CMAA_SMTP_PASSWORD"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (", security: none}", "only for a mail server on this machine"),
        (", security: ssl}", "possible here: none, starttls, tls"),
        (", port: 0}", "whole number from 1"),
        (", user: watch}", "password: CMAA_SMTP_PASSWORD"),
        (", user: watch, password: hunter2}", "is not the name of an environment variable"),
        (", colour: red}", "is unknown"),
    ],
)
def test_a_faulty_mail_section_is_explained(tmp_path: Path, more: str, words: str) -> None:
    assert words in fault(tmp_path, f"{MAIL}{more}\n").what


@pytest.mark.parametrize("host", ["smtp example", "-x.example.org", "https://smtp.example.org", "a" * 300, "smtp:25"])
def test_a_host_that_is_no_host_is_refused(tmp_path: Path, host: str) -> None:
    problem = fault(tmp_path, HEALTHY + f"mail: {{host: '{host}', from: watch@example.org}}\n")
    assert "is not the name of a host" in problem.what


@pytest.mark.parametrize("host", ["127.0.0.1", "10.1.2.3", "'127.0.0.1'"])
def test_a_host_may_be_an_address_with_or_without_quotes(tmp_path: Path, host: str) -> None:
    route = load(tmp_path, HEALTHY + f"mail: {{host: {host}, from: watch@example.org}}\n").mail
    assert route is not None
    assert route.host == host.strip("'")


def test_a_subscriber_by_mail_needs_the_section(tmp_path: Path) -> None:
    entry = "subscribers:\n  - {id: lead, channel: email, to: lead@example.org}\n"
    assert "a subscriber is to be told by email" in fault(tmp_path, HEALTHY + entry).what
    (lead,) = load(tmp_path, MAIL + "}\n" + entry).subscribers
    assert lead.digest is not None


@pytest.mark.parametrize("channel", ["apprise", "slack", "teams"])
def test_a_chat_needs_the_name_of_its_secret(tmp_path: Path, channel: str) -> None:
    entry = f"subscribers:\n  - {{id: room, channel: {channel}}}\n"
    assert f"secret: CMAA_{channel.upper()}_URL" in fault(tmp_path, HEALTHY + entry).what
    (room,) = load(tmp_path, HEALTHY + entry.replace("}", ", secret: CMAA_ROOM}")).subscribers
    assert (room.address, room.secret_names) == ("", ("CMAA_ROOM",))


def test_a_channel_whose_library_is_missing_is_refused_with_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    problem = fault(tmp_path, HEALTHY + "subscribers:\n  - {id: room, channel: apprise, secret: CMAA_ROOM}\n")
    assert "pip install 'cmaa-monitor[apprise]'" in problem.what
    assert (problem.where, problem.line) == ("subscribers[0].channel", 5)


@pytest.mark.parametrize(
    ("host", "channel"),
    [
        ("hooks.slack.com", "slack"),
        ("prod-1.westus.logic.azure.com", "teams"),
        ("x.environment.api.powerplatform.com", "teams"),
    ],
)
def test_an_address_that_is_a_secret_has_no_place_in_the_file_and_is_not_repeated(
    tmp_path: Path, host: str, channel: str
) -> None:
    entry = f"subscribers:\n  - {{id: room, channel: webhook, url: 'https://{host}/services/T0/s3cr3t?sig=s1gned'}}\n"
    problem = fault(tmp_path, HEALTHY + entry)
    assert (problem.line, f"channel: {channel}" in problem.what) == (5, True)
    assert "s3cr3t" not in str(problem)
    assert "s1gned" not in str(problem)


def test_who_runs_the_monitor_may_be_told_of_its_problems_and_of_nothing_else(tmp_path: Path) -> None:
    entry = "subscribers:\n  - {id: ops, channel: file, path: told, problems: true, tiers: []}\n"
    (ops,) = load(tmp_path, HEALTHY + entry).subscribers
    assert (ops.problems, [one.tiers for one in ops.interests], ops.digest) == (True, [()], None)
