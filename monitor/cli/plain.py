"""Nouns as plain JSON values for ``--json``. Adding a member is compatible; changing one bumps the schema's version."""

from datetime import date
from typing import TYPE_CHECKING

from monitor.model.assessment import Assessment, LegalDate, Reason
from monitor.model.difference import Change, Difference
from monitor.model.hand import HandSaved
from monitor.model.snapshot import Strip
from monitor.model.source import DocumentVersion
from monitor.model.tool import ToolMatch
from monitor.pipeline.record import Polled

if TYPE_CHECKING:  # of no use to a poll that tells of none of them
    from monitor.model.cluster import Placement
    from monitor.model.decision import Decision
    from monitor.model.digest import Beside
    from monitor.model.problem import SourceProblem
    from monitor.model.question import Answer, SheetRow


def check_body(polled: Polled) -> dict[str, object]:
    """One row of the ledger."""
    check = polled.check
    return {
        "id": check.source_id,
        "verdict": check.ruling.verdict.value,
        "code": check.ruling.code,
        "reason": check.ruling.reason,
        "verified": check.ruling.verdict.verified,
        "items": check.items,
        "http_status": check.http_status,
        "requests": check.requests,
        "trigger": check.trigger.value,
        "hand_saved": hand_body(check.hand),
        "started_at": check.started_at,
        "ended_at": check.ended_at,
        "ledger_entry": check.id,
        "changes": [change.id for change, _ in polled.changes],
    }


def change_body(change: Change, assessment: Assessment, *, differences: bool = False) -> dict[str, object]:
    """A change with its assessment; ``differences`` adds every item in full."""
    body: dict[str, object] = {
        "id": change.id,
        "source": change.source_id,
        "news": change.news.value,
        "headline": change.headline,
        "tier": assessment.tier.value,
        "level": assessment.level.value,
        "direction": assessment.direction.value if assessment.direction else None,
        "topics": [topic.value for topic in assessment.topics],
        "codes": list(assessment.codes),
        "devices": list(assessment.devices),
        "tools": [match_body(match) for match in assessment.tools],
        "tools_known": assessment.tools_known,
        "ai_class": assessment.ai_class,
        "ai_class_basis": assessment.ai_class_basis,
        "confidence": assessment.confidence,
        "confidence_grounds": list(assessment.confidence_grounds),
        "reasons": [reason_body(reason) for reason in assessment.reasons],
        "dates": [date_body(legal) for legal in assessment.dates],
        "stage": None
        if assessment.stage is None
        else {
            "ladder": assessment.stage.ladder,
            "before": assessment.stage.before,
            "after": assessment.stage.after,
            "next": assessment.stage.next_step,
        },
        "times": {"last_unchanged_at": change.last_unchanged_at, "first_changed_at": change.first_changed_at},
        "found_late": change.found_late,
        "reverts": change.reverts,
        "hand_saved": hand_body(change.hand),
        "rendered_by": change.rendered_by,
        "rules_version": assessment.rules_version,
        "items": len(change.differences),
    }
    if differences:
        body["differences"] = [difference_body(one) for one in change.differences]
    return body


def decision_body(said: "Decision | None") -> dict[str, object] | None:
    """A decision about a change; null where none stands."""
    if said is None:
        return None
    return {
        "id": said.id,
        "outcome": said.outcome.value,
        "reason": said.reason or None,
        "by": said.by,
        "owner": said.owner or None,
        "due": said.due.isoformat() if said.due else None,
        "duplicate_of": said.duplicate_of,
        "at": said.at,
    }


def match_body(match: ToolMatch) -> dict[str, object]:
    """One of the house's own tools that a change touches."""
    return {
        "id": match.tool_id,
        "product": match.product,
        "ai_class": match.ai_class,
        "sites": list(match.sites),
        "owner": match.owner or None,
        "match": match.by.value,
        "confidence": match.confidence,
        "ground": match.ground,
        "key": match.key,
    }


