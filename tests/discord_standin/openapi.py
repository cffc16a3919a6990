"""Validation of request bodies against Discord's OpenAPI description, if there is a copy of it."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012, Draft202012Validator, Registry

#: Where a copy may be: next to the repository, since we must not distribute it.
PATH = Path(__file__).resolve().parents[3] / "shared" / "discord" / "openapi.json"

_URI = "urn:discord"


class OpenApi:
    """The schemas of request bodies in the description."""

    def __init__(self, document: Any) -> None:
        for schema in _objects(document):
            # Ids are described as strings, but Discord also accepts integers, and discord.py sends some.
            if schema.get("format") == "snowflake" and schema.get("type") == "string":
                schema["type"] = ["string", "integer"]
        self._paths = document["paths"]
        self._registry = Registry([(_URI, document)], draft=Draft202012)
        self._validators: dict[tuple[str, str], Draft202012Validator] = {}

    @classmethod
    def load(cls, path: Path = PATH) -> "OpenApi | None":
        """Load the description; None if there is no copy of it."""
        return _loaded(path) if path.is_file() else None

    def violations(self, method: str, template: str, body: object) -> list[str]:
        """The most specific error in the JSON body of a request to the path ``template``, if any."""
        operation = self._paths.get(template, {}).get(method.lower())
        if operation is None:
            return ["no such operation is described"]
        if "application/json" not in operation.get("requestBody", {}).get("content", {}):
            return [] if body is None else ["no body is expected"]
        errors = self._validator(method.lower(), template).iter_errors(body)
        deepest = max(errors, key=lambda error: len(error.instance_path), default=None)
        return [f"{_path(deepest.instance_path)}: {deepest.message[:300]}"] if deepest else []

    def _validator(self, method: str, template: str) -> Draft202012Validator:
        """The validator for the bodies of an operation, compiled on first use."""
        if (method, template) not in self._validators:
            steps = ("paths", template, method, "requestBody", "content", "application/json", "schema")
            schema = {"$ref": f"{_URI}#/{'/'.join(map(_pointer, steps))}"}
            self._validators[method, template] = Draft202012Validator(schema, registry=self._registry)
        return self._validators[method, template]


@cache
def _loaded(path: Path) -> OpenApi:
    return OpenApi(json.loads(path.read_text(encoding="utf-8")))


def _pointer(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1").replace("{", "%7B").replace("}", "%7D")


def _path(steps: Sequence[str | int]) -> str:
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)


def _objects(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict):
        yield document
        document = list(document.values())
    if isinstance(document, list):
        for each in document:
            yield from _objects(each)
