"""Words for people that both front ends share."""

from embeddings.types import Article


def counted(count: int, what: str) -> str:
    """How many of what: "1 passage", "2,000 passages"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def is_reworded(question: str, understood: str) -> bool:
    """Whether a question was understood in other words than it was asked in, or than some of them; blanks and apostrophes are no words."""
    return _bare(understood) not in _bare(question)


def _bare(question: str) -> str:
    return " ".join(question.replace("'", "").replace("’", "").split())


def size(article: Article) -> str:
    """How large an article is, to those who know its passages from answers."""
    return f"{counted(article.sentences, 'sentence')} in {counted(article.chunks, 'passage')}"
