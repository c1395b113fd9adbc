"""The database as the rest of the program sees it: watching, telling, asking, each through its own part."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.model.assessment import Assessment
from monitor.model.capture import Capture
from monitor.model.delivery import Delivery
from monitor.model.difference import Change
from monitor.model.errors import StoreError
from monitor.model.ids import ChangeId, RecordKey, Sha256, SourceId
from monitor.model.learned import LearnedRule
from monitor.model.link import LinkDecision
from monitor.model.retention import Rule
from monitor.model.snapshot import Page, Snapshot
from monitor.model.tool import Tool
from monitor.model.watch import WatchState
from monitor.store import captures, changes, ledger, links, newcomers, retention, tools, watch
from monitor.store.backup import check_file, copy_into
from monitor.store.connection import Database
from monitor.store.hosts import Hosts
from monitor.store.lock import WriterLock
from monitor.store.outbox import OutboxTable, due_bundles
from monitor.store.queries import Queries
from monitor.store.times import to_moment_or_none, to_text
from monitor.store.unit import StoreUnit

if TYPE_CHECKING:
    from monitor.store.decisions import Decisions
    from monitor.store.learned import LearnedRules
    from monitor.store.readiness import ReadinessLog
    from monitor.store.rule_texts import RuleTexts
    from monitor.store.subjects import Subjects

# What only some commands ask is imported where it is asked for: a poll has no use for it, and starts the sooner.


class Store:
    """Fits the pipeline's ``WatchStore``; ``outbox`` fits its ``Outbox`` and ``queries`` its ``DigestStore``.

    Made by ``open_writer`` and ``open_reader``; a reader's ``unit()`` raises StoreError ``read-only``.
    """

    def __init__(
        self, database: Database, item_sha256: changes.ItemHash | None, lock: WriterLock | None = None
    ) -> None:
        self.database = database
        self.outbox = OutboxTable(database)
        self.hosts = Hosts(database)
        self.queries = Queries(database)
        self._item_sha256 = item_sha256
        self._lock = lock
        self._sources: frozenset[SourceId] | None = None

    @contextmanager
    def unit(self) -> Iterator[StoreUnit]:
        """One write transaction: kept whole at the end of the block, and not at all when an exception leaves it."""
        with self.database.transaction():
            assert self._item_sha256 is not None  # noqa: S101 - for a reader, `transaction` has raised
            self.hosts.flush()
            known = self._sources if self._sources is not None else ledger.source_ids(self.database)
            unit = StoreUnit(self.database, self._item_sha256, known)
            yield unit
        self._sources = known | unit.met

    def states(self) -> dict[SourceId, WatchState]:
        """What is remembered of every source that was ever checked."""
        return watch.states(self.database)

    def snapshot(self, snapshot_id: int) -> Snapshot:
        """Raises StoreError ``missing`` for an unknown id, ``corrupt`` (naming the object) for damaged content."""
        return captures.read_snapshot(self.database, snapshot_id)

    def pages(self, snapshot_id: int) -> tuple[Page, ...]:
        """The stored bytes behind a snapshot, for re-extraction after a parser was mended."""
        return captures.read_pages(self.database, snapshot_id)

    def reverted_change(
        self, source_id: SourceId, key: RecordKey, *, before: Sha256 | None, after: Sha256 | None
    ) -> ChangeId | None:
        """The newest earlier change that took this item the other way: from ``after`` to ``before`` (None: absent)."""
        return changes.reverted_change(self.database, source_id, key, before=before, after=after)

    def snapshot_before(self, source_id: SourceId, at: datetime) -> tuple[int, Sha256] | None:
        """The baseline when a check began at ``at``, with the hash of its bytes; None when there was none yet."""
        return captures.snapshot_before(self.database, source_id, at)

    def captures_of(self, check_id: int) -> tuple[Capture, ...]:
        """The responses that one check kept, with their bytes, in order."""
        return captures.captures_of(self.database, check_id)

    def last_certificate(self, source_id: SourceId) -> str | None:
        """The hash of the certificate that the source's host showed last; None when it never did."""
        return captures.last_certificate(self.database, source_id)

    def was_accepted(self, source_id: SourceId, body_sha256: Sha256) -> bool:
        """Whether these bytes were once believed to be what the source says."""
        return captures.was_accepted(self.database, source_id, body_sha256)

    def named_in(self, source_id: SourceId) -> tuple[Change, Assessment] | None:
        """The change of its list that named a document for the first time, while the document was not read yet."""
        change_id = newcomers.named_in(self.database, source_id)
        return None if change_id is None else self.assessed_change(change_id)

    def accepted_behind(self, list_id: SourceId, body_sha256: Sha256) -> SourceId | None:
        """A document behind the list of which these very bytes were accepted."""
        return newcomers.accepted_behind(self.database, list_id, body_sha256)

    def last_good_before(self, source_id: SourceId, at: datetime) -> datetime | None:
        """When the newest verified check that started before ``at`` ended."""
        return ledger.last_good_before(self.database, source_id, at)

    def inventory(self) -> tuple[Tool, ...] | None:
        """The house's own tools as they are now; None when none was ever imported."""
        return tools.inventory(self.database)

    def link_decisions(self) -> dict[tuple[str, str], LinkDecision]:
        """What people decided on proposed links, by the two ends."""
        return links.decisions(self.database)

    def decide_link(self, said: LinkDecision) -> None:
        """Keeps a person's decision on a link, with an entry in the audit chain."""
        facts = {"state": said.state.value, "by": said.by, "reason": said.reason}
        with self.unit() as unit:
            links.decide(self.database, said)
            unit.audit("link", f"{said.left} {said.right}", facts, at=said.at)

    def tool_history(self, tool_id: str) -> tuple[tools.ToolState, ...]:
        """Every state of one tool, oldest first; empty for an unknown id."""
        return tools.history(self.database, tool_id)

    @property
    def decisions(self) -> "Decisions":
        """What people decided about changes."""
        from monitor.store.decisions import Decisions

        return Decisions(self.database, self.unit)

    @property
    def rule_texts(self) -> "RuleTexts":
        """The rule files by which changes were judged."""
        from monitor.store.rule_texts import RuleTexts

        return RuleTexts(self.database)

    @property
    def learned(self) -> "LearnedRules":
        """The rules learned from what was not relevant."""
        from monitor.store.learned import LearnedRules

        return LearnedRules(self.database, self.unit)

    def learned_rules(self) -> tuple[LearnedRule, ...]:
        """Those of them that are in force, the oldest first."""
        from monitor.store import learned

        return learned.in_force(self.database)

    @property
    def readiness(self) -> "ReadinessLog":
        """What people said of the house's own readiness."""
        from monitor.store.readiness import ReadinessLog

        return ReadinessLog(self.database, self.unit)

    @property
    def subjects(self) -> "Subjects":
        """What was held about a matter at some point of the record."""
        from monitor.store.subjects import Subjects

        return Subjects(self.database)

    @property
    def is_demo(self) -> bool:
        """Whether the database was made for the demonstration; that is decided once, when it is made."""
        return self.database.value("SELECT 1 FROM meta WHERE key = 'demo'") is not None

    @property
    def readers_stand_aside(self) -> bool:
        """Whether others may read for long while this one writes (write-ahead log); else a commit waits for them."""
        return bool(self.database.value("PRAGMA journal_mode") == "wal")

    def demo_now(self) -> datetime | None:
        """The simulated clock of a demo database; None elsewhere."""
        if not self.is_demo:
            return None
        return to_moment_or_none(self.database.value("SELECT value FROM meta WHERE key = 'demo_now'"))

    def set_demo_now(self, at: datetime) -> None:
        """Sets the simulated clock. Raises RuntimeError outside of a demo database: real time is not ours to set."""
        if not self.is_demo:
            raise RuntimeError("only a demo database has a clock that can be set")
        with self.database.transaction():
            self.database.write(
                "INSERT INTO meta (key, value) VALUES ('demo_now', ?)"
                " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                [to_text(at)],
            )

    def due_bundles(self, now: datetime) -> dict[str, tuple[Delivery, ...]]:
        """The waiting rows of every bundle whose time has come, oldest first."""
        return due_bundles(self.database, now)

    def assessed_change(self, change_id: ChangeId) -> tuple[Change, Assessment] | None:
        """A change with its newest assessment."""
        kept = self.queries.change(change_id)
        return (kept.change, kept.assessment) if kept else None

    def verify_file(self) -> None:
        """Reads every page, row and reference of the file. Raises StoreError ``corrupt`` when one is damaged."""
        check_file(self.database, quick=False)

    def faults(self) -> tuple[str, ...]:
        """Reads all of the record: the file, the audit chain, the rows held against it, every stored copy. A sentence
        for each thing that is not as it was written; of a broken chain only the first break.
        """
        try:
            self.verify_file()
        except StoreError as fault:
            return (fault.what,)
        broken = self.queries.verify_chain()
        damaged = tuple(damage.what for damage in self.queries.verify_objects())
        if broken is not None:
            return (f"The audit chain is broken: {broken.what}", *damaged)
        return (*damaged, *self.queries.verify_rows())

    def backup(self, to: Path) -> None:
        """A whole copy in a new file, checked page by page. Raises StoreError; never overwrites a file."""
        copy_into(self.database, to)

    def let_go(self, older_than: Mapping[Rule, datetime], *, at: datetime) -> int:
        """Lets go of some of the stored copies that may go (see ``retention``), audited; how many. To be called until
        there are none; that there were none is audited too.
        """
        with self.unit() as unit:
            going = retention.surplus(self.database, older_than)[: retention.AT_ONCE]
            run = retention.next_run(self.database)
            retention.let_go(self.database, going, run=run, at=at)
            facts = {"run": run, "copies": len(going), "bytes": sum(one.packed_bytes for one in going)}
            rules = {rule.value: to_text(limit) for rule, limit in older_than.items()}
            unit.audit(retention.EVENT, "record", {**facts, "older_than": rules}, at=at)
        return len(going)

    def compact(self) -> None:
        """Gives the room that is free in the file back to the disk; needs as much of it again meanwhile."""
        self.database.row("VACUUM")

    def close(self) -> None:
        """Ends the connection and gives the writer's lock back."""
        try:
            if self.database.writable and self.hosts.has_unsaved:
                with self.unit():
                    pass
        finally:
            self.database.close()
            if self._lock is not None:
                self._lock.release()
