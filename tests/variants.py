"""Pages that differ in nothing that matters, and pages that differ in one thing: for each kind that can be watched.

Noise as real sites make it: reading times, tokens, the order of rows and members, blanks, entities, hidden signs,
promotions, cookie ids, counters, byte order marks, line ends, years in the footer.
"""

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from xml.sax.saxutils import escape as xml_escape

from msgspec.structs import replace

from monitor.model.ids import SourceId
from monitor.model.source import Contract, Kind, Reading, Route, Source
from monitor.sources import SOURCES
from tests.e2e.making import HEADERS, IDX_DR, a_list

State = dict[str, dict[str, str]]
"""What the publisher means: key -> fields."""

_BLANKS = (" ", "  ", "\n  ", "&nbsp;", "\t", "&#160;")
_UNSEEN = ("", "\u200b", "\u00ad", "&#8203;", "<!-- x -->")


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A source, what it says at first, and how that is published with noise. ``fields``: those that may be edited."""

    source: Source
    media_type: str
    start: State
    publish: Callable[[State, random.Random], bytes]
    fields: tuple[str, ...]
    keyed: bool = True


@dataclass
class Publisher:
    """One watch as it goes on; every word that it brings is new, so that nothing is ever taken back."""

    watch: Watch
    chance: random.Random
    state: State = field(default_factory=dict)
    words: int = 0

    def __post_init__(self) -> None:
        self.state = {key: dict(fields) for key, fields in self.watch.start.items()}

    def body(self) -> bytes:
        return self.watch.publish(self.state, self.chance)

    def change(self) -> tuple[str, str, set[str]]:
        """Changes one thing: what was done, to which key, and to which fields."""
        acts = ("added", "removed", "modified", "modified") if self.watch.keyed else ("modified", "added")
        act = self.chance.choice(acts if not self.watch.source.sliding else ("added", "modified"))
        if act == "added":
            key = f"K99{self.word():04d}" if self.watch.source.id == "fda.ai-devices" else f"NEW{self.word():04d}"
            self.state[key] = {name: f"DEMO new {name} {self.word()}" for name in self.watch.fields}
            self.state[key] |= {n: v for n, v in _first(self.watch.start).items() if n not in self.watch.fields}
            return act, key, set()
        key = self.chance.choice(sorted(key for key in self.state if key not in _KEPT))
        if act == "removed":
            del self.state[key]
            return act, key, set()
        edited = set(self.chance.sample(self.watch.fields, self.chance.randint(1, min(2, len(self.watch.fields)))))
        for name in edited:
            before = "" if self.watch.keyed else f"{self.state[key][name]} "  # a paragraph is edited, not another
            self.state[key] = {**self.state[key], name: f"{before}DEMO edited {name} {self.word()}"}
        return act, key, edited

    def word(self) -> int:
        self.words += 1
        return self.words


_KEPT = {IDX_DR.number, "K200667", "ROW000", "ROW001"}


def _first(state: State) -> dict[str, str]:
    return next(iter(state.values()))


def _spaced(text: str, chance: random.Random) -> str:
    """The text in HTML, its blanks and hidden signs as they come."""
    words = [escape(word) + chance.choice(_UNSEEN[:4]) for word in text.split(" ")]
    return chance.choice(("", " ", "\n")) + "".join(
        word + (chance.choice(_BLANKS) if n < len(words) - 1 else "") for n, word in enumerate(words)
    )


def _page(title: str, main: str, chance: random.Random) -> bytes:
    """A page with everything around ``main`` that moves by itself."""
    token = f"{chance.getrandbits(64):016x}"
    promo = chance.choice(("Join us", "Renew your membership", "Read the journal", ""))
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><meta name='csrf-token' content='{token}'>"
        f"<script nonce='{token}'>var t={chance.randrange(10**9)}</script><title>{title}</title></head><body>"
        f"<!-- served by web{chance.randrange(9)} at {chance.randrange(10**6)} -->"
        f"<nav>Home{chance.choice(_BLANKS)}Menu</nav>"
        f"<div class='banner'>User ID: {token}</div><input type='hidden' name='__VIEWSTATE' value='{token}'>"
        f"<main data-v='{token[:6]}'><p class='stamp'>UPDATED Nov {chance.randint(1, 28)}, 2026 |"
        f" {chance.randint(2, 9)} Min Read</p>{main}<aside class='promo'>{promo}</aside></main>"
        f"<div id='feedback'>Give Feedback</div>"
        f"<footer>Copyright {chance.choice((2025, 2026, 2027))}. Back to top</footer></body></html>"
    ).encode()


def _shuffled(state: State, chance: random.Random) -> list[tuple[str, dict[str, str]]]:
    rows = list(state.items())
    chance.shuffle(rows)
    return rows


def _table(state: State, chance: random.Random) -> bytes:
    names = list(_first(state))
    rows = "".join(
        f"<tr class='r{chance.randrange(2)}'><td>{key}</td>"
        + "".join(f"<td>{_spaced(fields[name], chance)}</td>" for name in names)
        + "</tr>"
        for key, fields in _shuffled(state, chance)
    )
    head = "".join(f"<th>{name}</th>" for name in ("Code", *names))
    return _page("DEMO table", f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>", chance)


def _csv(state: State, chance: random.Random) -> bytes:
    text = io.StringIO(newline="")
    ends = chance.choice(("\r\n", "\n"))
    everywhere = chance.random() < 0.5
    writer = csv.writer(text, lineterminator=ends, quoting=csv.QUOTE_ALL if everywhere else csv.QUOTE_MINIMAL)
    writer.writerow([f"{name}{chance.choice(('', ' '))}" for name in HEADERS])
    for number, d in _shuffled(state, chance):
        pad = chance.choice(("", " "))
        writer.writerow([d["date"], number + pad, d["device"], d["company"] + pad, d["panel"], d["product_code"]])
    return text.getvalue().encode(chance.choice(("utf-8", "utf-8-sig", "utf-16")))


def _json(state: State, chance: random.Random) -> bytes:
    rows = []
    for key, fields in _shuffled(state, chance):
        members: list[tuple[str, object]] = [("id", key), *fields.items(), ("page_views", chance.randrange(10**6))]
        chance.shuffle(members)
        rows.append(dict(members))
    body = {"meta": {"at": chance.randrange(10**9)}, "data": rows}
    return json.dumps(body, indent=chance.choice((None, 1)), ensure_ascii=chance.random() < 0.5).encode()


def _prose(state: State, chance: random.Random) -> bytes:
    text = "".join(f"<p id='p{chance.randrange(10**6)}'>{_spaced(f['text'], chance)}</p>" for f in state.values())
    return _page("DEMO page", f"<h1>DEMO process</h1>{text}", chance)


def _links(state: State, chance: random.Random) -> bytes:
    items = "".join(
        f"<li><a class='c{chance.randrange(9)}' href='/docs/{key}.pdf'>{_spaced(fields['text'], chance)}</a></li>"
        for key, fields in _shuffled(state, chance)
    )
    return _page("DEMO index", f"<ul>{items}</ul>", chance)


def _feed(state: State, chance: random.Random) -> bytes:
    items = "".join(
        f"<item><guid isPermaLink='false'>{key}</guid><link>https://demo.invalid/{key}</link>"
        f"<title>{xml_escape(fields['title'])}</title></item>{chance.choice(('', chr(10)))}"
        for key, fields in _shuffled(state, chance)
    )
    built = f"Mon, {chance.randint(1, 28):02d} Nov 2026 10:00:00 EST"
    return (
        f"<?xml version='1.0'?><!-- {chance.randrange(10**6)} --><rss version='2.0'><channel><title>DEMO feed</title>"
        f"<lastBuildDate>{built}</lastBuildDate><ttl>{chance.randrange(90)}</ttl>{items}</channel></rss>"
    ).encode()


def _source(name: str, kind: Kind, **more: object) -> Source:
    plain = Source(
        id=SourceId(f"demo.{name}"),
        name=f"DEMO {name}",
        authority="DEMO",
        kind=kind,
        routes=(Route(url=f"https://www.cms.gov/{name}"),),
        every=timedelta(days=1),
        extractor=kind.value,
        contract=Contract(),
    )
    return replace(plain, **more)


def _rows(*names: str, count: int = 60) -> State:
    return {f"ROW{n:03d}": {name: f"DEMO {name} of row {n} é" for name in names} for n in range(count)}


_DROP = (".stamp", ".promo")
_MADE = [f"DEMO paragraph {n} about code {n}, in a sentence of its own." for n in range(40)]
_FDA: State = {
    d.number: {"date": d.date, "device": d.name, "company": d.company, "panel": d.panel, "product_code": d.code}
    for d in a_list()
}
WATCHES: tuple[Watch, ...] = (
    Watch(
        source=_source("table", Kind.TABLE, reading=Reading(key=("Code",), label="Name", selector="main table")),
        media_type="text/html; charset=utf-8",
        start=_rows("Name", "Fee", "Note"),
        publish=_table,
        fields=("Name", "Fee", "Note"),
    ),
    Watch(
        source=SOURCES[SourceId("fda.ai-devices")].source,
        media_type="text/csv",
        start=_FDA,
        publish=_csv,
        fields=("device", "company", "panel"),
    ),
    Watch(
        source=_source(
            "json",
            Kind.JSON,
            reading=Reading(rows="data", key=("id",), label="title", fields=("id", "title", "state", "note")),
        ),
        media_type="application/json",
        start=_rows("title", "state", "note"),
        publish=_json,
        fields=("title", "state", "note"),
    ),
    Watch(
        source=_source("prose", Kind.PROSE, reading=Reading(selector="main", drop=_DROP)),
        media_type="text/html; charset=utf-8",
        start={f"P{n:03d}": {"text": text} for n, text in enumerate(_MADE)},
        publish=_prose,
        fields=("text",),
        keyed=False,
    ),
    Watch(
        source=_source("links", Kind.LINKS, reading=Reading(selector="main", link_pattern=r"\.pdf$")),
        media_type="text/html; charset=utf-8",
        start={f"doc-{n:03d}": {"text": f"DEMO document {n}"} for n in range(40)},
        publish=_links,
        fields=("text",),
    ),
    Watch(
        source=_source("feed", Kind.FEED, sliding=True),
        media_type="application/rss+xml",
        start={f"item-{n:03d}": {"title": f"DEMO news {n}"} for n in range(30)},
        publish=_feed,
        fields=("title",),
    ),
)
