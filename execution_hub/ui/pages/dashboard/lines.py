"""A line of the dashboard's history: the row, and beside it what can be done to it."""

from typing import Any

import reflex as rx

from execution_hub.domain.status import ACTIVE, Status
from execution_hub.ui.acting import ActionState
from execution_hub.ui.components.again import again_menu, again_today_words
from execution_hub.ui.components.browser import day_heading
from execution_hub.ui.components.buttons import button, hub_button, page_link
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.pick_box import pick_box
from execution_hub.ui.components.row import execution_row
from execution_hub.ui.marking import MarkState, PinState
from execution_hub.ui.pages.dashboard.parts_state import PartsState
from execution_hub.ui.pages.dashboard.row_menu_state import RowMenuState
from execution_hub.ui.pages.dashboard.state import DashboardState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import pt, t
from execution_hub.views.rows import ExecutionRow

_ACTIVE = [status.value for status in ACTIVE]


def history_line(row: rx.Var[ExecutionRow], above: rx.Var[str]) -> rx.Component:
    """Show an execution as a line; the row in it is a link, the rest stands beside the link.

    Args:
        row: The execution.
        above: When the one above it was created; empty if there is none.
    """
    is_running = (row.status == Status.RUNNING.value) & ~row.is_stopping
    return rx.el.div(
        day_heading(row.created_at, above),
        _line(row),
        rx.cond(row.cells > 0, _parts(row.id)),
        class_name=rx.cond(is_running, "entry is-running", "entry"),
        key=row.id,
    )


def _line(row: rx.Var[ExecutionRow]) -> rx.Component:
    is_picked = DashboardState.selection.ids.contains(row.id)
    return rx.el.div(
        execution_row(row),
        _tools(
            execution_id=row.id,
            named=row.name,
            execution_type=row.execution_type,
            is_active=rx.Var.create(_ACTIVE).contains(row.status),
            is_stopping=row.is_stopping | ActionState.stopping.contains(row.id),
            is_repeating=ActionState.repeating.contains(row.id),
            is_picked=is_picked,
            is_run=row.cells > 0,
            is_unfolded=PartsState.opened.contains(row.id.to_string()),
        ),
        class_name=rx.cond(is_picked, "line is-picked", "line"),
    )


# Drawn again only when one of these changes, as the row itself.
@rx.memo
def _tools(
    execution_id: rx.Var[int],
    named: rx.Var[str],
    execution_type: rx.Var[str],
    is_active: rx.Var[bool],
    is_stopping: rx.Var[bool],
    is_repeating: rx.Var[bool],
    is_picked: rx.Var[bool],
    is_run: rx.Var[bool],
    is_unfolded: rx.Var[bool],
) -> rx.Component:
    return rx.el.div(
        rx.el.label(
            pick_box(
                t("Select #{id}, {name}", id=execution_id, name=named),
                is_picked=is_picked,
                on_pick=DashboardState.pick(execution_id),
            ),
            rx.el.span(icon("check"), aria_hidden=True),
            class_name="pick",
        ),
        rx.el.div(
            rx.cond(is_run, _unfold_tool(execution_id, named, is_unfolded)),
            rx.cond(
                is_active,
                _tool(
                    "square",
                    "stop",
                    t("Stop {name}", name=named),
                    is_stopping,
                    on_click=ActionState.stop(execution_id),
                    data_testid="row-cancel",
                ),
                rx.fragment(
                    _again_tools(execution_id, named, execution_type, is_repeating),
                    rx.cond(~is_run, _verdict_tools(execution_id, named)),
                    _tool(
                        "trash",
                        "delete",
                        t("Delete {name}", name=named),
                        on_click=ActionState.delete(execution_id),
                        data_testid="row-delete",
                    ),
                ),
            ),
            rx.cond(
                is_run | ~is_active,
                _tool(
                    "more",
                    "more",
                    t("More for {name}", name=named),
                    on_click=RowMenuState.open(execution_id, named, execution_type, is_run, is_active),
                    aria_haspopup="dialog",
                    data_testid="row-more",
                ),
            ),
            class_name="tools",
        ),
        class_name="line-tools",
    )


def _unfold_tool(execution_id: rx.Var[int], named: rx.Var[str], is_unfolded: rx.Var[bool]) -> rx.Component:
    return _tool(
        "layers",
        "unfold",
        rx.cond(is_unfolded, t("Hide what {name} has run", name=named), t("Show what {name} has run", name=named)),
        on_click=PartsState.toggle(execution_id),
        aria_expanded=is_unfolded,
        data_testid="row-unfold",
    )


