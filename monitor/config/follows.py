"""``follow:`` of an entry: the documents behind a list that are watched too, each as a source of its own."""

import re
from typing import Final

from monitor.config.addresses import AddressBook
from monitor.config.faults import Wrong
from monitor.config.members import Members, section_of
from monitor.config.nodes import Items, Node, Scalar
from monitor.config.reading import READING, read_contract, read_fetch, read_kind, read_reading
from monitor.config.values import choice, read_pattern, read_text, span, whole
from monitor.model.assessment import Level
from monitor.model.source import Contract, Follow, Kind

read_every: Final = span("5m", "31d")
read_level: Final = choice({level.value: level for level in Level})
FOLLOW_MEMBERS: Final = READING | frozenset(
    "kind url name every identity part floor noun limit contract fetch follow".split()  # noqa: SIM905  one line
)
_LIMIT: Final = whole(1, 10_000)
_USUAL_LIMIT: Final = 100
_PLACE: Final = re.compile(r"\{[^{}]+\}")
_PART: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def read_follows(entry: Members, book: AddressBook) -> tuple[Follow, ...]:
    """The sections of ``follow:`` in order: one, or a list of them."""
    node = entry.place("follow")
    sections = list(entry.items("follow")) if isinstance(node, Items) else [(node, entry.path("follow"))]
    if isinstance(node, Scalar):
        entry.fault(
            "follow", "must be a section of `name: value` lines, such as `follow: {kind: prose}`, or a list of such"
        )
        return ()
    found = (_follow(section_of(part, where, entry.faults), book) for part, where in sections)
    return tuple(follow for follow in found if follow)


def _follow(section: Members, book: AddressBook) -> Follow | None:
    section.only(FOLLOW_MEMBERS)
    kind = section.need("kind", read_kind, "kind: prose")
    where = tuple(section.section("where").texts(read_text, read_pattern))
    reading = read_reading(section, kind)
    follow = Follow(
        kind=kind or Kind.PROSE,  # absent: already a fault; the other members are read all the same, for theirs
        extractor=(kind or Kind.PROSE).value,
        where=where,
        url=section.take("url", lambda node: _read_template(node, book), None),
        name=section.take("name", read_text, "{label}"),
        identity=section.take("identity", _read_identity, None),
        part=section.take("part", _read_part, None),
        every=section.take("every", read_every, None),
        floor=section.take("floor", read_level, None),
        noun=section.take("noun", read_text, "item"),
        limit=section.take("limit", _LIMIT, _USUAL_LIMIT),
        reading=reading,
        contract=read_contract(section.section("contract"), Contract()) if "contract" in section else Contract(),
        browser=section.take("fetch", read_fetch(kind or Kind.PROSE), False),
        follow=read_follows(section, book) if "follow" in section else (),
    )
    return follow if kind else None


def _read_template(node: Node, book: AddressBook) -> str:
    """An address with names in braces, none of them in the host: whom we ask is for the operator to say."""
    text = read_text(node)
    book.check_page(_PLACE.sub("x", text))
    if "{" in text.partition("://")[2].partition("/")[0]:
        raise Wrong("has a {name} in its host; only what follows the host may differ from document to document")
    if "{" not in text:
        raise Wrong("is the same for every document; put a {name} of the list's fields into it, or remove it")
    return text


def _read_identity(node: Node) -> str:
    """A regular expression with one group: the document's id."""
    pattern = read_pattern(node)
    if re.compile(pattern).groups != 1:
        raise Wrong("must hold one pair of round brackets, round the part of the name that is the document's id")
    return pattern


def _read_part(node: Node) -> str:
    text = read_text(node)
    if not _PART.fullmatch(text) or len(text) > 20:
        raise Wrong(f"'{text[:40]}' is not a short word; use lower case, digits and '-', such as codes")
    return text
