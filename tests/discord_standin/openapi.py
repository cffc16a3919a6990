"""Request bodies against Discord's own OpenAPI description, where a copy of it is at hand."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

#: Where a copy may lie: beside the repository, for it is not ours to give out.
PATH = Path(__file__).resolve().parents[3] / "shared" / "discord" / "openapi.json"

_URI = "urn:discord"


class OpenApi:
    """What the description says of each request's body."""

    def __init__(self, document: Any) -> None:
        for schema in _objects(document):
            # Ids are described as strings; Discord takes integers as well, and discord.py sends some.
            if schema.get("format") == "snowflake" and schema.get("type") == "string":
                schema["type"] = ["string", "integer"]
        self._paths = document["paths"]
        self._registry = Registry().with_resource(_URI, DRAFT202012.create_resource(document))

    @classmethod
    def load(cls, path: Path = PATH) -> "OpenApi | None":
        """The description, or None where there is no copy of it."""
        return _loaded(path) if path.is_file() else None

    def violations(self, method: str, template: str, body: object) -> list[str]:
        """What is wrong with the JSON body of a request to the path ``template``: the most telling error, if any."""
        operation = self._paths.get(template, {}).get(method.lower())
        if operation is None:
            return ["no such operation is described"]
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            return [] if body is None else ["no body is expected"]
        steps = ("paths", template, method.lower(), "requestBody", "content", "application/json", "schema")
        schema = {"$ref": f"{_URI}#/{'/'.join(map(_pointer, steps))}"}
        error = best_match(Draft202012Validator(schema, registry=self._registry).iter_errors(body))
        return [f"{error.json_path}: {error.message[:300]}"] if error else []


@cache
def _loaded(path: Path) -> OpenApi:
    return OpenApi(json.loads(path.read_text(encoding="utf-8")))


def _pointer(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        document = list(document.values())
    if isinstance(document, list):
        for each in document:
            yield from _objects(each)