def cluster_body(placed: "Placement") -> dict[str, object]:
    """The cluster of an event, and its other sights."""
    also = [
        {"change": one.change_id, "source": one.source_id, "at": one.at, "ground": one.ground or None}
        for one in placed.also_seen
    ]
    return {"id": placed.cluster_id, "ground": placed.ground or None, "also_seen": also}


def hand_body(hand: HandSaved | None) -> dict[str, object] | None:
    """Who saved a copy by hand, and when; null for a fetched one."""
    if hand is None:
        return None
    return {"by": hand.by, "taken_at": hand.taken_at, "url": hand.url, "note": hand.note}


def version_body(version: DocumentVersion | None, today: date) -> dict[str, object] | None:
    """Which version of a document a source holds, and whether it is in force today; null where there is but one."""
    if version is None:
        return None
    days = {"in_force_from": version.first_day, "in_force_until": version.last_day}
    return {"document": version.document, **days, "standing": version.standing(today)}


def problem_body(problem: "SourceProblem") -> dict[str, object]:
    """A problem of watching; ``closed`` is null while it is open."""
    finding, closing = problem.finding, problem.closing
    return {
        "id": problem.id,
        "source": finding.source_id,
        "sources": list(finding.sources) or [finding.source_id],
        "trouble": finding.trouble.value,
        "code": finding.code,
        "reason": finding.reason,
        "since": finding.since,
        "opened_at": problem.opened_at,
        "told_at": problem.told_at,
        "tellings": problem.tellings,
        "ledger_entry": finding.check_id,
        "page_sha256": problem.page_sha256,
        "closed": None
        if closing is None
        else {"at": closing.at, "how": closing.how, "by": closing.by, "reason": closing.reason},
    }


def answer_body(answer: "Answer") -> dict[str, object]:
    """An answer to a standing question; ``id`` and ``given_at`` are null for the starter sheet's."""
    return {
        "id": answer.id,
        "question": answer.question_id,
        "state": answer.state.value,
        "text": answer.text,
        "citations": list(answer.citations),
        "by": answer.by,
        "looked_on": answer.looked_on,
        "given_at": answer.given_at,
    }


def sheet_body(row: "SheetRow") -> dict[str, object]:
    """A standing question with its newest answer, the change that last moved it, and those that may have since."""
    return {
        "question": row.question.id,
        "asks": row.question.asks,
        "answer": answer_body(row.answer),
        "moved_by": row.moved_by,
        "may_have_moved": list(row.may_move),
    }


def reason_body(reason: Reason) -> dict[str, object]:
    return {
        "rule": reason.rule,
        "level": reason.level,
        "text": reason.text,
        "quote": reason.quote,
        "key": reason.key,
    }


def date_body(legal: LegalDate) -> dict[str, object]:
    return {
        "kind": legal.kind,
        "on": legal.on,
        "clock": legal.clock,
        "basis": legal.basis,
        "ground": legal.ground,
        "key": legal.key,
    }


def difference_body(one: Difference) -> dict[str, object]:
    return {
        "act": one.act.value,
        "key": one.key,
        "label": one.label,
        "weight": one.weight.value,
        "fields": fields_body(one),
        "before": _item(one.before),
        "after": _item(one.after),
    }


def fields_body(one: Difference) -> list[dict[str, str]]:
    return [{"name": f.name, "old": f.old, "new": f.new, "kind": f.weight.value} for f in one.fields]


def strip_body(strip: Strip) -> dict[str, object]:
    """What one rule cut out of a copy."""
    return {
        "rule": strip.rule,
        "kind": strip.kind.value,
        "parts": strip.parts,
        "chars": strip.chars,
        "share": round(strip.share, 4),
    }


def beside_body(one: "Beside") -> dict[str, object]:
    """What is on record elsewhere about one item of a change."""
    return {
        "key": one.key,
        "source": one.source_id,
        "name": one.source_name,
        "url": one.url,
        "seen_at": one.seen_at,
        "facts": dict(one.facts),
    }


def _item(item: object) -> object:
    from monitor.model.snapshot import Passage, Record

    match item:
        case Record(fields=fields, url=url):
            return {"fields": dict(fields), "url": url}
        case Passage(headings=headings, text=text):
            return {"headings": list(headings), "text": text}
    return None
