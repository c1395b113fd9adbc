"""The address by which a recipient leaves: only we can make it, and only for him."""

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.channels.leaving import leave_address, leave_of
from monitor.model.ids import DeliveryId

KEY = "a-key-made-for-this-test"
TO = "Lead@example.org"
MADE = leave_address("https://watch.example.org/cmaa", KEY, "lead", DeliveryId("dlv_1"), TO)
PATH = MADE.removeprefix("https://watch.example.org")


def test_it_names_who_leaves_and_by_which_mail_behind_any_proxy() -> None:
    for path in (PATH, PATH.removeprefix("/cmaa")):
        leave = leave_of(path)
        assert leave is not None
        assert (leave.recipient_id, leave.delivery_id) == ("lead", "dlv_1")
        assert leave.is_signed(KEY, TO.lower()), "addresses of mail are compared without case"


def test_it_is_void_for_another_key_another_person_or_anything_altered() -> None:
    leave = leave_of(PATH)
    assert leave is not None
    assert not leave.is_signed("another-key-of-this-test", TO)
    assert not leave.is_signed(KEY, "successor@example.org")
    other = leave_address("https://x.example.org", KEY, "lead2", DeliveryId("dlv_1"), TO).rpartition("/")[2]
    forged = leave_of(f"/unsubscribe/{other.partition('.')[0]}.{leave.signature}")
    assert forged is not None
    assert not forged.is_signed(KEY, TO)


def test_neither_the_key_nor_the_persons_address_stands_in_it() -> None:
    assert KEY not in MADE
    assert "example.org" not in PATH
    assert "lead@" not in MADE.lower()


@given(st.text(max_size=300) | st.binary(max_size=200).map(lambda raw: f"/unsubscribe/{raw.hex()}.{'A' * 43}"))
@example(f"/unsubscribe/{'W1tb' * 150}.{'A' * 43}")
@example(f"/unsubscribe/bnVsbA.{'A' * 43}")
@example(PATH + "/")
@example(PATH + "?x=1")
def test_any_path_gives_nothing_or_a_claim_that_is_not_signed(path: str) -> None:
    found = leave_of(path)
    assert found is None or not found.is_signed(KEY, TO)
