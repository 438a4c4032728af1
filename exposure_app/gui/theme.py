"""The neutral dark theme: colours, measures, type and icons."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication, QStyleFactory

from exposure_app import paths

CANVAS = "#767676"
WINDOW = "#1f1f1f"
PANEL = "#282828"
RAISED = "#333333"
HOVER = "#3a3a3a"
LINE = "#3d3d3d"
TEXT = "#e8e8e8"
SECOND = "#a8a8a8"
DISABLED = "#6c6c6c"
ACCENT = "#d9a441"
WARNING = "#d9763d"
ON_ACCENT = "#1f1f1f"
ON_CANVAS = "#000000"  # nothing lighter is 4.5:1 on it

SMALL, BODY, LARGE, TITLE = 11, 12, 13, 15  # the type scale, px
GRID = 4
LEFT_WIDTH, RIGHT_WIDTH, STRIP_HEIGHT = 220, 340, 112

_ARROW = (paths.resources_dir() / "icons" / "combo-arrow.svg").as_posix()
_CHECK = (paths.resources_dir() / "icons" / "field-check.svg").as_posix()
_STYLE_SHEET = f"""
QWidget {{ font-size: {BODY}px; }}
QMainWindow, QDialog {{ background: {WINDOW}; }}
QMainWindow::separator {{ background: {WINDOW}; width: 4px; height: 4px; }}
QToolTip {{ background: {RAISED}; color: {TEXT}; border: 1px solid {LINE}; padding: 4px; }}
QDockWidget {{ background: {PANEL}; }}
QToolBar {{ background: {WINDOW}; border: 0; border-bottom: 1px solid {LINE}; padding: 4px 8px; spacing: 4px; }}
QStatusBar {{ background: {WINDOW}; border-top: 1px solid {LINE}; color: {SECOND}; font-size: {SMALL}px; }}
QStatusBar::item {{ border: 0; }}
QStatusBar QLabel {{ color: {SECOND}; font-size: {SMALL}px; }}
QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 4px; padding: 4px;
    color: {TEXT}; }}
