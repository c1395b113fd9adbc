"""A document whose one page shows the text of today and then that of later: which is in force, and its steps."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta

from msgspec.structs import replace

from monitor.assess.rules import Rules
from monitor.model.assessment import Assessment, DateKind
from monitor.model.source import IN_FORCE
from monitor.model.subject import Copy, Holding, Rung
from monitor.pipeline.entered import KeptChange

LADDER = "appendix-s"


def in_force_still(
    changes: Sequence[KeptChange], held: Sequence[Holding], copy_of: Callable[[int], Copy | None], today: date
) -> Iterator[Holding]:
    """The text that a page held before the one that takes effect later, where no other copy is of today's."""
    if any(one.version and one.version.standing(today) == IN_FORCE for one in held):
        return
    for later in held:
        kept, until = _text_in_force(later, changes, today)
        copy = copy_of(kept.before_snapshot_id) if kept and kept.before_snapshot_id else None
        if copy and kept and later.version:
            yield replace(
                later,
                copy=copy,
                source_name=f"{later.source_name}, the text before {kept.change.id}",
                label=f"{copy.items} passages",
                version=replace(later.version, first_day=None, last_day=until),
            )


def of_their_time(
    held: Sequence[Holding], then: Sequence[KeptChange], ever: Sequence[KeptChange], today: date
) -> Iterator[Holding]:
    """What was held on a day of the past. An entry says of a page which version it holds today: what it held before a
    change of ``ever`` that was not yet known ``then`` was the text in force.
    """
    known = {kept.change.id for kept in then}
    for one in held:
        kept, _ = _text_in_force(one, ever, today)
        if kept is None or one.version is None or kept.change.id in known:
            yield one
        else:
            yield replace(one, version=replace(one.version, first_day=None, last_day=None))


def _text_in_force(later: Holding, changes: Sequence[KeptChange], today: date) -> tuple[KeptChange | None, date | None]:
    """The change that took the place of the text in force with one that takes effect later, and that text's last day.

    Of several that state such a day, the first: what came after it altered the text to come.
    """
    for kept in changes:
        day = _effective_day(kept.assessment)
        if kept.change.source_id == later.copy.source_id and kept.before_snapshot_id and day and day > today:
            return kept, day - timedelta(days=1)
    return None, None


def _effective_day(opinion: Assessment) -> date | None:
    """The first day on which the change says that something takes effect."""
    return min((legal.on for legal in opinion.dates if legal.kind is DateKind.EFFECTIVE), default=None)


def rungs_of_versions(changes: Sequence[KeptChange], rules: Rules, today: date) -> Iterator[Rung]:
    """What the Panel did and what was published, change by change; the text of a day that has come is in force."""
    published: KeptChange | None = None
    for kept in changes:
        stage = kept.assessment.stage
        if stage is None or stage.ladder not in {"cpt", LADDER}:
            continue
        published = kept if stage.ladder == LADDER else published
        yield Rung(
            says=stage.after,
            next_step=stage.next_step,
            seen_at=kept.change.first_changed_at,
            change_id=kept.change.id,
            stated_on=_effective_day(kept.assessment) if stage.ladder == LADDER else None,
            ground=kept.change.headline,
        )
    day = _effective_day(published.assessment) if published else None
    step = rules.ladders.get(LADDER, {}).get("effective")
    if day is not None and day <= today and step is not None:
        ground = "computed from the date stated"
        yield Rung(says=step.says, next_step=step.next_step, seen_at=None, change_id=None, stated_on=day, ground=ground)


def rungs_of_action(kept: KeptChange) -> Iterator[Rung]:
    """A code has no row of its own in any list: its rungs are what changes that name it say of the Panel's steps."""
    stage, change = kept.assessment.stage, kept.change
    if stage is not None and stage.ladder == "cpt":
        yield Rung(
            says=stage.after,
            next_step=stage.next_step,
            seen_at=change.first_changed_at,
            change_id=change.id,
            stated_on=None,
            ground=change.headline,
        )
