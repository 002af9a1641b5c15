"""A process of the hub as a row of the page Workers."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import ago, ticker
from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import skeleton
from execution_hub.ui.components.icons import icon
from execution_hub.ui.pages.workers.state import DRAIN, STOP, WorkersState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t, t_around, t_one_of
from execution_hub.views.addresses import dashboard_path
from execution_hub.views.workers import WorkerRow
from execution_hub.words.by_value import WORKER_ROLES, WORKER_STATUSES


def worker_headings() -> rx.Component:
    """Name the columns of the rows below; where there is no room for columns, rows are cards and need no names."""
    headings = (
        ("who", t("Process")),
        ("state", t("Status")),
        ("used", t("Slots")),
        ("since", t("Joined")),
        ("beat", t("Last beat")),
        ("does", ""),
    )
    return rx.el.div(
        *(rx.el.span(words, class_name=name) for name, words in headings), class_name="worker-heads", aria_hidden=True
    )


def worker_row(worker: rx.Var[WorkerRow]) -> rx.Component:
    """Show a process, in the columns of `worker_headings`."""
    return _worker_row(worker=worker, key=worker.id)


# Of a list that is sent whole because one row changed, only that row is rendered: as of executions.
@rx.memo
def _worker_row(worker: rx.Var[WorkerRow], rest: rx.RestProp) -> rx.Component:
    return rx.el.li(
        rest,
        _who(worker),
        rx.el.span(
            rx.cond(worker.status == "running", icon("check"), icon("pause")),
            t_one_of(worker.status, WORKER_STATUSES, worker.status),
            class_name=rx.cond(worker.status == "running", "badge s-succeeded", "badge s-cancelled"),
            data_testid="worker-status",
        ),
        _used(worker),
        rx.el.span(_label(t("Joined")), ago(worker.started_at), class_name="since"),
        _beat(worker),
        rx.el.span(
            _act(worker.can_drain, t("Drain"), t("Drain {name}", name=worker.name), worker.id, DRAIN),
            _act(worker.can_stop, t("Stop"), t("Stop {name}", name=worker.name), worker.id, STOP),
            class_name="does",
        ),
        class_name=rx.cond(worker.running > 0, "worker is-running", "worker"),
        data_testid="worker-row",
        data_worker=worker.name,
        data_status=worker.status,
        data_role=worker.role,
    )


def _act(can: Any, label: Any, aria_label: Any, worker_id: Any, to_do: str) -> rx.Component:
    """Show a button that asks whether a process is to do something, if it can."""
    return rx.cond(
        can,
        button(
            label,
            class_name="small",
            on_click=WorkersState.ask_about(worker_id, to_do),
            needs_hub=True,
            aria_label=aria_label,
            data_testid=f"worker-{to_do}",
        ),
    )


def skeleton_row() -> rx.Component:
    """Show a row in the place of what will come."""
    return rx.el.li(
        rx.el.div(skeleton("180px", "18px"), skeleton("90px", "12px"), class_name="who"),
        skeleton("84px", "26px"),
        skeleton("110px", "18px"),
        class_name="worker",
        aria_hidden=True,
    )


def _who(worker: Any) -> rx.Component:
    return rx.el.div(
        rx.el.span(worker.name, class_name="worker-name", dir="auto", title=worker.name),
        rx.el.span(
            rx.el.span(t_one_of(worker.role, WORKER_ROLES, worker.role), class_name="worker-role"),
            rx.cond(
                worker.is_other_version,
                _warning(
                    t("version {n}", n=worker.version),
                    t("Another version than that of this page's process"),
                    "worker-version",
                ),
                rx.el.span(t("version {n}", n=worker.version), class_name="faint", data_testid="worker-version"),
            ),
            rx.cond(worker.is_here, rx.el.span(t("serves this page"), class_name="tag")),
            rx.cond(
                worker.lacks != "",
                _warning(
                    t("lacks the tools of {servers}", servers=worker.lacks),
                    t("It leaves what needs them to the processes that have them"),
                    "worker-lacks",
                ),
            ),
            rx.cond(worker.runs.length() > 0, _runs(worker)),
            class_name="worker-what",
        ),
        class_name="who",
    )


def _warning(words: Any, why: Any, test_id: str) -> rx.Component:
    return rx.el.span(icon("warning"), words, class_name="tag warn", title=why, data_testid=test_id)


def _used(worker: Any) -> rx.Component:
    words = t("{running} of {slots}", running=worker.running, slots=worker.slots)
    return rx.el.div(
        _label(t("Slots")),
        rx.cond(
            worker.executes,
            rx.fragment(
                rx.el.span(words, class_name="num"),
                rx.el.span(
                    rx.el.i(style={"width": f"{worker.filled}%"}),
                    class_name=rx.cond(worker.running > 0, "slots is-busy", "slots"),
                    aria_hidden=True,
                ),
            ),
            rx.el.span(t("–"), class_name="faint"),
        ),
        class_name="used",
        data_testid="worker-slots",
    )


def _runs(worker: Any) -> rx.Component:
    """Lead to what runs there."""
    return rx.el.span(
        rx.foreach(
            worker.runs,
            lambda number: page_link("#", number, href=execution_path(number), data_testid="worker-execution"),
        ),
        rx.cond(
            worker.more > 0,
            page_link(t("and {n} more", n=worker.more), href=dashboard_path(status="running")),
        ),
        class_name="worker-runs num",
        aria_label=t("Executions that run there"),
        role="group",
    )


def _beat(worker: Any) -> rx.Component:
    return rx.el.span(
        _label(t("Last beat")),
        rx.cond(
            worker.late_since != "",
            rx.el.span(
                icon("warning"),
                rx.el.span(t_around("{at} ago", ticker(worker.late_since))),
                class_name="told warn",
                title=t("A process beats every second. One that stays silent for 6 s is taken over from."),
                data_testid="worker-late",
            ),
            rx.el.span(
                t("under 3 s ago"),
                class_name="faint",
                title=t("A process beats every second. One that stays silent for 6 s is taken over from."),
            ),
        ),
        class_name="beat",
    )


def _label(words: Any) -> rx.Component:
    # Said to who hears the row; seen where it is a card, without headings.
    return rx.el.span(words, class_name="worker-label")
