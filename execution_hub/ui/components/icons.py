"""Line icons, drawn here: 24 units square, stroked in the colour of the text."""

from typing import Any

import reflex as rx

# Each icon is the `d` of one path.
_PATHS = {
    "activity": "M3 12h4l3-8 4 16 3-8h4",
    "again": "M20 12a8 8 0 1 1-2.3-5.7M20 3.5V8h-4.5",
    "again_today": "M20 12a8 8 0 1 1-2.3-5.7M20 3.5V8h-4.5M12 8v4l2.5 2",
    "agent": "M8 8h8a3 3 0 0 1 3 3v5a3 3 0 0 1-3 3H8a3 3 0 0 1-3-3v-5a3 3 0 0 1 3-3ZM12 8V4M9 13h.01M15 13h.01",
    "arrow_left": "M19 12H5m6-6-6 6 6 6",
    "check": "m5 13 4 4L19 7",
    "chevron_down": "m6 9 6 6 6-6",
    "chevron_left": "m15 6-6 6 6 6",
    "chevron_right": "m9 6 6 6-6 6",
    "chevron_up": "m6 15 6-6 6 6",
    "clock": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM12 7v5l3 2",
    "compare": "M5 4h4a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM15 4h4a1 1 0 0 1 1 1v14"
    "a1 1 0 0 1-1 1h-4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1Z",
    "copy": "M9 9h9a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1H9a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1ZM5 15H4V5a1 1 0 0 1 1-1h10v1",
    "cross": "m6 6 12 12M18 6 6 18",
    "cut": "M6 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM6 14.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM8 8.5 20 18M8 15.5 "
    "20 6",
    "download": "M12 4v12m-5-5 5 5 5-5M4 20h16",
    "edit": "M4 20h4L19 9l-4-4L4 16v4ZM13 7l4 4",
    "fit": "M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4",
    "globe": "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18ZM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18",
    "hand": "M8 12V6a1.5 1.5 0 0 1 3 0v5m0-1V4.5a1.5 1.5 0 0 1 3 0V11m0-4.5a1.5 1.5 0 0 1 3 0V14c0 4-2 6.5-5.5 "
    "6.5C8 20.5 7 18 5.2 14.6a1.5 1.5 0 0 1 2.6-1.5L8 13.5",
    "key": "M8 11a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM11 12l8-8M16 7l3 3M13.5 9.5l2 2",
    "jump": "M4 6h11M4 12h6M4 18h6M20 8v5a2 2 0 0 1-2 2h-5m3-3.5L12.5 15l3.5 3.5",
    "keyboard": "M4 7h16a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1ZM7 11h.01M11 11h.01M15 11h.01"
    "M17 11h.01M8 14h8",
    "layers": "m12 4 8.5 4.5L12 13 3.5 8.5 12 4ZM4 12.5l8 4.2 8-4.2M4 16.3l8 4.2 8-4.2",
    "mark": "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM8 12.3l2.8 2.8L16 9.6",
    "minus": "M5 12h14",
    "more": "M5 12h.01M12 12h.01M19 12h.01",
    "moon": "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
    "pause": "M9 5v14M15 5v14",
    "pin": "M9 4h6l-.8 6 3.3 3.2V15h-11v-1.8L9.8 10 9 4ZM12 15v5.5",
    "play": "M7 4v16l13-8z",
    "plus": "M12 5v14M5 12h14",
    "search": "M11 4a7 7 0 1 1 0 14 7 7 0 0 1 0-14ZM20 20l-4-4",
    "skip": "m5 6 8 6-8 6V6ZM18 6v12",
    "sliders": "M4 7h9M19 7h1M16 4.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM4 17h1M11 17h9M8 14.5a2.5 2.5 0 1 1 0 5 "
    "2.5 2.5 0 0 1 0-5Z",
    "spinner": "M21 12a9 9 0 1 1-6.2-8.6",
    "square": "M9 7h6a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2Z",
    "suite": "M9 4h9a2 2 0 0 1 2 2v13a1 1 0 0 1-1 1H9M4 6.5 5.5 8 8 5M4 12.5 5.5 14 8 11M4 18.5 5.5 20 8 17"
    "M12 9h4M12 14h4",
    "sun": "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8ZM12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l"
    "1.4-1.4M17.6 6.4 19 5",
    "tasks": "M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01",
    "tool": "M14.7 6.3a1 1 0 0 0 0 1.4l1.6 1.6a1 1 0 0 0 1.4 0l3.6-3.6a6 6 0 0 1-7.9 7.9l-6.9 6.9a2.1 2.1 0 0 1-3-3"
    "l6.9-6.9a6 6 0 0 1 7.9-7.9Z",
    "trash": "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10 11v5M14 11v5",
    "undo": "M8.5 14 4 9.5 8.5 5M4 9.5h10a5.25 5.25 0 0 1 0 10.5H9",
    "upload": "M12 16V4m-5 5 5-5 5 5M4 20h16",
    "warning": "M12 4 2.5 20h19L12 4ZM12 10v4M12 17h.01",
    "workflow": "M5 4h4a1 1 0 0 1 1 1v4a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM15 14h4a1 1 0 0 1 1 1v4a1 1 0 0 "
    "1-1 1h-4a1 1 0 0 1-1-1v-4a1 1 0 0 1 1-1ZM10 7h4a3 3 0 0 1 3 3v4",
}


def icon_path(name: str) -> str:
    """Return the path of an icon, for the browser code that draws it.

    Raises:
        KeyError: There is no such icon.
    """
    return _PATHS[name]


def icon(name: str, *, class_name: str = "i", **props: Any) -> rx.Component:
    """Draw an icon; it says nothing to a screen reader, so a word stands beside it.

    Args:
        name: A name of this module's table.
        class_name: Its style; `i` is 16 px.
        **props: Further props of the `svg`.

    Raises:
        KeyError: There is no such icon.
    """
    return rx.el.svg(
        rx.el.path(d=_PATHS[name]),
        view_box="0 0 24 24",
        class_name=class_name,
        custom_attrs={"aria-hidden": "true", "focusable": "false"},
        **props,
    )
