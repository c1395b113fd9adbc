"""``sources add``: a page of every shape is looked at, proposed, shown, and written only once it was agreed to."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.platypus import Paragraph

from tests.e2e.desk import Desk, Ran
from tests.e2e.making import a_feed, a_list, as_csv, as_xlsx, as_xml
from tests.formats.printed import BODY, printed
from tests.loopback import Response

SITE = "https://payer.invalid"
OWN = f"- {{id: demo.first, kind: prose, url: '{SITE}/first.html', every: 1d, name: First, authority: DEMO}}"
WORDS = "These DEMO words say at some length what the payer of this example covers, and when it does not."


def page(title: str, body: str) -> bytes:
    return f"<!DOCTYPE html><html><head><title>{title} | DEMO payer</title></head><body>{body}</body></html>".encode()


POLICY = page(
    "Policy 0228", f"<nav>Home</nav><main><h1>Background</h1><p>{WORDS}</p><h2>Policy</h2><p>{WORDS} Twice.</p></main>"
)
ROWS = "".join(
    f"<tr><td>CP.{n:03d}</td><td>DEMO policy on {n % 4}</td><td>0{1 + n % 9}/01/2026</td></tr>" for n in range(30)
)
TABLE = page(
    "Fee schedule",
    f"<main><h1>Fees</h1><table id='fees'><tr><th>Topic</th><th>x</th></tr><tr><td>1</td><td>2</td></tr></table>"
    f"<table id='policies'><tr><th>Policy number</th><th>Title</th><th>Effective</th></tr>{ROWS}</table></main>",
)
LINKS = page(
    "Policies",
    "<nav><a href='/'>Home</a></nav><main><nav><a href='/policies/'>All policies</a></nav><h1>All</h1><ul>"
    + "".join(f"<li><a href='/policies/cp-{n}.html'>DEMO policy number {n}</a></li>" for n in range(12))
    + "<li><a href='/help.html'>Help</a></li></ul></main>",
)
SHELL = page(
    "App",
    "<div id='root'></div><script src='/app.js'></script>"
    "<noscript>You need to enable JavaScript to run this app.</noscript>",
)
ITEMS = [{"docId": f"D-{n}", "title": f"DEMO {n % 3}", "day": "2026-01-02"} for n in range(9)]
ANSWER = json.dumps({"meta": {"total": 9}, "data": {"items": ITEMS}}).encode()
KEYED = ("key: Submission Number", "label: Device", "dates: [Date of Final Decision]")


def archive() -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("readme.txt", "DEMO words")
        file.writestr("lists/devices.csv", as_csv(a_list(40)))
    return packed.getvalue()


@pytest.fixture
def own(desk: Desk) -> Desk:
    """An installation with one page of its own, and comments in its settings."""
    desk.configure(OWN)
    text = desk.settings.read_text(encoding="utf-8")
    desk.settings.write_text(f"# DEMO comment above\n{text}  # a comment that ends the list\n", encoding="utf-8")
    return desk


def add(desk: Desk, path: str, body: bytes, media_type: str, *words: str) -> Ran:
    desk.serve(f"{SITE}{path}", Response(body=body, media_type=media_type))
    return desk.run("sources", "add", f"{SITE}{path}", *words)


SHAPES = {
    "prose": ("/policy.html", POLICY, "text/html", {"kind: prose", "sentinels: [Background]", "title: Policy 0228"}),
    "table": (
        "/fees.html",
        TABLE,
        "text/html",
        {"kind: table", 'selector: "#policies"', "key: Policy number", "label: Title", "dates: [Effective]"}
        | {"columns: [Policy number, Title, Effective]", "min_items: 15", "title: Fee schedule"},
    ),
    "links": (
        "/policies.html",
        LINKS,
        "text/html",
        {"kind: links", "selector: main", 'link_pattern: "/policies/"', "min_items: 6"}
        | {"drop: [nav, footer, header, aside]"},
    ),
    "feed": (
        "/news.rss",
        a_feed("DEMO one", "DEMO two"),
        "application/rss+xml",
        {"kind: feed", "sliding: true", "max_shrink: 1.0"},
    ),
    "json": (
        "/api/documents",
        ANSWER,
        "application/json",
        {"kind: json", "rows: data.items", "key: docId", "label: title", "dates: [day]"},
    ),
    "csv": ("/devices.csv", as_csv(a_list(40)), "text/csv", {"kind: table", *KEYED, "min_items: 20"}),
    "xlsx": ("/devices.xlsx", as_xlsx(a_list(40)), "application/octet-stream", {"kind: table", *KEYED}),
    "xml": ("/devices.xml", as_xml(a_list(40)), "application/xml", {"kind: table", "key: Submission_Number"}),
    "zip": ("/devices.zip", archive(), "application/zip", {"kind: table", "member: lists/devices.csv", *KEYED}),
    "pdf": (
        "/policy.pdf",
        printed([Paragraph(WORDS, BODY)]),
        "application/pdf",
        {"kind: prose", "media_types: [application/pdf]"},
    ),
}


@pytest.mark.parametrize(("path", "body", "media_type", "members"), SHAPES.values(), ids=SHAPES)
def test_a_page_is_proposed_as_what_it_is_and_once_written_it_is_watched(
    own: Desk, path: str, body: bytes, media_type: str, members: set[str]
) -> None:
    before = own.settings.read_text(encoding="utf-8")
    shown = add(own, path, body, media_type)
    assert shown.code == 0, shown.err
    assert "It would watch" in shown.out
    assert "Nothing was written" in shown.out
    entry = {line.strip() for line in shown.out.partition("The entry:")[2].splitlines()}
    assert members <= entry, shown.out
    assert own.settings.read_text(encoding="utf-8") == before
    assert own.run("sources", "add", f"{SITE}{path}", "--id", "demo.second", "--yes").code == 0
    after = own.settings.read_text(encoding="utf-8")
    assert after.startswith("# DEMO comment above\n")
    assert after.endswith("  # a comment that ends the list\n")
    report = own.check("--source", "demo.second")
    assert [(one["verdict"], one["code"]) for one in report["sources"]] == [("CHANGED", "baseline")]


def test_what_would_be_stored_is_shown(own: Desk) -> None:
    told = add(own, "/fees.html", TABLE, "text/html").out
    assert "item    CP.000: DEMO policy on 0" in told
    assert "told apart by “Policy number”" in told
    assert "--kind prose" in told


def test_a_kind_that_is_asked_for_is_proposed_or_refused(own: Desk) -> None:
    assert "kind: prose" in add(own, "/fees.html", TABLE, "text/html", "--kind", "prose").out
    refused = own.run("sources", "add", f"{SITE}/fees.html", "--kind", "feed")
    assert refused.code == 3
    assert "nothing in it can be watched as feed" in refused.out


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Response(body=SHELL), ("script-only", "network view", "--copy")),
        (Response(status=403, body=b"no"), ("BLOCKED", "Save the page in a browser", "import-copy")),
        (Response(status=404, body=b"no"), ("no longer at its address",)),
        (Response(body=page("Just a moment...", "Checking your browser")), ("BLOCKED", "--copy")),
        (Response(body=b"\x00\x01\x02" * 50, media_type="application/octet-stream"), ("nothing in it can be watched",)),
    ],
    ids=["scripts", "refused", "gone", "challenge", "binary"],
)
def test_a_page_that_cannot_be_had_is_said_so_and_nothing_is_written(
    own: Desk, reply: Response, said: tuple[str, ...]
) -> None:
    before = own.settings.read_bytes()
    own.serve(f"{SITE}/page.html", reply)
    told = own.run("sources", "add", f"{SITE}/page.html", "--yes")
    assert told.code == 3
    assert all(words in told.out for words in said), told.out
    assert own.settings.read_bytes() == before


def test_of_a_blocked_page_a_saved_copy_serves(own: Desk, tmp_path: Path) -> None:
    copy = tmp_path / "saved.html"
    copy.write_bytes(TABLE)
    told = own.run("sources", "add", f"{SITE}/fees.html", "--copy", str(copy), "--yes")
    assert told.code == 0, told.out
    assert "kind: table" in own.settings.read_text(encoding="utf-8")
    assert own.server.paths() == [], "a copy is looked at in place of the page"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("http://payer.example/x",), "plain http"),
        (("https://10.0.0.8/x",), "not a public address"),
        (("https://user:pass@payer.invalid/x",), "user name or password"),
        (("ftp://payer.invalid/x",), "only https"),
        ((f"{SITE}/x", "--id", "Not An Id"), "is not an id"),
        ((f"{SITE}/x", "--id", "demo.first"), "already used"),
        ((f"{SITE}/x", "--every", "soon"), "is not a duration"),
        ((f"{SITE}/x", "--every", "1m"), "every"),
    ],
)
def test_what_the_settings_would_refuse_is_not_even_fetched(own: Desk, words: tuple[str, ...], said: str) -> None:
    before = own.settings.read_bytes()
    told = own.run("sources", "add", *words, "--yes")
    assert (told.code, own.server.paths()) == (2, [])
    assert said in told.err
    assert own.settings.read_bytes() == before


def test_what_robots_may_not_read_is_not_asked_for(own: Desk) -> None:
    own.serve(f"{SITE}/robots.txt", Response(body=b"User-agent: *\nDisallow: /", media_type="text/plain"))
    told = add(own, "/policy.html", POLICY, "text/html", "--yes")
    assert told.code == 3
    assert "robots" in told.out
    assert own.server.paths() == []


def test_a_list_of_another_layout_is_left_as_it_is(own: Desk) -> None:
    text = own.settings.read_text(encoding="utf-8").partition("sources:")[0] + f"sources: [{OWN.removeprefix('- ')}]\n"
    own.settings.write_text(text, encoding="utf-8")
    told = add(own, "/policy.html", POLICY, "text/html", "--yes")
    assert told.code == 2
    assert "write the entry by hand" in told.err
    assert own.settings.read_text(encoding="utf-8") == text


def test_hostile_words_of_a_page_stay_words(own: Desk) -> None:
    title = "x: [1, {a: b}] # '\u202e\" &amp; - id: evil"
    told = add(
        own, "/policy.html", page(title, f"<main><h1>- id: evil</h1><p>{WORDS}</p></main>"), "text/html", "--yes"
    )
    assert told.code == 0, told.err
    assert "\u202e" not in told.out
    ids = [one["id"] for one in own.run("sources", "list", "--json").body["sources"]]
    assert ids == ["demo.first", "payer.policy"]
