"""Generates shared AWS files: realistic templates with one to four mutations each.

The same seed gives the same files. `generate(seed, count)` yields dicts with `id`, `config` and `credentials`
(text, or None for a missing file). About one file in 300 is not valid UTF-8: it is then bytes, not text.

    generate.py [--seed SEED] [--count COUNT]     prints them, one JSON line each (bytes as base64)
"""

import argparse
import base64
import json
import random

from templates import CONFIG, CREDENTIALS
from words import BEHIND_BRACKET, HEADERS, KEYS, LETTERS, LINES, SPACES, VALUES


def at(rng, lines, wanted):
    """The number of a random line for which `wanted` holds, or None."""
    numbers = [number for number, line in enumerate(lines) if wanted(line)]
    return rng.choice(numbers) if numbers else None


def is_header(line):
    return line.strip(" \t").startswith("[")


def is_key(line):
    return "=" in line and not is_header(line)


def on_line(wanted):
    """Turns a mutation of a single line, which returns one or more lines, into a mutation of all lines."""

    def wrap(change):
        def mutate(rng, lines):
            number = at(rng, lines, wanted)
            if number is not None:
                instead = change(rng, lines[number])
                lines[number : number + 1] = [instead] if isinstance(instead, str) else instead

        return mutate

    return wrap


@on_line(is_header)
def text_behind_bracket(rng, line):
    return line + rng.choice(BEHIND_BRACKET)


@on_line(is_header)
def other_header(rng, _):
    return rng.choice(HEADERS)


@on_line(is_header)
def header_with_space(rng, line):
    """White space before, after or inside a header, or instead of its space."""
    places = [place for place, char in enumerate(line) if char in "[] "] + [len(line)]
    place = rng.choice(places)
    skip = rng.choice([0, 1]) if line[place : place + 1] == " " else rng.choice([0, 0, -1])
    if skip < 0:
        place += 1
    return line[:place] + rng.choice(SPACES) + line[place + max(skip, 0) :]


@on_line(is_header)
def quoted_name(rng, line):
    quote = rng.choice("'\"")
    inner = line.strip()[1:-1]
    first, blank, name = inner.partition(" ")
    if blank and rng.random() < 0.8:
        return f"[{first} {quote}{name}{quote}]"
    return rng.choice([f"[{quote}{inner}{quote}]", f"[{inner}{quote}]", f"[{quote}{inner}]"])


@on_line(is_header)
def same_header_again(rng, line):
    again = rng.choice(
        [line, line, line.upper(), line.title(), line.replace(" ", "  "), line.replace("[profile ", "[")]
    )
    return [line, rng.choice(["region = eu-west-9", "output = text", "", "s3 =", "REGION=x"]), again]


@on_line(is_header)
def letter_in_header(rng, line):
    place = rng.randrange(len(line) + 1)
    return line[:place] + rng.choice(LETTERS) + line[place + rng.choice([0, 0, 1]) :]


@on_line(is_key)
def same_key_again(rng, line):
    name, _, _ = line.partition("=")
    again = rng.choice([name, name, name.upper(), name.title(), " " + name])
    return [line, again + "=" + rng.choice([" other", "", " x"])]


@on_line(is_key)
def other_value(rng, line):
    name, _, _ = line.partition("=")
    return name + rng.choice(["=", "= ", " = ", ":", " : ", "=\t", "  =  "]) + rng.choice(VALUES)


@on_line(is_key)
def quoted_value(rng, line):
    name, _, value = line.partition("=")
    quote = rng.choice("'\"")
    return f"{name}= {quote}{value.strip()}{quote}" + rng.choice(["", "", " # c", " ", "#c", "\r", "\u00a0"])


@on_line(is_key)
def comment_behind_value(rng, line):
    return line + rng.choice(
        [" # c", " ; c", "#c", ";c", "\t# c", "\u00a0# c", " #", " ;", "\x0b;c", " // c", " # a = b", "  ;[x]"]
    )


@on_line(is_key)
def indented_key(rng, line):
    return rng.choice(SPACES) * rng.choice([1, 1, 2, 4]) + line


@on_line(is_key)
def key_case(rng, line):
    name, sign, value = line.partition("=")
    return rng.choice([name.upper(), name.title(), name.swapcase(), name[:1].upper() + name[1:]]) + sign + value


@on_line(is_key)
def other_separator(rng, line):
    return line.replace(
        "=", rng.choice([":", " ", "==", "=:", ":=", " : ", "\u00a0=\u00a0", "\x0b=", "=\u3000", "＝"]), 1
    )


@on_line(is_key)
def continued_value(rng, line):
    more = rng.choice(
        ["more", "a = b", "# c", "a = b # c", "[x]", "key: value", "= x", "region = eu-west-7", "  deeper = 1", "''"]
    )
    return [line, rng.choice([" ", "  ", "\t", "\u00a0", "    "]) + more]


@on_line(is_key)
def emptied_value(rng, line):
    name, _, value = line.partition("=")
    lines = [name + rng.choice(["=", "= ", " =", "= # c"])]
    for _ in range(rng.randrange(3)):
        nested = rng.choice(
            [
                "a = b",
                "region = nested",
                "words",
                "a = b # c",
                "# c",
                "",
                "a =",
                "  b = c",
                "= x",
                "a : b",
                "A = b",
                "a=b",
                "a = 'b'",
                "a\x85b=c",
            ]
        )
        lines.append(rng.choice([" ", "  ", "\t", "    "]) + nested)
    return lines if rng.random() < 0.7 else [*lines, "  " + name + "=" + value]


