"""``cmaa-monitor assess --replay``: what other rules would have made of the stored history."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

from monitor.assess.learned import version_with
from monitor.cli.exits import Exit
from monitor.cli.options import Options
from monitor.cli.output import one_line, write_json, write_ribbon, write_table
from monitor.config import parse_since
from monitor.model.assessment import Tier
from monitor.model.errors import UsageError
from monitor.pipeline.rejudge import Rejudged, keep_opinions, rejudge
from monitor.store import Store


def replay_history(options: Options, *, since: str | None, folder: str | None, by: str | None, as_json: bool) -> int:
    """Judges every stored change anew and shows what differs; ``by``: stores it in that person's name."""
    house = options.house
    if by is not None and not by.strip():
        raise UsageError("--apply must name the person who answers for it.")
    if folder is not None and by is not None:
        raise UsageError("Put the rules in force first (data/reference beside sources.yaml), then --apply.")
    if folder is not None and not (Path(folder) / "data" / "reference").is_dir():
        raise UsageError(f"{folder} has no data/reference folder with rules in it.")
    rules = house.rules if folder is None else house.rulebook.of(Path(folder))
    opened: Callable[[], AbstractContextManager[Store]] = house.reader if by is None else house.writer
    with opened() as store:
        now, zone = house.clock(store).now(), house.config.time_zone
        kept = store.queries.changes(since=None if since is None else parse_since(since, now, zone))
        sources = {source.id: source for source in house.watched(store).sources}
        learned = store.learned_rules()
        found = tuple(rejudge(store, kept, sources, rules, zone, learned))
        differing = tuple(one for one in found if one.differs)
        if by is not None and differing:
            with store.unit() as unit:
                keep_opinions(unit, differing, by=by.strip(), at=now)
        demo, left_out = store.is_demo, len(kept) - len(found)
    version = version_with(rules.version, learned)
    if as_json:
        bodies = [_body(one) for one in differing]
        facts = {"rules_version": version, "judged": len(found), "left_out": left_out, "applied": by is not None}
        write_json("cmaa-monitor.replay.v1", {"demo": demo, **facts, "load": load(found), "differing": bodies})
        return int(Exit.OK)
    write_ribbon(demo=demo)
    print(f"{len(found)} changes under rules {version}: {len(differing)} would be judged otherwise.")
    if left_out:
        print(f"{left_out} left out: their sources are no longer watched.")
    if differing:
        columns = ("CHANGE", "WAS", "WOULD BE", "BY", "HEADLINE")
        write_table(columns, [_row(one) for one in differing], colourful=options.colourful)
    print(load_line(found))
    if by is not None:
        print(f"{len(differing)} newer opinions kept; the older ones stay, and nobody was told again.")
    return int(Exit.OK)


def _row(one: Rejudged) -> tuple[str, ...]:
    rule = one.would_be.reasons[0].rule if one.would_be.reasons else "no rule"
    was, would = (f"{a.tier}, {a.level}" for a in (one.was, one.would_be))
    return (one.change.id, was, would if would != was else "dates or codes", rule, one_line(one.change.headline)[:80])


def _body(one: Rejudged) -> dict[str, object]:
    sides = {"was": one.was, "would_be": one.would_be}
    return {
        "id": one.change.id,
        "headline": one.change.headline,
        **{name: {"level": a.level.value, "tier": a.tier.value, "codes": list(a.codes)} for name, a in sides.items()},
        "rules": [reason.rule for reason in one.would_be.reasons],
    }


def load(found: Sequence[Rejudged]) -> dict[str, object]:
    """What the reader would have been asked: ACT a month and REVIEW a week, mean and most."""
    days = sorted(one.change.first_changed_at.date() for one in found)
    weeks = max(1.0, ((days[-1] - days[0]).days + 1) / 7) if days else 1.0
    acts = Counter(f"{d:%Y-%m}" for d in _days_of(found, Tier.ACT))
    reviews = Counter(str(d - timedelta(days=d.weekday())) for d in _days_of(found, Tier.REVIEW))
    tiers = Counter(one.would_be.tier.value for one in found)
    return {
        "weeks": round(weeks, 1),
        "tiers": dict(tiers),
        "act_per_month": round(tiers[Tier.ACT.value] / max(1.0, weeks / 4.35), 2),
        "act_most_in_a_month": max(acts.values(), default=0),
        "review_per_week": round(tiers[Tier.REVIEW.value] / weeks, 2),
        "review_most_in_a_week": max(reviews.values(), default=0),
    }


def load_line(found: Sequence[Rejudged]) -> str:
    """``load`` in words."""
    told = load(found)
    acts = f"ACT {told['act_per_month']} a month (most {told['act_most_in_a_month']})"
    reviews = f"REVIEW {told['review_per_week']} a week (most {told['review_most_in_a_week']})"
    return f"Over {told['weeks']} weeks: {acts}, {reviews}."


def _days_of(found: Sequence[Rejudged], tier: Tier) -> list[date]:
    return [one.change.first_changed_at.date() for one in found if one.would_be.tier is tier]
