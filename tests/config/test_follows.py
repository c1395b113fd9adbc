"""``follow:`` of an entry, as a section or a list of them."""

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model.assessment import Level
from monitor.model.source import Contract, Follow, Kind, Reading
from tests.config.samples import KNOWN, fault, load

HEAD = """\
version: 1
sources:
  - id: payer.policies
    kind: links
    url: https://payer.example.org/policies
    every: 1d
    name: Policies of a payer
    authority: Example payer
    follow:
"""


def written(*lines: str) -> str:
    return HEAD + "".join(f"      {line}\n" for line in lines)


def follows(folder: Path, *lines: str) -> tuple[Follow, ...]:
    return load(folder, written(*lines)).sources[0].follow


def test_a_section_with_nothing_but_its_kind_follows_every_link_as_that_kind(tmp_path: Path) -> None:
    assert follows(tmp_path, "kind: prose") == (Follow(kind=Kind.PROSE, extractor="prose"),)


def test_every_member_is_read(tmp_path: Path) -> None:
    (follow,) = follows(
        tmp_path,
        "kind: prose",
        "where: {title: '(?i)cardiac', url: '[.]html$'}",
        "url: https://payer.example.org/print/{key}?lang=en",
        "name: '{parent}: {title}'",
        "identity: '(MOL[.][A-Z]+)_'",
        "part: text",
        "every: 2w",
        "floor: high",
        "noun: passage",
        "limit: 300",
        "selector: main",
        "drop: [.promo, .feedback]",
        "contract: {title: Policy, min_items: 4}",
    )
    assert follow == Follow(
        kind=Kind.PROSE,
        extractor="prose",
        where=(("title", "(?i)cardiac"), ("url", "[.]html$")),
        url="https://payer.example.org/print/{key}?lang=en",
        name="{parent}: {title}",
        identity="(MOL[.][A-Z]+)_",
        part="text",
        every=timedelta(weeks=2),
        floor=Level.HIGH,
        noun="passage",
        limit=300,
        reading=Reading(selector="main", drop=(".promo", ".feedback")),
        contract=Contract(title="Policy", min_items=4),
    )


def test_a_list_of_sections_and_sections_inside_sections(tmp_path: Path) -> None:
    one, other = follows(
        tmp_path, "- kind: prose", "- kind: links", "  link_pattern: agenda", "  follow: {kind: prose}"
    )
    assert (one.kind, other.kind, other.follow[0].kind) == (Kind.PROSE, Kind.LINKS, Kind.PROSE)


def test_an_official_list_can_be_told_what_to_follow_and_what_not(tmp_path: Path) -> None:
    text = "version: 1\nsources:\n  - id: cms.lcds\n    follow: {kind: prose, where: {key: L39840}}\n"
    (source,) = load(tmp_path, text).sources
    assert source.follow[0].where == (("key", "L39840"),)
    assert source.extractor == KNOWN[source.id].extractor
    config = load(tmp_path, text.replace("{kind: prose, where: {key: L39840}}", "[]"))
    assert (config.sources[0].follow, config.alone) == ((), frozenset({source.id}))


@pytest.mark.parametrize(
    ("lines", "where", "words"),
    [
        (("where: {title: a}",), "follow.kind", "is missing; write `kind: prose`"),
        (("kind: novel",), "follow.kind", "'novel' is unknown"),
        (("kind: prose", "were: {title: a}"), "follow.were", "did you mean 'where'"),
        (("kind: prose", "where: {title: '('}"), "follow.where.title", "not a regular expression"),
        (("kind: prose", "identity: 'MOL'"), "follow.identity", "one pair of round brackets"),
        (("kind: prose", "url: https://{key}.example.org/a"), "follow.url", "has a {name} in its host"),
        (("kind: prose", "url: https://payer.example.org/a"), "follow.url", "the same for every document"),
        (("kind: prose", "url: https://127.0.0.1/{key}"), "follow.url", "not a public address"),
        (("kind: prose", "url: http://payer.example.org/{key}"), "follow.url", "plain http"),
        (("kind: prose", "url: file:///{key}"), "follow.url", "only https"),
        (("kind: prose", "limit: 0"), "follow.limit", "not a whole number"),
        (("kind: prose", "every: 6 hrs"), "follow.every", "write 6h"),
        (("kind: prose", "rows: data"), "follow.rows", "no meaning for kind prose"),
        (("kind: table",), "follow.key", "is missing; write `key:"),
        (("kind: prose", "part: a/b"), "follow.part", "not a short word"),
        (("- kind: prose", "- kind: novel"), "follow[1].kind", "'novel' is unknown"),
    ],
)
def test_a_fault_names_its_place_and_its_mend(tmp_path: Path, lines: tuple[str, ...], where: str, words: str) -> None:
    problem = fault(tmp_path, written(*lines))
    assert problem.where == f"sources[0].{where}"
    assert words in problem.what


def test_a_follow_that_is_one_word_is_refused(tmp_path: Path) -> None:
    assert "must be a section" in fault(tmp_path, HEAD.rstrip() + " prose\n").what


def test_a_subscriber_may_name_the_documents_behind_a_list(tmp_path: Path) -> None:
    told = "subscribers:\n  - {id: desk, channel: file, path: out, sources: ['payer.policies/*']}\n"
    assert load(tmp_path, told + written("kind: prose")).subscribers[0].interests[0].sources == ("payer.policies/*",)
    wrong = told.replace("payer.policies/*", "payer.polices/*")
    assert "matches no source" in fault(tmp_path, wrong + written("kind: prose")).what
