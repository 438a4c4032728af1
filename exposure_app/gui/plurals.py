"""One photo, two photos: English as a language that is translated to, so that ``tr`` puts nouns in the right number."""

from PySide6.QtCore import QCoreApplication, QTranslator

_MARK = "(s)"


class Plurals(QTranslator):
    """Makes "%n photo(s)" of the code "1 photo" or "2 photos"."""

    @classmethod
    def install(cls, application: QCoreApplication) -> None:
        """Let the program speak English; other languages are installed after it."""
        if application.findChild(cls) is None:
            application.installTranslator(cls(application))

    def isEmpty(self) -> bool:
        """It knows every text."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        """The text, for a number if there is one."""
        return source if n < 0 or _MARK not in source else source.replace(_MARK, "" if n == 1 else "s")
