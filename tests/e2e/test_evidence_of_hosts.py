"""What is kept of the hosts themselves: how politely they were asked, where they moved, what their clocks said."""

import threading
import time
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from monitor.daemon import ClockWatch, tick
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv
from tests.loopback import Request, Response

CSV = "text/csv; charset=utf-8"
GOOD = Response(body=as_csv(a_list()), media_type=CSV, etag='"one"')


def test_two_sources_on_one_host_never_overlap(desk: Desk) -> None:
    entry = "- {{id: demo.p{0}, kind: prose, name: DEMO, authority: DEMO, every: 1d, selector: main, url: 'https://www.cms.gov/p{0}'}}"
    desk.configure(*(entry.format(n) for n in range(6)), workers="6")
    lock, now, most = threading.Lock(), 0, 0

    def answer(request: Request) -> Response:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.03)
        with lock:
            now -= 1
        return Response(
            body=b"<!DOCTYPE html><title>DEMO</title><body><main><p>DEMO words of a page.</p></main></body></html>"
        )

    for n in range(6):
        desk.serve(f"https://www.cms.gov/p{n}", answer)
    assert desk.run("check").code == 0
    assert (most, len(desk.server.paths())) == (1, 6)


def test_the_ledger_says_how_each_host_was_asked(desk: Desk) -> None:
    desk.configure(FDA, "- {id: cms.newsroom, every: 1d, url: 'https://www.cms.gov/rss.xml'}")
    desk.serve(FDA_URL, GOOD)
    desk.serve(
        "https://www.cms.gov/robots.txt", Response(body=b"User-agent: *\nDisallow: /\n", media_type="text/plain")
    )
    for _ in range(3):
        desk.check()
    cms, fda = desk.run("hosts", "--json").body["hosts"]
    assert (fda["host"], fda["requests"], fda["busiest"], fda["unchanged"]) == ("www.fda.gov", 3, 3, 2)
    assert (cms["host"], cms["requests"], cms["forbidden"]) == ("www.cms.gov", 0, 3)
    shown = desk.run("hosts").out
    assert "www.fda.gov" in shown
    assert "ROBOTS FORBADE" in shown


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_proposes_the_new_address_with_the_line_to_edit(desk: Desk, status: int) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, GOOD)
    desk.check()
    new = "/media/999/download"
    desk.serve(FDA_URL, Response(status=status, headers={"Location": new}))
    for path in (new, "/www.fda.gov" + new):
        desk.server.set(path, replace(GOOD, etag=None))
    assert desk.verdict() == ("SAME", "same-bytes")
    line = next(n for n, text in enumerate(desk.settings.read_text().splitlines(), 1) if FDA_URL in text)
    for command in (("status",), ("sources", "list"), ("doctor", "--offline")):
        out = desk.run(*command).out
        assert "https://www.fda.gov/media/999/download" in out, command
        assert f"sources.yaml:{line}" in out
    desk.serve(FDA_URL, replace(GOOD, etag=None))
    desk.check()
    assert "media/999" not in desk.run("status").out


def test_a_temporary_redirect_proposes_nothing(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, Response(status=302, headers={"Location": "/media/999/download"}))
    for path in ("/media/999/download", "/www.fda.gov/media/999/download"):
        desk.server.set(path, GOOD)
    desk.check()
    assert "Moved" not in desk.run("status").out


def audited(desk: Desk, event: str) -> int:
    with desk.store() as store:
        return int(store.database.value("SELECT count(*) FROM audit WHERE event = ?", [event]))


def test_a_host_whose_clock_differs_from_ours_is_audited(desk: Desk) -> None:
    desk.configure(FDA)
    far = replace(GOOD, headers={"Date": "Mon, 01 Jan 2024 10:00:00 GMT"})
    near = replace(GOOD, headers={"Date": f"{datetime.now(UTC):%a, %d %b %Y %H:%M:%S} GMT"})  # noqa: TID251 - as a server does
    desk.serve(FDA_URL, [far, replace(near, etag='"two"')])
    desk.check()
    assert audited(desk, "clock-skew") == 1
    desk.check()
    assert audited(desk, "clock-skew") == 1


def test_a_wall_clock_that_jumped_is_audited_and_loses_nothing(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, GOOD)
    house = desk.house
    counted = iter([0.0, 30.0, 30.0 - 7200])
    watch = ClockWatch(monotonic=lambda: next(counted))
    first = tick(house, watch)
    assert (first.checked, audited(desk, "clock-jump")) == (1, 0)
    tick(house, watch)
    assert audited(desk, "clock-jump") == 0
    tick(house, watch)
    assert audited(desk, "clock-jump") == 1


def test_a_dry_run_shows_which_clause_of_the_contract_fails(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, replace(GOOD, body=as_csv(a_list()[:100])))
    ran = desk.run("sources", "test", "fda.ai-devices")
    clauses = [line.strip() for line in ran.out.splitlines() if line.startswith("  clause")]
    failing = [line for line in clauses if "FAILS" in line]
    assert (ran.code, len(clauses), len(failing)) == (3, 8, 1)
    assert "amount (at least 300 items" in failing[0]
    assert "100 items" in failing[0]
