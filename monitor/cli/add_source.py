"""``cmaa-monitor sources add``: a page of one's own, looked at, proposed, shown, and written to sources.yaml."""

import re
import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
from msgspec.structs import replace

from monitor.app import House, SystemClock, known_sources
from monitor.app.gathering import gatherer
from monitor.cli.content import content
from monitor.cli.exits import Exit
from monitor.cli.files import saved_copy
from monitor.cli.options import Options
from monitor.cli.output import one_line
from monitor.compare.vetting import judge_snapshot
from monitor.config import find_config
from monitor.config.writing import add_entry, entry_of
from monitor.model.errors import Unreadable, UsageError
from monitor.model.hand import HandSaved
from monitor.model.snapshot import Page, Snapshot
from monitor.model.source import Kind, Source
from monitor.model.verdict import Ruling, Verdict, result_word
from monitor.model.watch import WatchState
from monitor.pipeline.by_hand import HandCopy
from monitor.pipeline.gathered import Gathered
from monitor.pipeline.opening import Opening
from monitor.sources.licences import LICENCES
from monitor.sources.proposals import Proposal, draft_of, propose

_EVERY = re.compile(r"([1-9][0-9]{0,3})([mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_LONGEST_PART = 30


@dataclass(slots=True)
class _Proposing:
    """An extractor that makes a proposal of the page it is given, and hands on what that would store."""

    draft: Source
    kind: Kind | None
    found: Proposal | None = None
    version: int = 0

    def extract(self, page: Page, source: Source) -> Snapshot:  # noqa: ARG002 - the pipeline's shape
        self.found = propose(page, self.draft, self.kind)
        return replace(self.found.snapshot, next_url=None)  # one page is enough to show


@click.command("add")
@click.argument("url", metavar="URL")
@click.option("--id", "source_id", metavar="ID", help="Its id in sources.yaml (default: made from the address).")
@click.option("--name", metavar="TEXT", help="What people call it (default: the page's title).")
@click.option("--authority", metavar="TEXT", help="Who publishes it (default: the host).")
@click.option("--every", default="1d", metavar="SPAN", show_default=True, help="How often to look: 6h, 1d, 2w.")
@click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="Read it so, not as seems best.")
@click.option(
    "--copy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Look at this saved copy in place of fetching the page.",
)
@click.option("--yes", is_flag=True, help="Write the entry without asking.")
@click.pass_obj
def add_source(
    options: Options,
    url: str,
    source_id: str | None,
    name: str | None,
    authority: str | None,
    every: str,
    kind: str | None,
    copy: Path | None,
    yes: bool,
) -> int:
    """Look at a page, propose how to watch it, and write the entry into sources.yaml once you agree."""
    path = find_config(options.config, options.env)
    adding = partial(add_entry, path, env=options.env, known=known_sources(), licences=LICENCES)
    taken = {source.id for source in options.house.config.sources} | set(known_sources())
    host = urlsplit(url).hostname or "page"
    draft = draft_of(source_id or _made_id(url, taken), url, name or "", authority or host, _span(every))
    # Read as an entry first: what the settings would refuse is not fetched.
    probe = entry_of(replace(draft, name=draft.name or host))
    house = House(adding(probe, write=False))
    proposing = _Proposing(draft=draft, kind=Kind(kind) if kind else None)
    gathered = _look(house, draft, proposing, copy)
    if gathered.ruling is not None or proposing.found is None:
        return _told_why_not(gathered.ruling, draft)
    proposal = proposing.found
    entry = entry_of(proposal.source)
    adding(entry, write=False)
    for line in (*_seen(gathered), *_proposed(proposal)):
        print(_harmless(line))
    print("\n".join(("The entry:", *(f"  {line}" for line in entry))))
    if not (yes or _agreed(path)):
        print("Nothing was written." if sys.stdin.isatty() else "Nothing was written; --yes writes the entry.")
        return Exit.OK
    adding(entry, write=True)
    print(f"Written to {path}. Next: cmaa-monitor sources test {draft.id}")
    return Exit.OK


def _span(text: str) -> timedelta:
    match = _EVERY.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"--every '{text[:20]}' is not a duration; write such as 6h, 1d or 2w")
    return int(match[1]) * _UNITS[match[2]]


