import pytest
from msgspec.structs import replace

from monitor.compare.vetting import judge_snapshot
from monitor.model.ids import RecordKey
from monitor.model.snapshot import Duplicate, Snapshot
from monitor.model.source import Contract
from monitor.model.verdict import Ruling, Verdict
from tests.compare.build import devices, passages, prose, record, table, under

ANY = Contract()


def judged(
    snapshot: Snapshot, baseline: Snapshot | None = None, contract: Contract = ANY, *, sliding: bool = False
) -> str | None:
    ruling = judge_snapshot(snapshot, baseline, contract, sliding=sliding)
    assert ruling is None or ruling.verdict is Verdict.SUSPECT
    return ruling.code if ruling else None


def said(snapshot: Snapshot, baseline: Snapshot | None = None, contract: Contract = ANY) -> str:
    ruling = judge_snapshot(snapshot, baseline, contract, sliding=False)
    assert isinstance(ruling, Ruling)
    return ruling.reason


def test_a_healthy_list_and_a_healthy_page_go_on() -> None:
    contract = Contract(columns=("device",), sentinels=("K000001",), min_items=5, key_pattern=r"K\d{6}")
    assert judged(table(*devices(10), columns=("Device",), total=10), table(*devices(10)), contract) is None
    assert (
        judged(prose("autonomous software", "b"), None, Contract(title="appendix s", sentinels=("Autonomous",))) is None
    )


def test_a_wrong_title_is_suspect_but_a_csv_needs_none() -> None:
    contract = Contract(title="Appendix S")
    assert judged(prose("x", title="Just a moment"), None, contract) == "wrong-title"
    assert judged(prose("x", title=None), None, contract) == "wrong-title"
    assert judged(table(*devices(1)), None, contract) is None


def test_missing_columns_are_named() -> None:
    contract = Contract(columns=("device", "company", "panel"))
    reason = said(table(*devices(3), columns=("Device", "x")), None, contract)
    assert reason == (
        "The list came without its 2 columns company, panel; we do not know whether the list changed."
    )  # fmt: skip


def test_new_and_reordered_columns_are_welcome() -> None:
    snapshot = table(*devices(3), columns=("new", "company", "device"))
    assert judged(snapshot, None, Contract(columns=("device", "company"))) is None


def test_missing_sentinels_are_suspect() -> None:
    assert judged(table(*devices(3)), None, Contract(sentinels=("K000001", "DEN180001"))) == "sentinels-missing"
    assert judged(prose("nothing here"), None, Contract(sentinels=("augmentative",))) == "sentinels-missing"


def test_an_empty_list_is_suspect_unless_the_contract_allows_it() -> None:
    assert judged(table()) == "empty"
    assert judged(table(), None, Contract(allow_empty=True, sentinels=("K1",))) is None
    assert judged(table(*devices(3)), None, Contract(min_items=4)) == "too-few"


def test_an_allowed_emptiness_is_still_suspect_after_a_full_list() -> None:
    assert judged(table(), table(*devices(30)), Contract(allow_empty=True)) == "halved"


def test_ids_of_an_odd_form_and_repeated_ids_are_suspect() -> None:
    contract = Contract(key_pattern=r"K\d{6}")
    assert judged(table(*devices(3), record("=HYPERLINK(")), None, contract) == "bad-keys"
    assert judged(table(record("K" * 1000)), None, Contract(key_pattern="K+")) == "bad-keys"
    assert judged(table(*devices(3), *devices(1)), None, contract) == "duplicate-keys"


def test_a_total_the_page_states_must_be_met() -> None:
    assert judged(table(*devices(100), total=1247)) == "partial"
    twin = Duplicate(key=RecordKey("K000001"), kept={}, dropped={})
    assert judged(replace(table(*devices(9), total=10), duplicates=(twin,))) is None
    assert judged(replace(table(*devices(9)), next_url="https://x.invalid/2")) == "partial"


@pytest.mark.parametrize(("gone", "code"), [(1, None), (10, None), (11, "shrunk"), (50, "shrunk"), (51, "halved")])
def test_more_than_a_tenth_gone_at_once_is_suspect(gone: int, code: str | None) -> None:
    assert judged(table(*devices(100)[gone:]), table(*devices(100))) == code


def test_two_items_may_go_from_a_short_list() -> None:
    assert judged(table(*devices(3)[2:]), table(*devices(3))) is None
    assert judged(table(*devices(4, start=50)), table(*devices(3))) == "halved"


