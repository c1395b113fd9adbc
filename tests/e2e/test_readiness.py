"""The house's own readiness through the program itself: said by people, shown where one asks, and sealed."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from monitor.store.driver import sqlite3
from tests.e2e.desk import FDA, Desk
from tests.fakes import NOW

CODE = "cpt:92229"
BY = ("--by", "A. Reader")
LATER = NOW + timedelta(days=10)


@pytest.fixture
def house(desk: Desk) -> Desk:
    desk.configure(FDA)
    desk.begin_simulated_time(NOW)
    return desk


def test_what_was_said_stands_in_status_and_digest_and_the_past_knows_nothing_of_it(house: Desk) -> None:
    assert house.run("readiness", CODE, "--reached", "code-in-force", "--on", "2021-01-01", *BY).code == 0
    house.set_time(LATER)
    house.run("readiness", "CPT:92229", "--reached", "medicare-priced", "--note", "DEMO fee", *BY)
    shown = house.run("status", CODE).out
    assert f"Our readiness for {CODE}: Medicare priced since" in shown
    assert "here for 0 days. Next: Medicare covered. Open below it: FDA listed, code exists." in shown
    assert "Ready: cpt:92229" in " ".join(house.run("digest", "--preview").out.split())
    body = house.run("status", CODE, "--json").body["readiness"]
    assert (body["stands_at"], body["next_open"], len(body["history"])) == ("medicare-priced", "medicare-covered", 2)
    then = house.run("status", CODE, "--json", "--as-of", f"{NOW:%Y-%m-%d}").body["readiness"]
    assert (then["stands_at"], then["since"], len(then["history"])) == ("code-in-force", "2021-01-01", 1)
    before = house.run("status", CODE, "--json", "--as-of", "2026-11-01").body
    assert before["readiness"] is None


def test_a_step_is_taken_back_by_a_later_word_and_the_earlier_one_stays(house: Desk) -> None:
    house.run("readiness", "cmaa", "--reached", "cdm-built", *BY)
    house.run("readiness", "cmaa", "--not-reached", "cdm-built", "--note", "DEMO too early", *BY)
    (ready,) = house.run("readiness", "--json").body["readiness"]
    assert (ready["subject"], ready["stands_at"]) == ("cmaa", None)
    history = house.run("readiness", "cmaa", "--history").out
    assert "cdm-built: REACHED" in history
    assert "cdm-built: OPEN" in history


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([CODE, "--reached", "nosuch", *BY], "The steps are: fda-listed"),
        ([CODE, "--reached", "cdm-built"], "--by must name"),
        ([CODE, "--reached", "cdm-built", "--on", "2999-01-01", *BY], "still to come"),
        ([CODE, "--reached", "cdm-built", "--on", "soon", *BY], "is no day"),
        ([CODE, "--not-needed", "cdm-built", *BY], "needs --note"),
        ([CODE, "--not-reached", "cdm-built", "--note", "x", *BY], "it is open"),
        ([CODE, "--reached", "cdm-built", "--not-needed", "fda-listed", *BY], "one SUBJECT and one step"),
        ([CODE, "--note", "x"], "Name the step"),
        (["tool:nobody", "--reached", "cdm-built", *BY], "There is no tool"),
        (["banana"], "nothing that can be asked about"),
        (["--history"], "needs a SUBJECT"),
    ],
)
def test_what_has_no_step_name_or_ground_is_refused(house: Desk, words: Sequence[str], said: str) -> None:
    ran = house.run("readiness", *words)
    assert (ran.code, said in ran.err) == (2, True), ran.err
    assert house.run("readiness", "--json").body["readiness"] == []


def test_a_word_that_was_altered_or_slipped_in_is_named(house: Desk) -> None:
    house.run("readiness", CODE, "--reached", "cdm-built", *BY)
    assert house.run("readiness", CODE, "--reached", "cdm-built", *BY).code == 2  # so it was said before
    assert house.run("verify").code == 0
    connection = sqlite3.connect(house.database)
    with pytest.raises(sqlite3.Error, match="evidence"):
        connection.execute("UPDATE readiness SET step = 'code-exists'")
    connection.execute(
        "INSERT INTO readiness (id, subject, step, reach, on_day, by, note, at)"
        " SELECT 'RD-2026-9000', subject, step, reach, on_day, by, note, at FROM readiness"
    )
    connection.commit()
    connection.close()
    ran = house.run("verify")
    assert (ran.code != 0, "readiness RD-2026-9000 is not in the audit chain" in ran.out + ran.err) == (True, True)
