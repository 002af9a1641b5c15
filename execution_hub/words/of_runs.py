"""Words of suites' runs, chosen by a value: see by_value.py."""

from execution_hub.words.marking import N_

# How a cell of a suite's run is, and what came of it.
CELLS = {
    "none": N_("not begun"),
    "queued": N_("queued"),
    "running": N_("running"),
    "waiting": N_("needs you"),
    "passed": N_("passed"),
    "failed": N_("failed"),
    "error": N_("error"),
    "left": N_("not run"),
}
# What a person says of an execution.
MARKS = {
    "right": N_("marked right"),
    "wrong": N_("marked wrong"),
}
# What a suite's run came to, apart from its status.
VERDICTS = {
    "passed": N_("Passed"),
    "failed": N_("Not passed"),
    "open": N_("Undecided"),
}
# Which limit had a suite's run begin no further cases.
RUN_LIMITS = {
    "max_cost_usd": N_("It had cost as much as it may: no further cells were begun."),
    "max_seconds": N_("It had run as long as it may: no further cells were begun."),
}
# What a check looks at, in its list of types.
CHECKS = {
    "equals": N_("is exactly"),
    "contains": N_("contains"),
    "contains_any": N_("contains one of"),
    "contains_all": N_("contains all of"),
    "matches": N_("matches the pattern"),
    "is_json": N_("is JSON"),
    "json_schema": N_("fits the JSON schema"),
    "json_field": N_("has a JSON field that"),
    "max_chars": N_("has at most so many characters"),
    "min_chars": N_("has at least so many characters"),
    "max_seconds": N_("takes at most so many seconds"),
    "max_cost_usd": N_("costs at most so many dollars"),
    "max_tokens": N_("uses at most so many tokens"),
    "stop_reason": N_("stops because of"),
    "tool_called": N_("calls the tool"),
    "similar": N_("is like the golden answer"),
    "judge": N_("is judged by an agent"),
}
