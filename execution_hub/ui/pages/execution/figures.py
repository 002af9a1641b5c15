"""The figures of an execution, and what it ran with."""

import reflex as rx

from execution_hub.domain.status import Status
from execution_hub.ui.components.browser import moment
from execution_hub.ui.components.buttons import page_link
from execution_hub.ui.components.card import card, notice, skeleton
from execution_hub.ui.components.differences import differences
from execution_hub.ui.components.status import simulated_tag
from execution_hub.ui.components.time_left import time_left
from execution_hub.ui.components.waiting import time_taken
from execution_hub.ui.pages.execution.started_by import started_by
from execution_hub.ui.pages.execution.state import ExecutionState
from execution_hub.ui.routes import agent_path, task_path, workflow_path
from execution_hub.ui.text import t, t_one_of, tn
from execution_hub.ui.transcripts import TranscriptState
from execution_hub.views.addresses import SETTINGS
from execution_hub.views.ran_with import RanAgent
from execution_hub.words.by_value import AGENT_FIELDS, STOP_REASONS


def figures_card() -> rx.Component:
    """Show times, tokens and cost."""
    facts = TranscriptState.facts
    return card(
        rx.cond(
            facts.id > 0,
            rx.el.dl(*_times(), *_usage(), *_provider(), class_name="facts"),
            rx.el.div(*(skeleton("100%", "16px") for _ in range(6)), class_name="skeleton-lines"),
        ),
    )


def _fact(name: rx.Var[str], *value: object) -> tuple[rx.Component, rx.Component]:
    return rx.el.dt(name), rx.el.dd(*value)


def _times() -> tuple[rx.Component, ...]:
    facts = TranscriptState.facts
    return (
        *_fact(
            rx.cond(facts.started_at != "", t("Started"), t("Created")),
            rx.cond(facts.started_at != "", moment(facts.started_at), moment(facts.created_at)),
        ),
        rx.cond(facts.trigger != "", rx.fragment(*_fact(t("Started by"), started_by()))),
        # Rows that come at the end are there from the start: what is below them does not move.
        *_fact(t("Finished"), rx.cond(facts.finished_at != "", moment(facts.finished_at), t("–"))),
        *_fact(
            rx.cond(
                facts.status == "running",
                t("Running for"),
                rx.cond(facts.is_active, t("Ran so far"), t("Took")),
            ),
            time_taken(facts),
        ),
        rx.cond(ExecutionState.usual_text != "", rx.fragment(*_fact(t("Usual time"), ExecutionState.usual_text))),
        rx.cond(
            (facts.status == "running") & (ExecutionState.usual_ms > 0),
            rx.fragment(
                *_fact(t("Time left"), time_left(facts.clock_from, ExecutionState.usual_ms, ExecutionState.slow_ms))
            ),
        ),
    )


def _usage() -> tuple[rx.Component, ...]:
    facts = TranscriptState.facts
    return (
        *_fact(
            rx.cond(facts.is_partial & (facts.tokens_text != ""), t("Tokens in / out, at least"), t("Tokens in / out")),
            rx.cond(
                facts.tokens_text != "",
                facts.tokens_text,
                rx.cond(facts.is_unknown, t("unknown"), t("–")),
            ),
        ),
        *_fact(
            rx.cond(
                facts.is_active,
                t("Cost so far"),
                rx.cond(facts.is_partial & (facts.cost_text != ""), t("Cost, at least"), t("Cost")),
            ),
            rx.cond(
                facts.cost_text != "",
                rx.cond(facts.is_own_price, _own_cost(), facts.cost_text),
                rx.cond(
                    facts.is_simulated,
                    t("none, simulated"),
                    rx.cond(
                        facts.is_active,
                        t("–"),
                        rx.cond(facts.is_unknown, t("unknown"), t("no price known")),
                    ),
                ),
            ),
        ),
        rx.cond(
            facts.cached_text != "",
            rx.fragment(
                *_fact(
                    t("Read from cache"),
                    rx.el.span(
                        tn("{n} token", "{n} tokens", facts.cached_text),
                        rx.cond(facts.saved_text != "", rx.fragment(" · ", t("{cost} saved", cost=facts.saved_text))),
                        title=t("Part of the tokens in: the provider's cache charges less for them."),
                        data_testid="cache-saved",
                    ),
                )
            ),
        ),
        *_fact(t("Attempt"), rx.cond(facts.attempt > 0, _attempt(), t("–"))),
    )


