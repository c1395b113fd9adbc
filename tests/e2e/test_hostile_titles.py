"""Titles made to do harm somewhere, from the page to every receiver: shown harmless in each, and nothing is lost."""

import email
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.policy import default
from unicodedata import category

import feedparser
import pytest
from aiosmtpd.controller import Controller
from icalendar import Calendar

from tests.channels import receiver
from tests.channels.test_email import Inbox, free_port
from tests.e2e.desk import Desk
from tests.loopback import Response

BEGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://payer.invalid/list.json"
SAID = "DEMO artificial intelligence coverage, CPT 92229, effective January 4, 2027"
TITLES = {
    "header": f"{SAID}\r\nBcc: everyone@evil.invalid\r\n\r\nDear all",
    "mention": f"<!channel> <!here> <@U123> @everyone {SAID}",
    "link": f"<https://evil.invalid|Official page> [Official page](https://evil.invalid) {SAID}",
    "formula": f'=HYPERLINK("https://evil.invalid","{SAID}")',
    "bidi": f"{SAID} \u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "zero width": f"{SAID[:9]}\u200b\u200d\ufeff\u2060{SAID[9:]}",
    "long": f"{SAID} {'DEMO words ' * 1_000}",
    "unbroken": f"{SAID} {'x' * 10_000}",
    "surrogate": f"{SAID} \ud83d \udc00\ud800",
    "emoji": f"{SAID} \U0001f6a8\U0001f468\u200d\u2695\ufe0f",
    "markup": f"</td></table><script>alert(1)</script><img src=x onerror=alert(1)> {SAID} &lt;b&gt; {{{{7*7}}}} {{% if",
    "control": f"{SAID}\x00\x07\x1b[31m\x7f\x85\u2028END:VEVENT\u2029BEGIN:VALARM",
}
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def rows(titles: dict[str, str]) -> Response:
    held = [{"id": f"DEMO-{n}", "title": title} for n, title in enumerate(("DEMO plain", *titles.values()))]
    return Response(body=json.dumps({"results": held}).encode(), media_type="application/json")


@pytest.fixture
def inbox() -> Iterator[tuple[Inbox, int]]:
    handler, port = Inbox(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def told(desk: Desk, inbox: tuple[Inbox, int], monkeypatch: pytest.MonkeyPatch) -> Desk:
    server, place = desk.server, desk.server.base.removeprefix("http://")
    secrets = {"SLACK": server.url("/slack"), "TEAMS": server.url("/teams"), "APPRISE": f"json://{place}/apprise"}
    for name, secret in {**secrets, "HOOK": receiver.SECRET}.items():
        monkeypatch.setenv(f"CMAA_{name}", secret)
    kinds = ("slack", "teams", "apprise")
    subscribers = [f"- {{id: {kind}, channel: {kind}, secret: CMAA_{kind.upper()}, tiers: [FYI]}}" for kind in kinds]
    subscribers.append(
        f"- {{id: hook, channel: webhook, url: '{server.url('/hook')}', secret: CMAA_HOOK, tiers: [FYI]}}"
    )
    subscribers.append("- {id: mail, channel: email, to: lead@example.org, tiers: [FYI], digest: never}")
    subscribers = [one.replace("[FYI]", "[ACT, REVIEW, FYI]") for one in subscribers]
    entry = f"- {{id: acme.list, kind: json, url: '{URL}', every: 1d, name: DEMO list, authority: ACME,"
    desk.configure(f"{entry} rows: results, key: id, label: title}}", subscribers=subscribers)
    route = f"mail: {{host: localhost, port: {inbox[1]}, from: watch@example.org, security: none}}\nfeeds: public\n"
    desk.settings.write_text(route + desk.settings.read_text())
    for path in ("/slack", "/teams", "/apprise", "/hook"):
        server.set(path, Response(body=b"ok"))
    desk.begin_simulated_time(BEGIN)
    return desk


def seen(told: Desk, title: str) -> dict[str, bytes]:
    """What each receiver got of a page that now has such a title."""
    told.serve(URL, [rows({}), rows({"new": title})])
    told.check()
    told.set_time(BEGIN + timedelta(days=1))
    counted = told.check()["deliveries"]
    assert (counted["sent"], counted["failed"], counted["pending"]) == (5, 0, 0)
    return {post.path.strip("/"): post.body for post in told.server.posts()}


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list):
        return [text for one in value for text in strings(one)]
    return [value] if isinstance(value, str) else []


def visible(text: str) -> bool:
    return not any(category(char) in UNSEEN for char in text if char not in "\n\t\r")


def look_at_what_is_written_and_shown(told: Desk) -> None:
    """Feeds, calendar, digest and screen."""
    folder = told.folder / "public"
    atom = (folder / "changes.atom").read_bytes()
    parsed = feedparser.parse(atom)
    assert (parsed.bozo, len(parsed.entries)) == (False, 1)
    assert all("evil" not in link.href for link in parsed.entries[0].links)
    (item,) = json.loads((folder / "changes.json").read_bytes())["items"]
    assert all(visible(text) for text in strings(item))
    dates = (folder / "dates.ics").read_bytes()
    events = [one for one in Calendar.from_ical(dates).walk() if one.name != "VCALENDAR"]
    assert {one.name for one in events} <= {"VEVENT"}
    assert max(map(len, dates.split(b"\r\n"))) <= 75
    (change,) = told.changes()
    for words in (
        ("changes",),
        ("show", change.change.id),
        ("digest", "--preview"),
        ("status",),
        ("deliveries", "list"),
    ):
        ran = told.run(*words)
        assert ran.code in {0, 3}, ran.err
        assert visible(ran.out), words
        assert "\x1b" not in ran.out


@pytest.mark.parametrize("kind", TITLES)
def test_a_hostile_title_is_told_to_everyone_and_harmless_everywhere(
    told: Desk, inbox: tuple[Inbox, int], kind: str
) -> None:
    got = seen(told, TITLES[kind])
    assert got.keys() == {"slack", "teams", "apprise", "hook"}
    bodies = {name: json.loads(body) for name, body in got.items()}
    for name, body in bodies.items():
        assert all(visible(text) for text in strings(body)), name
    slack = " ".join(strings(bodies["slack"]))
    assert not re.search(r"<(?!https://(watch|payer)\.)[^>]*>", slack), slack
    card = bodies["teams"]["attachments"][0]["content"]
    assert {one["type"] for one in card["body"]} == {"RichTextBlock"}
    assert all("evil" not in action["url"] for action in card["actions"])
    plain = f"{bodies['apprise']['title']} {bodies['apprise']['message']}"
    assert not re.search(r"[<>@]|\]\(", plain), plain
    assert len(plain) < 4_000
    assert "DEMO artificial" in plain
    assert len(got["hook"]) < 20_000
    ((_, recipients, mail),) = inbox[0].mails
    raw = inbox[0].raw[0]
    head, _, _ = raw.partition(b"\r\n\r\n")
    assert recipients == ["lead@example.org"]
    assert b"evil.invalid" not in re.sub(rb"(?m)^Subject:.*(\r\n[ \t].*)*", b"", head)
    assert max(map(len, raw.splitlines())) <= 998
    text, html = (part.get_content() for part in email.message_from_bytes(raw, policy=default).iter_parts())
    assert visible(text)
    assert visible(html)
    assert not re.search(r"<script|<img|49\b", html)
    assert all("evil.invalid" not in href for href in re.findall(r'href="([^"]*)"', html))
    assert len(mail["Subject"]) <= 69
    look_at_what_is_written_and_shown(told)
