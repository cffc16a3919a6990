"""Reports that nobody filed: passages with quotations and attributions, made up by rule, and questions about them.

The sets that people made have few sentences of the kind that news is made of: who told whom, "…," the mayor added, according to whom. A
sentence here is a pattern filled with invented people, places and things, each with the questions that it answers; a passage is some
sentences about the same two people. What is asked of a sentence that was left out is not answered.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.reader.examples import Example
from embeddings.types import Span


def _list(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.strip().split(","))


_FIRST = _list(
    "Anna, Boris, Carla, Daniel, Elif, Farid, Greta, Hugo, Irina, Jamal, Katya, Leon, Mirela, Nadia, Omar, Petra, Quentin, Rosa, Samir, Teresa, Umar, Vera, Walid, Yusuf, Zora"
)
_LAST = _list(
    "Adler, Benali, Castro, Dimov, Eriksen, Fontaine, Grady, Haddad, Ivanova, Jansen, Kovacs, Lindqvist, Marchetti, Novak, Okafor, Petrov, Quist, Rahimi, Santos, Tanaka, Ulrich, Varga, Weiss, Yildiz, Zeman"
)
_ROLES = _list(
    "mayor, minister, president, governor, coach, chairwoman, ambassador, general, director, spokesman, captain, senator"
)
_PLACES = _list(
    "Lorvia, Port Asmund, Kessel, the Tarn valley, Estmark, Novy Brod, Halden, the Miri coast, Quell, Sandovia, Ostra, Belmere"
)
_SEATS = _list("the town hall, the old palace, the ministry, the stadium, the embassy, the harbour office, the museum")
_GROUPS = _list(
    "engineers, nurses, soldiers, volunteers, observers, teachers, miners, inspectors, firefighters, students, drivers"
)
_OTHERS = _list(
    "local farmers, the coastguard, river police, displaced families, a rebel militia, the relief corps, fishing crews, border guards"
)
_BODIES = _list(
    "the Harbour Council, the Red Lantern Fund, the Transport Ministry, the Northern Alliance, the Water Board, the Trade Union, the Health Agency, the League of Ports"
)
_THINGS = _list(
    "smuggling, corruption, the drought, the strike, inflation, the flood, the epidemic, piracy, the blockade, the fire, migration, the shortage"
)
_SIMILES = _list("a wildfire, a rumour, a plague, an oil stain, ivy, a cold, mould, a shadow")
_TALKS = _list(
    "the peace talks, the inquiry, the reconstruction, the reform, work on the bridge, the census, the merger, the cleanup"
)
_GOODS = _list("Aster pumps, Boreal tents, Civis generators, Delta-3 filters, Echo radios, Lumen lamps, Orla masks")
_ADJECTIVES = _list(
    "cruel, unlawful, shameful, reckless, generous, brave, pointless, heartless, absurd, historic, dangerous, unfair"
)
_EVENTS = _list("election victory, appointment, recovery, promotion, re-election, award, retirement, wedding")
_DAYS = _list("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday")
_CLAIMS = (
    ("the {n} ships in the harbour would be unloaded within {k} days", "the ships"),
    ("joint patrols had driven the smugglers out of {place}", "the patrols"),
    ("nobody had asked for permission to close the road to {place}", "the road"),
    ("the price of bread would not rise before {year}", "the price of bread"),
    ("foreign trawlers were fishing in these waters without any licence", "foreign trawlers"),
    ("families who had left {place} were coming home", "the families"),
    ("{k} in ten houses had electricity again", "electricity"),
    ("the wall along the river had saved {place} from the worst", "the wall"),
    ("schools in {place} would open again after the holidays", "the schools"),
    ("the bank had hidden its losses for {k} years", "the bank"),
)

Asked = tuple[str, str]
"""A question, and the words of its sentence that answer it."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """Whom and what a passage is about."""

    one: str
    other: str
    role: str
    place: str
    rng: random.Random

    def pick(self, words: tuple[str, ...]) -> str:
        return self.rng.choice(words)

    def year(self) -> str:
        return str(self.rng.randint(1990, 2024))

    def claim(self) -> tuple[str, str]:
        text, topic = self.rng.choice(_CLAIMS)
        return text.format(
            n=self.rng.randint(11, 900), k=self.rng.randint(2, 9), place=self.pick(_PLACES), year=self.year()
        ), topic

    @property
    def name(self) -> str:
        """Whom the report is about, as reports do: by the last name, mostly."""
        return self.one.split()[-1] if self.rng.random() < 0.8 else self.one


def _told(scene: _Scene) -> tuple[str, list[Asked]]:
    claim, topic = scene.claim()
    other = scene.other.split()[-1]
    return f"{scene.name} told {other} that {claim}.", [
        (f"What did {scene.name} tell {other}?", claim),
        (f"What did {scene.name} say about {topic}?", claim),
        (f"Who said that {claim}?", scene.one.split()[-1]),
        (f"To whom did {scene.name} speak about {topic}?", other),
    ]


def _quoted(scene: _Scene) -> tuple[str, list[Asked]]:
    claim, topic = scene.claim()
    claim = claim[0].upper() + claim[1:]
    who = scene.rng.choice([scene.name, f"the {scene.role}"])
    verb = scene.rng.choice(["said", "added", "explained", "warned"])
    return f'"{claim}," {who} {verb}.', [
        (f"Who {verb} that {claim[0].lower() + claim[1:]}?", who),
        (f"What did {scene.one.split()[-1]} say about {topic}?", claim),
        (f"What did the {scene.role} {'say' if verb == 'said' else verb.removesuffix('ed')} about {topic}?", claim),
    ]


def _thanked(scene: _Scene) -> tuple[str, list[Asked]]:
    body, friend = scene.rng.sample(_BODIES, 2)
    help_ = f"{scene.pick(_ADJECTIVES)} and {scene.pick(_ADJECTIVES)} help"
    aim = scene.rng.choice(
        ["feed the villages", "keep the port open", "defend the right to strike", "rebuild the clinic"]
    )
    who = scene.rng.choice([scene.name, "He", "She"])
    return f"{who} thanked {body} for its {help_}, singling out the efforts of {friend} to {aim}.", [
        (f"What did {scene.one.split()[-1]} thank {body} for?", f"its {help_}"),
        (f"Whom did {scene.one.split()[-1]} thank?", body),
        (f"Whose efforts did {scene.one.split()[-1]} single out?", friend),
        (f"What did {friend} try to do?", aim),
    ]


def _congratulated(scene: _Scene) -> tuple[str, list[Asked]]:
    event, claim = (
        scene.pick(_EVENTS),
        scene.pick(("people trusted the government", "hard work pays", "voters want calm")),
    )
    other = scene.other.split()[-1]
    return f"{scene.name} congratulated {other} on a recent {event}, which showed that {claim}.", [
        (f"What did {scene.name} congratulate {other} on?", f"a recent {event}"),
        (f"Who was congratulated by {scene.name}?", other),
        (f"What does the {event} show?", claim),
    ]


def _met(scene: _Scene) -> tuple[str, list[Asked]]:
    seat, (day, later) = scene.pick(_SEATS), scene.rng.sample(_DAYS, 2)
    what = scene.rng.choice(["meeting", "visit", "exchange", "ceremony"])
    return f"The {what} took place at {seat} on {day}, but became known only on {later} evening.", [
        (f"Where did the {what} take place?", seat),
        (f"When did the {what} take place?", day),
        (f"When did the {what} become known?", f"{later} evening"),
        (f"Where did {scene.one.split()[-1]} and {scene.other.split()[-1]} meet?", seat),
        (f"What became known on {later}?", f"The {what}"),
    ]


def _travelled(scene: _Scene) -> tuple[str, list[Asked]]:
    year, place = scene.year(), scene.pick(_PLACES)
    return f"It was {scene.name}'s first journey abroad since {year}, when the {scene.role} travelled to {place}.", [
        (f"Where did {scene.one.split()[-1]} travel in {year}?", place),
        (f"When did {scene.one.split()[-1]} go to {place}?", year),
        (f"When was {scene.one.split()[-1]}'s last journey?", year),
        (f"Is this {scene.one.split()[-1]}'s first journey since {year}?", f"first journey abroad since {year}"),
    ]


def _remain(scene: _Scene) -> tuple[str, list[Asked]]:
    count, group, others = f"{scene.rng.randint(2, 95) * 10}", scene.pick(_GROUPS), scene.pick(_OTHERS)
    place = scene.pick(_PLACES)
    verb, plain = scene.rng.choice([("helping", "help"), ("training", "train"), ("supporting", "support")])
    return f"About {count} {group} are still in {place}, {verb} {others}.", [
        (f"How many {group} are in {place}?", count),
        (f"how many {group} are still there", count),
        (f"Where are the {group}?", place),
        (f"Whom do the {group} {plain}?", others),
        (f"Who is {verb} {others}?", f"{count} {group}"),
    ]


def _imposed(scene: _Scene) -> tuple[str, list[Asked]]:
    one, two = scene.rng.sample(_BODIES, 2)
    bad, worse = scene.rng.sample(_ADJECTIVES, 2)
    what = scene.rng.choice(["fees", "restrictions", "fines", "tariffs", "curfews"])
    who = scene.rng.choice([scene.name, "He", "She"])
    return f'{who} also spoke of the {what} imposed by {one} and {two}, calling them "{bad}" and "{worse}."', [
        (f"Who imposed the {what}?", f"{one} and {two}"),
        (f"What did {scene.one.split()[-1]} call the {what}?", bad),
        (f"How does the {scene.role} describe the {what}?", f'"{bad}" and "{worse}'),
    ]


def _delivered(scene: _Scene) -> tuple[str, list[Asked]]:
    (one, two), maker, place = scene.rng.sample(_GOODS, 2), scene.pick(_PLACES), scene.pick(_PLACES)
    return f"The first {one} and {two}, designed in {maker}, have reached {place}, {scene.name} pointed out.", [
        (f"What has reached {place}?", f"{one} and {two}"),
        (f"Where were the {one} designed?", maker),
        (f"Where were the {two} delivered?", place),
    ]


def _spreads(scene: _Scene) -> tuple[str, list[Asked]]:
    thing, simile = scene.pick(_THINGS), scene.pick(_SIMILES)
    thing = thing[0].upper() + thing[1:]
    return f'"{thing} stops at no fence and spreads like {simile}," the {scene.role} said.', [
        (f"What spreads like {simile}?", thing),
        (f"What does {scene.one.split()[-1]} compare {thing.lower()} to?", simile),
        (f"Who said that {thing.lower()} stops at no fence?", f"the {scene.role}"),
    ]


def _stalled(scene: _Scene) -> tuple[str, list[Asked]]:
    what, count = scene.pick(_TALKS), scene.rng.randint(2, 12)
    unit, cause = scene.pick(("years", "months", "weeks")), scene.pick(_THINGS)
    start = scene.rng.choice([f"{scene.name} regretted that {what} had", f"According to {scene.name}, {what} had"])
    return f"{start} been held up for {count} {unit} because of {cause}.", [
        (f"What has been held up for {count} {unit}?", what),
        (f"How long has {what} been held up?", f"{count} {unit}"),
        (f"Why has {what} been held up?", f"because of {cause}"),
        (f"Who speaks of {what}?", scene.one.split()[-1]),
    ]


def _asked_for(scene: _Scene) -> tuple[str, list[Asked]]:
    group, year, place = scene.pick(_GROUPS), scene.year(), scene.pick(_PLACES)
    thing = scene.pick(_THINGS)
    since = str(int(year) - scene.rng.randint(1, 6))
    return f"The region has struggled with {thing} since {since}; {group} came in {year} at the request of {place}.", [
        (f"Since when has the region struggled with {thing}?", since),
        (f"When did the {group} come?", year),
        (f"At whose request did the {group} come?", place),
        (f"Who asked for the {group}?", place),
    ]


_PATTERNS: tuple[Callable[[_Scene], tuple[str, list[Asked]]], ...] = (
    _told, _quoted, _thanked, _congratulated, _met, _travelled, _remain, _imposed, _delivered, _spreads, _stalled, _asked_for,
)  # fmt: skip
_NEVER = (
    "When was {one} born?", "How old is {one}?", "Who is {one}'s wife?", "How much did it cost?", "How many people died?",
    "What did {other} eat?", "Why did {one} resign?", "What is the capital of {place}?", "How many people live in {place}?",
    "When will {other} leave?", "Who won the match?", "What weapons were used?", "How long did the talk last?",
)  # fmt: skip
_SENTENCES = (3, 6)
_UNANSWERED = 0.4


def reports(count: int, rng: random.Random) -> Iterator[Example]:
    """So many questions about made-up reports, four in ten of which are not answered by theirs."""
    for number in range(count):
        one, other = (f"{rng.choice(_FIRST)} {last}" for last in rng.sample(_LAST, 2))
        scene = _Scene(one, other, rng.choice(_ROLES), rng.choice(_PLACES), rng)
        written = [pattern(scene) for pattern in rng.sample(_PATTERNS, rng.randint(*_SENTENCES) + 1)]
        (_, unanswered), told = written[0], written[1:]
        passage = " ".join(sentence for sentence, _ in told)
        context = f"{one.split()[-1]} and {other.split()[-1]}. " if rng.random() < 0.7 else ""
        if rng.random() < _UNANSWERED:
            never = rng.choice(_NEVER).format(one=one.split()[-1], other=other.split()[-1], place=scene.place)
            question, words = rng.choice(unanswered) if rng.random() < 0.5 else (never, "")
            if not words or words.lower() not in passage.lower():
                yield Example(question, passage, None, f"report {number}", "reported", context)
            continue
        sentence, answered = rng.choice(told)
        question, words = rng.choice(answered)
        start = passage.index(sentence) + sentence.lower().find(words.lower())
        if words.lower() in sentence.lower():
            if rng.random() < 0.15:
                question = question.lower().rstrip("?")
            yield Example(question, passage, Span(start, start + len(words)), f"report {number}", "reported", context)
