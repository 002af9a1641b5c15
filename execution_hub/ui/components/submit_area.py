"""A field of several lines that submits its form with Ctrl or Cmd and Enter."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import VarData

from execution_hub.ui.browser_code import library

_SUBMIT_ON_ENTER: rx.Var[Any] = rx.Var(
    "submitOnEnter",
    _var_data=VarData(imports={library("submit_on_enter.js"): [ImportVar(tag="submitOnEnter")]}),
)


class SubmitArea(rx.el.Textarea):  # type: ignore[misc] # rx.el has no types
    """A `textarea` with that key."""

    @classmethod
    def create(cls, *children: Any, **props: Any) -> rx.Component:
        """Make one; takes the props of `rx.el.textarea`."""
        props.setdefault("dir", "auto")
        custom_attrs = props.setdefault("custom_attrs", {})
        custom_attrs["on_key_down"] = _SUBMIT_ON_ENTER
        return super().create(*children, **props)
