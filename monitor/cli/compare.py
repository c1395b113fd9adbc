"""``cmaa-monitor compare``: two saved copies through the same machinery as a poll, nothing stored."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from monitor.app import SystemClock
from monitor.cli.check import chosen
from monitor.cli.exits import worst
from monitor.cli.options import Options
from monitor.cli.output import write_json
from monitor.cli.plain import fields_body
from monitor.cli.redline import redline_options, refuse_stray, write_redline
from monitor.model.assessment import Assessment, Reason
from monitor.model.difference import Act, Change, Weight
from monitor.model.source import Source
from monitor.pipeline.redlines import redline_copies
from monitor.pipeline.side_by_side import SideBySide, compare_copies

if TYPE_CHECKING:
    from monitor.compose.redlines import Caption

_FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@click.option("--source", "source_id", required=True, metavar="ID", help="The source both files are copies of.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when changes were found.")
@redline_options
@click.pass_obj
def compare(
    options: Options,
    old: Path,
    new: Path,
    source_id: str,
    as_json: bool,
    exit_code: bool,
    redline: bool,
    form: str | None,
    view: str | None,
) -> int:
    """Compare two saved copies of a source: OLD as the baseline, NEW as the next poll."""
    refuse_stray(redline=redline, form=form, view=view, as_json=as_json)
    house = options.house
    (source,) = chosen(house, (source_id,))
    result = compare_copies(
        old.read_bytes(),
        new.read_bytes(),
        source,
        house.extractor_for(source),
        house.rules,
        aliases=house.rules.aliases,
        now=SystemClock().now(),
    )
    if redline and result.copies is not None:
        found, notes = redline_copies(*result.copies, result.differences)
        write_redline(found, _caption(source, old, new, notes), form=form, view=view)
    elif as_json:
        _write_json(result)
    else:
        _write_text(result)
    return worst(unverified=not result.ruling.verdict.verified, changes=exit_code and bool(result.differences))


def _caption(source: Source, old: Path, new: Path, notes: tuple[str, ...]) -> "Caption":
    from monitor.compose.redlines import Caption

    return Caption(
        title=f"{source.name}: two saved copies",
        source=source.id,
        official_url=source.official_url,
        before=old.name,
        after=new.name,
        demo=False,
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
