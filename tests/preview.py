"""A message of the bot as an HTML page that looks like Discord, since no test sees a real Discord client.

Its Markdown parser is the one of the tests, so what would break in Discord breaks here too.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape

from tests.discord_standin.markdown import Line, Piece, read
from tests.discord_standin.world import Json

# Component types: 1 a row, 2 a button, 3 to 8 selects, 9 a section, 10 text, 14 a separator, 17 a container.
_SELECTS = {3: "Choose…", 5: "Choose members", 6: "Choose roles", 8: "Choose channels"}
_STRINGS = 3
_NO_NAMES: Mapping[str, str] = {}
_DATE = re.compile(r"<t:(-?\d+)")
_BUTTON_STYLES = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary"}

_STYLE = """
body { margin: 0; background: #313338; color: #dbdee1; font: 16px/1.375 "Noto Sans", "DejaVu Sans", Arial, sans-serif; }
.message { display: flex; gap: 16px; padding: 16px; width: 640px; box-sizing: border-box; }
.avatar { width: 40px; height: 40px; border-radius: 50%; background: #2f6f6b; flex: none; text-align: center;
  font: bold 24px/44px Georgia, serif; color: #fff; }
.body { min-width: 0; flex: 1; }
.author { font-weight: 600; color: #f2f3f5; } .tag { background: #5865f2; color: #fff; font-size: 10px; font-weight: 600;
  border-radius: 3px; padding: 1px 4px; vertical-align: 2px; margin-left: 4px; }
.only { color: #949ba4; font-size: 12px; margin-top: 6px; }
.used { color: #949ba4; font-size: 13px; margin-bottom: 4px; } .used b { color: #c9cdfb; font-weight: 500; }
.container { background: #2b2d31; border: 1px solid #3f4147; border-left: 4px solid var(--accent); border-radius: 8px;
  padding: 12px 16px; display: flex; flex-direction: column; gap: 8px; margin-top: 6px; }
.section { display: flex; gap: 12px; align-items: center; } .section > :first-child { flex: 1; min-width: 0; }
hr { border: 0; border-top: 1px solid #3f4147; margin: 2px 0; width: 100%; }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 8px; }
button { border: 0; border-radius: 8px; padding: 6px 14px; font: 500 14px/20px inherit; color: #fff; background: #4e5058;
  font-family: inherit; white-space: nowrap; }
button:disabled { opacity: .5; } button.primary { background: #5865f2; } button.success { background: #248046; } button.danger { background: #da373c; }
.select { background: #1e1f22; border-radius: 4px; padding: 8px 12px; color: #949ba4; width: 100%; box-sizing: border-box;
  display: flex; justify-content: space-between; } .select.chosen { color: #dbdee1; } .row:has(.select) { margin-top: 2px; }
.pill { background: #3f4147; border-radius: 4px; padding: 1px 8px; margin-right: 6px; }
.line { white-space: pre-wrap; overflow-wrap: anywhere; } .line:empty::after { content: "\\00a0"; }
.quote { border-left: 4px solid #4e5058; padding-left: 12px; border-radius: 2px; }
.subtext { font-size: 13px; color: #949ba4; } .heading { font-size: 20px; font-weight: 700; color: #f2f3f5; }
.item::before { content: "•"; margin-right: 8px; } .numbered::before { content: "1."; margin-right: 8px; }
b { color: #f2f3f5; } code { background: #1e1f22; border-radius: 4px; padding: 1px 4px; font: 85% "DejaVu Sans Mono", monospace; }
.fence { background: #1e1f22; font: 14px "DejaVu Sans Mono", monospace; padding: 4px 8px; }
a { color: #00a8fc; text-decoration: none; } .live { background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px; }
.date { background: #3a3c42; border-radius: 3px; padding: 0 2px; } .spoiler { background: #1e1f22; color: #1e1f22; }
.embed { background: #2b2d31; border-left: 4px solid var(--accent); border-radius: 4px; padding: 12px 16px; margin-top: 6px; max-width: 520px; }
.title { font-weight: 600; color: #f2f3f5; margin-bottom: 6px; }
"""


def page(message: Json, *, used: str = "", only_you: bool = False, names: Mapping[str, str] = _NO_NAMES) -> str:
    """A page with one message; ``used`` is the command that it answers, ``names`` maps ids of members, roles and channels to names."""
    inner = "".join(map(_embed, message.get("embeds") or [])) + "".join(
        _component(each, names) for each in message.get("components") or []
    )
    before = f'<div class="used"><b>Ada</b> used <b>{escape(used)}</b></div>' if used else ""
    after = '<div class="only">👁 Only you can see this · Dismiss message</div>' if only_you else ""
    for user_id, name in names.items():
        inner = inner.replace(f"&lt;@{user_id}&gt;", f"@{escape(name)}")
    return (
        f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><div class="message"><div class="avatar">”</div>'
        f'<div class="body">{before}<span class="author">Pullquote</span><span class="tag">APP</span>'
        f"{_markdown(message.get('content') or '')}{inner}{after}</div></div>"
    )


def _component(component: Json, names: Mapping[str, str]) -> str:
    kind, inner = component["type"], "".join(_component(each, names) for each in component.get("components") or [])
    match kind:
        case 17:
            return f'<div class="container" style="--accent: {_colour(component.get("accent_color"))}">{inner}</div>'
        case 9:
            return f'<div class="section"><div>{inner}</div>{_component(component["accessory"], names)}</div>'
        case 1:
            return f'<div class="row">{inner}</div>'
        case 2:
            shown = " ".join(filter(None, ((component.get("emoji") or {}).get("name"), component.get("label"))))
            disabled = " disabled" if component.get("disabled") else ""
            return f'<button class="{_BUTTON_STYLES[component["style"]]}"{disabled}>{escape(shown)}</button>'
        case 3 | 5 | 6 | 8:
            chosen = [each["label"] for each in component.get("options") or [] if each.get("default")]
            chosen += [names.get(str(each["id"]), "?") for each in component.get("default_values") or []]
            pills = "".join(f'<span class="pill">{escape(each)}</span>' for each in chosen if kind != _STRINGS)
            words = pills or escape(", ".join(chosen) or component.get("placeholder") or _SELECTS[kind])
            style = "select chosen" if chosen else "select"
            return f'<div class="{style}"><span>{words}</span><span>▾</span></div>'
        case 10:
            inner = f"<div>{_markdown(component['content'])}</div>"
        case 14:
            inner = "<hr>"
    return inner


def _embed(embed: Json) -> str:
    title = f'<div class="title">{_markdown(embed["title"])}</div>' if embed.get("title") else ""
    text = _markdown(embed.get("description") or "")
    return f'<div class="embed" style="--accent: {_colour(embed.get("color"))}">{title}{text}</div>'


def _markdown(text: str) -> str:
    return "".join(map(_line, read(text)))


def _line(line: Line) -> str:
    kind = "fence" if line.kind == "code" else line.kind
    return f'<div class="line {kind}">{_pieces(line.pieces)}</div>'


def _pieces(pieces: Iterable[Piece]) -> str:
    return "".join(map(_piece, pieces))


def _piece(piece: Piece) -> str:
    style, shown = piece.style, escape(piece.text)
    if style.live == "date" and (found := _DATE.match(piece.text)):
        at = datetime.fromtimestamp(int(found[1]), UTC)
        days = (datetime.now(UTC) - at).days
        ago = f"{days} day{'s' * (days != 1)} ago"
        told = ago if piece.text.endswith(":R>") else f"{at.day} {at:%B %Y}"
        return f'<span class="date">{told}</span>'
    for is_so, tag in ((style.code, "code"), (style.bold, "b"), (style.italic, "i"), (style.underline, "u")):
        shown = f"<{tag}>{shown}</{tag}>" if is_so else shown
    if style.struck:
        shown = f"<s>{shown}</s>"
    if style.spoiler or style.live:
        shown = f'<span class="{"spoiler" if style.spoiler else "live"}">{shown}</span>'
    return f'<a href="{escape(style.link)}">{shown}</a>' if style.link else shown


def _colour(number: int | None) -> str:
    return "#3f4147" if number is None else f"#{number:06x}"
