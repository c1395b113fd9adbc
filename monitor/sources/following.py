"""The documents behind a list: each record that ``Source.follow`` names becomes a source of its own, a child.

A child's id is its parent's id, a slash, and a slug of the document's own id. It stays the same over versions, dated
file names and re-sorted lists, so that a document keeps its baseline for as long as the list names it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from monitor.formats.dates import dates_in_name
from monitor.formats.text import collapse
from monitor.model.ids import SourceId
from monitor.model.snapshot import Record, Snapshot
from monitor.model.source import Follow, Route, Source

LONGEST_SLUG: Final = 60
_PLACE: Final = re.compile(r"\{([^{}]+)\}")
_NOT_IN_SLUG: Final = re.compile(r"[^a-z0-9.]+")
_SUFFIX: Final = re.compile(r"\.[a-z]{3,5}$")


class Child(Struct, frozen=True, kw_only=True):
    """One followed document: the source that watches it, and the record it was found by."""

    source: Source
    record: Record


class Following(Struct, frozen=True, kw_only=True):
    """What is followed from one list. ``left_out``: a sentence for each reason why a document that was meant is not."""

    children: tuple[Child, ...] = ()
    left_out: tuple[str, ...] = ()


def children(source: Source, records: Sequence[Record]) -> tuple[Source, ...]:
    """The sources behind ``records``, the newest accepted content of ``source``: for each of ``source.follow`` in
    turn, those in the list's order. Ids are unique.
    """
    return tuple(child.source for child in following(source, records).children)


def following(source: Source, records: Sequence[Record]) -> Following:
    """The children with their records, and in words what was meant to be followed but is not.

    Of several versions of one document the newest is followed.
    """
    found: list[_Draft] = []
    left_out: list[str] = []
    for place, follow in enumerate(source.follow):
        meant = [record for record in records if _is_meant(follow, record)]
        newest = _newest_of_each(follow, meant)
        drafts = [
            _Draft(follow=follow, place=place, record=record, identity=identity, url=url)
            for identity, record in newest.items()
            if (url := _address(source, follow, record))
        ]
        found += drafts[: follow.limit]
        if records:
            left_out += _left_out(follow, len(meant), len(newest), len(drafts))
    return Following(children=_children(source, found), left_out=tuple(left_out))


class _Draft(Struct, frozen=True, kw_only=True):
    """A child that has no id yet. ``place``: of its Follow among those of the list."""

    follow: Follow
    place: int
    record: Record
    identity: str
    url: str

    @property
    def slug(self) -> str:
        """What the id ends with, unless another document's slug is just like it."""
        slug = _slug(self.identity)
        return f"{slug}.{self.follow.part}" if self.follow.part else slug

    @property
    def marked(self) -> str:
        return _marked(self.slug, f"{self.identity}#{self.place}")


def identified(source: Source, snapshot: Snapshot) -> Snapshot:
    """The same content, each record under the document id that ``Follow.identity`` reads from its address or key: a new
    file name is then a modification of the document, not one document gone and another come.
    """
    if not any(follow.identity for follow in source.follow):
        return snapshot
    return replace(snapshot, records=tuple(_with_document(source.follow, record) for record in snapshot.records))


def _with_document(follows: Iterable[Follow], record: Record) -> Record:
    follow = next((one for one in follows if _is_meant(one, record)), None)
    found = _read_identity(follow, record) if follow else None
    return replace(record, document=found) if found else record


def _is_meant(follow: Follow, record: Record) -> bool:
    return all(
        any(re.search(pattern, _value(record, name) or "") for name in names.split("|"))
        for names, pattern in follow.where
    )


def _value(record: Record, name: str) -> str | None:
    """What a record says under a name; None when it says nothing of the kind. ``url?ver`` is what its address says for
    ``ver``, however that is capitalized; ``key/2`` is the second of the parts that slashes divide its key into;
    ``number`` the digits of its document's id.
    """
    if name in record.fields:
        return record.fields[name]
    if name.startswith("url?"):
        said = {key.casefold(): value for key, value in parse_qsl((record.url or "").partition("?")[2])}
        return said.get(name.removeprefix("url?").casefold())
    if name.startswith("key/") and name[4:] in {"1", "2", "3"}:
        return dict(enumerate(record.key.split("/"), start=1)).get(int(name[4:]))
    if name == "number":
        digits = re.search(r"\d+", record.document or record.key)
        return digits[0] if digits else None
    own = {"key": record.key, "label": record.label, "url": record.url, "document": record.document}
    return own.get(name)


def _newest_of_each(follow: Follow, records: Iterable[Record]) -> dict[str, Record]:
    """One record for each document's id, in the order in which the documents are first named."""
    newest: dict[str, Record] = {}
    for record in records:
        identity = _read_identity(follow, record) or record.document or record.key
        if identity not in newest or _age(newest[identity]) < _age(record):
            newest[identity] = record
    return newest


def _read_identity(follow: Follow, record: Record) -> str | None:
    for text in (unquote(record.url or ""), unquote(record.key)) if follow.identity else ():
        match = re.search(follow.identity or "", text)
        if match and (found := match[1] if match.re.groups else match[0]):
            return found
    return None


