"""Why a check of a suite passed or did not, by its code: `told` fills the English, `say_reason` says it to people."""

from execution_hub.words.marking import N_

REASONS = {
    # What could be seen.
    "is": N_("It is {shown}."),
    "field_is": N_("{field} is {shown}."),
    "contains": N_("It contains {texts}."),
    "contains_none": N_("It contains none of {texts}. It is {shown}."),
    "contains_all": N_("It contains all of them."),
    "lacks": N_("It does not contain {texts}. It is {shown}."),
    "json": N_("The answer is JSON."),
    "no_json": N_("The answer is no JSON. It is {shown}."),
    "no_field": N_("The answer has no field {field}."),
    "no_number": N_("{field} is {shown}, which is no number."),
    "schema": N_("The answer fits the schema."),
    "no_schema": N_("The answer does not fit the schema. {problem}"),
    "max_chars": N_("It has {found} characters; at most {limit} are right."),
    "min_chars": N_("It has {found} characters; at least {limit} are right."),
    "max_seconds": N_("It took {found} s; at most {limit} s are right."),
    "max_cost_usd": N_("It cost ${found}; at most ${limit} is right."),
    "max_tokens": N_("It used {found} tokens; at most {limit} are right."),
    "stopped": N_("The model stopped: {reason}."),
    "called": N_("It called {tool}."),
    "called_with": N_("It called {tool} with {shown}."),
    "called_others": N_("It called {tools}, and not {tool}."),
    "called_none": N_("It called no tool."),
    "similar": N_("It is {found} like the golden answer; at least {least} is right."),
    # Why there was nothing to be seen.
    "json_too_much": N_("The answer is too long, or too deep, to be read as JSON."),
    "no_seconds": N_("How long it took is not known."),
    "no_cost": N_("What it cost is not known: its model has no price here."),
    "no_tokens": N_("How many tokens it used is not known."),
    "partly_known": N_("Only part of what it used is known."),
    "no_stop_reason": N_("Nobody told why the model stopped."),
    "no_golden": N_("There is no golden answer to hold it against. Give the case one."),
    "took_too_long": N_("It took too long to be looked at."),
    "failed": N_("Its execution failed: {error}"),
    "cancelled": N_("Its execution was stopped."),
    # Of a model that judges, where its own words are none.
    "not_asked": N_("The judge was not asked: the other checks have decided."),
    "judge_gone": N_("The judge has gone: there was no agent {agent_id} when the run was started."),
    "judge_failed": N_("The execution of the judge failed: {error}"),
    "judge_cancelled": N_("The execution of the judge was stopped."),
    "judge_form": N_("The judge did not answer in the form of a verdict."),
    "judge_silent": N_("The judge gave no reason."),
}
