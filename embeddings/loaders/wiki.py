"""Pages of MediaWiki, which say where their article is, so that nothing need be guessed: its tree, without what the software puts into
it for those who edit and look up sources.

The names are those of MediaWiki's own skins, of the style sheets that wikis have from Wikipedia, and of Fandom's boxes.
"""

from lxml.html import HtmlElement

_ARTICLE = "mw-parser-output"
# What older ones have.
_OLD_ARTICLE = "mw-content-text"
_AIDS = (
    "mw-editsection",  # "[edit]" beside a heading
    "reference",  # "[1]", which would pass for a citation of ours
    "Inline-Template",  # "[citation needed]"
    "references",  # what such marks lead to
    "toc",
    "hatnote",  # "For the pool in the next town, see …"
    "navbox",
    "pi-title",  # the article's title again
    "noprint",
)
# A box of facts that is not made as the table it looks like.
_ROWS = {"pi-data": "tr", "pi-data-label": "th", "pi-data-value": "td", "pi-header": "p"}


def wiki_article(tree: HtmlElement) -> HtmlElement | None:
    """The article of a page of MediaWiki; None of any other page. The tree is changed."""
    article = next(iter(tree.find_class(_ARTICLE)), None)
    if article is None:
        article = next(iter(tree.xpath("//div[@id=$name]", name=_OLD_ARTICLE)), None)
    if article is None:
        return None
    for aid in [element for name in _AIDS for element in article.find_class(name)]:
        # One may have gone with another that held it.
        if aid.getparent() is not None:
            aid.drop_tree()
    for name, tag in _ROWS.items():
        for element in article.find_class(name):
            element.tag = tag
    return article
