#!/usr/bin/env python3
"""An embedding model worked out a second time, by numpy alone: the judge of ours.

    tools/embeddings.py MODEL_FOLDER SENTENCES > TABLE
    tools/embeddings.py --deep MODEL_FOLDER SENTENCES > TABLE

MODEL_FOLDER holds config.json, vocab.txt and model.safetensors of a BERT whose sentence vector is the mean of its tokens'
vectors, brought to length 1. Each line of TABLE is a sentence as JSON, a tab, and its vector in millionths.
With `--deep` it is the vector that the studio understands by, three in a row: the mean of the last layer's words without marks
and punctuation (of everything where nothing else is left), at length 1; and at a length of 0.577 each, of all tokens, the mean of
the layer at two thirds of the way (the fourth of six) and the greatest numbers of that at five sixths (the fifth).
Tokeniser, network and file format are read here independently of the libraries that the studio uses.
"""

import json
import math
import pathlib
import sys
import unicodedata

import numpy


def tensors(path):
    """The tensors of a safetensors file: eight bytes of length, a JSON header, raw numbers."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + length])
    found = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            start, end = entry["data_offsets"]
            raw = numpy.frombuffer(data, "<f4", (end - start) // 4, 8 + length + start)
            found[name] = raw.reshape(entry["shape"])
    return found


def is_punctuation(letter):
    ascii_punctuation = letter.isascii() and not letter.isalnum() and letter.isprintable() and letter != " "
    return ascii_punctuation or unicodedata.category(letter).startswith("P")


# Signs that are read as words although the tokeniser cuts at them.
READ = "$%&+#@"
# What divides words beside ASCII's signs and the general punctuation from U+2010 to U+2027.
MARKS = "¡¿«»،؛؟।、。！，．：；？"
# Length of each inner part of a deep vector, beside 1 for the outer.
INNER = 0.577


def is_mark(word):
    """Whether a word of the tokeniser is a mark between words, which says something of every text."""
    if len(word) != 1 or word in READ:
        return False
    ascii_mark = word.isascii() and is_punctuation(word)
    return ascii_mark or "\u2010" <= word <= "\u2027" or word in MARKS


def unit(values):
    return values / numpy.linalg.norm(values)


def is_cjk(letter):
    return any(low <= ord(letter) <= high for low, high in (
        (0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0x20000, 0x2A6DF), (0x2A700, 0x2B73F), (0x2B740, 0x2B81F),
        (0x2B820, 0x2CEAF), (0xF900, 0xFAFF), (0x2F800, 0x2FA1F)))


def words(text):
    """Lower case without accents, cut at spaces, punctuation and Chinese characters."""
    kept = []
    for letter in text:
        category = unicodedata.category(letter)
        if letter in "\t\n\r" or category == "Zs":
            kept.append(" ")
        elif ord(letter) in (0, 0xFFFD) or category in ("Cc", "Cf", "Cs", "Co"):
            continue
        elif is_cjk(letter):
            kept.append(f" {letter} ")
        else:
            kept.append(letter)
    for word in "".join(kept).split():
        plain = "".join(l for l in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(l) != "Mn")
        run = ""
        for letter in plain:
            if is_punctuation(letter):
                if run:
                    yield run
                yield letter
                run = ""
            else:
                run += letter
        if run:
            yield run


def pieces(text, vocabulary):
    """The longest pieces from the left; a word that cannot be made of pieces is unknown as a whole. With each, whether it is a mark."""
    for word in words(text):
        found, start = [], 0
        while start < len(word) and len(word) <= 100:
            for end in range(len(word), start, -1):
                piece = ("##" if start else "") + word[start:end]
                if piece in vocabulary:
                    found.append(vocabulary[piece])
                    break
            else:
                found = []
                break
            start = end
        for piece in found or [vocabulary["[UNK]"]]:
            yield piece, is_mark(word)


class Model:
    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self.config = json.loads((folder / "config.json").read_text())
        lines = (folder / "vocab.txt").read_text(encoding="utf-8").split("\n")
        self.vocabulary = {line: index for index, line in enumerate(lines) if line}
        self.tensors = tensors(folder / "model.safetensors")
        self.most = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
        self.erf = numpy.vectorize(math.erf, otypes=[numpy.float32])

    def tokens(self, text):
        """The tokens with the marks at both ends, and the places of those that are words; of all where none is."""
        inner = list(pieces(text, self.vocabulary))[:self.most - 2]
        ids = [self.vocabulary["[CLS]"], *(piece for piece, _ in inner), self.vocabulary["[SEP]"]]
        said = [place for place, (_, mark) in enumerate(inner, 1) if not mark]
        return ids, said or list(range(len(ids)))

    def dense(self, name, values):
        return values @ self.tensors[name + ".weight"].T + self.tensors[name + ".bias"]

    def norm(self, name, values):
        mean = values.mean(-1, keepdims=True)
        spread = ((values - mean) ** 2).mean(-1, keepdims=True)
        values = (values - mean) / numpy.sqrt(spread + self.config["layer_norm_eps"])
        return values * self.tensors[name + ".weight"] + self.tensors[name + ".bias"]

    def hidden(self, batch):
        """The vectors of each token after each layer, of texts of the same number of tokens."""
        ids = numpy.array(batch)
        texts, length = ids.shape
        heads = self.config["num_attention_heads"]
        of = self.tensors
        values = (of["embeddings.word_embeddings.weight"][ids]
                  + of["embeddings.position_embeddings.weight"][:length]
                  + of["embeddings.token_type_embeddings.weight"][0])
        values = self.norm("embeddings.LayerNorm", values)
        states = [values]
        for layer in range(self.config["num_hidden_layers"]):
            at = f"encoder.layer.{layer}."

            def split(name):
                return self.dense(f"{at}attention.self.{name}", values).reshape(texts, length, heads, -1).swapaxes(1, 2)

            query, key, value = split("query"), split("key"), split("value")
            scores = query @ key.swapaxes(-1, -2) / math.sqrt(query.shape[-1])
            scores = numpy.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            mixed = (scores @ value).swapaxes(1, 2).reshape(texts, length, -1)
            values = self.norm(at + "attention.output.LayerNorm", self.dense(at + "attention.output.dense", mixed) + values)
            inner = self.dense(at + "intermediate.dense", values)
            inner = inner * 0.5 * (1 + self.erf(inner / math.sqrt(2)))
            values = self.norm(at + "output.LayerNorm", self.dense(at + "output.dense", inner) + values)
            states.append(values)
        return states

    def vector(self, text):
        ids, _ = self.tokens(text)
        return unit(self.hidden([ids])[-1][0].mean(0))

    def deep(self, text):
        ids, said = self.tokens(text)
        # The first state is what goes into the first layer.
        states = [state[0] for state in self.hidden([ids])]
        layers = len(states) - 1
        layer = lambda part, of: states[max(layers * part // of, 1)]
        outer = unit(states[-1][said].mean(0))
        return numpy.concatenate([outer, unit(layer(2, 3).mean(0)) * INNER, unit(layer(5, 6).max(0)) * INNER])


def main():
    deep = sys.argv[1:2] == ["--deep"]
    files = sys.argv[2 if deep else 1:]
    if len(files) != 2:
        sys.exit(__doc__)
    model = Model(files[0])
    for line in pathlib.Path(files[1]).read_text(encoding="utf-8").split("\n"):
        if line:
            sentence = json.loads(line)
            vector = model.deep(sentence) if deep else model.vector(sentence)
            millionths = " ".join(str(round(float(value) * 1e6)) for value in vector)
            print(json.dumps(sentence, ensure_ascii=False), millionths, sep="\t")


if __name__ == "__main__":
    main()
