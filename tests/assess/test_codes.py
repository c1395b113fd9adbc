import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.assess import codes as codes_module
from monitor.assess import signals as signals_module
from monitor.assess.codes import MAX_RANGE, expand, find_codes, is_service
from monitor.assess.folding import fold

PLAIN = frozenset({"92229", "92228", "92227", "75577"})


def codes(text: str) -> list[str]:
    return [hit.code for hit in find_codes(fold(text), PLAIN)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0623T\u20130626T", ["0623T", "0624T", "0625T", "0626T"]),
        ("0623T-0625T and +0993T", ["0623T", "0624T", "0625T", "0993T"]),
        ("codes 0899T through 0900T", ["0899T", "0900T"]),
        ("92227\u201392229", ["92227", "92228", "92229"]),
        ("HCPCS G0680, PLA 0376U (0004M)", ["G0680", "0376U", "0004M"]),
        ("CPT\u00ae 92229.", ["92229"]),
        ("1026T", ["1026T"]),
    ],
)
def test_codes_are_found_however_they_are_written(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Palm Springs, CA 92229",
        "CA 92229-1234",
        "555-92229",
        "$92229",
        "92229 patients were screened",
        "90 FR 92229",
        "92229,000",
        "K192229 and 922291",
        "in 2026",
        "10004",
        "2025-92229",
    ],
)
def test_postal_codes_pages_counts_and_years_are_no_codes(text: str) -> None:
    assert codes(text) == []


def test_a_range_of_two_families_is_its_two_ends() -> None:
    assert expand("0623T", "0626U") == ("0623T", "0626U")


@pytest.mark.parametrize(
    ("code", "service"), [("1031T", True), ("0612U", True), ("G0691", True), ("0004M", False), ("99213", False)]
)
def test_new_services_of_software_come_as_category_iii_pla_or_codes_of_cms(code: str, service: bool) -> None:
    assert is_service(code) is service


@given(st.integers(0, 9999), st.integers(0, 9999))
def test_a_range_never_grows_beyond_its_bound(low: int, high: int) -> None:
    assert len(expand(f"{low:04d}T", f"{high:04d}T")) <= MAX_RANGE + 1


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text: str) -> None:
    assert all(hit.start < hit.end for hit in find_codes(fold(text), PLAIN))


@given(st.text(alphabet="0123456789tagz-+,. \u0663é", max_size=60))
def test_to_look_only_where_digits_stand_misses_no_code(text: str) -> None:
    found = [match.span() for match in codes_module._written(text)]
    assert found == [match.span() for match in codes_module._FOUND.finditer(text)]


@given(st.text(alphabet="DLAC12-0 \u0663é_", max_size=60))
def test_to_look_only_where_digits_stand_misses_no_document(text: str) -> None:
    found = [match.span() for match in signals_module._numbers(text)]
    assert found == [match.span() for match in signals_module._NUMBER.finditer(text)]
