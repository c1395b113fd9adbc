"""The settings that come with the program are the first that a person meets: without fault, and all official."""

import re
from pathlib import Path

from monitor.config import load_config, shipped
from monitor.sources import SOURCES

OFF = {"cms.new-local"}
"""A list that repeats what others say is there for who asks for it."""


def test_the_shipped_settings_watch_every_official_list() -> None:
    known = {source_id: official.source for source_id, official in SOURCES.items()}
    watched = load_config(shipped("sources.yaml"), {}, known).sources
    assert {source.id for source in watched} == known.keys() - OFF
    assert all(route.url.startswith("https://") for source in watched for route in source.routes)


def test_every_example_in_the_comments_is_taken_as_it_stands(tmp_path: Path) -> None:
    """Somebody takes the ``#`` away and changes nothing else."""
    lines = shipped("sources.yaml").read_text(encoding="utf-8").splitlines()
    in_force = [_uncommented(line) for line in lines]
    (tmp_path / "sources.yaml").write_text("\n".join(in_force).replace("subscribers: []", "subscribers:") + "\n")
    known = {source_id: official.source for source_id, official in SOURCES.items()}
    config = load_config(tmp_path / "sources.yaml", {}, known)
    assert config.service.listen == ("127.0.0.1", 8787)
    assert config.service.ping_name
    assert config.mail
    assert config.feeds
    assert {one.channel for one in config.subscribers} == {"email", "slack", "webhook"}


def _uncommented(line: str) -> str:
    if re.match(r"# (contact|serve|mail|feeds): ?|#   \S", line):
        return line[2:]
    return line[1:] if re.match(r"#  - id|#    \S", line) else line
