"""Follow-ups rewritten to stand alone, and other questions left unchanged."""

from collections.abc import Sequence

import pytest

from embeddings.encoders import load_encoder
from embeddings.questions.followups import interpret, stands_alone

MET = "Where did Ann and Bob meet?"


@pytest.mark.parametrize(
    ("question", "understood"),
    [
        ("And when?", "When did Ann and Bob meet?"),
        ("why?", "Why did Ann and Bob meet?"),
        ("And in 2019?", f"{MET} And in 2019?"),
        ("What did they say?", f"{MET} What did they say?"),
        ("What about Carol?", f"{MET} What about Carol?"),
        ("Who was he?", f"{MET} Who was he?"),
        ("At whose request?", "At whose request did Ann and Bob meet?"),
    ],
)
def test_a_follow_up_takes_what_it_lacks_from_the_question_before(question: str, understood: str) -> None:
    assert interpret(question, [MET]).text == understood


@pytest.mark.parametrize(
    ("question", "asks", "adds"),
    [
        ("What did they say?", "What did they say?", ""),
        ("and who invited him?", "who invited him?", ""),
        ("And when?", "When did Ann and Bob meet?", ""),
        ("And in 2019?", f"{MET} And in 2019?", "in 2019?"),
        ("what about Carol?", f"{MET} what about Carol?", "Carol?"),
        ("What is the price of oil?", "What is the price of oil?", ""),
    ],
)
def test_only_the_follow_up_asks_where_it_is_a_whole_question(question: str, asks: str, adds: str) -> None:
    understood = interpret(question, [MET])
    assert (understood.asks, understood.adds) == (asks, adds)


@pytest.mark.parametrize(
    "question",
    [
        "What is the price of oil?",
        "And what does a litre of oil cost in Norway?",
        "What did Carol say when she met Dave?",
        "Is it allowed to bring dogs into the pool?",
        "How do I bake rye bread?",
        "What if there's a tie in the final?",
        "Is there parking at the pool?",
        "Why is only one lane open?",
        "How did the club treat its coaches?",
    ],
)
def test_a_change_of_subject_loses_nothing_and_takes_nothing(question: str) -> None:
    assert interpret(question, [MET]).text == question
    assert stands_alone(question)


@pytest.mark.parametrize(
    "question",
    [
        "Which option do I need for that?",
        "What if the server rejects it?",
        "Was Carol Marsh there too?",
        "Can I get a list of them?",
        "Which one is cheapest?",
    ],
)
def test_a_pronoun_seldom_stands_for_what_its_own_clause_says(question: str) -> None:
    understood = interpret(question, [MET])
    assert (understood.text, understood.asks) == (f"{MET} {question}", question)


def test_a_question_that_leans_and_says_something_may_be_leant_on_itself() -> None:
    history = [MET, "Which option do I need for that?"]
    assert interpret("And why?", history).text == "Which option do I need for that? And why?"


def test_a_chain_of_follow_ups_leans_on_the_question_that_stood_alone() -> None:
    assert interpret("and why?", [MET, "and when?"]).text == "Why did Ann and Bob meet?"
    assert interpret("and why?", [MET, "What is the price of oil?"]).text == "What is the price of oil? and why?"


def test_without_history_a_question_is_itself() -> None:
    assert interpret("  and\n when? ", []).text == "and when?"
    assert interpret("and when?", [" ", ""]).text == "and when?"


def test_follow_ups_do_not_pile_up() -> None:
    history = ["When did the mayor open the pool?", "and in 2019?", "why?"]
    assert interpret("who is he?", history).text == "When did the mayor open the pool? who is he?"


# Groups of phrases that an encoder may find similar.
KIN = (
    {"treasurer", "secretary"},
    {"treasurer's", "secretary's"},
    {"linux", "mac", "windows", "Windows"},
    {"buy", "sell"},
    {"laser cutter", "3d printer"},
    {"mondays", "christmas"},
    {"topical", "general"},
    {"Hamlet", "Macbeth"},
    {"Eiffel", "Big Ben"},
    {"new read-only", "old up-to-date"},
)


