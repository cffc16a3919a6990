"""Follow-up questions made to stand alone, and others left as they are."""

import pytest

from embeddings.followups import interpret, stands_alone

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
