import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.compare.canonical import canonical_bytes, content_sha256, fold, item_sha256, spelling, visible
from tests.compare.build import prose, record, table

NOISE = [
    ("SubtlePET\u2122", "SubtlePET\x99", "a trade mark sign as a C1 control"),
    ("Coronary\u2013CT", "Coronary\x96CT", "a dash as a C1 control"),
    ("\u201cIRIS\u201d", "\x93IRIS\x94", "quotes as C1 controls"),
    ("QOCA image", "QOCA\u00ae image", "a registered sign added"),
    ("General and Plastic", "General And Plastic", "case"),
    ("Scopio Labs Ltd.", "Scopio Labs , Ltd.", "a comma"),
    ("K182901", "K182901\xa0", "a trailing no-break space"),
    ("auto\u00adnomous", "autonomous", "a soft hyphen"),
    ("zero\u200bwidth", "zerowidth", "a zero-width space"),
    ("\ufeffDate", "Date", "a byte order mark"),
    ("Prote\u0301ge\u0301AI", "Prot\u00e9g\u00e9AI", "NFD and NFC"),
    ("\uff26\uff24\uff21", "FDA", "full-width letters"),
    ("1,000 devices", "1000 devices", "a thousands comma"),
    ("2024\u20132025", "2024-2025", "two dashes between numbers"),
]
MEANING = [
    ("ProtegeAI", "Prot\u00e9g\u00e9AI", "an accent"),
    ("AIio, Inc.", "Alio, Inc.", "a capital i for an l"),
    ("1.5 mg", "15 mg", "a decimal point lost"),
    ("1/12", "11/2", "digits that moved across a slash"),
    ("score < 3", "score > 3", "a comparison turned round"),
    ("50%", "50", "a unit"),
    ("Pathology", "Clinical Tcxicology", "another panel"),
    ("c\u0430se", "case", "a Cyrillic letter"),
    ("99454", "99453", "a code"),
]


@pytest.mark.parametrize(("one", "other", "what"), NOISE)
def test_noise_folds_away(one: str, other: str, what: str) -> None:
    assert fold(one) == fold(other), what


@pytest.mark.parametrize(("one", "other", "what"), MEANING)
def test_what_may_change_a_meaning_survives_folding(one: str, other: str, what: str) -> None:
    assert fold(one) != fold(other), what


def test_a_thousands_comma_is_only_dropped_before_exactly_three_digits() -> None:
    assert fold("99453,99454") == "99453 99454"


@given(st.text(max_size=30))
def test_every_form_is_idempotent(text: str) -> None:
    for form in (fold, visible, spelling):
        assert form(form(text)) == form(text)


@given(st.text(max_size=30))
def test_the_finer_form_decides_the_coarser_one(text: str) -> None:
    assert visible(spelling(text)) == visible(text)
    assert fold(visible(text)) == fold(text)


def test_a_doubled_space_is_a_spelling_but_not_visible() -> None:
    assert spelling("Zebra Vision  Ltd.") != spelling("Zebra Vision Ltd.")
    assert visible("Zebra Vision  Ltd.") == visible("Zebra Vision Ltd.")


def test_a_line_break_in_a_cell_is_one_space_however_it_is_written() -> None:
    assert spelling("MAC \r\n- Part B") == spelling("MAC\n - Part B") == "MAC - Part B"


def test_the_canonical_bytes_know_neither_form_nor_order_nor_empty_fields() -> None:
    one, other = record("K1", device="A\xa0B", company=""), record("K2", device="C")
    again = record("K1", device="A B")
    assert canonical_bytes(table(one, other)) == canonical_bytes(table(other, again, form="xml"))
    assert content_sha256(table(one)) != content_sha256(table(other))


def test_the_canonical_bytes_of_a_document_keep_its_order() -> None:
    assert canonical_bytes(prose("one", "two")) != canonical_bytes(prose("two", "one"))


def test_lone_surrogates_do_not_break_the_canonical_bytes() -> None:
    bad = table(record("K1", device="\ud800"))
    assert content_sha256(bad)
    assert item_sha256(bad.records[0])
    assert content_sha256(prose("\udfff"))


def test_an_item_has_the_same_digest_however_it_is_spelled() -> None:
    assert item_sha256(record("K1", device="Foo\u2122", note="")) == item_sha256(record("K1", device="FOO"))
    assert item_sha256(record("K1", device="Foo")) != item_sha256(record("K2", device="Foo"))
    assert item_sha256(prose("A b.").passages[0]) == item_sha256(prose("a  B").passages[0])
