#!/usr/bin/env python3
"""Fits src/zone/signature_weights.def, the weights of the line classifier in src/zone/signature.c.

    fit_zones.py --features build/release/zone_features [--folds 5] [--write FILE] DIR[=WEIGHT] ...

Each DIR holds eml/ and labels.jsonl (the format is described in corpus/README.md); a directory
whose labels count a bare sign-off as signature is given as DIR:signoff; a plain file holds examples
with a letter in front of each line (tools/zone_examples.txt). A linear-chain conditional random field
(Lafferty, McCallum, Pereira 2001) is fitted by AdaGrad with L2, over the yes-or-no features that
zone_features prints. With --folds, held-out results by file are printed first. Standard library only.
"""
import argparse
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
import unicodedata

STATES = ["body", "signoff", "signature", "tail"]
BODY, SIGNOFF, SIGNATURE, TAIL = range(4)
START = 4


def plain(text):
    """Letters and digits only, without accents and case: lines are compared in this form."""
    text = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("æ", "ae"))
    text = text.replace("ø", "o").replace("ł", "l").replace("đ", "d").replace("ð", "d")
    return re.sub(r"[\W_]+", "", "".join(c for c in text if not unicodedata.combining(c)))


class Line:
    def __init__(self, text, features):
        self.text, self.features, self.state = text, features, BODY
        self.key = plain(text)
        self.key_without_links = plain(re.sub("<[^>]*>", "", text))  # as labels give them


def read_features(program, paths):
    mails = {path: [] for path in paths}
    for at in range(0, len(paths), 500):
        out = subprocess.run([program] + paths[at:at + 500], capture_output=True, check=True).stdout
        for row in out.decode("utf-8", "replace").split("\n"):
            if row:
                path, text, names = row.split("\t")
                mails[path].append(Line(text, names.split()))
    return mails


def label(lines, gold, with_signoff):
    """Sets the states from the gold labels; False where the text does not hold the gold lines."""
    wanted = [plain(l) for l in gold["signature"].get("lines") or []]
    wanted = [w for w in wanted if w]
    body = plain(gold.get("new_text") or "")
    left = list(wanted)
    hits = []
    for i in range(len(lines) - 1, -1, -1):  # from the end: the body may name the sender too
        for key in (lines[i].key, lines[i].key_without_links):
            if key and key in left:
                left.remove(key)
                hits.append(i)
                break
    if len(left) > len(wanted) // 3:
        return False
    hits.sort()
    first, last = (hits[0], hits[-1]) if hits else (len(lines), len(lines))
    for i, line in enumerate(lines):
        if i in hits:
            line.state = SIGNATURE
        elif i > last:
            line.state = TAIL
        elif first < i < last:
            line.state = SIGNATURE if not line.key or with_signoff else SIGNOFF
        else:
            line.state = BODY
    mark_signoff(lines, first, last, body, with_signoff)
    return True


def looks_like_signoff(line):
    return ("VALEDICTION" in line.features or "NAME_ONLY" in line.features
            or "INITIALS" in line.features or not line.key)


CONTACT = {"PHONE", "PHONE_LABEL", "EMAIL", "URL", "TITLE", "COMPANY", "STREET_DIGITS", "DEPARTMENT", "TRADE"}


def mark_signoff(lines, first, last, body, with_signoff):
    block = [i for i in range(len(lines)) if lines[i].state == SIGNATURE]
    if with_signoff and not any(CONTACT & set(lines[i].features) for i in block):
        for i in block:
            lines[i].state = SIGNOFF
        return
    for i in block if with_signoff else []:
        if not looks_like_signoff(lines[i]):
            break
        again = any({"NAME_FULL", "NAME_ONLY"} & set(lines[k].features) for k in block if k > i)
        if "VALEDICTION" in lines[i].features or again or not lines[i].key:
            lines[i].state = SIGNOFF
    for i in range(first - 1, -1, -1):
        known = body and lines[i].key and lines[i].key in body
        short = body and len(lines[i].text) < 60
        if known or not (looks_like_signoff(lines[i]) or short) or (with_signoff and lines[i].key):
            break
        lines[i].state = SIGNOFF


