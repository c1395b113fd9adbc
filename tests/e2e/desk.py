"""An installation as a user has it: a folder with sources.yaml and a database, the command line, and the official sites
played by a server on loopback behind ``origins:``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.app import House, open_house
from monitor.cli.main import run
from monitor.compare.canonical import item_sha256
from monitor.model.ids import SourceId
from monitor.model.watch import WatchState
from monitor.store import Store, open_reader, open_writer
from monitor.store.changes import StoredChange
from tests.loopback import LoopbackServer, Route

HOSTS = (
    "www.fda.gov",
    "api.fda.gov",
    "api.coverage.cms.gov",
    "downloads.cms.gov",
    "www.federalregister.gov",
    "www.ama-assn.org",
    "www.cms.gov",
    "payer.invalid",
)
FDA_URL = "https://www.fda.gov/media/178541/download?attachment"
FDA = f"- {{id: fda.ai-devices, every: 1d, url: '{FDA_URL}', follow: []}}"
FDA_WITH_SUBMISSIONS = f"- {{id: fda.ai-devices, every: 1d, url: '{FDA_URL}'}}"
EVER = "2000-01-01"


@dataclass(frozen=True, kw_only=True)
class Ran:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def body(self) -> dict[str, Any]:
        """stdout as the one JSON object it must be."""
        found: dict[str, Any] = json.loads(self.out)
        return found


@dataclass
class Desk:
    """Everything a test does goes through here as a user would do it; ``store`` and ``changes`` look behind it."""

    folder: Path
    server: LoopbackServer
    capsys: pytest.CaptureFixture[str] | None = None
    fetch: dict[str, str] = field(
        default_factory=lambda: {
            "pace": "0s",
            "retries": "0",
            "workers": "4",
            "deadline": "5s",
            "confirm_removal_after": "0s",
            "allow_nets": "[127.0.0.0/8]",
        }
    )

    @property
    def settings(self) -> Path:
        return self.folder / "sources.yaml"

    @property
    def database(self) -> Path:
        return self.folder / "monitor.db"

    def configure(
        self, *sources: str, subscribers: Sequence[str] = (), licences: Sequence[str] = (), **fetch: str
    ) -> None:
        """Writes sources.yaml. ``sources`` and ``subscribers`` are YAML list entries, ``- id: ...`` and on."""
        limits = self.fetch | fetch
        lines = [
            "version: 1",
            "time_zone: America/New_York",
            "database: monitor.db",
            "contact: tests@example.org",
            f"fetch: {{{', '.join(f'{name}: {value}' for name, value in limits.items())}}}",
            "origins:",
            *(f"  {host}: {self.server.base}/{host}" for host in HOSTS),
            f"licences: {{{', '.join(f'{name}: accepted' for name in licences)}}}",
            "subscribers:" if subscribers else "subscribers: []",
            *subscribers,
            "sources:",
            *sources,
        ]
        self.settings.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def serve(self, official_url: str, route: Route) -> None:
        """From now on the official address answers so."""
        self.server.set("/" + official_url.removeprefix("https://"), route)

    def run(self, *words: str) -> Ran:
        """``cmaa-monitor --config <ours> words``."""
        assert self.capsys is not None
        self.capsys.readouterr()
        code = run(["--config", str(self.settings), *words])
        said = self.capsys.readouterr()
        return Ran(code=code, out=said.out, err=said.err)

    def check(self, *words: str) -> dict[str, Any]:
        """One poll of everything (or as ``words`` say); the JSON report."""
        return self.run("check", "--json", *words).body

    def verdict(self, *words: str) -> tuple[str, str]:
        """One poll of the only source: its verdict and code."""
        (source,) = self.check(*words)["sources"]
        return source["verdict"], source["code"]

    @property
    def house(self) -> House:
        return open_house(self.settings, {})

    @contextmanager
    def store(self) -> Iterator[Store]:
        store = open_reader(self.database)
        try:
            yield store
        finally:
            store.close()

    def changes(self) -> tuple[StoredChange, ...]:
        """Every stored change, oldest first."""
        with self.store() as store:
            return store.queries.changes()[::-1]

    def state(self, source_id: str = "fda.ai-devices") -> WatchState:
        with self.store() as store:
            return store.states()[SourceId(source_id)]

    def rows(self) -> Mapping[str, int]:
        """How many rows there are of the things a check may leave."""
        with self.store() as store:
            counts = store.queries.counts()
            assert store.queries.verify_chain() is None
        told = sum(counts.deliveries.values())
        return {"checks": counts.checks, "changes": counts.changes, "audit": counts.audit_entries, "outbox": told}

    def begin_simulated_time(self, at: datetime) -> None:
        """Makes the database a demo one: the only kind whose clock can be set."""
        open_writer(self.database, now=at, item_sha256=item_sha256, demo=True).close()
        self.set_time(at)

    def set_time(self, at: datetime) -> None:
        store = open_writer(self.database, now=at, item_sha256=item_sha256)
        try:
            store.set_demo_now(at)
        finally:
            store.close()
