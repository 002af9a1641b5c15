"""How the page Settings looks."""

from typing import Any

import reflex as rx
from reflex.style import color_mode, set_color_mode

from execution_hub.ui.acting import ActionState
from execution_hub.ui.components.browser import ago
from execution_hub.ui.components.buttons import button
from execution_hub.ui.components.card import card, notice, skeleton
from execution_hub.ui.components.connection import connection_word
from execution_hub.ui.components.icons import icon
from execution_hub.ui.live import LiveState
from execution_hub.ui.pages.settings.state import SettingsState
from execution_hub.ui.shell import page_frame
from execution_hub.ui.text import LocaleState, in_each_language, t, tn
from execution_hub.views.addresses import SETTINGS
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
            rx.el.div(_hub_card(), _queue_card(), _models_card(), _look_card(), class_name="stack"),
            rx.el.div(_data_card(), _limits_card(), _documents_card(), class_name="stack"),
            class_name="settings-two",
        ),
        _prices_card(),
        active=SETTINGS,
    )


def _row(label: Any, value: Any, *variables: str, **props: Any) -> rx.Component:
    """Show a setting: what it is, its value, and the variables that change it."""
    names = [rx.el.code(name, class_name="variable") for name in variables]
    return rx.el.div(rx.el.dt(label, *names), rx.el.dd(value, dir="auto"), class_name="setting", **props)


def _known(value: Any, width: str = "60px") -> rx.Component:
    """Show a value once the hub is known, and until then its place, about as wide: its label may have two lines."""
    return rx.cond(SettingsState.hub.version != "", value, skeleton(width))


def _rows(*rows: rx.Component) -> rx.Component:
    return rx.el.dl(*rows, class_name="settings")


def _hub_card() -> rx.Component:
    hub = SettingsState.hub
    return card(
        _rows(
            _row(t("Version"), _known(hub.version), data_testid="settings-version"),
            _row(t("Health"), _known(_health(), "190px"), data_testid="settings-health"),
            _row(t("Address"), _known(hub.address, "155px"), "HUB_HOST", "HUB_PORT"),
            _row(
                t("Connections of pages"),
                _known(rx.cond(hub.transport == "polling", t("Polling only"), t("Websocket, else polling")), "165px"),
                "HUB_TRANSPORT",
            ),
            _row(t("This page"), connection_word()),
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
        _rows(
            _row(
                t("State"),
                rx.cond(
                    is_paused,
                    rx.el.span(icon("pause"), t("Paused: nothing new starts"), class_name="told warn"),
                    rx.el.span(icon("check"), t("Not paused"), class_name="told good"),
                ),
                data_testid="settings-queue-state",
            ),
            _row(t("Running"), LiveState.running_count),
            _row(t("Waiting for their turn"), LiveState.pending_count),
            _row(t("At once, at most"), _known(SettingsState.hub.slots), "HUB_MAX_CONCURRENCY"),
        ),
        button(
            rx.cond(is_paused, t("Resume the queue"), t("Pause the queue")),
            icon=None,
            on_click=ActionState.pause_queue(~is_paused),
            class_name="settings-action",
            data_testid="settings-queue",
        ),
        title=t("Queue"),
    )


def _models_card() -> rx.Component:
    return card(
        rx.cond(
            SettingsState.hub.version != "",
            rx.el.div(rx.foreach(SettingsState.providers, _provider), class_name="providers"),
            _rows(*(_row(skeleton("160px"), skeleton("115px")) for _ in range(2))),
        ),
        title=t("Models"),
    )


def _provider(provider: Any) -> rx.Component:
    return _rows(
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


def _data_card() -> rx.Component:
    hub, sizes = SettingsState.hub, SettingsState.sizes
    measured = sizes.data != ""
    return card(
        _rows(
            _row(t("Data folder"), _known(rx.el.code(hub.data_dir, class_name="id"), "150px"), "HUB_DATA_DIR"),
            _row(
                t("Its size"),
                rx.cond(
                    measured,
                    rx.cond(sizes.is_partial, t("at least {size}", size=sizes.data), sizes.data),
                    skeleton("90px"),
                ),
                data_testid="settings-size",
            ),
            _row(
                t("Database"),
                _known(rx.cond(hub.is_sqlite, "SQLite", "PostgreSQL")),
                "HUB_DATABASE_URL",
            ),
            _row(t("Migrated to"), _known(rx.el.code(hub.revision, class_name="id"))),
            rx.cond(
                measured,
                rx.foreach(
                    SettingsState.databases, lambda each: _row(rx.el.code(each.name, class_name="id"), each.size)
                ),
                rx.fragment(*(_row(skeleton("90px"), skeleton("60px")) for _ in range(2))),
            ),
            _row(
                t("Executions kept"),
                rx.cond(
                    measured,
                    rx.cond(sizes.is_more, t("at least {size}", size=sizes.executions), sizes.executions),
                    skeleton("60px"),
                ),
                data_testid="settings-executions",
            ),
            _row(
                t("Finished ones are kept for"),
                _known(rx.cond(hub.retention_days > 0, tn("{n} day", "{n} days", hub.retention_days), t("ever"))),
                "HUB_RETENTION_DAYS",
            ),
            _row(
                t("Finished ones, at most"),
                _known(rx.cond(hub.retention_max != "", hub.retention_max, t("no limit"))),
                "HUB_RETENTION_MAX",
            ),
        ),
        title=t("Data"),
        aside=rx.cond(measured, rx.fragment(t("measured"), " ", ago(sizes.measured_at))),
    )


def _limits_card() -> rx.Component:
    hub = SettingsState.hub
    return card(
        _rows(
            _row(t("Time of an execution"), _known(hub.time_limit), "HUB_EXECUTION_TIMEOUT_SECONDS"),
            _row(t("Size of an output"), _known(hub.output_max), "HUB_OUTPUT_MAX_BYTES"),
            _row(t("Characters of an input"), _known(hub.input_max)),
            _row(t("Characters of a prompt"), _known(hub.prompt_max)),
            _row(t("Steps of a workflow"), _known(hub.steps_max)),
        ),
        title=t("Limits"),
        aside=_document(t("All limits"), f"{_GUIDE}/limits"),
    )


def _look_card() -> rx.Component:
    looks = (("system", t("As the system")), ("dark", t("Dark")), ("light", t("Light")))
    return card(
        _rows(
            _row(
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
            _row(
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
    readme = in_each_language(lambda language: f"{_GUIDE}/readme-zh" if language == "zh" else f"{_GUIDE}/readme")
    return card(
        rx.el.ul(
            *(
                rx.el.li(_document(label, address))
                for label, address in (
                    (t("The API, with a form for every call"), "/api/docs"),
                    (t("Guide"), readme),
                    (t("Agents that act"), f"{_GUIDE}/agents"),
                    (t("Workflows"), f"{_GUIDE}/workflows"),
                    (t("Limits"), f"{_GUIDE}/limits"),
                    (t("Security"), f"{_GUIDE}/security"),
                    (t("What happens when something fails"), f"{_GUIDE}/reliability"),
                    (t("Run it on a server"), f"{_GUIDE}/deploy"),
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
