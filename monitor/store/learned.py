"""The rules learned from what was not relevant. A rule is added once and ended once; nothing is altered or removed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from monitor.model.ids import ChangeId
from monitor.model.learned import LEARNED, Ending, LearnedRule, Pattern
from monitor.store.codec import from_json, to_json
from monitor.store.connection import Database, Row
from monitor.store.numbering import next_id
from monitor.store.times import to_moment, to_text

if TYPE_CHECKING:
    from monitor.store.unit import StoreUnit

_RULES: Final = (
    "SELECT r.id, r.change_id, r.content, r.by, r.reason, r.at, e.by, e.reason, e.at"
    " FROM learned_rule AS r LEFT JOIN learned_rule_end AS e ON e.id = r.id"
)
_LOWERED: Final = (
    "SELECT substr(json_extract(r.value, '$.rule'), ?1), c.id FROM change AS c"
    " JOIN assessment AS a ON a.number = (SELECT max(number) FROM assessment WHERE change_id = c.id)"
    " JOIN json_each(a.content, '$.reasons') AS r"
    " WHERE a.tier = 'NOISE' AND json_extract(r.value, '$.rule') LIKE ?2 ORDER BY c.number"
)


def in_force(database: Database) -> tuple[LearnedRule, ...]:
    """Those that nobody has ended, the oldest first."""
    return tuple(map(_rule, database.rows(f"{_RULES} WHERE e.id IS NULL ORDER BY r.number")))


class LearnedRules:
    """Reads and keeps them; keeping needs a writer's store."""

    def __init__(self, database: Database, unit: "Callable[[], AbstractContextManager[StoreUnit]]") -> None:
        self._database = database
        self._unit = unit

    def all(self) -> tuple[LearnedRule, ...]:
        """Every rule that ever was, the oldest first."""
        return tuple(map(_rule, self._database.rows(f"{_RULES} ORDER BY r.number")))

    def one(self, rule_id: str) -> LearnedRule | None:
        found = self._database.row(f"{_RULES} WHERE r.id = ?", [rule_id])
        return _rule(found) if found else None

    def lowered(self) -> dict[str, tuple[ChangeId, ...]]:
        """The changes that each rule filtered out, by the rule's id, as they are judged now, oldest first."""
        found: dict[str, list[ChangeId]] = {}
        for rule_id, change_id in self._database.rows(_LOWERED, [len(LEARNED) + 1, f"{LEARNED}%"]):
            found.setdefault(rule_id, []).append(ChangeId(change_id))
        return {rule_id: tuple(changes) for rule_id, changes in found.items()}

    def adopt(self, rule: LearnedRule) -> LearnedRule:
        """Puts it in force, with an entry in the audit chain; returns it with its id."""
        with self._unit() as unit:
            kept = replace(rule, id=next_id(self._database, "learned_rule", "LR", rule.at))
            content = to_json(rule.pattern)
            row = {"id": kept.id, "change_id": rule.change_id, "content": content, "by": rule.by, "reason": rule.reason}
            self._database.insert("learned_rule", [{**row, "at": to_text(rule.at)}])
            facts = {"change": rule.change_id, "covers": content, "by": rule.by, "reason": rule.reason}
            unit.audit("learned-rule", str(kept.id), facts, at=rule.at)
        return kept

    def undo(self, rule_id: str, ending: Ending) -> None:
        """Takes it out of force; the rule and what it filtered out stay on record."""
        with self._unit() as unit:
            row = {"id": rule_id, "by": ending.by, "reason": ending.reason, "at": to_text(ending.at)}
            self._database.insert("learned_rule_end", [row])
            unit.audit("learned-rule-undone", rule_id, {"by": ending.by, "reason": ending.reason}, at=ending.at)


def _rule(row: Row) -> LearnedRule:
    id_, change_id, content, by, reason, at, ended_by, ended_reason, ended_at = row
    ending = Ending(by=ended_by, reason=ended_reason, at=to_moment(ended_at)) if ended_at else None
    return LearnedRule(
        id=id_,
        pattern=from_json(Pattern, content),
        change_id=ChangeId(change_id),
        by=by,
        reason=reason,
        at=to_moment(at),
        ending=ending,
    )
