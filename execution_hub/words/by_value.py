"""Words chosen by a value: a status, a reason, the code of an error. `say` and `t` take what stands here."""

from execution_hub.words.marking import N_

# Of executions and of their steps.
STATUSES = {
    "pending": N_("Pending"),
    "running": N_("Running"),
    "waiting": N_("Needs you"),
    "succeeded": N_("Succeeded"),
    "failed": N_("Failed"),
    "cancelled": N_("Cancelled"),
    "skipped": N_("Skipped"),
}
# Of turns and of calls of tools.
CALL_STATUSES = {
    **STATUSES,
    "denied": N_("Rejected"),
    "unknown": N_("Not known"),
}
# What became of a turn or a call, in the event log.
CALL_EVENTS = {
    "pending": N_("is next"),
    "running": N_("started"),
    "waiting": N_("asks a person"),
    "succeeded": N_("succeeded"),
    "failed": N_("failed"),
    "denied": N_("rejected"),
    "unknown": N_("not known"),
    "cancelled": N_("stopped"),
}
# Which limit ended an agent that acts.
LIMITS = {
    "max_turns": N_("It had used all of its turns: its last one had to answer without tools."),
    "max_tool_calls": N_("It had used all of its calls: its last turn had to answer without tools."),
    "max_total_tokens": N_("It had used all of its tokens: its last turn had to answer without tools."),
    "max_cost_usd": N_("It had cost as much as it may: its last turn had to answer without tools."),
    "loop": N_("It called the same tool with the same arguments and the same result, again and again: it was stopped."),
}
# What a running execution does.
PHASES = {
    "queued": N_("Queued"),
    "waiting": N_("Waiting for the model"),
    "retrying": N_("Trying again"),
    "held": N_("Waiting for the provider's limit"),
    "writing": N_("Writing"),
    "done": N_("Done"),
}
# What became of a step, in the event log.
STEP_EVENTS = {
    "pending": N_("begins anew"),
    "running": N_("started"),
    "waiting": N_("asks a person"),
    "succeeded": N_("succeeded"),
    "failed": N_("failed"),
    "skipped": N_("skipped"),
    "approved": N_("approved"),
    "rejected": N_("rejected"),
    "sent_back": N_("sent back"),
}
# Why a model stopped.
STOP_REASONS = {
    "end_turn": N_("answer complete"),
    "max_tokens": N_("token limit reached"),
    "refusal": N_("refused"),
    "stop_sequence": N_("stop sequence"),
    "tool_use": N_("asked for a tool"),
    "model_context_window_exceeded": N_("context window full"),
    "max_output_bytes": N_("output limit reached"),
    "pause_turn": N_("paused too often"),
    "unknown": N_("not told"),
}
# Why a step was skipped, by the code of its error.
SKIP_REASONS = {
    "condition_not_met": N_("Skipped: its condition was not met."),
    "condition_not_json": N_("Skipped: its condition looks at a field, and the output is not JSON."),
    "condition_no_field": N_("Skipped: its condition looks at a field that the output does not have."),
    "condition_no_number": N_("Skipped: its condition compares numbers, and it found none."),
    "skipped_before": N_("Skipped: every step it depends on was skipped."),
    "blocked": N_("Skipped: a step it depends on did not succeed."),
}
# By the code of an error. The English is the default message of the error (execution_hub.errors).
ERRORS = {
    "execution_error": N_("The execution failed."),
    "model_error": N_("The model's provider refused the request."),
    "no_api_key": N_("No API key. Set ANTHROPIC_API_KEY, or OPENAI_API_KEY for openai/ models, and restart."),
    "bad_api_key": N_(
        "The provider refused the API key. Check ANTHROPIC_API_KEY, or OPENAI_API_KEY for openai/ models, and restart."
    ),
    "permission_denied": N_("The API key may not use this model. Choose another model or ask for access."),
    "unknown_model": N_("Model not found. Choose another model for the agent, or check the provider's address."),
    "invalid_request": N_("The provider did not accept the request."),
    "transient_model_error": N_("The provider has a passing problem. Try again in a moment."),
    "rate_limited": N_("Rate limited by the provider. Try again in a minute."),
    "overloaded": N_("The provider is overloaded. Try again in a minute."),
    "provider_fault": N_("The provider had an internal error. Try again in a moment."),
    "connection_failed": N_("The provider could not be reached. Check the network and the provider's address."),
    "stream_cut": N_("The provider cut the answer mid-stream. What arrived is kept; try again."),
    "model_timeout": N_("The provider did not answer in time. Try again."),
    "malformed_reply": N_("The provider's answer could not be understood."),
    "refused": N_("The model refused to answer this input."),
    "no_answer": N_("The model ended without an answer."),
    "cut_off": N_("A limit cut the answer off. Raise the agent's max_tokens."),
    "blank_input": N_("The step's input is blank. Change its template, or give it a default."),
    "step_failed": N_("A step failed. Its own error says why."),
    "rejected": N_("Rejected by the person who was asked."),
    "step_input_too_long": N_("The step's input is too long. Shorten what it takes with the filter truncate."),
    "took_too_long": N_(
        "A template or a condition took too long. Let it take less, or shorten it first with the filter truncate."
    ),
    "template_failed": N_("The step's template could not be filled. Check its filters and comparisons."),
    "tool_failed": N_("The tool gave no result."),
    "tool_missing": N_("A tool of the agent is not there."),
    "call_unknown": N_("Nobody knows whether a call had its effect."),
    "budget_unknown": N_("A budget of the agent cannot be kept: what was used is not known."),
    "bad_output": N_("The answer does not fit the agent's output schema."),
    "simulated_failure": N_("The simulated model was asked to fail, and did."),
    "timed_out": N_("The execution took longer than it may. Raise HUB_EXECUTION_TIMEOUT_SECONDS or ask for less."),
    "interrupted": N_(
        "Given up: its process died under it three times. Change its input or its agent, and run it again."
    ),
    "internal_error": N_("The hub made a mistake. Its log says more."),
    "not_found": N_("There is nothing with this id."),
    "conflict": N_("This clashes with what is there."),
    "queue_full": N_("Too many executions are waiting. Try again when some have ended."),
    "unavailable": N_("The hub cannot do this right now. Try again in a moment."),
}
# How a condition compares, in its form.
OPERATIONS = {
    "equals": N_("is"),
    "not_equals": N_("is not"),
    "contains": N_("contains"),
    "not_contains": N_("does not contain"),
    "matches": N_("matches the pattern"),
    "less": N_("is less than"),
    "greater": N_("is greater than"),
}
# A condition with its value, as a line of the graph says it: that it holds, that it does not.
CONDITIONS = {
    "equals": (N_("is “{value}”"), N_("is not “{value}”")),
    "contains": (N_("contains “{value}”"), N_("does not contain “{value}”")),
    "matches": (N_("matches {value}"), N_("does not match {value}")),
    "less": (N_("is less than {value}"), N_("is not less than {value}")),
    "greater": (N_("is greater than {value}"), N_("is not greater than {value}")),
}
# What the fields of an agent are called.
AGENT_FIELDS = {
    "name": N_("Name"),
    "description": N_("Description"),
    "model": N_("Model"),
    "system_prompt": N_("System prompt"),
    "max_tokens": N_("Most output tokens"),
    "timeout_seconds": N_("Time limit, seconds"),
    "retries": N_("Retries"),
    "on_cut": N_("Answers cut by a limit"),
    "tools": N_("Tools"),
    "max_turns": N_("Most turns"),
    "max_tool_calls": N_("Most calls of tools"),
    "max_total_tokens": N_("Most tokens in all"),
    "max_cost_usd": N_("Most cost, USD"),
    "tool_timeout_seconds": N_("Time of one call, seconds"),
    "tool_result_max_chars": N_("Most characters of a result"),
    "effort": N_("Effort"),
    "thinking": N_("Thinking"),
    "output_schema": N_("Schema of the answer"),
}
# What an agent may be told about effort and thinking.
ACTING_VALUES = {
    "low": N_("low"),
    "medium": N_("medium"),
    "high": N_("high"),
    "xhigh": N_("very high"),
    "max": N_("the most"),
    "adaptive": N_("as much as it takes"),
    "disabled": N_("off"),
}
# What a process of the hub does.
WORKER_ROLES = {
    "alone": N_("The whole hub"),
    "all": N_("Serves and executes"),
    "web": N_("Serves pages"),
    "worker": N_("Executes"),
}
# What a process of the hub does with new work.
WORKER_STATUSES = {
    "running": N_("Running"),
    "draining": N_("Draining"),
    "stopping": N_("Stopping"),
}
# Why an execution went on elsewhere, as its log says it (runners/reconciler.py).
MOVE_REASONS = {
    text: text
    for text in (
        N_("The process that ran it was stopped; this execution goes on."),
        N_("The process that ran it died; this execution goes on."),
        N_("The process that ran it lost its database and ended; this execution goes on."),
        N_("The process that ran it died; this execution goes on alone, in a process where nothing else runs."),
        N_("Its run was lost; this execution goes on."),
        # In logs of hubs before 0.8.
        N_("The hub was stopped; this execution goes on."),
    )
}
# What becomes of a setting that a model lacks: by the field of an agent, and by whose model it is.
LACKING = {
    "tools": {
        "openai": N_(
            "{model} takes no tools, as its server says: a request with tools is refused, or they are ignored."
        ),
    },
    "effort": {
        "hub": N_("{model} knows no effort: what is chosen here changes nothing."),
        "anthropic": N_(
            "{model} has no setting for effort: the provider refuses a request with one, and the test fails."
        ),
    },
    "thinking": {
        "hub": N_("{model} does not think: what is chosen here changes nothing."),
        "anthropic": N_("{model} does not think: the provider refuses a request that asks for it, and the test fails."),
    },
    "output_schema": {
        "anthropic": N_(
            "{model} is not held to a schema: the provider refuses a request with one, and the test fails."
        ),
        "openai": N_(
            "{model} is not held to a schema by its server. The hub checks each answer all the same, lets the model "
            "mend it once, and fails what does not fit."
        ),
    },
}
# What a server says of the effects of a tool, by the names of MCP.
TOOL_HINTS = {
    "readOnlyHint": N_("read-only"),
    "destructiveHint": N_("destructive"),
    "idempotentHint": N_("may be repeated"),
    "openWorldHint": N_("reaches out of its server"),
}
# What it denies of them.
TOOL_HINTS_DENIED = {
    "!readOnlyHint": N_("changes things"),
    "!destructiveHint": N_("destroys nothing"),
    "!idempotentHint": N_("acts again when it is repeated"),
    "!openWorldHint": N_("stays within its server"),
}
# How an agent may use a tool.
TOOL_APPROVALS = {
    "auto": N_("by itself"),
    "ask": N_("asks first"),
    "never": N_("never"),
}
# How a server of tools is.
SERVER_STATUSES = {
    "ready": N_("Ready"),
    "starting": N_("Starting"),
    "failed": N_("Failed"),
}
# What the fields of a task are called.
TASK_FIELDS = {
    "name": N_("Name"),
    "description": N_("Description"),
    "input": N_("Input"),
}
# What the fields of a workflow are called.
WORKFLOW_FIELDS = {
    "name": N_("Name"),
    "description": N_("Description"),
    "steps": N_("Steps"),
}
# What is wrong with a field of an agent or a task.
FIELD_PROBLEMS = {
    "name": N_("Give a name of 1 to {n} characters."),
    "description": N_("Shorten the description to {n} characters."),
    "model": N_("Give a model of 1 to {n} characters."),
    "system_prompt": N_("Shorten the prompt to {n} characters."),
    "max_tokens": N_("Give a whole number from 1 to {n}."),
    "on_cut": N_("Choose what becomes of cut answers."),
    "timeout_seconds": N_("More than 0 and at most {n} seconds, or leave it empty."),
    "retries": N_("Give a whole number from 0 to {n}."),
    "tools": N_("Choose at most {n} tools."),
    "max_turns": N_("Give a whole number from 1 to {n}."),
    "max_tool_calls": N_("Give a whole number from 0 to {n}."),
    "max_total_tokens": N_("A whole number from 1 to {n}, or leave it empty."),
    "max_cost_usd": N_("More than 0 and at most {n} dollars, or leave it empty."),
    "tool_timeout_seconds": N_("More than 0 and at most {n} seconds."),
    "tool_result_max_chars": N_("Give a whole number from 100 to {n}."),
    "effort": N_("Choose one of the list."),
    "thinking": N_("Choose one of the list."),
}
# What is wrong with the JSON of a workflow, by the kind of the reader's error.
FILE_PROBLEMS = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("There is no such field."),
    "string_type": N_("is not text"),
    "int_type": N_("is no whole number"),
    "float_type": N_("is no number"),
    "list_type": N_("is no list"),
    "model_type": N_("is no object"),
    "dict_type": N_("is no object"),
}
# What is wrong with a workflow, by the code of the problem.
WORKFLOW_PROBLEMS = {
    "name_bad": N_("Give a name of 1 to {limit} characters."),
    "name_steers": N_("Remove the character {character}: it is a control character, or turns text around."),
    "description_bad": N_("Shorten the description to {limit} characters."),
    "no_steps": N_("A workflow needs a step. Add one."),
    "many_steps": N_("Use at most {limit} steps."),
    "step_name_bad": N_("Up to {limit} small letters, digits and _, a letter first. Example: first_draft."),
    "step_name_twice": N_("Another step is called {name}. Rename one."),
    "approval_agent": N_("A person answers an approval. Choose no agent."),
    "no_agent": N_("Choose the agent that answers."),
    "unknown_agent": N_("There is no agent {id}. Choose another."),
    "no_input": N_("Say what the agent gets."),
    "input_bad": N_("Remove the NUL character, or the half one."),
    "template_syntax": N_("The template cannot be read. {message}"),
    "template_unknown_name": N_("There is no {word} here. Use input, steps.NAME.output or steps.NAME.json.FIELD."),
    "template_not_output": N_("There is no {word} here. Use input, steps.NAME.output or steps.NAME.json.FIELD."),
    "template_not_allowed": N_("A template cannot use {word}. Use names, filters and if."),
    "template_too_long": N_("The template is too long. {message}"),
    "template_too_much": N_("The template does too much. {message}"),
    "templates_much": N_(
        "All templates together hold more than {limit} names, comparisons, conditions and filters. Use fewer."
    ),
    "template_cannot_fill": N_("The template cannot be filled: {word}"),
    "unknown_step": N_("There is no step {name}. Name one of this workflow's."),
    "value_long": N_("Shorten the value to {limit} characters."),
    "value_bad": N_("Remove the NUL character, or the half one."),
    "value_number": N_("Write a number to compare with. Example: 0.75."),
    "field_bad": N_("Remove the NUL character, or the half one."),
    "field_long": N_("Shorten the field to {limit} characters."),
    "field_deep": N_("Use at most {limit} parts in the field."),
    "field_syntax": N_("The field cannot be read. Write names and places. Example: a.b[0]."),
    "value_regex": N_("This is no pattern of RE2: {reason}."),
    "timeout_bad": N_("More than 0 and at most {limit} seconds, or leave it empty."),
    "retries_bad": N_("A whole number from 0 to {limit}."),
    "cycle": N_("These steps wait for each other: {circle}. Remove one of the links."),
}
