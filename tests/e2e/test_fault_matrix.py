"""The fault matrix, network and content: what is served, how the check ends, and which test holds it.

A row is either played here or names the tests that play it; a name that no test has any more fails. Bodies made to eat
memory are checked in one process of its own by two workers, whose greatest memory and each check's time are bounded.
Measured on a machine of two busy cores, each body alone: at most 185 MB and 7 s; all of them by two workers: 294 MB.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.desk import Desk
from tests.e2e.hostile import HOSTILE, Hostile
from tests.e2e.measured import measured
from tests.e2e.test_fooled import ROWS_OF_THE_TABLE, TABLE, TABLE_URL, fees, html
from tests.loopback import LoopbackServer, Response

TESTS = Path(__file__).resolve().parents[1]
MOST_MB = 700
MOST_S = 90
"""Gates on what grows without bound, several times what was measured: a busy machine must not fail them."""


@dataclass(frozen=True)
class Fault:
    """A row of the matrix. ``ends``: the code its check ends with. ``held_by``: ``file::test`` below tests/; none: the
    bodies of ``hostile.py`` with this number.
    """

    row: int
    name: str
    ends: str
    held_by: tuple[str, ...] = ()


def fault(row: int, name: str, ends: str, *held_by: str) -> Fault:
    return Fault(row, name, ends, held_by)


CLIENT, BODY, REDIRECTS, TLS = "net/test_client.py", "net/test_body.py", "net/test_redirects.py", "net/test_tls.py"
RULES, FOOLED = "compare/test_responses.py", "e2e/test_fooled.py"
SOFT = f"{FOOLED}::test_a_soft_failure_gives_no_false_change_and_never_passes_in_silence"

NETWORK = (
    fault(1, "a name that does not resolve", "dns", f"{CLIENT}::test_a_name_that_does_not_resolve_is_dns"),
    fault(2, "a refused connection", "refused", f"{CLIENT}::test_a_refused_connection_is_tried_again_and_then_told"),
    fault(3, "nobody accepts", "connect-timeout", f"{CLIENT}::test_a_connection_nobody_accepts_is_a_connect_timeout"),
    fault(
        4,
        "no answer comes",
        "timeout",
        f"{CLIENT}::test_an_answer_that_does_not_come_is_a_timeout_and_not_tried_again",
        "net/test_silence.py::test_one_slow_page_is_not_a_silent_host_and_two_in_a_row_are",
    ),
    fault(5, "a slow drip", "timeout", f"{CLIENT}::test_a_slow_drip_ends_at_the_total_deadline"),
    fault(6, "a reset", "reset", f"{CLIENT}::test_a_reset_in_the_middle_of_the_body_keeps_what_came"),
    fault(
        7,
        "a certificate that proves nothing",
        "tls",
        f"{TLS}::test_a_certificate_of_an_unknown_authority_is_refused",
        f"{TLS}::test_a_certificate_for_another_host_is_refused",
        f"{TLS}::test_an_expired_certificate_is_refused",
        "pipeline/test_poll.py::test_a_certificate_that_is_not_the_one_shown_before_is_audited",
    ),
    fault(
        8,
        "429, with and without a time",
        "rate-limited",
        f"{RULES}::test_a_wait_the_server_asked_for_is_named",
        "net/test_pace.py::test_429_without_a_time_holds_nothing",
        "net/test_pace.py::test_a_host_that_asks_for_silence_gets_it",
    ),
    fault(9, "500 to 504", "server-error", f"{CLIENT}::test_a_server_that_stays_in_trouble_is_fetched_with_its_status"),
    fault(10, "403", "forbidden", "e2e/test_silent_host.py::test_a_host_that_refuses_us_is_told_once_and_pages"),
    fault(11, "404 and 410", "gone", SOFT),
    fault(12, "a circle of redirects", "redirect-loop", f"{REDIRECTS}::test_a_circle_of_redirects_is_a_loop"),
    fault(13, "six redirects", "too-many-redirects", f"{REDIRECTS}::test_five_redirects_are_followed_and_a_sixth"),
    fault(14, "https to http", "downgrade", f"{REDIRECTS}::test_https_never_steps_down_to_http"),
    fault(15, "to an inner address", "forbidden-address", f"{REDIRECTS}::test_a_redirect_to_an_inner_address_reaches"),
    fault(16, "to another host", "moved", f"{RULES}::test_being_sent_home_or_to_another_site_is_suspect"),
    fault(17, "a body over the limit", "too-large"),
    fault(18, "a gzip bomb", "too-large"),
    fault(19, "a truncated body", "truncated", f"{BODY}::test_a_truncated_body_is_a_failure_that_keeps_what_came"),
    fault(20, "no HTTP at all", "protocol", f"{CLIENT}::test_what_breaks_http_is_a_protocol_fault"),
    fault(21, "interim answers without end", "protocol", f"{CLIENT}::test_interim_answers_are_passed_over"),
    fault(22, "headers without end", "protocol", f"{CLIENT}::test_what_breaks_http_is_a_protocol_fault"),
    fault(23, "odd signs in headers", "", f"{CLIENT}::test_header_values_are_one_line_each_whatever_came"),
    fault(24, "bytes behind an answer", "", f"{CLIENT}::test_bytes_behind_an_answer_are_no_answer_to_the_next_request"),
)
CONTENT = (
    *(fault(24 + number, f"soft failure {number}", "", f"soft:{number}") for number in range(1, 25)),
    fault(49, "nesting 100,000 deep", "hostile-markup"),
    fault(50, "attributes by the million", "baseline"),
    fault(51, "markup without end", ""),
    fault(52, "entities in XML and feeds", ""),
    fault(53, "zip bombs, and lists beyond all measure", "too-large"),
    fault(
        54,
        "a PDF that loops or eats memory",
        "",
        "e2e/test_pdf_documents.py::test_a_document_that_cannot_be_read_is_suspect_with_a_reason",
        "e2e/test_pdf_documents.py::test_limits_hold_for_several_documents_at_once",
    ),
)

SOFT_FAILURES: Mapping[int, str] = {
    9: f"{FOOLED}::test_9_a_list_that_never_rests_is_suspect",
    24: "e2e/test_evidence_of_hosts.py::test_a_wall_clock_that_jumped_is_audited_and_loses_nothing",
    25: "pipeline/test_coverage.py::test_seven_daily_checks_make_a_whole_week_also_when_the_clocks_change",
    26: "pipeline/test_gather.py::test_validators_are_sent_only_to_the_address_of_the_copy_we_hold_and_while_nothing",
    29: f"{TLS}::test_a_certificate_for_another_host_is_refused",
    31: "e2e/test_following_pdf.py::test_a_policy_edited_under_the_same_name_is_one_change_with_the_right_passage",
} | dict.fromkeys({case.number for case in ROWS_OF_THE_TABLE}, SOFT)
"""Which test holds each of the 32 soft failures."""


def exists(held_by: str) -> bool:
    """Whether the file has a test whose name begins so."""
    file, _, name = held_by.partition("::")
    path = TESTS / file
    return path.exists() and re.search(rf"^def {re.escape(name)}", path.read_text(encoding="utf-8"), re.M) is not None


def test_every_row_of_network_and_content_is_held_by_a_test_that_exists() -> None:
    rows = (*NETWORK, *CONTENT)
    assert [one.row for one in rows] == list(range(1, 55))
    played = {one.row for one in HOSTILE}
    for one in rows:
        if not one.held_by:
            assert one.row in played, one
        for held_by in one.held_by:
            kind, _, number = held_by.partition("soft:")
            assert exists(SOFT_FAILURES[int(number)] if not kind else held_by), held_by


def test_every_soft_failure_is_held_by_a_test_that_exists() -> None:
    assert sorted(SOFT_FAILURES) == list(range(1, 33))
    missing = [number for number, held_by in SOFT_FAILURES.items() if not exists(held_by)]
    assert missing == []


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], float]:
    """The rulings on all hostile bodies by the source's name, and the most memory in MB that their check took."""
    with LoopbackServer() as server:
        desk = Desk(folder=tmp_path_factory.mktemp("hostile"), server=server)
        entries = []
        for number, one in enumerate(HOSTILE):
            url = f"https://www.cms.gov/s{number}"
            entries.append(
                f"- {{id: demo.s{number}, {one.kind}, name: DEMO {number}, authority: DEMO, every: 1d, url: '{url}'}}"
            )
            desk.serve(url, one.make())
        desk.configure(*entries, deadline="60s", workers="2")
        found = measured("--config", str(desk.settings), "check", "--json", timeout_s=10 * MOST_S)
    rulings = {HOSTILE[int(one["id"][6:])].name: one for one in found.ran.body["sources"]}
    return rulings, found.peak_mb


