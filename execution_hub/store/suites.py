"""Queries of suites and their cases."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, delete, func, insert, select, update

from execution_hub.domain.agent import Agent
from execution_hub.domain.suite import Case, Suite, SuiteDraft, stored_case
from execution_hub.domain.target import Target
from execution_hub.domain.texts import as_name
from execution_hub.domain.trigger import NotStarted
from execution_hub.store.catalogue import Catalogue
from execution_hub.store.suite_tables import CaseColumns, SuiteColumns

# What locks names of suites, among the locks that a program itself gives a meaning.
_NAMES = 15

cases: Table = CaseColumns.__table__  # type: ignore[attr-defined]


class SuiteTable(Catalogue[Suite, SuiteDraft]):
    """The queries of suites. One that is asked for by its number comes with its cases, those of lists without."""

    def find(self, connection: Connection, object_id: int) -> Suite | None:
        """See Catalogue."""
        return _whole(connection, super().find(connection, object_id))

    def lock(self, connection: Connection, object_id: int) -> Suite | None:
        """See Catalogue."""
        return _whole(connection, super().lock(connection, object_id))

    def add(self, connection: Connection, draft: SuiteDraft, at: datetime) -> Suite:
        """See Catalogue."""
        made = super().add(connection, draft, at)
        _put(connection, made.id, draft.cases)
        return made.with_cases(draft.cases)

    def change(self, connection: Connection, current: Suite, draft: SuiteDraft, at: datetime) -> Suite:
        """See Catalogue."""
        changed = super().change(connection, current, draft, at)
        if draft.cases != current.cases:
            _put(connection, current.id, draft.cases)
        return changed.with_cases(draft.cases)


def own_of(connection: Connection, agent_id: int) -> Suite | None:
    """Return the suite of an agent's own, with its cases; None if it has none."""
    statement = select(suites.table.c.id).where(suites.table.c.agent_id == agent_id)
    found = connection.execute(statement).scalar_one_or_none()
    return None if found is None else suites.find(connection, found)


def named(connection: Connection, name: str) -> Suite | None:
    """Return the suite of a name, with its cases and locked: of several the first that was made; None of none.

    Nobody else finds or makes one of this name in this way until the transaction ends.
    """
    if connection.dialect.name == "postgresql":
        # What is not there has no row that could be locked. SQLite has one writer at a time.
        connection.execute(select(func.pg_advisory_xact_lock(_NAMES, func.hashtext(name))))
    statement = select(suites.table.c.id).where(suites.table.c.name == name).order_by(suites.table.c.id).limit(1)
    found = connection.execute(statement).scalar_one_or_none()
    return None if found is None else suites.lock(connection, found)


def put_own(connection: Connection, agent: Agent, cases: Sequence[Case], at: datetime) -> Suite:
    """Store the cases of an agent in its own suite, which is made where there is none.

    Args:
        connection: A writing transaction that has locked the agent.
        agent: Whose.
        cases: All of them, in their order.
        at: When, UTC.
    """
    found = own_of(connection, agent.id)
    if found is not None:
        return suites.change(connection, found, found.draft(cases=tuple(cases)), at)
    draft = SuiteDraft(as_name(agent.name), targets=(Target(agent.id),), cases=tuple(cases))
    made = suites.add(connection, draft, at)
    connection.execute(update(suites.table).where(suites.table.c.id == made.id).values(agent_id=agent.id))
    return replace(made, agent_id=agent.id)


def cases_of(connection: Connection, suite_id: int) -> list[Case]:
    """Return the cases of a suite, in their order."""
    columns = [cases.c[name] for name in _CASE_COLUMNS]
    statement = select(*columns).where(cases.c.suite_id == suite_id).order_by(cases.c.position)
    return [stored_case(dict(row)) for row in connection.execute(statement).mappings()]


def _whole(connection: Connection, suite: Suite | None) -> Suite | None:
    return None if suite is None else suite.with_cases(cases_of(connection, suite.id))


def _put(connection: Connection, suite_id: int, given: Sequence[Case]) -> None:
    connection.execute(delete(cases).where(cases.c.suite_id == suite_id))
    rows = [{"suite_id": suite_id, "position": place, **each.as_json()} for place, each in enumerate(given)]
    if rows:
        connection.execute(insert(cases), rows)


_CASE_COLUMNS = tuple(Case.__dataclass_fields__)


def _read(row: RowMapping) -> Suite:
    names = [name for name in Suite.__dataclass_fields__ if name not in ("targets", "cases", "not_started")]
    targets = tuple(Target(**each) for each in row["targets"])
    problem = None if row["not_started"] is None else NotStarted.from_json(row["not_started"])
    return Suite(**{name: row[name] for name in names}, targets=targets, not_started=problem)


def _content(found: Suite | SuiteDraft) -> dict[str, Any]:
    return (found.draft() if isinstance(found, Suite) else found).content()


def _columns(content: dict[str, Any]) -> dict[str, Any]:
    # Who has changed the suite has seen why it did not start, and what is not to run on saves is not due any more.
    return {**content, "not_started": None, **({} if content["on_save"] else {"due": None})}


def _changes(content: Mapping[str, Any]) -> dict[str, Any]:
    # A version does not hold the cases.
    return {name: content[name] for name in content if not name.startswith("cases")}


suites = SuiteTable(
    "suite",
    SuiteColumns.__table__,  # type: ignore[attr-defined]
    read=_read,
    content=_content,
    texts=("description", "targets"),
    columns=_columns,
    changes=_changes,
)