def _age(record: Record) -> tuple[str, list[tuple[int, int, str]], str]:
    """Grows with a version: the latest date in the key, then the key with its numbers read as numbers."""
    parts = [
        (1, int(part), "") if part.isascii() and part.isdigit() else (0, 0, part)
        for part in re.split(r"([0-9]{1,18})", record.key)
    ]
    return max(dates_in_name(record.key), default=""), parts, record.key


def _address(source: Source, follow: Follow, record: Record) -> str | None:
    """Where the document lies; None when the record does not say, or says something that is no web address.

    A list that is itself fetched over https may still link with http, an old habit of old pages: https is asked. Braces
    are quoted, for a published address is no template (see ``model.dated``).
    """
    written = record.url if follow.url is None else _filled(follow.url, record, for_address=True)
    from monitor.formats.html import absolute_url  # only where documents are followed

    url = absolute_url(written.replace("{", "%7B").replace("}", "%7D"), "") if written else None
    if url and url.startswith("http://") and source.routes[0].url.startswith("https://"):
        return "https://" + url.removeprefix("http://")
    return url


def _filled(template: str, record: Record, *, for_address: bool) -> str | None:
    """The template with its names filled in; None when one of them has no value. A template that is one name alone
    stands for a field that holds a whole address.
    """
    names = _PLACE.findall(template)
    values = {name: _value(record, name) for name in names}
    if not all(values.values()):
        return None

    def put(place: re.Match[str]) -> str:
        value = collapse(values[place[1]] or "")
        return quote(value, safe="") if for_address and place[0] != template else value

    return _PLACE.sub(put, template)


def _children(source: Source, drafts: Sequence[_Draft]) -> tuple[Child, ...]:
    """The drafts under their ids. Different documents whose slugs are alike are each marked, all of them, so that the
    order of the list never decides which document an id means.
    """
    times = Counter(draft.slug for draft in drafts)
    ids = [SourceId(f"{source.id}/{draft.slug if times[draft.slug] == 1 else draft.marked}") for draft in drafts]
    before = _sequels(dict(zip(ids, drafts, strict=True)))
    return tuple(
        Child(source=_child(source, draft, child_id, before.get(child_id)), record=draft.record)
        for child_id, draft in zip(ids, drafts, strict=True)
    )


def _sequels(drafts: Mapping[SourceId, _Draft]) -> dict[SourceId, SourceId]:
    """Child -> the child before it in the same matter."""
    matters: dict[tuple[int, str], list[SourceId]] = {}
    for child_id in sorted(drafts, key=lambda one: _age(drafts[one].record)):
        draft = drafts[child_id]
        for matter in _matters(draft):
            matters.setdefault((draft.place, matter), []).append(child_id)
    return {later: earlier for line in matters.values() for earlier, later in pairwise(line)}


def _matters(draft: _Draft) -> frozenset[str]:
    if draft.follow.sequel is None:
        return frozenset()
    name, pattern = draft.follow.sequel
    return frozenset(match[0] for match in re.finditer(pattern, _value(draft.record, name) or ""))


def _child(source: Source, draft: _Draft, child_id: SourceId, sequel_to: SourceId | None) -> Source:
    follow = draft.follow
    return Source(
        id=child_id,
        name=_name(source, follow, draft.record),
        authority=source.authority,
        kind=follow.kind,
        routes=(Route(url=draft.url),),
        every=follow.every or source.every,
        extractor=follow.extractor,
        contract=follow.contract,
        reading=follow.reading,
        floor=source.floor if follow.floor is None else follow.floor,
        respect_robots=source.respect_robots,
        why=source.why,
        noun=follow.noun,
        follow=follow.follow,
        parent=source.id,
        sequel_to=sequel_to,
        browser=follow.browser,
    )


def _name(source: Source, follow: Follow, record: Record) -> str:
    template = follow.name.replace("{parent}", source.name.replace("{", "(").replace("}", ")"))
    return (_filled(template, record, for_address=False) or collapse(record.label))[:200] or source.name


def _slug(identity: str) -> str:
    """Lower-case letters, digits, dots and hyphens. Of an address its last part stands for it, without the ending."""
    text = unquote(identity).lower()
    if "://" in text:
        parts = urlsplit(text)
        last = next((part for part in reversed(parts.path.split("/")) if part), parts.netloc)
        text = _SUFFIX.sub("", last) + (f"-{parts.query}" if parts.query else "")
    slug = _NOT_IN_SLUG.sub("-", text).strip("-.")
    return slug if 0 < len(slug) <= LONGEST_SLUG else _marked(slug[:LONGEST_SLUG], identity)


def _marked(slug: str, identity: str) -> str:
    """The slug with a mark of what it stands for, so that no other document has the same."""
    return f"{slug}-{sha256(identity.encode()).hexdigest()[:8]}".strip("-")


def _left_out(follow: Follow, meant: int, documents: int, with_address: int) -> Iterator[str]:
    if not meant and not follow.beside:
        yield "Nothing on the list fits where: under follow:, so nothing is followed."
    if documents > with_address:
        yield f"{documents - with_address:,} of {documents:,} documents have no address to follow."
    if with_address > follow.limit:
        yield (
            f"{with_address - follow.limit:,} of {with_address:,} documents are not followed: the limit is"
            f" {follow.limit:,}. Raise limit: under follow:, or narrow where:."
        )
    if meant > documents:
        yield f"{meant - documents:,} older versions stand beside the newest of their documents and are not followed."