@pytest.mark.parametrize("case", HOSTILE, ids=lambda one: f"{one.row}: {one.name}")
def test_a_hostile_body_ends_as_it_should_and_in_bounded_time(
    hostile: tuple[dict[str, Any], float], case: Hostile
) -> None:
    ruling = hostile[0][case.name]
    assert ruling["code"] == case.code, ruling["reason"]
    assert ruling["verified"] == (case.code == "baseline")
    took = datetime.fromisoformat(ruling["ended_at"]) - datetime.fromisoformat(ruling["started_at"])
    assert took.total_seconds() < MOST_S


def test_all_hostile_bodies_together_take_bounded_memory(hostile: tuple[dict[str, Any], float]) -> None:
    assert hostile[1] < MOST_MB


def as_said(charset: str, body: bytes) -> Response:
    return Response(body=body, media_type=f"text/html; charset={charset}")


GOOD = html(fees() + "<!-- other bytes -->").body.decode()
UNTOLD = GOOD.replace("<meta charset=utf-8>", "")
LIES = {
    "UTF-16 with its mark, called Latin-1": (as_said("iso-8859-1", UNTOLD.encode("utf-16")), "same-content"),
    "UTF-16 without a mark, called Latin-1": (as_said("iso-8859-1", UNTOLD.encode("utf-16-le")), ""),
    "UTF-8, called UTF-16": (as_said("utf-16", GOOD.encode()), ""),
    "UTF-8, called Latin-1": (as_said("iso-8859-1", GOOD.encode()), "same-content"),
    "UTF-8, called by a name nobody has": (as_said("klingon-8", GOOD.encode()), "same-content"),
    "UTF-8, called UTF-7": (as_said("utf-7", GOOD.encode()), "same-content"),
    "UTF-7 that hides a table": (as_said("utf-7", UNTOLD.encode("utf-7")), ""),
    "a name that is a coding and no charset": (as_said("rot13", GOOD.encode()), "same-content"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_about_the_character_set_is_seen_through_or_suspect(desk: Desk, lie: str) -> None:
    answer, code = LIES[lie]
    desk.configure(TABLE)
    desk.serve(TABLE_URL, html(fees()))
    assert desk.verdict() == ("CHANGED", "baseline")
    desk.serve(TABLE_URL, answer)
    verdict, came = desk.verdict()
    assert verdict == ("SAME" if code else "SUSPECT"), came
    assert code in ("", came)
    assert desk.changes() == ()
