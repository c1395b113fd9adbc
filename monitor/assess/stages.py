"""Where an item stands on its ladder, read from the fields of its record and nothing else."""

import re
from collections.abc import Mapping

from monitor.assess.dates import is_summary_of_actions
from monitor.assess.devices import product_code_of
from monitor.assess.items import Item
from monitor.assess.rulebook import Rules, Step
from monitor.model.assessment import Stage
from monitor.model.difference import Act

_PROPOSED_ID = re.compile(r"\bDL\d{5}\b")
_TAB = re.compile(r"\btab \d{1,3}\b")
_DRAFT = re.compile(r"\bdrafts?\b")
_NAMING_CHARS = 2_000
_LOCAL_ID = re.compile(r"\b(?:L|A)\d{5}\b")
_PROPOSED_STATUS = {
    "c": "in-comment",
    "in comment": "in-comment",
    "e": "comments-ended",
    "comments ended": "comments-ended",
    "f": "notice",
    "in notice": "notice",
    "a": "final-issued",
    "final issued": "final-issued",
}
_ANALYSIS_STATUS = {"proposed": "proposed", "final": "decided", "closed": "decided", "complete": "decided"}
_RULE_TYPES = {"proposed rule": "proposed", "prorule": "proposed", "rule": "final", "notice": "notice"}


def stage_of(item: Item, rules: Rules) -> Stage | None:
    """The stage now and, for a changed row, before; None when nothing in the item says so."""
    ladder, after = _place(item, item.fields)
    if not after or after not in rules.ladders.get(ladder, {}):
        return None
    before = _place(item, {**item.fields, **item.before})[1] if item.act is Act.MODIFIED and item.before else None
    step = rules.ladders[ladder][after]
    known_before = rules.ladders[ladder].get(before) if before else None
    return Stage(
        ladder=ladder, before=known_before.says if known_before else None, after=step.says, next_step=step.next_step
    )


def step_of(item: Item, rules: Rules) -> tuple[str, Step] | None:
    """The ladder and the rung that the item's fields put it on."""
    ladder, name = _place(item, item.fields)
    step = rules.ladders.get(ladder, {}).get(name or "")
    return None if step is None else (ladder, step)


def has_moved(stage: Stage | None) -> bool:
    """Whether the matter went from one rung to another (a first sight is no move)."""
    return stage is not None and stage.before is not None and stage.before != stage.after


def _place(item: Item, fields: Mapping[str, str]) -> tuple[str, str | None]:
    if product_code_of(item):
        acts = {Act.REMOVED: "removed", Act.MODIFIED: "changed"}
        return "fda", acts.get(item.act, "listed") if item.act else "listed"
    number = fields.get("documentdisplayid", "")
    if _PROPOSED_ID.search(number) or item.source_id == "cms.proposed-lcds":
        return "lcd", _proposed(fields)
    if _LOCAL_ID.search(number):
        return "lcd", _local(fields)
    if fields.get("documenttype") in {"NCA", "NCD"}:
        return "ncd", _national(fields)
    if fields.get("documentnumber"):
        return "rule", _rule(item, fields)
    if item.source_id.startswith("ama.panel-actions") or (
        item.source_id.startswith("ama.") and is_summary_of_actions(item)
    ):
        return "cpt", "panel-action" if is_summary_of_actions(item) else None
    if item.source_id.startswith("ama."):
        return "appendix-s", _appendix_s(item)
    return "", None


def _appendix_s(item: Item) -> str | None:
    """Drafts and tabs by their words; a new text stands on the page of the appendix itself."""
    words = item.text[:_NAMING_CHARS].lower()
    is_page = item.source_id.startswith("ama.appendix-s")
    if not is_page and "appendix s" not in words:
        return None
    if not is_page and _TAB.search(words):
        return "agenda"
    return "published" if is_page else "draft" if _DRAFT.search(words) else None


def _proposed(fields: Mapping[str, str]) -> str:
    status = (fields.get("status") or fields.get("documentstatus") or fields.get("note") or "").strip().lower()
    return _PROPOSED_STATUS.get(status, "proposed")


def _local(fields: Mapping[str, str]) -> str:
    note = fields.get("note", "").lower()
    if "retired" in note:
        return "retired"
    if "future" in note:
        return "notice"
    return "effective"


def _national(fields: Mapping[str, str]) -> str:
    """An analysis by the word of its status (which words there are is not published); a determination is in force."""
    if fields["documenttype"] == "NCD":
        return "decided"
    status = (fields.get("documentstatus") or fields.get("status") or "").lower()
    return next((step for word, step in _ANALYSIS_STATUS.items() if word in status), "opened")


def _rule(item: Item, fields: Mapping[str, str]) -> str | None:
    if re.search(r"; correction\b|^correction", item.title.lower()) or fields.get("documentnumber", "")[:1] in "Cc":
        return "correction"
    return _RULE_TYPES.get(fields.get("type", "").lower())
