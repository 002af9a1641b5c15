"""How the page Workers looks."""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import ago, ticker
from execution_hub.ui.components.buttons import button, icon_button, page_link
from execution_hub.ui.components.card import card, notice
from execution_hub.ui.components.copying import copy_button
from execution_hub.ui.components.dialog import dialog
from execution_hub.ui.components.icons import icon
from execution_hub.ui.live import LiveState, PageState
from execution_hub.ui.pages.workers.row import skeleton_row, worker_headings, worker_row
from execution_hub.ui.pages.workers.shared import SharedWorkersState
from execution_hub.ui.pages.workers.state import STOP, WorkersState
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import t, t_around, tn
from execution_hub.version import VERSION
from execution_hub.views.addresses import WORKERS, dashboard_path
from execution_hub.views.workers import LostRow

_SERVE = "execution-hub serve --role all"
_WORKER = "execution-hub worker"


def workers_page() -> rx.Component:
    """Show the processes of the hub."""
    state = SharedWorkersState
    return page_frame(
        t("Workers"),
        rx.el.div(
            _figures(),
            rx.el.div(_notices(), role="status"),
            card(
                worker_headings(),
                rx.el.ul(
                    rx.cond(
                        state.is_loaded,
                        rx.foreach(state.rows, worker_row),
                        rx.fragment(skeleton_row(), skeleton_row()),
                    ),
                    class_name="worker-list",
                    aria_label=t("Processes"),
                ),
                class_name="workers",
            ),
            rx.cond(state.is_loaded & (state.figures.is_alone | (state.figures.executing == 0)), _how_to()),
            _question(),
            data_testid="workers-page",
        ),
        active=WORKERS,
    )


def _figures() -> rx.Component:
    figures = SharedWorkersState.figures
    return rx.el.div(
        _figure(
            t("Running"),
            page_link(
                t("{running} of {slots}", running=figures.running, slots=figures.slots),
                href=dashboard_path(status="running"),
            ),
            rx.cond(
                (figures.limit > 0) & (figures.room > figures.limit),
                t("Room for {room}; the hub's limit is {limit}", room=figures.room, limit=figures.limit),
                tn("in {n} process that executes", "in {n} processes that execute", figures.executing),
            ),
            "workers-running",
        ),
        _figure(
            t("Pending"),
            page_link(LiveState.pending_count, href=dashboard_path(status="pending")),
            rx.cond(LiveState.is_queue_paused, t("Queue paused"), t("waiting for a slot")),
            "workers-pending",
        ),
        _figure(
            t("Oldest pending"),
            rx.cond(
                LiveState.pending.length() > 0,
                ticker(LiveState.pending[0].created_at),
                t("–"),
            ),
            t("since it was started"),
            "workers-oldest",
        ),
        class_name="worker-figures",
    )


def _figure(label: Any, value: Any, more: Any, test_id: str) -> rx.Component:
    return rx.el.div(
        rx.el.span(label, class_name="label"),
        rx.el.strong(value),
        rx.el.small(more),
        class_name="tile",
        data_testid=test_id,
    )


def _notices() -> rx.Component:
    state = SharedWorkersState
    figures = state.figures
    return rx.fragment(
        rx.cond(
            state.is_loaded & (figures.executing == 0),
            notice(
                t("No process takes work: what is pending waits until a worker joins."),
                kind="bad",
                icon="warning",
                data_testid="workers-none",
            ),
        ),
        rx.cond(
            figures.other_versions != "",
            notice(
                t(
                    "An upgrade is under way: this page is version {own}, others are {others}.",
                    own=VERSION,
                    others=figures.other_versions,
                ),
                icon="again",
                data_testid="workers-upgrade",
            ),
        ),
        rx.foreach(state.lost, _lost),
    )


def _lost(lost: rx.Var[LostRow]) -> rx.Component:
    return rx.cond(
        WorkersState.closed.contains(lost.id),
        rx.fragment(),
        rx.el.div(
            icon("warning"),
            rx.el.span(
                rx.el.b(lost.name, dir="auto"),
                " ",
                t_around("is lost: it was last heard {at}.", ago(lost.at)),
                " ",
                rx.cond(
                    lost.executed,
                    t("What ran there goes on at others."),
                    t("Its pages go on at another process that serves them."),
                ),
            ),
            icon_button("cross", t("Close"), on_click=WorkersState.close_lost(lost.id)),
            class_name="notice warn worker-lost",
            key=lost.id,
            data_testid="worker-lost",
        ),
    )