def _again_tools(
    execution_id: rx.Var[int], named: rx.Var[str], execution_type: rx.Var[str], is_repeating: rx.Var[bool]
) -> rx.Component:
    return rx.fragment(
        _tool(
            "again",
            "again",
            t("Run {name} again as it ran", name=named),
            is_repeating,
            on_click=ActionState.run_again(execution_id, True),
            data_testid="row-rerun",
        ),
        _tool(
            "again_today",
            "again-today",
            again_today_words(execution_type),
            is_repeating,
            on_click=ActionState.run_again(execution_id, False),
            data_testid="row-rerun-today",
        ),
    )


def _verdict_tools(execution_id: rx.Var[int], named: rx.Var[str]) -> rx.Component:
    return rx.fragment(
        _tool(
            "mark",
            "mark",
            t("Mark {name} right or wrong", name=named),
            on_click=MarkState.open_dialog(execution_id),
            aria_haspopup="dialog",
            data_testid="row-mark",
        ),
        _tool(
            "pin",
            "pin",
            t("Pin {name} as a case", name=named),
            on_click=PinState.open_dialog(execution_id),
            aria_haspopup="dialog",
            data_testid="pin",
        ),
    )


def _parts(run: rx.Var[int]) -> rx.Component:
    """Show what a run has started, beneath its row, while that is unfolded."""
    key = run.to_string()
    opened: Any = PartsState.opened
    parts = opened[key]
    return rx.cond(
        PartsState.opened.contains(key),
        rx.el.div(
            rx.foreach(parts.rows, execution_row),
            rx.cond(parts.rows.length() == 0, rx.el.p(t("It has started nothing yet."), class_name="muted")),
            rx.el.div(
                rx.cond(
                    parts.has_more,
                    button(
                        t("Show more"),
                        class_name="small",
                        on_click=PartsState.show_more(run),
                        data_testid="parts-more",
                    ),
                ),
                page_link(t("All in its matrix"), href=execution_path(run), class_name="btn quiet small"),
                class_name="parts-foot",
            ),
            class_name="parts",
            role="group",
            aria_label=t("What #{id} has run", id=run),
            data_testid="parts",
        ),
    )


def _tool(
    name: str, act: str, label: rx.Var[str], is_busy: "rx.Var[bool] | bool" = False, **props: object
) -> rx.Component:
    return hub_button(
        rx.cond(is_busy, icon("spinner", class_name="i spin"), icon(name)),
        class_name=f"btn square tool of-{act}",
        disabled=is_busy,
        aria_busy=is_busy,
        aria_label=label,
        title=label,
        custom_attrs={"data-act": act},
        **props,
    )


def pick_bar() -> rx.Component:
    """Say how many rows are selected, and what can be done to them; absent while nothing can be selected."""
    selection = DashboardState.selection
    count, stoppable, ended = selection.ids.length(), selection.stoppable.length(), selection.ended.length()
    return rx.cond(
        (count > 0) | DashboardState.is_selecting,
        rx.el.div(
            rx.el.b(
                rx.cond(count > 0, t("{n} selected", n=count), t("Select executions")),
                role="status",
                data_testid="pick-count",
            ),
            button(t("All shown"), kind="quiet", on_click=DashboardState.pick_all, data_testid="pick-all"),
            rx.el.span(class_name="sp"),
            button(
                rx.cond(selection.is_comparable, t("Compare {n}", n=count), t("Compare 2 to 4")),
                icon="compare",
                class_name="small",
                disabled=~selection.is_comparable,
                title=t("Select two to four executions to see them side by side."),
                on_click=DashboardState.compare_picked,
                data_testid="compare",
            ),
            again_menu(ended, DashboardState.run_picked_again),
            button(
                rx.cond(stoppable > 0, t("Stop {n}", n=stoppable), t("Stop")),
                icon="square",
                class_name="small",
                needs_hub=True,
                disabled=stoppable == 0,
                on_click=DashboardState.stop_picked,
                data_testid="pick-cancel",
            ),
            button(
                rx.cond(ended > 0, t("Delete {n}", n=ended), t("Delete")),
                icon="trash",
                kind="danger",
                class_name="small",
                disabled=ended == 0,
                on_click=DashboardState.delete_picked,
                data_testid="pick-delete",
            ),
            button(
                rx.cond(count > 0, t("Clear"), pt("selection", "Done")),
                kind="quiet",
                on_click=DashboardState.clear_picks,
                custom_attrs={"data-act": "clear"},
                data_testid="pick-clear",
            ),
            class_name="pick-bar",
            # It stands outside of the page's main part: a landmark of its own.
            role="region",
            aria_label=t("What to do with the selected executions"),
            data_testid="pick-bar",
        ),
    )
