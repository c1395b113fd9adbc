"""Whatever the bytes, a reader gives a snapshot or says why not."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model.errors import Unreadable
from monitor.model.snapshot import Page, Snapshot
from monitor.sources import SOURCES
from monitor.sources.official import OfficialList
from tests.sources.copies import copies

_LISTS = st.sampled_from(list(SOURCES.values()))
_MEDIA_TYPES = st.sampled_from([None, "text/csv", "text/html", "application/json", "application/rss+xml"])
_QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@_QUICK
@given(entry=_LISTS, body=st.binary(max_size=400), media_type=_MEDIA_TYPES)
def test_any_bytes_are_read_or_refused(entry: OfficialList, body: bytes, media_type: str | None) -> None:
    _read(entry, body, media_type)


@_QUICK
@given(entry=_LISTS, data=st.data())
def test_a_damaged_copy_is_read_or_refused(entry: OfficialList, data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(copies(str(entry.source.id)))).read_bytes()
    at = data.draw(st.integers(0, len(body)))
    length = data.draw(st.integers(0, 40))
    put = data.draw(st.binary(max_size=20))
    _read(entry, body[:at] + put + body[at + length :], None)


def _read(entry: OfficialList, body: bytes, media_type: str | None) -> Snapshot | None:
    page = Page(body=body, url=entry.source.routes[0].url, media_type=media_type)
    try:
        return entry.extract(page, entry.source)
    except Unreadable:
        return None
