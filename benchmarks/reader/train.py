"""Train the reader: MiniLM with a question-answering head, from the default encoder's weights.

    python -m benchmarks.reader.train FOLDER            train, with checkpoints in FOLDER; run again, it resumes
    python -m benchmarks.reader.train FOLDER --steps N  for N steps in total

The training data are SQuADShifts (new Wikipedia, Reddit, Amazon reviews), SQuAD 2.0 and Disfl-QA, without the held-out articles of
`datasets.held_out`, on which it is measured, questions from the documentation of packages (`benchmarks.documentation`, downloaded first),
and synthetic reports and rules (`benchmarks.reader.newsroom` and `rules`). In an epoch each answerable question occurs once with its passage, and for most of them there is an unanswerable variant: a wrong passage that
search ranks high, the passage without the sentence that answers, or the question with another name or number, another word of the article,
an antonym or a negation.
"""

import argparse
import json
import math
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import nn

from benchmarks.cache import CachingEncoder
from benchmarks.corpus import corpus_of
from benchmarks.datasets import DATA, Use, held_out
from benchmarks.documentation.questions import documentation
from benchmarks.reader.documented import documented, documented_of
from benchmarks.reader.examples import Asked, Example, asked_alone, asked_of, closely, elsewhere, variants
from benchmarks.reader.newsroom import reports
from benchmarks.reader.rules import rules
from benchmarks.written.questions import corpus_of_page, written
from embeddings.encoders.models import default_model_folder
from embeddings.evaluate.squad import squad
from embeddings.types import Span

SEED = 7
LONGEST = 288
BATCH = 32
RATE = 1.2e-4
HEAD_RATE = 1e-3
DROPOUT = 0.1
# Decay of the moving average of the weights, over about the last hundred steps, which is evaluated and kept.
AVERAGED = 0.99
WARM_UP = 0.06
# Share of the answerable questions that also get an unanswerable variant.
WRONG_SHARE = 0.6
# Shares of the questions of `asked_alone` and of documentation that are in an epoch, of the latter each with a passage that answers it and with
# one that does not.
ALONE_SHARE, DOCUMENTED_SHARE = 0.2, 0.4
# Questions about synthetic reports and about synthetic rules per epoch, at most.
REPORTS, RULES = 3000, 1500
# The kinds of unanswerable variants, and how often each is tried first.
SORTS = {"hard": 0.28, "removed": 0.22, "renamed": 0.15, "swapped": 0.25, "opposed": 0.06, "negated": 0.04}
DISFLUENT = 0.2
# How often each question of the written pages is in an epoch.
WRITTEN = 2
# Share of the examples in the form of the second reading; see `closely`.
CLOSE_SHARE = 0.5
# Maximum tokens of the span that stands for a loose answer.
LONGEST_FOUND = 30
# Weight of the loss of the answerability head relative to the span loss.
ANSWERS_WEIGHT = 0.5
_POOL = 50
_ROUND = 16
_CHECKPOINT = "checkpoint.pt"
#: The weights with the lowest loss on held-out articles, and the last ones.
BEST, LAST = "best.pt", "last.pt"
# Number of examples of held-out articles on which the weights are evaluated.
_JUDGED = 640


