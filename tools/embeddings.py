#!/usr/bin/env python3
"""An embedding model worked out a second time, by numpy alone: the judge of ours.

    tools/embeddings.py MODEL_FOLDER SENTENCES > TABLE

MODEL_FOLDER holds config.json, vocab.txt and model.safetensors of a BERT whose sentence vector is the mean of its tokens'
vectors, brought to length 1. Each line of TABLE is a sentence as JSON, a tab, and its vector in millionths.
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
    """The longest pieces from the left; a word that cannot be made of pieces is unknown as a whole."""
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
        yield from found or [vocabulary["[UNK]"]]


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
        inner = list(pieces(text, self.vocabulary))[:self.most - 2]
        return [self.vocabulary["[CLS]"], *inner, self.vocabulary["[SEP]"]]

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
        mean = self.hidden([self.tokens(text)])[-1][0].mean(0)
        return mean / numpy.linalg.norm(mean)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    model = Model(sys.argv[1])
    for line in pathlib.Path(sys.argv[2]).read_text(encoding="utf-8").split("\n"):
        if line:
            sentence = json.loads(line)
            millionths = " ".join(str(round(float(value) * 1e6)) for value in model.vector(sentence))
            print(json.dumps(sentence, ensure_ascii=False), millionths, sep="\t")


if __name__ == "__main__":
    main()
