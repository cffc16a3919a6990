"""Sentences: what ends one, and exact spans for any text."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.datasets import DATA
from benchmarks.segmentation import ewt, f1, golden_rules, passed
from embeddings.clean import normalise
from embeddings.sentences import _pieces, split_sentences
from embeddings.types import Span


def words_of(text: str) -> list[str]:
    return [span.of(text) for span in split_sentences(text)]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "de",
            [
                "Im 19. Jahrhundert wuchs die Stadt.",
                "Der 1. Vorsitzende wohnt im 4. Stock.",
                "Es war 19.",
                "Dann nicht.",
            ],
        ),
        ("da", ["Det 19. århundrede var langt.", "Den 3. klasse er fuld."]),
        ("en", ["Page 6 had the die 5.", "Then he left."]),
    ],
)
def test_an_ordinal_ends_no_sentence_where_it_has_a_full_stop(language: str, sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert [span.of(text) for span in split_sentences(text, language)] == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(["Dr. Vera Lind met Ms. Ott at noon.", "Gen. Lt. Col. Rao did not."], id="titles"),
        pytest.param(["J. R. Marsh, b. 1892, met A. Bell Jr. there.", "C. S. Poe came."], id="initials"),
        pytest.param(["It rose 3.5 percent to $5.99 in 2019.", "40 people saw it."], id="decimals"),
        pytest.param(["He left the U.S. in May.", "The U.S. Army stayed.", "So did the E.U."], id="countries"),
        pytest.param(["They met at 5 p.m. Tuesday.", "They left at 9 p.m.", "Then it rained."], id="times"),
        pytest.param(["See No. 5, e.g. The Old Mill, cf. Fig. 3 and Vol. 2.", "It is near."], id="references"),
        pytest.param(["Foo Inc. said so.", "Pitt & Co. did too.", "So did Bar Ltd."], id="companies"),
        pytest.param(["Read https://a.example/b.c?d=E.F now.", "Write to jo.poe@a.example."], id="addresses"),
        pytest.param(["It was late ... so late.", "Wait… what?", "I never said that....", "He left."], id="ellipses"),
        pytest.param(["Call me.", "Lind said no.", "Ott may.", "He agreed."], id="words that look like abbreviations"),
        pytest.param(["It rose.[1][2]", "It fell.[citation needed]", "It stopped.[3]:25", "Fine."], id="wiki notes"),
        pytest.param(["Rule 1. Be kind.", "Rule 2. Keep quiet.", "3.1. Guests may not vote."], id="numbered rules"),
        pytest.param(
            ["They met.", "(He was late.)", "(Photo: AP.)", "They parted (for good, he said)."], id="brackets"
        ),
        pytest.param(["Tickets incl. drinks cost 5.", "Add 2 tbsp. sugar.", "Hrs. 9 to 5."], id="before small letters"),
        pytest.param(["A wrapped line of Dr.\nLind ends.", "The next\nbegins."], id="wrapped lines"),
    ],
)
def test_sentences_of_english_prose(sentences: list[str]) -> None:
    assert words_of(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    "sentences",
    [
        pytest.param(['"We came," he said.', '"We saw.', 'We left."', "Then silence."], id="a speech is not one"),
        pytest.param(["“No,” he said.", "“Yes.”", "Then he left."], id="closing marks stay"),
        pytest.param(['"Is it true?" she asked.', "'Go!' cried he.", '"Why?" – they said.'], id="it goes on"),
        pytest.param(['He said ("never again.").', "She did (too?).", "Both left."], id="marks before the stop"),
        pytest.param(["Lind's son met Ott's.", "The Poes' car was 'gone.'", "They walked."], id="apostrophes"),
        pytest.param(["« Oui ! » dit-il.", "« Non. »", "Puis rien."], id="spaced guillemets"),
        pytest.param(["„Ja.“", "Dann ging er.", "»Nein!« rief sie.", "»Doch.«", "Gut."], id="German"),
    ],
)
def test_quotations(sentences: list[str]) -> None:
    assert words_of(" ".join(sentences)) == sentences


@pytest.mark.parametrize(
    ("sentences", "space"),
    [
        pytest.param(["他说：“你好。”", "然后走了。", "你去哪里？", "我不知道！"], "", id="Chinese"),
        pytest.param(["（周一关门。）", "周二（和周三）开门。", "价格是3.5元！"], "", id="Chinese brackets"),
        pytest.param(["「はい。」", "次の文です。"], "", id="Japanese"),
        pytest.param(["كيف حالك؟", "أنا بخير.", "شكرا لك!"], " ", id="Arabic"),
        pytest.param(["यह एक वाक्य है।", "यह दूसरा है।", "क्या तुम आओगे?"], " ", id="Hindi"),
        pytest.param(["डॉ. शर्मा आए।", "प्रो. वर्मा भी॥"], " ", id="Hindi titles"),
        pytest.param(["تالاب کھلتا ہے۔", "کس نے بنایا؟", "میرا نے۔"], " ", id="Urdu"),
        pytest.param(["من بنى المسبح؟", "بنته ميرا عام 1987، والأطفال يدفعون 3.5 دينار."], " ", id="Arabic commas"),
        pytest.param(["Ο κ. Λάμπρου ήρθε π.χ. χθες.", "Ποιος;"], " ", id="Greek abbreviations"),
        pytest.param(["Τι κάνεις;", "Είμαι καλά."], " ", id="Greek"),
        pytest.param(["А. С. Лунин жил в г. Орле.", "Он умер."], " ", id="Russian"),
        pytest.param(["¿Qué tal?", "Bien.", "¡Hola!"], " ", id="Spanish"),
        pytest.param(["ที่นี่" * 30, "ที่นั่น"], " ", id="Thai, which has no full stop"),
    ],
)
def test_other_scripts(sentences: list[str], space: str) -> None:
    assert words_of(space.join(sentences)) == sentences


@pytest.mark.parametrize(
    "text", ["Open Foo.Bar() now.", "Microsoft's .NET runs.", "It became ...[but only] so.", "A… B"]
)
def test_a_full_stop_without_a_space_seldom_ends_one(text: str) -> None:
    assert words_of(text) == [text]


def test_a_missing_space_is_forgiven() -> None:
    assert words_of("This is the end.Then it began.") == ["This is the end.", "Then it began."]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He left. ?! She came.", ["He left. ?!", "She came."]),
        ("... He left.", ["... He left."]),
        ("!!!", ["!!!"]),
        ("", []),
        (" \n ", []),
    ],
)
def test_a_piece_without_words_joins_its_neighbour(text: str, sentences: list[str]) -> None:
    assert words_of(text) == sentences


# Characters that the rules look at, and ones that break other segmenters: combining marks, joined emoji, surrogate pairs.
PIECES = [
    *"!?….。؟।‼,;-\"'“”’«»()[]5aЁΩन字ก א𝒜ß",
    "Bc",
    "...",
    "[1]",
    "1)",
    "3.5",
    "Dr.",
    "A.",
    "U.S.",
    "e.g.",
    "me.",
    "p.m.",
]
PIECES += ["a@b.c", "https://a.b/c?D", "👍🏽", "🇩🇪"]
SPACES_AND_MARKS = [" ", "\n", "\u00a0", "\u3000", "\u0301", "\u200d", "\ufe0f"]
TEXTS = st.lists(st.sampled_from([*PIECES, *SPACES_AND_MARKS * 3]), max_size=60).map("".join)


JAPANESE = [
    "彼は来た。", "今日は（雨が降った。寒い日だ）外に出ない。", "「来た。見た。」", "何時ですか？", "すごい！", "東京（Tokyo）は首都。", "A社は3.5%伸びた。",
]  # fmt: skip


def test_a_long_text_without_spaces_is_given_to_the_library_in_pieces_of_whole_sentences() -> None:
    sentences = JAPANESE * 200
    pieces = [piece for _, piece in _pieces("".join(sentences))]
    assert max(map(len, pieces)) < 2100
    assert all(any(piece.startswith(each) for each in JAPANESE) for piece in pieces)
    assert words_of("".join(sentences)) == sentences


def test_a_bracket_that_is_never_closed_makes_no_long_piece() -> None:
    text = "（" + "彼は来た。" * 8000
    assert max(len(piece) for _, piece in _pieces(text)) < 8100
    assert len(words_of(text)) == 8000


@given(st.one_of(st.text(), TEXTS).map(normalise))
def test_spans_are_ordered_trimmed_and_complete_and_cut_no_grapheme(text: str) -> None:
    spans = split_sentences(text)
    at = 0
    for span in spans:
        assert at <= span.start < span.end
        assert not text[at : span.start].strip()
        assert span.of(text) == span.of(text).strip()
        at = span.end
    assert not text[at:].strip()
    edges = {0} | {grapheme.end() for grapheme in regex.finditer(r"\X", text)}
    assert edges.issuperset(edge for span in spans for edge in (span.start, span.end))
    assert len(spans) < 2 or all(regex.search(r"\w", span.of(text)) for span in spans)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("word " * 20_000, 1, id="no full stop"),
        pytest.param("a" * 1_000_000, 1, id="no space"),
        pytest.param("." * 1_000_000, 1, id="full stops"),
        pytest.param(". " * 500_000, 1, id="spaced full stops"),
        pytest.param("!?" * 500_000, 1, id="exclamations"),
        pytest.param("“" * 500_000 + "a. " * 10, 1, id="quotes never closed"),
        pytest.param("(" * 500_000, 1, id="brackets never closed"),
        pytest.param("The 'x' was. " * 50_000, 50_000, id="apostrophes"),
        pytest.param("Hi there. " * 100_000, 100_000, id="a line of a million characters"),
    ],
)
def test_floods_take_linear_time(text: str, count: int) -> None:
    """Quadratic time would be hours here."""
    assert len(split_sentences(text)) == count


def test_offsets_are_code_points() -> None:
    assert split_sentences("👍🏽 café. 𝒜bc.") == [Span(0, 8), Span(9, 13)]


@pytest.mark.skipif(not DATA.is_dir(), reason="the evaluation sets are not here")
def test_it_is_as_good_as_the_documentation_says() -> None:
    def split(text: str) -> list[tuple[int, int]]:
        return [(span.start, span.end) for span in split_sentences(text)]

    assert f1(split, ewt())[2] > 0.885
    assert passed(split, golden_rules()) >= 44
