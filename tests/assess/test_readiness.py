"""The ladder of the house's own readiness: where it stands, what is open, and what a faulty file of steps is told."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.assess.readiness import all_readiness, read_steps, readiness_of
from monitor.config import read_reference, shipped
from monitor.model.errors import ConfigError
from monitor.model.readiness import Reach, StepSaid
from tests.assess.samples import SEEN

STEPS = read_steps(read_reference(shipped("data")))
IDS = [step.id for step in STEPS]
CODE = "cpt:92229"


def said(step: str, reach: Reach = Reach.REACHED, subject: str = CODE) -> StepSaid:
    return StepSaid(subject=subject, step=step, reach=reach, on=date(2026, 11, 1), by="A. Reader", at=SEEN, note="DEMO")


def test_the_shipped_steps_lead_from_the_device_to_the_charge_master() -> None:
    assert (IDS[0], IDS[-1], len(IDS)) == ("fda-listed", "cdm-built", 9)


def test_it_stands_at_the_highest_step_reached_and_names_what_is_open_above_and_below() -> None:
    ready = readiness_of(CODE, STEPS, [said("fda-listed"), said("code-in-force"), said("cdm-built", subject="cmaa")])
    assert ready.stands_at is not None
    assert ready.stands_at.id == "code-in-force"
    assert [step.id for step in ready.skipped] == ["code-exists"]
    assert ready.next_open is not None
    assert ready.next_open.id == "medicare-priced"


def test_a_step_that_is_not_needed_is_neither_next_nor_open() -> None:
    spoken = [said("code-in-force"), said("medicare-priced", Reach.NOT_NEEDED), said("code-exists", Reach.NOT_NEEDED)]
    ready = readiness_of(CODE, STEPS, spoken)
    assert ready.next_open is not None
    assert (ready.next_open.id, [step.id for step in ready.skipped]) == ("medicare-covered", ["fda-listed"])


def test_a_step_that_is_no_longer_in_the_file_stays_in_the_history_alone() -> None:
    ready = readiness_of(CODE, STEPS, [said("gone")])
    assert (ready.stands_at, len(ready.history)) == (None, 1)


@given(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(Reach)), max_size=20))
def test_the_newest_word_on_each_step_counts(words: list[tuple[str, Reach]]) -> None:
    spoken = [said(step, reach) for step, reach in words]
    ready = readiness_of(CODE, STEPS, spoken)
    newest = dict(words)
    assert {step.id: step.reach for step in ready.steps} == {one: newest.get(one, Reach.OPEN) for one in IDS}
    reached = [one for one in IDS if newest.get(one) is Reach.REACHED]
    assert (ready.stands_at.id if ready.stands_at else None) == (reached[-1] if reached else None)
    assert len(all_readiness(STEPS, spoken)) == bool(spoken)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("version: 1\nsteps: []\n", "there is no step"),
        ("version: 1\nsteps:\n- {id: a, says: A}\n- {id: a, says: B}\n", "two steps have one id"),
        ("version: 1\nsteps:\n- {id: a, says: A, colour: red}\n", "unknown key"),
        ("steps: [", "not YAML"),
    ],
)
def test_every_fault_of_the_file_is_named(text: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        read_steps({"readiness.yaml": text})
