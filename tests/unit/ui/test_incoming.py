"""What a browser may send to a handler: every registered one, against every wrong kind of value."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from reflex.state import FrontendEventExceptionState

from execution_hub.ui.incoming import (
    ADDRESS_MAX,
    LATE_SECONDS,
    REPORT_MAX,
    CheckedEvents,
    checked_event,
    is_late,
    stored_vars,
)
from execution_hub.ui.payload import FORM_DATA_ENTRIES_KEY, LIST_MAX, Refused, is_unchecked
from tests.support.forged import DEEP, handlers, parameters, right, wrong

HANDLERS = handlers()
OURS = {name: each for name, each in HANDLERS.items() if each.fn.__module__.startswith("execution_hub")}
PAUSE = next(name for name in OURS if name.endswith(".pause_queue"))
SAVE = next(name for name in OURS if name.endswith("agent_state.save"))
HYDRATE = "reflex___state____state.hydrate_and_load"
THEIRS = "reflex___state____state.reflex___state____update_vars_internal_state.update_vars_internal"
HOME = {"pathname": "/", "asPath": "/?q=%E4%BD%A0", "query": {"q": "x"}}


def event(name: Any, payload: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "payload": payload, "router_data": HOME, **more}


@pytest.mark.parametrize("name", OURS, ids=lambda name: name.rpartition("____")[2])
def test_a_handler_takes_what_its_page_sends_and_nothing_else(name: str) -> None:
    handler = OURS[name]
    assert checked_event(event(name, right(handler)))["payload"] == right(handler)
    for why, payload in wrong(handler):
        with pytest.raises(Refused):
            raise AssertionError(f"{why}: {checked_event(event(name, payload))}")


def test_every_parameter_of_ours_has_an_annotation_that_can_be_checked() -> None:
    loose = [
        f"{name} {each}" for name, it in OURS.items() for each, hint in parameters(it).items() if is_unchecked(hint)
    ]
    assert not loose


def test_a_form_comes_as_its_last_values() -> None:
    entries = [["name", "A"], ["name", "B"]]
    found = checked_event(event(SAVE, {"form": {FORM_DATA_ENTRIES_KEY: [*entries, ["gone", None]]}}))
    assert found["payload"] == {"form": {"name": "B"}}


def test_a_page_at_an_address_that_leads_nowhere_is_a_page() -> None:
    """Its language and look can be chosen there, too: React Router tells the parts of its path as a list."""
    where = {"pathname": "/no/where", "asPath": "/no/where", "query": {"splat": ["no", "where"]}}
    assert checked_event(event(PAUSE, {"is_paused": True}, router_data=where))["router_data"] == where


@pytest.mark.parametrize("entries", [None, {}, [["a"]], [[1, "a"]], ["ab"], [[["a"], "b"]], [["a", "\ud800"]], DEEP])
def test_no_form_is_refused(entries: Any) -> None:
    with pytest.raises(Refused):
        checked_event(event(SAVE, {"form": {FORM_DATA_ENTRIES_KEY: entries}}))


@pytest.mark.parametrize(
    "data",
    [
        None,
        "text",
        [],
        event(None, {}),
        event("x" * 900_000, {}),
        event("no.such", {}),
        event(["a"], {}),
        event(PAUSE, None),
        event(PAUSE, [True]),
        event(PAUSE, {"is_paused": True}, router_data=None),
        event(PAUSE, {"is_paused": True}, router_data={"pathname": 1}),
        event(PAUSE, {"is_paused": True}, router_data={"pathname": "/" + "x" * ADDRESS_MAX}),
        event(PAUSE, {"is_paused": True}, router_data={"query": {"a": ["\ud800"]}}),
        event(PAUSE, {"is_paused": True}, router_data={"headers": DEEP}),
    ],
)
def test_what_is_no_event_of_a_page_is_refused(data: Any) -> None:
    with pytest.raises(Refused):
        checked_event(data)


def test_no_browser_sets_a_var_past_its_handler() -> None:
    """Reflex registers a setter for every State."""
    names = [name for name in HANDLERS if name.endswith(".setvar")]
    assert names
    for name in names:
        with pytest.raises(Refused):
            checked_event(event(name, {"var_name": "told", "value": "x"}))


# A choice and an openness, of those that browsers keep.
KEPT = (".chosen_language", ".openness")


@pytest.mark.parametrize("name", [HYDRATE, THEIRS])
def test_of_what_a_browser_keeps_only_ours_and_short_texts_are_taken(name: str) -> None:
    """A wrong one is left out: without the rest, the page would not load."""
    language, openness = (next(each for each in stored_vars() if each.endswith(last)) for last in KEPT)
    given = {f"{language}_rx_state_": "zh", openness: 7, "reflex___state____state.is_hydrated": "x", "no.such": "y"}
    assert checked_event(event(name, {"vars": given}))["payload"]["vars"] in (
        {f"{language}_rx_state_": "zh"},
        {f"{openness}_rx_state_": "zh"},
    )
    assert checked_event(event(name, {"vars": {language: "x" * 1000}}))["payload"]["vars"] == {}
    for vars_ in ("text", [1], {"a": "\ud800"}, {str(each): "" for each in range(LIST_MAX + 1)}, DEEP):
        with pytest.raises(Refused):
            checked_event(event(name, {"vars": vars_}))


def test_a_browsers_report_is_cut_before_reflex_searches_it() -> None:
    """Its expressions took minutes for a line of a few thousand characters made for them."""
    hostile = "TypeError: can't access property \"" + '", ' * 300_000
    name = next(each for each in HANDLERS if each.endswith(".handle_frontend_exception"))
    payload = checked_event(event(name, {"info": hostile, "component_stack": "at App"}))["payload"]
    assert payload == {"info": hostile[:REPORT_MAX], "component_stack": "at App"}
    started = time.process_time()
    for each in FrontendEventExceptionState.auto_reload_on_errors:
        each.search(payload["info"])
    assert time.process_time() - started < 0.1


@pytest.mark.parametrize(
    "message",
    [
        ("connect", {"QUERY_STRING": "token=another"}),
        ("connect",),
        ("disconnect", "why"),
        ("event",),
        ("event", event(PAUSE, {"is_paused": "\ud800"}), 1, 2),
        ("client_error", DEEP),
        ("client_error", {"message": "\ud800"}, 3),
        ("ping", 1, 2),
        ("trigger_event", 1),
        (["event"], 1),
        (None,),
    ],
    ids=str,
)
def test_a_message_of_no_page_is_dropped_with_one_line_at_most(message: tuple[Any, ...]) -> None:
    app: Any = SimpleNamespace(frontend_exception_handler=lambda _: None)
    events: Any = CheckedEvents("/_event", app)
    events.server = SimpleNamespace(get_environ=lambda *_: {}, manager=SimpleNamespace(is_connected=lambda *_: True))

    async def emit(*_: Any, **__: Any) -> None:
        pass

    events.emit = emit
    with structlog.testing.capture_logs() as lines:
        asyncio.run(events.trigger_event(message[0], "sid", *message[1:]))
    assert len(lines) <= 1
    assert "\ud800" not in str(lines)
    assert len(str(lines)) < 500


def test_what_a_network_gives_back_too_late_starts_nothing_and_is_said() -> None:
    """By the hub's clock alone; an event that says nothing, or nonsense, of its time is as good as any."""
    late = event(PAUSE, {"is_paused": True}, pressed_at=1000 * (time.time() - LATE_SECONDS - 1))
    app: Any = SimpleNamespace(frontend_exception_handler=lambda _: None)
    events: Any = CheckedEvents("/_event", app)
    told: list[Any] = []

    async def emit(name: str, *_: Any, to: str) -> None:
        told.append((name, to))

    events.emit = emit
    with structlog.testing.capture_logs() as lines:
        asyncio.run(events.on_event("sid", late))
    assert told == [("refused", "sid")]
    assert [each["handler"] for each in lines] == [PAUSE]
    wrong_or_new: tuple[Any, ...] = (None, "1", [], float("nan"), 1e300, 1000 * (time.time() + 60))
    for pressed_at in wrong_or_new:
        assert not is_late(event(PAUSE, {"is_paused": True}, pressed_at=pressed_at), time.time())
    assert not is_late("text", time.time())