def _question() -> rx.Component:
    state, asked = WorkersState, WorkersState.asked
    is_stop = state.to_do == STOP
    title = rx.cond(is_stop, t("Stop this process?"), t("Drain this process?"))
    return dialog(
        rx.el.h2(title),
        rx.el.p(asked.name, class_name="worker-name", dir="auto"),
        rx.el.ul(
            rx.el.li(t("It takes nothing new from now on.")),
            rx.cond(is_stop, _says_of_stop(asked), _says_of_drain(asked)),
            class_name="drain-says",
        ),
        rx.cond(
            (SharedWorkersState.figures.executing < 2) & (asked.status == "running"),
            notice(
                t("It is the last one that takes work: what is pending then waits until another joins."),
                kind="warn",
                icon="warning",
                data_testid="drain-last",
            ),
        ),
        rx.el.p(state.problem, class_name="problem", role="alert"),
        rx.el.div(
            button(
                rx.cond(is_stop, t("Stop it"), t("Drain it")),
                kind="danger",
                busy=state.is_sending,
                on_click=state.confirm,
                data_testid=rx.cond(is_stop, "worker-stop-confirm", "worker-drain-confirm"),
            ),
            button(t("Leave it"), on_click=state.close_question, data_testid="worker-drain-cancel"),
            class_name="form-actions",
        ),
        is_open=state.is_asking,
        on_close=state.close_question,
        class_name="drain-dialog",
        aria_label=title,
        data_testid="drain-dialog",
    )


def _says_of_drain(asked: Any) -> rx.Component:
    return rx.fragment(
        rx.el.li(
            rx.cond(
                asked.running > 0,
                tn("The {n} execution that runs there goes on.", "The {n} that run there go on.", asked.running),
                t("Nothing runs there now."),
            )
        ),
        rx.el.li(
            rx.cond(
                asked.role == "worker",
                t("Once it is empty it ends. What still runs after its HUB_DRAIN_SECONDS is handed over to another."),
                t("It goes on serving pages. To have it execute again, restart it."),
            )
        ),
    )


def _says_of_stop(asked: Any) -> rx.Component:
    return rx.fragment(
        rx.el.li(
            rx.cond(
                asked.running > 0,
                tn(
                    "The {n} execution that runs there is handed over to another process at once.",
                    "The {n} that run there are handed over to other processes at once.",
                    asked.running,
                ),
                t("Nothing runs there now."),
            )
        ),
        rx.el.li(t("Then it ends. Only where it was started can it be started again.")),
    )


def _how_to() -> rx.Component:
    return card(
        rx.el.p(
            rx.cond(
                SharedWorkersState.figures.is_alone,
                t(
                    "This hub is one process, which serves and executes: enough for most. When one machine is not "
                    "enough any more, others join it over PostgreSQL."
                ),
                t("Workers join over the PostgreSQL that this hub has."),
            ),
            class_name="hint",
        ),
        rx.el.ol(
            rx.cond(
                SharedWorkersState.figures.is_alone,
                rx.fragment(
                    rx.cond(
                        PageState.database == "SQLite",
                        rx.el.li(
                            t(
                                "Set HUB_DATABASE_URL to a database of PostgreSQL: an SQLite file has room for one "
                                "process."
                            )
                        ),
                    ),
                    rx.el.li(t("Start this hub as one that others may join:"), _command(_SERVE)),
                ),
            ),
            rx.el.li(
                t("Start a worker wherever you like, with the same HUB_DATABASE_URL and the same keys:"),
                _command(_WORKER),
            ),
            class_name="how-to",
        ),
        title=t("Add workers"),
        class_name="worker-how",
        data_testid="workers-how-to",
    )


def _command(words: str) -> rx.Component:
    return rx.el.div(rx.el.pre(rx.el.code(words), class_name="raw"), copy_button(words), class_name="example")
