"""The settings: ``sources.yaml`` plus the environment, checked whole, and the files that come with the program."""

from monitor.config.environment import find_config, read_environment
from monitor.config.load import load_config
from monitor.config.settings import Config, FetchSettings, WatchLists
from monitor.config.shipped import read_reference, read_templates, shipped, shipped_unit
from monitor.config.since import parse_since
from monitor.config.taken_at import parse_taken_at

__all__ = [
    "Config",
    "FetchSettings",
    "WatchLists",
    "find_config",
    "load_config",
    "parse_since",
    "parse_taken_at",
    "read_environment",
    "read_reference",
    "read_templates",
    "shipped",
    "shipped_unit",
]
