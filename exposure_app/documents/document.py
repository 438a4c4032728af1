"""A photo being edited: its recipe, how it came about, and other versions of it.

A document belongs to one thread. What is handed to other threads, to be saved, is its frozen ``State``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from exposure_app.pipeline.recipe import Recipe

MAX_ENTRIES = 200
REPLANNED = "replanned"  # key of entries in which the agent went on from a person's steps


@dataclass(frozen=True)
class HistoryEntry:
    """One line of the history.

    Attributes:
        label: What was done; empty for the state the photo was opened in.
        recipe: The result.
        key: Edits in a row with the same key, such as one drag of a slider, are one entry. Not stored.
    """

    label: str
    recipe: Recipe
    key: str = ""


@dataclass(frozen=True)
class Version:
    """One way of editing the photo: the first, or a virtual copy.

    Attributes:
        name: Empty for the first version.
        entries: The history, never empty.
        at: Index of the entry that is shown.
    """

    name: str
    entries: tuple[HistoryEntry, ...]
    at: int = 0

    @property
    def recipe(self) -> Recipe:
        """The recipe that is shown."""
        return self.entries[self.at].recipe


@dataclass(frozen=True)
class Snapshot:
    """A recipe kept under a name."""

    name: str
    recipe: Recipe


@dataclass(frozen=True)
class State:
    """Everything about a document that outlives the session.

    Attributes:
        versions: The first one is what the sidecar holds.
        active: Index of the version that is shown.
        snapshots: In the order they were taken.
    """

    versions: tuple[Version, ...]
    active: int = 0
    snapshots: tuple[Snapshot, ...] = field(default=())

    @property
    def version(self) -> Version:
        """The version that is shown."""
        return self.versions[self.active]

    def with_version(self, version: Version) -> "State":
        """The same with another version in place of the active one."""
        return replace(self, versions=(*self.versions[: self.active], version, *self.versions[self.active + 1 :]))


def fresh_state(recipe: Recipe) -> State:
    """The state of a photo without history."""
    return State((Version("", (HistoryEntry("", recipe),)),))


class Document:
    """The recipe of one photo with undo, snapshots and virtual copies.

    Attributes:
        neutral: The recipe of the photo without edits, what "before" shows.
        changed: Called after every change of the state.
    """

    def __init__(self, state: State, neutral: Recipe) -> None:
        self.neutral = neutral
        self.changed: Callable[[], None] = lambda: None
        self._state = state
        self._saved = state
        self._merging = False

    # --- what is there ---

    @property
    def state(self) -> State:
        """The frozen state, safe to save from another thread."""
        return self._state

    @property
    def recipe(self) -> Recipe:
        """The recipe that is shown."""
        return self._state.version.recipe

    @property
    def entries(self) -> tuple[HistoryEntry, ...]:
        """The history of the active version."""
        return self._state.version.entries

    @property
    def at(self) -> int:
        """Index in ``entries`` of what is shown."""
        return self._state.version.at

    @property
    def is_dirty(self) -> bool:
        """Whether something is not saved yet."""
        return self._state is not self._saved

    @property
    def is_edited(self) -> bool:
        """Whether the photo looks different from its neutral rendering."""
        recipe, neutral = self.recipe, self.neutral
        before_steps = [(r.geometry, r.develop) for r in (recipe, neutral)]
        return recipe.edits() != neutral.edits() or before_steps[0] != before_steps[1]

    @property
    def proposal(self) -> Recipe | None:
        """What the agent proposed before a person changed it: the first of the entries with its style and seed.

        Or the last that was planned again, with the steps that the agent was given.
        """
        shown, found = self.recipe, None
        if not shown.style:
            return None
        for entry in reversed(self.entries[: self.at + 1]):
            if (entry.recipe.style, entry.recipe.seed) != (shown.style, shown.seed):
                break
            found = entry.recipe
            if entry.key == REPLANNED:
                break
        return found

    def mark_saved(self, state: State) -> None:
        """Remember what was saved; what changed meanwhile stays dirty."""
        self._saved = state

    # --- editing and undo ---

    def edit(self, recipe: Recipe, label: str, key: str = "") -> bool:
        """Make a recipe the current one.

        Args:
            recipe: The new recipe.
            label: What was done, for the history.
            key: See ``HistoryEntry``; empty never merges.

        Returns:
            False if nothing is different.
        """
        version = self._state.version
        if recipe == version.recipe:
            return False
        kept = version.entries[: version.at + 1]
        if self._merging and key and version.at > 0 and kept[-1].key == key:
            kept = kept[:-1]
        if len(kept) >= MAX_ENTRIES:
            kept = (kept[0], *kept[2:])
        self._show(Version(version.name, (*kept, HistoryEntry(label, recipe, key)), len(kept)))
        self._merging = True
        return True

    def end_merge(self) -> None:
        """What follows is an entry of its own even if its key is the same."""
        self._merging = False

    @property
    def can_undo(self) -> bool:
        """Whether there is something to undo."""
        return self.at > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is something to redo."""
        return self.at < len(self.entries) - 1

    def undo(self) -> None:
        """Go back one entry, if there is one."""
        self.jump(self.at - 1)

    def redo(self) -> None:
        """Go forward one entry, if there is one."""
        self.jump(self.at + 1)

    def jump(self, at: int) -> None:
        """Show an entry of the history; an index that does not exist does nothing."""
        self.end_merge()
        if 0 <= at < len(self.entries) and at != self.at:
            self._show(replace(self._state.version, at=at))

    # --- snapshots and virtual copies ---

    def take_snapshot(self, name: str) -> None:
        """Keep the current recipe under a name; one of the same name is replaced."""
        others = tuple(snapshot for snapshot in self._state.snapshots if snapshot.name != name)
        self._set(replace(self._state, snapshots=(*others, Snapshot(name, self.recipe))))

    def adopt_snapshots(self, snapshots: Sequence[Snapshot]) -> None:
        """Take over snapshots that were made elsewhere; those whose names are here already stay as they are."""
        taken = {snapshot.name for snapshot in self._state.snapshots}
        new = tuple(snapshot for snapshot in snapshots if snapshot.name not in taken)
        if new:
            self._set(replace(self._state, snapshots=(*self._state.snapshots, *new)))

    def delete_snapshot(self, name: str) -> None:
        """Forget a snapshot."""
        kept = tuple(snapshot for snapshot in self._state.snapshots if snapshot.name != name)
        self._set(replace(self._state, snapshots=kept))

    def add_copy(self, name: str) -> None:
        """Start a virtual copy from the current recipe and show it."""
        copy = Version(name, (HistoryEntry("", self.recipe),))
        state = self._state
        self._set(replace(state, versions=(*state.versions, copy), active=len(state.versions)))

    def show_copy(self, active: int) -> None:
        """Show another version of the photo; 0 is the first."""
        if 0 <= active < len(self._state.versions) and active != self._state.active:
            self._set(replace(self._state, active=active))

    def delete_copy(self, index: int) -> None:
        """Forget a virtual copy; the first version stays."""
        state = self._state
        if not 0 < index < len(state.versions):
            return
        active = state.active - (state.active >= index)
        self._set(replace(state, versions=state.versions[:index] + state.versions[index + 1 :], active=active))

    def _show(self, version: Version) -> None:
        self._state = self._state.with_version(version)
        self.changed()

    def _set(self, state: State) -> None:
        self.end_merge()
        self._state = state
        self.changed()


def add_to_state(state: State, recipe: Recipe, label: str) -> State:
    """A further entry in the active version's history, for photos that are not open."""
    document = Document(state, recipe)
    document.edit(recipe, label)
    return document.state


def free_name(pattern: str, taken: set[str]) -> str:
    """The first of ``pattern`` with its ``{number}`` 1, 2 and so on that is not taken."""
    number = 1
    while pattern.format(number=number) in taken:
        number += 1
    return pattern.format(number=number)
