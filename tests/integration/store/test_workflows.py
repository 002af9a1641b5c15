"""What is asked of the stored workflows, on each kind of database."""

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
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
