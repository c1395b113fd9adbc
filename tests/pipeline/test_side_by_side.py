from typing import Any

import pytest

from monitor.assess.rules import Rules, parse_rules
from monitor.config import read_reference
from monitor.config.shipped import shipped
from monitor.model.difference import Act
from monitor.model.errors import Unreadable, UsageError
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Contract, Source
from monitor.model.verdict import Verdict
from monitor.pipeline.side_by_side import SideBySide, compare_copies
from tests.fakes import NOW, CountingExtractor
from tests.pipeline.samples import a_source, read_lines


@pytest.fixture(scope="module")
def rules() -> Rules:
    return parse_rules(
        read_reference(shipped("sources.yaml").parent), watch_codes=(), watch_product_codes=(), watch_terms=()
    )


def compared(rules: Rules, old: bytes, new: bytes, **source: Any) -> tuple[SideBySide, CountingExtractor]:
    reading = CountingExtractor(read=read_or_refuse)
    found = compare_copies(old, new, a_source(**source), reading, rules, aliases=rules.aliases, now=NOW)
    return found, reading


def read_or_refuse(page: Page, source: Source) -> Snapshot:
    if page.body.startswith(b"?"):
        raise Unreadable(code="odd", reason="It begins with a question mark.")
    return read_lines(page, source)


def test_a_removal_is_listed_at_once(rules: Rules) -> None:
    found, _ = compared(rules, b"a b c", b"b c d")
    assert [(d.act, d.key) for d in found.differences] == [(Act.ADDED, "d"), (Act.REMOVED, "a")]
    assert len(found.changes) == 2
    assert (found.ruling.verdict, found.ruling.code) == (Verdict.CHANGED, "changed")


def test_the_same_bytes_are_the_same_and_need_one_reading(rules: Rules) -> None:
    found, reading = compared(rules, b"a b", b"a b")
    assert (found.ruling.code, found.changes, reading.calls) == ("same-bytes", (), 1)
    found, _ = compared(rules, b"a b", b"b a")
    assert (found.ruling.code, found.differences) == ("same-content", ())


def test_a_new_copy_is_vetted_as_a_poll_would(rules: Rules) -> None:
    for new, code in ((b"?", "odd"), (b"", "empty"), (b"a b c", "shrunk"), (b"a", "halved")):
        found, _ = compared(rules, b"a b c d e f", new)
        assert (found.ruling.verdict, found.ruling.code, found.changes) == (Verdict.SUSPECT, code, ())
    found, _ = compared(rules, b"a b c", b"a b c d", contract=Contract(min_items=9))
    assert found.ruling.code == "too-few"


def test_an_old_copy_that_cannot_be_read_is_the_callers_mistake(rules: Rules) -> None:
    with pytest.raises(UsageError, match=r"OLD is not a copy of demo\.list: It begins with a question mark"):
        compared(rules, b"?", b"a")
