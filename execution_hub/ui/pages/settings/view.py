"""How the page Settings looks."""

from typing import Any

import reflex as rx
from reflex.style import color_mode, set_color_mode

from execution_hub.ui.acting import ActionState
from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import card, notice, skeleton
from execution_hub.ui.components.connection import connection_word
from execution_hub.ui.components.icons import icon
from execution_hub.ui.live import LiveState, PageState
from execution_hub.ui.pages.settings.rows import known, row, rows
from execution_hub.ui.pages.settings.state import SettingsState
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import LocaleState, in_each_language, t, tn
from execution_hub.views.addresses import SETTINGS, TOOLS, WORKERS
from execution_hub.words.catalogue import CATALOGUES, language_name

_GUIDE = "/api/docs/guide"


def settings_page() -> rx.Component:
    """Show what the hub is and how it is set up."""
    problem = SettingsState.problem
    return page_frame(
        t("Settings"),
        rx.cond(problem != "", notice(problem, kind="bad", icon="warning", role="alert")),
        rx.el.p(
            t("What carries a name in capitals is a variable of the environment: set it, then restart the hub."),
            class_name="hint settings-hint",
        ),
        rx.el.div(
            rx.el.div(_hub_card(), _queue_card(), _models_card(), _tools_card(), _look_card(), class_name="stack"),
            rx.el.div(_data_card(), _limits_card(), _documents_card(), class_name="stack"),
            class_name="settings-two",
        ),
        _prices_card(),
        active=SETTINGS,
    )


def _hub_card() -> rx.Component:
    hub = SettingsState.hub
    return card(
        rows(
            row(t("Version"), known(hub.version), data_testid="settings-version"),
            row(t("Health"), known(_health(), "190px"), data_testid="settings-health"),
            row(t("Address"), known(hub.address, "155px"), "HUB_HOST", "HUB_PORT"),
            row(
                t("Connections of pages"),
                known(rx.cond(hub.transport == "polling", t("Polling only"), t("Websocket, else polling")), "165px"),
                "HUB_TRANSPORT",
            ),
            row(
                t("Webhooks of suites"),
                known(rx.cond(hub.takes_webhooks, t("Taken if signed"), t("Not set: none is taken")), "150px"),
                "HUB_WEBHOOK_SECRET",
            ),
            row(t("This page"), connection_word()),
        ),
        title=t("This hub"),
    )


def _health() -> rx.Component:
    return rx.cond(
        SettingsState.problem != "",
        rx.el.span(icon("cross"), t("Cannot work"), class_name="told bad"),
        rx.cond(
            SettingsState.sizes.data != "",
            rx.el.span(icon("check"), t("Database and engine work"), class_name="told good"),
            rx.el.span(t("Looking"), class_name="faint"),
        ),
    )


def _queue_card() -> rx.Component:
    is_paused = LiveState.is_queue_paused
    return card(
        rows(
            row(
                t("State"),
                rx.cond(
                    is_paused,
                    rx.el.span(icon("pause"), t("Paused: nothing new starts"), class_name="told warn"),
                    rx.el.span(icon("check"), t("Not paused"), class_name="told good"),
                ),
                data_testid="settings-queue-state",
            ),
            row(t("Running"), LiveState.running_count),
            row(t("Waiting for their turn"), LiveState.pending_count),
            row(t("At once, at most"), known(PageState.slots, when=PageState.slots > 0), "HUB_MAX_CONCURRENCY"),
        ),
        button(
            rx.cond(is_paused, t("Resume the queue"), t("Pause the queue")),
            icon=None,
            on_click=ActionState.pause_queue(~is_paused),
            class_name="settings-action",
            data_testid="settings-queue",
        ),
        title=t("Queue"),
        aside=page_link(t("Which process runs how much"), href=WORKERS),
    )


def _models_card() -> rx.Component:
    return card(
        rx.cond(
            SettingsState.hub.version != "",
            rx.el.div(rx.foreach(SettingsState.providers, _provider), class_name="providers"),
            rows(*(row(skeleton("160px"), skeleton("115px")) for _ in range(2))),
        ),
        title=t("Models"),
    )


