"""Changes to files: those of bad disks and cut cables, and those that somebody makes on purpose."""

import json
import random
import re
from typing import Any

_EDGES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF)
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null')
# What breaks readers of JSON, as it is written.
HOSTILE = (
    "9" * 5000, "1" + "0" * 400, "-1e999", "NaN", "Infinity", "-Infinity", "null", "true", "[]", "{}", "-1", "0",
    "1e308", "2.5", "1e-320", "[" * 3000 + "]" * 3000, "[" * 100_000, r'"\ud800"', r'"\u0000"', r'"\u001b[2J"',
    r'"\u202ecod"', '""', '"' + "x" * 70_000 + '"', '"../../victim/precious"', '"/etc/passwd"', r'"a\\"', '"*/"',
    r'"x\"\"\"\nopen(\"victim/pwned\", \"w\")\n\"\"\""',
)  # fmt: skip


def damaged(content: bytes, chance: random.Random, most: int = 6) -> bytes:
    """Bytes with a few of them changed, taken out, put in twice or cut off."""
    changed = bytearray(content)
    for _ in range(chance.randint(1, most)):
        _CHANGES[chance.randrange(len(_CHANGES))](changed, chance)
    return bytes(changed)


def damaged_text(text: str, chance: random.Random) -> bytes:
    """A JSON text (or lines of it) with values of other kinds in it, or damaged as bytes."""
    if chance.random() < 0.25:
        return damaged(text.encode(), chance, 3)
    for _ in range(chance.randint(1, 3)):
        tokens = list(_TOKEN.finditer(text))
        if not tokens:
            break
        token = chance.choice(tokens)
        text = text[: token.start()] + chance.choice(HOSTILE) + text[token.end() :]
        if len(text) > 1_000_000:
            break
    return text.encode("utf-8", "surrogatepass")


def reshaped(data: Any, chance: random.Random) -> Any:
    """JSON data with an entry gone, doubled or moved."""
    data = json.loads(json.dumps(data))
    place = data
    while isinstance(place, dict | list) and place:
        key = chance.choice(list(place)) if isinstance(place, dict) else chance.randrange(len(place))
        if chance.random() < 0.5 or not isinstance(place[key], dict | list):
            if isinstance(place, dict) and chance.random() < 0.5:
                place[f"{key}_"] = place.pop(key)
            else:
                del place[key]
            break
        place = place[key]
    return data


def _flip(content: bytearray, chance: random.Random) -> None:
    if content:
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)


def _edge(content: bytearray, chance: random.Random) -> None:
    """A number that is at the end of what its bytes can hold, preferably in the header."""
    size = chance.choice((1, 2, 4))
    reach = len(content) if chance.random() < 0.3 else min(len(content), 512)
    if reach > size:
        at = chance.randrange(reach - size)
        value = chance.choice(_EDGES) & ((1 << 8 * size) - 1)
        content[at : at + size] = value.to_bytes(size, chance.choice(("little", "big")))


def _noise(content: bytearray, chance: random.Random) -> None:
    if content:
        at, size = chance.randrange(len(content)), chance.randint(1, 64)
        content[at : at + size] = chance.randbytes(min(size, len(content) - at))


def _cut(content: bytearray, chance: random.Random) -> None:
    if content:
        del content[chance.randrange(len(content)) :]


def _take_out(content: bytearray, chance: random.Random) -> None:
    if content:
        at = chance.randrange(len(content))
        del content[at : at + chance.randint(1, 200)]


def _double(content: bytearray, chance: random.Random) -> None:
    if content:
        at, size = chance.randrange(len(content)), chance.randint(1, 2000)
        content[at:at] = content[at : at + size]


def _hole(content: bytearray, chance: random.Random) -> None:
    """What a file system leaves of a block that was never written."""
    if content:
        at = chance.randrange(len(content)) & ~511
        size = min(len(content) - at, 512 * chance.randint(1, 8))
        content[at : at + size] = bytes(size)


_CHANGES = (_flip, _flip, _edge, _edge, _noise, _cut, _take_out, _double, _hole)
