"""The rules of an installation: files that were judged by before are not read again."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.app.house import open_house
from monitor.app.rulebook import RuleBook
from monitor.assess.opened import Opened
from monitor.compare.canonical import item_sha256
from monitor.store import Store, open_writer

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SETTINGS = """\
version: 1
contact: demo@demo.invalid
watch: {terms: [DEMO retina tool]}
sources:
  - {id: demo.page, name: Page, authority: DEMO, kind: prose, every: 1d, url: "https://demo.invalid/page"}
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(open_writer(tmp_path / "monitor.db", now=NOW, item_sha256=item_sha256)) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    path = tmp_path / "sources.yaml"
    path.write_text(SETTINGS, encoding="utf-8")
    return path


def book(settings: Path) -> RuleBook:
    return open_house(settings, {}).rulebook


def refuse_to_read(_: type[Opened], files: Mapping[str, str]) -> Opened:
    msg = f"{len(files)} files are read again"
    raise AssertionError(msg)


def forms(store: Store) -> list[bytes | None]:
    return [form for (form,) in store.database.rows("SELECT form FROM rule_text ORDER BY number")]


def test_the_next_process_takes_the_rules_as_they_were_read(
    store: Store, settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = book(settings)
    assert first.make_ready(store.rule_texts, NOW) is None
    monkeypatch.setattr(Opened, "from_texts", classmethod(refuse_to_read))
    second = book(settings)
    assert second.make_ready(store.rule_texts, NOW) is None
    assert (second.rules.version, second.rules.terms) == (first.rules.version, first.rules.terms)
    assert "watched-1" in second.rules.terms
    assert len(forms(store)) == 1


def test_rules_that_an_older_program_kept_are_read_once_more_and_kept_with_their_form(
    store: Store, settings: Path
) -> None:
    book(settings).make_ready(store.rule_texts, NOW)
    with store.database.transaction():  # what the program before the form has left
        store.database.write(
            "INSERT INTO rule_text (name, version, files, kept_at) SELECT name, version, files, kept_at FROM rule_text"
        )
    assert forms(store)[-1] is None
    book(settings).make_ready(store.rule_texts, NOW)
    assert len(forms(store)) == 3
    assert forms(store)[-1]
    book(settings).make_ready(store.rule_texts, NOW)
    assert len(forms(store)) == 3


def test_a_form_that_was_damaged_does_not_stop_the_judging(store: Store, settings: Path) -> None:
    first = book(settings)
    first.make_ready(store.rule_texts, NOW)
    with store.database.transaction():
        store.database.write(
            "INSERT INTO rule_text (name, version, files, kept_at, form)"
            " SELECT name, version, files, kept_at, zeroblob(40) FROM rule_text"
        )
    second = book(settings)
    second.make_ready(store.rule_texts, NOW)
    assert second.rules.terms == first.rules.terms


def test_edited_files_are_read_whatever_is_kept(store: Store, settings: Path) -> None:
    book(settings).make_ready(store.rule_texts, NOW)
    own = settings.parent / "data" / "reference"
    own.mkdir(parents=True)
    (own / "documents.yaml").write_text(
        "version: 99\ndocuments:\n  - {numbers: DEMO1, about: a demo document, level: high}\n", encoding="utf-8"
    )
    edited = book(settings)
    edited.make_ready(store.rule_texts, NOW)
    assert list(edited.rules.documents) == ["DEMO1"]
    again = book(settings)
    again.make_ready(store.rule_texts, NOW)
    assert (again.rules.version, list(again.rules.documents)) == (edited.rules.version, ["DEMO1"])
