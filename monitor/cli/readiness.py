"""``cmaa-monitor readiness``: how ready the house itself is to bill a matter; a person sets each step."""

from datetime import date, datetime, tzinfo
from typing import TYPE_CHECKING

import click

from monitor.cli.options import Options
from monitor.cli.output import write_json, write_ribbon
from monitor.cli.people import name_of, reason_of
from monitor.model.errors import UsageError
from monitor.model.readiness import Reach, Readiness, ReadyStep, StepSaid

if TYPE_CHECKING:
    from monitor.app import House
    from monitor.store import Store

_TOOL = "tool:"


@click.command()
@click.argument("subject", required=False)
@click.option("--reached", metavar="STEP", help="This step is reached.")
@click.option("--not-reached", metavar="STEP", help="It is not, after all; needs --note.")
@click.option("--not-needed", metavar="STEP", help="It does not apply here; needs --note.")
@click.option("--on", "on", metavar="DATE", help="Since which day it is so (default: today).")
@click.option("--note", metavar="TEXT", help="On what grounds; kept with it.")
@click.option("--by", metavar="NAME", help="Who says so; kept in the audit chain.")
@click.option("--history", is_flag=True, help="All that was ever said of SUBJECT, oldest first.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def readiness(
    options: Options,
    subject: str | None,
    reached: str | None,
    not_reached: str | None,
    not_needed: str | None,
    on: str | None,
    note: str | None,
    by: str | None,
    history: bool,
    as_json: bool,
) -> int:
    """Show how ready the house is to bill, or say of SUBJECT that a step is reached.

    SUBJECT is cpt:92229, fda:K240058, cmaa and the like, or tool:ID of the inventory. What is said is added to the
    record and never altered; the newest word on a step counts.
    """
    given = {Reach.REACHED: reached, Reach.OPEN: not_reached, Reach.NOT_NEEDED: not_needed}
    named = [(reach, step) for reach, step in given.items() if step is not None]
    if not named:
        if on or note or by:
            raise UsageError("Name the step: --reached, --not-reached or --not-needed STEP.")
        return _show(options, subject, history=history, as_json=as_json)
    if subject is None or len(named) > 1 or history:
        raise UsageError("Name one SUBJECT and one step: cmaa-monitor readiness cpt:92229 --reached code-in-force")
    (reach, step), name = named[0], name_of(by)
    why = reason_of(note, needed_for="" if reach is Reach.REACHED else f"“{reach}”", option="--note")
    house = options.house
    with house.writer() as store:
        now = house.clock(store).now()
        ready = readiness_now(house, store, subject_of(store, subject))
        said = StepSaid(
            subject=ready.subject,
            step=_step(ready, step).id,
            reach=reach,
            on=_day(on, now, house.config.time_zone),
            by=name,
            at=now,
            note=why,
        )
        _must_be_news(ready, said)
        kept = store.readiness.keep(said)
    options.note(f"Kept as {kept.id}.")
    return _show(options, subject, history=False, as_json=as_json)


def _show(options: Options, subject: str | None, *, history: bool, as_json: bool) -> int:
    from monitor.compose.readiness import history_lines, readiness_line, readiness_lines

    house = options.house
    if history and subject is None:
        raise UsageError("--history needs a SUBJECT.")
    with house.reader() as store:
        today = house.clock(store).now().astimezone(house.config.time_zone).date()
        found = (
            house.rulebook.readiness(store.readiness.said())
            if subject is None
            else (readiness_now(house, store, subject_of(store, subject)),)
        )
        demo = store.is_demo
    if as_json:
        write_json("cmaa-monitor.readiness.v1", {"demo": demo, "readiness": [readiness_body(one) for one in found]})
        return 0
    write_ribbon(demo=demo)
    if subject is None:
        for one in found:
            print(f"{one.subject}: {readiness_line(one, today)}")
        if not found:
            options.note(
                "Nothing was said yet. Such as: cmaa-monitor readiness cpt:92229 --reached code-in-force --by NAME"
            )
        return 0
    for line in history_lines(found[0]) if history else readiness_lines(found[0], today):
        print(line)
    return 0


def subject_of(store: "Store", written: str) -> str:
    """The matter's name as it is kept. Raises UsageError for what cannot be asked about, and for an unknown tool."""
    from monitor.assess.subjects import read_subject

    if not written.strip().lower().startswith(_TOOL):
        return str(read_subject(written))
    tool_id = written.strip()[len(_TOOL) :].strip().lower()
    if tool_id not in {tool.id for tool in store.inventory() or ()}:
        raise UsageError(f"There is no tool “{tool_id[:40]}”. List them: cmaa-monitor tools list")
    return f"{_TOOL}{tool_id}"


def readiness_now(house: "House", store: "Store", subject: str, before: datetime | None = None) -> Readiness:
    """The ladder of a matter; with ``before``, as it stood then."""
    from monitor.assess.readiness import readiness_of

    return readiness_of(subject, house.rulebook.readiness_steps, store.readiness.said(before))


def _step(ready: Readiness, step: str) -> ReadyStep:
    found = next((one for one in ready.steps if one.id == step.strip().lower()), None)
    if found is None:
        raise UsageError(f"There is no step “{step[:40]}”. The steps are: {', '.join(one.id for one in ready.steps)}.")
    return found


def _day(written: str | None, now: datetime, zone: tzinfo) -> date:
    today = now.astimezone(zone).date()
    if written is None:
        return today
    try:
        on = date.fromisoformat(written.strip())
    except ValueError:
        raise UsageError(f"--on “{written[:40]}” is no day; write one such as {today}.") from None
    if on > today:
        raise UsageError(f"--on {on} is still to come; say it when it is so.")
    return on


def _must_be_news(ready: Readiness, said: StepSaid) -> None:
    before = _step(ready, said.step)
    if before.said is None and said.reach is Reach.OPEN:
        raise UsageError(f"Nobody said that {said.step} is reached; it is open.")
    if before.said and (before.reach, before.said.on, before.said.note) == (said.reach, said.on, said.note):
        raise UsageError(f"So it was said before, by {before.said.by} ({before.said.id}).")


def readiness_body(ready: Readiness) -> dict[str, object]:
    """A ladder as plain JSON values."""
    at, above = ready.stands_at, ready.next_open
    return {
        "subject": ready.subject,
        "stands_at": at.id if at else None,
        "since": at.said.on.isoformat() if at and at.said else None,
        "next_open": above.id if above else None,
        "next_expected": (at.next_step or None) if at else None,
        "open_below": [step.id for step in ready.skipped],
        "steps": [
            {"id": step.id, "says": step.says, "state": step.reach.value, "said": _said_body(step.said)}
            for step in ready.steps
        ],
        "history": [_said_body(one) for one in ready.history],
    }


def _said_body(said: StepSaid | None) -> dict[str, object] | None:
    if said is None:
        return None
    word = {"step": said.step, "state": said.reach.value, "on": said.on.isoformat()}
    return {"id": said.id, **word, "by": said.by, "note": said.note or None, "at": said.at}
