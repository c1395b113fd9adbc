"""Feeds and calendar, read by other people's programs: feedparser and icalendar."""

import json
from datetime import UTC, date, datetime, timedelta

import feedparser
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import etree

from monitor.compose.calendar import LINE_OCTETS, calendar_file
from monitor.compose.feeds import atom_feed, json_feed
from monitor.compose.hostile import safe_line
from monitor.model.feed import CalendarEvent, DateEntry, FeedEntry

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
anything = st.text(max_size=300)


def entry(title: str = "ACT: DEMO", **rest: object) -> FeedEntry:
    facts: dict[str, object] = {
        "id": "urn:uuid:0",
        "title": safe_line(title, 90),
        "text": "one\ntwo",
        "url": "https://x.invalid/c?a=1&b=2",
        "published": AT,
        "updated": AT + timedelta(hours=1),
        "tags": ("act",),
    }
    return FeedEntry(**(facts | rest))  # type: ignore[arg-type]


def event(summary: str = "DEMO: takes effect", text: str = "why", **rest: object) -> CalendarEvent:
    made = DateEntry(uid="u1@cmaa-monitor", on=date(2027, 1, 1), summary=summary, text=text, url="https://x.invalid/c")
    facts: dict[str, object] = {"entry": made, "sequence": 2, "at": AT, "cancelled": False}
    return CalendarEvent(**(facts | rest))  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(anything)
def test_any_title_comes_back_from_both_feeds_as_plain_text(title: str) -> None:
    made = entry(title)
    read = feedparser.parse(atom_feed([made], feed_id="urn:uuid:1", begun_at=AT, demo=False), sanitize_html=False)
    assert (bool(read.bozo), read.version) == (False, "atom10")
    assert (read.entries[0].title_detail.type, read.entries[0].id) == ("text/plain", "urn:uuid:0")
    tree = etree.fromstring(atom_feed([made], feed_id="urn:uuid:1", begun_at=AT, demo=False))
    assert (tree.findtext("{*}entry/{*}title") or "") == made.title  # feedparser takes some texts for wrongly encoded
    (item,) = json.loads(json_feed([made], demo=False))["items"]
    assert item["title"] == made.title


def test_a_feed_says_when_it_was_updated_and_that_it_is_a_demo() -> None:
    read = feedparser.parse(atom_feed([entry()], feed_id="urn:uuid:1", begun_at=AT, demo=True))
    assert (read.feed.updated, read.entries[0].published) == ("2026-11-23T13:00:00Z", "2026-11-23T12:00:00Z")
    assert read.feed.title.startswith("[DEMO]")
    assert read.entries[0].link == "https://x.invalid/c?a=1&b=2"
    body = json.loads(json_feed([entry()], demo=True))
    assert (body["version"], body["title"][:6]) == ("https://jsonfeed.org/version/1.1", "[DEMO]")
    assert body["items"][0]["date_modified"] == "2026-11-23T13:00:00Z"
    empty = feedparser.parse(atom_feed([], feed_id="urn:uuid:1", begun_at=AT, demo=False))
    assert (bool(empty.bozo), empty.feed.updated) == (False, "2026-11-23T12:00:00Z")


@settings(max_examples=150, deadline=None)
@given(anything, anything)
def test_no_text_breaks_out_of_its_line_of_the_calendar(summary: str, text: str) -> None:
    body = calendar_file([event(summary, text + "\rBEGIN:VEVENT\r\nATTACH:https://evil.invalid\u2028x")], demo=False)
    lines = body.split(b"\r\n")
    assert b"\r" not in body.replace(b"\r\n", b"")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert all(len(line) <= LINE_OCTETS for line in lines)
    for line in lines:
        line.decode("utf-8")
    (one,) = Calendar.from_ical(body).walk("VEVENT")
    assert "ATTACH" not in one
    assert (one["UID"], one["SEQUENCE"], str(one["STATUS"])) == ("u1@cmaa-monitor", 2, "CONFIRMED")


def test_a_calendar_is_read_back_as_it_was_meant() -> None:
    body = calendar_file([event("a; b, c\\d", "é" * 200 + "\nnext"), event(cancelled=True)], demo=False)
    first, second = Calendar.from_ical(body).walk("VEVENT")
    assert (str(first["SUMMARY"]), str(first["DESCRIPTION"])) == ("a; b, c\\d", "é" * 200 + "\nnext")
    assert (first.decoded("DTSTART"), first.decoded("DTEND")) == (date(2027, 1, 1), date(2027, 1, 2))
    assert first.decoded("DTSTAMP") == AT
    assert str(second["STATUS"]) == "CANCELLED"
