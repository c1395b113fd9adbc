"""``checks``: every check between two times, and every one that was due and not made."""

import csv
from datetime import timedelta
from io import StringIO

import pytest

from tests.cli.test_changes import BEGIN, record, seen
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.loopback import Response

__all__ = ["record", "seen"]


def test_every_check_is_listed_with_the_hash_of_what_came(seen: Desk) -> None:
    body = seen.run("checks", "--json").body
    assert [one["started_at"][:10] for one in body["checks"]] == ["2026-11-23", "2026-11-24", "2026-11-25"]
    assert {one["verdict"] for one in body["checks"]} == {"CHANGED"}
    assert all(len(sha256) == 64 for one in body["checks"] for sha256 in one["evidence_sha256"])
    assert all(one["evidence_sha256"] for one in body["checks"])


def test_a_span_holds_what_began_in_it_and_nothing_else(seen: Desk) -> None:
    body = seen.run("checks", "--since", "2026-11-24", "--until", "2026-11-25", "--json").body
    assert [one["started_at"][:10] for one in body["checks"]] == ["2026-11-24"]


def test_a_day_without_a_check_has_a_line_that_says_so(seen: Desk) -> None:
    seen.set_time(BEGIN + timedelta(days=5))
    seen.serve(FDA_URL, [Response(status=503)])
    seen.run("check")
    entries = seen.run("checks", "--since", "4d", "--json").body["checks"]
    assert [one["verdict"] for one in entries] == ["CHANGED", "CHANGED", "NOT_RUN", "NOT_RUN", "FAILED"][
        -len(entries) :
    ]
    assert [one["slot_at"][:10] for one in entries if one["verdict"] == "NOT_RUN"] == ["2026-11-26", "2026-11-27"]
    printed = seen.run("checks", "--since", "4d").out
    assert printed.count("NOT_RUN") == 2
    assert "never made" in printed


def test_the_csv_holds_the_same_lines_as_the_json(seen: Desk) -> None:
    rows = list(csv.DictReader(StringIO(seen.run("checks", "--csv").out)))
    entries = seen.run("checks", "--json").body["checks"]
    assert [row["started_at"] for row in rows] == [entry["started_at"] for entry in entries]
    assert [row["evidence_sha256"] for row in rows] == [" ".join(entry["evidence_sha256"]) for entry in entries]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["checks", "--since", "1d", "--until", "2d"], "nothing lies between them"),
        (["coverage", "--since", "1d", "--until", "2d"], "nothing lies between them"),
        (["coverage", "--source", "fda.ai-device"], "is or was watched"),
        (["checks", "--source", "fda.ai-device"], "is or was watched"),
    ],
)
def test_a_question_that_has_no_answer_is_refused(seen: Desk, words: list[str], said: str) -> None:
    ran = seen.run(*words)
    assert ran.code == 2
    assert said in ran.err


def test_coverage_of_a_past_span_and_one_source(seen: Desk) -> None:
    seen.configure(FDA)
    body = seen.run(
        "coverage", "--since", "2026-11-23", "--until", "2026-11-25", "--source", "fda.ai-devices", "--json"
    ).body
    assert [(one["id"], one["good"]) for one in body["sources"]] == [("fda.ai-devices", 2)]
