"""What an agent may do, within its form: tools, limits, thinking and the form of its answer, each folded."""

from functools import partial
from typing import Any

import reflex as rx

from execution_hub.domain.agent import (
    EFFORTS,
    MAX_COST_MAX_USD,
    MAX_TOOL_CALLS_MAX,
    MAX_TOTAL_TOKENS_MAX,
    MAX_TURNS_MAX,
    THINKING,
    TIMEOUT_MAX_SECONDS,
    TOOL_RESULT_LEAST_CHARS,
    TOOL_RESULT_MAX_CHARS,
)
from execution_hub.domain.output_schema import SCHEMA_MAX
from execution_hub.domain.tool_choice import ASK, AUTO, NEVER
from execution_hub.ui.browser_code import browser_component
from execution_hub.ui.components.fields import problem_of, select_field, text_area, text_field
from execution_hub.ui.text import LOCALE, t, t_one_of, tn_later
from execution_hub.views.addresses import TOOLS
from execution_hub.views.model_offer import ModelOffer
from execution_hub.views.tool_rows import ServerRow, ToolRow
from execution_hub.words.by_value import ACTING_VALUES, AGENT_FIELDS, LACKING, TOOL_HINTS

FieldWords = browser_component("tool_choices.jsx", "FieldWords", words=dict[str, Any], empty=str)
ToolWords = browser_component("tool_choices.jsx", "ToolWords", target=str, words=dict[str, Any])
ToolTokens = browser_component("tool_choices.jsx", "ToolTokens", target=str, tokens=list[Any], words=str, locale=str)
ToolChoices = browser_component("tool_choices.jsx", "ToolChoices", target=str)
Lack = browser_component(
    "tool_choices.jsx", "Lack", model=str, field=str, offers=list[ModelOffer], words=dict[str, str]
)
Lacks = browser_component(
    "tool_choices.jsx", "Lacks", model=str, offers=list[ModelOffer], fields=dict[str, str], words=str
)

_MODEL = "model"
_TOOLS = "tools"
_WHOLE = {"type": "number", "step": "1", "input_mode": "numeric"}
_ANY = {"type": "number", "min": "0", "step": "any", "input_mode": "decimal"}


def lacks(offers: Any) -> rx.Component:
    """Say under the model which of what the form holds it has no setting for.

    Args:
        offers: The ModelOffers.
    """
    fields = {name: t(AGENT_FIELDS[name]) for name in LACKING}
    words = t(
        "{model} has no setting for: {fields}. What happens then is said there.", model="{model}", fields="{fields}"
    )
    return Lacks.create(model=_MODEL, offers=offers, fields=fields, words=words)


def _lack(field: str, offers: Any) -> rx.Component:
    words = {provider: t(text, model="{model}") for provider, text in LACKING[field].items()}
    return Lack.create(model=_MODEL, field=field, offers=offers, words=words)


def acting_fields(acting: Any, servers: Any, tokens: Any, problems: Any, offers: Any) -> rx.Component:
    """Show the folded parts of an agent's form.

    Args:
        acting: The ActingView whose values they begin with.
        servers: A list of ServerRow: the tools there are.
        tokens: Pairs: what a tool is called in the form, and how many tokens it takes.
        problems: What is wrong, by field.
        offers: The ModelOffers: what each model has no setting for.
    """
    problem = partial(problem_of, problems)
    return rx.fragment(
        _tools(acting, servers, tokens, problem(_TOOLS), offers),
        _limits(acting, problem, problems),
        _thinking(acting, problem, problems, offers),
        _answer(acting, problem("output_schema"), offers),
    )


def _fold(title: rx.Var[str], words: rx.Component, *fields: Any, is_wrong: Any, test_id: str) -> rx.Component:
    return rx.el.details(
        rx.el.summary(rx.el.span(title), words),
        rx.el.div(*fields, class_name="fold-fields"),
        # What is wrong must be seen.
        open=is_wrong,
        class_name="fold form-fold",
        data_testid=test_id,
    )


# Tools


def _tools(acting: Any, servers: Any, tokens: Any, problem: rx.Var[str], offers: Any) -> rx.Component:
    words = {
        "none": t("None"),
        "some": tn_later("{n} tool", "{n} tools"),
        "asking": tn_later(", {n} asks first", ", {n} ask first"),
    }
    return _fold(
        t("Tools"),
        ToolWords.create(target=_TOOLS, words=words),
        rx.el.textarea(
            id=_TOOLS, name=_TOOLS, default_value=acting.tools, hidden=True, aria_label=t("Tools"), read_only=True
        ),
        _lack(_TOOLS, offers),
        rx.cond(
            servers.length() > 0,
            ToolChoices.create(rx.foreach(servers, _server), target=_TOOLS),
            rx.el.p(t("This hub offers no tools."), class_name="hint"),
        ),
        ToolTokens.create(
            target=_TOOLS,
            tokens=tokens,
            words=t("About {n} tokens a turn go into telling the model of them: an estimate.", n="{n}"),
            locale=LOCALE,
        ),
        rx.el.p(
            t("What a tool says of itself comes from its server, and is not verified."),
            " ",
            # Beside this page: what is typed here must not go.
            rx.el.a(t("Look at them, and try them"), href=TOOLS, target="_blank", data_testid="tools-link"),
            class_name="hint",
        ),
        rx.el.p(problem, class_name="problem", role="alert", dir="auto"),
        is_wrong=problem != "",
        test_id="agent-tools",
    )


