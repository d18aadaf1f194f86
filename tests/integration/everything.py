"""Every address of the services, as their OpenAPI documents list them, with given numbers."""

from collections.abc import Iterator, Mapping
from typing import Any

from contracts.services import SERVICES
from tests.people import People

__all__ = ["Address", "addresses"]

Address = tuple[str, str, list[str]]
"""Template, the same with numbers in it, names of the fields that its body has."""


def addresses(people: People, method: str, numbers: Mapping[str, str]) -> Iterator[Address]:
    """Give all addresses of a method; `numbers` by the names in braces."""
    for service in SERVICES:
        document = people.send("GET", "", f"/{service}/v1/openapi.json").json()
        for template, operations in document["paths"].items():
            if method.lower() in operations:
                fields = _fields(operations[method.lower()], document["components"]["schemas"])
                yield template, template.format_map(numbers), fields


def _fields(operation: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    for one in (schema, *schema.get("anyOf", ())):
        if "$ref" in one:
            return list(schemas[one["$ref"].rpartition("/")[2]].get("properties", ()))
    return []
