import random
from collections.abc import Iterable, Sequence
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.redline import alignment
from monitor.redline.alignment import Block, align, align_closely, rising

numbers = st.lists(st.integers(0, 6), max_size=40)


def check(blocks: Iterable[Block], old: Sequence[int], new: Sequence[int]) -> int:
    """Proves that the blocks cover both sides in order; returns how many elements are equal."""
    at, to, equal = 0, 0, 0
    for block in blocks:
        assert (block.old.start, block.new.start) == (at, to)
        assert block.old or block.new
        if block.equal:
            assert list(old[at : block.old.stop]) == list(new[to : block.new.stop])
            equal += len(block.old)
        at, to = block.old.stop, block.new.stop
    assert (at, to) == (len(old), len(new))
    return equal


@given(numbers, numbers)
def test_the_blocks_cover_both_sides_and_equal_ones_are_equal(old: list[int], new: list[int]) -> None:
    check(align(old, new), old, new)
    check(align_closely(old, new), old, new)


@given(numbers)
def test_a_sequence_is_one_equal_block_with_itself(items: list[int]) -> None:
    assert [block.equal for block in align(items, items)] == [True] * bool(items)


def test_the_longest_rising_run_is_found() -> None:
    assert rising([(0, 5), (1, 1), (2, 2), (3, 0), (4, 9)]) == [1, 2, 4]


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits at which short sequences take the ways of long ones."""
    monkeypatch.setattr(alignment, "_MOST_CELLS", 100)
    monkeypatch.setattr(alignment, "_WIDEST_WINDOW", 8)
    monkeypatch.setattr(alignment, "_NARROWEST_WINDOW", 8)


@pytest.mark.usefixtures("small_limits")
def test_large_gaps_are_covered_too() -> None:
    pick = random.Random(1)  # noqa: S311 - a fixed sample, not a secret
    for letters in (1, 2, 3, 40):
        for _ in range(60):
            old = [pick.randrange(letters) for _ in range(pick.randrange(120))]
            new = [one for one in old if pick.random() < 0.9] + [9] * pick.randrange(3)
            check(align(old, new), old, new)


def test_common_elements_only_are_aligned_nearly_as_well_as_can_be() -> None:
    pick = random.Random(2)  # noqa: S311 - a fixed sample, not a secret
    old = [pick.randrange(12) for _ in range(60_000)]
    new = old.copy()
    for place in pick.sample(range(len(new)), 300):
        new[place] = 99
    assert check(align(old, new), old, new) >= 60_000 - 310


@pytest.mark.slow
def test_no_shape_takes_quadratic_time() -> None:
    pick = random.Random(3)  # noqa: S311 - a fixed sample, not a secret
    upward = list(range(100_000))
    few = [pick.randrange(4) for _ in upward]
    other = [pick.randrange(4) for _ in upward]
    for old, new in ((upward, upward[::-1]), (few, other), ([0] * 100_000, few), (upward, [-1 - n for n in upward])):
        started = process_time()
        check(align(old, new), old, new)
        assert process_time() - started < 6
