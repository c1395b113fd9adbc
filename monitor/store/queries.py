"""What the digest, the commands and the pages ask of the database. Nothing here writes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.model.assessment import Level, Tier
from monitor.model.hand import HandSaved
from monitor.model.ids import ChangeId, RecordKey, Sha256, SourceId
from monitor.model.register import Watching
from monitor.model.verdict import Check
from monitor.store import captures, ledger, problems, register
from monitor.store.changes import ItemEvent, StoredChange, item_history, stored_changes
from monitor.store.proof_queries import ProofQueries
from monitor.store.telling_queries import TellingQueries
from monitor.store.times import to_moment_or_none, to_text

if TYPE_CHECKING:
    from monitor.model.assessment import Assessment
    from monitor.model.cluster import Placement
    from monitor.model.difference import Change
    from monitor.model.digest import DatedChange, OpenItem
    from monitor.model.feed import CalendarEvent
    from monitor.model.ids import ProblemId
    from monitor.model.link import LinkDecision
    from monitor.model.problem import SourceProblem, Trouble
    from monitor.model.question import Answer
    from monitor.model.register import Settings, SettingsChange
    from monitor.model.source import Source

# The periods are imported where they are asked for: a poll has no use for them, and starts the sooner.

_EVER = 9_223_372_036_854_775_807  # SQLite's largest integer: no limit


class Queries(ProofQueries, TellingQueries):
    """Fits the pipeline's ``DigestStore``. Spans are half-open: ``since`` belongs to them, ``until`` does not."""

    # --- changes

    def changes(
        self,
        *,
        since: datetime | None = None,
        tiers: Collection[Tier] = (),
        sources: Collection[SourceId] = (),
        levels: Collection[Level] = (),
        limit: int | None = None,
    ) -> tuple[StoredChange, ...]:
        """Newest first; an empty filter lets everything pass. ``since`` is of the first sight."""
        terms, values = ["1"], list[object]()
        if since is not None:
            terms, values = ["c.first_changed_at >= ?"], [to_text(since)]
        for column, wanted in (("a.tier", tiers), ("a.level", levels), ("c.source_id", sources)):
            if wanted:
                terms.append(f"{column} IN ({', '.join('?' * len(wanted))})")
                values.extend(str(one) for one in wanted)
        values.append(_EVER if limit is None else limit)
        return stored_changes(self._database, " AND ".join(terms), values, "c.number DESC LIMIT ?")

    def change(self, change_id: ChangeId) -> StoredChange | None:
        found = stored_changes(self._database, "c.id = ?", [change_id], "c.number")
        return found[0] if found else None

    def changes_between(self, from_seq: int, to_seq: int) -> tuple[StoredChange, ...]:
        """The changes found by checks of that commit sequence, both ends included, oldest first."""
        return stored_changes(self._database, "c.check_id BETWEEN ? AND ?", [from_seq, to_seq], "c.check_id, c.number")

    def dated_changes(self) -> "tuple[DatedChange, ...]":
        """Every date of every change, the newest change first."""
        from monitor.store import open_items

        return open_items.dated_changes(self._database)

    def open_items(self, to_seq: int) -> "tuple[OpenItem, ...]":
        """The changes up to ``to_seq`` that ask for a decision and were not taken back whole, oldest first."""
        from monitor.store import open_items

        return open_items.open_items(self._database, to_seq)

    def answers(self, before: datetime | None = None) -> "tuple[Answer, ...]":
        """What people answered to the standing questions, oldest first; or only those given before that moment."""
        from monitor.store import answers

        return answers.answers(self._database, before)

    def placement(self, change_id: ChangeId) -> "Placement | None":
        """The cluster of a change with all that was seen of the same event; None: nothing official names it."""
        from monitor.store import clusters

        return clusters.placement(self._database, change_id)

    def link_decisions(self) -> "dict[tuple[str, str], LinkDecision]":
        """What people decided on proposed links, by the two ends."""
        from monitor.store import links

        return links.decisions(self._database)

    def item_history(self, source_id: SourceId, key: RecordKey) -> tuple[ItemEvent, ...]:
        """All that happened to one item, oldest first."""
        return item_history(self._database, source_id, key)

    # --- the ledger

    def checks(self, since: datetime, until: datetime) -> tuple[Check, ...]:
        """Every source's checks that started in the span, oldest first."""
        where = "started_at >= ? AND started_at < ? ORDER BY started_at, id"
        return ledger.checks(self._database, where, [to_text(since), to_text(until)])

    def ledger(self, source_id: SourceId, since: datetime, until: datetime) -> tuple[Check, ...]:
        """One source's checks that started in the span, oldest first."""
        where = "source_id = ? AND started_at >= ? AND started_at < ? ORDER BY started_at, id"
        return ledger.checks(self._database, where, [source_id, to_text(since), to_text(until)])

    def coverage_rows(self, since: datetime, until: datetime) -> dict[SourceId, tuple[Check, ...]]:
        """``checks``, by source."""
        by_source: dict[SourceId, list[Check]] = {}
        for check in self.checks(since, until):
            by_source.setdefault(check.source_id, []).append(check)
        return {source_id: tuple(found) for source_id, found in by_source.items()}

    def bodies_of(self, check_ids: Sequence[int]) -> dict[int, tuple[Sha256, ...]]:
        """The hashes of the bodies that each check brought home, in order; a check that brought none is left out."""
        return captures.bodies_of(self._database, check_ids)

    def check(self, check_id: int) -> Check | None:
        found = ledger.checks(self._database, "id = ?", [check_id])
        return found[0] if found else None

    def last_checks(self, among: Collection[SourceId] | None = None) -> dict[SourceId, Check]:
        """Each source's newest check that asked the source itself; ``among``: only of these."""
        return ledger.last_checks(self._database, among)

    def last_good_before(self, source_id: SourceId, at: datetime) -> datetime | None:
        """When the newest verified check of the source itself that started before ``at`` ended."""
        return ledger.last_good_before(self._database, source_id, at)

    def first_check_at(self, source_id: SourceId) -> datetime | None:
        """When the source itself was first asked, however that ended."""
        return ledger.first_check_at(self._database, source_id)

    def seen_by_hand(self, until: datetime) -> dict[SourceId, HandSaved]:
        """Each source's newest good copy saved by hand, of those taken before ``until``."""
        return ledger.seen_by_hand(self._database, until)

    def monitoring_since(self) -> datetime | None:
        """The end of the first verified check of any source."""
        return to_moment_or_none(self._database.value("SELECT min(first_good_at) FROM watch"))

    def last_seq(self) -> int:
        """The newest commit sequence; 0 in an empty ledger."""
        return self._database.value("SELECT max(id) FROM ledger") or 0

    def seq_before(self, at: datetime) -> int:
        """The commit sequence of the newest check that started before ``at``; 0 when there is none."""
        return self._database.value("SELECT max(id) FROM ledger WHERE started_at < ?", [to_text(at)]) or 0

    def empty_before(self, at: datetime) -> frozenset[SourceId]:
        """The sources whose newest content accepted by a check that started before ``at`` holds nothing at all."""
        return captures.empty_before(self._database, at)

    def moved(self) -> "dict[SourceId, tuple[str, str]]":
        """Sources whose newest answer came after permanent redirects alone (301, 308): the address asked, and where it
        led.
        """
        return captures.moved(self._database)

    # --- the settings

    def settings_changes(self) -> "tuple[SettingsChange, ...]":
        """Every registering of settings that were new, oldest first."""
        return register.changes(self._database)

    def watchings(self) -> tuple[Watching, ...]:
        """Every stretch in which a source was in the settings, by when it began."""
        return register.watchings(self._database)

    def edited_since(self, at: datetime) -> frozenset[SourceId]:
        """The sources of which the register has another entry since ``at``."""
        return register.edited_since(self._database, at)

    def entry_at(self, source_id: SourceId, at: datetime) -> "Source | None":
        """The source as the settings described it just before ``at``; None for one that was never in them."""
        return register.entry_at(self._database, source_id, at)

    def mail_at(self, recipient_id: str, at: datetime) -> tuple[str | None, str | None]:
        """To and from which address mail for the recipient went at ``at``; None for what is not on record."""
        return register.mail_at(self._database, recipient_id, at)

    def is_registered(self, settings: "Settings") -> bool:
        """Whether these are the settings that were registered last."""
        return register.is_registered(self._database, settings)

    # --- feeds

    def newest_changes(self, limit: int) -> "tuple[tuple[Change, Assessment], ...]":
        """The newest changes with their newest assessments, newest first."""
        return tuple((one.change, one.assessment) for one in self.changes(limit=limit))

    def undone_changes(self) -> frozenset[ChangeId]:
        """The changes that later ones took back whole."""
        from monitor.store import open_items

        return open_items.undone_changes(self._database)

    def calendar(self) -> "tuple[CalendarEvent, ...]":
        """The dates as they were published last, by day."""
        from monitor.store import calendar

        return calendar.published(self._database)

    # --- problems

    def without_problem(self, code: str, trouble: "Trouble", sources: Sequence[SourceId]) -> Mapping[SourceId, Check]:
        """Each source's newest check that ended with ``code`` and during or after which no such problem was open."""
        return ledger.without_problem(self._database, code, trouble.value, sources)

    def open_problems(self) -> "tuple[SourceProblem, ...]":
        """What is wrong with watching now, the oldest first."""
        return problems.found(self._database, "p.closed_at IS NULL", [])

    def problem(self, problem_id: "ProblemId") -> "SourceProblem | None":
        found = problems.found(self._database, "p.id = ?", [problem_id])
        return found[0] if found else None

    def problems(self, since: datetime) -> "tuple[SourceProblem, ...]":
        """Those that are open, or were closed at ``since`` or later, the oldest first."""
        return problems.found(self._database, "p.closed_at IS NULL OR p.closed_at >= ?", [to_text(since)])
