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