def test_new_items_do_not_hide_that_others_are_gone() -> None:
    assert judged(table(*devices(50), *devices(200, start=500)), table(*devices(100))) == "shrunk"


def test_the_shrinking_is_told_in_numbers() -> None:
    reason = said(table(*devices(500)), table(*devices(3133)))
    assert "2,633 of 3,133 items are gone at once (3,133 before, 500 now)" in reason


def test_a_document_shrinks_by_its_net_loss() -> None:
    old, new = [f"old {n}" for n in range(20)], [f"new {n}" for n in range(19)]
    assert judged(prose(*new), prose(*old)) is None
    assert judged(prose(*new[:10]), prose(*old)) == "shrunk"
    assert "the page changed" in said(prose(*new[:10]), prose(*old))


def test_a_window_may_slide_but_not_past_everything_known() -> None:
    baseline = table(*devices(30))
    assert judged(table(*devices(30, start=30)), baseline, sliding=True) is None
    assert judged(table(*devices(30, start=31)), baseline, sliding=True) == "window-slid"
    assert judged(table(*devices(30)), None, sliding=True) is None


SIGNS = ("CPT® codes", "Protégé AI", "a \u2013 b", "“quoted”", "5 µm", "plain", "more plain words")


@pytest.mark.parametrize(
    "garble",
    [
        lambda text: text.encode().decode("cp1252", errors="replace"),
        lambda text: text.encode().decode("latin-1"),
        lambda text: text.encode("cp1252").decode("utf-8", errors="replace"),
    ],
)  # fmt: skip
def test_a_copy_in_the_wrong_character_set_is_suspect(garble: object) -> None:
    assert callable(garble)
    wrong = [garble(text) for text in SIGNS]
    assert judged(prose(*wrong), prose(*SIGNS)) == "garbled"
    assert judged(prose(garble("CPT® codes"), "plain"), prose("CPT® codes", "plain")) == "garbled"
    assert judged(prose(*wrong)) == "garbled"
    old = table(*(record(f"K{n}", device=text) for n, text in enumerate(SIGNS)))
    assert judged(table(*(record(f"K{n}", device=text) for n, text in enumerate(wrong))), old) == "garbled"


def test_sound_signs_and_a_publishers_own_slip_go_on() -> None:
    assert judged(prose(*SIGNS), prose("other")) is None
    assert judged(prose(*SIGNS[:-2], "Prot\ufffdg\ufffd BI"), prose(*SIGNS)) is None
    old = table(*(record(f"K{n}", device=f"Protégé {n}") for n in range(20)))
    slip = table(record("K0", device="Prot\ufffdg\ufffd 0"), *old.records[1:])
    assert judged(slip, old) is None


@pytest.mark.parametrize(("turned", "sound", "code"), [(2, 2, "garbled"), (2, 3, None), (1, 0, "garbled")])
def test_half_of_the_known_special_characters_turned_to_rubbish_is_garbled(
    turned: int, sound: int, code: str | None
) -> None:
    old = table(*(record(f"K{n}", device=f"Protégé {n}") for n in range(turned + sound)))
    fresh = [record(f"K{n}", device=f"Prot\ufffdg\ufffd {n}") for n in range(turned)]
    assert judged(table(*fresh, *old.records[turned:]), old) == code


@pytest.mark.parametrize(
    ("rubbish", "sound", "code"), [(2, 0, None), (3, 0, "garbled"), (3, 3, "garbled"), (3, 4, None)]
)
def test_a_first_copy_is_garbled_where_rubbish_stands_three_times_and_half_the_time(
    rubbish: int, sound: int, code: str | None
) -> None:
    rows = [record(f"K{n}", device=f"Prot\ufffdg\ufffd {n}") for n in range(rubbish)]
    assert judged(table(*rows, *(record(f"L{n}", device=f"Protégé {n}") for n in range(sound)))) == code


def test_c1_controls_as_fda_publishes_them_are_not_garbled() -> None:
    old = table(*(record(f"K{n}", device=f"Subtle{n}™") for n in range(9)))
    assert judged(table(*(record(f"K{n}", device=f"Subtle{n}\x99") for n in range(9))), old) is None


def test_a_page_of_another_template_is_judged_by_what_is_missing() -> None:
    assert judged(passages(under("Cookies", "We value your privacy")), None, Contract(sentinels=("CPT 92229",))) == (
        "sentinels-missing"
    )
