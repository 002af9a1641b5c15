"""A suite as texts by field, to lay two of them side by side. Pure."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from execution_hub.domain.suite import Case, SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.views.two_drafts import changed_fields, join_named
from execution_hub.words.of_suites import SUITE_FIELDS
from execution_hub.words.say import say

FIELDS = tuple(SUITE_FIELDS)
_DIFFERING_MAX = 100


def changed(before: SuiteDraft, after: SuiteDraft) -> list[str]:
    """Return which fields of a suite are others."""
    return changed_fields(before, after, FIELDS)


def texts_of(language: str, drafts: Sequence[SuiteDraft], target_name: Callable[[Target], str]) -> list[dict[str, str]]:
    """Return what each of some drafts of a suite holds, by the label of the field; each case that differs is one.

    Args:
        language: The page's.
        drafts: The drafts.
        target_name: Names a target.
    """
    cases = [{each.name: each for each in draft.cases} for draft in drafts]
    names = dict.fromkeys(name for known in cases for name in known)
    differing = [name for name in names if len({_text(known.get(name)) for known in cases}) > 1][:_DIFFERING_MAX]
    label = {name: say(language, SUITE_FIELDS[name]) for name in FIELDS}
    found = []
    for draft, known in zip(drafts, cases, strict=True):
        texts = {label[name]: _plain(getattr(draft, name)) for name in FIELDS[:2]}
        texts[label["targets"]] = "\n".join(target_name(each) for each in draft.targets)
        texts |= {label[name]: _plain(getattr(draft, name)) for name in FIELDS[4:]}
        texts |= {say(language, "Case {name}", name=name): _text(known.get(name)) for name in differing}
        found.append(texts)
    return found


def mine_over(base: SuiteDraft, mine: SuiteDraft, theirs: SuiteDraft) -> dict[str, Any]:
    """Return what to change of theirs so that what was changed here is saved over it; each case counts for itself.

    Args:
        base: What both began with.
        mine: What was made of it here.
        theirs: What somebody else has saved.
    """
    own = {name: getattr(mine, name) for name in changed(base, mine) if name != "cases"}
    if base.cases == mine.cases:
        return own
    return {**own, "cases": tuple(join_named(base.cases, mine.cases, theirs.cases))}


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def _text(case: Case | None) -> str:
    if case is None:
        return ""
    rest = {name: value for name, value in case.as_json().items() if name not in ("name", "input") and value}
    return f"{case.input}\n\n{json.dumps(rest, ensure_ascii=False, indent=1)}"
