"""The standing questions through the program itself: answered with a citation, kept, shown, sealed."""

import pytest

from monitor.store.driver import sqlite3
from tests.e2e.desk import FDA, FDA_URL, Desk
from tests.e2e.making import a_list, as_csv
from tests.loopback import Response

PAGE = "https://www.ama-assn.org/demo"


@pytest.fixture
def watching(desk: Desk) -> Desk:
    desk.configure(FDA)
    desk.serve(FDA_URL, Response(body=as_csv(a_list()), media_type="text/csv; charset=utf-8"))
    desk.check()
    return desk


def test_an_answer_with_a_citation_stands_in_the_sheet_the_status_and_the_digest(watching: Desk) -> None:
    words = ["--state", "partly", "--cite"]
    ran = watching.run("answer", "stage", *words, PAGE, "--text", "DEMO stage reached.", "--by", "A. Reader")
    assert (ran.code, "PARTLY: DEMO stage reached." in ran.out) == (0, True)
    assert "DEMO stage reached." in watching.run("status").out
    assert "DEMO stage reached." in watching.run("digest", "--preview").out
    body = watching.run("answer", "stage", "--json", "--history").body
    (row,), (kept,) = body["questions"], body["history"]
    assert (row["answer"], kept["by"], kept["citations"]) == (kept, "A. Reader", [PAGE])


def test_who_looked_and_left_the_answer_is_on_record_too(watching: Desk) -> None:
    watching.run("answer", "payers", "--state", "unknown", "--text", "DEMO nothing found.", "--by", "A. Reader")
    watching.run("answer", "payers", "--looked", "--by", "B. Reader")
    history = watching.run("answer", "payers", "--history", "--json").body["history"]
    assert [(one["by"], one["text"]) for one in history] == [
        ("A. Reader", "DEMO nothing found."),
        ("B. Reader", "DEMO nothing found."),
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nobody", "--state", "known", "--text", "x", "--cite", PAGE, "--by", "A"], "Known are: stage, who-bills"),
        (["payers", "--state", "known", "--text", "x", "--by", "A"], "--cite"),
        (["payers", "--state", "known", "--text", "x", "--cite", "javascript:1", "--by", "A"], "neither an address"),
        (["payers", "--state", "known", "--text", "x", "--cite", "CH-2026-9999", "--by", "A"], "There is no change"),
        (["payers", "--state", "known", "--text", "x", "--cite", PAGE], "--by"),
        (["payers", "--text", "x", "--by", "A"], "--state"),
        (["payers", "--looked", "--text", "x", "--by", "A"], "--looked"),
        (["payers", "--state", "unknown", "--text", "x" * 601, "--by", "A"], "at most 600"),
    ],
)
def test_an_answer_without_ground_name_or_measure_is_refused(watching: Desk, words: list[str], said: str) -> None:
    ran = watching.run("answer", *words)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert watching.run("answer", "--history", "--json").body["history"] == []


def test_an_answer_cannot_be_altered_and_one_that_was_is_named(watching: Desk) -> None:
    watching.run("answer", "payers", "--state", "unknown", "--text", "DEMO.", "--by", "A. Reader")
    assert watching.run("verify").code == 0
    connection = sqlite3.connect(watching.database)
    with pytest.raises(sqlite3.Error, match="evidence"):
        connection.execute("UPDATE answer SET text = 'other'")
    connection.execute("DROP TRIGGER answer_refuses_update")
    connection.execute("UPDATE answer SET text = 'other'")
    connection.commit()
    connection.close()
    ran = watching.run("verify")
    assert ran.code != 0
    assert "AN-" in ran.out + ran.err