class Model:
    def __init__(self):
        self.line, self.step = {}, [[0.0] * 4 for _ in range(5)]
        self.line_g, self.step_g = {}, [[1e-6] * 4 for _ in range(5)]

    def scores(self, line):
        out = [0.0] * 4
        for name in line.features:
            row = self.line.get(name)
            if row:
                for s in range(4):
                    out[s] += row[s]
        return out

    def decode(self, lines):
        best, back = None, []
        for line in lines:
            score = self.scores(line)
            if best is None:
                best = [self.step[START][s] + score[s] for s in range(4)]
                back.append([0] * 4)
                continue
            origin = [max(range(4), key=lambda p: best[p] + self.step[p][s]) for s in range(4)]
            best = [best[origin[s]] + self.step[origin[s]][s] + score[s] for s in range(4)]
            back.append(origin)
        state, path = max(range(4), key=lambda s: best[s]), []
        for origin in reversed(back):
            path.append(state)
            state = origin[state]
        path.reverse()
        ended = False
        for i, s in enumerate(path):
            if s == TAIL and not ended:
                path[i] = BODY
            ended = ended or s in (SIGNOFF, SIGNATURE)
        return path

    def gradient(self, lines):
        """Yields (row, state, amount): expected minus wanted, for lines and steps."""
        score = [self.scores(l) for l in lines]
        n = len(lines)
        alpha = [[self.step[START][s] + score[0][s] for s in range(4)]]
        for i in range(1, n):
            alpha.append([score[i][s] + log_sum([alpha[-1][p] + self.step[p][s] for p in range(4)])
                          for s in range(4)])
        beta = [[0.0] * 4 for _ in range(n)]
        for i in range(n - 2, -1, -1):
            for s in range(4):
                beta[i][s] = log_sum([self.step[s][t] + score[i + 1][t] + beta[i + 1][t] for t in range(4)])
        z = log_sum(alpha[-1])
        for i, line in enumerate(lines):
            for s in range(4):
                amount = math.exp(alpha[i][s] + beta[i][s] - z) - (line.state == s)
                if abs(amount) > 1e-4:
                    for name in line.features:
                        yield name, s, amount
            if i == 0:
                for s in range(4):
                    yield START, s, math.exp(alpha[0][s] + beta[0][s] - z) - (line.state == s)
                continue
            for p in range(4):
                for s in range(4):
                    joint = alpha[i - 1][p] + self.step[p][s] + score[i][s] + beta[i][s] - z
                    yield p, s, math.exp(joint) - (lines[i - 1].state == p and line.state == s)

    def learn(self, lines, weight, rate, decay):
        moves = {}
        for row, s, amount in self.gradient(lines):
            moves[row, s] = moves.get((row, s), 0.0) + amount * weight
        for (row, s), g in moves.items():
            table, history = (self.step[row], self.step_g[row]) if isinstance(row, int) else (
                self.line.setdefault(row, [0.0] * 4), self.line_g.setdefault(row, [1e-6] * 4))
            g += decay * table[s]
            history[s] += g * g
            table[s] -= rate * g / math.sqrt(history[s])


def log_sum(values):
    top = max(values)
    return top + math.log(sum(math.exp(v - top) for v in values))


