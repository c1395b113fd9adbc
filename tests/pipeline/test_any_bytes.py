"""Whatever bytes a server sends, a check ends with a verdict: never with an exception, never with a false change."""

from datetime import timedelta
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compare.vetting import judge_snapshot
from monitor.model.source import Source
from monitor.model.watch import WatchState
from monitor.pipeline.gather import Gatherer, body_limit
from monitor.pipeline.gathered import Gathered
from monitor.sources import SOURCES, extractor_for
from tests.fakes import NOW, ScriptedFetcher, page
from tests.variants import WATCHES, Publisher

EVERY = (*(watch.source for watch in WATCHES), *(official.source for official in SOURCES.values()))
MEDIA_TYPES = ("text/html", "text/csv", "application/json", "application/rss+xml", "text/html; charset=utf-7", "")


def ended(source: Source, body: bytes, media_type: str = "text/html") -> Gathered:
    """One check of the source whose every address answers so, up to the vetting."""
    alone = replace(source, follow=())
    answers = {route.url: page(route.url, body, media_type) for route in alone.routes}
    gatherer = Gatherer(fetcher=ScriptedFetcher(answers), now=lambda: NOW, full_get_every=timedelta(days=7))
    gathered = gatherer.gather(alone, WatchState(source_id=alone.id), extractor_for(alone))
    if gathered.snapshot is not None:
        judge_snapshot(gathered.snapshot, None, alone.contract, sliding=alone.sliding, today=NOW.date())
    return gathered


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(source=st.sampled_from(EVERY), body=st.binary(max_size=300), media_type=st.sampled_from(MEDIA_TYPES))
def test_any_bytes_give_a_verdict(source: Source, body: bytes, media_type: str) -> None:
    gathered = ended(source, body, media_type)
    assert (gathered.ruling is None) != (gathered.snapshot is None)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), watch=st.sampled_from(WATCHES))
def test_a_good_copy_with_some_bytes_changed_gives_a_verdict(data: st.DataObject, watch: object) -> None:
    chosen = next(one for one in WATCHES if one is watch)
    body = bytearray(Publisher(watch=chosen, chance=data.draw(st.randoms(use_true_random=False))).body())
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=6)):
        body[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    ended(chosen.source, bytes(body[:cut]), chosen.media_type)


HOSTILE = {
    "nested 100,000 deep": b"<html><main>" + b"<div>" * 100_000 + b"x",
    "comments": b"<html>" + b"<!--" * 200_000,
    "attributes": b"<html><main><p " + b" ".join(b"a%d=1" % n for n in range(200_000)) + b">x</p></main></html>",
    "anchors": b"<html><main>" + b"<a href='/x.pdf'>x</a>" * 100_000 + b"</main></html>",
    "brackets": b"[" * 100_000,
    "entities": b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10 if n else b"&a;" * 10) for n in range(9))
    + b"]><rss><channel><item><title>&a8;</title></item></channel></rss>",
    "5 MB of letters": b"<html><main><p>" + b"x" * 5_000_000 + b"</p></main></html>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bodies_take_little_time_whatever_reads_them(name: str) -> None:
    for watch in WATCHES:
        started = process_time()
        ended(watch.source, HOSTILE[name], "text/html")
        took_s = process_time() - started
        assert took_s < 20, f"{watch.source.id}: {took_s:.1f} s"  # of the processor: other work here does not count


def test_a_body_larger_than_its_kind_ever_is_is_not_read() -> None:
    links = next(watch.source for watch in WATCHES if watch.source.kind == "links")
    body = b"<html><main>" + b"<a href='/x.pdf'>x</a>" * 200_000 + b"</main></html>"
    gathered = ended(links, body)
    assert gathered.ruling is not None
    assert (gathered.ruling.code, body_limit(links)) == ("too-large", 4_000_000)
    wider = ended(replace(links, max_body_bytes=3), b"<html>")
    assert wider.ruling is not None
    assert wider.ruling.code == "too-large"
