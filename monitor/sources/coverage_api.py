"""The envelope of CMS's Coverage API (``api.coverage.cms.gov``, OpenAPI document of API version 1.5).

A report answers ``{"meta": {"status": {...}, "notes": ..., "fields": [...], "children": [...]}, "data": [row,
...]}`` with the whole list in one body. An unknown id answers 200 with ``data: []``, a wrong address 400 with
"Hello MCIM API Users!", and a missing licence acceptance with a licence page: none of these is a list, and each
gets its own sentence.
"""

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from msgspec import Struct

from monitor.formats.dates import iso_date
from monitor.formats.json import flat_text, read_json
from monitor.formats.sniff import Form, sniff
from monitor.formats.tables import read_csv
from monitor.formats.text import clean, plain
from monitor.model.errors import Unreadable
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.sources.licences import COVERAGE_API

ORIGIN = COVERAGE_API.origin
JSON_OR_CSV = ("application/json", "text/csv", "application/zip")
"""A report as the API sends it, a harvest of its rows saved as CSV, and a bulk export."""

NO_DATE = frozenset({"", "n/a", "null", "none"})
"""How these reports write "no date"."""

VIEWS = {
    "ncd": "ncd.aspx",
    "nca": "ncacal-tracking-sheet.aspx",
    "cal": "ncacal-tracking-sheet.aspx",
    "medcac-meeting": "medcac-meetings.aspx",
    "technology-assessment": "technology-assessments.aspx",
}
"""The database's page for each kind of document of the API."""

_LICENCE_MARKS = (b"license/cpt-license", b"license agreement", b"cpt-license.aspx")
_GREETING = b"hello mcim api users"


class Report(Struct, frozen=True, kw_only=True):
    """The rows of one answer, every value as text, and the columns that every row has."""

    rows: tuple[Mapping[str, str], ...]
    columns: tuple[str, ...]
    form: str
    next_url: str | None = None

    def require(self, columns: Iterable[str]) -> None:
        """Raises ``Unreadable``, naming the missing columns, for rows that could not be told apart without them."""
        missing = [column for column in columns if column not in self.columns]
        if missing:
            raise Unreadable(
                code="columns-missing",
                reason=f"The list lacks {', '.join(missing)}; it has {', '.join(self.columns[:15]) or 'none'}.",
            )


def read_report(page: Page, *, may_be_empty: bool = False) -> Report:
    """The rows of a report body, or of a CSV harvest with the same columns.

    Raises ``Unreadable`` for the licence page, the API's greeting to lost callers, an error body, an empty list unless
    it ``may_be_empty``, and anything that is neither JSON nor CSV.
    """
    _refuse_strangers(page.body)
    form = sniff(page.body, page.media_type)
    if form is Form.CSV:
        return _from_csv(page)
    if form is not Form.JSON:
        raise Unreadable(
            code="not-json", reason=f"The Coverage API answered with {form.value} where its JSON list was due."
        )
    return _from_json(page, may_be_empty=may_be_empty)


def newest_row(page: Page, *, extractor: str, version: int, columns: tuple[str, ...], key: str, label: str) -> Snapshot:
    """The one row that an answer of the metadata is about: the newest by its first column, which holds a date.

    ``label`` holds column names in braces.
    """
    report = read_report(page)
    report.require(columns)
    fields = max(
        ({name: date_or_blank(row[name]) for name in columns} for row in report.rows), key=lambda f: f[columns[0]]
    )
    record = Record(key=RecordKey(key), label=label.format_map(fields), fields=fields)
    return Snapshot(
        extractor=extractor, extractor_version=version, form=report.form, records=(record,), columns=columns
    )


def date_or_blank(value: str) -> str:
    """ISO date, "" for the ways these reports write no date, the text itself when it is no date."""
    text = plain(value)
    if text.casefold() in NO_DATE:
        return ""
    return iso_date(text) or text


def page_for_people(api_url: str) -> str | None:
    """The database's page for a row's ``url``, which is that page or an address of the API
    (``/data/ncd?ncdid=108&ncdver=1``); None when it is neither.
    """
    url = clean(api_url)
    if url.startswith(("https://", "http://")):
        return url
    path, _, query = url.partition("?")
    view = VIEWS.get(path.strip("/").rsplit("/", 1)[-1].casefold())
    return f"https://www.cms.gov/medicare-coverage-database/view/{view}?{query}" if view and query else None


def _refuse_strangers(body: bytes) -> None:
    head = body[:20_000].lower()
    if _GREETING in head:
        raise Unreadable(
            code="api-greeting",
            reason="The Coverage API did not know the address or a parameter (it answered “Hello MCIM API Users!”).",
        )
    if head.lstrip()[:1] == b"<" and any(mark in head for mark in _LICENCE_MARKS):
        raise Unreadable(
            code="licence-page", reason="CMS sent the page that asks to accept the AMA licence instead of the list."
        )


def _from_csv(page: Page) -> Report:
    table = read_csv(page.body, page.charset)
    rows = tuple(dict(zip(table.columns, row, strict=False)) for row in table.rows)
    return Report(rows=_some(rows), columns=tuple(table.columns), form="csv")


def _from_json(page: Page, *, may_be_empty: bool) -> Report:
    answer = read_json(page.body)
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(answer, dict) or not isinstance(data, list):
        raise Unreadable(code="no-data", reason=f"The Coverage API sent no list of rows{_its_words(answer)}.")
    if not all(isinstance(row, dict) for row in data):
        raise Unreadable(code="bad-rows", reason="The Coverage API's list holds something that is not a row.")
    rows = tuple({str(name): flat_text(value) for name, value in row.items()} for row in data)
    first = {} if may_be_empty and not rows else _some(rows)[0]
    columns = tuple(name for name in first if all(name in row for row in rows))
    return Report(rows=rows, columns=columns, form="json", next_url=_next_url(page.url, answer))


def _some(rows: tuple[dict[str, str], ...]) -> tuple[dict[str, str], ...]:
    if not rows:
        raise Unreadable(
            code="empty-list",
            reason="The Coverage API answered with an empty list; it is never empty when all is well.",
        )
    return rows


def _its_words(answer: object) -> str:
    message = answer.get("message") if isinstance(answer, dict) else None
    return f"; it says “{plain(flat_text(message))[:200]}”" if message else ""


def _next_url(url: str, answer: Mapping[str, object]) -> str | None:
    """The same address with ``meta.next_token``: version 1.5 has no paging, a later one is reported to have it."""
    meta = answer.get("meta")
    token = meta.get("next_token") if isinstance(meta, dict) else None
    if not isinstance(token, str) or not token:
        return None
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "next_token"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("next_token", token)])))
