"""Request bodies held against Discord's own description of its API, where that file is at hand."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FILE = Path(__file__).resolve().parents[3] / "shared" / "discord" / "openapi.json"


class Description:
    """The request schemas by method and path."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._paths = [
            (re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path)), path, methods)
            for path, methods in document["paths"].items()
        ]
        # Literal parts before parameters: /messages/@original before /messages/{message_id}.
        self._paths.sort(key=lambda entry: entry[1].count("{"))

    @classmethod
    def load(cls) -> "Description | None":
        """The description, or None where the file is not there."""
        return cls(json.loads(FILE.read_text(encoding="utf-8"))) if FILE.is_file() else None

    def violations(self, method: str, path: str, body: object) -> Iterator[str]:
        """How a request departs from the description."""
        entry = next(
            (methods for pattern, _, methods in self._paths if pattern.fullmatch(path) and method.lower() in methods),
            None,
        )
        if entry is None:
            yield f"{method} {path} is not in the description"
            return
        schema = (
            entry[method.lower()].get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
        )
        if schema is None:
            if body is not None:
                yield f"{method} {path} takes no body"
            return
        validator = Draft202012Validator({**schema, "components": self._document["components"]})
        for error in validator.iter_errors(_with_string_ids(body)):
            yield f"{method} {path}: {error.json_path}: {error.message[:200]}"


def _with_string_ids(value: Any, key: str = "") -> Any:
    """Ids are strings in the description, while Discord also takes the integers that some clients send."""
    if isinstance(value, dict):
        return {name: _with_string_ids(each, name) for name, each in value.items()}
    if isinstance(value, list):
        return [_with_string_ids(each, key) for each in value]
    is_id = key == "id" or key.endswith("_id") or key in ("users", "roles")
    return str(value) if is_id and isinstance(value, int) and not isinstance(value, bool) else value
