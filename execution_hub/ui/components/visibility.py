"""Whether somebody sees the page: a tab in the background is told less."""

from typing import Any

import reflex as rx
from reflex_base.event import passthrough_event_spec
from reflex_base.utils.imports import ImportVar

from execution_hub.ui.components.browser import BrowserComponent

# Told once the page is connected, and after every reconnect: the hub may be another process by then.
_VISIBILITY = """
const HubVisibility = ({ onVisible }) => {
  const tell = useRef(onVisible);
  tell.current = onVisible;
  useEffect(() => {
    const check = () => {
      if (window.__executionHub?.connected) tell.current(document.visibilityState !== "hidden");
    };
    document.addEventListener("visibilitychange", check);
    window.addEventListener("hub:connection", check);
    check();
    return () => {
      document.removeEventListener("visibilitychange", check);
      window.removeEventListener("hub:connection", check);
    };
  }, []);
  return null;
};
"""


class Visibility(BrowserComponent):
    """See `visibility`."""

    tag = "HubVisibility"
    on_visible: rx.EventHandler[passthrough_event_spec(bool)]  # type: ignore[type-arg,valid-type]

    def add_imports(self) -> dict[str, Any]:
        """Ask for the React hooks the snippet uses."""
        return {"react": [ImportVar(tag="useEffect"), ImportVar(tag="useRef")]}

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_VISIBILITY,)


def visibility(on_visible: Any) -> rx.Component:
    """Tell the server whether the page is seen, whenever that changes.

    Args:
        on_visible: Called with a boolean.
    """
    return Visibility.create(on_visible=on_visible)