def _attempt() -> rx.Component:
    worker = TranscriptState.worker
    return rx.fragment(
        TranscriptState.facts.attempt,
        rx.cond(
            worker != "",
            rx.fragment(
                " · ",
                rx.el.code(
                    worker,
                    class_name="id",
                    title=t("Which process of the hub ran this attempt"),
                    data_testid="attempt-worker",
                ),
            ),
        ),
    )


def _own_cost() -> rx.Component:
    return rx.el.span(
        TranscriptState.facts.cost_text,
        " ",
        page_link(t("your price"), href=SETTINGS, class_name="tag own", data_testid="own-price"),
        title=t("By the hub's own prices, from HUB_PRICES_FILE."),
    )


def _provider() -> tuple[rx.Component, ...]:
    facts = TranscriptState.facts
    return (
        rx.cond(
            facts.suite_id == 0,
            rx.fragment(
                *_fact(
                    t("Stopped because"),
                    rx.cond(
                        # That of the last step that answered is not why a workflow failed, or was stopped.
                        (facts.stop_reason != "")
                        & ((facts.workflow_id == 0) | (facts.status == Status.SUCCEEDED.value)),
                        t_one_of(facts.stop_reason, STOP_REASONS, facts.stop_reason),
                        t("–"),
                    ),
                )
            ),
        ),
        rx.cond(
            (facts.request_id != "") | ((facts.suite_id == 0) & (facts.workflow_id == 0)),
            rx.fragment(
                *_fact(
                    t("Request"),
                    rx.cond(
                        facts.request_id != "",
                        rx.el.code(facts.request_id, class_name="id", title=facts.request_id),
                        t("–"),
                    ),
                )
            ),
        ),
    )


def ran_with_card() -> rx.Component:
    """Show what it ran with as it was when it started: the agent, or the workflow and its agents."""
    facts = TranscriptState.facts
    return card(
        rx.match(
            ExecutionState.agent_since,
            ("changed", rx.fragment(notice(t("The agent has changed since."), icon="edit"), _since())),
            ("deleted", notice(t("The agent has been deleted since."), icon="trash")),
            rx.fragment(),
        ),
        rx.cond(
            ExecutionState.is_as_today & (facts.id > 0),
            notice(t("Nothing has changed since: today it would run with the same."), icon="check"),
        ),
        rx.match(
            ExecutionState.workflow_since,
            ("changed", notice(t("The workflow has changed since."), icon="edit")),
            ("deleted", notice(t("The workflow has been deleted since."), icon="trash")),
            rx.fragment(),
        ),
        rx.cond(
            facts.id > 0,
            rx.cond(facts.workflow_id > 0, _ran_workflow(), _ran_with()),
            rx.el.div(skeleton(), skeleton("70%"), class_name="skeleton-lines"),
        ),
        title=t("What it ran with"),
        class_name="ran-with",
    )


def _since() -> rx.Component:
    """What the agent is today and was not when this ran."""
    return rx.el.details(
        rx.el.summary(t("What has changed")),
        rx.el.p(rx.el.del_(t("only then")), " ", rx.el.ins(t("only today")), class_name="diff-legend"),
        differences(ExecutionState.agent_differences, AGENT_FIELDS),
        open=True,
        class_name="fold since-fold",
        data_testid="since-then",
    )


