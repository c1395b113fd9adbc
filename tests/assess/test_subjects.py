"""What a person asks about: reading it, and telling where it stands in a text or a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.assess.subjects import finder_of, nearest, read_subject
from monitor.model.errors import UsageError
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Record


def record(key: str, **fields: str) -> Record:
    return Record(key=RecordKey(key), label="DEMO", fields=fields)


@pytest.mark.parametrize(
    "written",
    ["cmaa", "appendix-s", "cpt:92229", "cpt:0764T", "cpt:G0680", "cpt:0376U", "lcd:L39840", "lcd:A59716", "ncd:20.4",
     "ncd:00451N", "fda:K240058", "fda:DEN180001", "fda:P160021/S003", "rule:2026-13656", "rule:C1-2025-13271",
     "lcd:DEMO-L90005"],
)  # fmt: skip
def test_what_can_be_asked_about_is_read_whatever_its_case(written: str) -> None:
    assert str(read_subject(written.swapcase().replace(":", " : "))).lower() == written.lower()


@pytest.mark.parametrize(
    "written", ["", "foo", "cpt", "cpt:", "cpt:9222", "lcd:X1", "cmaa:1", "fda:240058", "rule:13656"]
)
def test_anything_else_is_refused_with_an_example(written: str) -> None:
    with pytest.raises(UsageError, match=r"such as|write|takes no number"):
        read_subject(written)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_read_or_refused(written: str) -> None:
    try:
        read_subject(written)
    except UsageError:
        return


@pytest.mark.parametrize(
    ("written", "text", "named"),
    [
        ("cpt:92229", "CPT 92229, point of care", True),
        ("cpt:92229", "DEMO-92229", True),
        ("cpt:92229", "192229 or 922291", False),
        ("cpt:0764T", "0764t and 0765T", True),
        ("lcd:L39840", "proposed as DL39840 (2024)", True),
        ("lcd:L39840", "L398401", False),
        ("ncd:20.4", "NCD 20.4, ICDs", True),
        ("ncd:20.4", "120.4 and 20.41 and 20.4.1", False),
        ("rule:2026-13656", "FR Doc. 2026-13656.", True),
        ("rule:2026-13656", "corrected by C1-2026-13656", True),
        ("cmaa", "clinically meaningful algorithmic analyses", True),
    ],
)
def test_a_number_is_found_only_as_a_word_of_its_own(written: str, text: str, named: bool) -> None:
    assert finder_of(read_subject(written)).names(text) is named


def test_a_row_is_about_the_subject_under_the_regulators_number_alone() -> None:
    finder = finder_of(read_subject("lcd:L39840"))
    assert finder.is_about(record("L39840 v7"))
    assert finder.is_about(record("DEMO-DL39840 v1"))
    assert not finder.is_about(record("A59716 v2", title="Billing of L39840", document_display_id="A59716"))
    assert not finder_of(read_subject("cmaa")).is_about(record("CMAA"))


def test_an_unknown_number_is_answered_with_those_that_look_like_it() -> None:
    assert nearest(read_subject("lcd:L39841"), ["L39840", "A59716", ""]) == ("L39840",)
