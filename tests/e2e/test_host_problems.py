"""A host that fails all its sources is one problem: one telling, one repetition a day, one recovery."""

from typing import Any

import pytest

from tests.e2e.desk import Desk
from tests.e2e.test_problems import DOWN, ENGINEERS, START, later, told
from tests.loopback import Response

NUMBER = 12
HOST = "www.cms.gov"


def entry(n: int, host: str = HOST) -> str:
    return (
        f"- {{id: demo.s{n}, kind: prose, name: DEMO page {n}, authority: DEMO, every: 1d, url: 'https://{host}/{n}'}}"
    )


def page(n: int) -> Response:
    text = f"<h1>DEMO {n}</h1><p>DEMO words of page {n}, enough of them for a paragraph.</p>"
    return Response(body=f"<html><head><title>DEMO</title></head><body><main>{text}</main></body></html>".encode())


def answer(desk: Desk, response: Response | None, *numbers: int) -> None:
    """From now on the pages answer so; None: as they should."""
    for n in numbers or range(NUMBER):
        desk.serve(f"https://{HOST}/{n}", response or page(n))


def states(desk: Desk) -> list[tuple[Any, ...]]:
    return [
        (one["data"].get("host", {}).get("name") or one["data"]["source"]["id"], one["data"]["state"])
        for one in told(desk)
    ]


@pytest.fixture
def watching(desk: Desk) -> Desk:
    """Twelve pages of one host and one of another, all with a baseline."""
    desk.configure(*map(entry, range(NUMBER)), entry(99, "payer.invalid"), subscribers=[ENGINEERS])
    desk.serve("https://payer.invalid/99", page(99))
    answer(desk, None)
    desk.begin_simulated_time(START)
    desk.check()
    return desk


@pytest.mark.parametrize("failure", [DOWN, Response(status=403, body=b"no"), Response(status=429, body=b"slow down")])
def test_one_problem_is_told_repeated_and_ended_for_all_sources_of_the_host(watching: Desk, failure: Response) -> None:
    answer(watching, failure)
    later(watching, hours=1)
    assert told(watching) == []
    later(watching, hours=1)
    (first,) = told(watching)
    assert first["data"]["trouble"] == "host"
    assert first["data"]["host"] == {"name": HOST, "sources": [f"demo.s{n}" for n in range(NUMBER)]}
    assert f"{NUMBER} sources" in first["data"]["headline"]
    later(watching, hours=25)
    assert states(watching) == [(HOST, "open"), (HOST, "still open")]
    answer(watching, None)
    later(watching, hours=8)
    assert states(watching) == [(HOST, "open"), (HOST, "still open"), (HOST, "mended")]
    later(watching, hours=48)
    assert len(told(watching)) == 3
    (problem,) = watching.run("problems", "--json").body["problems"]
    assert (problem["tellings"], problem["closed"]["how"], len(problem["sources"])) == (2, "mended", NUMBER)


def test_a_source_that_fails_first_is_taken_over_quietly_and_one_that_joins_is_in_the_list(watching: Desk) -> None:
    answer(watching, DOWN, 0)
    later(watching, hours=1)
    later(watching, hours=1)
    assert states(watching) == [("demo.s0", "open")]
    answer(watching, DOWN, *range(6))
    later(watching, hours=1)
    later(watching, hours=1)
    assert states(watching) == [("demo.s0", "open"), (HOST, "open")]
    answer(watching, DOWN)
    later(watching, hours=1)
    later(watching, hours=1)
    assert len(told(watching)) == 2, "six more sources of a host that is known to be down are no news"
    later(watching, hours=22)
    assert len(told(watching)[-1]["data"]["host"]["sources"]) == NUMBER
    answer(watching, None)
    later(watching, hours=2)
    end = told(watching)[-1]["data"]
    assert (end["state"], len(end["host"]["sources"])) == ("mended", NUMBER)
    assert len(told(watching)) == 4


def test_a_host_that_flaps_is_not_told_source_by_source(watching: Desk) -> None:
    answer(watching, DOWN)
    later(watching, hours=1)
    later(watching, hours=1)
    answer(watching, None, *range(1, NUMBER))
    later(watching, hours=1)
    assert states(watching) == [(HOST, "open")], "one of its sources still fails"
    answer(watching, None)
    later(watching, hours=1)
    assert states(watching) == [(HOST, "open"), (HOST, "mended")]


def test_what_one_page_does_by_itself_stays_its_own_problem(watching: Desk) -> None:
    answer(watching, Response(status=404, body=b"gone"), 0, 1)
    later(watching, hours=1)
    later(watching, hours=1)
    assert states(watching) == [("demo.s0", "open"), ("demo.s1", "open")]


def test_people_see_the_host_with_its_sources_and_what_to_do(watching: Desk) -> None:
    answer(watching, DOWN)
    later(watching, hours=1)
    later(watching, hours=1)
    for words in (["status"], ["problems"], ["doctor", "--offline"], ["digest", "--preview"]):
        said = " ".join(watching.run(*words).out.split())
        assert f"{HOST} reports a fault of its own: {NUMBER} sources" in said, words
        assert said.count("PB-2026-0001") >= 1, words
        assert "PB-2026-0002" not in said, words
    assert "demo.s0, demo.s1, demo.s2" in watching.run("problems").out
    assert watching.run("verify").code == 0
    ran = watching.run("problems", "ack", "PB-2026-0001", "--by", "DEMO Person", "--reason", "planned maintenance")
    assert ran.code == 0
    later(watching, hours=1)
    assert states(watching) == [(HOST, "open"), (HOST, "acknowledged"), (HOST, "open")], "its cause lasts"


def test_the_documents_behind_a_list_that_fails_with_its_host_are_part_of_it(desk: Desk) -> None:
    lists = [
        f"- {{id: demo.l{n}, kind: links, name: DEMO list {n}, authority: DEMO, every: 1d, url: 'https://{HOST}/l{n}',"
        f" follow: {{kind: prose, where: {{url: '/{n}[.]html$'}}}}}}"
        for n in range(3)
    ]
    desk.configure(*lists, subscribers=[ENGINEERS])
    for n in range(3):
        main = f"<main><h1>DEMO</h1><a href='/{n}.html'>DEMO document {n}</a></main>"
        desk.serve(f"https://{HOST}/l{n}", Response(body=f"<title>DEMO</title><body>{main}</body>".encode()))
        desk.serve(f"https://{HOST}/{n}.html", page(n))
    desk.begin_simulated_time(START)
    assert {one["verified"] for one in desk.check()["sources"]} == {True}
    for n in range(3):
        desk.serve(f"https://{HOST}/l{n}", DOWN)
        desk.serve(f"https://{HOST}/{n}.html", DOWN)
    later(desk, hours=1)
    later(desk, hours=1)
    assert states(desk) == [(HOST, "open")]
