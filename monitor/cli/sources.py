"""``cmaa-monitor sources``: what is watched, and a dry run of one source."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

import click

from monitor.app import House, SystemClock
from monitor.app.gathering import gatherer
from monitor.cli.add_source import add_source
from monitor.cli.check import chosen
from monitor.cli.clauses import clause_lines
from monitor.cli.content import SAMPLE, content
from monitor.cli.demo_mark import of_a_demo
from monitor.cli.exits import Exit, worst
from monitor.cli.families import documents_of, folded
from monitor.cli.history import history
from monitor.cli.licences import licence_lines
from monitor.cli.moves import moves
from monitor.cli.options import Options
from monitor.cli.output import local, write_json, write_ribbon, write_table
from monitor.cli.plain import hand_body
from monitor.compare.vetting import judge_snapshot
from monitor.compose.by_hand import last_seen
from monitor.model.ids import SourceId
from monitor.model.snapshot import Snapshot
from monitor.model.source import Source
from monitor.model.verdict import Ruling, result_word
from monitor.model.watch import WatchState
from monitor.pipeline.family import Watched
from monitor.pipeline.gathered import Gathered
from monitor.sources.following import following
from monitor.sources.licences import LICENCES


@click.group()
def sources() -> None:
    """What is watched, a dry run of one source, and pages added."""


sources.add_command(add_source)
sources.add_command(history)


@sources.command("list")
@click.option("--all", "every_one", is_flag=True, help="Each document behind a list in a row of its own.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def list_sources(options: Options, every_one: bool, as_json: bool) -> int:
    """List the sources of sources.yaml."""
    house = options.house
    zone = house.config.time_zone
    states, watched = _held(house)
    if as_json:
        bodies = [_body(s, states.get(s.id), watched) for s in watched.sources]
        accepted = {licence.id: licence in house.config.licences for licence in LICENCES.values()}
        write_json("cmaa-monitor.sources.v1", {"sources": bodies, "licences": accepted})
        return Exit.OK
    groups = [(one,) for one in watched.sources] if every_one else folded(watched.sources, _kin)
    rows = [_list_row(group, states, zone) for group in groups]
    write_ribbon(demo=of_a_demo(house))
    write_table(("SOURCE", "AUTHORITY", "KIND", "EVERY", "LAST SUCCESS", "ADDRESS"), rows, colourful=options.colourful)
    for line in licence_lines(house.config):
        print(line)
    for source_id, what in _moved(house):
        print(f"Moved: {source_id}: {what}")
    for source_id, why in watched.left_out:
        print(f"Left out: {source_id}: {why}")
    return Exit.OK


def _kin(source: Source) -> object | None:
    """What the documents that share a row have in common."""
    return source.parent and (source.parent, source.kind, source.every)


def _list_row(group: Sequence[Source], states: Mapping[SourceId, WatchState], zone: tzinfo) -> tuple[str, ...]:
    """One source, or alike documents of one list with the oldest of their last successes."""
    first, found = group[0], [states.get(one.id) for one in group]
    known = [state.last_good_at for state in found if state is not None and state.last_good_at is not None]
    unseen = len(group) - len(known)
    if len(group) == 1:
        seen = local(found[0].last_good_at, zone) if found[0] else "never"
        return (
            _indented(first),
            first.authority,
            first.kind.value,
            every(first),
            seen,
            _without_query(first.official_url),
        )
    seen = f"never ({unseen:,} of {len(group):,})" if unseen else local(min(known), zone)
    where = f"sources list --all; such as {first.official_url}"
    return documents_of(first.parent, len(group)), first.authority, first.kind.value, every(first), seen, where


def _held(house: House) -> tuple[dict[SourceId, WatchState], Watched]:
    """What the record knows of each source, and the documents behind them; nothing when there is no database yet."""
    if not house.has_database:
        return {}, Watched(sources=house.config.sources)
    with house.reader() as store:
        return store.states(), house.watched(store)


def _moved(house: House) -> list[tuple[str, str]]:
    if not house.has_database:
        return []
    with house.reader() as store:
        return list(moves(house, store))


def _without_query(url: str) -> str:
    """The address for a table: the search words of one may be longer than all the rest."""
    page, query, _ = url.partition("?")
    return f"{page}?…" if query else url


def _indented(source: Source) -> str:
    """A document stands under its list."""
    return "└ " * (source.parent is not None) + source.id


def every(source: Source) -> str:
    """The cadence in its largest whole unit: ``1d``, ``6h``, ``30m``."""
    minutes = int(source.every.total_seconds() // 60)
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _body(source: Source, state: WatchState | None, watched: Watched) -> dict[str, object]:
    return {
        "id": source.id,
        "name": source.name,
        "authority": source.authority,
        "kind": source.kind.value,
        "every_s": source.every.total_seconds(),
        "url": source.official_url,
        "routes": [route.url for route in source.routes],
        "why": source.why,
        "parent": source.parent,
        "left_out": [why for source_id, why in watched.left_out if source_id == source.id],
        "last_good_at": state.last_good_at if state else None,
        "failures_in_row": state.failures_in_row if state else 0,
        "last_seen_by_hand": hand_body(state.hand if state else None),
    }


@sources.command("test")
@click.argument("source_id", metavar="ID")
@click.pass_obj
def test_source(options: Options, source_id: str) -> int:
    """Fetch and read one source now and show what would be kept; nothing is stored."""
    house = options.house
    (source,) = chosen(house, (source_id,))
    with house.borrowed_client() as client:
        hands = gatherer(house.config, client, SystemClock().now, with_browser=source.browser)
        gathered = hands.gather(source, WatchState(source_id=source.id), house.extractor_for(source))
    baseline = _baseline(house, source)
    ruling = gathered.ruling or _ruling(gathered, baseline)
    write_ribbon(demo=of_a_demo(house))
    for line in _report(source, gathered, ruling, baseline):
        print(line)
    if gathered.rendered_by:
        print(
            f"  note    rendered by a browser ({gathered.rendered_by}): what is read is the page after its scripts ran"
        )
    hand = _held(house)[0].get(source.id)
    if hand is not None and hand.hand is not None:
        print(f"  note    {last_seen(hand.hand, house.config.time_zone.key)}")
    return worst(unverified=ruling is not None)


def _baseline(house: House, source: Source) -> Snapshot | None:
    """The copy we hold, when there is one."""
    state = _held(house)[0].get(source.id)
    if state is None or state.snapshot_id is None:
        return None
    with house.reader() as store:
        return store.snapshot(state.snapshot_id)


def _ruling(gathered: Gathered, baseline: Snapshot | None) -> Ruling | None:
    if gathered.snapshot is None:
        return None
    source, today = gathered.source, gathered.seen_at.date()
    return judge_snapshot(gathered.snapshot, baseline, source.contract, sliding=source.sliding, today=today)


def _report(source: Source, gathered: Gathered, ruling: Ruling | None, baseline: Snapshot | None) -> Iterator[str]:
    yield f"{source.id}: {source.name}"
    for capture in (*gathered.evidence, *gathered.pages):
        for hop in capture.hops:
            yield f"  asked   {hop.url} -> {hop.status}"
        kind = capture.media_type or "no media type"
        yield f"  got     {len(capture.body):,} bytes, {kind}, sha256 {capture.sha256[:12]}"
    snapshot = gathered.snapshot
    if snapshot is not None:
        yield from content(snapshot)
        clauses = clause_lines(
            snapshot, baseline, source.contract, sliding=source.sliding, today=gathered.seen_at.date()
        )
        yield from (f"  clause  {line}" for line in clauses)
        yield from _followed(source, snapshot)
    if ruling is None:
        yield "  verdict the copy would be accepted"
    else:
        yield f"  verdict {result_word(ruling)} ({ruling.code}): {ruling.reason}"


def _followed(source: Source, snapshot: Snapshot) -> Iterator[str]:
    """The documents that would be watched behind the list."""
    found = following(source, snapshot.records)
    for child in found.children[:SAMPLE]:
        yield f"  follows {child.source.id}: {child.source.official_url}"
    if len(found.children) > SAMPLE:
        yield f"  follows {len(found.children) - SAMPLE:,} more"
    for why in found.left_out:
        yield f"  left out {why}"
