"""The JSON Schemas of every published event and of the envelope, as files beside their examples.

    python -m contracts.schema

writes missing files into `contracts/schema/` and rewrites changed wording. A published schema is
frozen: a changed shape needs a new wire name, so the command names it and leaves its file alone.
(A wire name without a release is not published yet: delete its file and run again.)
"""

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from contracts.envelope import Envelope
from contracts.event import Event
from contracts.events import dispatch, enforcement, feedback, intake

__all__ = ["EXAMPLES", "SCHEMAS", "published", "render", "shape"]

SCHEMAS = Path(__file__).with_name("schema")
EXAMPLES = Path(__file__).with_name("examples")

_WORDING = {"description", "title"}
_UNORDERED = {"enum", "required"}


def published() -> dict[str, type[BaseModel]]:
    """Give every model that travels: each event version by its wire name, and the envelope."""
    models: dict[str, type[BaseModel]] = {"envelope": Envelope}
    for module in (intake, dispatch, enforcement, feedback):
        for name in module.__all__:
            model = getattr(module, name)
            if issubclass(model, Event):
                models[model.wire] = model
    return models


def render(model: type[BaseModel]) -> str:
    """Write a model's schemas: what a reader has to accept, and what a writer sends."""
    schemas = {mode: model.model_json_schema(mode=mode) for mode in ("validation", "serialization")}
    return json.dumps(schemas, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def shape(schemas: str) -> object:
    """Give the frozen part of a rendered schema: all but its wording, its order and our names.

    A schema that another refers to stands in its place: what the classes are called is not part of
    what travels.
    """
    return {
        mode: _without_wording(schema, schema.get("$defs", {}), named=False)
        for mode, schema in json.loads(schemas).items()
    }


def _without_wording(node: Any, defined: dict[str, Any], *, named: bool) -> object:  # noqa: ANN401  # any JSON
    """Leave titles and descriptions out. Under `properties` the same words are field names."""
    if isinstance(node, list):
        return [_without_wording(item, defined, named=False) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node and not named:
        return _without_wording(defined[node["$ref"].rpartition("/")[2]], defined, named=False)
    return {
        key: sorted(value)
        if key in _UNORDERED and not named
        else _without_wording(value, defined, named=key == "properties" and not named)
        for key, value in node.items()
        if named or key not in _WORDING | {"$defs"}
    }


def main() -> None:
    """Write the schemas; exit with the names of those whose shape changed."""
    SCHEMAS.mkdir(exist_ok=True)
    changed = []
    for name, model in published().items():
        path, text = SCHEMAS / f"{name}.json", render(model)
        if path.exists() and shape(path.read_text(encoding="utf-8")) != shape(text):
            changed.append(name)
        else:
            path.write_text(text, encoding="utf-8")
    if changed:
        sys.exit("Changed after being published, make a new version: " + ", ".join(changed))


if __name__ == "__main__":
    main()
