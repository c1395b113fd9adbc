"""Any JSON answer that holds a list of rows: reports, search results, registers."""

from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urljoin

from monitor.formats.html import absolute_url
from monitor.formats.json import flat_text, pick, read_json
from monitor.formats.sniff import Form, sniff
from monitor.formats.text import plain
from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Record, Snapshot
from monitor.model.source import Reading, Source
from monitor.sources.kinds.rows import (
    canonical_names,
    collapse_duplicates,
    is_dropped,
    passes,
    record,
    refuse_contradictions,
    require,
)

VERSION: Final = 1

_TOTALS: Final = ("count", "meta.total")


def extract(page: Page, source: Source) -> Snapshot:
    """One record a row of ``reading.rows`` (the body itself when that is None), keyed by the fields ``reading.key``.

    Values are plain text on one line: HTML unescaped and its tags taken out, lists joined with "; ".
    """
    document = _document(page)
    rows = [] if source.contract.is_nothing_found(page.body) else _rows(document, source.reading.rows)
    columns = canonical_names(_columns(rows), source.reading, source.contract)
    if rows:
        require((name for name in source.reading.key if "." not in name), columns)
    records, duplicates = collapse_duplicates(_records(rows, page.url, source))
    refuse_contradictions(duplicates)
    return Snapshot(
        extractor="json",
        extractor_version=VERSION,
        form="json",
        records=records,
        columns=columns,
        declared_total=None if source.reading.where else _declared_total(document),
        duplicates=duplicates,
        next_url=_next_url(document, source.reading.next_page, page.url),
    )


def _document(page: Page) -> object:
    if sniff(page.body, page.media_type) in (Form.HTML, Form.XML):
        raise Unreadable("not-json", "The address answered with a web page, not with the JSON data that were due.")
    return read_json(page.body)


def _rows(document: object, path: str | None) -> list[dict[str, object]]:
    found = pick(document, path) if path else document
    where = f"“{path}”" if path else "the body"
    if not isinstance(found, list):
        raise Unreadable("rows-missing", f"The JSON answer holds no list of rows at {where}{_its_words(document)}.")
    if not all(isinstance(row, dict) for row in found):
        raise Unreadable("bad-rows", f"The list of rows at {where} holds something that is not a row.")
    return found


def _its_words(document: object) -> str:
    """What an error body says of itself."""
    message = pick(document, "message") or pick(document, "error.message") or pick(document, "error")
    return f"; it says “{plain(flat_text(message))[:160]}”" if message else ""


def _columns(rows: list[dict[str, object]]) -> tuple[str, ...]:
    """The fields of any row, in order of first sight."""
    return tuple(dict.fromkeys(name for row in rows for name in row))


def _records(rows: list[dict[str, object]], base_url: str, source: Source) -> Iterator[Record]:
    reading, found = source.reading, _columns(rows)
    names = zip(found, canonical_names(found, reading, source.contract), strict=True)
    spelling = {published: name for published, name in names if not is_dropped(published, reading.drop)}
    for position, row in enumerate(rows, start=1):
        fields = _fields(row, spelling, reading)
        if passes(fields, reading.where):
            written = fields.get(reading.link_field, "") if reading.link_field else ""
            yield record(fields, reading, position=position, url=absolute_url(written, base_url) if written else None)


def _fields(row: Mapping[str, object], spelling: Mapping[str, str], reading: Reading) -> dict[str, str]:
    """The row's members as text; those without a ``spelling`` are dropped before any work is spent on them."""
    fields = {spelling[name]: plain(flat_text(value)) for name, value in row.items() if name in spelling}
    dotted = (name for name in (*reading.key, *reading.fields) if "." in name and name not in fields)
    return {**fields, **{name: plain(flat_text(pick(row, name))) for name in dotted}}


def _declared_total(document: object) -> int | None:
    """The count the answer itself states."""
    for path in _TOTALS:
        total = pick(document, path)
        if isinstance(total, int) and not isinstance(total, bool) and total >= 0:
            return total
    return None


def _next_url(document: object, path: str | None, base_url: str) -> str | None:
    """The next page's address as written (its cursor must not be touched), made absolute."""
    written = pick(document, path) if path else None
    if not isinstance(written, str) or not written.strip():
        return None
    if absolute_url(written, base_url) is None:
        raise Unreadable("bad-next-page", "The JSON answer names a next page that is no web address.")
    return urljoin(base_url, written.strip())
