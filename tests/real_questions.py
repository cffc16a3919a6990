"""Questions of readers about the sample article, and about a real report on the same event."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """A question, and phrases of which the first excerpt must contain at least one."""

    question: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Topic:
    """Wordings of one question, and phrases that identify the right sentence in each article."""

    wordings: tuple[str, ...]
    sample: tuple[str, ...]
    real: tuple[str, ...]


_TOPICS = (
    _Topic(
        wordings=("Where did Putin and Assad meet?", "At which place were the talks held?"),
        sample=("met on Monday at the Kremlin",),
        real=("at the Kremlin",),
    ),
    _Topic(
        wordings=("When did Assad and Putin meet?", "On what day did the two presidents meet?"),
        sample=("met on Monday at the Kremlin",),
        real=("Kremlin on Monday",),
    ),
    _Topic(
        wordings=("When did the visit become public?", "When was the public told about the visit?"),
        sample=("not made public until Tuesday morning",),
        real=("Tuesday morning",),
    ),
    _Topic(
        wordings=("Which country did Assad visit before this trip?", "When was Assad's previous foreign trip?"),
        sample=("his trip to Iran in 2019",),
        real=("travelled to Iran",),
    ),
    _Topic(
        wordings=(
            "What share of its territory does Syria control?",
            "How much of the country is back under the control of Damascus?",
        ),
        sample=("more than 90% of Syrian territory",),
        real=("more than 90%",),
    ),
    _Topic(
        wordings=("When did Russian forces come to Syria?", "In what year was the Russian military sent to Syria?"),
        sample=("Russian forces arrived in 2015",),
        real=("Damascus in 2015",),
    ),
    _Topic(
        wordings=("At whose request did Russian forces come to Syria?", "Who requested the Russian forces?"),
        sample=("at the Syrian government's request",),
        real=("request of Damascus",),
    ),
    _Topic(
        wordings=("How many American troops remain in Syria?", "how many us soldiers are still in syria"),
        sample=("900 American troops",),
        real=("900 American troops",),
    ),
    _Topic(
        wordings=("Where in Syria are the American troops?", "In which part of Syria do American troops remain?"),
        sample=("still in northern Syria",),
        real=("in northern Syria",),
    ),
    _Topic(
        wordings=("Whom do the American troops in Syria assist?", "Which forces are the Americans helping?"),
        sample=("assist Kurdish-led rebel forces",),
        real=("Kurdish-led rebel forces",),
    ),
    _Topic(
        wordings=("What does Putin call the main problem?", "What is Syria's main problem in Putin's opinion?"),
        sample=("named as the main problem the foreign forces",),
        real=("foreign armed forces",),
    ),
    _Topic(
        wordings=("What did Putin congratulate Assad on?", "For what did Assad receive Putin's congratulations?"),
        sample=("having recently been re-elected",),
        real=("his recent re-election",),
    ),
    _Topic(
        wordings=("What did Assad say about the sanctions?", "How does Assad describe the sanctions on Syria?"),
        sample=('both "illegal" and "anti-human"',),
        real=("anti-human",),
    ),
    _Topic(
        wordings=("Who is Assad?", "who is vladimir putin"),
        sample=("the presidents of Russia and Syria",),
        real=("his Syrian counterpart, Bashar Assad",),
    ),
    _Topic(
        wordings=("Who imposed sanctions on Syria?", "Which countries have put sanctions on Syria?"),
        sample=("the United States, the European Union and some Arab countries",),
        real=("US, EU and some",),
    ),
    _Topic(
        wordings=("Why has the political dialogue stalled?", "What is holding back the political process in Syria?"),
        sample=('the "destructive influence" of certain countries',),
        real=("destructive influence",),
    ),
    _Topic(
        wordings=("Which vaccines does Russia deliver to Syria?", "What Covid-19 vaccines has Syria received?"),
        sample=("Sputnik V and Sputnik Lite",),
        real=("Sputnik V",),
    ),
)

SAMPLE_ANSWERED = tuple(Case(wording, topic.sample) for topic in _TOPICS for wording in topic.wordings)
REAL_ANSWERED = tuple(Case(wording, topic.real) for topic in _TOPICS for wording in topic.wordings)

#: Neither article answers these.
REFUSED = (
    "What is the population of Syria?",
    "How many people live in Syria?",
    "how many inhabitants does syria have",
    "Who took part in the talks for Israel?",
    "Who represented Israel at the meeting?",
    "What is the price of oil?",
    "How much does a barrel of crude cost?",
    "What is a good recipe for apple pie?",
    "How long do I have to boil an egg?",
    "Give me a recipe for pancakes",
    "How long did the meeting last?",
    "When will the next meeting take place?",
    "How old is Putin?",
    "Who is the prime minister of Syria?",
    "What gifts did the presidents exchange?",
    "Which airline did Assad fly with?",
    "How much money did Russia lend Syria?",
    "What did Erdogan say about the troops?",
    "what did erdogan say",
    "How many Syrian soldiers were killed?",
    "Did Assad visit China?",
    "What language did they speak?",
    "When did Russia leave Afghanistan?",
    "How many French troops are in Syria?",
    "What did Macron call the sanctions?",
)

#: Small talk that bots often get; hardly any article answers it.
SMALL_TALK = tuple(
    line.strip()
    for line in """
    hello
    hi there
    hey
    good morning
    thanks!
    thank you very much
    how are you?
    who are you?
    what can you do?
    what time is it?
    what day is it today?
    tell me a joke
    lol
    ok
    are you a bot?
    how do I install python?
    what's the weather like?
    what is 2 + 2?
    who won the game last night?
    can you help me?
    good night
    what's up
    test
    nice bot
    what is the meaning of life?
    how do I bake bread?
    play some music
    where can I buy shoes?
    what is your name?
    who made you?
    write me a poem
    translate this to French
    what's for dinner?
    how old are you?
    I love this server
    is anyone here?
    when is the next update?
    can someone help me with my homework?
    how do I join the voice channel?
    what's the best phone to buy?
    brb
    congratulations!
    see you tomorrow
    why is the sky blue?
    how tall is Mount Everest?
    who is the president?
    how far away is the moon?
    what is the capital of France?
    please stop
    what's new?
    """.strip().splitlines()
)
