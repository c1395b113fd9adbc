import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from monitor.compare.contents import grew_suspiciously, judge_snapshot
from monitor.model.snapshot import Snapshot, Strip, StripKind, add_up
from monitor.model.source import Contract
from tests.compare.build import prose


def strip(chars: int, *, rule: str = ".promo", of_chars: int = 10_000, parts: int = 1) -> Strip:
    return Strip(rule=rule, kind=StripKind.SELECTOR, parts=parts, chars=chars, of_chars=of_chars)


def copy(*strips: Strip) -> Snapshot:
    return replace(prose(*(f"Passage {n} of the document" for n in range(20))), strips=strips)


def ruled(before: int, now: int, contract: Contract | None = None) -> str | None:
    baseline = copy(strip(before)) if before else copy()
    ruling = judge_snapshot(copy(strip(now)), baseline, contract or Contract(), sliding=False)
    return ruling.code if ruling else None


@pytest.mark.parametrize(
    ("before", "now", "code"),
    [
        (300, 320, None),  # as ever
        (300, 850, None),  # under three times as much
        (100, 450, None),  # far more, but still a twentieth of the text
        (300, 1_000, "strip-grew"),  # more than three times as much, and a tenth of the text
        (0, 2_500, "strip-grew"),  # a rule that cut nothing cuts a quarter
        (1_500, 2_400, "strip-grew"),  # over a fifth, and half as much again
        (3_000, 3_300, None),  # it always cut a third
        (3_000, 100, None),  # less than before hides nothing
    ],
)
def test_a_rule_that_suddenly_cuts_far_more_is_suspect(before: int, now: int, code: str | None) -> None:
    assert ruled(before, now) == code


def test_the_contract_says_how_much_a_rule_may_take() -> None:
    assert ruled(0, 2_500, Contract(max_strip=0.30)) is None


def test_the_reason_names_the_rule_and_both_shares() -> None:
    ruling = judge_snapshot(copy(strip(4_000)), copy(strip(100)), Contract(), sliding=False)
    assert ruling is not None
    assert all(words in ruling.reason for words in ("“.promo”", "4,000 of 10,000", "40%, 1% before", "max_strip"))


def test_the_first_copy_is_not_held_against_anything() -> None:
    assert judge_snapshot(copy(strip(9_000)), None, Contract(), sliding=False) is None


@given(st.integers(0, 99), st.floats(0, 1))
def test_a_handful_of_characters_is_never_suspect(chars: int, usual: float) -> None:
    assert not grew_suspiciously(strip(chars, of_chars=100), usual, 0.2)


@pytest.mark.parametrize(
    ("chars", "of_chars", "usual", "expected"),
    [
        (99, 100, 0.0, False),
        (100, 100, 0.0, True),  # from a hundred characters on a passage may be hidden
        (2_000, 10_000, 0.1, False),  # a fifth, and twice as much, is not more than a fifth
        (3_750, 10_000, 0.25, False),  # half as much again is not more than that
        (3_751, 10_000, 0.25, True),
        (1_500, 10_000, 0.05, False),  # three times as much is not more than that
        (1_501, 10_000, 0.05, True),
        (500, 10_000, 0.01, False),  # a quarter of what a rule may take is not more than that
        (501, 10_000, 0.01, True),
        (1_000, 10_000, 0.0, False),  # a rule that cut nothing may begin to
    ],
)
def test_each_limit_itself_is_not_yet_suspicious(chars: int, of_chars: int, usual: float, expected: bool) -> None:
    assert grew_suspiciously(strip(chars, of_chars=of_chars), usual, 0.2) == expected


def test_the_strips_of_several_pages_add_up_by_rule() -> None:
    (promo, share) = add_up([strip(10), strip(5, rule=".share"), strip(30, parts=2)])
    assert (promo.parts, promo.chars, promo.of_chars) == (3, 40, 20_000)
    assert share.rule == ".share"
