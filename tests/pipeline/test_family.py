"""Who is watched behind a list, and who is asked after whom."""

from msgspec.structs import replace

from monitor.model.ids import RecordKey, SourceId
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import Follow, Kind, Route, Source
from monitor.model.watch import WatchState
from monitor.pipeline.family import Plan, list_of, watched, with_documents
from tests.pipeline.samples import a_source

FOLLOW = Follow(kind=Kind.PROSE, extractor="prose")
LIST = a_source(follow=(FOLLOW,))
OTHER = a_source(id=SourceId("demo.other"))


def content(*names: str, **labels: str) -> Snapshot:
    records = tuple(
        Record(key=RecordKey(name), label=labels.get(name, name), fields={}, url=f"https://payer.invalid/{name}")
        for name in names
    )
    return Snapshot(extractor="links", extractor_version=1, form="html", records=records)


class Shelf:
    """Stored snapshots by their ids."""

    def __init__(self, *snapshots: Snapshot) -> None:
        self.snapshots = snapshots
        self.read: list[int] = []

    def snapshot(self, snapshot_id: int) -> Snapshot:
        self.read.append(snapshot_id)
        return self.snapshots[snapshot_id]


def state(source: Source, snapshot_id: int | None) -> WatchState:
    return WatchState(source_id=source.id, snapshot_id=snapshot_id)


def everyone(shelf: Shelf, *sources: Source, **known: int) -> list[str]:
    states = {
        SourceId(name.replace("_", ".")): WatchState(source_id=SourceId(name), snapshot_id=at)
        for name, at in known.items()
    }
    return [one.id for one in watched(sources, states, shelf.snapshot).sources]


def plan(shelf: Shelf, *sources: Source) -> Plan:
    return Plan(sources, shelf)  # type: ignore[arg-type]  # reads snapshots, and nothing else of a store


def documents(snapshot: Snapshot) -> tuple[Source, ...]:
    return watched([LIST], {LIST.id: state(LIST, 0)}, Shelf(snapshot).snapshot).sources[1:]


def test_documents_stand_behind_their_list_and_before_the_next_source() -> None:
    shelf = Shelf(content("a", "b"))
    assert everyone(shelf, LIST, OTHER, demo_list=0) == ["demo.list", "demo.list/a", "demo.list/b", "demo.other"]


def test_a_list_never_read_has_no_documents_yet_and_only_lists_that_follow_are_read() -> None:
    shelf = Shelf(content("a"))
    assert everyone(shelf, LIST, OTHER) == ["demo.list", "demo.other"]
    assert everyone(shelf, OTHER, demo_other=0) == ["demo.other"]
    assert shelf.read == []


def test_documents_of_documents_are_found() -> None:
    meeting = replace(FOLLOW, kind=Kind.LINKS, extractor="links", follow=(FOLLOW,))
    shelf = Shelf(content("may"), content("agenda"))
    states = {LIST.id: state(LIST, 0), SourceId("demo.list/may"): WatchState(source_id=SourceId("x"), snapshot_id=1)}
    found = watched([replace(LIST, follow=(meeting,))], states, shelf.snapshot).sources
    assert [one.id for one in found] == ["demo.list", "demo.list/may", "demo.list/may/agenda"]


def test_naming_a_list_names_its_documents_once() -> None:
    sources = (LIST, *documents(content("a", "b")), a_source(id=SourceId("demo.list-of-others")))
    chosen = with_documents([sources[1], LIST], sources)
    assert sorted(one.id for one in chosen) == ["demo.list", "demo.list/a", "demo.list/b"]
    assert list_of(SourceId("demo.list/gone"), sources) == LIST
    assert list_of(SourceId("demo.lists"), sources) is None


def test_documents_wait_for_their_list_and_learn_their_newest_address() -> None:
    shelf = Shelf(content("a", "b"))
    one, two = documents(shelf.snapshots[0])
    run = plan(shelf, one, LIST, OTHER, two)
    assert run.first == (LIST, OTHER)
    moved = replace(content("a"), records=(replace(content("a").records[0], url="https://payer.invalid/new/a"),))
    (asked,) = run.after(LIST, moved, state(LIST, 0))
    assert (asked.id, asked.routes) == (one.id, (Route(url="https://payer.invalid/new/a"),))


def test_a_list_without_news_lets_those_go_that_waited() -> None:
    shelf = Shelf(content("a"))
    (one,) = documents(shelf.snapshots[0])
    assert plan(shelf, LIST, one).after(LIST, None, state(LIST, 0)) == (one,)
    assert plan(shelf, LIST).after(LIST, None, state(LIST, 0)) == ()
    assert shelf.read == []


def test_only_documents_whose_record_is_new_or_changed_join_a_run() -> None:
    shelf = Shelf(content("a", "b"))
    run = plan(shelf, LIST)
    joined = run.after(LIST, content("c", "b", "a", b="another title"), state(LIST, 0))
    assert [one.id for one in joined] == ["demo.list/c", "demo.list/b"]


def test_outcomes_are_sorted_as_asked_with_those_that_joined_behind_their_list() -> None:
    run = plan(Shelf(), OTHER, LIST, a_source(id=SourceId("demo.third")))
    joined = run.after(LIST, content("b", "a"), state(LIST, None))
    done = sorted([*reversed(joined), *reversed(run.first)], key=run.place)
    assert [one.id for one in done] == ["demo.other", "demo.list", "demo.list/b", "demo.list/a", "demo.third"]
