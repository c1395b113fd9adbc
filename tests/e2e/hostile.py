"""Bodies made to eat memory or time, each served to the kind of source that reads such a form."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from tests.loopback import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RSS = "application/rss+xml"
CSV = "text/csv"
DEEP = 100_000
_TEN_GB = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 10000000000\r\n\r\n"
_ITEM = b"<rss version='2.0'><channel><title>x</title><item><guid>1</guid><title>%s</title></item></channel></rss>"
_DRAWN = b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/passwd'>]>"
TABLE = "kind: table, key: a"
PROSE = "kind: prose"
LINKS = "kind: links"
FEED = "kind: feed"
JSON = "kind: json, rows: results, key: id"


@dataclass(frozen=True)
class Hostile:
    """``row``: its number in the house's fault matrix. ``code``: how a check of it ends. ``make`` is called when it is
    to be served.
    """

    row: int
    name: str
    kind: str
    code: str
    make: Callable[[], Response]


def _html(body: bytes) -> Response:
    head = b"<!DOCTYPE html><html><head><title>DEMO</title></head><body><main>"
    return Response(body=head + body + b"</main></body></html>")


def _table(rows: bytes) -> Response:
    return _html(b"<table><tr><th>a</th><th>b</th></tr>" + rows + b"</table>")


def _feed(items: bytes) -> Response:
    return _of(RSS, b"<rss version='2.0'><channel><title>x</title>" + items + b"</channel></rss>")


def _json(items: bytes) -> Response:
    return _of("application/json", b'{"results": [' + items + b"]}")


def _of(media_type: str, body: bytes) -> Response:
    return Response(body=body, media_type=media_type)


def _filled(piece: bytes, size: int) -> bytes:
    return piece * (size // len(piece))


def _zip(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), body)
    return stream.getvalue()


def _book(sheet: bytes) -> bytes:
    return _zip(
        **{
            "[Content_Types].xml": b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'>"
            b"<Default Extension='xml' ContentType='application/xml'/></Types>",
            "xl/workbook.xml": b"<workbook xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'><sheets>"
            b"<sheet name='a' sheetId='1' r:id='r1' xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/"
            b"relationships'/></sheets></workbook>",
            "xl/_rels/workbook.xml.rels": b"<Relationships xmlns='http://schemas.openxmlformats.org/package/2006/"
            b"relationships'><Relationship Id='r1' Type='http://schemas.openxmlformats.org/officeDocument/2006/"
            b"relationships/worksheet' Target='worksheets/sheet1.xml'/></Relationships>",
            "xl/worksheets/sheet1.xml": sheet,
        }
    )


def _laughs(root: bytes) -> bytes:
    entities = b"<!ENTITY a0 'aaaaaaaaaa'>" + b"".join(
        b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)
    )
    return b"<?xml version='1.0'?><!DOCTYPE x [" + entities + b"]>" + root


ROW = b"<tr><td>a</td><td>b</td></tr>"
_SHEET = (
    b"<worksheet><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>&a9;</t></is></c></row></sheetData></worksheet>"
)

HOSTILE = (
    Hostile(17, "announced as 10 GB", TABLE, "too-large", lambda: Response(raw=_TEN_GB + b"a,b\n" * 500_000)),
    Hostile(
        18, "a gzip bomb", TABLE, "too-large", lambda: Response(body=bytes(200_000_000), gzip=True, media_type=CSV)
    ),
    Hostile(49, "prose nested 100,000 deep", PROSE, "hostile-markup", lambda: _html(b"<div>" * DEEP + b"x")),
    Hostile(
        49,
        "a table nested 100,000 deep",
        TABLE,
        "hostile-markup",
        lambda: _table(b"<tr><td><table>" * DEEP + b"</table>" * DEEP),
    ),
    Hostile(
        49,
        "links nested 100,000 deep",
        LINKS,
        "hostile-markup",
        lambda: _html(b"<div>" * DEEP + b"<a href='/x.pdf'>x</a>"),
    ),
    Hostile(49, "JSON nested 100,000 deep", JSON, "bad-json", lambda: _json(b"[" * DEEP + b"]" * DEEP)),
    Hostile(
        49,
        "XML nested 100,000 deep",
        TABLE,
        "not-xml",
        lambda: _of("application/xml", b"<?xml version='1.0'?>" + b"<row>" * DEEP + b"</row>" * DEEP),
    ),
    Hostile(49, "a feed nested 100,000 deep", FEED, "too-large", lambda: _feed(b"<x>" * DEEP + b"</x>" * DEEP)),
    Hostile(
        50,
        "a million attributes",
        PROSE,
        "baseline",
        lambda: _html(b"<p " + b" ".join(b"a%d=1" % n for n in range(1_000_000)) + b">x</p>"),
    ),
    Hostile(51, "comments never closed", PROSE, "empty", lambda: _html(b"<!--" * 200_000)),
    Hostile(51, "15 MB of paragraphs", PROSE, "hostile-markup", lambda: _html(_filled(b"<p>DEMO</p>", 15_000_000))),
    Hostile(51, "15 MB of one word", PROSE, "hostile-markup", lambda: _html(_filled(b"x", 15_000_000))),
    Hostile(
        51,
        "20,000 paragraphs",
        PROSE,
        "baseline",
        lambda: _html(b"".join(b"<p>DEMO %d %s</p>" % (n, b"word " * 40) for n in range(20_000))),
    ),
    Hostile(51, "24 MB of rows", TABLE, "hostile-markup", lambda: _table(_filled(ROW, 24_000_000))),
    Hostile(
        51,
        "8 MB in 16,000 cells",
        TABLE,
        "baseline",
        lambda: _table(b"".join(b"<tr><td>%d</td><td>%s</td></tr>" % (n, b"word " * 200) for n in range(8_000))),
    ),
    Hostile(
        51,
        "24 MB of empty cells",
        TABLE,
        "hostile-markup",
        lambda: _table(b"<tr>" + _filled(b"<td></td>", 24_000_000) + b"</tr>"),
    ),
    Hostile(51, "3.9 MB of links", LINKS, "hostile-markup", lambda: _html(_filled(b"<a href=/x>x</a>", 3_900_000))),
    Hostile(
        52,
        "an entity bomb in XML",
        TABLE,
        "not-xml",
        lambda: _of("application/xml", _laughs(b"<r><row><a>&a9;</a></row></r>")),
    ),
    Hostile(52, "an entity bomb in a feed", FEED, "bad-feed", lambda: _of(RSS, _laughs(_ITEM % b"&a9;"))),
    Hostile(52, "a file drawn into a feed", FEED, "bad-feed", lambda: _of(RSS, _DRAWN + _ITEM % b"&f;")),
    Hostile(
        52,
        "7 MB of feed entries",
        FEED,
        "too-large",
        lambda: _feed(_filled(b"<item><guid>x</guid><title>t</title></item>", 7_000_000)),
    ),
    Hostile(52, "an entity bomb in a workbook", TABLE, "not-xlsx", lambda: _of(XLSX, _book(_laughs(_SHEET)))),
    Hostile(53, "a zip bomb in a workbook", TABLE, "too-large", lambda: _of(XLSX, _book(bytes(200_000_000)))),
    Hostile(
        53,
        "a zip bomb in an archive",
        TABLE + ", member: '*.csv'",
        "too-large",
        lambda: _of("application/zip", _zip(**{"a.csv": bytes(200_000_000)})),
    ),
    Hostile(
        53,
        "24 MB of tags in XML",
        TABLE,
        "too-large",
        lambda: _of("application/xml", b"<r>" + _filled(b"<a/>", 24_000_000) + b"</r>"),
    ),
    Hostile(53, "a number of a million digits", JSON, "bad-json", lambda: _json(b'{"id": ' + b"9" * 1_000_000 + b"}")),
    Hostile(53, "24 MB of empty lists", JSON, "too-large", lambda: _json(_filled(b"[],", 24_000_000) + b"[]")),
    Hostile(53, "a cell of 30 MB", TABLE, "not-csv", lambda: _of(CSV, b'a,b\n1,"' + b"x" * 30_000_000 + b'"\n')),
    Hostile(53, "24 MB of short lines", TABLE, "too-large", lambda: _of(CSV, b"a,b\n" + _filled(b"1,\n", 24_000_000))),
    Hostile(53, "24 MB of commas", TABLE, "too-large", lambda: _of(CSV, b"a,b\n" + _filled(b",", 24_000_000))),
)
