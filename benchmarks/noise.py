"""Noise gives no Change, a real change gives one: ``python -m benchmarks.noise [--noise 10000] [--changes 200]``.

Runs the whole poll on a real database: fetch (written down, or over loopback HTTP for a share), vet, read, compare,
assess, write. Prints the figures and exits with 1 when anything was told that was not meant, or not told that was.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.app import user_agent
from monitor.assess.rules import parse_rules
from monitor.compare.canonical import item_sha256, visible
from monitor.config import read_reference
from monitor.config.shipped import shipped
from monitor.model.capture import FetchOutcome, Validators
from monitor.model.delivery import Voice
from monitor.model.difference import Difference
from monitor.model.snapshot import Passage
from monitor.model.verdict import Trigger
from monitor.net.client import HttpClient
from monitor.net.policy import Policy, nets
from monitor.pipeline.announce import Announcer
from monitor.pipeline.gather import Gatherer
from monitor.pipeline.poll import Poll
from monitor.pipeline.ports import Fetcher
from monitor.pipeline.record import Polled
from monitor.pipeline.settle import Settler
from monitor.sources import extractor_for
from monitor.store import Store, open_writer
from tests.fakes import SettableClock, page
from tests.loopback import LoopbackServer, Response
from tests.variants import WATCHES, Publisher, Watch

SEED = 20261123


@dataclass
class Bench:
    """A database, a clock, and a publisher for each kind."""

    store: Store
    chance: random.Random
    clock: SettableClock = field(default_factory=SettableClock)
    publishers: dict[str, Publisher] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def begin(self) -> None:
        for watch in WATCHES:
            self.publishers[watch.source.id] = Publisher(watch=watch, chance=self.chance)
            self.poll(watch)

    def poll(self, watch: Watch, fetcher: Fetcher | None = None) -> Polled:
        """One check of one source, a day after the one before."""
        self.clock.forward(days=1)
        return _poll(self.store, fetcher or _Answer(self.publishers[watch.source.id]), self.clock).run(
            [watch.source], Trigger.HAND
        )[0]

    def noise(self, fetches: int, fetcher: Fetcher | None = None) -> Counter[str]:
        """So many fetches in which nothing happened; counts how each ended."""
        ended: Counter[str] = Counter()
        for n in range(fetches):
            watch = WATCHES[n % len(WATCHES)]
            polled = self.poll(watch, fetcher)
            ended[polled.check.ruling.code] += 1
            if polled.changes or not polled.check.ruling.verdict.verified:
                self.wrong.append(f"{watch.source.id}: {polled.check.ruling.reason}")
        return ended

    def changes(self, count: int) -> int:
        """So many real changes, one at a time; how many were told with the right key and fields."""
        told = 0
        for n in range(count):
            watch = WATCHES[n % len(WATCHES)]
            publisher = self.publishers[watch.source.id]
            act, key, edited = publisher.change()
            found = [d for _ in range(2) for change, _ in self.poll(watch).changes for d in change.differences]
            if len(found) == 1 and _names(found[0], act, key, edited, publisher):
                told += 1
            else:
                self.wrong.append(f"{watch.source.id}: {act} {key} {edited}: told {found}")
        return told


@dataclass(frozen=True)
class _Answer:
    """What the publisher shows now, as if fetched."""

    publisher: Publisher

    def fetch(
        self,
        url: str,
        *,
        validators: Validators | None,  # noqa: ARG002
        respect_robots: bool,  # noqa: ARG002
        max_body_bytes: int | None = None,  # noqa: ARG002
    ) -> FetchOutcome:
        return page(url, self.publisher.body(), self.publisher.watch.media_type)


def _names(one: Difference, act: str, key: str, edited: set[str], publisher: Publisher) -> bool:
    if isinstance(one.after, Passage):
        return visible(one.after.text) == publisher.state[key]["text"]
    right = one.key == key or one.key.endswith(f"/{key}.pdf")
    fields = {f.name for f in one.fields}
    return right and one.act.value == act and len(fields) == len(edited) and (fields == edited or len(edited) == 1)


def _poll(store: Store, fetcher: Fetcher, clock: SettableClock) -> Poll:
    voice = Voice(instance="urn:noise", link_base=None, zone="UTC", demo=False)
    settler = Settler(
        store=store,
        extractor_for=extractor_for,
        rules=lambda: _RULES,
        announcer=Announcer(subscribers=(), formats={}, voice=voice, templates=dict),
        confirm_after=timedelta(minutes=30),
        time_zone=ZoneInfo("UTC"),
    )
    gatherer = Gatherer(fetcher=fetcher, now=clock.now, full_get_every=timedelta(days=7))
    return Poll(gatherer=gatherer, settler=settler, store=store, extractor_for=extractor_for, now=clock.now, workers=1)


_RULES = parse_rules(
    read_reference(shipped("sources.yaml").parent), watch_codes=(), watch_product_codes=(), watch_terms=()
)


def over_http(bench: Bench, fetches: int) -> Counter[str]:
    """A share of the noise over real HTTP, packed or chunked as it comes."""
    with LoopbackServer() as server:
        for publisher in bench.publishers.values():
            url = publisher.watch.source.routes[0].url
            server.set("/" + url.removeprefix("https://"), _route(publisher, bench.chance))
        hosts = {url.split("/")[2] for p in bench.publishers.values() for url in [p.watch.source.routes[0].url]}
        client = HttpClient(
            Policy(user_agent=user_agent(None), pace_s=0, jitter_s=0, allow_nets=nets("127.0.0.0/8")),
            origins={host: f"{server.base}/{host}" for host in hosts},
            robots=bench.store.hosts,
            now=bench.clock.now,
            sleep=time.sleep,
            monotonic=time.monotonic,
        )
        try:
            return bench.noise(fetches, client)
        finally:
            client.close()


def _route(publisher: Publisher, chance: random.Random):  # type: ignore[no-untyped-def]
    return lambda _: Response(
        body=publisher.body(),
        media_type=publisher.watch.media_type,
        gzip=chance.random() < 0.5,
        chunked=chance.random() < 0.5,
        etag=f'"{chance.random()}"',
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--noise", type=int, default=10_000)
    parser.add_argument("--changes", type=int, default=200)
    parser.add_argument("--http", type=int, default=500, help="how many of the noise fetches go over loopback HTTP")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clock = SettableClock()
        store = open_writer(Path(folder) / "noise.db", now=clock.now(), item_sha256=item_sha256)
        bench = Bench(store=store, chance=random.Random(asked.seed), clock=clock)  # noqa: S311 - no secret
        started = time.perf_counter()
        bench.begin()
        ended = bench.noise(asked.noise - asked.http) + over_http(bench, asked.http)
        took = time.perf_counter() - started
        false = len(bench.wrong)
        told = bench.changes(asked.changes)
        store.close()
    print(f"seed {asked.seed}; {len(WATCHES)} kinds")
    print(
        f"noise:   {asked.noise:,} fetches ({asked.http:,} over HTTP), {false} false changes or refusals, {took:.0f} s"
    )
    print(f"         ended as {dict(ended)}")
    print(f"changes: {told} of {asked.changes} told with the right key and fields")
    for line in bench.wrong[:10]:
        print(f"WRONG: {line[:300]}")
    return 1 if bench.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
