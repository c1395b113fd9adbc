from monitor.store.driver import sqlite3
from monitor.store.script import statements

SCRIPT = """
CREATE TABLE a (x TEXT DEFAULT ';');  -- a sign; in a comment
CREATE TRIGGER t BEFORE DELETE ON a BEGIN
    SELECT RAISE(ABORT, 'stays; always');
    SELECT 1;
END;
CREATE INDEX i
    ON a (x)
"""


def test_a_script_is_cut_where_sqlite_says_a_statement_ends() -> None:
    cut = list(statements(SCRIPT))
    assert ["".join(cut), len(cut)] == [SCRIPT, 3]
    connection = sqlite3.connect(":memory:")
    for statement in cut:
        connection.execute(statement)
    made = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    connection.close()
    assert made == {"a", "t", "i"}


def test_an_empty_script_has_no_statement() -> None:
    assert list(statements(" \n\n")) == []
