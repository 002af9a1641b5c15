"""Words chosen by a value: a status, a reason, the code of an error. `say` and `t` take what stands here."""

# Of executions and of their steps.
STATUSES = {
    "pending": "status.pending",
    "running": "status.running",
    "waiting": "status.waiting",
    "succeeded": "status.succeeded",
    "failed": "status.failed",
    "cancelled": "status.cancelled",
    "skipped": "status.skipped",
}
# What a running execution does.
PHASES = {
    "queued": "phase.queued",
    "waiting": "phase.waiting",
    "writing": "phase.writing",
    "done": "phase.done",
}
# What became of a step, in the event log.
STEP_EVENTS = {
    "running": "events.step_running",
    "waiting": "events.step_waiting",
    "succeeded": "events.step_succeeded",
    "failed": "events.step_failed",
    "skipped": "events.step_skipped",
    "approved": "events.step_approved",
    "rejected": "events.step_rejected",
}
# Why a model stopped.
STOP_REASONS = {
    "end_turn": "stop.end_turn",
    "max_tokens": "stop.max_tokens",
    "refusal": "stop.refusal",
    "stop_sequence": "stop.stop_sequence",
    "tool_use": "stop.tool_use",
    "model_context_window_exceeded": "stop.model_context_window_exceeded",
    "max_output_bytes": "stop.max_output_bytes",
    "pause_turn": "stop.pause_turn",
    "unknown": "stop.unknown",
}
# Why a step was skipped, by the code of its error.
SKIP_REASONS = {
    "condition_not_met": "skip.condition_not_met",
    "condition_not_json": "skip.condition_not_json",
    "condition_no_field": "skip.condition_no_field",
    "condition_no_number": "skip.condition_no_number",
    "skipped_before": "skip.skipped_before",
    "blocked": "skip.blocked",
}
# By the code of an error. The English is the default message of the error (execution_hub.errors).
ERRORS = {
    "execution_error": "error.execution_error",
    "model_error": "error.model_error",
    "no_api_key": "error.no_api_key",
    "bad_api_key": "error.bad_api_key",
    "permission_denied": "error.permission_denied",
    "unknown_model": "error.unknown_model",
    "invalid_request": "error.invalid_request",
    "transient_model_error": "error.transient_model_error",
    "rate_limited": "error.rate_limited",
    "overloaded": "error.overloaded",
    "provider_fault": "error.provider_fault",
    "connection_failed": "error.connection_failed",
    "stream_cut": "error.stream_cut",
    "model_timeout": "error.model_timeout",
    "malformed_reply": "error.malformed_reply",
    "refused": "error.refused",
    "no_answer": "error.no_answer",
    "cut_off": "error.cut_off",
    "blank_input": "error.blank_input",
    "step_failed": "error.step_failed",
    "rejected": "error.rejected",
    "step_input_too_long": "error.step_input_too_long",
    "took_too_long": "error.took_too_long",
    "template_failed": "error.template_failed",
    "simulated_failure": "error.simulated_failure",
    "timed_out": "error.timed_out",
    "interrupted": "error.interrupted",
    "internal_error": "error.internal_error",
    "not_found": "error.not_found",
    "conflict": "error.conflict",
    "queue_full": "error.queue_full",
    "unavailable": "error.unavailable",
}
# How a condition compares, in its form.
OPERATIONS = {
    "equals": "workflow.op_equals",
    "not_equals": "workflow.op_not_equals",
    "contains": "workflow.op_contains",
    "not_contains": "workflow.op_not_contains",
    "matches": "workflow.op_matches",
    "less": "workflow.op_less",
    "greater": "workflow.op_greater",
}
# A condition with its value, as a line of the graph says it: that it holds, that it does not.
CONDITIONS = {
    "equals": ("condition.equals", "condition.equals_not"),
    "contains": ("condition.contains", "condition.contains_not"),
    "matches": ("condition.matches", "condition.matches_not"),
    "less": ("condition.less", "condition.less_not"),
    "greater": ("condition.greater", "condition.greater_not"),
}
# What the fields of an agent are called.
AGENT_FIELDS = {
    "name": "agent.name",
    "description": "agent.description",
    "model": "agent.model",
    "system_prompt": "agent.system_prompt",
    "max_tokens": "agent.max_tokens",
    "timeout_seconds": "agent.timeout",
    "retries": "agent.retries",
    "on_cut": "agent.on_cut",
}
# What the fields of a task are called.
TASK_FIELDS = {
    "name": "task.name",
    "description": "task.description",
    "input": "task.input",
}
# What the fields of a workflow are called.
WORKFLOW_FIELDS = {
    "name": "workflow.name",
    "description": "workflow.description",
    "steps": "workflow.steps",
}
# What is wrong with a field of an agent or a task.
FIELD_PROBLEMS = {
    "name": "problem.name",
    "description": "problem.description",
    "model": "problem.model",
    "system_prompt": "problem.system_prompt",
    "max_tokens": "problem.max_tokens",
    "on_cut": "problem.on_cut",
    "timeout_seconds": "problem.timeout_seconds",
    "retries": "problem.retries",
}
# What is wrong with the JSON of a workflow, by the kind of the reader's error.
FILE_PROBLEMS = {
    "missing": "workflow_file.missing",
    "extra_forbidden": "workflow_file.extra_forbidden",
    "string_type": "workflow_file.text",
    "int_type": "workflow_file.integer",
    "float_type": "workflow_file.number",
    "list_type": "workflow_file.list",
    "model_type": "workflow_file.object",
    "dict_type": "workflow_file.object",
}
# What is wrong with a workflow, by the code of the problem.
WORKFLOW_PROBLEMS = {
    "name_bad": "workflow_problem.name_bad",
    "name_steers": "workflow_problem.name_steers",
    "description_bad": "workflow_problem.description_bad",
    "no_steps": "workflow_problem.no_steps",
    "many_steps": "workflow_problem.many_steps",
    "step_name_bad": "workflow_problem.step_name_bad",
    "step_name_twice": "workflow_problem.step_name_twice",
    "approval_agent": "workflow_problem.approval_agent",
    "no_agent": "workflow_problem.no_agent",
    "unknown_agent": "workflow_problem.unknown_agent",
    "no_input": "workflow_problem.no_input",
    "input_bad": "workflow_problem.input_bad",
    "template_syntax": "workflow_problem.template_syntax",
    "template_unknown_name": "workflow_problem.template_unknown_name",
    "template_not_output": "workflow_problem.template_not_output",
    "template_not_allowed": "workflow_problem.template_not_allowed",
    "template_too_long": "workflow_problem.template_too_long",
    "template_too_much": "workflow_problem.template_too_much",
    "templates_much": "workflow_problem.templates_much",
    "template_cannot_fill": "workflow_problem.template_cannot_fill",
    "unknown_step": "workflow_problem.unknown_step",
    "value_long": "workflow_problem.value_long",
    "value_bad": "workflow_problem.value_bad",
    "value_number": "workflow_problem.value_number",
    "field_bad": "workflow_problem.field_bad",
    "field_long": "workflow_problem.field_long",
    "field_deep": "workflow_problem.field_deep",
    "field_syntax": "workflow_problem.field_syntax",
    "value_regex": "workflow_problem.value_regex",
    "timeout_bad": "workflow_problem.timeout_bad",
    "retries_bad": "workflow_problem.retries_bad",
    "cycle": "workflow_problem.cycle",
}
