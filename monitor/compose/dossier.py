"""A dossier in words for a terminal: where the matter stands, what moved it, what is ahead, on what evidence."""

from collections.abc import Iterator, Sequence
from typing import Final

from monitor.compose.card_dates import date_line
from monitor.compose.hostile import safe_line
from monitor.compose.readiness import readiness_lines
from monitor.compose.sheet import sheet_lines
from monitor.compose.versions import standing
from monitor.compose.wording import capital, count, day, listed, local_day, moment
from monitor.model.question import SheetRow
from monitor.model.source import IN_FORCE
from monitor.model.subject import Dossier, Holding, LastLook, Naming, Rung, SubjectKind

_TITLES: Final = {
    SubjectKind.CMAA: "CMAA (clinically meaningful algorithmic analyses)",
    SubjectKind.APPENDIX_S: "CPT Appendix S",
}
_FEW: Final = 8
_NO_LADDER: Final = frozenset({SubjectKind.CMAA, SubjectKind.APPENDIX_S})
"""Kinds that are answered otherwise where no change has shown a step."""


def dossier_lines(dossier: Dossier, time_zone: str, *, limit: int | None = _FEW) -> list[str]:
    """Every line of the answer; lists are cut to ``limit`` items and the rest counted (None: nothing is cut)."""
    title = _TITLES.get(dossier.subject.kind, str(dossier.subject))
    known = "known to the monitor by" if dossier.as_of else "on record at"
    lines = [f"{title}, as {known} {moment(dossier.at, time_zone)} (commit {dossier.seq})."]
    if dossier.as_of and not any(look.last for look in dossier.looks):
        lines.append("Not watched then: no source that could show it had been asked by that time.")
    elif not dossier.is_known:
        lines += _unknown(dossier)
    for part in (_stage, _readiness, _versions, _questions, _dates, _held, _coverage, _named, _changes):
        lines += part(dossier, time_zone, limit)
    return [*lines, *_looks(dossier.looks, time_zone)]


def _unknown(dossier: Dossier) -> list[str]:
    asked = [safe_line(look.source_name, 60) for look in dossier.looks if look.last]
    where = (
        f"It stands in none of the watched lists ({listed(asked, 4)})." if asked else "No list of its kind is watched."
    )
    near = f" Held with a similar number: {', '.join(safe_line(one, 40) for one in dossier.nearest)}."
    return [f"Nothing is on record. {where}{near if dossier.nearest else ''}"]


def _stage(dossier: Dossier, time_zone: str, _: int | None) -> Iterator[str]:
    if dossier.reference:
        yield f"Reference list: {safe_line(dossier.reference, 300)}."
    if not dossier.rungs:
        if dossier.is_known and dossier.subject.kind not in _NO_LADDER:
            yield "Stage: nothing on record says where it stands."
        return
    now = dossier.rungs[-1]
    yield f"Stage: {safe_line(now.says, 80).upper()}{_since(now, dossier, time_zone)}"
    if now.next_step:
        yield f"  Next expected: {safe_line(now.next_step, 160)}."
    yield "  History:"
    for rung in dossier.rungs:
        yield f"    {_rung(rung, time_zone)}"


def _readiness(dossier: Dossier, time_zone: str, _: int | None) -> Iterator[str]:
    if dossier.readiness:
        yield from readiness_lines(dossier.readiness, local_day(dossier.at, time_zone))


def _since(rung: Rung, dossier: Dossier, time_zone: str) -> str:
    today = local_day(dossier.at, time_zone)
    begun = local_day(rung.seen_at, time_zone) if rung.seen_at else rung.stated_on
    days = f", here for {count((today - begun).days, 'day')} that we know of" if begun and begun <= today else ""
    by = f", moved by {rung.change_id}" if rung.change_id else ""
    return f"{days}{by}."


def _rung(rung: Rung, time_zone: str) -> str:
    seen = f"seen {day(local_day(rung.seen_at, time_zone))}" if rung.seen_at else "not seen"
    stated = f", dated {day(rung.stated_on)}" if rung.stated_on else ""
    by = f" [{rung.change_id}]" if rung.change_id else ""
    return f"{capital(safe_line(rung.says, 80))}: {seen}{stated}{by} ({safe_line(rung.ground, 160)})"


def _versions(dossier: Dossier, time_zone: str, _: int | None) -> Iterator[str]:
    today = local_day(dossier.at, time_zone)
    versions = [(one, one.version) for one in dossier.held if one.version]
    for one, version in versions:
        yield f"{capital(standing(version, today))}: {safe_line(one.source_name, 100)}"
    if versions and not any(version.standing(today) == IN_FORCE for _, version in versions):
        yield "In force today: another version, of which no watched source holds a copy."


