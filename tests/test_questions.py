"""The type of answer that a question asks for, and whether a sentence contains one."""

import pytest

from embeddings.questions.mismatches import (
    counts_nothing,
    counts_others,
    does_else,
    is_over,
    names_else,
    repeats,
    times_nothing,
)
from embeddings.questions.shapes import Asked, shape_of
from embeddings.questions.sought import answering_spans, counts_else


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("When did it open?", (Asked.TIME,)),
        ("In which year was it built?", (Asked.TIME,)),
        ("Where and when did they meet?", (Asked.TIME, Asked.PLACE)),
        ("How many came?", (Asked.NUMBER,)),
        ("What percentage is left?", (Asked.NUMBER,)),
        ("Who runs the pool?", (Asked.PERSON,)),
        ("Why is it closed?", (Asked.REASON,)),
        ("What did he say of it?", ()),
        ("Who met? And when?", (Asked.TIME,)),
        ("max team size?", (Asked.NUMBER,)),
        ("what's the population of Oban?", (Asked.NUMBER,)),
        ("population of Oban", (Asked.NUMBER,)),
        ("what's the reason?", (Asked.REASON,)),
        ("What do I lose when I die?", ()),
        ("can someone who is away win?", ()),
        ("how do i get back to where i was", ()),
        ("do you know when it opens?", (Asked.TIME,)),
        ("can you tell me who runs it and where", (Asked.PLACE, Asked.PERSON)),
    ],
)
def test_what_a_question_asks_for(question: str, asked: tuple[Asked, ...]) -> None:
    assert shape_of(question).asked == asked


@pytest.mark.parametrize(
    "question",
    ["opening hours", "Sanctions?", "and in 2019?", "what about the car park?", "GX-200", "Putin and Assad"],
)
def test_a_topic_is_told_from_a_question(question: str) -> None:
    assert shape_of(question).is_topic


@pytest.mark.parametrize(
    "question",
    [
        "Who built it?",
        "what's new?",
        "thanks!",
        "good morning",
        "is it open",
        "",
        "?",
        "and then?",
        "a bath that opens late on summer evenings",
    ],
)
def test_what_asks_or_chats_or_says_nothing_is_no_topic(question: str) -> None:
    assert not shape_of(question).is_topic


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("When did it open?", "It opened in 1987 on a Monday.", ["1987", "Monday"]),
        ("How many came in 2019?", "In 2019 some 900 people came.", ["900"]),
        ("Where did Ann meet Bob?", "Ann met Bob on Monday in Port Ellen.", ["Port Ellen"]),
        ("Who built it with Ann?", "Ann and Mira Okafor built it.", ["Ann and Mira Okafor"]),
        ("How many came?", "As told [12], 900 came (1, 2), most of them old (81).", ["900", "81"]),
        ("What does a ticket cost?", "It costs 5 euros.", ["5"]),
        ("price of a ticket", "It costs 5 euros.", ["5"]),
        ("Why is it closed?", "It is closed because of rain.", ["because"]),
        ("When can I come?", "You may come in May or on May 5.", ["May", "May 5"]),
        (
            "Where do I ask?",
            "Ask in #help-me (or https://x.example/faq), or see docs/faq.md.",
            ["#help-me", "https://x.example/faq", "docs/faq.md"],
        ),
        ("when did it open?", "It opened a year later, and stayed so for 10 years.", ["year later", "for 10 years"]),
        ("when did it open?", "It cost a year and 10 years of work.", []),
        ("how many cards?", "6. Draw 3 cards.", ["3"]),
    ],
)
def test_what_a_sentence_holds_of_it(question: str, sentence: str, found: list[str]) -> None:
    shape = shape_of(question)
    assert [span.of(sentence) for asked in shape.asked for span in answering_spans(shape, asked, sentence)] == found


@pytest.mark.parametrize(
    ("question", "sentence", "is_nothing"),
    [
        ("how long does it last?", "It may last very long.", True),
        ("how much is it?", "It is for sale.", True),
        ("how long does it last?", "It lasts for weeks.", False),
        ("how much is it?", "Admission is free.", False),
        ("how many came?", "Some 900 came.", False),
        ("how many came and when?", "They came.", False),
        ("how many came?", "They came on Dec. 13 by the A.40.", True),
        ("how long is it closed?", "Since 2014.", False),
        ("how far is it by route 7?", "Route 7 is closed.", True),
        ("how far is it by route 7?", "By route 7 it is 12 miles.", False),
        ("how many may play?", "6. Draw a card.", True),
        ("how many may play?", "Each may.\n6. Draw 3 cards.", False),
        ("who came?", "They came.", False),
    ],
)
def test_words_may_say_no_amount_where_one_is_asked_for(question: str, sentence: str, is_nothing: bool) -> None:
    assert counts_nothing(shape_of(question), sentence) is is_nothing


