import random

from hypothesis import given
from hypothesis import strategies as st

from monitor.compare.differences import difference
from monitor.model.difference import Act, Weight
from monitor.model.snapshot import Record
from tests.compare.build import devices, prose, record, table


def test_records_and_passages_are_each_compared_their_own_way() -> None:
    assert [d.act for d in difference(table(*devices(1)), table(*devices(2)))] == [Act.ADDED]
    assert [d.act for d in difference(prose("a"), prose("a", "b"))] == [Act.ADDED]


def test_a_list_that_became_prose_is_told_whole() -> None:
    assert [d.act for d in difference(table(*devices(1)), prose("a"))] == [Act.REMOVED, Act.ADDED]


def test_a_list_that_emptied_is_all_removed() -> None:
    assert [d.act for d in difference(table(*devices(2)), table())] == [Act.REMOVED, Act.REMOVED]


def noisy(one: Record, pick: random.Random) -> Record:
    spoil = (
        str.upper,
        lambda t: f"\xa0{t} ",
        lambda t: t + "\u200b",
        lambda t: t.replace(" ", "\u00ad "),
        lambda t: f"{t}\u2122",
    )
    return record(one.key, **{name: pick.choice(spoil)(value) for name, value in one.fields.items()})


@given(st.integers(0, 10_000))
def test_fifty_kinds_of_noise_on_a_shuffled_list_are_never_material(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311 - repeatable noise, not a secret
    rows = [noisy(one, pick) for one in devices(10)]
    pick.shuffle(rows)
    assert all(d.weight is Weight.EDITORIAL for d in difference(table(*devices(10)), table(*rows)))
