"""News of a training run, for whoever watches it: the terminal, a program that started it, a script."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "reading", "skipped", "progress", "validation", "checkpoint", "rollback", "stopped", "done", "error"
]  # fmt: skip


@dataclass(frozen=True)
class Event:
    """One piece of news; docs/training.md says what each kind carries.

    Attributes:
        kind: What happened.
        iteration: Of the actor; None before training.
        share: Of the run, 0 to 1; None where it means nothing.
        facts: The rest, by name: plain JSON data.
    """

    kind: Kind
    iteration: int | None = None
    share: float | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As one flat object of plain JSON data."""
        where = {"iteration": self.iteration, "share": self.share}
        return {"event": self.kind, **{name: value for name, value in where.items() if value is not None}, **self.facts}


Tell = Callable[[Event], None]


def ignore(event: Event) -> None:
    """For those who do not watch."""
