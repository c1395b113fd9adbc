from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from monitor.app import SystemClock
from monitor.cli.exits import Exit
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv
from tests.loopback import Response


def findings(desk: Desk, *words: str) -> tuple[int, dict[str, dict[str, object]]]:
    ran = desk.run("doctor", "--json", *words)
    return ran.code, {one["subject"]: one for one in ran.body["findings"]}


def robots(desk: Desk, **said: object) -> None:
    headers = {"Date": format_datetime(SystemClock().now(), usegmt=True)}
    desk.server.set("/www.fda.gov/robots.txt", Response(**{"headers": headers, **said}))  # type: ignore[arg-type]


@pytest.fixture
def ready(desk: Desk) -> Desk:
    desk.configure(FDA)
    robots(desk)
    return desk


def test_all_is_well_before_and_after_the_first_check(ready: Desk) -> None:
    code, found = findings(ready)
    assert (code, [one for one in found.values() if not one["good"]]) == (0, [])
    assert "the first check makes it" in str(found["database"]["what"])
    assert not ready.database.exists()
    ready.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    ready.check()
    code, found = findings(ready)
    assert (code, found["audit chain"]["what"]) == (0, "sound")
    assert {"configuration", "clock", "disk", "SQLite", "Python", "requests", "www.fda.gov"} <= found.keys()


def test_every_red_line_has_its_mend(ready: Desk) -> None:
    text = ready.settings.read_text().replace("contact: tests@example.org\n", "")
    hook = "- {id: desk, channel: webhook, url: https://hooks.invalid/x, secret: CMAA_NO_SUCH}"
    ready.settings.write_text(text.replace("subscribers: []", f"subscribers:\n{hook}"))
    ready.database.write_text("no database at all")
    code, found = findings(ready)
    red = {name: one for name, one in found.items() if not one["good"]}
    assert code == Exit.CANNOT_RUN
    assert {"contact", "problems", "secret of desk", "webhook desk", "database", "hosts"} == red.keys()
    assert all(one["mend"] for one in red.values())
    shown = ready.run("doctor").out
    assert all(f"Mend {name}: " in shown for name in red)
    assert ready.database.read_text() == "no database at all"


def test_a_missing_contact_is_advice_and_no_failure(ready: Desk) -> None:
    ready.settings.write_text(ready.settings.read_text().replace("contact: tests@example.org\n", ""))
    code, found = findings(ready)
    assert (code, found["contact"]["good"]) == (0, False)


def test_a_missing_secret_is_a_failure_and_a_present_one_is_never_shown(
    ready: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = "- {id: desk, channel: webhook, url: https://hooks.example.org/x, secret: CMAA_HOOK_SECRET}"
    ready.configure(FDA, subscribers=[hook])
    monkeypatch.delenv("CMAA_HOOK_SECRET", raising=False)
    assert findings(ready)[0] == Exit.CANNOT_RUN
    monkeypatch.setenv("CMAA_HOOK_SECRET", "whsec_canary")
    code, found = findings(ready)
    assert (code, found["secret of desk"]["good"], "canary" in str(found)) == (0, True, False)
    monkeypatch.setenv("CMAA_HOOK_SECRET_FILE", str(ready.folder / "nowhere"))
    code, found = findings(ready)
    assert (code, "cannot be read" in str(found["secret of desk"]["what"])) == (Exit.CANNOT_RUN, True)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"status": 403}, "blocks this client"),
        ({"headers": {"Date": format_datetime(datetime(2020, 1, 1, tzinfo=UTC), usegmt=True)}}, "NTP"),
        ({"raw": b"", "reset": True}, "firewall"),
    ],
)
def test_a_host_that_cannot_be_used_is_a_gap_with_its_mend(ready: Desk, said: dict[str, object], words: str) -> None:
    robots(ready, **said)
    code, found = findings(ready)
    assert (code, found["www.fda.gov"]["good"], words in str(found["www.fda.gov"]["mend"])) == (3, False, True)
    assert findings(ready, "--offline")[0] == 0


def test_offline_asks_nobody(ready: Desk) -> None:
    assert findings(ready, "--offline")[0] == 0
    assert ready.server.requests == ()


def test_a_page_on_an_allowed_plain_address_is_asked_where_it_is(ready: Desk) -> None:
    page = f"- {{id: my.page, kind: prose, url: '{ready.server.url('/page')}', every: 1d, name: A, authority: B}}"
    ready.configure(page)
    code, found = findings(ready)
    assert (code, [one for one in found.values() if not one["good"]]) == (0, [])
    assert [request.path for request in ready.server.requests] == ["/robots.txt"]


def test_an_edited_record_is_named(ready: Desk) -> None:
    from monitor.store.driver import sqlite3

    ready.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    ready.check()
    with sqlite3.connect(ready.database) as edited:
        edited.execute("DROP TRIGGER IF EXISTS audit_no_update")
        for (name,) in edited.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            edited.execute(f"DROP TRIGGER {name}")
        edited.execute("UPDATE audit SET hash = replace(hash, substr(hash, 1, 4), 'beef')")
    edited.close()
    code, found = findings(ready)
    assert (code, found["audit chain"]["good"]) == (Exit.CANNOT_RUN, False)
    assert ready.run("verify").code == Exit.CANNOT_RUN


def test_a_check_made_good_by_hand_is_named_by_verify(ready: Desk) -> None:
    from monitor.store.driver import sqlite3

    ready.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    ready.check()
    with sqlite3.connect(ready.database) as edited:
        edited.execute("DROP TRIGGER ledger_refuses_update")
        edited.execute("UPDATE ledger SET verdict = 'BLOCKED' WHERE id = 1")
    edited.close()
    told = ready.run("verify")
    assert told.code == Exit.CANNOT_RUN
    assert "check 1 of" in told.out


def test_a_licence_is_told_whether_accepted_or_not_with_its_terms(ready: Desk) -> None:
    assert "cms-coverage-api" not in ready.run("doctor").out, "no list before the licence is watched"
    ready.configure("- {id: cms.lcds, every: 1d}")
    shown = " ".join(ready.run("doctor").out.split())
    assert "NOT watched" in shown
    assert "licences: {cms-coverage-api: accepted}" in shown
    assert "American Dental Association" in shown
    ready.configure(FDA, licences=["cms-coverage-api"])
    code, found = findings(ready)
    assert (code, "accepted in sources.yaml" in str(found["licence cms-coverage-api"]["what"])) == (0, True)
    assert "Association" in ready.run("sources", "list").out
    assert ready.run("sources", "list", "--json").body["licences"] == {"cms-coverage-api": True}


def test_a_tool_that_nobody_imported_is_named_with_whoever_waits_for_it(ready: Desk) -> None:
    ready.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv"))
    ready.check()
    listed = ready.folder / "tools.csv"
    listed.write_text("id,vendor,product\ndemo-known,Vendor,Product\n")
    assert ready.run("tools", "import", str(listed)).code == 0
    desk = "- {id: desk, channel: file, path: told, also: [{tools: [demo-known, any]}, {tools: [DEMO-lost]}]}"
    ready.settings.write_text(ready.settings.read_text().replace("subscribers: []", f"subscribers:\n{desk}"))
    code, found = findings(ready)
    assert (code, found["tools of desk"]["good"]) == (0, False)
    assert str(found["tools of desk"]["what"]).startswith("demo-lost: not in the inventory")
