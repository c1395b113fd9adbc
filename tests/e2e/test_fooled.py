"""Nobody is fooled: every soft failure, by its number in the house's list of them, on loopback. No row may give a false
change, none may pass in silence, and none may move the baseline without being proven.
"""

import gzip
import json
from collections.abc import Callable, Sequence

import pytest
from msgspec import Struct
from msgspec.structs import replace

from monitor.model.difference import News
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import Device, a_feed, a_list, as_csv, as_xlsx, renamed, without
from tests.loopback import Response, Route

CSV = "text/csv; charset=utf-8"
A = a_list()
ROWS = [(f"T{n:03d}", f"DEMO service {n} “é”", f"2026-{1 + n % 9:02d}-{1 + n % 27:02d}") for n in range(60)]
TABLE_URL, PROSE_URL = "https://www.cms.gov/fees.html", "https://www.ama-assn.org/page"
FEED_URL, REGISTER_URL = "https://www.cms.gov/rss.xml", "https://www.federalregister.gov/api/list.json"
TABLE = (
    f"- {{id: demo.source, kind: table, name: DEMO fees, authority: DEMO, every: 1d, url: '{TABLE_URL}', key: Code,"
    " label: Service, dates: [Day], contract: {sentinels: [T000, T001], min_items: 20, title: DEMO fees}}"
)
PROSE = (
    f"- {{id: demo.source, kind: prose, name: DEMO page, authority: DEMO, every: 1d, url: '{PROSE_URL}',"
    " selector: main, drop: [.stamp], contract: {sentinels: [Category III], title: DEMO process}}"
)
FEED = (
    f"- {{id: demo.source, kind: feed, name: DEMO feed, authority: DEMO, every: 1d, url: '{FEED_URL}', sliding: true}}"
)
PAGED = (
    f"- {{id: demo.source, kind: json, name: DEMO list, authority: DEMO, every: 1d, url: '{REGISTER_URL}',"
    " rows: results, next_page: next, key: id, label: title}"
)
URLS = {FDA: FDA_URL, TABLE: TABLE_URL, PROSE: PROSE_URL, FEED: FEED_URL, PAGED: REGISTER_URL}


def csv_of(rows: Sequence[Device], **said: object) -> Response:
    return replace(Response(body=as_csv(rows), media_type=CSV), **said)


def html(body: str, title: str = "DEMO fees", **said: object) -> Response:
    text = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>"
    return replace(Response(body=text.encode()), **said)


def fees(rows: Sequence[tuple[str, ...]] = ROWS, columns: Sequence[str] = ("Code", "Service", "Day")) -> str:
    head = "".join(f"<th>{name}</th>" for name in columns)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<main><table><tr>{head}</tr>{body}</table></main>"


PARAGRAPHS = [f"DEMO paragraph {n} on Category III codes, with words enough to be a paragraph." for n in range(30)]


def process(paragraphs: Sequence[str] = tuple(PARAGRAPHS), stamp: str = "Updated Nov 1, 2026 | 3 Min Read") -> Response:
    text = "".join(f"<p>{one}</p>" for one in paragraphs)
    return html(f"<main><h1>Process</h1><p class=stamp>{stamp}</p>{text}</main>", "DEMO process")


def feed(first: int = 0, count: int = 30) -> Response:
    body = a_feed(*(f"DEMO item {n}" for n in range(first, first + count)))
    return Response(body=body, media_type="application/rss+xml")


def said(title: str, words: str, **more: object) -> Response:
    return html(f"<h1>{title}</h1><p>{words}</p>", title, **more)


def to(path: str) -> Response:
    return Response(status=302, headers={"Location": path})


class Row(Struct, frozen=True, kw_only=True):
    """One soft failure. ``codes``: how the checks after the first end, one after the other; ``news``: what is told in
    the end (nothing, for most). ``places``: what other paths of the host answer.
    """

    number: int
    name: str
    entry: str
    good: Response
    then: Sequence[Response]
    codes: Sequence[str]
    news: tuple[News, ...] = ()
    places: tuple[tuple[str, Response], ...] = ()


GOOD_CSV, GOOD_TABLE, GOOD_PROSE = csv_of(A), html(fees()), process()
B = renamed(A, "K900007", "DEMO renamed")
ZIPPED = gzip.compress(as_csv(A))


def row(number: int, name: str, entry: str, then: Response | Sequence[Response], *codes: str, **more: object) -> Row:
    good = {FDA: GOOD_CSV, TABLE: GOOD_TABLE, PROSE: GOOD_PROSE, FEED: feed()}[entry]
    answers = (then,) if isinstance(then, Response) else tuple(then)
    found = Row(number=number, name=name, entry=entry, good=good, then=answers, codes=codes)
    return replace(found, **more)