def _questions(dossier: Dossier, _: str, __: int | None) -> list[str]:
    rows: Sequence[SheetRow] = dossier.sheet
    return sheet_lines(rows)


def _dates(dossier: Dossier, _: str, limit: int | None) -> Iterator[str]:
    if dossier.dates:
        yield "Dates ahead:"
    for legal in dossier.dates[:limit]:
        line = date_line(legal)
        yield f"  {line.day}  {line.what} ({line.basis})"
    yield from _more(len(dossier.dates), limit)


def _held(dossier: Dossier, time_zone: str, limit: int | None) -> Iterator[str]:
    if dossier.held:
        yield "Held:"
    for one in dossier.held[:limit]:
        yield f"  {safe_line(one.key, 80)}: {safe_line(one.label, 160)}"
        yield f"    {safe_line(one.source_name, 80)} ({one.copy.source_id}); {_evidence(one, time_zone)}"
        if one.official_url:
            yield f"    {safe_line(one.official_url, 300)}"
        fields = [(name, value) for name, value in one.fields.items() if value]
        yield from (f"    {safe_line(name, 40)}: {safe_line(value, 200)}" for name, value in fields)
    yield from _more(len(dossier.held), limit)


def _evidence(one: Holding | Naming, time_zone: str) -> str:
    copy = one.copy
    return f"copy of {moment(copy.accepted_at, time_zone)}, sha256 {copy.body_sha256[:12]}, snapshot {copy.snapshot_id}"


def _coverage(dossier: Dossier, time_zone: str, limit: int | None) -> Iterator[str]:
    documents = [one for one in dossier.named_in if one.coverage]
    if dossier.subject.kind is SubjectKind.CPT and dossier.is_known:
        yield f"Coverage documents that name it: {len(documents) or 'none in the watched lists'}"
    elif documents:
        yield f"Coverage documents that name it: {len(documents)}"
    yield from _namings(documents, time_zone, limit)


def _named(dossier: Dossier, time_zone: str, limit: int | None) -> Iterator[str]:
    others = [one for one in dossier.named_in if not one.coverage]
    if others:
        yield f"Also named in: {len(others)}"
    yield from _namings(others, time_zone, limit)


def _namings(items: Sequence[Naming], time_zone: str, limit: int | None) -> Iterator[str]:
    for one in items[:limit]:
        yield f"  {safe_line(one.key, 80) or '-'}: {safe_line(one.label, 120)}"
        yield f"    {safe_line(one.source_name, 80)} ({one.copy.source_id}); {_evidence(one, time_zone)}"
        if one.official_url:
            yield f"    {safe_line(one.official_url, 300)}"
    yield from _more(len(items), limit)


def _changes(dossier: Dossier, time_zone: str, limit: int | None) -> Iterator[str]:
    if dossier.changes:
        yield "Changes:"
    newest = list(reversed(dossier.changes))
    for one in newest[:limit]:
        seen = day(local_day(one.first_changed_at, time_zone))
        decided = f" [{one.decision.outcome.value}]" if one.decision else ""
        yield f"  {one.change_id}  {seen}  {one.tier.value}  {safe_line(one.headline, 90)}{decided}"
    yield from _more(len(newest), limit)


def _more(total: int, limit: int | None) -> Iterator[str]:
    if limit is not None and total > limit:
        yield f"  and {total - limit:,} more; --all shows them"


def _looks(looks: Sequence[LastLook], time_zone: str) -> Iterator[str]:
    asked = [look for look in looks if look.last]
    if asked:
        yield "Last checked:"
    for look in asked:
        yield f"  {safe_line(look.source_name, 80)} ({look.source_id}): {_look(look, time_zone)}"
    never = [safe_line(look.source_id, 60) for look in looks if not look.last]
    if never:
        yield f"Never checked: {listed(never, 6)}."


def _look(look: LastLook, time_zone: str) -> str:
    assert look.last is not None  # noqa: S101 - those that were never asked are told apart
    at = moment(look.last.ended_at, time_zone)
    if look.last.ruling.verdict.verified:
        return f"verified {at}"
    good = f"last verified {moment(look.good_at, time_zone)}" if look.good_at else "never verified"
    return f"UNVERIFIED {at} ({safe_line(look.last.ruling.code, 40)}); {good}"
