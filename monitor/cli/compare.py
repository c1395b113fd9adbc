"""``cmaa-monitor compare``: two saved copies through the same machinery as a poll, nothing stored."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec.structs import replace

from monitor.app import House, SystemClock
from monitor.cli.check import chosen
from monitor.cli.demo_mark import of_a_demo
from monitor.cli.exits import worst
from monitor.cli.files import saved_copy
from monitor.cli.options import Options
from monitor.cli.output import write_json, write_ribbon
from monitor.cli.plain import fields_body
from monitor.cli.redline import redline_options, refuse_stray, write_redline
from monitor.model.assessment import Assessment, Reason
from monitor.model.difference import Act, Change, Weight
from monitor.model.errors import UsageError
from monitor.model.source import Kind, Source
from monitor.pipeline.redlines import redline_copies
from monitor.pipeline.side_by_side import SideBySide, compare_contents, compare_copies

if TYPE_CHECKING:
    from monitor.compose.redlines import Caption


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--source", "source_id", metavar="ID", help="The source both files are copies of.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when changes were found.")
@redline_options
@click.pass_obj
def compare(
    options: Options,
    old: str,
    new: str,
    source_id: str | None,
    as_json: bool,
    exit_code: bool,
    redline: bool,
    form: str | None,
    view: str | None,
) -> int:
    """Compare two saved copies of a source: OLD as the baseline, NEW as the next poll.

    Without --source, OLD and NEW are the ids of two watched documents as they were last read, such as a proposed rule
    and the final one.
    """
    refuse_stray(redline=redline, form=form, view=view, as_json=as_json)
    house = options.house
    source, result = _documents(house, old, new) if source_id is None else _files(house, old, new, source_id)
    if redline and result.copies is not None:
        found, notes = redline_copies(*result.copies, result.differences)
        write_redline(found, _caption(source, old, new, source_id, notes, demo=of_a_demo(house)), form=form, view=view)
    elif as_json:
        _write_json(result)
    else:
        write_ribbon(demo=of_a_demo(house))
        _write_text(result)
    return worst(unverified=not result.ruling.verdict.verified, changes=exit_code and bool(result.differences))


def _files(house: House, old: str, new: str, source_id: str) -> tuple[Source, SideBySide]:
    (source,) = chosen(house, (source_id,))
    rules, now = house.rules, SystemClock().now()
    bodies = (saved_copy(Path(old), house), saved_copy(Path(new), house))
    return source, compare_copies(*bodies, source, house.extractor_for(source), rules, aliases=rules.aliases, now=now)


def _documents(house: House, old: str, new: str) -> tuple[Source, SideBySide]:
    """Two watched documents, the later one as the sequel of the earlier."""
    if Path(old).is_file():
        raise UsageError(f"{old} is a file: add --source ID, the source that both files are copies of.")
    before, after = chosen(house, (old, new)) if old != new else (None, None)
    if before is None or after is None:
        raise UsageError("OLD and NEW are one and the same document; name two, or two files and --source.")
    if _shape(before) != _shape(after):
        raise UsageError(
            f"{old} ({_shape(before)}) and {new} ({_shape(after)}) are not alike: only two texts, or two copies of one "
            "list, can be compared."
        )
    with house.reader() as store:
        states = store.states()
        kept = [states[one.id].snapshot_id if one.id in states else None for one in (before, after)]
        if None in kept:
            unread = (before, after)[kept.index(None)].id
            raise UsageError(f"{unread} has not been read yet: cmaa-monitor check --source {unread}")
        contents = [store.snapshot(one) for one in kept if one is not None]
    sequel, rules = replace(after, sequel_to=before.id), house.rules
    return sequel, compare_contents(
        contents[0], contents[1], sequel, rules, aliases=rules.aliases, now=SystemClock().now()
    )


def _shape(source: Source) -> str:
    """What may be compared: any text with any text, but a list only with one that is read the same way."""
    return "a text" if source.kind is Kind.PROSE else f"a list read as {source.extractor or source.id}"


def _caption(
    source: Source, old: str, new: str, copies_of: str | None, notes: tuple[str, ...], *, demo: bool
) -> "Caption":
    from monitor.compose.redlines import Caption

    return Caption(
        title=f"{source.name}: two saved copies" if copies_of else f"{source.name}, against {old}",
        source=source.id,
        official_url=source.official_url,
        before=Path(old).name,
        after=Path(new).name,
        demo=demo,
        notes=notes,
    )


def _write_json(result: SideBySide) -> None:
    acts = {act: [d.key for d in result.differences if d.act is act] for act in (Act.ADDED, Act.REMOVED)}
    body = {
        "verdict": result.ruling.verdict.value,
        "code": result.ruling.code,
        "reason": result.ruling.reason,
        "added": acts[Act.ADDED],
        "removed": acts[Act.REMOVED],
        "modified": [{"key": d.key, "fields": fields_body(d)} for d in result.differences if d.act is Act.MODIFIED],
        "moved": [d.key for d in result.differences if d.act is Act.MOVED],
        "changes": [_change(change, assessment) for change, assessment in result.changes],
    }
    write_json("cmaa-monitor.compare.v1", body)


def _change(change: Change, assessment: Assessment) -> dict[str, object]:
    return {
        "headline": change.headline,
        "news": change.news.value,
        "tier": assessment.tier.value,
        "level": assessment.level.value,
        "reasons": [said(reason) for reason in assessment.reasons],
        "keys": [d.key for d in change.differences],
    }


def said(reason: Reason) -> str:
    """A reason in one line: the sentence, then the words it stands on."""
    return f"{reason.text} “{reason.quote}”" if reason.quote else reason.text


def _write_text(result: SideBySide) -> None:
    print(f"{result.ruling.verdict}: {result.ruling.reason}")
    counts = {act: sum(d.act is act for d in result.differences) for act in Act}
    if result.differences:
        material = sum(d.act is Act.MODIFIED and d.weight is Weight.MATERIAL for d in result.differences)
        print(
            f"{counts[Act.ADDED]} added, {counts[Act.REMOVED]} removed, {counts[Act.MODIFIED]} modified "
            f"({material} of them in meaning), {counts[Act.MOVED]} moved."
        )
    for change, assessment in result.changes:
        print(f"\n{assessment.tier} ({assessment.level}): {change.headline}")
        for reason in assessment.reasons:
            print(f"  - {said(reason)}")
