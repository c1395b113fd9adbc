"""``cmaa-monitor rules``: what was learned from “not relevant”; offered, put in force, listed and undone."""

from typing import TYPE_CHECKING

import click

from monitor.cli.known import known_change
from monitor.cli.offers import Offered, offered_for, offers_body, print_offers
from monitor.cli.options import Options
from monitor.cli.output import write_json, write_ribbon
from monitor.cli.people import name_of, reason_of
from monitor.compose.learned import pattern_lines, rule_lines
from monitor.compose.wording import count
from monitor.model.decision import Outcome
from monitor.model.errors import UsageError
from monitor.model.ids import ChangeId
from monitor.model.learned import Ending, LearnedRule, Pattern

if TYPE_CHECKING:
    from monitor.store import Store

words_option = click.option("--words", default="", metavar="TEXT", help="Only where every title holds these words.")
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")


@click.group(invoke_without_command=True)
@click.pass_context
def rules(ctx: click.Context) -> int | None:
    """Rules learned from changes that were not relevant: list them, see what one would hide, adopt it, undo it."""
    return None if ctx.invoked_subcommand else int(ctx.invoke(list_rules, as_json=False))


@rules.command("list")
@json_option
@click.pass_obj
def list_rules(options: Options, as_json: bool) -> int:
    """List every rule that was ever learned, with what it filters out and how much it did."""
    zone = options.house.config.time_zone
    with options.house.reader() as store:
        known, lowered, demo = store.learned.all(), store.learned.lowered(), store.is_demo
    if as_json:
        bodies = [rule_body(one, lowered.get(str(one.id), ())) for one in known]
        write_json("cmaa-monitor.rules.v1", {"demo": demo, "rules": bodies})
        return 0
    write_ribbon(demo=demo)
    for one in known:
        for line in rule_lines(one, zone.key):
            print(line)
        hidden = lowered.get(str(one.id), ())
        newest = f", newest {', '.join(reversed(hidden[-3:]))}" if hidden else ""
        print(f"  {count(len(hidden), 'change')} filtered out by it as judged now{newest}")
    if not known:
        options.note("Nothing was learned yet. A rule is offered by: cmaa-monitor decide CH-… --not-relevant")
    return 0


@rules.command("offer")
@click.argument("change_id", metavar="CH-…")
@words_option
@json_option
@click.pass_obj
def offer(options: Options, change_id: str, words: str, as_json: bool) -> int:
    """Show which rules could be learned from a change, and what each would have hidden in the last 90 days."""
    house = options.house
    with house.reader() as store:
        found = offered_for(house, store, known_change(store, change_id), words)
        demo = store.is_demo
    if as_json:
        write_json("cmaa-monitor.offers.v1", {"demo": demo, **offers_body(found)})
        return 0
    write_ribbon(demo=demo)
    print_offers(found, options)
    return 0


@rules.command("adopt")
@click.argument("change_id", metavar="CH-…")
@click.option("--offer", "number", type=int, default=1, show_default=True, help="Which of the offers; 1 is narrowest.")
@words_option
@click.option("--by", required=True, metavar="NAME", help="Who puts it in force; kept in the audit chain.")
@click.option("--reason", metavar="TEXT", help="Why (default: that of the decision).")
@json_option
@click.pass_obj
def adopt(options: Options, change_id: str, number: int, words: str, by: str, reason: str | None, as_json: bool) -> int:
    """Put a rule in force that was learned from a change decided to be not relevant.

    From then on news that it covers is kept as noise, counted and listed. It never covers what is critical, to be acted
    on, of a watched code or document, or of a tool of yours.
    """
    house, name = options.house, name_of(by)
    with house.writer() as store:
        kept = known_change(store, change_id)
        said = kept.decision
        if said is None or said.outcome is not Outcome.NOT_RELEVANT:
            raise UsageError(f"Decide first: cmaa-monitor decide {kept.change.id} --not-relevant --reason ... --by ...")
        found = offered_for(house, store, kept, words)
        rule = LearnedRule(
            pattern=_chosen(found, number),
            change_id=kept.change.id,
            by=name,
            reason=reason_of(reason) or said.reason,
            at=house.clock(store).now(),
        )
        _must_be_new(store, rule)
        rule, demo = store.learned.adopt(rule), store.is_demo
    if as_json:
        write_json("cmaa-monitor.rule.v1", {"demo": demo, "rule": rule_body(rule, ()), **offers_body(found)})
        return 0
    write_ribbon(demo=demo)
    print_offers(found, options, only=number)
    print(f"{rule.id} is in force, by {rule.by}. What was told before stands as it was told.")
    options.note(f"Undo it: cmaa-monitor rules undo {rule.id}. Judge the history by it: cmaa-monitor assess --replay")
    return 0


@rules.command("undo")
@click.argument("rule_id", metavar="LR-…")
@click.option("--by", required=True, metavar="NAME", help="Who takes it back; kept in the audit chain.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; kept in the audit chain.")
@click.pass_obj
def undo(options: Options, rule_id: str, by: str, reason: str) -> int:
    """Take a learned rule out of force; it stays on record, and so does what it filtered out."""
    house = options.house
    name, why = name_of(by), reason_of(reason, needed_for="Taking a rule back")
    with house.writer() as store:
        rule = store.learned.one(rule_id.upper())
        if rule is None:
            raise UsageError(f"There is no learned rule {rule_id[:40]}. List them: cmaa-monitor rules")
        if rule.ending is not None:
            raise UsageError(f"{rule.id} was undone before, by {rule.ending.by}.")
        store.learned.undo(str(rule.id), Ending(by=name, reason=why, at=house.clock(store).now()))
        hidden, demo = store.learned.lowered().get(str(rule.id), ()), store.is_demo
    write_ribbon(demo=demo)
    print(f"{rule.id} is undone, by {name}. News like it is told again from the next check on.")
    if hidden:
        print(f"It had filtered out {count(len(hidden), 'change')}: {', '.join(hidden)}")
        options.note("Judge them anew: cmaa-monitor assess --replay, then with --apply NAME")
    return 0


def _chosen(found: Offered, number: int) -> Pattern:
    if not found.offers:
        raise UsageError(f"No rule is offered for {found.change_id}: {found.why_none}.")
    if not 1 <= number <= len(found.offers):
        seen = f"See them: cmaa-monitor rules offer {found.change_id}"
        raise UsageError(f"--offer {number}: there are {len(found.offers)}. {seen}")
    return found.offers[number - 1].pattern


def _must_be_new(store: "Store", rule: LearnedRule) -> None:
    same = next((one for one in store.learned_rules() if one.pattern == rule.pattern), None)
    if same is not None:
        raise UsageError(f"{same.id} is such a rule and in force already, by {same.by}.")


def rule_body(rule: LearnedRule, hidden: tuple[ChangeId, ...]) -> dict[str, object]:
    """A learned rule as plain JSON values."""
    end = rule.ending
    return {
        "id": rule.id,
        "in_force": end is None,
        "from": rule.change_id,
        "by": rule.by,
        "reason": rule.reason,
        "at": rule.at,
        "covers": list(pattern_lines(rule.pattern)),
        "undone": {"by": end.by, "reason": end.reason, "at": end.at} if end else None,
        "filtered_out": list(hidden),
    }
