"""Many alike documents share a row of a table; nothing that fares otherwise is hidden among them."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.families import FEW, documents_of, folded


def test_more_than_three_of_one_kin_share_a_row_where_the_first_stands() -> None:
    rows = ["list", "a1", "a2", "b1", "a3", "a4", "other"]
    found = folded(rows, lambda row: row[0] if row[-1].isdigit() else None)
    assert found == [("list",), ("a1", "a2", "a3", "a4"), ("b1",), ("other",)]
    assert documents_of("payer", 1412) == "└ 1,412 documents behind payer"


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans())))
def test_every_row_is_there_once_and_none_among_strangers(rows: list[tuple[int, bool]]) -> None:
    numbered = list(enumerate(rows))
    found = folded(numbered, lambda row: row[1] if row[1][0] else None)
    assert sorted(row for group in found for row in group) == numbered
    assert all(len(group) == 1 or len(group) > FEW for group in found)
    assert all(len({row[1] for row in group}) == 1 for group in found)
