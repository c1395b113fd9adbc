"""The licences that stand before watched addresses, by the name the settings use for them.

The Coverage API gives the detail of LCDs and articles only with a token, and to ask for a token is to accept the terms
of three owners of codes (OpenAPI document of API version 1.5: ``/v1/metadata/license-agreement/``, a token is valid for
one hour and sent as Bearer token). Reports, NCDs and analyses are reported to need none.
"""

from typing import Final

from monitor.model.licence import Licence

_ORIGIN: Final = "https://api.coverage.cms.gov"

COVERAGE_API: Final = Licence(
    id="cms-coverage-api",
    name="CMS Coverage API licence agreement (AMA, ADA and AHA)",
    origin=_ORIGIN,
    token_url=f"{_ORIGIN}/v1/metadata/license-agreement/",
    paths=("/v1/data/lcd", "/v1/data/article"),
    lifetime_s=3600.0,
    withheld=("long_description", "short_description"),
    terms=(
        "Details of LCDs and articles hold CPT codes (owned by the American Medical Association), CDT codes (American"
        " Dental Association) and UB-04 data (American Hospital Association). Accepting means that whoever runs this"
        " monitor takes on the terms of all three: in short, the code sets are used inside the own organisation for"
        " Medicare purposes, not sold, passed on, changed or put into a product without a licence from their owner, and"
        " they come without warranty. The full wording stands in the Medicare Coverage Database. The monitor keeps code"
        " numbers and empties the code descriptions before it keeps an answer."
    ),
    opens="full text, code lists and revision history of LCDs and articles",
)

LICENCES: Final[dict[str, Licence]] = {COVERAGE_API.id: COVERAGE_API}

LICENSED: Final = frozenset({"cms.lcds", "cms.articles", "cms.proposed-lcds"})
"""The lists whose documents lie behind that of the Coverage API."""