def _provider(provider: Any) -> rx.Component:
    return rows(
        rx.el.div(
            rx.el.dt(t("Key for {name}", name=provider.name), rx.el.code(provider.key_variable, class_name="variable")),
            rx.el.dd(
                rx.cond(
                    provider.has_key,
                    rx.el.span(icon("check"), t("Found"), class_name="told good"),
                    rx.cond(
                        provider.needs_key,
                        rx.el.span(icon("minus"), t("Not set: its models do not answer"), class_name="told warn"),
                        rx.el.span(icon("minus"), t("Not set, and not needed at that address"), class_name="told"),
                    ),
                )
            ),
            class_name="setting",
            data_testid="settings-key",
        ),
        rx.el.div(
            rx.el.dt(t("Asked at"), rx.el.code(provider.host_variable, class_name="variable")),
            rx.el.dd(provider.host),
            class_name="setting",
        ),
    )


def _tools_card() -> rx.Component:
    tools = SettingsState.tools
    servers = rx.cond(
        tools.servers > 0,
        rx.fragment(
            t("{ready} of {n} ready", ready=tools.ready, n=tools.servers),
            rx.cond(
                tools.failed > 0,
                rx.el.span(", ", icon("cross"), t("{n} failed", n=tools.failed), class_name="told bad"),
            ),
        ),
        t("None but the built-in one"),
    )
    return card(
        rows(
            row(
                t("File of servers"),
                known(rx.cond(tools.file != "", rx.el.code(tools.file, class_name="id"), t("Not set")), "90px"),
                "HUB_MCP_FILE",
            ),
            row(t("Servers"), known(servers, "150px"), data_testid="settings-tools"),
        ),
        title=t("Tools"),
        aside=page_link(t("Look at them, and try them"), href=TOOLS),
    )


def _data_card() -> rx.Component:
    hub, sizes = SettingsState.hub, SettingsState.sizes
    measured = sizes.data != ""
    return card(
        rows(
            row(t("Data folder"), known(rx.el.code(hub.data_dir, class_name="id"), "150px"), "HUB_DATA_DIR"),
            row(
                t("Its size"),
                rx.cond(
                    measured,
                    rx.cond(sizes.is_partial, t("at least {size}", size=sizes.data), sizes.data),
                    skeleton("90px"),
                ),
                data_testid="settings-size",
            ),
            row(
                t("Database"),
                known(rx.cond(hub.is_sqlite, "SQLite", "PostgreSQL")),
                "HUB_DATABASE_URL",
            ),
            row(t("Migrated to"), known(rx.el.code(hub.revision, class_name="id"))),
            rx.cond(
                measured,
                rx.foreach(
                    SettingsState.databases, lambda each: row(rx.el.code(each.name, class_name="id"), each.size)
                ),
                rx.fragment(*(row(skeleton("90px"), skeleton("60px")) for _ in range(2))),
            ),
            row(
                t("Executions kept"),
                rx.cond(
                    measured,
                    rx.cond(sizes.is_more, t("at least {size}", size=sizes.executions), sizes.executions),
                    skeleton("60px"),
                ),
                data_testid="settings-executions",
            ),
            row(
                t("Finished ones are kept for"),
                known(rx.cond(hub.retention_days > 0, tn("{n} day", "{n} days", hub.retention_days), t("ever"))),
                "HUB_RETENTION_DAYS",
            ),
            row(
                t("Finished ones, at most"),
                known(rx.cond(hub.retention_max != "", hub.retention_max, t("no limit"))),
                "HUB_RETENTION_MAX",
            ),
        ),
        title=t("Data"),
        aside=rx.cond(measured, rx.fragment(t("measured"), " ", ago(sizes.measured_at))),
    )