def fit(mails, epochs, decay, seed=1):
    model, order = Model(), list(mails)
    shuffle = random.Random(seed)
    for epoch in range(epochs):
        shuffle.shuffle(order)
        for lines, weight in order:
            model.learn(lines, weight, 0.3 if epoch < epochs * 2 // 3 else 0.1, decay)
    return model


def measure(model, mails, counted, show=0):
    """Presence and F1 of the lines whose state is in `counted`."""
    right = tp = fp = fn = 0
    for lines, _ in mails:
        path = model.decode(lines)
        want = [l.state in counted for l in lines]
        got = [s in counted for s in path]
        right += any(want) == any(got)
        tp += sum(a and b for a, b in zip(want, got))
        fp += sum(b and not a for a, b in zip(want, got))
        fn += sum(a and not b for a, b in zip(want, got))
        if show and want != got:
            show -= 1
            print("----")
            for line, state in zip(lines[-14:], path[-14:]):
                print(f"  {STATES[line.state]:<10}{STATES[state]:<10}{line.text[:90]}")
    return right / max(len(mails), 1), 2 * tp / max(2 * tp + fp + fn, 1)


def counted(spec):
    return (SIGNOFF, SIGNATURE) if ":signoff" in spec else (SIGNATURE,)


def write(model, path, sources):
    with open(path, "w", encoding="utf-8") as out:
        out.write("/* Weights of the line classifier (signature.c), written by tools/fit_zones.py.\n *\n"
                  " * LINE: what a feature speaks for; STEP: what may follow what. Columns: body, signoff,\n"
                  " * signature, tail (notices and the like behind the signature). Larger is likelier.\n"
                  f" * Fitted on: {', '.join(sources)}. */\n")
        rows = {name: row for name, row in model.line.items() if max(map(abs, row)) >= 0.05}
        fmt = lambda row: ", ".join(f"{v:6.2f}f" for v in row)
        for name in sorted(rows):
            out.write(f"LINE({name + ',':<32}{fmt(rows[name])})\n")
        for name, row in zip(["BODY", "SIGNOFF", "SIGNATURE", "TAIL", "START"], model.step):
            out.write(f"STEP({name + ',':<32}{fmt(row)})\n")


def read_examples(path):
    """Yields (sender, [(letter, text)]); blank lines have no letter."""
    sender, lines = None, []
    for row in open(path, encoding="utf-8"):
        row = row.rstrip("\n")
        if row.startswith("#"):
            continue
        if row.startswith("From: "):
            if sender:
                yield sender, lines
            sender, lines = row[6:], []
        else:
            lines.append((row[:1], row[2:]))
    yield sender, lines


def load_examples(path, weight, program):
    mails = []
    with tempfile.TemporaryDirectory() as folder:
        examples = list(read_examples(path))
        paths = [os.path.join(folder, f"{n:03}.eml") for n in range(len(examples))]
        for file, (sender, lines) in zip(paths, examples):
            with open(file, "w", encoding="utf-8") as out:
                out.write(f"From: {sender}\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
                          "Content-Transfer-Encoding: 8bit\n\n" + "\n".join(t for _, t in lines) + "\n")
        found = read_features(program, paths)
        for file, (_, lines) in zip(paths, examples):
            wanted = {plain(text) or text.strip(): letter for letter, text in lines if letter}
            for line in found[file]:
                line.state = "bost".index(wanted[line.key or line.text.strip()])
            mails.append((found[file], weight))
    print(f"{path}: {len(mails)} examples")
    return mails


def load(spec, program):
    spec, _, weight = spec.partition("=")
    if os.path.isfile(spec):
        return load_examples(spec, float(weight or 1), program)
    folder, _, kind = spec.partition(":")
    gold = [json.loads(l) for l in open(os.path.join(folder, "labels.jsonl"), encoding="utf-8") if l.strip()]
    path = lambda g: os.path.join(folder, g["file"] if "/" in g["file"] else "eml/" + g["file"])
    lines = read_features(program, [path(g) for g in gold])
    mails, left_out = [], 0
    for g in gold:
        if not lines[path(g)] or lines[path(g)][0].text.startswith("<"):
            continue
        if label(lines[path(g)], g, kind == "signoff"):
            mails.append((lines[path(g)], float(weight or 1)))
        else:
            left_out += 1
    print(f"{folder}: {len(mails)} mails, {left_out} left out (gold lines not in the text)")
    return mails


def main():
    ap = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ap.add_argument("--features", required=True, help="the zone_features program")
    ap.add_argument("--folds", type=int, default=0)
    ap.add_argument("--epochs", type=int, default=20)
    ap.add_argument("--decay", type=float, default=0.003)
    ap.add_argument("--show", type=int, default=0, help="print this many wrong mails of each fold")
    ap.add_argument("--write")
    ap.add_argument("sources", nargs="+", metavar="DIR[:signoff][=WEIGHT]")
    a = ap.parse_args()
    sets = [load(s, a.features) for s in a.sources]
    for k in range(a.folds):
        train = [m for mails in sets for i, m in enumerate(mails) if i % a.folds != k]
        model = fit(train, a.epochs, a.decay)
        for spec, mails in zip(a.sources, sets):
            presence, f1 = measure(
                model, [m for i, m in enumerate(mails) if i % a.folds == k], counted(spec), a.show)
            print(f"fold {k}  {spec:<40} presence {presence:.3f}  lines F1 {f1:.3f}", flush=True)
    if a.write:
        model = fit([m for mails in sets for m in mails], a.epochs, a.decay)
        for spec, mails in zip(a.sources, sets):
            print(f"fitted  {spec:<40} presence %.3f  lines F1 %.3f" % measure(model, mails, counted(spec)))
        names = [os.path.basename(os.path.abspath(s.split(":")[0].split("=")[0])) for s in a.sources]
        write(model, a.write, names)


if __name__ == "__main__":
    sys.exit(main())
