"""Puts the house together: names the concrete parts, owns the clock, and hands the pipeline what it needs.

A demo database (marked so when it was made) changes three things and only three: its clock is the simulated one kept in
the database, nothing but loopback addresses can be reached, and everything shown carries the demo mark.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, closing
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.app.clocks import DemoClock, SystemClock
from monitor.app.gathering import gatherer
from monitor.app.outside import forgetful_client, remembering_client
from monitor.app.rulebook import RuleBook
from monitor.app.settings import formats, in_full, known_sources, not_watched, voice
from monitor.compare.canonical import item_sha256
from monitor.config import Config, load_config, read_templates
from monitor.model.errors import StoreError
from monitor.model.source import Source
from monitor.pipeline.family import Watched, watched
from monitor.pipeline.opening import Opening
from monitor.pipeline.ports import Clock, Extractor
from monitor.sources import extractor_for
from monitor.sources.licences import LICENCES
from monitor.store import Store, free_share, holds_database, open_reader, open_writer, sole_service

if TYPE_CHECKING:  # these rooms are heavy; the methods below import them when they are needed
    from monitor.assess.rules import Rules
    from monitor.net.client import HttpClient
    from monitor.pipeline.bundles import Bundler
    from monitor.pipeline.deliver import Deliverer
    from monitor.pipeline.digest import DigestBuilder
    from monitor.pipeline.feeds import Feeds
    from monitor.pipeline.periods import Periods
    from monitor.pipeline.poll import Poll
    from monitor.pipeline.problems import ProblemDesk
    from monitor.pipeline.sender import Sender
    from monitor.pipeline.subjects import Dossiers
    from monitor.sandbox.pdf import PdfOpener


class House:
    """One installation: its configuration and, on demand, the parts that work on its database."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.wall_clock = SystemClock()
        self.rulebook = RuleBook(config)

    def restore(self, backup: Path) -> Path | None:
        """Puts a backup in the database's place; where the old one now lies. Raises StoreError, also while a service
        runs.
        """
        from monitor.store.backups import restore

        with self.sole_service():
            return restore(self.config.database, backup, now=SystemClock().now(), item_sha256=item_sha256)

    @property
    def has_database(self) -> bool:
        """Whether anything was kept yet. Raises StoreError when the file is not a database of ours."""
        return holds_database(self.config.database)

    def sole_service(self) -> AbstractContextManager[None]:
        """Held by the one ``serve`` of this database. Raises StoreError ``locked``, naming the holder of another."""
        return sole_service(self.config.database, now=SystemClock().now())

    def reader(self) -> AbstractContextManager[Store]:
        """The database for reading only. Raises StoreError when there is none yet."""
        return closing(open_reader(self.config.database))

    def writer(self, *, demo: bool = False, lock_wait_s: float = 10.0) -> AbstractContextManager[Store]:
        """The database for writing, under the single-writer lock; created on first use. Raises StoreError ``locked``,
        naming the holder, when another writer has not ended after ``lock_wait_s``.
        """
        now = SystemClock().now()
        return closing(
            open_writer(self.config.database, now=now, demo=demo, item_sha256=item_sha256, lock_wait_s=lock_wait_s)
        )

    def clock(self, store: Store) -> Clock:
        """The wall clock, or the simulated one of a demo database."""
        simulated = store.demo_now() if store.is_demo else None
        return DemoClock(at=simulated) if simulated is not None else SystemClock()

    def client(self, store: Store, clock: Clock) -> AbstractContextManager["HttpClient"]:
        """The guarded HTTP client; what hosts asked of us (robots.txt, Retry-After) is kept in the store."""
        return closing(remembering_client(self.config, store, clock.now))

    @property
    def rules(self) -> "Rules":
        """The relevance rules in force."""
        return self.rulebook.rules

    def extractor_for(self, source: Source) -> Extractor:
        """How ``source`` is read in this installation, which may have watch lists of its own; PDF documents too."""
        return Opening(extractor_for(source, self.rulebook.topic), lambda body: self.pdf_opener.open(body))

    @cached_property
    def pdf_opener(self) -> "PdfOpener":
        """Opens PDF documents in the sandbox: one for all, for it bounds how many are open at a time."""
        from monitor.sandbox.pdf import PdfOpener

        return PdfOpener()

    def poll(
        self, store: Store, client: "HttpClient", clock: Clock, *, stopping: Callable[[], bool] = lambda: False
    ) -> "Poll":
        """``stopping``: once it says so, no further source is begun."""
        from monitor.pipeline.announce import Announcer
        from monitor.pipeline.poll import Poll
        from monitor.pipeline.settle import Settler

        config = self.config
        announcer = Announcer(
            subscribers=config.subscribers,
            formats=formats(),
            voice=voice(self.config, is_demo=store.is_demo),
            templates=read_templates,
        )
        settler = Settler(
            store=store,
            extractor_for=self.extractor_for,
            rules=lambda: self.rules,
            announcer=announcer,
            confirm_after=config.fetch.confirm_removal_after,
            time_zone=config.time_zone,
        )
        return Poll(
            gatherer=gatherer(config, client, clock.now),
            settler=settler,
            store=store,
            extractor_for=self.extractor_for,
            now=clock.now,
            workers=config.fetch.workers,
            stopping=stopping,
        )

    def watched(self, store: Store) -> Watched:
        """All that is watched now: the configured sources and the documents behind them."""
        if not any(source.follow for source in self.config.sources):
            return Watched(sources=self.config.sources)
        return watched(self.config.sources, store.states(), store.snapshot)

    def watched_so_far(self) -> Watched:
        """As ``watched``, for commands that have no need of a database: without one, or with one of an older version
        (which only a writer brings up to date), the configured sources.
        """
        if not self.has_database:
            return Watched(sources=self.config.sources)
        try:
            with self.reader() as store:
                return self.watched(store)
        except StoreError as fault:
            if fault.code != "older":
                raise
            return Watched(sources=self.config.sources)

    def deliverer(
        self, store: Store, client: "HttpClient", clock: Clock, *, stopping: Callable[[], bool] = lambda: False
    ) -> "Deliverer":
        """``stopping``: once it says so, nothing further is sent."""
        from monitor.pipeline.deliver import Deliverer

        sender, owner = self.sender(client, clock), f"pid-{os.getpid()}"
        return Deliverer(outbox=store.outbox, sender=sender, now=clock.now, owner=owner, stopping=stopping)

    def sender(self, client: "HttpClient", clock: Clock) -> "Sender":
        """Sends single deliveries, past the outbox."""
        from monitor.channels import Channels, Means
        from monitor.pipeline.sender import Sender

        means = Means(client=client, mail=self.config.mail, secret=self.config.secret)
        return Sender(
            channels=Channels(means),
            subscribers={s.id: s for s in self.config.subscribers},
            secret=self.config.secret,
            now=clock.now,
        )

    def bundler(self, store: Store) -> "Bundler":
        from monitor.pipeline.bundles import Bundler

        own = voice(self.config, is_demo=store.is_demo)
        return Bundler(store=store, formats=formats(), voice=own, templates=read_templates)

    def feeds(self, store: Store) -> "Feeds | None":
        """Writes feeds and calendar; None where no folder is set for them."""
        if (folder := self.config.feeds) is None:
            return None
        from monitor.pipeline.feeds import Feeds

        own = voice(self.config, is_demo=store.is_demo)
        return Feeds(store=store, record=store.queries, sources=self.watched(store).sources, voice=own, folder=folder)

    def periods(self, store: Store) -> "Periods":
        from monitor.pipeline.periods import Periods

        return Periods(
            store=store,
            builder=self.digest_builder(store),
            templates=read_templates,
            subscribers=self.config.subscribers,
            formats=formats(),
            voice=voice(self.config, is_demo=store.is_demo),
            usual=self.config.digest,
        )

    def problem_desk(self, store: Store) -> "ProblemDesk":
        """Looks after each poll whether a source has been blind for too long, and tells whoever runs the monitor."""
        from monitor.pipeline.findings import Patience
        from monitor.pipeline.problems import ProblemDesk

        set_so = self.config.problems
        return ProblemDesk(
            store=store,
            record=store.queries,
            sources=self.config.sources,
            subscribers=self.config.subscribers,
            free_share=partial(free_share, self.config.database),
            rule_faults=partial(self.rulebook.faults, store.rule_texts),
            backs_up=self.config.service.backups is not None,
            patience=Patience(failures=set_so.after_failures, after=set_so.after, repeat=set_so.repeat),
            formats=formats(),
            voice=voice(self.config, is_demo=store.is_demo),
            templates=read_templates,
        )

    def digest_builder(self, store: Store) -> "DigestBuilder":
        from monitor.pipeline.beside import latest_in
        from monitor.pipeline.digest import DigestBuilder

        return DigestBuilder(
            store=store.queries,
            sources=self.watched(store).sources,
            time_zone=self.config.time_zone,
            link_base=self.config.link_base,
            demo=store.is_demo,
            not_watched=not_watched(self.config),
            starter=lambda: self.rulebook.starter,
            readiness=lambda: self.rulebook.readiness(store.readiness.said()),
            latest=latest_in(store),
            family=lambda source: watched((source,), store.states(), store.snapshot).sources,
        )

    def dossiers(self, store: Store, *, as_of: datetime | None = None) -> "Dossiers":
        """Answers from the record about one matter, as it is now or as it stood at ``as_of``."""
        from monitor.pipeline.subjects import Dossiers

        return Dossiers(
            store=store.subjects,
            sources=self.watched(store).sources,
            rules=lambda: self.rules,
            sheet=lambda seq: self.digest_builder(store).sheet(seq, before=as_of),
            first_check_at=store.queries.first_check_at,
            time_zone=self.config.time_zone,
        )

    def borrowed_client(self) -> AbstractContextManager["HttpClient"]:
        """A client for a dry run: it remembers nothing, and reaches no more than the installation's own would."""
        return closing(forgetful_client(self.config, is_demo=self.is_demo))

    @property
    def is_demo(self) -> bool:
        """Whether the database is a demo's; not so while there is none. Raises StoreError when it cannot be read."""
        if not self.has_database:
            return False
        with self.reader() as store:
            return store.is_demo


def open_house(path: Path, env: Mapping[str, str]) -> House:
    """The installation whose sources.yaml is ``path``. Raises ConfigError with every problem of it."""
    return House(in_full(load_config(path, env, known_sources(), LICENCES)))
