"""``cmaa-monitor date``: a date that a person knows and no page states, entered beside a change."""

from datetime import date as calendar_day
from datetime import datetime
from typing import TYPE_CHECKING

import click

from monitor.cli.by_whom import and_why, by_whom, said
from monitor.cli.known import known_change
from monitor.cli.options import Options
from monitor.cli.output import write_json, write_ribbon
from monitor.cli.people import name_of, reason_of
from monitor.cli.plain import date_body
from monitor.model.assessment import Assessment, Basis, DateKind, LegalDate
from monitor.model.errors import UsageError

if TYPE_CHECKING:
    from monitor.model.difference import Change

_KINDS = tuple(kind.value.replace(" ", "-") for kind in DateKind)
_CLOCK_LIMIT = 40


@click.command()
@click.argument("change_id", metavar="CH-…")
@click.option("--kind", type=click.Choice(_KINDS), required=True, metavar="KIND", help="What the day is the day of.")
@click.option("--on", "on", metavar="DATE", help="The day, such as 2027-01-01.")
@click.option("--clock", metavar="TEXT", help="Time of day and zone, as they were told: “5 p.m. EST”.")
@click.option("--item", metavar="KEY", help="Of which item of the change (default: its only one, else the change).")
@click.option("--withdraw", is_flag=True, help="Take back the date of that kind that was entered.")
@by_whom
@and_why
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_obj
def date(
    options: Options,
    change_id: str,
    kind: str,
    on: str | None,
    clock: str | None,
    item: str | None,
    withdraw: bool,
    by: str,
    reason: str,
    as_json: bool,
) -> int:
    """Enter a date that no page states, such as one told in a contractor's webinar.

    KIND: effective, comment-closes, decision-due, notice-starts, notice-ends, reconsideration-closes, meeting, release
    or retirement.

    It stands in show, status, the digest's dates ahead and the calendar, always with who entered it and on what
    grounds. What a page states stays beside it. Nobody is told at once.
    """
    from monitor.assess.entered_dates import entered_by, with_entered, without_entered

    who, why = said(by, reason)
    who, why = name_of(who), reason_of(why)
    if withdraw == (on is not None) or (withdraw and clock):
        raise UsageError("Write --on DATE to enter a date, or --withdraw to take one back.")
    named = DateKind(kind.replace("-", " "))
    house = options.house
    with house.writer() as store:
        kept = known_change(store, change_id)
        now = house.clock(store).now()
        key = _item(kept.change, item)
        facts: dict[str, object] = {"kind": named.value, "item": key, "by": who, "reason": why}
        if on is None:
            _must_stand(kept.assessment, named, key, kept.change.id)
            opinion, event = without_entered(kept.assessment, named, key), "date-withdrawn"
        else:
            day = _day(on)
            ground = entered_by(who, _today(now, options), why)
            legal = LegalDate(kind=named, on=day, basis=Basis.ENTERED, ground=ground, key=key, clock=_clock(clock))
            opinion, event = with_entered(kept.assessment, legal), "date-entered"
            facts |= {"on": day.isoformat(), "clock": legal.clock}
        with store.unit() as unit:
            unit.assess(kept.change.id, opinion)
            unit.audit(event, kept.change.id, facts, at=now)
        demo = store.is_demo
    _tell(kept.change, opinion, demo=demo, as_json=as_json)
    return 0


def _tell(change: "Change", opinion: Assessment, *, demo: bool, as_json: bool) -> None:
    from monitor.compose.card_dates import date_line, soonest_first

    if as_json:
        dates = [date_body(legal) for legal in soonest_first(opinion.dates)]
        write_json("cmaa-monitor.dates.v1", {"demo": demo, "id": change.id, "dates": dates})
        return
    write_ribbon(demo=demo)
    print(f"{change.id} now has {len(opinion.dates)} date{'' if len(opinion.dates) == 1 else 's'}:")
    for legal in soonest_first(opinion.dates):
        line = date_line(legal)
        print(f"  {line.day}  {line.what} ({line.basis})")


def _today(now: datetime, options: Options) -> calendar_day:
    return now.astimezone(options.house.config.time_zone).date()


def _day(written: str) -> calendar_day:
    try:
        return calendar_day.fromisoformat(written.strip())
    except ValueError:
        raise UsageError(f"--on “{written[:40]}” is no day of the calendar; write one such as 2027-01-01.") from None


def _clock(written: str | None) -> str | None:
    clock = " ".join((written or "").split())
    if len(clock) > _CLOCK_LIMIT or not clock.isprintable():
        raise UsageError(f"--clock must be plain text of at most {_CLOCK_LIMIT} characters, such as “5 p.m. EST”.")
    return clock or None


def _item(change: "Change", written: str | None) -> str | None:
    """The regulator's id of the item; None where the date is one of the whole change. Raises UsageError for another."""
    keys = [str(one.key) for one in change.differences]
    if written is None:
        return keys[0] if len(keys) == 1 and not keys[0].startswith("§") else None
    found = next((key for key in keys if key.casefold() == written.strip().casefold()), None)
    if found is None:
        raise UsageError(f"{change.id} has no item “{written[:60]}”. Its items: {', '.join(keys[:8])}")
    return found


def _must_stand(opinion: Assessment, kind: DateKind, key: str | None, change_id: str) -> None:
    if not any((one.basis, one.kind, one.key) == (Basis.ENTERED, kind, key) for one in opinion.dates):
        raise UsageError(f"Nobody entered such a date for {change_id}; what a page states is not taken back.")
