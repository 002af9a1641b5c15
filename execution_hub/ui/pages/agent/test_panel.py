"""The test panel of an agent's page: the input, and the answer as it comes."""

import reflex as rx

from execution_hub.domain.execution import INPUT_MAX
from execution_hub.ui.components.bench import send_form
from execution_hub.ui.components.buttons import button, page_link
from execution_hub.ui.components.card import card
from execution_hub.ui.components.icons import icon
from execution_hub.ui.components.long_input import count, within
from execution_hub.ui.components.missing_key import key_notice
from execution_hub.ui.components.output import OutputVars, rendered_output, waiting_lines
from execution_hub.ui.components.problem import error_notice, stop_notice
from execution_hub.ui.components.queue import queue_notice, started_words
from execution_hub.ui.components.status import simulated_tag, version_tag
from execution_hub.ui.components.stop import stop_button, stop_proof
from execution_hub.ui.components.submit_area import SubmitArea, takes_back
from execution_hub.ui.components.waiting import execution_badge, held_until, time_taken, waiting_words
from execution_hub.ui.pages.agent.bench import TEST_FORM
from execution_hub.ui.pages.agent.state import AgentState
from execution_hub.ui.routes import execution_path
from execution_hub.ui.text import t, tn
from execution_hub.ui.transcripts import TranscriptState
from execution_hub.words.marking import N_

_DIRECTIVES = {
    "fail": N_("fails after a few words"),
    "slow": N_("takes 20 to 30 seconds"),
    "fast": N_("answers at once"),
    "long": N_("answers at length"),
    "cut": N_("stops half way, as at a limit"),
    "tool NAME {}": N_("asks for a tool"),
}


def test_card() -> rx.Component:
    """Show the form of a test and what came of the newest one."""
    return card(
        _form(),
        _result(),
        # Last, since it comes once the agent is known: nothing above it moves.
        rx.cond(AgentState.agent.is_simulated, _directives()),
        title=t("Test"),
        aside=rx.cond(AgentState.is_dirty, t("Runs what is on the page, saved or not"), ""),
        class_name="test-card",
    )


def _form() -> rx.Component:
    problem = AgentState.problem
    return rx.el.form(
        rx.el.label(t("Input"), html_for="test-input", class_name="sr"),
        SubmitArea.create(
            id="test-input",
            name="input",
            placeholder=t("Ask the agent something"),
            rows="2",
            class_name="input area",
            on_change=takes_back(AgentState),
            on_mount=AgentState.note_typing,
            aria_invalid=problem != "",
            aria_describedby="test-input-error test-input-count",
            data_testid="test-input",
        ),
        queue_notice(),
        rx.el.div(
            rx.el.div(
                rx.el.p(problem, id="test-input-error", class_name="problem", role="alert"),
                rx.el.p(
                    rx.cond(
                        AgentState.started_id > 0,
                        rx.fragment(
                            icon("check"),
                            started_words(AgentState.is_held, t("Test started. You can leave this page.")),
                        ),
                    ),
                    class_name="started",
                    role="status",
                ),
                class_name="told",
            ),
            count("test-input", INPUT_MAX),
            rx.el.kbd(t("Ctrl + Enter"), class_name="keys"),
            within(
                "test-input",
                INPUT_MAX,
                rx.cond(
                    AgentState.is_dirty,
                    send_form(
                        icon("check"),
                        rx.el.span(t("Save and test")),
                        target=TEST_FORM,
                        on_send=AgentState.save_and_test,
                        is_disabled=AgentState.is_saving | AgentState.submitting,
                        test_id="agent-save-test",
                    ),
                ),
                button(
                    t("Test"),
                    icon="play",
                    kind="primary",
                    type="submit",
                    busy=AgentState.submitting,
                    disabled=AgentState.agent.id == 0,
                    data_testid="test-run",
                ),
            ),
            class_name="test-foot",
        ),
        key_notice(AgentState.agent.missing_key),
        on_submit=AgentState.run_test,
        no_validate=True,
        id=TEST_FORM,
        class_name="test-form",
    )


def _directives() -> rx.Component:
    return rx.el.p(
        t("The simulated model also understands"),
        *(
            rx.el.span(rx.el.code(f"[{name}]"), " ", t(words), class_name="directive")
            for name, words in _DIRECTIVES.items()
        ),
        class_name="directives",
    )


def _result() -> rx.Component:
    facts, output = TranscriptState.facts, OutputVars.of(TranscriptState)
    return rx.cond(
        facts.id > 0,
        rx.el.div(
            rx.el.div(
                execution_badge(facts),
                rx.cond(facts.is_simulated, simulated_tag()),
                version_tag(facts.agent_version, facts.agent_version == 0),
                rx.el.span(time_taken(facts), class_name="num"),
                rx.cond(
                    facts.output_tokens > 0,
                    rx.el.span(tn("{n} token", "{n} tokens", facts.output_tokens), class_name="num"),
                ),
                stop_button(facts, class_name="small"),
                page_link(
                    t("Open execution #{id}", id=facts.id),
                    icon("chevron_right"),
                    href=execution_path(facts.id),
                    class_name="result-link",
                ),
                class_name="result-head",
            ),
            stop_proof(facts),
            error_notice(facts, TranscriptState.error),
            rx.el.div(
                rx.cond(
                    output.is_empty,
                    rx.cond(
                        facts.is_active,
                        waiting_lines(rx.fragment(waiting_words(facts), held_until(facts))),
                        rx.fragment(),
                    ),
                    rendered_output(output, facts.is_active),
                ),
                class_name="result-output",
                data_testid="execution-output",
            ),
            stop_notice(facts),
            class_name="result",
        ),
        rx.el.p(t("The answer appears here as it is written."), class_name="result idle"),
    )
