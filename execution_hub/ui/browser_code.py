"""Browser code and what Python knows of it: the modules in `browser/`, and the factory of their wrappers.

The pages are written in Python. JavaScript exists only where a browser interface has no other way, and the first
comment of each module says which. Reflex's compiler puts the modules beside the pages, where Vite bundles them like
any other: they import each other by relative paths, and npm packages by name.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reflex as rx
from reflex_base.event import no_args_event_spec, passthrough_event_spec
from reflex_base.plugins import CommonContext, Plugin
from reflex_base.utils.imports import ImportVar
from reflex_base.vars.base import VarData
from typing_extensions import Unpack

FOLDER = Path(__file__).with_name("browser")
SUFFIXES = (".js", ".jsx")


class BrowserCodePlugin(Plugin):
    """Puts the modules into the folder in which Reflex compiles the pages."""

    def get_static_assets(self, **_context: Unpack[CommonContext]) -> Sequence[tuple[Path, str]]:
        """Return each module with its place there."""
        files = sorted(path for path in FOLDER.rglob("*") if path.suffix in SUFFIXES)
        return [(Path(FOLDER.name) / path.relative_to(FOLDER), path.read_text("utf-8")) for path in files]


def library(file: str) -> str:
    """Return how compiled pages import a module.

    Args:
        file: Its path within `browser/`.
    """
    return f"$/{FOLDER.name}/{file}"


def event(*types: type) -> Any:
    """Return the kind of a prop that is called with values.

    Args:
        *types: The type of each value.
    """
    kind: Any = rx.EventHandler  # its types do not tell that it takes what makes the values
    return kind[passthrough_event_spec(*types) if types else no_args_event_spec]


def browser_component(file: str, tag: str, *, packages: Sequence[str] = (), **props: Any) -> type[rx.Component]:
    """Return the class of a component that a module exports.

    Args:
        file: The module's path within `browser/`.
        tag: The name it exports.
        packages: npm packages that the module imports, each with its version.
        **props: The type of each prop, or `event(…)`; named as in Python, the module sees `isOpen` for `is_open`.
    """
    var: Any = rx.Var  # of a type that is known only here
    events = {name: kind for name, kind in props.items() if name.startswith("on_")}
    values = {name: var[kind] for name, kind in props.items() if name not in events}
    return type(
        tag,
        (rx.Component,),
        {
            "__doc__": f"See `{file}`.",
            "__module__": __name__,
            "__annotations__": {**values, **events},
            "library": library(file),
            "tag": tag,
            "lib_dependencies": list(packages),
        },
    )


def browser_function(file: str, name: str) -> rx.Var[Any]:
    """Return a function that a module exports, as a value for a prop.

    Args:
        file: The module's path within `browser/`.
        name: The name it exports.
    """
    return rx.Var(name, _var_data=VarData(imports={library(file): [ImportVar(tag=name)]}))
