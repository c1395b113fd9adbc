"""Every path, parameter and field name used of the Coverage API, held against its official OpenAPI document."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from monitor.model.source import Follow, Source
from monitor.sources import SOURCES, cms_local, cms_local_schedule, cms_ncas, cms_update_period
from monitor.sources.coverage_api import ORIGIN
from monitor.sources.following import children
from tests.sources.copies import copies, read_copy, shared

LISTS = [entry.source for entry in SOURCES.values() if entry.source.routes[0].url.startswith(ORIGIN)]
DOCUMENT = "cms/coverage_api_openapi_v1.5.json"


def official() -> Mapping[str, Any]:
    loaded: dict[str, Any] = json.loads(shared(DOCUMENT))
    return loaded


def resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Any = node
    while "$ref" in found:
        path = found["$ref"].split("/")[1:]
        found = document
        for step in path:
            found = found[step]
    return dict(found)


def call(url: str) -> tuple[frozenset[str], frozenset[str]]:
    """The parameters and the row's fields that the document gives for an address; fails where it has no such path."""
    document = official()
    operation = document["paths"][urlsplit(url).path]["get"]
    parameters = frozenset(resolved(document, one)["name"] for one in operation.get("parameters", ()))
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    row = resolved(document, answer["properties"]["data"]["items"])
    return parameters, frozenset(row["properties"])


def used(url: str) -> set[str]:
    return {name for name, _ in parse_qsl(urlsplit(url).query)}


@pytest.mark.parametrize("source", LISTS, ids=lambda source: str(source.id))
def test_an_address_is_a_path_of_the_api_with_parameters_it_knows(source: Source) -> None:
    parameters, _ = call(source.routes[0].url)
    assert used(source.routes[0].url) <= parameters


@pytest.mark.parametrize("source", LISTS, ids=lambda source: str(source.id))
def test_the_columns_and_the_fields_of_the_recorded_rows_are_those_of_the_api(source: Source) -> None:
    _, fields = call(source.routes[0].url)
    assert set(source.contract.columns) <= fields
    for copy in copies(source.id):
        if copy.suffix == ".json":
            rows = json.loads(copy.read_bytes())["data"]
            assert set().union(*rows) <= fields, copy


@pytest.mark.parametrize("follow", cms_ncas.SOURCE.follow, ids=lambda follow: str(follow.where[0][1]))
def test_the_tracking_sheets_are_paths_of_the_api_and_their_fields_its_fields(follow: Follow) -> None:
    assert follow.url
    parameters, fields = call(follow.url)
    assert used(follow.url) == parameters
    assert set(follow.reading.fields) <= fields
    assert set(follow.reading.dates) <= set(follow.reading.fields)
    assert not [name for name in follow.reading.fields if "officer" in name or "analyst" in name]


def test_the_kinds_of_document_asked_for_are_those_the_api_names() -> None:
    asked = dict(parse_qsl(urlsplit(SOURCES_BY_ID["cms.new-national"].routes[0].url).query))
    described = official()["paths"]["/v1/reports/whats-new/national/"]["get"]["description"]
    assert all(kind in described for kind in asked["document_type"].split(","))
    assert f"number of days that can be included is {asked['timeframe']}" in described


SOURCES_BY_ID = {str(name): entry.source for name, entry in SOURCES.items()}


def test_only_open_analyses_have_their_tracking_sheet_watched() -> None:
    before, after = (read_copy(copy) for copy in copies("cms.ncas"))
    for copy, number in ((before, "9001"), (after, "323")):
        assert [child.routes[0].url for child in children(cms_ncas.SOURCE, copy.records)] == [
            f"{ORIGIN}/v1/data/nca/{what}?ncaid={number}" for what in ("tracking-sheet", "history", "related-ncd")
        ]


def test_the_newest_of_several_rows_of_the_schedule_counts() -> None:
    (record,) = read_copy(copies("cms.local-schedule")[1]).records
    assert (record.key, record.fields["refreshed_on_date"]) == ("local-data-schedule", "2026-08-20")


def test_the_local_lists_name_the_schedule_they_are_refreshed_by() -> None:
    named = {str(name) for name, entry in SOURCES.items() if entry.source.schedule == cms_local_schedule.SOURCE.id}
    assert named == {"cms.lcds", "cms.proposed-lcds", "cms.articles", "cms.new-local"}
    assert all(entry.source.roles is cms_local.ROLES for name, entry in SOURCES.items() if str(name) in named)
    assert cms_update_period.SOURCE.schedule is None