def _ran_workflow() -> rx.Component:
    facts = TranscriptState.facts
    return rx.fragment(
        rx.el.dl(
            *_fact(
                t("Workflow"),
                rx.cond(
                    ExecutionState.workflow_since == "deleted",
                    rx.el.span(facts.name, dir="auto"),
                    page_link(facts.name, href=workflow_path(facts.workflow_id), dir="auto"),
                ),
            ),
            rx.cond(
                ExecutionState.task_name != "",
                rx.fragment(
                    *_fact(
                        t("Task"),
                        page_link(ExecutionState.task_name, href=task_path(facts.task_id), dir="auto"),
                    )
                ),
            ),
            *_time_limit(),
            class_name="facts left",
        ),
        rx.cond(
            ExecutionState.ran_agents.length() > 0,
            rx.fragment(
                rx.el.h3(t("Agents")),
                rx.el.ul(rx.foreach(ExecutionState.ran_agents, _ran_agent), class_name="ran-agents"),
            ),
        ),
    )


def _ran_agent(agent: rx.Var[RanAgent]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.cond(
                agent.since == "deleted",
                rx.el.span(agent.name, dir="auto"),
                page_link(agent.name, href=agent_path(agent.id), dir="auto"),
            ),
            rx.cond(agent.is_simulated, simulated_tag(), rx.el.code(agent.model)),
            rx.el.span(tn("up to {n} token", "up to {n} tokens", agent.limit_text), class_name="faint"),
            rx.match(
                agent.since,
                ("changed", rx.el.span(t("changed since"), class_name="tag since")),
                ("deleted", rx.el.span(t("deleted since"), class_name="tag since")),
                rx.fragment(),
            ),
            class_name="ran-agent",
        ),
        rx.cond(
            agent.prompt != "",
            rx.el.details(
                rx.el.summary(t("System prompt")),
                rx.el.pre(
                    agent.prompt,
                    class_name="raw prompt",
                    dir="auto",
                    tab_index=0,
                    role="region",
                    aria_label=t("System prompt"),
                ),
                class_name="fold small",
            ),
        ),
        rx.cond(
            agent.differences.length() > 0,
            rx.el.details(
                rx.el.summary(t("What has changed")),
                differences(agent.differences, AGENT_FIELDS),
                class_name="fold small",
            ),
        ),
        key=agent.id,
    )


def _time_limit() -> tuple[rx.Component, rx.Component]:
    limit = TranscriptState.facts.time_limit_text
    return _fact(t("Time limit"), rx.cond(limit != "", limit, t("–")))


def _ran_with() -> rx.Component:
    facts = TranscriptState.facts
    return rx.fragment(
        rx.el.dl(
            *_fact(
                t("Agent"),
                rx.cond(
                    (ExecutionState.agent_since == "deleted") | (facts.agent_id == 0),
                    rx.el.span(facts.name, dir="auto"),
                    page_link(facts.name, href=agent_path(facts.agent_id), dir="auto"),
                ),
            ),
            rx.cond(
                ExecutionState.ran_version.version > 0,
                rx.fragment(*_fact(t("Version"), ExecutionState.ran_version.version)),
                rx.cond(ExecutionState.ran_version.is_unsaved, rx.fragment(*_fact(t("Version"), t("unsaved changes")))),
            ),
            *_fact(t("Model"), rx.cond(facts.is_simulated, simulated_tag(), rx.el.code(facts.model))),
            *_fact(t("Most output tokens"), facts.max_tokens_text),
            *_fact(t("Answers cut by a limit"), rx.cond(facts.on_cut == "fail", t("Fail"), t("Keep and mark them"))),
            *_time_limit(),
            *_fact(t("Retries"), facts.retries),
            rx.cond(
                facts.tools_text != "",
                rx.fragment(*_fact(t("Tools"), rx.el.span(facts.tools_text, class_name="tool-lines"))),
            ),
            class_name="facts left",
        ),
        rx.el.h3(t("System prompt")),
        rx.cond(
            ExecutionState.prompt != "",
            rx.el.pre(
                ExecutionState.prompt,
                class_name="raw prompt",
                dir="auto",
                tab_index=0,
                role="region",
                aria_label=t("System prompt"),
            ),
            rx.el.p(t("none"), class_name="faint"),
        ),
    )