def moved(number: int, name: str, path: str, code: str, page: Response) -> Row:
    place = ("/www.cms.gov" + path, page)
    return row(number, name, TABLE, to(path), code, places=(place, (path, page)))


_TWOS = [" ".join(PARAGRAPHS[at : at + 2]) for at in range(0, 30, 2)]
_REBUILT = html(
    "<main><h1>Process</h1>"
    + "".join(f"<section><h2>Part {n}</h2><p>{two}</p></section>" for n, two in enumerate(_TWOS[5:] + _TWOS[:5]))
    + "</main>",
    "DEMO process",
)

ROWS_OF_THE_TABLE: tuple[Row, ...] = (
    row(1, "an error page with 200", TABLE, said("We're sorry", "An error occurred."), "error-page"),
    row(1, "an error page with 200 in plain words", FDA, said("Service Unavailable", "Try later."), "error-page"),
    row(2, "Akamai, 403", FDA, said("Access Denied", "Reference #18.80ed217.1769", status=403), "challenge"),
    row(2, "Akamai, 200", TABLE, said("Access Denied", "Reference #18.80ed217.1769"), "challenge"),
    row(2, "Cloudflare", TABLE, said("Just a moment...", "Checking your browser", status=503), "challenge"),
    row(2, "Radware", PROSE, said("Radware Captcha Page", "Incident ID: DEMO"), "challenge"),
    row(3, "FDA's apology with 200", FDA, said("FDA Apology", "DEMO words"), "apology"),
    row(4, "a shell for scripts", PROSE, html("<script src=/a.js></script><noscript>x</noscript>", "DEMO process"), ""),
    row(
        4,
        "a frame with a fifth of its text",
        PROSE,
        process([p[:9] for p in PARAGRAPHS] + ["Category III"]),
        "too-short",
    ),
    row(4, "a waiting room", TABLE, said("Waiting", "You are in the queue. queue-it.net"), "challenge"),
    moved(5, "the home page", "/", "moved", said("DEMO home", "Welcome, all of you.")),
    moved(5, "a login", "/login", "login", said("Sign in", "<input type='password'>")),
    moved(5, "a licence", "/license-agreement", "licence", said("License Agreement", "DEMO terms")),
    row(6, "cut, with its length", FDA, csv_of(A, cut_at=900), "truncated"),
    row(6, "cut, without a length", TABLE, html(fees(), length=-1, cut_at=900), "truncated"),
    row(
        6,
        "cut gzip of the length it claims",
        FDA,
        csv_of(A, body=ZIPPED[:600], headers={"Content-Encoding": "gzip"}),
        "truncated",
    ),
    row(6, "cut gzip", FDA, csv_of(A, gzip=True, cut_at=600), "truncated"),
    row(6, "cut in a chunk", FDA, csv_of(A, chunked=True, cut_at=900), "truncated"),
    row(6, "a feed without its end", FEED, replace(feed(), body=feed().body[:-200]), "truncated"),
    row(7, "a header and no rows", TABLE, html(fees([])), "empty"),
    row(7, "an empty body", FDA, csv_of(A, body=b""), "empty"),
    row(8, "fewer rows than the floor", FDA, csv_of(A[:200]), "too-few"),
    row(
        10,
        "another character set in all cells",
        TABLE,
        html(fees([(a, b.encode().decode("cp1252", "replace"), c) for a, b, c in ROWS])),
        "garbled",
    ),
    row(10, "the same in UTF-16", FDA, csv_of(A, body=as_csv(A, "utf-16")), "same-content"),
    row(10, "the same with a byte order mark", FDA, csv_of(A, body=b"\xef\xbb\xbf" + as_csv(A)), "same-content"),
    row(11, "gzip without its header", FDA, csv_of(A, body=ZIPPED), "wrong-type"),
    row(11, "brotli nobody asked for", FDA, csv_of(A, headers={"Content-Encoding": "br"}), "bad-encoding"),
    row(12, "a PDF for a list", FDA, csv_of(A, body=b"%PDF-1.7\n%%EOF\n"), "wrong-type"),
    row(12, "JSON for a table", TABLE, Response(body=b'{"a": 1}', media_type="application/json"), ""),
    row(
        13,
        "an extra column",
        TABLE,
        html(fees([(*r, "x") for r in ROWS], ("Code", "Service", "Day", "New"))),
        "columns-changed",
    ),
    row(13, "a page of prose built anew", PROSE, [_REBUILT] * 2, "rebuilt", "changed", news=(News.MASS,)),
    row(13, "a page built anew for a moment", PROSE, [_REBUILT, GOOD_PROSE], "rebuilt", "same-bytes"),
    row(13, "a column renamed", TABLE, html(fees(columns=("Code", "What", "Day"))), "columns-changed"),
    row(
        13,
        "columns in another order",
        TABLE,
        html(fees([(b, a, c) for a, b, c in ROWS], ("Service", "Code", "Day"))),
        "same-content",
    ),
    row(14, "rows in another order", FDA, csv_of(A[::-1]), "same-content"),
    row(
        14,
        "another form of the same rows",
        FDA,
        Response(body=as_xlsx(A), media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        "same-content",
    ),
    row(15, "a new stamp", PROSE, process(stamp="Updated Nov 9, 2026 | 4 Min Read"), "same-content"),
    row(
        16,
        "a cache in turns",
        FDA,
        [csv_of(B), csv_of(A), csv_of(B), csv_of(A), csv_of(B)],
        "changed",
        "older-copy",
        "same-bytes",
        "older-copy",
        "same-bytes",
        news=(News.MODIFIED,),
    ),
    row(
        17,
        "60 % altered, and taken back",
        FDA,
        [csv_of([replace(d, company="DEMO Other") for d in A[:190]] + A[190:]), GOOD_CSV],
        "mass-change",
        "same-bytes",
    ),
    row(
        17,
        "60 % altered, and meant",
        FDA,
        [csv_of([replace(d, company="DEMO Other") for d in A[:190]] + A[190:])] * 2,
        "mass-change",
        "changed",
        news=(News.MASS,),
    ),
    row(18, "11 % gone for a moment", TABLE, [html(fees(ROWS[:53])), GOOD_TABLE], "shrunk", "same-bytes"),
    row(18, "11 % gone", TABLE, [html(fees(ROWS[:53]))] * 2, "shrunk", "changed", news=(News.MASS,)),
    row(18, "one gone for a moment", FDA, [csv_of(without(A, "K900007")), GOOD_CSV], "removal-pending", "same-content"),
    row(
        19,
        "an id given to another item",
        FDA,
        csv_of(
            [replace(d, name="DEMO pump", company="DEMO New Co", code="LNH") if d.number == "K900007" else d for d in A]
        ),
        "changed",
        news=(News.REPLACED,),
    ),
    row(20, "an id twice", TABLE, html(fees([*ROWS, ("T005", "other", "2026-01-01")])), "duplicate-keys"),
    row(
        21,
        "dates in 2099",
        TABLE,
        html(fees([(a, b, "2099-01-01") if a < "T003" else (a, b, c) for a, b, c in ROWS])),
        "bad-dates",
    ),
    row(
        21,
        "dates in the year 1",
        TABLE,
        html(fees([(a, b, "0001-01-01") if a < "T003" else (a, b, c) for a, b, c in ROWS])),
        "bad-dates",
    ),
    row(
        21,
        "31 February",
        TABLE,
        html(fees([(a, b, "31/02/2026") if a < "T003" else (a, b, c) for a, b, c in ROWS])),
        "bad-dates",
    ),
    row(22, "a page for a feed", FEED, said("DEMO", "not a feed"), ""),
    row(23, "a window that slid past", FEED, [feed(45), feed(45)], "window-slid", "changed", news=(News.ADDED,)),
    row(
        27,
        "another ETag, the same body",
        FDA,
        [csv_of(A, etag='"x"'), csv_of(A, etag='"y"')],
        "same-bytes",
        "same-bytes",
    ),
    row(
        28,
        "two templates in turns",
        PROSE,
        [html(f"<div class=b>{GOOD_PROSE.body.decode().split('<body>')[1]}</div>", "DEMO process | AMA"), GOOD_PROSE]
        * 2,
        "same-content",
        "same-content",
        "same-content",
        "same-content",
    ),
    row(29, "a parked domain", TABLE, said("DEMO fees", "This domain is for sale. Buy this domain today."), "parked"),
    row(30, "not found", FDA, [Response(status=404), Response(status=404)], "gone", "gone"),
    row(30, "gone", FDA, [Response(status=410), Response(status=410)], "gone", "gone"),
    row(
        30,
        "moved, on the same site",
        TABLE,
        Response(status=301, headers={"Location": "/new/fees.html"}),
        "same-bytes",
        places=(("/www.cms.gov/new/fees.html", GOOD_TABLE), ("/new/fees.html", GOOD_TABLE)),
    ),
    *(
        row(
            32,
            f"hidden signs {n}",
            TABLE,
            html(fees([(a, b.replace("DEMO service", seen), c) for a, b, c in ROWS])),
            "same-content",
        )
        for n, seen in enumerate(
            (
                "DEMO\u00a0service",
                "DEMO \u200bservice",
                "DE\u00adMO service",
                "DEMO\u2009service",
                "\ufeffDEMO service",
                "DEMO\u2060 service",
            )
        )
    ),
    row(
        32,
        "accents taken apart",
        TABLE,
        html(fees([(a, b.replace("é", "e\u0301"), c) for a, b, c in ROWS])),
        "same-content",
    ),
)


@pytest.mark.parametrize("case", ROWS_OF_THE_TABLE, ids=lambda one: f"{one.number}: {one.name}")
def test_a_soft_failure_gives_no_false_change_and_never_passes_in_silence(desk: Desk, case: Row) -> None:
    desk.configure(case.entry)
    desk.serve(URLS[case.entry], case.good)
    assert desk.verdict() == ("CHANGED", "baseline")
    source_id = "fda.ai-devices" if case.entry is FDA else "demo.source"
    for path, place in case.places:
        desk.server.set(path, place)
    for answer, code in zip(case.then, case.codes, strict=True):
        before = desk.state(source_id)
        desk.serve(URLS[case.entry], answer)
        ran = desk.run("check", "--json")
        (source,) = ran.body["sources"]
        after = desk.state(source_id)
        assert code in ("", source["code"]), source["reason"]
        assert ran.code == (0 if source["verified"] else 3), "what is not verified is said"
        assert len(source["reason"]) > 20
        if not source["verified"]:
            assert after.snapshot_id == before.snapshot_id, "the baseline stays"
            assert after.failures_in_row == before.failures_in_row + 1
            assert source["changes"] == []
    assert tuple(kept.change.news for kept in desk.changes()) == case.news
    assert desk.rows()["checks"] == 1 + len(case.then), "one row in the ledger for each check"


class Pages:
    """A paged list; ``on_page`` may change it while it is being read."""

    def __init__(
        self, desk: Desk, rows: int = 30, on_page: Callable[[list[str], int], None] = lambda _r, _n: None
    ) -> None:
        self.rows = [f"D{n:03d}" for n in range(30)]
        self.on_page = on_page
        self.total: int | None = None
        desk.configure(PAGED)
        desk.serve(REGISTER_URL, self.route())

    def route(self) -> Route:
        def answer(request: object) -> Response:
            number = int(request.path.partition("page=")[2] or 1)  # type: ignore[attr-defined]
            self.on_page(self.rows, number)
            part = self.rows[(number - 1) * 10 : number * 10]
            body: dict[str, object] = {
                "count": len(self.rows) if self.total is None else self.total,
                "results": [{"id": one, "title": f"DEMO {one}"} for one in part],
            }
            if number * 10 < len(self.rows):
                body["next"] = f"{REGISTER_URL}?page={number + 1}"
            return Response(body=json.dumps(body).encode(), media_type="application/json")

        return answer


def test_8_a_page_that_is_shown_twice_is_no_whole_list(desk: Desk) -> None:
    pages = Pages(desk)
    desk.check()
    second = json.dumps({"results": [{"id": f"D{n:03d}", "title": f"DEMO D{n:03d}"} for n in range(10, 20)]}).encode()
    real = pages.route()

    def twice(request: object) -> Response:
        if "page=3" in request.path:  # type: ignore[attr-defined]
            return Response(body=second + b" ", media_type="application/json")
        if "page=2" in request.path:  # type: ignore[attr-defined]
            body = json.loads(second) | {"next": f"{REGISTER_URL}?page=3"}
            return Response(body=json.dumps(body).encode(), media_type="application/json")
        return real(request)  # type: ignore[operator,arg-type]

    desk.serve(REGISTER_URL, twice)
    assert desk.verdict()[0] == "SUSPECT"
    assert desk.changes() == ()


def test_9_a_row_taken_out_while_the_pages_are_read_is_not_mistaken_for_two(desk: Desk) -> None:
    """Row D011 leaves between page 1 and page 2: D020 would slip past us from page 3 to the page 2 already read."""
    left: list[int] = []

    def leave(rows: list[str], number: int) -> None:
        if left and left[0] == number and "D003" in rows:
            rows.remove("D003")

    pages = Pages(desk, on_page=leave)
    desk.check()
    left.append(2)
    ran = desk.run("check", "--json")
    (source,) = ran.body["sources"]
    assert (source["code"], source["requests"]) == ("removal-pending", 7), "read anew, and proven by the first page"
    assert "1 item" in source["reason"]
    assert "D010" in pages.rows


def test_9_a_list_that_never_rests_is_suspect(desk: Desk) -> None:
    seen: list[int] = []

    def grow(rows: list[str], number: int) -> None:
        if len(seen) > 3:
            rows.insert(0, f"N{len(seen):03d}")
        seen.append(number)

    Pages(desk, on_page=grow)
    assert desk.verdict() == ("CHANGED", "baseline")
    assert desk.verdict() == ("SUSPECT", "list-moved")
    assert desk.changes() == ()
