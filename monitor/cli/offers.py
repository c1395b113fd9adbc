"""What a rule learned from a change that was not relevant would have filtered out, shown before it is in force."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from msgspec import Struct

from monitor.cli.options import Options
from monitor.cli.output import write_table
from monitor.compose.hostile import safe_line
from monitor.compose.learned import pattern_lines
from monitor.compose.wording import count
from monitor.model.assessment import Level
from monitor.model.errors import UsageError
from monitor.pipeline.rejudge import Rejudged

if TYPE_CHECKING:
    from monitor.app import House
    from monitor.pipeline.learning import Offer
    from monitor.store import Store
    from monitor.store.changes import StoredChange

WORDS_LIMIT = 80
DAYS = 90
"""So far back the history is replayed."""


class Offered(Struct, frozen=True, kw_only=True):
    """The rules offered for a change, over how many changes they were tried, and why there are none."""

    change_id: str
    offers: "tuple[Offer, ...]"
    tried: int
    left_out: int
    why_none: str = ""


def offered_for(house: "House", store: "Store", kept: "StoredChange", words: str = "") -> Offered:
    """Judges the change and the last 90 days anew, without what was learned before, and tries each rule on them.

    Raises UsageError for ``words`` that the change's own titles do not hold.
    """
    from monitor.assess.learned import holds_words, never_hidden
    from monitor.pipeline.learning import beside_tools, offers
    from monitor.pipeline.rejudge import rejudge

    if len(words) > WORDS_LIMIT:
        raise UsageError(f"--words has {len(words)} characters; at most {WORDS_LIMIT} are kept.")
    if words and not all(holds_words(one, words) for one in kept.change.differences):
        raise UsageError(f"“{words[:60]}” does not stand in every title of {kept.change.id}; a rule must fit it.")
    since = house.clock(store).now() - timedelta(days=DAYS)
    history = store.queries.changes(since=since)
    sources = {source.id: source for source in house.watched(store).sources}
    rules, zone, tools = house.rules, house.config.time_zone, store.inventory()
    own = tuple(beside_tools(rejudge(store, [kept], sources, rules, zone), tools))
    found = tuple(beside_tools(rejudge(store, history, sources, rules, zone), tools))
    made = offers(own[0], found, rules, words) if own else ()
    why = "" if made else _why_none(never_hidden(own[0].would_be, rules) if own else None)
    left_out = len(history) - len(found)
    return Offered(change_id=kept.change.id, offers=made, tried=len(found), left_out=left_out, why_none=why)


def _why_none(spared: tuple[str, ...] | None) -> str:
    if spared is None:
        return "its source is no longer watched"
    return f"{'; '.join(spared)}: no learned rule ever hides that" if spared else "nothing in it makes a narrow rule"


def print_offers(offered: Offered, options: Options, *, only: int | None = None) -> None:
    """Each offer with what it would have hidden; or the one of that number alone."""
    if not offered.offers:
        print(f"No rule is offered for {offered.change_id}: {offered.why_none}.")
        return
    if offered.left_out:
        print(f"{offered.left_out} changes could not be tried: their sources are no longer watched.")
    for number, offer in enumerate(offered.offers, start=1):
        if only in {None, number}:
            _print(offer, number, offered.tried, options)


def _print(offer: "Offer", number: int, tried: int, options: Options) -> None:
    print(f"Offer {number}: filter out")
    for line in pattern_lines(offer.pattern):
        print(f"  {line}")
    print(f"Of the {count(tried, 'change')} of the last {DAYS} days it would have hidden {len(offer.hides)}:")
    if offer.hides:
        rows = [_row(one) for one in offer.hides]
        write_table(("CHANGE", "JUDGED", "HEADLINE"), rows, colourful=options.colourful)
    high = sum(one.would_be.level is Level.HIGH for one in offer.hides)
    if high:
        print(f"CAREFUL: {high} of them {'is' if high == 1 else 'are'} of level high.")
    for spared in offer.spares:
        one = spared.judged
        print(f"NOT HIDDEN though it is alike: {one.change.id} {one.would_be.tier}: {'; '.join(spared.grounds)}")


def _row(one: Rejudged) -> tuple[str, ...]:
    return (one.change.id, f"{one.would_be.tier}, {one.would_be.level}", safe_line(one.change.headline, 90))


def offer_body(offer: "Offer", number: int) -> dict[str, object]:
    """An offer as plain JSON values."""
    return {
        "offer": number,
        "covers": list(pattern_lines(offer.pattern)),
        "hides": [_told(one) for one in offer.hides],
        "spares": [{**_told(one.judged), "because": list(one.grounds)} for one in offer.spares],
    }


def offers_body(offered: Offered) -> dict[str, object]:
    found: Sequence[dict[str, object]] = [offer_body(one, n) for n, one in enumerate(offered.offers, start=1)]
    tried = {"days": DAYS, "tried": offered.tried, "left_out": offered.left_out}
    return {"change": offered.change_id, **tried, "offers": found, "why_none": offered.why_none or None}


def _told(one: Rejudged) -> dict[str, object]:
    told = {"tier": one.would_be.tier.value, "level": one.would_be.level.value}
    return {"id": one.change.id, **told, "headline": one.change.headline}
