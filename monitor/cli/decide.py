"""``cmaa-monitor decide``: what a person decided about a change; kept, audited, and undone only by another decision."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import click

from monitor.cli.known import known_change
from monitor.cli.options import Options
from monitor.cli.output import write_json, write_ribbon
from monitor.cli.people import name_of, reason_of
from monitor.cli.plain import decision_body
from monitor.compose.decided import decision_words
from monitor.compose.hostile import safe_line
from monitor.model.decision import IN_HAND, NEEDS_REASON, Decision, Outcome
from monitor.model.errors import UsageError
from monitor.store import Store
from monitor.store.changes import StoredChange

_FLAGS = {
    Outcome.NOT_RELEVANT: ("--not-relevant", "It should not have been told; a rule is offered."),
    Outcome.NO_IMPACT: ("--no-impact", "Rightly told, and there is nothing for us to do."),
    Outcome.MONITOR: ("--monitor", "It stays in hand: somebody watches it."),
    Outcome.ACTION_NEEDED: ("--action-needed", "It stays in hand until it is done."),
    Outcome.DONE: ("--done", "What was in hand is done."),
    Outcome.REOPENED: ("--reopen", "The decision before counts no more; the change awaits one again."),
}
_OUTCOMES = "monitor.decide.outcomes"


def _outcome_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One flag for each outcome; which were given stands in the context, so that two of them can be refused."""

    def noting(outcome: Outcome) -> Callable[[click.Context, click.Parameter, bool], None]:
        def note(ctx: click.Context, _: click.Parameter, given: bool) -> None:
            ctx.meta.setdefault(_OUTCOMES, []).extend([outcome] if given else [])

        return note

    for outcome, (flag, words) in reversed(_FLAGS.items()):
        option = click.option(flag, is_flag=True, expose_value=False, callback=noting(outcome), help=words)
        command = option(command)
    return command