@pytest.mark.parametrize(
    ("question", "sentence", "is_nothing"),
    [
        pytest.param("what date is it?", "No, it is now held online because of Covid-19.", True, id="no time"),
        pytest.param("what time does it open?", "It opens in June.", False, id="a month"),
        pytest.param("what day is it?", "It is on at weekends.", False, id="told otherwise"),
        pytest.param("which year was it?", "It was built in '93.", False, id="a number"),
        pytest.param("what time period is it from?", "It is Roman.", False, id="a name may answer"),
        pytest.param("when is it?", "It is held online.", False, id="anything may answer when"),
    ],
)
def test_words_may_say_no_time_where_one_is_asked_for(question: str, sentence: str, is_nothing: bool) -> None:
    assert times_nothing(shape_of(question), sentence) is is_nothing


@pytest.mark.parametrize(
    ("question", "sentence", "is_told"),
    [
        pytest.param("When is the next meeting?", "They met on Monday.", True, id="it was"),
        pytest.param("when will the next concert be", "The last one was in May.", True, id="another was"),
        pytest.param("When is the next meeting?", "It was put off until Friday.", False, id="until"),
        pytest.param("When is the next meeting?", "It was agreed to meet again in June.", False, id="again"),
        pytest.param("When is the next meeting?", "We meet on the first Monday of a month.", False, id="no past"),
        pytest.param("When did they meet?", "They met on Monday.", False, id="the past is asked for"),
        pytest.param("Who is next?", "They met on Monday.", False, id="no time is asked for"),
    ],
)
def test_what_was_is_not_when_something_is_next(question: str, sentence: str, is_told: bool) -> None:
    assert is_over(shape_of(question), sentence) is is_told


@pytest.mark.parametrize(
    ("question", "sentence", "is_other"),
    [
        ("How many French troops are there?", "Some 900 American troops remain.", True),
        ("How many American troops are there?", "Some 900 American troops remain.", False),
        ("How many French troops are there?", "Of 900 American troops and 40 French ones, all remain.", False),
        ("How many French troops are there?", "Some 900 American officers remain.", False),
        ("How many US troops are there?", "Some 900 American troops remain.", False),
        ("How many French troops are there?", "Such troops, 900 of them from France, remain.", False),
        ("Why are French troops there?", "Some 900 American troops remain.", False),
    ],
)
def test_what_one_people_has_is_no_count_of_anothers(question: str, sentence: str, is_other: bool) -> None:
    assert counts_others(shape_of(question), question, sentence) is is_other


@pytest.mark.parametrize(
    ("question", "sentence", "is_repeated"),
    [
        pytest.param("how do i make a sourdough starter", "Sourdough starter", True, id="a label"),
        pytest.param("who may enter the hall?", "All may enter the hall.", False, id="a word more"),
        pytest.param("may we enter the hall?", "We may enter the hall.", False, id="it says yes"),
        pytest.param("ok so who may enter?", "Who may enter?", False, id="what asks is answered below"),
        pytest.param("what are the rules?", "The rules are:", False, id="what announces too"),
    ],
)
def test_a_sentence_may_only_repeat_the_question(question: str, sentence: str, is_repeated: bool) -> None:
    assert repeats(shape_of(question), sentence) is is_repeated


@pytest.mark.parametrize(
    "question",
    ["what is the cat's name?", "what's its name", "What was her second name?", "what’s the club’s real name"],
)
def test_it_is_told_when_a_name_is_asked_for(question: str) -> None:
    assert shape_of(question).is_name
    assert not shape_of("what is the name of the process?").is_name


@pytest.mark.parametrize(
    ("question", "words", "is_else"),
    [
        ("how do i uninstall the app", "Download it and install it.", True),
        ("how do i uninstall the app", "Remove its folder.", False),
        ("how can i disable it?", "Turn it off below.", False),
        ("is it possible to uninstall the app", "Download it and install it.", False),
    ],
)
def test_how_something_is_done_does_not_tell_how_it_is_undone(question: str, words: str, is_else: bool) -> None:
    assert does_else(shape_of(question), words) is is_else


@pytest.mark.parametrize(
    ("question", "sentence", "is_else"),
    [
        ("How heavy is the boat?", "It takes 900 people.", True),
        ("How heavy is the boat?", "It has 900kg.", False),
        ("How much does it weigh?", "It weighs two tons.", False),
        ("How many people live there?", "Some 900 soldiers remain.", True),
        ("How many boats are there?", "There are 900.", False),
        ("Is it heavy?", "It takes 900 people.", False),
    ],
)
def test_a_number_may_be_of_something_else_than_is_asked_for(question: str, sentence: str, is_else: bool) -> None:
    assert counts_else(shape_of(question), sentence) is is_else


@pytest.mark.parametrize(
    ("question", "sentence", "is_else"),
    [
        ("Who is the CEO of Rill?", "Ina Ott, Head of Sales at Rill, said so.", True),
        ("Who is the CEO of Rill?", "Ina Ott, its chief executive, said so.", False),
        ("who was mayor in 1987", "Mayor Ott came.", False),
        ("Who is the guide?", "Ina Ott leads all walks.", False),
        ("When did the CEO come?", "She came in May.", False),
    ],
)
def test_an_office_may_be_another_one_than_is_asked_for(question: str, sentence: str, is_else: bool) -> None:
    assert names_else(shape_of(question), sentence) is is_else