def alike(phrase: str, others: Sequence[str]) -> list[float]:
    return [0.5 if any({phrase, other} <= kin for kin in KIN) else 0.0 for other in others]


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        ("What does the treasurer do?", "and the secretary?", "What does the secretary do?"),
        ("How much does the laser cutter cost?", "what about the 3d printer?", "How much does the 3d printer cost?"),
        ("how do I build it on linux?", "and on Windows?", "how do I build it on Windows?"),
        ("how do I build it on linux", "i mean on mac", "how do I build it on mac?"),
        ("how do I build this for linux?", "mac too?", "how do I build this for mac?"),
        ("Are you open on mondays?", "and at christmas?", "Are you open at christmas?"),
        ("How do I buy from the shop?", "and sell?", "How do I sell from the shop?"),
        ("What are topical help channels?", "and the general ones?", "What are the general help channels?"),
        ("Who wrote Hamlet?", "And Macbeth?", "Who wrote Macbeth?"),
        ("How tall is the Eiffel Tower today?", "and Big Ben?", "How tall is Big Ben today?"),
        ("What does a simple laser cutter consist of?", "and a 3d printer?", "What does a 3d printer consist of?"),
        ("How much is a ticket?", "and for students?", "How much is a ticket for students?"),
        ("What is the treasurer's number?", "and the secretary's?", "What is the secretary's number?"),
        ("Who was mayor in 1990?", "no, I meant 2005", "Who was mayor in 2005?"),
        ("What is the new read-only?", "and the old up-to-date?", "What is the old up-to-date?"),
    ],
)
def test_what_only_names_a_thing_is_put_where_the_question_before_names_another(
    before: str, question: str, understood: str
) -> None:
    found = interpret(question, [before], alike)
    assert (found.text, found.asks) == (understood, understood)
    assert found.adds


@pytest.mark.parametrize(
    ("before", "question"),
    [
        ("Does it cost anything?", "and food?"),
        ("How do I appeal?", "what about nicknames?"),
        ("Do you sell filament?", "and if it rains?"),
        ("Do you sell filament?", "and why plywood?"),
        ("Do you sell filament?", "no I meant the other one"),
        ("Do you sell filament?", "opening hours"),
        ("Do you sell filament?", "what about the opening hours on days before the spring holidays?"),
        (" ".join(["Do you sell filament"] + ["for my printer"] * 20), "and plywood?"),
    ],
)
def test_what_names_nothing_that_could_stand_there_is_put_nowhere(before: str, question: str) -> None:
    assert interpret(question, [before], alike) == interpret(question, [before])


def test_a_chain_of_things_asks_of_the_last_one() -> None:
    history = ["What does the treasurer do?", "and the secretary?"]
    assert interpret("when is he elected?", history, alike).text == "What does the secretary do? when is he elected?"
    assert interpret("and the treasurer?", history, alike).text == "What does the treasurer do?"
    assert interpret("and why?", ["How do I buy it?", "what about nicknames?"], alike).text == (
        "what about nicknames? and why?"
    )


def test_a_thing_may_be_put_into_a_follow_up_and_that_goes_behind_what_it_leans_on() -> None:
    found = interpret("and on mac?", ["How can I speed up builds?", "how do I install it on linux?"], alike)
    assert found.text == "How can I speed up builds? how do I install it on mac?"
    assert found.asks == "how do I install it on mac?"


@pytest.mark.parametrize(
    ("before", "question", "understood"),
    [
        ("what does pyenv local do?", "and global?", "what does pyenv global do?"),
        ("do you sell filament?", "and plywood?", "do you sell plywood?"),
        ("what changed for ashe?", "and hanzo?", "what changed for hanzo?"),
        (
            "which league does the first team play in?",
            "and the second team?",
            "which league does the second team play in?",
        ),
        ("what is the population of Norway?", "and the capital?", "what is the capital of Norway?"),
        ("how do i join mobarena?", "and leave?", "how do i leave mobarena?"),
        ("is the API free?", "and the desktop app?", "is the desktop app free?"),
    ],
)
def test_the_bundled_encoder_tells_what_is_alike(before: str, question: str, understood: str) -> None:
    def nearness(phrase: str, others: Sequence[str]) -> list[float]:
        vectors = load_encoder().encode_queries([phrase, *others])
        return [float(each @ vectors[0]) for each in vectors[1:]]

    assert interpret(question, [before], nearness).text == understood
