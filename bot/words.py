"""Wording shared by both front ends."""

from embeddings.types import Article


def counted(count: int, what: str) -> str:
    """A count with its noun: "1 passage", "2,000 passages"."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def is_reworded(question: str, understood: str) -> bool:
    """Whether the interpreted question is neither the question nor a part of it; whitespace and apostrophes are ignored."""
    return _bare(understood) not in _bare(question)


def _bare(question: str) -> str:
    return " ".join(question.replace("'", "").replace("’", "").split())


def size(article: Article) -> str:
    """The size of an article, in sentences and passages."""
    return f"{counted(article.sentences, 'sentence')} in {counted(article.chunks, 'passage')}"
