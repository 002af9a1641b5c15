"""A suite's run as JUnit XML, which CI servers read: a suite for each target, a case for each of its cells.

https://github.com/testmoapp/junitxml
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from typing import Any

from junitparser import Error, Failure, JUnitXml, Properties, Property, Skipped, TestCase, TestSuite

from execution_hub.views.run_cells import ERROR, FAILED, NOT_RUN, RunCell, cells_of_run, target_names

OUTPUT_MAX = 10_000
_MESSAGE_MAX = 500
# XML 1.0 has no way to write these, not even escaped: https://www.w3.org/TR/xml/#charsets
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(run: Mapping[str, Any], children: Iterable[Mapping[str, Any]] = (), address: str = "") -> bytes:
    """Return a run as a file.

    Args:
        run: The execution of the run as on the wire.
        children: Its children, for what they took and answered.
        address: Where the hub's pages are; empty if it serves none.
    """
    name = _clean(run["name"])
    report = JUnitXml(name)
    cells = cells_of_run(run, children)
    for place, target in enumerate(target_names(run["definition"])):
        suite = TestSuite(f"{name} · {_clean(target)}")
        if run["started_at"]:
            suite.timestamp = run["started_at"].removesuffix("Z")
        own = [_case(each, f"{name}.{_clean(target)}", run, address) for each in cells if each.target == place]
        suite.add_testcases(own)
        report.add_testsuite(suite)
    # The sums of all suites, which are made from their cases.
    report.update_statistics()
    file = BytesIO()
    report.write(file)
    return file.getvalue()


def _case(cell: RunCell, group: str, run: Mapping[str, Any], address: str) -> TestCase:
    is_repeated = run["definition"]["repeats"] > 1
    case = TestCase(_clean(cell.case) + (f" #{cell.repeat + 1}" if is_repeated else ""), group, cell.seconds or 0)
    # Before all else, as the form has it.
    _add(case, [("execution_id", cell.execution_id), ("cost_usd", cell.cost_usd)])
    if cell.outcome == NOT_RUN:
        case.result = [Skipped("It was not run: the run ended before.")]
    elif cell.outcome in (FAILED, ERROR):
        kind = Failure if cell.outcome == FAILED else Error
        problem = kind(_clean("; ".join(cell.reasons))[:_MESSAGE_MAX] or cell.outcome, cell.outcome)
        problem.text = _clean("\n".join([*cell.reasons, *_link(cell, address)]))
        case.result = [problem]
        if cell.output:
            case.system_out = _clean(cell.output[:OUTPUT_MAX])
    return case


def _add(case: TestCase, values: Sequence[tuple[str, Any]]) -> None:
    properties = Properties()
    for name, value in values:
        if value is not None:
            properties.add_property(Property(name, f"{value}"))
    case.append(properties)


def _link(cell: RunCell, address: str) -> list[str]:
    return [f"{address}/executions/{cell.execution_id}"] if address and cell.execution_id else []


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
