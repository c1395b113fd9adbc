import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.formats.json import flat_text, pick, read_json
from monitor.model.errors import Unreadable
from tests.formats.outcomes import outcome

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(VALUES)
def test_what_was_written_is_read_back(value: object) -> None:
    assert read_json(json.dumps(value).encode()) == value
    assert isinstance(flat_text(value), str)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_unreadable(body: bytes) -> None:
    assert outcome(lambda: read_json(body)) in {"read", "bad-json"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b'{"data": [1, 2',
        b"[NaN]",
        b"[-Infinity]",
        b"[1e999]",
        b'{"a": 1, "a": 2}',
        b"[" * 100_000,
        b"[" * 70 + b"]" * 70,
        b"[" + b"9" * 5000 + b"]",
    ],
)
def test_what_a_lenient_reader_would_let_pass_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable) as fault:
        read_json(body)
    assert fault.value.code == "bad-json"
    assert len(fault.value.reason) < 400


@pytest.mark.parametrize("body", [b"[" + b"[]," * 2_000_001 + b"1]", b"[" + b"1," * 4_000_001 + b"1]"])
def test_an_answer_beyond_all_measure_is_refused_unread(body: bytes) -> None:
    with pytest.raises(Unreadable) as fault:
        read_json(body)
    assert fault.value.code == "too-large"


def test_members_are_picked_by_path() -> None:
    value = {"meta": {"total": 3}, "data": [{"a": 1}]}
    assert pick(value, "meta.total") == 3
    assert pick(value, "data.0.a") == 1
    assert pick(value, "data.7.a") is None
    assert pick(value, "meta.total.x") is None


def test_members_become_the_text_of_a_field() -> None:
    assert flat_text(None) == ""
    assert flat_text(["42 CFR 410", None, 7]) == "42 CFR 410; 7"
    assert flat_text([{"raw_name": "HHS", "name": "Health Department"}, {"id": 2}]) == 'Health Department; {"id":2}'
    assert flat_text(True) == "true"
