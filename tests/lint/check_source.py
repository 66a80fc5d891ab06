#!/usr/bin/env python3
"""Checks of the source tree that no compiler makes.

  layers      src/LAYER includes only headers of itself and of the layers below
  size        files of at most 500 lines, functions of at most 100
  globals     no mutable variable at file scope outside src/cli/main.c
  banned      functions that do not check bounds, or hold hidden state
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
ORDER = ["base", "mail", "text", "zone", "contact", "rules", "signal", "learn", "pipeline", "source", "nats",
         "sink", "run", "store", "enrich", "lib", "cli"]
# Headers in include/mailsignal/ that belong to a layer of another name.
OWNER = {"arena": "base", "defects": "base", "diag": "base", "digest": "base", "json": "base", "rule_book": "rules",
         "limits": "base", "sbuf": "base", "span": "base", "utf8": "base", "html": "mail",
         "record": "pipeline", "mailsignal": "pipeline"}
MAY_NOT = {"mail": {"text"}, "rules": {"mail", "zone", "contact"}, "text": {"mail"},
           "contact": {"rules", "signal"}, "signal": {"contact"}}
BANNED = re.compile(r"(?<![\w.>])(strcpy|strcat|sprintf|gets|strtok|asctime|ctime|gmtime|localtime|"
                    r"atoi|atol|system|tmpnam)\s*\(")
# Filled once by lexicon_init() before threads start, and only read afterwards.
KNOWN_GLOBALS = {("src/contact/lexicon.c", "table")}
faults = []


def fault(path, line, text):
    faults.append(f"{path.relative_to(ROOT)}:{line}: {text}")


def layer_of(include):
    head, _, rest = include.partition("/")
    if head == "mailsignal":
        name = rest.removesuffix(".h")
        return OWNER.get(name, name)
    return head


def check_includes(path, layer, lines):
    for number, line in enumerate(lines, 1):
        found = re.match(r'#include "([^"]+)"', line)
        if not found:
            continue
        other = layer_of(found.group(1))
        if other not in ORDER:
            continue
        # origin and record types are shared vocabulary of the edges
        if layer in ("source",) and found.group(1) == "mailsignal/record.h":
            continue
        if ORDER.index(other) > ORDER.index(layer) or other in MAY_NOT.get(layer, ()):
            fault(path, number, f"layer {layer} includes {found.group(1)} of layer {other}")


def check_sizes(path, lines):
    if len(lines) > 500:
        fault(path, len(lines), f"{len(lines)} lines; split the file at 500")
    start = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{") or re.match(r"^[A-Za-z_].*\)\s*\{$", line):
            start = number
        if line.startswith("}") and start:
            if number - start > 100:
                fault(path, start, f"function of {number - start} lines")
            start = None


def check_globals(path, lines):
    if path.name == "main.c":
        return
    for number, line in enumerate(lines, 1):
        found = re.match(r"^(static\s+)?(?!const\b|struct\s+\w+\s*[{;]|enum\b|typedef\b|return\b|extern\b)"
                         r"[A-Za-z_][\w \*]*[ \*](\w+)(\[[^\]]*\])*\s*(=|;)", line)
        if found and (str(path.relative_to(ROOT)), found.group(2)) in KNOWN_GLOBALS:
            continue
        if found and "const" not in line and "(" not in line.split("=")[0]:
            fault(path, number, f"mutable global '{found.group(2)}'")


for path in sorted((ROOT / "src").rglob("*.[ch]")):
    lines = path.read_text(encoding="utf-8").splitlines()
    layer = path.relative_to(ROOT / "src").parts[0]
    check_includes(path, layer, lines)
    check_sizes(path, lines)
    check_globals(path, lines)
    for number, line in enumerate(lines, 1):
        if BANNED.search(line):
            fault(path, number, f"banned function {BANNED.search(line).group(1)}")
for line in faults:
    print(line)
print(f"{len(faults)} faults")
sys.exit(bool(faults))
