"""What a style says about itself, readable without loading its networks (or torch)."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import IO, Any

from exposure_app.errors import ExposureError
from exposure_app.plain_text import checked_name, printable
from exposure_app.reading import Unreadable, open_ordinary, parse_json

FORMAT = "exposure-style"
VERSION = 2  # of those that older programs cannot use: with a grade or a base; else 1
SUFFIX = ".safetensors"
KEY = "exposure"  # the entry of the file's metadata that holds the header
NEWER = {"shortcut", "look", "coded", "once", "head"}  # attributes of NetConfig that older programs do not know
MAX_HEADER = 16 << 20  # bytes; a damaged length must not ask for gigabytes


@dataclass(frozen=True)
class NetConfig:
    """Shape of the networks (paper, section 5.1 and figure 7).

    Attributes:
        channels: Of the first convolution; each of the four doubles them.
        hidden: Width of the fully connected layer.
        dropout: Share of the policy's features dropped, in training and in use: the source of one-to-many results.
        steps: Edits the agent makes.
        color_statistics: Whether value net and discriminator also see the mean colour difference planes.
        policy_statistics: Whether the policy sees the statistics planes too, and logarithms of its brightness.
        shortcut: Whether the policy's hidden layers see the planes directly too, past the convolutions and the dropout.
        look: Whether the policy is told the look to aim for (``statistics.aim``), and a network of its own says which
            look suits a photo: the source of alternatives, in place of the dropout.
        coded: Whether the networks see pictures coded for display beside their values: linear light is dark.
        head: Width of each filter's own hidden layer, behind one that all filters share; 0 gives each filter one of
            width ``hidden`` on the features themselves, as in the paper, which is most of a style's size.
        once: Whether the policy never chooses a filter twice, instead of being told so by a penalty.
    """

    channels: int = 32
    hidden: int = 128
    dropout: float = 0.5
    steps: int = 5
    color_statistics: bool = False
    policy_statistics: bool = False
    shortcut: bool = False
    look: bool = False
    coded: bool = False
    once: bool = False
    head: int = 0

    def __post_init__(self) -> None:
        whole = all(type(n) is int and 1 <= n <= 4096 for n in (self.channels, self.hidden, self.steps))
        head = type(self.head) is int and 0 <= self.head <= 4096
        flags = all(isinstance(getattr(self, entry.name), bool) for entry in fields(self) if entry.type is bool)
        if not (whole and head and flags and 0 <= self.dropout < 1 and self.steps <= 20):
            raise ExposureError(f"These sizes of networks are out of range: {asdict(self)}")

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data. What older programs do not know is left out where it is off."""
        return {name: value for name, value in asdict(self).items() if name not in NEWER or value}


@dataclass(frozen=True)
class Base:
    """A style that came with the program and that others build on.

    Attributes:
        name: Of the style.
        digest: Of its weights, see ``style.digest``.
    """

    name: str
    digest: str

    def __post_init__(self) -> None:
        if not all(type(text) is str for text in (self.name, self.digest)):
            raise TypeError
        if not self.name or not all(letter.isalnum() or letter in "-_" for letter in self.name):
            raise ValueError  # it becomes the name of a file


