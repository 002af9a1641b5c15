"""Words of suites chosen by a value: a field, a type of check, an outcome. `say` and `t` take what stands here."""

from execution_hub.words.marking import N_

# What the fields of a suite are called.
SUITE_FIELDS = {
    "name": N_("Name"),
    "description": N_("Description"),
    "targets": N_("Tests"),
    "cases": N_("Cases"),
    "repeats": N_("Repeats"),
    "pass_rate": N_("Needed, %"),
    "on_save": N_("Run when an agent is saved"),
    "schedule": N_("Schedule"),
    "max_cost_usd": N_("Most cost of a run, USD"),
    "max_seconds": N_("Most time of a run, seconds"),
}
# What came of a case.
OUTCOMES = {
    "passed": N_("passed"),
    "failed": N_("failed"),
    "error": N_("error"),
    "none": N_("not run"),
}
# What a check looks at, in its list of types; and what it looks at the other way round.
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
NOT_CHECKS = {
    **{name: N_("not as checked") for name in CHECKS},
    "is_json": N_("is no JSON"),
    "json_schema": N_("does not fit the JSON schema"),
    "similar": N_("is not like the golden answer"),
    "judge": N_("is refused by a judge"),
}
# A check with its value, as the table of cases says it.
CHECK_WORDS = {
    "equals": N_("is “{value}”"),
    "contains": N_("contains “{value}”"),
    "contains_any": N_("contains one of “{value}”"),
    "contains_all": N_("contains all of “{value}”"),
    "matches": N_("matches {value}"),
    "json_field": N_("field {value}"),
    "max_chars": N_("at most {value} characters"),
    "min_chars": N_("at least {value} characters"),
    "max_seconds": N_("at most {value} s"),
    "max_cost_usd": N_("at most ${value}"),
    "max_tokens": N_("at most {value} tokens"),
    "stop_reason": N_("stops: {value}"),
    "tool_called": N_("calls {value}"),
}
# What is wrong with a field of a suite, of a case or of a check, where the hub's own English cannot be said.
SUITE_PROBLEMS = {
    "name": N_("Give a name of 1 to {n} characters that nothing else here has."),
    "description": N_("Shorten the description to {n} characters."),
    "targets": N_("Choose other agents or workflows: one is there twice, has gone, or there are too many."),
    "cases": N_("These are too many cases, or too much text. Leave some out."),
    "repeats": N_("Give a whole number from 1 to {n}."),
    "pass_rate": N_("Give a percentage from 0 to 100."),
    "min_score": N_("Give a percentage from 0 to 100."),
    "schedule": N_("Give minute, hour, day, month and weekday as cron has them, such as 0 3 * * 1-5."),
    "max_cost_usd": N_("More than 0 and at most {n} dollars, or leave it empty."),
    "max_seconds": N_("More than 0 and at most {n} seconds, or leave it empty."),
    "input": N_("Give an input of 1 to {n} characters; each name in double braces needs a variable."),
    "variables": N_("Write name = value, each on a line."),
    "golden": N_("Shorten the golden answer to {n} characters."),
    "tags": N_("Use at most {n} tags, each of at most 40 characters."),
    "checks": N_("Use at most {n} checks."),
    "value": N_("Give what it is compared with, as this check needs it."),
    "weight": N_("More than 0 and at most {n}."),
    "field": N_("The field cannot be read. Write names and places. Example: a.b[0]."),
    "op": N_("Choose one of the list."),
    "tool": N_("Give the tool as SERVER__TOOL."),
    "arguments": N_('Give a JSON object, such as {{"city": "Paris"}}.'),
    "at_least": N_("Give a number from 0 to 1."),
    "rubric": N_("Say what the judge is to look at, in at most {n} characters."),
    "agent_id": N_("Choose the agent that judges."),
}
