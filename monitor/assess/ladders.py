"""The rungs of its ladder that one matter has climbed: what copies and changes showed, and what a date alone did."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from monitor.assess.dates import dates_of
from monitor.assess.days import read_date
from monitor.assess.items import Item, item_from_difference
from monitor.assess.rulebook import Code, Rules, Step
from monitor.assess.stages import step_of
from monitor.model.assessment import DateKind, LegalDate
from monitor.model.difference import Act, Difference
from monitor.model.ids import ChangeId
from monitor.model.snapshot import Record
from monitor.model.subject import Rung

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")

# A rung that ends by itself on a day of that kind, and the rung that follows it.
_ENDS: Final = {
    ("lcd", "in-comment"): (DateKind.COMMENT_CLOSES, "comments-ended"),
    ("lcd", "notice"): (DateKind.EFFECTIVE, "effective"),
    ("rule", "proposed"): (DateKind.COMMENT_CLOSES, "comments-ended"),
    ("rule", "final"): (DateKind.EFFECTIVE, "effective"),
}


class Sighting(Struct, frozen=True, kw_only=True):
    """A row as it was seen: at the first look at its source (``change_id`` None), or by a change."""

    source_id: str
    record: Record
    act: Act
    seen_at: datetime
    change_id: ChangeId | None


def rungs_of(sightings: Sequence[Sighting], rules: Rules, today: date) -> tuple[Rung, ...]:
    """In the order given; a sighting on the same rung as the one before adds none. A last rung that a date has ended
    by ``today`` is followed by the next one, with the rule as its ground.
    """
    rungs: list[Rung] = []
    last: tuple[str, Step, Item] | None = None
    for sighting in sightings:
        item = _item(sighting)
        found = step_of(item, rules)
        if found is None or (rungs and rungs[-1].says == found[1].says and found[0] != "fda"):
            continue
        rungs.append(_seen(sighting, found[1], item, rules))
        last = (*found, item)
    if last is not None:
        rungs.extend(_ended(*last, rules, today))
    return tuple(rungs)


def _item(sighting: Sighting) -> Item:
    record = sighting.record
    before, after = (record, None) if sighting.act is Act.REMOVED else (None, record)
    seen = Difference(act=sighting.act, key=record.key, label=record.label, before=before, after=after)
    return item_from_difference(seen, sighting.source_id)


def _seen(sighting: Sighting, step: Step, item: Item, rules: Rules) -> Rung:
    ground = f"{sighting.source_id}, {sighting.record.key}"
    if sighting.change_id is None:
        ground += ", already so at the first look"
    effective = _day_of(item, DateKind.EFFECTIVE, rules)
    return Rung(
        says=step.says,
        next_step=step.next_step,
        seen_at=sighting.seen_at,
        change_id=sighting.change_id,
        stated_on=effective.on if effective else read_date(item.value("publicationdate", "date")),
        ground=ground,
    )


def _ended(ladder: str, step: Step, item: Item, rules: Rules, today: date) -> Iterator[Rung]:
    kind, follower = _ENDS.get((ladder, step.id), (None, ""))
    legal = _day_of(item, kind, rules) if kind else None
    over = legal is not None and (legal.on < today or (legal.on == today and kind is DateKind.EFFECTIVE))
    if legal is None or not over or follower not in rules.ladders[ladder]:
        return
    then = rules.ladders[ladder][follower]
    ground = f"computed from the date stated: {legal.ground}"
    yield Rung(
        says=then.says, next_step=then.next_step, seen_at=None, change_id=None, stated_on=legal.on, ground=ground
    )


def _day_of(item: Item, kind: DateKind, rules: Rules) -> LegalDate | None:
    return next((legal for legal in dates_of(item, rules.dates) if legal.kind is kind), None)


def rungs_of_code(code: Code | None, rules: Rules, today: date) -> tuple[Rung, ...]:
    """What the reference list says of a code: in force since, or published and in force from, or deleted."""
    day = _DAY.search(code.effective) if code else None
    if code is None or day is None:
        return ()
    on = date.fromisoformat(day[0])
    deleted = "deleted" in code.effective.lower()
    name = "deleted" if deleted else "effective" if on <= today else "published"
    step = rules.ladders.get("cpt", {}).get(name)
    if step is None:
        return ()
    ground = "the reference list codes.yaml, not seen by the monitor"
    return (Rung(says=step.says, next_step=step.next_step, seen_at=None, change_id=None, stated_on=on, ground=ground),)
