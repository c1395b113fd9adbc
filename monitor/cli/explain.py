"""``cmaa-monitor explain``: why a change was judged as it was, and why somebody was told of it or was not."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from monitor.app import House
from monitor.assess.learned import version_with
from monitor.cli.known import known_change
from monitor.cli.options import Options
from monitor.cli.output import local, one_line, write_json, write_ribbon
from monitor.cli.plain import reason_body
from monitor.model.delivery import Subscriber
from monitor.model.difference import Weight
from monitor.model.errors import UsageError
from monitor.store import Store
from monitor.store.changes import StoredChange
from monitor.store.deliveries import StoredDelivery

if TYPE_CHECKING:
    from monitor.assess.explain import Step

MAX_ITEMS = 12


@click.command()
@click.argument("change_id", metavar="CH-…")
@click.option("--subscriber", "subscriber_id", metavar="ID", help="Why this subscriber was told of it, or was not.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout, every item.")
@click.pass_obj
def explain(options: Options, change_id: str, subscriber_id: str | None, as_json: bool) -> int:
    """Say which rule, term and weight gave a change its level, and what held it back, by the rules in force."""
    house = options.house
    with house.reader() as store:
        kept = known_change(store, change_id)
        write_ribbon(demo=store.is_demo and not as_json)
        if subscriber_id is not None:
            _explain_telling(house, store, kept, _subscriber(house, subscriber_id), as_json=as_json)
            return 0
        items = _steps(house, store, kept)
        by_learned = _learned(house, store, kept)
        in_force = version_with(house.rules.version, store.learned_rules())
    if as_json:
        body = [
            {"key": key, "level": level, "steps": [_step_body(one) for one in steps]} for key, level, steps in items
        ]
        reasons = [reason_body(reason) for reason in kept.assessment.reasons]
        stored = {"level": kept.assessment.level.value, "tier": kept.assessment.tier.value, "reasons": reasons}
        versions = {"rules_version": kept.assessment.rules_version, "rules_in_force": in_force}
        learned = [{"rule": rule_id, "misfits": list(grounds)} for rule_id, grounds in by_learned]
        write_json(
            "cmaa-monitor.explain.v1", {"id": kept.change.id, **stored, **versions, "learned": learned, "items": body}
        )
        return 0
    for line in _lines(kept, items, in_force):
        print(line)
    for rule_id, grounds in by_learned:
        print(one_line(f"Learned rule {rule_id}, in force: {'; '.join(grounds) or 'it filters this out'}"))
    return 0


Explained = tuple[str, str, "tuple[Step, ...]"]


def _steps(house: House, store: Store, kept: StoredChange) -> list[Explained]:
    """Key, level and steps of every item told, the gravest first."""
    from monitor.assess.assess import judge_item
    from monitor.assess.explain import explain_item
    from monitor.assess.items import item_from_difference
    from monitor.pipeline.rejudge import product_codes_before

    known = product_codes_before(store, kept.before_snapshot_id, kept.change)
    found = []
    for one in kept.change.differences:
        if one.weight is Weight.MATERIAL:
            item = item_from_difference(one, kept.change.source_id)
            level = judge_item(item, house.rules, known_product_codes=known).level
            found.append((level.rank, one.key, level.value, explain_item(item, house.rules, known)))
    found.sort(key=lambda entry: -entry[0])
    return [entry[1:] for entry in found]


def _learned(house: House, store: Store, kept: StoredChange) -> list[tuple[str, tuple[str, ...]]]:
    """Each learned rule in force for the source, with why it does not cover the change (nothing: it does)."""
    from monitor.assess.learned import misfits
    from monitor.pipeline.rejudge import rejudge

    source_id, sources = kept.change.source_id, {source.id: source for source in house.watched(store).sources}
    rules = [one for one in store.learned_rules() if one.pattern.source_id == source_id]
    judged = rejudge(store, [kept] if rules else [], sources, house.rules, house.config.time_zone)
    opinion = next((one.would_be for one in judged), kept.assessment)
    return [(str(one.id), misfits(one.pattern, opinion, kept.change, house.rules)) for one in rules]


def _lines(kept: StoredChange, items: list[Explained], in_force: str) -> Iterator[str]:
    opinion = kept.assessment
    yield one_line(f"{kept.change.id}  {kept.change.headline}")
    yield f"Judged     {opinion.level}, {opinion.tier}; confidence {opinion.confidence}"
    yield f"Rules      {opinion.rules_version}"
    if opinion.rules_version != in_force:
        yield f"In force   {in_force} (below; what would change: cmaa-monitor assess --replay)"
    for reason in opinion.reasons:
        yield f"  {reason.level:<9}" + one_line(f"{reason.rule}: {reason.text}")
    for key, level, steps in items[:MAX_ITEMS]:
        yield ""
        yield one_line(f"{key}: {level} by its own words")
        for step in steps:
            yield f"  {step.weight:<22} " + one_line(f"{step.rule}: {step.says}")
            yield "  " + " " * 23 + one_line(f"“{step.quote[:160]}”")
        if not steps:
            yield "  no rule, term or code was found in it"
    if len(items) > MAX_ITEMS:
        yield f"\nand {len(items) - MAX_ITEMS} more items: --json has them all"


def _subscriber(house: House, subscriber_id: str) -> Subscriber:
    for one in house.config.subscribers:
        if one.id == subscriber_id:
            return one
    known = ", ".join(one.id for one in house.config.subscribers) or "none"
    raise UsageError(f"No subscriber “{subscriber_id}” in {house.config.path.name}. Known are: {known}.")


def _explain_telling(house: House, store: Store, kept: StoredChange, who: Subscriber, *, as_json: bool) -> None:
    from monitor.assess.routing import misfits

    grounds = [list(misfits(kept.assessment, kept.change.source_id, one)) for one in who.interests]
    fits = any(not one for one in grounds)
    told = [one for one in store.outbox.deliveries(subject_id=kept.change.id) if one.delivery.recipient_id == who.id]
    told_before = _told_in_cluster(store, kept, who)
    if as_json:
        states = [{"state": one.delivery.state.value, "sent_at": one.sent_at, "error": one.last_error} for one in told]
        body = {"id": kept.change.id, "subscriber": who.id, "wants": fits, "misfits": grounds, "deliveries": states}
        body["told_of_same_event_in"] = told_before
        write_json("cmaa-monitor.explain-telling.v1", body)
        return
    for one in told:
        print(one_line(f"{who.id} was told of {kept.change.id}: {_ending(house, one)}"))
    if not told:
        print(f"{who.id} was not told of {kept.change.id}.")
    if not who.interests:
        print("  It asks to be told of nothing at once.")
    for number, misfit in enumerate(grounds, start=1):
        print("  " + one_line(f"interest {number}: {'; '.join(misfit) or 'fits'}"))
    if fits and not told and told_before:
        print(f"  It was told of the same event in {', '.join(told_before)}, and nothing here was new to it.")
    elif fits and not told:
        print("  It would be told today: the subscription or the opinion is newer than the change.")


def _told_in_cluster(store: Store, kept: StoredChange, who: Subscriber) -> list[str]:
    """The other sights of the same event of which the subscriber was told."""
    seen = store.queries.placement(kept.change.id)
    others = [one.change_id for one in seen.also_seen] if seen and not who.every_sighting else []
    return [
        change_id
        for change_id in others
        if any(one.delivery.recipient_id == who.id for one in store.outbox.deliveries(subject_id=change_id))
    ]


def _ending(house: House, one: StoredDelivery) -> str:
    if one.sent_at is not None:
        return f"sent {local(one.sent_at, house.config.time_zone)} by {one.delivery.channel}"
    return f"{one.delivery.state} by {one.delivery.channel}" + (f" ({one.last_error})" if one.last_error else "")


def _step_body(step: "Step") -> dict[str, str]:
    return {"rule": step.rule, "weight": step.weight, "says": step.says, "quote": step.quote}
