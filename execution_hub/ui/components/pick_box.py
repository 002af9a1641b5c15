"""A box that selects a row; it shows its mark at once, whatever the way to the server takes."""

from typing import Any

import reflex as rx
from reflex_base.event import passthrough_event_spec

from execution_hub.ui.components.browser import BrowserComponent

_PICK_BOX = """
const HubPickBox = ({ isPicked, onPick, ...rest }) => {
  const [asked, setAsked] = useState(null);
  useEffect(() => setAsked(null), [isPicked]);
  const onChange = (event) => {
    setAsked(event.target.checked);
    onPick?.(event.target.checked);
  };
  return jsx("input", { ...rest, type: "checkbox", checked: asked ?? isPicked, onChange });
};
"""


class PickBox(BrowserComponent):
    """See `pick_box`."""

    tag = "HubPickBox"
    is_picked: rx.Var[bool]
    on_pick: rx.EventHandler[passthrough_event_spec(bool)]  # type: ignore[type-arg,valid-type]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_PICK_BOX,)


def pick_box(label: rx.Var[str] | str, *, is_picked: rx.Var[bool] | bool, on_pick: Any) -> rx.Component:
    """Show the box.

    Args:
        label: What it selects, for a screen reader.
        is_picked: Whether that is selected.
        on_pick: Called with whether it is to be.
    """
    return PickBox.create(
        is_picked=is_picked, on_pick=on_pick, custom_attrs={"aria-label": label, "data-testid": "row-pick"}
    )
