"""What is asked of the stored workflows, on each kind of database."""

from sqlalchemy import event

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.execution import WORKFLOW, NewExecution
from execution_hub.domain.status import Status
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.store import history, writes
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Change, Delete, Submit
from execution_hub.store.workflows import workflows


def test_who_uses_an_agent_is_told_by_name(database: Database) -> None:
    """Whichever step it is; not an approval, not an agent whose number begins alike, not a workflow without steps."""

    def work(connection: Connection) -> list[list[str]]:
        made = [agents.add(connection, AgentDraft(f"A{number}"), now()).id for number in range(12)]

        def step(name: str, agent_id: int | None) -> WorkflowStep:
            return WorkflowStep(name=name, type="agent", agent_id=agent_id, input="x")

        gate = WorkflowStep(name="gate", type="approval", input="?")
        for name, steps in {
            "b": [step("x", made[0]), gate, step("y", made[1])],
            "a": [step("x", made[1])],
            "c": [step("x", made[11]), step("y", None)],
            "d": [],
        }.items():
            workflows.add(connection, WorkflowDraft(name=name, steps=steps), now())
        return [[each.name for each in workflows.using_agent(connection, made[place])] for place in (0, 1, 11, 5)]

    assert database.write(work) == [["b"], ["a", "b"], ["c"], []]


def test_the_newest_execution_of_each_workflow_is_asked_for_at_once(database: Database) -> None:
    """Whatever its status; not one that was deleted, not a part of another; two questions, however many workflows."""

    def work(connection: Connection) -> tuple[list[int], dict[int, int]]:
        often, once, never, parted = (
            workflows.add(connection, WorkflowDraft(name=name), now()).id
            for name in ("often", "once", "never", "parted")
        )

        def submit(workflow_id: int, parent_id: int | None = None) -> int:
            new = NewExecution(WORKFLOW, "x", "go", {}, workflow_id=workflow_id, parent_id=parent_id)
            return writes.write(connection, Submit(new), now()).execution.id

        old, new, deleted, only = submit(often), submit(often), submit(often), submit(once)
        submit(parted, parent_id=only)
        writes.write_all(connection, [Change(each, Status.RUNNING) for each in (new, deleted)], now())
        writes.write_all(connection, [Change(deleted, Status.SUCCEEDED, 1)], now())
        writes.write(connection, Delete((deleted,)), now())
        assert old < new
        return [often, once, never, parted, 999], {often: new, once: only}

    asked, expected = database.write(work)
    statements: list[object] = []
    event.listen(database._engine, "before_cursor_execute", lambda *words: statements.append(words[2]))
    found = database.read(lambda connection: history.newest_of_workflows(connection, asked))
    assert {workflow: each.id for workflow, each in found.items()} == expected
    assert len([each for each in statements if str(each).startswith("SELECT")]) == 2
    assert database.read(lambda connection: history.newest_of_workflows(connection, [])) == {}
