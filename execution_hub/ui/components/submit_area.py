"""A field of several lines that submits its form with Ctrl or Cmd and Enter."""

from typing import Any

import reflex as rx

# In the browser, since a trip to the server for every key would make typing slow. While Chinese is
# being composed, Enter chooses a word.
SUBMIT_ON_ENTER_JS = """
const submitOnEnter = (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing && !event.repeat) {
    event.preventDefault();
    const form = event.target.form;
    // The browser would send a form whose button is disabled.
    if (form?.querySelector("[type=submit]")?.matches(":disabled") === false) form.requestSubmit();
  }
};
"""


class SubmitArea(rx.el.Textarea):
    """A `textarea` with that key."""

    @classmethod
    def create(cls, *children: Any, **props: Any) -> rx.Component:
        """Make one; takes the props of `rx.el.textarea`."""
        props.setdefault("dir", "auto")
        custom_attrs = props.setdefault("custom_attrs", {})
        custom_attrs["on_key_down"] = rx.Var("submitOnEnter")
        return super().create(*children, **props)

    def add_custom_code(self) -> list[str]:
        """Define what the key does."""
        return [SUBMIT_ON_ENTER_JS]
