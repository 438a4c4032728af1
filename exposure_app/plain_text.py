r"""Texts from files are data: what is refused as a name, and one function for every language a text is written into.

A recipe, a style, a picture's metadata or a file's name may come from a stranger. What is written into Python, GLSL, a
.cube, a profile of RawTherapee, XML or the terminal goes through the function for that language here, wherever the text
is from: then no character of it can end a string, a comment or a line, or move the cursor.
"""

import re

from exposure_app.errors import ExposureError

# Control characters, line and paragraph separators, what turns the direction of writing or cannot be seen, surrogates
# and what is no character. Joiners (U+200C, U+200D) stay: Persian and emoji need them.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\ufdd0-\ufdef\U000e0000-\U000e007f]"
)
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_COMMENT = re.compile(r"[^ -\[\]-~]")  # a backslash at its end would draw the next line into the comment
_IN_KEY_FILE = {"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
_BYTE = range(0xDC80, 0xDD00)  # how Python holds a byte of a file's name that is no UTF-8


def is_printable(text: str) -> bool:
    """Whether a text has nothing in it that a person cannot see, or that does something to the text around it."""
    return _UNPRINTABLE.search(text) is None


def checked_name(name: object, what: str, longest: int | None = None) -> str:
    """A name from a file.

    Args:
        name: What the file says.
        what: What it is the name of, to begin a sentence with.
        longest: Characters.

    Raises:
        ExposureError: It is no text, too long, or has characters that cannot be seen.
    """
    if not isinstance(name, str) or (longest is not None and len(name) > longest):
        limit = "" if longest is None else f" of at most {longest} characters"
        raise ExposureError(f"{what} must be a text{limit}")
    found = _UNPRINTABLE.search(name)
    if found is not None:
        raise ExposureError(f"{what} has a character that cannot be shown (U+{ord(found.group()):04X})")
    return name


def printable(text: str) -> str:
    """A text that a person has typed or a file tells, on one line; unprintable characters in it are spaces."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def for_terminal(text: str) -> str:
    r"""On one line of a terminal: what could do something there is written out, such as ``\x1b``."""
    return _UNPRINTABLE.sub(lambda found: _escape(found.group()), text)


def for_python(text: str) -> str:
    """A literal of Python, quotes and all; nothing but ASCII, so that it reads as it runs."""
    return ascii(text)


def for_comment(text: str) -> str:
    """Within a comment of GLSL, or any other that ends with its line."""
    return _NOT_IN_COMMENT.sub("?", text)


def for_cube(text: str) -> str:
    """Between the quotes of a .cube file's title."""
    return for_comment(text).replace('"', "'")


def for_key_file(text: str) -> str:
    """A value in a key file of GLib, which RawTherapee's profiles are; see ``from_key_file``."""
    return _NOT_IN_TEXT.sub("?", "".join(_IN_KEY_FILE.get(character, character) for character in text))


def from_key_file(text: str) -> str:
    """The value that ``for_key_file`` wrote."""
    known = {escaped: character for character, escaped in _IN_KEY_FILE.items()}
    return re.sub(r"\\.", lambda found: known.get(found.group(), found.group()), text)


def for_xml(text: str) -> str:
    """In XML 1.0, before its own characters are escaped: what it cannot hold at all is replaced."""
    return _NOT_IN_TEXT.sub("\ufffd", text.replace("\r", " "))  # readers make one line break of it and what follows


def _escape(character: str) -> str:
    code = ord(character)
    if code in _BYTE:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
