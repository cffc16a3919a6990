"""Search: BM25 and vectors against brute force, fusion, filters, ties."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from embeddings.keywords import query_terms, terms, words
from embeddings.library import Library
from embeddings.loaders import load
from embeddings.search.bm25 import SATURATION, Bm25
from embeddings.search.index import Index, build
from embeddings.search.ranking import DEFAULT_WEIGHTS, Query, search
from embeddings.search.vectors import VectorIndex
from embeddings.store import Store
from tests.fakes import BagEncoder

TEXTS = ("the pool opens at seven", "the pool the pool", "Mira built a bridge", "nothing here")


def bm25_by_hand(query: str, texts: tuple[str, ...]) -> list[float]:
    """Okapi BM25 with k1 = 1.2 and b = .75, term by term."""
    documents = [list(terms(text)) for text in texts]
    average = sum(map(len, documents)) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for term in query_terms(query):
            containing = sum(term in other for other in documents)
            idf = np.log(1 + (len(documents) - containing + 0.5) / (containing + 0.5))
            frequency = document.count(term)
            score += idf * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * len(document) / average))
        scores.append(score)
    return scores


@pytest.mark.parametrize(
    "query", ["When does the pool open?", "Mira's bridges", "of the and", "zebra", "pool pool bridge"]
)
def test_bm25_is_what_its_formula_says(query: str) -> None:
    index = Bm25([terms(text) for text in TEXTS])
    assert index.scores(query_terms(query)).tolist() == pytest.approx(bm25_by_hand(query, TEXTS), rel=1e-5)


def test_bm25_of_nothing() -> None:
    index = Bm25([])
    assert index.scores(query_terms("pool")).shape == (0,)
    assert len(index.idf(query_terms("pool"))) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("v2.6.28, 3.14.0rc1. And V1", ["2.6.28", "3.14.0rc1", "and", "v1"], id="versions"),
        pytest.param("It cost $3.50, or 1,000 lire.", ["it", "cost", "3.50", "or", "1000", "lire"], id="numbers"),
        pytest.param("北京大学", ["北京", "京大", "大学"], id="Chinese"),
        pytest.param(
            "where are the us troops", ["where", "are", "the", "usa", "troops"], id="the country in small letters"
        ),
        pytest.param("The U.S. told us.", ["the", "usa", "told", "us"], id="the country and the pronoun"),
        pytest.param(
            "İzmir'den İKİNCİ", ["izmir'den", "ikinci"], id="the capital of Turkish has the small letter of others"
        ),
        pytest.param("", [], id="nothing"),
    ],
)
def test_words(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_the_pronoun_is_not_the_country() -> None:
    assert not np.isin(query_terms("Who can help us with parking?"), terms("American cars")).any()
    assert np.isin(query_terms("parking in the US"), terms("American cars")).any()


def test_words_of_one_stem_are_one_term() -> None:
    assert terms("opens opening opened").tolist() == [terms("open")[0]] * 3
    assert terms("American")[0] == terms("US")[0]
    assert terms("Syria's")[0] == terms("Syrian")[0]


@given(st.integers(1, 40), st.integers(1, 12), st.integers(0, 2**31))
def test_nearest_is_brute_force(rows: int, k: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(rows, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    query = vectors[0]
    index = VectorIndex(vectors)
    similarities = vectors @ query
    assert index.similarities(query, np.arange(rows)).tolist() == pytest.approx(similarities.tolist(), abs=1e-5)
    found = index.nearest(query, k)
    assert similarities[found].tolist() == pytest.approx(np.sort(similarities)[::-1][:k].tolist(), abs=1e-5)
    only = np.arange(0, rows, 2)
    within = index.nearest(query, k, only)
    assert set(within.tolist()) <= set(only.tolist())
    assert similarities[within].tolist() == pytest.approx(np.sort(similarities[only])[::-1][:k].tolist(), abs=1e-5)


def test_vectors_that_are_not_unit_are_refused() -> None:
    with pytest.raises(ValueError, match="norm 1"):
        VectorIndex(np.array([[np.nan, 0.0]], dtype=np.float32))


def index_of(tmp_path: Path, *texts: str) -> Index:
    with Store.open(tmp_path) as store:
        library = Library(store, "local", BagEncoder())
        for number, text in enumerate(texts):
            library.add(load(text.encode(), source=f"{number}.txt", title="Same"))
        index = build(store.segments("local", {})[1])
    assert index is not None
    return index


def query_of(question: str) -> Query:
    return Query.of(question, BagEncoder().encode_queries([question])[0])


def fused_by_hand(index: Index, query: Query, row: int) -> float:
    """The fused score of a chunk from its own terms and vector and those of its sentences, computed one by one."""
    chunk_vectors = np.concatenate([each.chunk_vectors for each in index.segments])
    sentence_vectors = np.concatenate([each.sentence_vectors for each in index.segments])
    chunk_bm25, sentence_bm25 = (
        keywords.scores(query.terms) / (SATURATION * keywords.idf(query.terms).sum())
        for keywords in (index.chunk_keywords, index.sentence_keywords)
    )
    sentences = range(index.first_sentence[row], index.last_sentence[row] + 1)
    shares = (chunk_bm25[row], max(sentence_bm25[each] for each in sentences))
    assert all(0 <= share <= 1 for share in shares)
    return float(
        DEFAULT_WEIGHTS.chunk_similarity * (chunk_vectors[row] @ query.vector)
        + DEFAULT_WEIGHTS.sentence_similarity * max(sentence_vectors[each] @ query.vector for each in sentences)
        + DEFAULT_WEIGHTS.chunk_bm25 * shares[0]
        + DEFAULT_WEIGHTS.sentence_bm25 * shares[1]
    )


def test_the_fused_score_is_the_weighted_sum_of_its_parts_and_falls(tmp_path: Path) -> None:
    index = index_of(tmp_path, "The pool opens at seven.\n\nIt closes at nine.", "Mira built the bridge in 1987.")
    query = query_of("When does the pool open?")
    ranking = search(index, query)
    assert ranking.fused_score.tolist() == pytest.approx(
        [fused_by_hand(index, query, row) for row in ranking.rows.tolist()], abs=1e-6
    )
    assert ranking.fused_score.tolist() == sorted(ranking.fused_score.tolist(), reverse=True)


def test_equal_scores_are_in_order_of_the_article_id(tmp_path: Path) -> None:
    index = index_of(tmp_path, *(f"The pool opens.\n\n{'.' * n}x" for n in range(1, 6)))
    ranking = search(index, query_of("pool"))
    ids = [index.segment(row).article.id for row in ranking.rows.tolist()]
    scores = np.round(ranking.fused_score, 6).tolist()
    assert [(-score, article_id) for score, article_id in zip(scores, ids, strict=True)] == sorted(
        (-score, article_id) for score, article_id in zip(scores, ids, strict=True)
    )


def test_a_filter_comes_before_scoring(tmp_path: Path) -> None:
    """A chunk is found among hundreds that match better if only its article is searched."""
    crowd = "\n\n".join(f"## H{n}\n\nThe pool opens at seven, the pool opens, number {n}." for n in range(300))
    index = index_of(tmp_path, crowd, "A pool was drained.")
    lonely = next(each for each in index.segments if "drained" in each.text).article.id
    ranking = search(index, query_of("When does the pool open?"), only=index.chunks_of([lonely]))
    assert [index.segment(row).article.id for row in ranking.rows.tolist()] == [lonely]
