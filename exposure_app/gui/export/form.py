"""The form of the export dialog: one column, labels left, what does not apply is not shown."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSlider,
    QSpinBox,
    QWidget,
)  # fmt: skip

from exposure_app.errors import ExposureError
from exposure_app.export.namer import preview_name
from exposure_app.export.settings import ExportSettings
from exposure_app.gui import theme
from exposure_app.gui.widgets.form_style import WheelGuard, indent
from exposure_app.io.export import DEEP
from exposure_app.settings.table import find_setting

if TYPE_CHECKING:
    from exposure_app.pipeline.recipe import Recipe

_LABEL_WIDTH = 128


class ExportForm(QWidget):
    """What an export shall be like.

    Signals:
        changed: After every change: what is wrong with the settings, empty if nothing is.

    Args:
        settings: What is filled in.
        photo: The photo whose future name is shown.
        style: The style behind its recipe.
        items: The photos with their recipes, for the size that is foreseen; none for no such line.
        has_folder: Whether it asks for the folder; otherwise ``settings`` tells the one it was given.
        parent: The owner.
    """

    changed = Signal(str)

    def __init__(
        self,
        settings: ExportSettings,
        photo: Path,
        style: str = "",
        *,
        items: "Sequence[tuple[Path, Recipe | None]]" = (),
        has_folder: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._photo, self._style, self._items = photo, style, items
        self.problem = ""
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setHorizontalSpacing(3 * theme.GRID)
        self._form.setVerticalSpacing(2 * theme.GRID)
        self._form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self._add_picture_rows(settings)
        self._add_size_rows(settings)
        self._add_file_rows(settings)
        self._connect()
        self._form.setRowVisible(self.folder_row, has_folder)
        self._refresh()

    def show_name_of(self, photo: Path, style: str) -> None:
        """Show the future name of another photo."""
        self._photo, self._style = photo, style
        self._refresh()

    def settings(self) -> ExportSettings:
        """What the form says.

        Raises:
            ExposureError: It cannot be done.
        """
        return ExportSettings(
            format=self.format.currentData(),
            bits=self.bits.currentData(),
            quality=self.quality.value(),
            chroma=self.chroma.currentData(),
            resize=self.resize_.currentData(),
            edge=self.edge.value(),
            megapixels=self.megapixels.value(),
            sharpen=self.sharpen.currentData(),
            color_profile=self.profile.currentData(),
            keep_exif=self.exif.isChecked(),
            keep_gps=self.gps.isChecked(),
            embed_recipe=self.embed.isChecked(),
            pattern=self.pattern.text(),
            folder=self.folder.text().strip(),
            existing=self.existing.currentData(),
        )

    # --- rows ---------------------------------------------------------------------------------------------------------

    def _add_picture_rows(self, settings: ExportSettings) -> None:
        self.format = _combo(find_setting("export.format").choices, settings.format)
        self.bits = _combo(((8, self.tr("8 bit")), (16, self.tr("16 bit"))), settings.bits)
        self._row(self.tr("Format"), self.format, (self.bits, self.tr("Bits per channel")))

        self.quality = QSpinBox(minimum=1, maximum=100, value=settings.quality)
        self.quality_slider = QSlider(Qt.Orientation.Horizontal)
        self.quality_slider.setRange(1, 100)
        self.quality_slider.setValue(settings.quality)
        self.quality_slider.setAccessibleName(self.tr("Quality"))
        self.quality_row = self._row(self.tr("Quality"), self.quality_slider, (self.quality, self.tr("Quality")))

        colours = (
            ("444", self.tr("4:4:4 (none)")),
            ("422", self.tr("4:2:2")),
            ("420", self.tr("4:2:0 (smallest file)")),
        )
        self.chroma = _combo(colours, settings.chroma)
        self.chroma_row = self._row(self.tr("Chroma subsampling"), self.chroma)
        spaces = (
            ("srgb", self.tr("sRGB (any screen)")),
            ("display-p3", self.tr("Display P3 (wide gamut)")),
            ("adobe-rgb", self.tr("Adobe RGB (print)")),
        )
        self.profile = _combo(spaces, settings.color_profile)
        self._row(self.tr("Colour profile"), self.profile)

    def _add_size_rows(self, settings: ExportSettings) -> None:
        sizes = (
            ("none", self.tr("Full size")),
            ("edge", self.tr("Longer side")),
            ("megapixels", self.tr("Megapixels")),
        )
        self.resize_ = _combo(sizes, settings.resize)
        edge, megapixels = find_setting("export.edge"), find_setting("export.megapixels")
        self.edge = QSpinBox(minimum=int(edge.minimum), maximum=int(edge.maximum), singleStep=64, value=settings.edge)
        self.edge.setSuffix(self.tr(" px"))
        self.megapixels = QDoubleSpinBox(minimum=megapixels.minimum, maximum=megapixels.maximum, decimals=1)
        self.megapixels.setValue(settings.megapixels)
        self.megapixels.setSuffix(self.tr(" MP"))
        self._row(
            self.tr("Size"),
            self.resize_,
            (self.edge, self.tr("Longer side in pixels")),
            (self.megapixels, self.tr("Megapixels")),
        )
        self.foreseen = QLabel()
        self.foreseen.setAccessibleName(self.tr("Size of the files"))
        self.foreseen.setProperty("role", "second")
        self.foreseen.setVisible(bool(self._items))
        self._form.addRow("", self.foreseen)
        strengths = (
            ("none", self.tr("None")),
            ("low", self.tr("Low")),
            ("standard", self.tr("Standard")),
            ("high", self.tr("High")),
        )
        self.sharpen = _combo(strengths, settings.sharpen)
        self._row(self.tr("Sharpening"), self.sharpen)

    def _add_file_rows(self, settings: ExportSettings) -> None:
        self.exif = QCheckBox(self.tr("Camera, lens, exposure, date, captions"))
        self.exif.setChecked(settings.keep_exif)
        self.gps = QCheckBox(self.tr("Location (GPS)"))
        self.gps.setChecked(settings.keep_gps)
        self._row(self.tr("Metadata"), self.exif)
        self._row("", self.gps)
        self.embed = QCheckBox(self.tr("Embed the edit recipe"))
        self.embed.setChecked(settings.embed_recipe)
        self._row("", self.embed)

        self.pattern = QLineEdit(settings.pattern)
        self.pattern.setToolTip(self.tr("Known are {name}, {style}, {n} or {n:04} for a number, {date}."))
        self._row(self.tr("File name"), self.pattern)
        self.preview = QLabel()
        self.preview.setAccessibleName(self.tr("Preview of the file name"))
        self.preview.setWordWrap(True)
        self.preview.setTextFormat(Qt.TextFormat.PlainText)
        self.preview.setMinimumHeight(32)
        self.preview.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._form.addRow("", self.preview)

        self.folder = QLineEdit(settings.folder)
        self.folder.setToolTip(self.tr("A name without a path is a folder beside each photo."))
        self.browse = QPushButton(self.tr("Choose..."))
        self.browse.setAutoDefault(False)
        self.folder_row = self._row(
            self.tr("Folder"), self.folder, (self.browse, self.tr("Choose a folder")), stretch=1
        )
        policies = (
            ("rename", self.tr("Keep both, number the new one")),
            ("skip", self.tr("Skip the photo")),
            ("overwrite", self.tr("Overwrite the file")),
        )
        self.existing = _combo(policies, settings.existing)
        self._row(self.tr("If it exists"), self.existing)

    def _row(self, text: str, field: QWidget, *more: tuple[QWidget, str], stretch: int = 1) -> QWidget:
        """Add a row: a label and one field or several beside each other."""
        label = QLabel(text)
        label.setMinimumWidth(_LABEL_WIDTH)
        label.setProperty("role", "second")
        if text:
            label.setBuddy(field)
            field.setAccessibleName(text)
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * theme.GRID)
        layout.addWidget(field, stretch)
        for widget, name in more:
            widget.setAccessibleName(name)
            layout.addWidget(widget)
        self._form.addRow(label, row)
        return row

    # --- changes ------------------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        for spin in (self.quality, self.edge, self.megapixels):
            indent(spin)
        self.quality.valueChanged.connect(self.quality_slider.setValue)
        self.quality_slider.valueChanged.connect(self.quality.setValue)
        combos = (self.format, self.bits, self.chroma, self.profile, self.resize_, self.sharpen, self.existing)
        WheelGuard(self).guard(*combos, self.quality, self.quality_slider, self.edge, self.megapixels)
        for combo in combos:
            combo.currentIndexChanged.connect(self._refresh)
        for spin in (self.quality, self.edge, self.megapixels):
            spin.valueChanged.connect(self._refresh)
        self.exif.toggled.connect(self._refresh)
        self.pattern.textChanged.connect(self._refresh)
        self.folder.textChanged.connect(self._refresh)
        self.browse.clicked.connect(self._choose_folder)

    def _refresh(self) -> None:
        chosen = self.format.currentData()
        self.bits.setVisible(chosen in DEEP)
        self._form.setRowVisible(self.quality_row, chosen not in DEEP)
        self._form.setRowVisible(self.chroma_row, chosen in ("jpg", "avif"))
        self.edge.setVisible(self.resize_.currentData() == "edge")
        self.megapixels.setVisible(self.resize_.currentData() == "megapixels")
        self.gps.setEnabled(self.exif.isChecked())
        problem = ""
        try:
            words = preview_name(self._photo, self.settings(), self._style)
        except ExposureError as error:
            problem = words = str(error)
        if not problem:
            self._foresee()
        self.preview.setText(words)
        self.preview.setStyleSheet(f"color: {theme.WARNING if problem else theme.SECOND};")
        self.problem = problem
        self.changed.emit(problem)

    def _foresee(self) -> None:
        """Say how many pixels and about how many bytes the first file will have, and all of them."""
        if not self._items:
            return
        from exposure_app.export.estimate import estimated_bytes, finished_size

        settings = self.settings()
        try:
            width, height = finished_size(*self._items[0], settings)
        except (ExposureError, OSError):  # that it cannot be read is said when it is exported
            self.foreseen.setText("")
            return
        megabytes = estimated_bytes((width, height), settings) / 1e6
        words = self.tr("{width} x {height} px, about {size} MB").format(
            width=width, height=height, size=_rounded(megabytes)
        )
        if len(self._items) > 1:
            words += self.tr(" each, {size} MB in all").format(size=_rounded(megabytes * len(self._items)))
        self.foreseen.setText(words)

    def _choose_folder(self) -> None:
        start = self._photo.parent / Path(self.folder.text()).expanduser()
        there = start if start.is_dir() else self._photo.parent
        chosen = QFileDialog.getExistingDirectory(self, self.tr("Folder for the exported photos"), str(there))
        if chosen:
            self.folder.setText(chosen)


def _rounded(megabytes: float) -> str:
    return f"{megabytes:.1f}" if megabytes < 10 else f"{megabytes:.0f}"


def _combo(choices: Sequence[tuple[Any, str]], chosen: object) -> QComboBox:
    combo = QComboBox()
    for value, label in choices:
        combo.addItem(label, value)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    return combo