def _server(server: rx.Var[ServerRow]) -> rx.Component:
    status = rx.match(
        server.status,
        ("starting", rx.el.span(t("starting"), class_name="tag")),
        ("failed", rx.el.span(t("failed"), class_name="tag bad")),
        ("unknown", rx.el.span(t("not on this hub"), class_name="tag")),
        rx.fragment(),
    )
    return rx.el.section(
        rx.el.h3(rx.el.span(server.name, dir="auto"), status),
        rx.foreach(server.tools, _tool),
        class_name="tool-server",
        key=server.name,
    )


def _tool(tool: rx.Var[ToolRow]) -> rx.Component:
    # One that is never used is as good as not given, and stays what it was.
    not_given = rx.cond(tool.approval == NEVER, NEVER, "")
    return rx.el.div(
        rx.el.span(tool.name, class_name="tool-name", dir="auto"),
        rx.el.select(
            rx.el.option(t("Not given"), value=not_given),
            rx.el.option(t("Asks first"), value=ASK),
            rx.el.option(t("Runs by itself"), value=AUTO),
            default_value=tool.approval,
            class_name="input select",
            aria_label=t("May it use {tool}", tool=tool.name),
            data_tool=tool.key,
            data_testid="tool-choice",
        ),
        rx.cond(
            tool.is_here,
            rx.cond(tool.description != "", rx.el.p(tool.description, class_name="hint", dir="auto")),
            rx.el.p(t("Its server does not offer it now."), class_name="hint warn"),
        ),
        rx.cond(
            tool.hints.length() > 0,
            rx.el.p(
                t("The server says: "),
                rx.foreach(
                    tool.hints, lambda hint: rx.el.span(t_one_of(hint, TOOL_HINTS, hint), class_name="hint-word")
                ),
                class_name="hint tool-hints",
            ),
        ),
        class_name="tool-choice",
        key=tool.key,
    )


# Limits


def _limits(acting: Any, problem: Any, problems: Any) -> rx.Component:
    names = ("max_turns", "max_tool_calls", "max_total_tokens", "max_cost_usd", "tool_timeout_seconds")

    def number(name: str, label: rx.Var[str], hint: Any = None, **props: Any) -> rx.Component:
        value = getattr(acting, name)
        return text_field(name, label, hint=hint, error=problem(name), default_value=value, **props)

    return _fold(
        t("Limits of tools"),
        FieldWords.create(
            words={
                "max_turns": tn_later("{n} turn", "{n} turns"),
                "max_tool_calls": tn_later("{n} call", "{n} calls"),
            },
            empty="",
        ),
        number("max_turns", t("Most turns"), min="1", max=str(MAX_TURNS_MAX), **_WHOLE),
        number("max_tool_calls", t("Most calls of tools"), min="0", max=str(MAX_TOOL_CALLS_MAX), **_WHOLE),
        number(
            "max_total_tokens",
            t("Most tokens in all"),
            t("Empty: no such limit."),
            min="1",
            max=str(MAX_TOTAL_TOKENS_MAX),
            **_WHOLE,
        ),
        number(
            "max_cost_usd",
            t("Most cost, USD"),
            t("Only for a model whose price is known."),
            max=str(MAX_COST_MAX_USD),
            **_ANY,
        ),
        number("tool_timeout_seconds", t("Time of one call, seconds"), max=str(TIMEOUT_MAX_SECONDS), **_ANY),
        number(
            "tool_result_max_chars",
            t("Most characters of a result"),
            t("A longer one is cut in its middle."),
            min=str(TOOL_RESULT_LEAST_CHARS),
            max=str(TOOL_RESULT_MAX_CHARS),
            **_WHOLE,
        ),
        is_wrong=_any_of(problems, (*names, "tool_result_max_chars")),
        test_id="agent-limits",
    )


# Thinking


def _thinking(acting: Any, problem: Any, problems: Any, offers: Any) -> rx.Component:
    def choice(name: str, label: rx.Var[str], values: tuple[str, ...]) -> rx.Component:
        options = [rx.el.option(t(ACTING_VALUES[value]), value=value) for value in values]
        return select_field(
            name,
            label,
            [rx.el.option(t("As the model does"), value=""), *options],
            error=problem(name),
            default_value=getattr(acting, name),
        )

    return _fold(
        t("Thinking"),
        FieldWords.create(
            words={
                "effort": t("effort {value}", value="{value}"),
                "thinking": t("thinking {value}", value="{value}"),
            },
            empty=t("As the model does"),
        ),
        rx.el.div(choice("effort", t("Effort"), EFFORTS), _lack("effort", offers)),
        rx.el.div(choice("thinking", t("Thinking"), THINKING), _lack("thinking", offers)),
        is_wrong=_any_of(problems, ("effort", "thinking")),
        test_id="agent-thinking",
    )


# The answer


def _answer(acting: Any, problem: rx.Var[str], offers: Any) -> rx.Component:
    return _fold(
        t("Answer"),
        FieldWords.create(words={"output_schema": t("JSON that fits a schema")}, empty=t("Free text")),
        text_area(
            "output_schema",
            t("Schema of the answer"),
            hint=t("A JSON Schema. The hub checks each answer against it; empty for free text."),
            error=problem,
            default_value=acting.output_schema,
            placeholder='{"type": "object", "properties": {"answer": {"type": "string"}}}',
            rows="8",
            limit=SCHEMA_MAX,
            spell_check=False,
            class_name="code-field",
        ),
        _lack("output_schema", offers),
        is_wrong=problem != "",
        test_id="agent-answer",
    )


def _any_of(problems: Any, names: tuple[str, ...]) -> Any:
    found = problems.contains(names[0])
    for name in names[1:]:
        found = found | problems.contains(name)
    return found
