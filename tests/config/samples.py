"""Settings files in the making: a healthy one, and the official lists a test pretends to know."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.config import Config, load_config
from monitor.model.errors import ConfigError, Problem
from monitor.model.ids import SourceId
from monitor.model.source import Contract, Kind, Route, Source

HEALTHY = """\
version: 1
sources:
  - id: fda.ai-devices
"""

OWN = """\
version: 1
sources:
  - id: payer.policies
    kind: table
    url: https://payer.example.org/policies
    every: 6h
    name: Policies of a payer
    authority: Example payer
    key: Policy number
"""

FULL = """\
version: 1
time_zone: America/Chicago
contact: compliance@example.org
database: state/watch.db
link_base: https://cmaa.example.org/
digest: {day: Friday, at: "16:30"}
fetch:
  pace: 0s
  deadline: 90s
  workers: 2
  max_body: 8MB
  confirm_removal_after: 2h
  full_get_every: 1w
  retries: 0
  allow_nets: [127.0.0.0/8, "10.1.0.0/16"]
origins:
  WWW.FDA.GOV: http://127.0.0.1:8080/fda/
watch:
  codes: ["00100", "92229", 0764T, "92229"]
  product_codes: [PIB]
  terms: [clinically meaningful algorithmic]
  devices: [Example Device]
subscribers:
  - id: desk
    channel: webhook
    url: https://hooks.example.org/cmaa
    secret: CMAA_HOOK_SECRET
    tiers: [ACT, review]
    sources: ["fda.*"]
  - {id: record, channel: file, path: out/alerts}
sources:
  - id: fda.ai-devices
    every: 12h
    floor: medium
    urls:
      - http://www.fda.gov/media/1
      - {url: https://www.fda.gov/list, link_text: Download a CSV}
    contract: {min_items: 900, max_shrink: 0.05, sentinels: [K123456]}
  - id: cms.lcds
    enabled: false
  - id: payer.policies
    kind: json
    url: https://payer.example.org/api
    every: 2w
    name: Policies
    authority: A payer
    rows: data.items
    key: [id, version]
    where: {type: "AI"}
    link_field: url
    why: >
      Payers follow
      the code.
"""


def official(name: str) -> Source:
    return Source(
        id=SourceId(name),
        name=f"The list {name}",
        authority=name.split(".")[0].upper(),
        kind=Kind.TABLE,
        routes=(Route(url="https://www.fda.gov/list"),),
        every=timedelta(days=1),
        extractor=name,
        contract=Contract(min_items=100, columns=("Submission Number",)),
    )


KNOWN: Mapping[SourceId, Source] = {
    SourceId(name): official(name) for name in ("fda.ai-devices", "cms.lcds", "ama.appendix-s")
}


def load(folder: Path, text: str | bytes, env: Mapping[str, str] | None = None) -> Config:
    path = folder / "sources.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_config(path, env or {}, KNOWN)


def faults(folder: Path, text: str | bytes) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        load(folder, text)
    return caught.value.problems


def fault(folder: Path, text: str | bytes) -> Problem:
    """The one fault of a file that has exactly one."""
    problems = faults(folder, text)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]
