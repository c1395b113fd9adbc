"""``cmaa-monitor import-copy``: a copy saved by hand becomes evidence, through the same judgement as a fetched one."""

import unicodedata
from pathlib import Path

import click

from monitor.cli.check import chosen
from monitor.cli.files import saved_copy
from monitor.cli.options import Options
from monitor.cli.poll_report import poll_report
from monitor.config import parse_taken_at
from monitor.formats.html import absolute_url
from monitor.model.errors import UsageError
from monitor.model.hand import HandSaved
from monitor.pipeline.by_hand import HandCopy, refuse_backwards
from monitor.pipeline.tell import tell

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_BY_LIMIT, _NOTE_LIMIT = 80, 500


@click.command("import-copy")
@click.argument("file", type=_FILE)
@click.option(
    "--source",
    "source_ids",
    required=True,
    multiple=True,
    metavar="ID",
    help="The source the file is a copy of (repeat it where several sources read the same page).",
)
@click.option("--taken-at", required=True, metavar="WHEN", help="When it was saved: 2026-11-20T14:05-06:00, or local.")
@click.option("--by", required=True, metavar="NAME", help="Who saved it: a role or initials.")
@click.option("--url", metavar="URL", help="Where it was saved from, if not at the source's own address.")
@click.option("--note", default="", metavar="TEXT", help="Kept with it, as written.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when changes were found.")
@click.pass_obj
def import_copy(
    options: Options,
    file: Path,
    source_ids: tuple[str, ...],
    taken_at: str,
    by: str,
    url: str | None,
    note: str,
    as_json: bool,
    exit_code: bool,
) -> int:
    """File a copy of a page that was saved by hand, for a source that lets no robot in.

    FILE is what a browser saved (a web page, MHTML, PDF, CSV, XLSX, JSON). It is vetted, compared, assessed and told as
    a fetched copy is, and marked as saved by hand wherever it is shown. A wrong file changes nothing (exit code 3).
    """
    house = options.house
    sources = chosen(house, source_ids)
    hand = HandSaved(
        by=_plain("--by", by, _BY_LIMIT, needed=True),
        taken_at=parse_taken_at(taken_at, house.config.time_zone),
        url=None if url is None else _address(url),
        note=_plain("--note", note, _NOTE_LIMIT),
    )
    body = saved_copy(file, house)
    with house.writer() as store:
        clock = house.clock(store)
        states = store.states()
        for source in sources:
            refuse_backwards(hand, states.get(source.id), clock.now())
        with house.client(store, clock) as client:
            poll = house.poll(store, client, clock)
            polled = [poll.run_copy(HandCopy(source=one, file=body, hand=hand)) for one in sources]
            told = tell(house.problem_desk(store), house.deliverer(store, client, clock), clock.now)
        return poll_report(options, store, polled, told, as_json=as_json, exit_code=exit_code)


def _plain(option: str, text: str, limit: int, *, needed: bool = False) -> str:
    """Free text on one line. Raises UsageError for an empty one, a long one, and control characters."""
    text = text.strip()
    if needed and not text:
        raise UsageError(f"{option} is empty; write a role or initials, such as {option} KL")
    if len(text) > limit:
        raise UsageError(f"{option} is longer than {limit} characters; shorten it")
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for sign in text):
        raise UsageError(f"{option} holds control characters; write plain text on one line")
    return text


def _address(url: str) -> str:
    address = absolute_url(url, "")
    if address is None:
        raise UsageError(f"--url '{url[:80]}' is no web address; write it with https://")
    return address
