"""The steps of a workflow as a graph: drawn by React Flow, laid out by dagre, both only in the browser."""

from typing import Any

import reflex as rx

from execution_hub.ui.browser_code import browser_component, event
from execution_hub.ui.components.steps import step_icons, step_words
from execution_hub.ui.text import t
from execution_hub.views.graph import GraphEdge, GraphNode

FLOW = "@xyflow/react@12.12.1"
DAGRE = "@dagrejs/dagre@3.1.3"

Graph = browser_component(
    "graph/graph.jsx",
    "Graph",
    packages=[FLOW, DAGRE],
    nodes=list[GraphNode],
    edges=list[GraphEdge],
    selected=str,
    words=dict[str, str],
    icons=dict[str, str],
    color_mode=str,
    on_select=event(str),
)


def workflow_graph(
    nodes: rx.Var[list[GraphNode]],
    edges: rx.Var[list[GraphEdge]],
    *,
    selected: rx.Var[str] | str,
    on_select: Any,
    class_name: rx.Var[str] | str = "",
    **props: Any,
) -> rx.Component:
    """Draw the steps of a workflow and what they wait for; each step is a button.

    Where a step stands follows from the set of steps and lines alone: nothing moves while it runs. Left to
    right, but downwards where there is little room. The height follows from the graph too; a page that wants
    another gives `.graph-frame` a height in its style sheet.

    Args:
        nodes: The steps.
        edges: What they wait for.
        selected: The key of the step that is outlined; empty for none.
        on_select: Called with the key of the step that was pressed.
        class_name: Further classes.
        **props: Further props of the element around it.
    """
    words = {
        **step_words(),
        "label": t("Steps and what they wait for"),
        "after": t("after {names}", names="{names}"),
        "approval": t("approval"),
        "zoom_in": t("Zoom in"),
        "zoom_out": t("Zoom out"),
        "fit": t("Show all steps"),
    }
    return rx.el.div(
        Graph.create(
            nodes=nodes,
            edges=edges,
            selected=selected,
            on_select=on_select,
            words=words,
            icons=step_icons(),
            # React Flow marks itself with its mode, in a class that our colours hang on too.
            color_mode=rx.color_mode,
        ),
        class_name=f"graph {class_name}",
        **props,
    )
