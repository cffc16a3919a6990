"""Front matter of Markdown, in YAML or TOML: metadata above the text of a file.

Of this, a site shows its readers the title, the author and the day. Author and day are kept as lines of the article, so that questions
about them are answered by what the file says; the rest is for tools.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date

import yaml

from embeddings.types import About, Kind

# Longer matches are not front matter: parsing YAML takes a second for every 50,000 characters.
_FRONT_MATTER = re.compile(
    r"(?P<rule>---|\+\+\+)[^\S\n]*\n(?P<matter>.{0,20000}?)\n(?:(?P=rule)|\.\.\.)[^\S\n]*(?:\n|$)", re.DOTALL
)
# Values filled in by a template when the page is built, which are not valid YAML: "template: {{year}}/page.html".
_FILLED_IN = re.compile(r"\{[{%]")
_SETTING = re.compile(r"([\w:.-]{1,40}):(?:[^\S\n]+(.*))?")
# Keys for the author and the day, in order of preference.
_BYLINES = ("author", "authors", "by", "byline", "writer", "writers")
_DATELINES = (
    *("date", "published", "publishdate", "pubdate", "datepublished", "publisheddate", "publishedat", "created"),
    *("updated", "lastmod", "lastupdated", "lastmodified", "modified"),
)
# A longer value says more than author and date.
_LONGEST = 160


def front_matter(text: str) -> tuple[dict[str, object], str]:
    """The front matter at the beginning of a text, and the rest of the text."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    try:
        if found["rule"] == "+++":
            return tomllib.loads(found["matter"]), text[found.end() :]
        # Load all values as strings: a title may look like a number.
        matter = yaml.load(found["matter"], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        settings = _template(found["matter"])
        return ({}, text) if settings is None else (settings, text[found.end() :])
    # A thematic break on the first line is not front matter.
    return (matter, text[found.end() :]) if isinstance(matter, dict) else ({}, text)


def has_front_matter(text: str) -> bool:
    """Whether a text begins with what looks like front matter."""
    return bool(_FRONT_MATTER.match(text))


def said_in(matter: Mapping[str, object], key: str) -> str | None:
    """The value of ``key``, or None if it cannot be displayed."""
    return _said(matter.get(key))


def signed_in(matter: Mapping[str, object]) -> list[tuple[Kind, str]]:
    """The lines that name an article's author and day, each with its kind: "author: Ada Lind"."""
    found = ((Kind.BYLINE, _first(matter, _BYLINES)), (Kind.DATELINE, _first(matter, _DATELINES)))
    return [(kind, f"{said[0]}: {said[1]}") for kind, said in found if said]


def about(matter: Mapping[str, object]) -> About:
    """The author, and the day if it is a valid date."""
    author, day = _first(matter, _BYLINES), _first(matter, _DATELINES)
    return About(author=author[1] if author else None, published=_day(day[1]) if day else None)


def _template(matter: str) -> dict[str, object] | None:
    """The settings of front matter with template values, without those values; None for anything else."""
    lines = [_SETTING.fullmatch(line.rstrip()) for line in matter.split("\n") if line.strip()]
    if not _FILLED_IN.search(matter) or not all(lines):
        return None
    settings = {line[1]: (line[2] or "").strip("\"'") for line in lines if line}
    return {key: value for key, value in settings.items() if not _FILLED_IN.search(value)}


def _first(matter: Mapping[str, object], names: tuple[str, ...]) -> tuple[str, str] | None:
    """The first of these keys that has a value, as it is written, and that value."""
    written = {re.sub(r"[\W_]", "", str(key).casefold()): str(key) for key in matter}
    for name in names:
        said = _listed(matter[written[name]]) if name in written else None
        # A day has digits; "draft" has none.
        if said and len(said) <= _LONGEST and (names is _BYLINES or any(map(str.isdigit, said))):
            return written[name], said
    return None


def _listed(value: object) -> str | None:
    """The value as one line; a list of persons becomes their names."""
    if isinstance(value, list):
        return ", ".join(said for each in value if (said := _listed(each))) or None
    if isinstance(value, dict):
        return _said(value.get("name"))
    return _said(str(value)) if isinstance(value, date) else _said(value)


def _said(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) and value not in ("~", "null") else None


def _day(said: str) -> str | None:
    try:
        return date.fromisoformat(said[:10]).isoformat()
    except ValueError:
        return None
