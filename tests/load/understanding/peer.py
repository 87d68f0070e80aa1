"""Rasa's DIET learns the same phrases and is asked the same messages: how many a second, and how many of the test right?

Runs under a Python that has `rasa` 3 installed (3.8 to 3.10); tools/bench looks for one. The pipeline is the one that
`rasa init` proposes without entities: words, lexical features, runs of letters, DIET of 100 epochs.
"""

import argparse
import asyncio
import csv
import inspect
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

WARM = 500

PIPELINE = """\
recipe: default.v1
language: en
pipeline:
  - name: WhitespaceTokenizer
  - name: RegexFeaturizer
  - name: LexicalSyntacticFeaturizer
  - name: CountVectorsFeaturizer
  - name: CountVectorsFeaturizer
    analyzer: char_wb
    min_ngram: 1
    max_ngram: 4
  - name: DIETClassifier
    epochs: {epochs}
    entity_recognition: false
    random_seed: 1
    constrain_similarities: true
policies: []
"""


def read(file):
    """Text and label of each row behind the first; messages are kept a line each."""
    with open(file, encoding="utf-8", newline="") as lines:
        return [(" ".join(row[0].split()), row[1].strip()) for row in list(csv.reader(lines))[1:] if len(row) >= 2]


def asked(folder, row):
    """What the studio was asked in this row, in the same order."""
    file = os.path.join(folder or "", f"{row}.txt")
    if not folder or not os.path.exists(file):
        return None
    with open(file, encoding="utf-8") as lines:
        return [line for line in lines.read().split("\n") if line]


def phrase(text):
    """A phrase as Rasa's format takes it: brackets would name an entity in it."""
    return " ".join(text.replace("[", "(").replace("]", ")").split())


def learn(train, folder, epochs):
    """Trains as `rasa train nlu` does; the path of the model, and how long it took."""
    by_label = {}
    for text, label in train:
        by_label.setdefault(label, []).append(phrase(text))
    nlu = ['version: "3.1"', "nlu:"]
    for label, phrases in by_label.items():
        # What JSON writes in quotes, YAML reads as it is.
        nlu.append(f"- intent: {json.dumps(label)}")
        nlu.append("  examples: " + json.dumps("".join(f"- {one}\n" for one in phrases)))
    for name, text in [("config.yml", PIPELINE.format(epochs=epochs)), ("nlu.yml", "\n".join(nlu) + "\n")]:
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
    begun = time.perf_counter()
    command = [sys.executable, "-m", "rasa", "train", "nlu", "--config", "config.yml", "--nlu", "nlu.yml"]
    command += ["--out", "models", "--fixed-model-name", "diet"]
    with open(os.path.join(folder, "log"), "w", encoding="utf-8") as log:
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT, check=False)
    model = os.path.join(folder, "models", "diet.tar.gz")
    if done.returncode != 0 or not os.path.exists(model):
        with open(os.path.join(folder, "log"), encoding="utf-8") as log:
            sys.exit("rasa could not be trained:\n" + log.read()[-2000:])
    return model, time.perf_counter() - begun


async def settled(value):
    """What a call gave, which one version awaits and another does not."""
    return await value if inspect.isawaitable(value) else value


async def measure(agent, what, texts, seconds):
    waits = []
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        start = time.perf_counter()
        await settled(agent.parse_message(texts[len(waits) % len(texts)]))
        waits.append(1000 * (time.perf_counter() - start))
    rate = len(waits) / (time.perf_counter() - begun)
    waits.sort()
    half, most = (waits[int(len(waits) * part)] for part in (0.5, 0.99))
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // 1_000_000
    print(f"| Rasa DIET, one at a time: {what} | {rate:,.0f} | {half:.2f} / {most:.2f} ms | | | {resident} MB |")


async def main(arguments, folder):
    train, test = read(arguments.train), read(arguments.test)
    model, trained = learn(train, folder, arguments.epochs)
    from rasa.core.agent import Agent

    agent = await settled(Agent.load(model))
    for text, _ in train[:WARM]:
        await settled(agent.parse_message(text))
    texts = [text for text, _ in test]
    await measure(agent, "the texts of words alone", asked(arguments.messages, "distinct") or texts, arguments.seconds)
    await measure(agent, "the texts of mixed", asked(arguments.messages, "mixed") or texts, arguments.seconds)
    right = 0
    for text, label in test:
        heard = await settled(agent.parse_message(text))
        right += heard["intent"]["name"] == label
    print(f"Rasa DIET: {100 * right / len(test):.1f} % right, trained in {trained:.0f} s ({arguments.epochs} epochs)")
    print("(Rasa keeps nothing of what it hears here, and looks for no entities: the rows of the studio look for its built-in ones)")


def options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", required=True)
    parser.add_argument("--test", required=True)
    parser.add_argument("--messages", help="where the studio's own run wrote what it was asked")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--epochs", type=int, default=100)
    return parser.parse_args()


if __name__ == "__main__":
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    with tempfile.TemporaryDirectory() as place:
        asyncio.run(main(options(), place))
