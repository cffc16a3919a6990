"""What is remembered of threads."""

from bot.asking.conversations import Conversations


def test_the_latest_questions_of_the_latest_threads_are_remembered() -> None:
    conversations = Conversations(threads=2)
    for number in range(7):
        conversations.remember(1, 10, f"question {number}")
    assert conversations.up_to(1) == tuple(f"question {number}" for number in range(2, 7))
    for thread in (2, 1, 3):
        conversations.remember(thread, 10, "and when?")
    assert [len(conversations.up_to(thread)) for thread in (1, 2, 3)] == [5, 0, 1]


def test_a_member_is_forgotten_and_nobody_else_is() -> None:
    conversations = Conversations()
    for thread in (1, 2):
        conversations.remember(thread, 10, "Who runs the pool?")
        conversations.remember(thread, 20, "When was it built?")
    conversations.forget(10)
    assert conversations.up_to(1) == conversations.up_to(2) == ("When was it built?",)