def _made_id(url: str, taken: Collection[str]) -> str:
    """``example.medical-policies`` for ``https://www.example.org/medical-policies.html``; numbered when it is taken."""
    parts = urlsplit(url)
    names = [name for name in (parts.hostname or "").lower().split(".") if name not in {"www", ""}]
    site = names[-2] if len(names) > 1 and not names[-1].isdigit() else "page"
    last = next((part for part in reversed(unquote(parts.path).split("/")) if part), "home")
    made = f"{_slug(site) or 'page'}.{_slug(re.sub(r'[.][A-Za-z]{2,5}$', '', last)) or 'page'}"
    number, source_id = 2, made
    while source_id in taken:
        number, source_id = number + 1, f"{made}-{number}"
    return source_id


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:_LONGEST_PART].strip("-")


def _look(house: House, draft: Source, proposing: _Proposing, copy: Path | None) -> Gathered:
    """The page fetched as a check would fetch it, or the copy read as a saved one would be."""
    extractor, state, now = Opening(proposing, house.pdf_opener.open), WatchState(source_id=draft.id), SystemClock().now
    if copy is not None:
        hand = HandSaved(taken_at=now(), by="sources add", note="", url=None)
        return HandCopy(source=draft, file=saved_copy(copy, house), hand=hand).gather(state, extractor, now())
    with house.borrowed_client() as client:
        hands = gatherer(house.config, client, now, with_browser=False)
        return hands.gather(draft, state, extractor)


def _seen(gathered: Gathered) -> Iterator[str]:
    for capture in gathered.pages:
        for hop in capture.hops:
            yield f"  asked   {hop.url} -> {hop.status}"
        yield f"  got     {len(capture.body):,} bytes, {capture.media_type or 'no media type'}"
        if capture.final_url != capture.official_url and not gathered.hand:
            yield f"  moved   the page now lies at {capture.final_url}; watch it there if that is meant to last"


def _harmless(line: str) -> str:
    """Page text on one line without control characters; blanks stay as they are."""
    return "".join(part if part.isspace() else one_line(part) for part in re.split(r"( +)", line))


def _proposed(proposal: Proposal) -> Iterator[str]:
    source, snapshot = proposal.source, proposal.snapshot
    yield f"It would watch {proposal.what}."
    yield from content(snapshot)
    if snapshot.next_url:
        yield f"  goes on at {snapshot.next_url}, which a check follows"
    ruling = judge_snapshot(snapshot, None, source.contract, sliding=source.sliding)
    if ruling is not None:
        yield f"  doubt   this very copy would not be believed: {ruling.reason}"
    if proposal.others:
        words = " or ".join(f"--kind {kind.value}" for kind in proposal.others)
        yield f"  else    it can be read otherwise: {words}"


def _agreed(path: Path) -> bool:
    return sys.stdin.isatty() and click.confirm(f"Write it to {path}?")


def _told_why_not(ruling: Ruling | None, draft: Source) -> int:
    """Why there is nothing to propose, and what a person can do."""
    if ruling is None:
        raise Unreadable("nothing-to-watch", "The page could not be read.")
    print(f"{draft.routes[0].url} cannot be proposed. {result_word(ruling)} ({ruling.code}): {ruling.reason}")
    for line in _advice(ruling, draft):
        print(line)
    return Exit.UNVERIFIED


def _advice(ruling: Ruling, draft: Source) -> Iterator[str]:
    if ruling.verdict is not Verdict.BLOCKED and ruling.code != "script-only":
        return
    if ruling.code == "script-only":
        yield "Its content is made by scripts, which are not run here. Look in the browser's network view for the"
        yield "address that they load it from (often JSON), and add that one. Or:"
    yield "Save the page in a browser once it shows its content, and propose from the copy:"
    yield f"  cmaa-monitor sources add {draft.routes[0].url} --copy SAVED-FILE"
    yield "Later copies are filed by hand, through the same vetting:"
    yield f"  cmaa-monitor import-copy SAVED-FILE --source {draft.id} --taken-at WHEN --by NAME"
