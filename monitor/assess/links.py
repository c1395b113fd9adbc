"""Proposes which code a device is billed with and which coverage documents speak of a code, each with its grounds."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec.structs import replace

from monitor.assess.devices import product_code_of
from monitor.assess.fda_numbers import usual_number
from monitor.assess.folding import fold
from monitor.assess.items import Item, item_from_difference
from monitor.assess.rulebook import Rules
from monitor.model.assessment import Assessment
from monitor.model.difference import Act, Change, Difference
from monitor.model.ids import SourceId
from monitor.model.link import Link, LinkDecision, LinkState
from monitor.model.snapshot import Record

MAX_SHOWN = 20

_UNVERIFIED = "unverified"
"""The word by which a note of the reference tables says that nobody has checked the link."""

Decisions = Mapping[tuple[str, str], LinkDecision]
"""The newest decision about each link, by its two ends."""


def with_links(opinion: Assessment, change: Change, rules: Rules, decisions: Decisions) -> Assessment:
    """The opinion with the links that lead on from the items of ``change``; one that a person refused is left out."""
    items = (item_from_difference(one, change.source_id) for one in change.differences)
    found = {(link.left, link.right): link for item in items for link in links_of(item, rules)}
    return replace(opinion, links=decided(found.values(), decisions)[:MAX_SHOWN])


def decided(links: Iterable[Link], decisions: Decisions) -> tuple[Link, ...]:
    """The links as people decided on them, without those that were refused."""
    return tuple(link for link in as_decided(links, decisions) if link.state is not LinkState.REFUSED)


def as_decided(links: Iterable[Link], decisions: Decisions) -> tuple[Link, ...]:
    """The links with what people decided on them, the refused ones too."""
    settled = ((link, decisions.get((link.left, link.right))) for link in links)
    return tuple(link if said is None else replace(link, state=said.state, by=said.by) for link, said in settled)


def proposals(rows: Iterable[Record], source_id: SourceId, rules: Rules) -> tuple[Link, ...]:
    """All links that the rows of FDA's list and the watched documents give rise to, each once."""
    added = (Difference(act=Act.ADDED, key=row.key, label=row.label, before=None, after=row) for row in rows)
    from_devices = (link for one in added for link in _from_device(item_from_difference(one, source_id), rules))
    documents = (link for number in sorted(rules.documents) for link in _to_document(number, rules))
    return tuple({(link.left, link.right): link for link in (*from_devices, *documents)}.values())


def links_of(item: Item, rules: Rules) -> Iterator[Link]:
    """The links that lead on from one item: a device to its codes and on to their documents, a document from its own
    codes.
    """
    if product_code_of(item):
        codes = []
        for link in _from_device(item, rules):
            codes.append(link.right.removeprefix("cpt:"))
            yield link
        for number in sorted(rules.documents) if codes else ():
            yield from (link for link in _to_document(number, rules) if link.left.removeprefix("cpt:") in codes)
    elif item.key is not None:
        yield from _to_document(item.key.partition(" ")[0].upper(), rules)


def _from_device(item: Item, rules: Rules) -> Iterator[Link]:
    number = usual_number(item.value("submissionnumber") or item.key or "")
    if number is None:
        return
    device_type = rules.device_types.get(product_code_of(item))
    for code in device_type.codes if device_type else ():
        assert device_type is not None  # noqa: S101 - it gave the code
        ground = f"product code {device_type.product_code} ({device_type.what})"
        doubt = f"; {device_type.note}" if _UNVERIFIED in device_type.note else ""
        confidence = "Low" if doubt else "High" if device_type.ai_class == "autonomous" else "Medium"
        yield Link(left=f"fda:{number}", right=f"cpt:{code}", ground=ground + doubt, confidence=confidence)
    names = f"{item.value('device', 'devicename')} | {item.value('company', 'applicant')}"
    known = frozenset(device_type.codes if device_type else ())
    for name in rules.device_matcher.find(fold(names)):
        family = rules.families[name]
        for code in (code for code in family.codes if code not in known):
            ground = f"the device's name: {family.says}; ours or the trade's word, not FDA's"
            yield Link(left=f"fda:{number}", right=f"cpt:{code}", ground=ground, confidence="Low")


def _to_document(number: str, rules: Rules) -> Iterator[Link]:
    document = rules.documents.get(number)
    if document is None:
        return
    kind = {"L": "lcd", "D": "lcd", "A": "article"}.get(number[:1], "fr")
    for code in document.codes:
        ground = f"{number} is on the watch list as {document.about}"
        yield Link(left=f"cpt:{code}", right=f"{kind}:{number}", ground=ground, confidence="Medium")
