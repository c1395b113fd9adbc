"""What every check leaves behind, also the one that found nothing."""

from collections.abc import Callable

from msgspec.structs import replace

from monitor.model.source import Source
from monitor.model.verdict import Trigger, Verdict
from monitor.pipeline.ports import Extractor
from monitor.pipeline.record import Polled
from monitor.sources import extractor_for
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import AEYE_2024, a_list, as_csv, renamed
from tests.fakes import CountingExtractor
from tests.loopback import Response

CSV = "text/csv; charset=utf-8"
PLAIN = Response(body=as_csv(a_list()), media_type=CSV)


def poll_with(desk: Desk, extractor: Callable[[Source], Extractor]) -> Polled:
    """A check as the command makes it, but for the reading."""
    house = desk.house
    with house.writer() as store, house.client(store, house.clock(store)) as client:
        poll = house.poll(store, client, house.clock(store))
        poll = replace(poll, extractor_for=extractor, settler=replace(poll.settler, extractor_for=extractor))
        (polled,) = poll.run(house.config.sources, Trigger.HAND)
    return polled


def counting(desk: Desk) -> CountingExtractor:
    known = extractor_for(desk.house.config.sources[0])
    return CountingExtractor(read=known.extract, version=known.version)


def test_the_same_bytes_end_a_check_without_parsing_and_with_a_ledger_row(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, PLAIN)
    reading = counting(desk)
    verdicts = [poll_with(desk, lambda _: reading).check.ruling.verdict for _ in range(3)]
    assert verdicts == [Verdict.CHANGED, Verdict.SAME, Verdict.SAME]
    assert reading.calls == 1
    assert desk.rows() == {"checks": 3, "changes": 0, "audit": 3, "outbox": 0}


def test_not_modified_ends_a_check_without_parsing_and_with_a_ledger_row(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, replace(PLAIN, etag='"one"', last_modified="Sun, 22 Nov 2026 08:00:00 GMT"))
    reading = counting(desk)
    polled = [poll_with(desk, lambda _: reading) for _ in range(2)]
    assert [one.check.ruling.verdict for one in polled] == [Verdict.CHANGED, Verdict.NOT_MODIFIED]
    assert (polled[1].check.http_status, reading.calls) == (304, 1)
    assert [r.headers.get("if-none-match") for r in desk.server.requests if "robots" not in r.path] == [None, '"one"']
    assert desk.rows()["checks"] == 2


def test_a_copy_that_was_refused_never_lends_its_validators(desk: Desk) -> None:
    desk.configure(FDA)
    broken = Response(body=as_csv(a_list(100)), media_type=CSV, etag='"broken"')
    desk.serve(FDA_URL, [replace(PLAIN, etag='"one"'), broken, replace(PLAIN, etag='"one"')])
    assert [desk.verdict()[0] for _ in range(3)] == ["CHANGED", "SUSPECT", "NOT_MODIFIED"]


def test_a_whole_copy_is_asked_for_when_its_time_has_come_whatever_the_server_says(desk: Desk) -> None:
    desk.configure(FDA, full_get_every="0s")
    desk.serve(FDA_URL, replace(PLAIN, etag='"one"'))
    assert [desk.verdict()[0] for _ in range(2)] == ["CHANGED", "SAME"]


def test_every_check_leaves_one_ledger_row_and_one_audit_entry_and_the_chain_verifies(desk: Desk) -> None:
    desk.configure(FDA)
    answers = [
        PLAIN,
        PLAIN,
        Response(status=500),
        Response(body=b"", media_type=CSV),
        Response(status=403),
        replace(PLAIN, body=as_csv(a_list()[::-1])),
        PLAIN,
    ]
    desk.serve(FDA_URL, answers)
    verdicts = [desk.verdict()[0] for _ in answers]
    assert verdicts == ["CHANGED", "SAME", "FAILED", "SUSPECT", "BLOCKED", "SAME", "SAME"]
    assert {**desk.rows(), "audit": 0} == {"checks": 7, "changes": 0, "audit": 0, "outbox": 0}
    with desk.store() as store:
        entries = store.database.rows("SELECT event, json_extract(facts, '$.check') FROM audit ORDER BY seq")
        ledger = [row[0] for row in store.database.rows("SELECT id FROM ledger ORDER BY id")]
    assert [check for event, check in entries if event == "check"] == ledger
    assert {event for event, _ in entries} == {"settings", "check", "problem-opened", "problem-closed"}
    verified = desk.run("verify")
    assert (verified.code, verified.out.startswith("Sound: ")) == (0, True)


def test_a_change_has_an_audit_entry_of_its_own(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, [PLAIN, replace(PLAIN, body=as_csv([*renamed(a_list(), "K900003", "DEMO new"), AEYE_2024]))])
    desk.check()
    desk.check()
    assert desk.rows() == {"checks": 2, "changes": 2, "audit": 5, "outbox": 0}  # the settings have one too


def test_the_bytes_of_every_answer_are_kept_also_of_the_refused_ones(desk: Desk) -> None:
    desk.configure(FDA)
    desk.serve(FDA_URL, [PLAIN, Response(status=403, body=b"<p>DEMO: go away</p>")])
    entries = [desk.check()["sources"][0]["ledger_entry"] for _ in range(2)]
    with desk.store() as store:
        bodies = [capture.body for check_id in entries for capture in store.queries.captures_of(check_id)]
    assert bodies == [PLAIN.body, b"<p>DEMO: go away</p>"]
