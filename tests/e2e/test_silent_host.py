"""A host that keeps silent or keeps us out is told once for all its sources, everywhere a person looks."""

from tests.e2e.desk import Desk
from tests.loopback import Response

NUMBER = 12
SENTENCE = f": {NUMBER} sources (demo.s0, demo.s1, demo.s2 and {NUMBER - 3} more): "


def entries(host: str) -> list[str]:
    return [
        f"- {{id: demo.s{n}, kind: prose, name: DEMO page {n}, authority: DEMO, every: 1d, url: 'https://{host}/{n}'}}"
        for n in range(NUMBER)
    ]


def test_a_silent_host_is_told_once_for_all_its_sources(desk: Desk) -> None:
    desk.configure(*entries("nobody.invalid"))
    ran = desk.run("check")
    assert ran.code == 3
    assert f"Gap:  nobody.invalid did not answer{SENTENCE}The page could not be fetched (robots.txt: " in ran.out
    assert ran.out.count("nobody.invalid could not be resolved") == 1
    assert "cmaa-monitor doctor" in ran.out
    again = desk.check()
    assert {one["code"] for one in again["sources"]} == {"dns"}
    assert len(again["sources"]) == NUMBER == desk.rows()["checks"] / 2, "each has its own row in the ledger"
    assert sum("moments ago" in one["reason"] for one in again["sources"]) >= NUMBER - 2
    for words in (["status"], ["coverage"]):
        said = desk.run(*words).out
        assert f"Gap: nobody.invalid did not answer{SENTENCE}" in said
        assert said.count("Gap: ") == 1
    assert desk.run("status").out.count("Problem ") == 1
    doctor = desk.run("doctor", "--offline").out
    assert f"nobody.invalid did not answer: {NUMBER} sources (host)" in doctor
    digest = desk.run("digest", "--preview").out
    assert f"nobody.invalid did not answer: {NUMBER} sources: never verified so far" in " ".join(digest.split())
    bodies = desk.run("coverage", "--json").body["sources"]
    assert {(one["host"], one["failure_code"]) for one in bodies} == {("nobody.invalid", "dns")}


def test_a_host_that_refuses_us_is_told_once_and_pages_that_fail_of_themselves_are_not(desk: Desk) -> None:
    desk.configure(*entries("www.cms.gov"))
    for n in range(NUMBER):
        desk.serve(f"https://www.cms.gov/{n}", Response(status=403, body=b"no"))
    ran = desk.run("check")
    assert f"Gap:  www.cms.gov refused us{SENTENCE}" in ran.out
    assert ran.out.count("import-copy FILE --source SOURCE") == 1
    for n in range(NUMBER):
        desk.serve(f"https://www.cms.gov/{n}", Response(status=404, body=b"no"))
    assert desk.run("check").out.count("Gap:  demo.s") == NUMBER
