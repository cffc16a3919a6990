"""Front matter of Markdown, in YAML or TOML: what a file says of itself above its words.

Of this a reader is shown title, author and day, however a site arranges them. Author and day are kept as lines of the article, so that
who asks for them is answered by what the file says; the rest is for tools.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import date

import yaml

from embeddings.types import About, Kind

# What is longer is no front matter: to read YAML takes a second for every 50,000 characters.
_FRONT_MATTER = re.compile(
    r"(?P<rule>---|\+\+\+)[^\S\n]*\n(?P<matter>.{0,20000}?)\n(?:(?P=rule)|\.\.\.)[^\S\n]*(?:\n|$)", re.DOTALL
)
# Of what a template fills in when the page is made, which is no YAML: "template: {{year}}/page.html".
_FILLED_IN = re.compile(r"\{[{%]")
_SETTING = re.compile(r"([\w:.-]{1,40}):(?:[^\S\n]+(.*))?")
# By which names the author and the day are given, the better ones first.
_BYLINES = ("author", "authors", "by", "byline", "writer", "writers")
_DATELINES = (
    *("date", "published", "publishdate", "pubdate", "datepublished", "publisheddate", "publishedat", "created"),
    *("updated", "lastmod", "lastupdated", "lastmodified", "modified"),
)
# What is longer says more than who and when.
_LONGEST = 160


def front_matter(text: str) -> tuple[dict[str, object], str]:
    """What a text says of itself at its beginning, and the rest of it."""
    found = _FRONT_MATTER.match(text)
    if not found:
        return {}, text
    try:
        if found["rule"] == "+++":
            return tomllib.loads(found["matter"]), text[found.end() :]
        # Of the words as they are written: a title may be a number.
        matter = yaml.load(found["matter"], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        settings = _template(found["matter"])
        return ({}, text) if settings is None else (settings, text[found.end() :])
    # A rule of three dashes on the first line is no front matter.
    return (matter, text[found.end() :]) if isinstance(matter, dict) else ({}, text)


def has_front_matter(text: str) -> bool:
    """Whether a text begins with what looks like front matter."""
    return bool(_FRONT_MATTER.match(text))


def said_in(matter: Mapping[str, object], key: str) -> str | None:
    """What is said under a name, in one line; None where that is nothing that can be shown."""
    return _said(matter.get(key))


def signed_in(matter: Mapping[str, object]) -> list[tuple[Kind, str]]:
    """The lines that say who wrote an article, and when, each as its kind: "author: Ada Lind"."""
    found = ((Kind.BYLINE, _first(matter, _BYLINES)), (Kind.DATELINE, _first(matter, _DATELINES)))
    return [(kind, f"{said[0]}: {said[1]}") for kind, said in found if said]


def about(matter: Mapping[str, object]) -> About:
    """The author and the day, if it is a day."""
    author, day = _first(matter, _BYLINES), _first(matter, _DATELINES)
    return About(author=author[1] if author else None, published=_day(day[1]) if day else None)


def _template(matter: str) -> dict[str, object] | None:
    """The settings of front matter that a template fills in, those left out that it does; None of anything else."""
    lines = [_SETTING.fullmatch(line.rstrip()) for line in matter.split("\n") if line.strip()]
    if not _FILLED_IN.search(matter) or not all(lines):
        return None
    settings = {line[1]: (line[2] or "").strip("\"'") for line in lines if line}
    return {key: value for key, value in settings.items() if not _FILLED_IN.search(value)}


def _first(matter: Mapping[str, object], names: tuple[str, ...]) -> tuple[str, str] | None:
    """The first of these names under which something is said, as it is written, and that."""
    written = {re.sub(r"[\W_]", "", str(key).casefold()): str(key) for key in matter}
    for name in names:
        said = _listed(matter[written[name]]) if name in written else None
        # A day is told in figures; "draft" is none.
        if said and len(said) <= _LONGEST and (names is _BYLINES or any(map(str.isdigit, said))):
            return written[name], said
    return None


def _listed(value: object) -> str | None:
    """What is said, of several persons their names."""
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
