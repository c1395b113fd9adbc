"""Copies that may be true and are not believed at first sight: held, seen again, accepted by a person, never lost."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from monitor.model.difference import Act, News
from monitor.pipeline.due import is_due
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import Device, a_list, as_csv, renamed
from tests.loopback import Response

CSV = "text/csv; charset=utf-8"
FOLDER = "- {id: folder, channel: file, path: told, tiers: [ACT, REVIEW, FYI]}"
LOW_FLOOR = FDA.replace("}", ", contract: {min_items: 20}}")
A = a_list()
B = renamed(A, "K900007", "DEMO renamed")


def copy(rows: Sequence[Device], **said: str) -> Response:
    return Response(body=as_csv(rows), media_type=CSV, headers=said)


def altered(share: float) -> list[Device]:
    """The list with that share of its rows given to another company."""
    many = round(share * len(A))
    return [replace(row, company="DEMO Other, Inc.") if n >= len(A) - many else row for n, row in enumerate(A)]


def told(desk: Desk) -> int:
    return len(list((desk.folder / "told").glob("*.json")))


@pytest.fixture
def watching(desk: Desk) -> Desk:
    desk.configure(FDA, subscribers=[FOLDER])
    desk.serve(FDA_URL, copy(A))
    desk.check()
    return desk


def test_a_mass_change_is_held_and_then_told_as_one_event_with_every_row_in_show(watching: Desk) -> None:
    watching.serve(FDA_URL, copy(altered(0.6)))
    before = watching.state()
    held = watching.run("check", "--json")
    (source,) = held.body["sources"]
    assert (held.code, source["verdict"], source["code"], watching.changes()) == (3, "SUSPECT", "mass-change", ())
    assert "192 changed at once" in source["reason"]
    assert "K9001" in source["reason"]
    assert (watching.state().snapshot_id, told(watching)) == (before.snapshot_id, 0)

    assert watching.run("check").code == 0
    (mass,) = watching.changes()
    assert (mass.change.news, len(mass.change.differences), told(watching)) == (News.MASS, 192, 1)
    assert mass.change.headline.startswith("Mass change, review: FDA altered 192 devices")
    assert mass.change.last_unchanged_at == before.last_good_at
    assert not mass.change.found_late
    shown = watching.run("show", mass.change.id, "--all").out
    assert all(d.key in shown for d in mass.change.differences)
    assert "Mass change" in watching.run("digest", "--preview").out


def test_a_mass_change_that_does_not_last_is_told_to_nobody(watching: Desk) -> None:
    watching.serve(FDA_URL, [copy(altered(0.6)), copy(A), copy(altered(0.6)), copy(altered(0.5)), copy(A)])
    assert [watching.verdict()[1] for _ in range(5)] == ["mass-change", "same-bytes"] + ["mass-change"] * 2 + [
        "same-bytes"
    ]
    assert (watching.changes(), watching.state().held) == ((), None)


def test_a_list_that_shrank_is_believed_when_a_second_fetch_agrees(desk: Desk) -> None:
    desk.configure(LOW_FLOOR)
    desk.serve(FDA_URL, [copy(A), copy(A[:280])])
    assert [desk.verdict()[1] for _ in range(3)] == ["baseline", "shrunk", "changed"]
    (mass,) = desk.changes()
    assert {d.act for d in mass.change.differences} == {Act.REMOVED}
    assert (mass.change.news, len(mass.change.differences)) == (News.MASS, 40)
    assert desk.state().absences == {}


def test_a_list_that_lost_more_than_half_is_believed_by_a_person_only(desk: Desk) -> None:
    desk.configure(LOW_FLOOR, subscribers=[FOLDER])
    desk.serve(FDA_URL, copy(A))
    desk.check()
    desk.serve(FDA_URL, copy(A[:100]))
    assert [desk.verdict() for _ in range(4)] == [("SUSPECT", "halved")] * 4
    desk.serve(FDA_URL, Response(status=503))
    assert desk.verdict() == ("FAILED", "server-error")

    ran = desk.run("accept", "fda.ai-devices", "--by", "DEMO Person", "--reason", "FDA withdrew them", "--json")
    assert (ran.code, len(ran.body["changes"])) == (0, 1)
    assert (len(desk.changes()[0].change.differences), told(desk)) == (220, 1)
    desk.serve(FDA_URL, copy(A[:100]))
    assert desk.verdict()[0] == "SAME"
    with desk.store() as store:
        rows = store.database.rows("SELECT subject, facts FROM audit WHERE event = 'accept'")
    assert [(subject, "DEMO Person" in facts, "FDA withdrew" in facts) for subject, facts in rows] == [
        ("fda.ai-devices", True, True)
    ]
    assert desk.run("verify").code == 0


def test_what_is_not_held_cannot_be_accepted(watching: Desk) -> None:
    words = ("accept", "fda.ai-devices", "--by", "DEMO", "--reason", "none")
    assert watching.run(*words).code == 2
    watching.serve(FDA_URL, Response(body=as_csv(A, headers=["Odd"] * 6), media_type=CSV))
    watching.check()
    ran = watching.run(*words)
    assert (ran.code, "sources test" in ran.err) == (2, True)
    assert watching.run("accept", "fda.ai-devices", "--by", " ", "--reason", "x").code == 2


def test_a_cache_that_shows_two_copies_in_turns_gives_one_change(watching: Desk) -> None:
    watching.serve(FDA_URL, [copy(rows) for rows in (B, A, B, A, B, A, B)])
    assert [watching.verdict()[1] for _ in range(7)] == ["changed", *["older-copy", "same-bytes"] * 3]
    assert (len(watching.changes()), told(watching)) == (1, 1)


def test_an_older_copy_is_looked_at_again_after_10_and_30_minutes_before_it_counts(desk: Desk) -> None:
    desk.configure(FDA, confirm_removal_after="30m")
    desk.serve(FDA_URL, [copy(A), copy(B), copy(A)])
    assert [desk.verdict()[1] for _ in range(4)] == ["baseline", "changed", "older-copy", "older-copy"]
    state = desk.state()
    assert state.held is not None
    (source,) = desk.house.config.sources
    minute, wait = timedelta(minutes=1), timedelta(minutes=30)
    ends = [state.held.since + n * minute for n in range(1, 31)]
    looks = [n for n, at in enumerate(ends, start=1) if is_due(source, state, at - minute, at, wait)]
    assert looks == [10, 30]


@pytest.mark.parametrize(
    ("was", "came"),
    [
        ({"Last-Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}, {"Last-Modified": "Sun, 01 Nov 2026 10:00:00 GMT"}),
        ({}, {"Age": "86400"}),
    ],
    ids=["Last-Modified went back", "a day in a cache"],
)
def test_a_copy_that_its_own_headers_call_older_is_held(desk: Desk, was: dict[str, str], came: dict[str, str]) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, [copy(A, **was), copy(B, **came)])
    assert [desk.verdict()[1] for _ in range(3)] == ["baseline", "older-copy", "changed"]
    assert len(desk.changes()) == 1


def test_the_same_copy_with_older_headers_is_no_news(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, [copy(A), copy(A[::-1], Age="86400")])
    assert [desk.verdict()[1] for _ in range(2)] == ["baseline", "same-content"]
