"""The licence of the Coverage API against the API's own description."""

import json

from monitor.sources.licences import COVERAGE_API, LICENCES
from tests.sources.copies import shared


def test_the_token_and_the_paths_it_opens_are_those_of_the_api() -> None:
    described = json.loads(shared("cms/coverage_api_openapi_v1.5.json"))
    paths = described["paths"].keys()
    assert COVERAGE_API.token_url.removeprefix(COVERAGE_API.origin) in paths
    assert all(any(path.startswith(opened) for path in paths) for opened in COVERAGE_API.paths)
    assert "valid for one hour" in described["paths"]["/v1/metadata/license-agreement/"]["get"]["description"]
    rows = described["components"]["schemas"]["DataArticleHcpcCode"]["properties"]
    assert set(COVERAGE_API.withheld) <= rows.keys()


def test_the_token_itself_reports_and_national_data_lie_before_it() -> None:
    free = ("/v1/metadata/license-agreement/", "/v1/reports/local-coverage-articles/", "/v1/data/ncd/?ncdid=1")
    assert not any(COVERAGE_API.covers(COVERAGE_API.origin + path) for path in free)
    assert COVERAGE_API.covers(f"{COVERAGE_API.origin}/v1/data/article/hcpc-code?articleid=59716")


def test_what_is_agreed_to_and_what_is_missed_without_it_is_said() -> None:
    assert [licence.id for licence in LICENCES.values()] == list(LICENCES)
    assert all(word in COVERAGE_API.terms for word in ("American Medical", "American Dental", "American Hospital"))
    assert all(licence.opens for licence in LICENCES.values())
