"""The register of settings: a row for each thing that was altered, when that was seen; nothing is ever overwritten.

What is in force at a moment is the newest row of each thing until then; a row without content takes its thing out.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Literal, TypeAlias

from monitor.model.delivery import Subscriber
from monitor.model.ids import Sha256, SourceId
from monitor.model.register import Alteration, Altered, Kept, Settings, SettingsChange, Watching
from monitor.model.source import Source
from monitor.store.codec import from_json, to_terse_json
from monitor.store.connection import Database
from monitor.store.times import to_moment, to_text

_Thing: TypeAlias = tuple[Kept, str]

_IN_FORCE = (
    "SELECT kept, id, content FROM registered AS r WHERE content IS NOT NULL AND settings ="
    " (SELECT max(settings) FROM registered AS n WHERE n.kept = r.kept AND n.id = r.id)"
)
_ENTRY = (
    "SELECT content FROM registered JOIN settings ON number = settings WHERE kept = ? AND id = ? AND at {} ?"
    " AND content IS NOT NULL ORDER BY settings {} LIMIT 1"
)


def register(database: Database, settings: Settings, at: datetime) -> SettingsChange | None:
    """Keeps what is altered since the settings that were registered last; None when nothing is. Inside the caller's
    transaction.
    """
    now = _things(settings)
    sha256, was = _sha256(now), newest(database)
    if sha256 == was:
        return None
    before = {(Kept(kept), id_): content for kept, id_, content in database.rows(_IN_FORCE)}
    number = int(database.value("SELECT max(number) FROM settings") or 0) + 1
    database.write("INSERT INTO settings (number, at, sha256) VALUES (?, ?, ?)", [number, to_text(at), sha256])
    for kept, id_ in sorted({*before, *now}):
        content = now.get((kept, id_))
        if content != before.get((kept, id_)):
            row = [number, kept.value, id_, content]
            database.write("INSERT INTO registered (settings, kept, id, content) VALUES (?, ?, ?, ?)", row)
    return SettingsChange(number=number, at=at, sha256=sha256, was=was, altered=tuple(_altered(before, now)))


def is_registered(database: Database, settings: Settings) -> bool:
    """Whether these are the settings that were registered last."""
    return newest(database) == _sha256(_things(settings))


def newest(database: Database) -> Sha256 | None:
    """The hash of the settings registered last; None before the first."""
    found = database.value("SELECT sha256 FROM settings ORDER BY number DESC LIMIT 1")
    return None if found is None else Sha256(found)


def changes(database: Database) -> tuple[SettingsChange, ...]:
    """Every registering, oldest first."""
    in_force: dict[_Thing, str] = {}
    found: list[SettingsChange] = []
    was: Sha256 | None = None
    for number, at, sha256 in database.rows("SELECT number, at, sha256 FROM settings ORDER BY number"):
        before = dict(in_force)
        for kept, id_, content in database.rows(
            "SELECT kept, id, content FROM registered WHERE settings = ? ORDER BY kept, id", [number]
        ):
            if content is None:
                in_force.pop((Kept(kept), id_), None)
            else:
                in_force[Kept(kept), id_] = content
        altered = tuple(_altered(before, in_force))
        found.append(SettingsChange(number=number, at=to_moment(at), sha256=sha256, was=was, altered=altered))
        was = sha256
    return tuple(found)


def watchings(database: Database) -> tuple[Watching, ...]:
    """Every stretch in which a source was in the settings, by when it began."""
    begun: dict[SourceId, datetime | None] = {}
    ended: list[Watching] = []
    rows = database.rows(
        "SELECT id, number, at, content IS NULL FROM registered JOIN settings ON number = settings"
        " WHERE kept = 'source' ORDER BY number, id"
    )
    for id_, number, at, is_out in rows:
        if is_out:
            ended.append(Watching(source_id=id_, from_at=begun.pop(id_), until_at=to_moment(at)))
        else:
            begun.setdefault(id_, to_moment(at) if number > 1 else None)
    return (*ended, *(Watching(source_id=id_, from_at=at, until_at=None) for id_, at in begun.items()))


def edited_since(database: Database, at: datetime) -> frozenset[SourceId]:
    """The sources that have an entry of ``at`` or later."""
    sql = "SELECT id FROM registered JOIN settings ON number = settings WHERE kept = 'source' AND at >= ?"
    return frozenset(id_ for (id_,) in database.rows(sql, [to_text(at)]))


def entry_at(database: Database, source_id: SourceId, at: datetime) -> Source | None:
    """The source as the settings described it just before ``at``; as they first did, where that was later; None for one
    that was never in them.
    """
    content = _content_at(database, Kept.SOURCE, source_id, "<", at)
    return None if content is None else from_json(Source, content)


def mail_at(database: Database, recipient_id: str, at: datetime) -> tuple[str | None, str | None]:
    """To and from which address mail for the recipient went at ``at``; None for what was never registered."""
    subscriber = _content_at(database, Kept.SUBSCRIBER, recipient_id, "<=", at)
    mail = _content_at(database, Kept.SETTING, "mail", "<=", at)
    to = from_json(Subscriber, subscriber).address if subscriber is not None else None
    return to, json.loads(json.loads(mail))["from"] if mail is not None else None


def _content_at(database: Database, kept: Kept, id_: str, until: Literal["<", "<="], at: datetime) -> str | None:
    """The content registered last ``until`` that moment, else the first after it."""
    moment = to_text(at)
    for before, order in ((until, "DESC"), (">" if until == "<=" else ">=", "ASC")):
        content = database.value(_ENTRY.format(before, order), [kept.value, id_, moment])
        if content is not None:
            return str(content)
    return None


def _things(settings: Settings) -> dict[_Thing, str]:
    """Each thing by its name, as canonical JSON."""
    found: dict[_Thing, str] = {(Kept.SOURCE, one.id): to_terse_json(one) for one in settings.sources}
    found |= {(Kept.SUBSCRIBER, one.id): to_terse_json(one) for one in settings.subscribers}
    return found | {(Kept.SETTING, name): json.dumps(text) for name, text in settings.others.items()}


def _sha256(things: Mapping[_Thing, str]) -> Sha256:
    """Over a line for each thing (kind, id, content), the lines sorted."""
    lines = sorted(f"{kept.value} {id_} {content}\n" for (kept, id_), content in things.items())
    return Sha256(hashlib.sha256("".join(lines).encode()).hexdigest())


def _altered(before: Mapping[_Thing, str], now: Mapping[_Thing, str]) -> Iterator[Altered]:
    for kept, id_ in sorted({*before, *now}):
        was, is_ = before.get((kept, id_)), now.get((kept, id_))
        if was == is_:
            continue
        if was is None or is_ is None:
            yield Altered(kept=kept, id=id_, alteration=Alteration.ADDED if was is None else Alteration.REMOVED)
        else:
            members = tuple(_members(json.loads(was), json.loads(is_)))
            yield Altered(kept=kept, id=id_, alteration=Alteration.EDITED, members=members)


def _members(was: object, is_: object) -> Iterator[str]:
    """The names of what differs, those inside ``reading`` and ``contract`` by their own."""
    if not isinstance(was, dict) or not isinstance(is_, dict):
        return
    for name in sorted({*was, *is_}):
        if was.get(name) == is_.get(name):
            continue
        inner = list(_members(was.get(name, {}), is_.get(name, {})))
        yield from inner or [name]