@dataclass(frozen=True)
class StyleHeader:
    """Everything about a style but its weights.

    Attributes:
        name: File name without suffix, and what recipes call it.
        title: What people see.
        description: One or two sentences.
        net: Shape of the networks.
        filters: Signatures (``Filter.signature``) of the filters it was trained with, in the order of its outputs.
        grade: Steps, as recipes store them, that every photo gets after those that the agent chooses for it.
        base: The style that holds the weights which this one's file has not; None if it has all.
        facts: How it was trained: data, split, configuration, device, time.
        figures: How well, on photos that training never saw.
        path: The file it was read from; not stored.
    """

    name: str
    title: str = ""
    description: str = ""
    net: NetConfig = field(default_factory=NetConfig)
    filters: tuple[str, ...] = ()
    grade: tuple[Mapping[str, Any], ...] = ()
    base: "Base | None" = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    path: Path | None = field(default=None, compare=False)

    @property
    def length(self) -> int:
        """How many steps its recipes have."""
        return self.net.steps + len(self.grade)

    @property
    def filter_ids(self) -> tuple[str, ...]:
        """Ids of the filters, in the order of the agent's outputs."""
        return tuple(signature.split("/", 1)[0] for signature in self.filters)

    def dumps(self) -> str:
        """As JSON text."""
        entries = {entry.name: getattr(self, entry.name) for entry in fields(self) if entry.name != "path"}
        later = {"grade": list(self.grade), "base": asdict(self.base) if self.base else None}
        entries = {name: value for name, value in (entries | later).items() if name not in later or value}
        version = VERSION if entries.keys() & later.keys() else 1
        entries["net"] = self.net.to_json()
        entries |= {"title": printable(self.title), "description": printable(self.description)}  # what loads takes
        return json.dumps({"format": FORMAT, "version": version, **entries}, allow_nan=False)


def loads(text: str, path: Path) -> StyleHeader:
    """The header that ``StyleHeader.dumps`` wrote.

    Raises:
        ExposureError: Not a header, of a newer version, of an agent that sets masks, or anything in it unknown or of
            the wrong type.
    """
    try:
        data = parse_json(text)
    except Unreadable:
        raise damaged(path) from None
    if not isinstance(data, dict) or data.pop("format", None) != FORMAT:
        raise foreign(path)
    version = data.pop("version", None)
    if type(version) is not int or version < 1:
        raise damaged(path)
    if version > VERSION:
        raise ExposureError(
            f"The style {path.name} has version {version}, but this program reads up to {VERSION}",
            "Update the program.",
        )
    net = data.pop("net", None)
    if isinstance(net, dict) and net.get("masks") is True:
        raise ExposureError(
            f"The style {path.name} sets masks of its own, which this program no longer does", "Train it again."
        )
    try:
        if net.pop("masks", False) is not False:
            raise damaged(path)
        header = StyleHeader(
            name=_typed(data.pop("name"), str) and checked_name(path.stem, "Its name"),  # a renamed file's new one
            title=checked_name(data.pop("title"), "Its title"),
            description=printable(_typed(data.pop("description"), str)),
            net=NetConfig(**net),
            filters=tuple(_typed(signature, str) for signature in data.pop("filters")),
            grade=tuple(_typed(step, dict) for step in _typed(data.pop("grade", []), list)),
            base=Base(**data.pop("base")) if "base" in data else None,
            facts=_typed(data.pop("facts"), dict),
            figures=_typed(data.pop("figures"), dict),
            path=path,
        )
    except (AttributeError, KeyError, TypeError, ValueError, ExposureError):
        raise damaged(path) from None
    if data or not header.filters:
        raise damaged(path)
    return header


def read_header(path: Path) -> StyleHeader:
    """The header of a style's file: the JSON at its start (safetensors: 8 bytes of length, then as many of JSON).

    Raises:
        ExposureError: The file is missing, unreadable or not a style.
    """
    try:
        with open_ordinary(path) as stream:
            return header_in(stream, path)
    except FileNotFoundError:
        raise ExposureError(f"There is no style at {path}", "Check the path.") from None
    except OSError as error:
        raise unreadable(path, error) from None


def header_in(stream: IO[bytes], path: Path) -> StyleHeader:
    """The header at the beginning of a style's bytes; ``path`` is where they are from. Errors as ``read_header``."""
    return loads(_read_table(stream, path)["__metadata__"][KEY], path)