QToolButton:hover {{ background: {HOVER}; }}
QToolButton:pressed, QToolButton:checked {{ background: {RAISED}; border-color: {LINE}; }}
QToolButton:checked {{ color: {ACCENT}; }}
QToolButton:focus {{ border-color: {SECOND}; }}
QToolButton:disabled {{ color: {DISABLED}; }}
QToolButton::menu-indicator {{ width: 0; image: none; }}
QPushButton {{ background: {RAISED}; border: 1px solid {LINE}; border-radius: 4px; padding: 5px 12px; color: {TEXT}; }}
QPushButton:hover {{ background: {HOVER}; }}
QPushButton:pressed {{ background: {PANEL}; }}
QPushButton:focus {{ border-color: {SECOND}; }}
QPushButton:disabled {{ color: {DISABLED}; background: {PANEL}; }}
QPushButton[primary="true"] {{ background: {ACCENT}; color: {ON_ACCENT}; border-color: {ACCENT}; font-weight: 600; }}
QPushButton[primary="true"]:hover {{ background: #e3b45a; }}
QPushButton[primary="true"]:pressed {{ background: #c4923a; }}
QPushButton[primary="true"]:focus {{ border-color: {TEXT}; }}
QPushButton[primary="true"]:disabled {{ background: {RAISED}; color: {DISABLED}; border-color: {LINE}; }}
QPushButton[flat="true"] {{ background: transparent; border-color: transparent; color: {SECOND}; padding: 4px 8px; }}
QPushButton[flat="true"]:hover {{ background: {HOVER}; color: {TEXT}; }}
QPushButton[flat="true"]:focus {{ border-color: {SECOND}; }}
QLabel[role="heading"] {{ color: {SECOND}; font-size: {SMALL}px; font-weight: 600; }}
QLabel[role="second"] {{ color: {SECOND}; }}
QLabel[role="title"] {{ font-size: {TITLE}px; }}
QComboBox, QLineEdit, QSpinBox, QDoubleSpinBox, QPlainTextEdit {{
    background: {WINDOW}; border: 1px solid {LINE}; border-radius: 4px; padding: 4px 8px; color: {TEXT};
    selection-background-color: {ACCENT}; selection-color: {ON_ACCENT};
}}
QComboBox:focus, QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus {{ border-color: {SECOND}; }}
QSpinBox, QDoubleSpinBox {{ padding: 3px 4px; }}
QSpinBox QLineEdit, QDoubleSpinBox QLineEdit, QComboBox QLineEdit {{ border: 0; padding: 0; background: transparent; }}
QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled, QLineEdit:disabled {{ color: {DISABLED}; }}
QComboBox::drop-down {{ border: 0; width: 20px; }}
QComboBox::down-arrow {{ image: url("{_ARROW}"); width: 16px; height: 16px; }}
QComboBox QAbstractItemView {{ background: {RAISED}; border: 1px solid {LINE}; selection-background-color: {HOVER};
    selection-color: {TEXT}; outline: 0; }}
QMenu {{ background: {RAISED}; border: 1px solid {LINE}; padding: 4px; }}
QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
QMenu::item:selected {{ background: {LINE}; }}
QMenu::indicator {{ width: 12px; height: 12px; margin-left: 8px; }}
QMenu::indicator:checked {{ image: url("{_CHECK}"); }}
QMenu::item:disabled {{ color: {DISABLED}; }}
QMenu::separator {{ height: 1px; background: {LINE}; margin: 4px 8px; }}
QListView {{ background: transparent; border: 0; outline: 0; }}
QListView::item {{ padding: 4px 8px; border-radius: 4px; color: {TEXT}; }}
QListView::item:hover {{ background: {HOVER}; }}
QListView::item:selected {{ background: {RAISED}; color: {ACCENT}; }}
QTabBar::tab {{ background: {WINDOW}; border: 0; border-top: 2px solid transparent; padding: 4px 12px;
    color: {SECOND}; }}
QTabBar::tab:hover {{ color: {TEXT}; }}
QTabBar::tab:selected {{ background: {PANEL}; border-top-color: {SECOND}; color: {TEXT}; }}
QScrollArea {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ background: transparent; width: 8px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 8px; margin: 0; }}
QScrollBar::handle {{ background: {LINE}; border-radius: 4px; min-height: 24px; min-width: 24px; }}
QScrollBar::handle:hover {{ background: {DISABLED}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QSlider::groove:horizontal {{ height: 2px; background: {DISABLED}; border-radius: 1px; }}
QSlider::handle:horizontal {{ width: 12px; height: 12px; margin: -5px 0; border-radius: 6px; background: {TEXT}; }}
QSlider::handle:horizontal:focus {{ background: {ACCENT}; }}
QSlider::handle:horizontal:disabled {{ background: {DISABLED}; }}
QProgressBar {{ background: {RAISED}; border: 0; border-radius: 2px; max-height: 4px; }}
QProgressBar::chunk {{ background: {SECOND}; border-radius: 2px; }}
QMenuBar {{ background: {WINDOW}; color: {SECOND}; padding: 2px 4px; }}
QMenuBar::item {{ padding: 3px 8px; border-radius: 4px; }}
QMenuBar::item:selected {{ background: {RAISED}; color: {TEXT}; }}
QWidget[role="panel"] {{ background: {PANEL}; }}
"""


def apply(application: QApplication) -> None:
    """Dress the whole program: Fusion, dark, neutral."""
    application.setStyle(QStyleFactory.create("Fusion"))
    palette = QPalette()
    active = {
        QPalette.ColorRole.Window: WINDOW,
        QPalette.ColorRole.WindowText: TEXT,
        QPalette.ColorRole.Base: WINDOW,
        QPalette.ColorRole.AlternateBase: PANEL,
        QPalette.ColorRole.Text: TEXT,
        QPalette.ColorRole.PlaceholderText: SECOND,
        QPalette.ColorRole.Button: RAISED,
        QPalette.ColorRole.ButtonText: TEXT,
        QPalette.ColorRole.BrightText: WARNING,
        QPalette.ColorRole.ToolTipBase: RAISED,
        QPalette.ColorRole.ToolTipText: TEXT,
        QPalette.ColorRole.Highlight: ACCENT,
        QPalette.ColorRole.HighlightedText: ON_ACCENT,
        QPalette.ColorRole.Link: ACCENT,
        QPalette.ColorRole.Light: LINE,
        QPalette.ColorRole.Mid: LINE,
        QPalette.ColorRole.Dark: WINDOW,
        QPalette.ColorRole.Shadow: "#000000",
    }
    for role, colour in active.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(DISABLED))
    application.setPalette(palette)
    application.setStyleSheet(_STYLE_SHEET)
    application.setFont(font())


def font(size: int = BODY, *, bold: bool = False) -> QFont:
    """The interface's typeface, the system's own, in one of the four sizes."""
    chosen = QFont(QApplication.font())
    chosen.setPixelSize(size)
    chosen.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    return chosen


@lru_cache(maxsize=256)
def icon(name: str) -> QIcon:
    """One of the program's line icons, in the colours of text, disabled text and what is selected.

    Args:
        name: File name in ``resources/icons`` without suffix. The files are drawn in ``currentColor``.
    """
    made = QIcon()
    try:
        source = (paths.resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    except OSError:
        return made
    modes = (
        (QIcon.Mode.Normal, QIcon.State.Off, TEXT),
        (QIcon.Mode.Disabled, QIcon.State.Off, DISABLED),
        (QIcon.Mode.Disabled, QIcon.State.On, DISABLED),
        (QIcon.Mode.Normal, QIcon.State.On, ACCENT),
    )
    for mode, state, colour in modes:
        for ratio in (1, 2):
            made.addPixmap(_drawn(source.replace("currentColor", colour), ratio), mode, state)
    return made


def app_icon() -> QIcon:
    """The program's own icon, for window lists."""
    made = QIcon()
    for side in (32, 64, 128):
        made.addFile(str(paths.resources_dir() / "desktop" / f"{paths.DESKTOP_ID}-{side}.png"))
    return made


def _drawn(source: str, ratio: int) -> QPixmap:
    renderer = QSvgRenderer(QByteArray(source.encode()))
    size: QSize = renderer.defaultSize()
    pixmap = QPixmap(size * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, size.width() * ratio, size.height() * ratio))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
