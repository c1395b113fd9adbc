"""``cmaa-monitor status SUBJECT``: what the record says of one matter, now or as of a day."""

from datetime import date, datetime, timedelta, tzinfo

from msgspec.structs import replace

from monitor.assess.subjects import read_subject
from monitor.cli.exits import worst
from monitor.cli.options import Options
from monitor.cli.output import write_json, write_ribbon
from monitor.cli.plain import date_body, decision_body, sheet_body
from monitor.cli.readiness import readiness_body, readiness_now
from monitor.compose.dossier import dossier_lines
from monitor.config.since import parse_since
from monitor.model.errors import UsageError
from monitor.model.source import DocumentVersion
from monitor.model.subject import Copy, Dossier, Holding, LastLook, Moved, Naming, Rung

_DATE = len("2026-11-23")


def tell(options: Options, written: str, *, as_of: str | None, everything: bool, as_json: bool) -> int:
    """Prints the dossier. Raises UsageError for what cannot be asked about."""
    subject, house = read_subject(written), options.house
    zone = house.config.time_zone
    with house.reader() as store:
        now = house.clock(store).now()
        moment = None if as_of is None else _end_of(as_of, now, zone)
        seq = store.queries.last_seq() if moment is None else store.subjects.seq_known_by(moment)
        dossier = house.dossiers(store, as_of=moment).of(subject, now=now, seq=seq, as_of=moment)
        ready = readiness_now(house, store, str(subject), moment)
        decided = store.decisions.newest(moment)
        changes = tuple(replace(one, decision=decided.get(one.change_id)) for one in dossier.changes)
        dossier = replace(dossier, changes=changes, readiness=ready if ready.history else None)
        demo = store.is_demo
    # Of the past it is the answer itself that says how well it was watched.
    unverified = moment is None and any(one.last and not one.last.ruling.verdict.verified for one in dossier.looks)
    if as_json:
        write_json("cmaa-monitor.subject.v1", {"demo": demo, **_body(dossier, zone)})
        return worst(unverified=unverified)
    write_ribbon(demo=demo)
    for line in dossier_lines(dossier, zone.key, **({"limit": None} if everything else {})):
        print(line)
    return worst(unverified=unverified)


def _end_of(written: str, now: datetime, zone: tzinfo) -> datetime:
    """A day means its end, in the reader's zone; a moment means itself. Nothing later than now."""
    try:
        start = parse_since(written, now, zone)
    except UsageError as fault:
        raise UsageError(f"--as-of: {fault}") from None
    if len(written.strip()) != _DATE:
        return start
    return min((start.astimezone(zone).replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=zone), now)


def _body(dossier: Dossier, zone: tzinfo) -> dict[str, object]:
    today = dossier.at.astimezone(zone).date()
    return {
        "subject": str(dossier.subject),
        "at": dossier.at,
        "as_of": dossier.as_of,
        "sequence": dossier.seq,
        "known": dossier.is_known,
        "watched_then": any(look.last for look in dossier.looks),
        "watched_since": dossier.watched_since,
        "stage": _rung(dossier.rungs[-1]) if dossier.rungs else None,
        "history": [_rung(rung) for rung in dossier.rungs],
        "dates_ahead": [date_body(legal) for legal in dossier.dates],
        "held": [_holding(one, _standing(one.version, today)) for one in dossier.held],
        "named_in": [_naming(one) for one in dossier.named_in],
        "changes": [_moved(one) for one in dossier.changes],
        "last_checked": [_look(look) for look in dossier.looks],
        "questions": [sheet_body(row) for row in dossier.sheet],
        "readiness": readiness_body(dossier.readiness) if dossier.readiness else None,
        "reference": dossier.reference or None,
        "nearest": list(dossier.nearest),
    }


def _standing(version: DocumentVersion | None, today: date) -> str | None:
    return None if version is None else version.standing(today)


def _rung(rung: Rung) -> dict[str, object]:
    return {
        "stage": rung.says,
        "next": rung.next_step,
        "seen_at": rung.seen_at,
        "stated_on": rung.stated_on,
        "change": rung.change_id,
        "ground": rung.ground,
    }


def _copy(copy: Copy) -> dict[str, object]:
    evidence = {"sha256": copy.body_sha256, "snapshot": copy.snapshot_id, "ledger_entry": copy.check_id}
    return {"source": copy.source_id, "accepted_at": copy.accepted_at, **evidence}


def _holding(one: Holding, standing: str | None) -> dict[str, object]:
    row = {"key": one.key, "label": one.label, "fields": dict(one.fields), "url": one.official_url}
    return {**row, "standing": standing, "evidence": _copy(one.copy)}


def _naming(one: Naming) -> dict[str, object]:
    row = {"key": one.key, "label": one.label, "url": one.official_url, "coverage_document": one.coverage}
    return {**row, "evidence": _copy(one.copy)}


def _moved(one: Moved) -> dict[str, object]:
    return {
        "id": one.change_id,
        "source": one.source_id,
        "headline": one.headline,
        "tier": one.tier.value,
        "first_changed_at": one.first_changed_at,
        "decision": decision_body(one.decision),
    }


def _look(look: LastLook) -> dict[str, object]:
    ruling = look.last.ruling if look.last else None
    return {
        "source": look.source_id,
        "since": look.since,
        "at": look.last.ended_at if look.last else None,
        "verdict": ruling.verdict.value if ruling else None,
        "verified": ruling.verdict.verified if ruling else False,
        "last_verified_at": look.good_at,
    }
