"""Files on GitHub and GitLab: their pages are rendered by a script, and the text itself is at another address."""

import re
from urllib.parse import urlsplit

_GITHUB_FILE = re.compile(r"/(?P<repository>[^/]+/[^/]+)/blob/(?P<file>[^/]+/.+)")
_GIST = re.compile(r"/(?P<gist>[^/]+/[0-9a-f]{20,40})/?")
# GitLab's separator between a project and the view of it, on any instance.
_GITLAB_FILE = "/-/blob/"


def raw_address(address: str) -> str:
    """Where the text of a page is read: for the page of a file, the raw file; for any other, the page itself."""
    parts = urlsplit(address)
    if parts.netloc == "github.com" and (found := _GITHUB_FILE.fullmatch(parts.path)):
        return f"https://raw.githubusercontent.com/{found['repository']}/{found['file']}"
    if parts.netloc == "gist.github.com" and (found := _GIST.fullmatch(parts.path)):
        return f"https://gist.githubusercontent.com/{found['gist']}/raw"
    if _GITLAB_FILE in parts.path:
        return parts._replace(path=parts.path.replace(_GITLAB_FILE, "/-/raw/", 1), query="").geturl()
    return address
