"""The published schemas as a receiver would use them, and stricter: an event holds no member that is not published."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parents[1] / "schemas"
PREFIX = "org.example.cmaa-monitor."


def event_of(body: bytes) -> dict[str, Any]:
    """The event, after its envelope and its data were found to be as published."""
    event: dict[str, Any] = json.loads(body)
    validator("event").validate(event)
    validator(event["type"].removeprefix(PREFIX)).validate(event["data"])
    return event


@cache
def validator(name: str) -> Draft202012Validator:
    schema = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(_closed(schema))


def _closed(schema: Any) -> Any:
    """The schema with every object that names members holding no others."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {name: _closed(one) for name, one in schema.items()}
    if "properties" in schema and "type" in schema:
        closed["additionalProperties"] = False
    return closed