@click.command()
@click.argument("change_ids", metavar="CH-…", nargs=-1, required=True)
@_outcome_options
@click.option("--duplicate-of", "original", metavar="CH-…", help="The same event as another change, decided there.")
@click.option("--reason", metavar="TEXT", help="Why; needed unless it stays in hand or is done.")
@click.option("--by", "--as", "by", required=True, metavar="NAME", help="Who decides; kept in the audit chain.")
@click.option("--owner", metavar="NAME", help="Who has it in hand.")
@click.option("--due", metavar="DATE", help="Until when, such as 2026-12-02.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.pass_context
def decide(
    ctx: click.Context,
    change_ids: tuple[str, ...],
    original: str | None,
    reason: str | None,
    by: str,
    owner: str | None,
    due: str | None,
    as_json: bool,
) -> int:
    """Keep a person's decision about one change, or the same about several.

    Decisions are added to the record and never altered; the newest one counts. What waits: cmaa-monitor changes --open
    """
    options: Options = ctx.obj
    outcome = _one_outcome(ctx.meta.get(_OUTCOMES, []), original)
    name, why = name_of(by), reason_of(reason, needed_for=f"“{outcome}”" if outcome in NEEDS_REASON else "")
    house = options.house
    with house.writer() as store:
        now, zone = house.clock(store).now(), house.config.time_zone
        until = None if due is None else _day(due, now.astimezone(zone).date())
        known = [known_change(store, one) for one in dict.fromkeys(map(str.upper, change_ids))]
        twin = known_change(store, original).change.id if original else None
        said = [
            Decision(
                change_id=kept.change.id,
                outcome=outcome,
                by=name,
                at=now,
                reason=why,
                owner=_owner(outcome, owner, kept.decision),
                due=until or _due(outcome, kept.decision),
                duplicate_of=twin,
            )
            for kept in known
        ]
        for one, kept in zip(said, known, strict=True):
            _must_be_news(one, kept)
        decided = store.decisions.keep(said)
        also, demo = _same_event(store, decided), store.is_demo
    if as_json:
        write_json("cmaa-monitor.decisions.v1", {"demo": demo, "decisions": [_body(one) for one in decided]})
        return 0
    write_ribbon(demo=demo)
    for one, kept in zip(decided, known, strict=True):
        print(f"{one.id}  {one.change_id}  {safe_line(kept.change.headline, 90)}")
        print(f"  {decision_words(one, zone.key)}")
    _say_what_else(options, decided, also)
    return 0


def _say_what_else(options: Options, decided: Sequence[Decision], also: Sequence[str]) -> None:
    """What a person may want to do next: learn from the decision, undo what was learned, close the same elsewhere."""
    outcome = decided[0].outcome
    if outcome is Outcome.NOT_RELEVANT:
        _offer(options, decided)
    elif outcome is Outcome.REOPENED:
        _remind(options, decided)
    for change_id in also:
        options.note(f"The same event is open as {change_id}; to close it too: --duplicate-of {decided[0].change_id}")


def _offer(options: Options, decided: Sequence[Decision]) -> None:
    """What could be learned from it: nothing is in force until a person adopts it."""
    from monitor.cli.offers import offered_for, print_offers

    if len(decided) > 1:
        options.note("What could be learned from one of them: cmaa-monitor rules offer CH-…")
        return
    for one in decided:
        with options.house.reader() as store:
            found = offered_for(options.house, store, known_change(store, one.change_id))
        print_offers(found, options)
        if found.offers:
            options.note(
                f"Nothing is filtered out yet. To adopt one: cmaa-monitor rules adopt {one.change_id} --by NAME"
            )


def _remind(options: Options, decided: Sequence[Decision]) -> None:
    """A rule does not end with the decision it was learned from."""
    ids = {one.change_id for one in decided}
    with options.house.reader() as store:
        for rule in store.learned_rules():
            if rule.change_id in ids:
                options.note(
                    f"{rule.id}, learned from it, is in force still. Undo it: cmaa-monitor rules undo {rule.id}"
                )


def _one_outcome(given: Sequence[Outcome], original: str | None) -> Outcome:
    named = [*given, *([Outcome.DUPLICATE] if original else [])]
    if len(named) != 1:
        flags = ", ".join(flag for flag, _ in _FLAGS.values())
        raise UsageError(f"Say one thing that was decided: {flags} or --duplicate-of CH-…")
    return named[0]


def _day(written: str, today: date) -> date:
    try:
        on = date.fromisoformat(written.strip())
    except ValueError:
        raise UsageError(f"--due “{written[:40]}” is no day; write one such as {today}.") from None
    if on < today:
        raise UsageError(f"--due {on} has passed already.")
    return on


def _owner(outcome: Outcome, owner: str | None, before: Decision | None) -> str:
    """Who had it in hand keeps it, unless another is named."""
    if owner is not None:
        return name_of(owner, "--owner")
    return before.owner if before and outcome in IN_HAND | {Outcome.DONE} else ""


def _due(outcome: Outcome, before: Decision | None) -> date | None:
    return before.due if before and outcome in IN_HAND else None


def _must_be_news(said: Decision, kept: StoredChange) -> None:
    before = kept.decision
    if said.duplicate_of == said.change_id:
        raise UsageError(f"{said.change_id} cannot be a duplicate of itself.")
    if before is None and said.outcome is Outcome.REOPENED:
        raise UsageError(f"No decision about {said.change_id} stands; there is nothing to reopen.")
    if before is not None and _content(before) == _content(said):
        raise UsageError(f"{said.change_id} was decided so before, by {before.by} ({before.id}).")


def _content(said: Decision) -> tuple[object, ...]:
    return said.outcome, said.reason, said.owner, said.due, said.duplicate_of


def _same_event(store: Store, decided: Sequence[Decision]) -> list[str]:
    """The other sights of the events decided about that still await a decision."""
    if not decided[0].stands or decided[0].outcome is Outcome.DUPLICATE:
        return []
    open_now = {item.change_id for item in store.queries.open_items(store.queries.last_seq()) if item.decision is None}
    seen = [store.queries.placement(one.change_id) for one in decided]
    return sorted({s.change_id for placed in seen if placed for s in placed.also_seen} & open_now)


def _body(said: Decision) -> dict[str, object]:
    return {"change": said.change_id, **(decision_body(said) or {})}
