"""Words of what differs between two runs of a suite, by what it is called on the wire."""

from execution_hub.words.marking import N_

# How a case went from one run of a suite to the next.
TURNS = {
    "regression": N_("Regression"),
    "fixed": N_("Fixed"),
    "still_failing": N_("Still failing"),
    "open": N_("Not judged in both"),
    "new": N_("Only in the second"),
    "gone": N_("Only in the first"),
    "still_passing": N_("Still passing"),
}
# What came of it there.
# What of a case can be another.
CASE_PARTS = {
    "input": N_("Input"),
    "variables": N_("Variables"),
    "golden": N_("Golden answer"),
    "checks": N_("Checks"),
    "min_score": N_("Needed score"),
}
SUITE_SETTINGS = {
    "repeats": N_("Repeats"),
    "pass_rate": N_("Needed pass rate"),
    "max_cost_usd": N_("Most cost, USD"),
    "max_seconds": N_("Time limit, seconds"),
}
RUN_FIGURES = {
    "pass_rate": N_("Pass rate"),
    "cost_usd": N_("Cost"),
    "tokens": N_("Tokens"),
    "seconds": N_("Time of a case"),
}