@on_line(lambda line: bool(line))
def letter_in_line(rng, line):
    place = rng.randrange(len(line) + 1)
    return line[:place] + rng.choice(LETTERS + SPACES) + line[place + rng.choice([0, 0, 1]) :]


@on_line(lambda line: bool(line))
def space_around_line(rng, line):
    return rng.choice([rng.choice(SPACES) + line, line + rng.choice(SPACES)])


@on_line(lambda _: True)
def other_line(rng, line):
    added = rng.choice(LINES)
    return rng.choice([[line, added], [added, line], [added]])


@on_line(lambda _: True)
def another_section(rng, line):
    section = [rng.choice(HEADERS)] + [f"{rng.choice(KEYS)} = {rng.choice(VALUES)}" for _ in range(rng.randrange(3))]
    return rng.choice([[line, *section], [*section, line]])


@on_line(lambda _: True)
def another_key(rng, line):
    key = (
        rng.choice(["", "", "", " ", "\t"])
        + rng.choice(KEYS)
        + rng.choice(["=", " = ", " : ", " =", ":"])
        + rng.choice(VALUES)
    )
    return rng.choice([[line, key], [key, line]])


@on_line(lambda _: True)
def removed_line(_, _line):
    return []


@on_line(lambda line: bool(line))
def removed_letter(rng, line):
    place = rng.randrange(len(line))
    return line[:place] + line[place + 1 :]


@on_line(lambda line: bool(line))
def very_long_line(rng, line):
    return line + rng.choice(["x", " ", "#", "\t"]) * 5000


def moved_line(rng, lines):
    if lines:
        lines.insert(rng.randrange(len(lines)), lines.pop(rng.randrange(len(lines))))


def all_indented(rng, lines):
    indent = rng.choice(["  ", "\t", " "])
    lines[:] = [indent + line if line and (rng.random() < 0.9) else line for line in lines]


def keys_indented(rng, lines):
    indent = rng.choice(["  ", "\t", "    "])
    lines[:] = [line if is_header(line) or not line else indent + line for line in lines]


LINE_MUTATIONS = [
    text_behind_bracket,
    text_behind_bracket,
    other_header,
    other_header,
    header_with_space,
    header_with_space,
    quoted_name,
    same_header_again,
    letter_in_header,
    letter_in_header,
    same_key_again,
    other_value,
    other_value,
    quoted_value,
    comment_behind_value,
    indented_key,
    key_case,
    other_separator,
    continued_value,
    continued_value,
    emptied_value,
    emptied_value,
    letter_in_line,
    letter_in_line,
    space_around_line,
    other_line,
    other_line,
    another_section,
    another_section,
    another_key,
    another_key,
    removed_line,
    removed_letter,
    moved_line,
    all_indented,
    keys_indented,
]


def whole_text(rng, text):
    """Rare changes of the whole text: byte order mark, line ends, no newline at the end."""
    if rng.random() < 0.04:
        text = "\ufeff" + text
    chance = rng.random()
    if chance < 0.06:
        text = text.replace("\n", "\r\n")
    elif chance < 0.08:
        text = text.replace("\n", "\r")
    elif chance < 0.10:
        text = "".join(rng.choice(["\n", "\r\n", "\n", "\n\n", "\r"]) if char == "\n" else char for char in text)
    if rng.random() < 0.10:
        text = text.rstrip("\n")
    return text


def not_utf8(rng, text):
    coded = text.encode()
    place = rng.randrange(len(coded) + 1)
    return coded[:place] + rng.choice([b"\xff", b"\xe9", b"\xc3", b"\xed\xa0\x80", b"\xfe\xff"]) + coded[place:]


def mutated(rng, templates):
    text = rng.choice(templates)
    if rng.random() < 0.15:
        text += "\n" + rng.choice(templates)
    lines = text.split("\n")
    for _ in range(rng.choice([0, 1, 1, 1, 2, 2, 3, 4])):
        rng.choice(LINE_MUTATIONS)(rng, lines)
    if rng.random() < 0.002:
        very_long_line(rng, lines)
    text = whole_text(rng, "\n".join(lines))
    if rng.random() < 1 / 300:
        return not_utf8(rng, text)
    return text


def generate(seed, count):
    """Yields `count` pairs of files. Pair N of a seed does not depend on the count."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        which = rng.random()
        yield {
            "id": number,
            "config": mutated(rng, CONFIG) if which < 0.75 else None,
            "credentials": mutated(rng, CREDENTIALS) if which > 0.45 else None,
        }


def as_request(pair):
    """The pair as JSON: bytes become base64 with a separate key."""
    request = {"id": pair["id"]}
    for name in ("config", "credentials"):
        content = pair[name]
        request[name] = None if isinstance(content, bytes) else content
        if isinstance(content, bytes):
            request[name + "_base64"] = base64.b64encode(content).decode()
    return request


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", default="1")
    parser.add_argument("--count", type=int, default=20)
    options = parser.parse_args()
    for pair in generate(options.seed, options.count):
        print(json.dumps(as_request(pair)))


if __name__ == "__main__":
    main()