def _limits_card() -> rx.Component:
    hub = SettingsState.hub
    return card(
        rows(
            row(t("Time of an execution"), known(hub.time_limit), "HUB_EXECUTION_TIMEOUT_SECONDS"),
            row(t("Size of an output"), known(hub.output_max), "HUB_OUTPUT_MAX_BYTES"),
            row(t("Characters of an input"), known(hub.input_max)),
            row(t("Characters of a prompt"), known(hub.prompt_max)),
            row(t("Steps of a workflow"), known(hub.steps_max)),
        ),
        title=t("Limits"),
        aside=_document(t("All limits"), f"{_GUIDE}/limits"),
    )


def _look_card() -> rx.Component:
    looks = (("system", t("As the system")), ("dark", t("Dark")), ("light", t("Light")))
    return card(
        rows(
            row(
                t("Language"),
                rx.el.div(
                    *(
                        _choice(
                            language_name(language, language),
                            LocaleState.language == language,
                            LocaleState.choose_language(language),
                            lang=catalogue.tag,
                        )
                        for language, catalogue in CATALOGUES.items()
                    ),
                    class_name="choices",
                    role="group",
                    aria_label=t("Language"),
                ),
            ),
            row(
                t("Look"),
                rx.el.div(
                    *(_choice(label, color_mode == name, set_color_mode(name)) for name, label in looks),
                    class_name="choices",
                    role="group",
                    aria_label=t("Look"),
                ),
            ),
        ),
        title=t("This browser"),
    )


def _choice(label: Any, is_on: Any, on_click: Any, **props: Any) -> rx.Component:
    return rx.el.button(
        label,
        type="button",
        class_name=rx.cond(is_on, "chip on", "chip"),
        aria_pressed=is_on,
        on_click=on_click,
        **props,
    )


def _documents_card() -> rx.Component:
    readme = in_each_language(lambda language: f"{_GUIDE}/readme-{language}")
    return card(
        rx.el.ul(
            *(
                rx.el.li(_document(label, address))
                for label, address in (
                    (t("The API, with a form for every call"), "/api/docs"),
                    (t("Guide"), readme),
                    (t("Agents that act"), f"{_GUIDE}/agents"),
                    (t("Workflows"), f"{_GUIDE}/workflows"),
                    (t("Tests that judge"), f"{_GUIDE}/testing"),
                    (t("Suites in continuous integration"), f"{_GUIDE}/ci"),
                    (t("Limits"), f"{_GUIDE}/limits"),
                    (t("Security"), f"{_GUIDE}/security"),
                    (t("What happens when something fails"), f"{_GUIDE}/reliability"),
                    (t("Run it on a server"), f"{_GUIDE}/deploy"),
                    (t("More than one machine"), f"{_GUIDE}/scale"),
                )
            ),
            class_name="documents",
        ),
        title=t("Documentation"),
    )


def _document(label: Any, address: Any) -> rx.Component:
    return rx.el.a(label, href=address, target="_blank", rel="noopener")


def _prices_card() -> rx.Component:
    heads = (t("Model"), t("Input"), t("Output"), t("Cache write"), t("Cache read"), t("Whose price"))
    return card(
        rx.el.p(
            t("In US dollars per million tokens. A file of yours adds models, or other prices:"),
            rx.el.code("HUB_PRICES_FILE", class_name="variable"),
            class_name="hint",
        ),
        rx.el.div(
            rx.el.table(
                rx.el.thead(rx.el.tr(*(rx.el.th(head, scope="col") for head in heads))),
                rx.el.tbody(rx.foreach(SettingsState.prices, _price)),
                class_name="prices",
            ),
            class_name="table-scroll",
            tab_index=0,
            role="region",
            aria_label=t("Prices of models"),
        ),
        title=t("Prices of models"),
        data_testid="settings-prices",
    )


def _price(price: Any) -> rx.Component:
    figures = (price.input, price.output, price.cache_write, price.cache_read)
    return rx.el.tr(
        rx.el.th(price.model, scope="row", dir="auto"),
        *(rx.el.td(rx.cond(each != "", each, "–")) for each in figures),
        rx.el.td(rx.cond(price.is_own, rx.el.span(t("yours"), class_name="tag own"), t("published"))),
        key=price.model,
    )
