"""The settings that come with the program are the first that a person meets: without fault, and all official."""

from monitor.config import load_config, shipped
from monitor.sources import SOURCES

OFF = {"cms.new-local"}
"""A list that repeats what others say is there for who asks for it."""


def test_the_shipped_settings_watch_every_official_list() -> None:
    known = {source_id: official.source for source_id, official in SOURCES.items()}
    watched = load_config(shipped("sources.yaml"), {}, known).sources
    assert {source.id for source in watched} == known.keys() - OFF
    assert all(route.url.startswith("https://") for source in watched for route in source.routes)