def copy_style(source: Path, target: Path, **changes: Any) -> StyleHeader:
    """Write a style's file again with changes in its header, the weights byte for byte as they are; all or nothing.

    Args:
        source: A style's file; it may be the target itself.
        target: Where the copy goes. Its name is the style's name.
        changes: Attributes of ``StyleHeader``, such as ``title``.

    Returns:
        The header of the copy.

    Raises:
        ExposureError: The source is no style, or one of the files cannot be read or written.
    """
    from exposure_app.atomic import atomic_path

    header = replace(read_header(source), name=target.stem, path=target, **changes)
    with atomic_path(target) as temporary:
        try:
            stream = open_ordinary(source)
        except OSError as error:
            raise unreadable(source, error) from None
        with stream, temporary.open("wb") as copy:
            table = _read_table(stream, source)
            table["__metadata__"][KEY] = header.dumps()
            text = json.dumps(table, separators=(",", ":")).encode()
            text += b" " * (-len(text) % 8)  # the weights stay aligned
            copy.write(len(text).to_bytes(8, "little") + text)
            shutil.copyfileobj(stream, copy, 1 << 20)
    return header


def same_weights(one: Path, other: Path) -> bool:
    """Whether two styles retouch alike: they may have other names and descriptions.

    Raises:
        ExposureError: One of them is no style or cannot be read.
    """
    path = one
    try:
        with open_ordinary(one) as first, open_ordinary(other) as second:
            headers = []
            for stream, path in ((first, one), (second, other)):
                headers.append(loads(_read_table(stream, path)["__metadata__"][KEY], path))
            if (headers[0].grade, headers[0].base) != (headers[1].grade, headers[1].base):
                return False
            parts = iter(lambda: (first.read(1 << 20), second.read(1 << 20)), (b"", b""))
            return all(left == right for left, right in parts)
    except OSError as error:
        raise unreadable(path, error) from None


def list_styles() -> list[StyleHeader]:
    """The styles at hand, the user's before those that came with the program; broken files are left out."""
    found: dict[str, StyleHeader] = {}
    for folder in _folders():
        for path in sorted(folder.glob(f"[!.]*{SUFFIX}")):  # hidden ones are being written
            try:
                header = read_header(path)
            except ExposureError:
                continue  # naming it in load_style says what is wrong with it
            found.setdefault(path.stem, header)
    return list(found.values())


def find_style(name_or_path: str | Path) -> Path:
    """The file of a style, given by its path or its name.

    Raises:
        ExposureError: There is no such file, or no style of that name; the hint lists the names there are.
    """
    given = Path(name_or_path)
    if given.suffix == SUFFIX or given.is_file():
        if given.is_file():
            return given
        raise ExposureError(f"There is no style at {given}", "Check the path.")
    name = str(name_or_path)
    if name and given.name == name:  # a bare name, no way out of the folders
        for folder in _folders():
            path = folder / f"{name}{SUFFIX}"
            if path.is_file():
                return path
    known = ", ".join(header.name for header in list_styles())
    raise ExposureError(f"There is no style called {name}", f"Known styles: {known}." if known else "Train one first.")


def foreign(path: Path) -> ExposureError:
    """The error for a file that is something else."""
    return ExposureError(f"{path.name} is not a style of Exposure", f"A style is a {SUFFIX} file made by training.")


def damaged(path: Path) -> ExposureError:
    """The error for a file that is a style but cannot be used."""
    return ExposureError(f"The style {path.name} is damaged", "Copy it again or train it again.")


def unreadable(path: Path, error: OSError) -> ExposureError:
    """The error for a file that the system does not give."""
    return ExposureError(f"Cannot read the style {path}: {error.strerror}", "Check its permissions.")


def _read_table(stream: IO[bytes], path: Path) -> dict[str, Any]:
    """The JSON at the start of a safetensors file; its metadata holds our header as a text."""
    length = int.from_bytes(stream.read(8), "little")
    if not 2 <= length <= MAX_HEADER:
        raise foreign(path)
    text = stream.read(length)
    try:
        table: dict[str, Any] = parse_json(text)
        entry = table["__metadata__"][KEY]
    except (Unreadable, KeyError, TypeError):
        raise foreign(path) from None
    if len(text) < length or not isinstance(entry, str):
        raise damaged(path)
    return table


def _folders() -> list[Path]:
    from exposure_app import paths

    return [paths.user_styles_dir(), paths.models_dir()]


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise TypeError
    return value
