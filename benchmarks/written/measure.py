"""Ask the questions of written pages that nothing was trained on, each of its own page.

python -m benchmarks.written.measure [--typed] [--without-reader] [--show] [--record]
"""

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from benchmarks.asking import Asking, parser_of
from benchmarks.datasets import Use
from benchmarks.written.questions import WrittenPage, written
from embeddings.evaluate import Case
from embeddings.library import Library


def main() -> None:
    asking = Asking.by(parser_of(__doc__).parse_args())
    for is_rules, pages in groupby(sorted(written(Use.MEASURE), key=_is_rules), key=_is_rules):
        asking.ask("written rules" if is_rules else "written pages", partial(_filled, list(pages)))


def _is_rules(page: WrittenPage) -> bool:
    return page.kind == "rules"


def _filled(pages: Sequence[WrittenPage], library: Library) -> list[Case]:
    return [case for page in pages for case in _cases(page, library)]


def _cases(page: WrittenPage, library: Library) -> list[Case]:
    """The cases of a page; adds it to the library."""
    article = library.add(page.document).article.id
    return [
        Case(
            f"{page.kind}/{page.name}",
            each.text,
            tuple(place.of(page.document.text) for place in each.places),
            places=tuple((article, place) for place in each.places),
            article_ids=(article,),
        )
        for each in page.questions
    ]


if __name__ == "__main__":
    main()
