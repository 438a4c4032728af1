"""One thing that was done to a picture beside the steps, with the number that gives it away."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Cause:
    """Something that the steps do not explain.

    Attributes:
        id: What it is: ``vignette``, ``gradient``, ``blur``, ``sharpening``, ``grain``, ``local``, ``blacks``,
            ``whites``, ``toning``, ``hue``, ``crop``, ``moved`` or ``warped``.
        number: The evidence.
        unit: Of the number.
        strength: The number over the least that is told; causes are told strongest first.
        words: What it is, in a sentence with the number.
    """

    id: str
    number: float
    unit: str
    strength: float
    words: str

    def to_json(self) -> dict[str, Any]:
        """As plain JSON data."""
        return {"cause": self.id, "number": round(self.number, 4), "unit": self.unit, "words": self.words}