class ReaderModel(nn.Module):
    """The encoder's transformer with three heads: where an answer starts, where it ends, and whether there is one."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from transformers import AutoModel

        # Eager attention without dropout takes about half the time per example on a CPU.
        self.body = AutoModel.from_pretrained(
            folder,
            add_pooling_layer=False,
            attention_probs_dropout_prob=0.0,
            hidden_dropout_prob=DROPOUT,
            attn_implementation="eager",
        )
        self.spans = nn.Linear(self.body.config.hidden_size, 2)
        self.answers = nn.Linear(self.body.config.hidden_size, 1)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Span logits, shape ``(n, tokens, 2)``, and answer logits, shape ``(n,)``."""
        hidden = self.body(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return self.spans(hidden), self.answers(hidden[:, 0]).squeeze(-1)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A tokenized example; start and end are 0, the first token, if there is no answer."""

    ids: NDArray[np.int64]
    types: NDArray[np.int64]
    start: int
    end: int
    is_loose: bool = False
    """Whether the answer may be any span between the two."""


def encoded(tokenizer: Tokenizer, example: Example) -> Encoded | None:
    """The tokens of the example, or None if its answer is cut off at the maximum length."""
    passage = example.context + example.passage
    shift = len(example.context)
    encoding = tokenizer.encode(example.question, passage)
    ids, types = np.array(encoding.ids[:LONGEST]), np.array(encoding.type_ids[:LONGEST])
    if example.answer is None:
        return Encoded(ids, types, 0, 0)
    wanted = Span(example.answer.start + shift, example.answer.end + shift)
    inside = [
        at
        for at, ((start, end), kind) in enumerate(zip(encoding.offsets, encoding.type_ids, strict=True))
        if kind == 1 and start < wanted.end and wanted.start < end
    ]
    if example.is_loose:
        inside = [at for at in inside if at < LONGEST]
    if not inside or inside[-1] >= LONGEST:
        return None
    return Encoded(ids, types, inside[0], inside[-1], example.is_loose)


@dataclass(frozen=True, slots=True)
class Data:
    """The training data, and held-out questions for evaluation."""

    asked: list[Asked]
    alone: list[Asked]
    other_wording: dict[str, str]
    measured: list[Asked]
    documented: list[Asked]
    written: list[Asked]


def load_data() -> Data:
    """Load the sets and search for hard negatives; takes some minutes if the benchmarks' cache is empty."""
    encoder = CachingEncoder()
    squad2, squad2_out = held_out(list(squad(DATA / "squad2/squad2_dev.json")))
    wiki, wiki_out = held_out(list(squad(DATA / "squadshifts/new_wiki.json")))
    asked = [each for articles in (squad2, wiki) for each in asked_of(corpus_of(articles, encoder), encoder)]
    measured = [each for articles in (squad2_out, wiki_out) for each in asked_of(corpus_of(articles, encoder), encoder)]
    encoder.save()
    alone = [
        each
        for name in ("reddit", "amazon_reviews")
        for each in asked_alone(list(squad(DATA / f"squadshifts/{name}.json")))
    ]
    disfluent = json.loads((DATA / "squad2/disfl_qa.json").read_text(encoding="utf-8"))
    of_packages = [asked for each in documentation(Use.READER) for asked in documented_of(each, encoder)]
    other_wording = {each["original"]: each["disfluent"] for each in disfluent.values()}
    pages_written = [each for page in written(Use.READER) for each in asked_of(corpus_of_page(page, encoder), encoder)]
    encoder.save()
    return Data(asked, alone, other_wording, measured, of_packages, pages_written)


def epoch(data: Data, rng: random.Random) -> list[Example]:
    """The examples of one epoch in random order."""
    passages = [(each.example.context, each.example.passage) for each in data.asked]
    shown = [*reports(REPORTS, rng), *rules(RULES, rng)] if data.alone else []
    shown += [each for asked in _drawn(data.documented, DOCUMENTED_SHARE, rng) for each in documented(asked, rng)]
    for asked in data.asked + data.written * WRITTEN + _drawn(data.alone, ALONE_SHARE, rng):
        wording = data.other_wording.get(asked.example.question)
        wording = wording if wording and rng.random() < DISFLUENT else asked.example.question
        each = replace(asked, example=replace(asked.example, question=wording))
        base = each.example
        shown.append(base)
        if base.kind == "adversarial":
            # The only human-written unanswerable ones: shown twice, the second time in 30 % of the cases with a wrong passage.
            again = rng.random() >= 0.3 or not each.wrong
            shown.append(base if again else elsewhere(base, rng.choice(each.wrong), base.kind))
        elif rng.random() < WRONG_SHARE:
            ways = dict(variants(each, rng))
            order = sorted(ways, key=lambda sort: rng.random() ** (1 / SORTS[sort]), reverse=True)
            made = next((found for sort in order if (found := ways[sort]()) is not None), None)
            shown.append(made or elsewhere(base, rng.choice(passages), "foreign"))
    rng.shuffle(shown)
    return [closely(each) if rng.random() < CLOSE_SHARE else each for each in shown]


def _drawn(asked: Sequence[Asked], share: float, rng: random.Random) -> list[Asked]:
    return [each for each in asked if rng.random() < share]


def batches(examples: Sequence[Encoded], rng: random.Random) -> Iterator[list[Encoded]]:
    """Batches of similar length, in random order."""
    for at in range(0, len(examples), BATCH * _POOL):
        pool = sorted(examples[at : at + BATCH * _POOL], key=lambda each: len(each.ids))
        parts = [pool[start : start + BATCH] for start in range(0, len(pool), BATCH)]
        rng.shuffle(parts)
        yield from parts


def tensors(batch: Sequence[Encoded]) -> dict[str, torch.Tensor]:
    """The batch as the model takes it: int64, shape ``(n, longest)``, padded with zeros."""
    # Lengths are rounded up for few distinct shapes, since matrix products are compiled for each new one.
    longest = -(-max(len(each.ids) for each in batch) // _ROUND) * _ROUND
    ids, mask, types = (np.zeros((len(batch), longest), dtype=np.int64) for _ in range(3))
    for row, each in enumerate(batch):
        ids[row, : len(each.ids)] = each.ids
        types[row, : len(each.ids)] = each.types
        mask[row, : len(each.ids)] = 1
    return {
        "input_ids": torch.from_numpy(ids),
        "attention_mask": torch.from_numpy(mask),
        "token_type_ids": torch.from_numpy(types),
    }


def loss_of(model: nn.Module, batch: Sequence[Encoded], half: bool) -> torch.Tensor:
    """Cross-entropy of start and end over the tokens of the passage and the first one, which stands for "no answer", plus the weighted
    binary cross-entropy of the answerability head."""
    inputs = tensors(batch)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        spans, answers = model(**inputs)
    spans, answers = spans.float(), answers.float()
    allowed = inputs["token_type_ids"].bool() & inputs["attention_mask"].bool()
    allowed[:, 0] = True
    spans = spans.masked_fill(~allowed.unsqueeze(-1), -1e4)
    starts, ends = zip(*(place_of(each, found) for each, found in zip(batch, spans.detach(), strict=True)), strict=True)
    start = nn.functional.cross_entropy(spans[..., 0], torch.tensor(starts))
    end = nn.functional.cross_entropy(spans[..., 1], torch.tensor(ends))
    truth = torch.tensor([float(each.start > 0) for each in batch])
    return (start + end) / 2 + ANSWERS_WEIGHT * nn.functional.binary_cross_entropy_with_logits(answers, truth)


def place_of(example: Encoded, spans: torch.Tensor) -> tuple[int, int]:
    """The first and last token of the answer, of a loose one those of the span within it that the model now has the best logits for:
    hard expectation maximisation (Min et al. 2019, "A Discrete Hard EM Approach for Weakly Supervised Question Answering").

    ``spans`` has shape ``(tokens, 2)``.
    """
    if not example.is_loose:
        return example.start, example.end
    within = spans[example.start : example.end + 1]
    together = within[:, None, 0] + within[None, :, 1]
    is_span = torch.ones_like(together, dtype=torch.bool).triu().tril(LONGEST_FOUND - 1)
    first, last = divmod(int(together.masked_fill(~is_span, -math.inf).argmax()), len(within))
    return example.start + first, example.start + last


class Run:
    """A training run, resumed from its checkpoint if there is one."""

    def __init__(self, folder: Path, steps: int, start: Path | None, rate: float, half: bool, seed: int) -> None:
        self.folder, self.steps, self.step, self.half = folder, steps, 0, half
        self.least = math.inf
        torch.manual_seed(seed)
        self.model = ReaderModel(default_model_folder())
        if start:
            self.model.load_state_dict(torch.load(start, weights_only=True))
        self.model.body.embeddings.word_embeddings.requires_grad_(False)
        heads = [*self.model.spans.parameters(), *self.model.answers.parameters()]
        body = [each for each in self.model.body.parameters() if each.requires_grad]
        groups = [{"params": body, "lr": rate * RATE}, {"params": heads, "lr": rate * HEAD_RATE}]
        self.optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
        warm = max(1, round(WARM_UP * steps))
        self.schedule = torch.optim.lr_scheduler.LambdaLR(
            self.optimiser, lambda step: min(step / warm, max(0.0, (steps - step) / (steps - warm)))
        )
        self.average = torch.optim.swa_utils.AveragedModel(
            self.model,
            multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGED),  # type: ignore[no-untyped-call]
        )
        self._checkpoint = folder / _CHECKPOINT
        if self._checkpoint.exists():
            state = torch.load(self._checkpoint, weights_only=True)
            self.step, self.least = state.pop("step"), state.pop("least")
            for name, part in state.items():
                getattr(self, name).load_state_dict(part)

    def learn(self, batch: Sequence[Encoded]) -> float:
        """Take one optimiser step; returns the loss before it."""
        loss = loss_of(self.model, batch, self.half)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.schedule.step()
        self.average.update_parameters(self.model)
        self.step += 1
        return loss.item()

    def judge(self, examples: Sequence[Encoded]) -> float:
        """The loss of the averaged weights on held-out examples; saves them as the last, and as the best if it is the lowest so far."""
        averaged = self.average.module.eval()
        with torch.inference_mode():
            losses = [
                loss_of(averaged, batch, self.half).item() * len(batch) for batch in batches(examples, random.Random(0))
            ]
        loss = sum(losses) / len(examples)
        torch.save(averaged.state_dict(), self.folder / LAST)
        if loss < self.least:
            self.least = loss
            torch.save(averaged.state_dict(), self.folder / BEST)
        return loss

    def save(self) -> None:
        """Write the checkpoint atomically."""
        parts = ("model", "average", "optimiser", "schedule")
        state = {name: getattr(self, name).state_dict() for name in parts}
        state |= {"step": self.step, "least": self.least}
        torch.save(state, part := self._checkpoint.with_suffix(".part"))
        part.replace(self._checkpoint)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=1700)
    parser.add_argument("--save-every", type=int, default=100)
    parser.add_argument("--start", type=Path, help="weights of an earlier run to go on from")
    parser.add_argument("--rate", type=float, default=1.0, help="what the learning rates are multiplied by")
    parser.add_argument("--seed", type=int, default=SEED, help="another one shows the examples in another order")
    parser.add_argument("--float32", action="store_true", help="no bfloat16, which is slower where there is no AMX")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    tokenizer = Tokenizer.from_file(str(default_model_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    run = Run(arguments.folder, arguments.steps, arguments.start, arguments.rate, not arguments.float32, arguments.seed)
    data = load_data()
    # Reset the thread count, which `load_data` leaves at one because its search shares it with torch.
    torch.set_num_threads(os.cpu_count() or 1)
    print(
        f"{len(data.asked)} + {len(data.alone)} + {len(data.documented)} + {len(data.written)} questions, {len(data.measured)} held out; at step {run.step}",
        flush=True,
    )
    held_out_data = replace(data, asked=data.measured, alone=[], documented=[], written=[])
    shown = epoch(held_out_data, random.Random(SEED))[:_JUDGED]
    judged = [each for each in (encoded(tokenizer, one) for one in shown) if each]
    run.model.train()
    losses: list[float] = []
    started = time.monotonic()
    for number, batch in islice(_all_batches(data, tokenizer, arguments.seed), run.step, run.steps):
        losses.append(run.learn(batch))
        is_pause = run.step % arguments.save_every == 0 or run.step == run.steps
        if run.step % 20 == 0 or is_pause:
            seconds = round(time.monotonic() - started)
            line = {
                "step": run.step,
                "epoch": number,
                "loss": round(float(np.mean(losses[-20:])), 4),
                "seconds": seconds,
            }
            if is_pause:
                line["held_out"] = round(run.judge(judged), 4)
                run.save()
            with (arguments.folder / "curve.jsonl").open("a") as curve:
                curve.write(json.dumps(line) + "\n")
            print(line, flush=True)


def _all_batches(data: Data, tokenizer: Tokenizer, seed: int) -> Iterator[tuple[int, list[Encoded]]]:
    """The batches of successive epochs, each with the number of its epoch; the same in every run with this seed."""
    for number in count():
        rng = random.Random(seed + number)
        examples = [encoded(tokenizer, example) for example in epoch(data, rng)]
        for batch in batches([each for each in examples if each], rng):
            yield number, batch


if __name__ == "__main__":
    main()
