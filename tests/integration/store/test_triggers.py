"""What runs by itself, on each kind of database: which suites a save asks for, and until when they are due."""

from dataclasses import replace

from execution_hub.domain.agent import AgentDraft
from execution_hub.domain.clock import now
from execution_hub.domain.execution import NewExecution
from execution_hub.domain.suite import SuiteDraft
from execution_hub.domain.target import Target
from execution_hub.domain.trigger import TRIGGER, NotStarted, Trigger, TriggerType
from execution_hub.domain.workflow import WorkflowDraft, WorkflowStep
from execution_hub.errors import Conflict
from execution_hub.store import triggers, writes
from execution_hub.store.agents import agents
from execution_hub.store.database import Connection, Database
from execution_hub.store.intents import Submit
from execution_hub.store.suites import suites
from execution_hub.store.workflows import workflows
from tests.support.work import Counter

SAVE = Trigger(TriggerType.SAVE, "ada", now().replace(microsecond=5_000), agent_id=1, name="A", version=2)


def test_a_save_asks_for_the_suites_that_test_what_was_saved(database: Database) -> None:
    def work(connection: Connection) -> None:
        first, second = (agents.add(connection, AgentDraft(name), now()).id for name in "AB")
        steps = [WorkflowStep(name="x", type="agent", agent_id=second, input="x")]
        used = workflows.add(connection, WorkflowDraft(name="W", steps=steps), now()).id
        other = workflows.add(connection, WorkflowDraft(name="V"), now()).id

        def suite(*targets: Target, on_save: bool = True) -> int:
            return suites.add(connection, SuiteDraft("S", targets=targets, on_save=on_save), now()).id

        of_both = suite(Target(first), Target(second, model="another"))
        of_second = suite(Target(second))
        of_workflows = suite(Target(workflow_id=other), Target(workflow_id=used))
        suite(Target(second), on_save=False)
        suite()

        def due_after(save: Trigger) -> list[int]:
            count = triggers.note_save(connection, save)
            found = triggers.due(connection)
            assert len(found) == count and set(found.values()) <= {save}
            for each in found:
                triggers.settle(connection, each, save)
            assert triggers.due(connection) == {}
            return list(found)

        assert due_after(replace(SAVE, agent_id=first)) == [of_both]
        assert due_after(replace(SAVE, agent_id=second)) == [of_both, of_second, of_workflows]
        assert due_after(replace(SAVE, agent_id=None, workflow_id=other)) == [of_workflows]
        assert due_after(replace(SAVE, agent_id=99)) == []

    database.write(work)


def test_a_later_save_stays_due_and_a_problem_goes_with_a_change(database: Database) -> None:
    def work(connection: Connection) -> None:
        agent = agents.add(connection, AgentDraft("A"), now()).id
        made = suites.add(connection, SuiteDraft("S", targets=(Target(agent),), on_save=True), now())
        later = replace(SAVE, version=3)
        for each in (SAVE, later):
            triggers.note_save(connection, each)
        triggers.settle(connection, made.id, SAVE)
        assert triggers.due(connection) == {made.id: later}

        problem = NotStarted.of(SAVE, Conflict("No cases."))
        triggers.note_problem(connection, made.id, problem)
        found = suites.get(connection, made.id)
        assert (found.not_started, found.version) == (problem, made.version)
        changed = suites.change(connection, found, found.draft(schedule="0 3 * * *"), now())
        assert changed.not_started is None and triggers.schedules(connection) == {made.id: "0 3 * * *"}
        assert triggers.due(connection) == {made.id: later}
        off = suites.change(connection, changed, changed.draft(on_save=False, schedule=None), now())
        assert (triggers.due(connection), triggers.schedules(connection), off.on_save) == ({}, {}, False)

    database.write(work)


def test_what_is_under_way_is_told_by_what_started_it(database: Database) -> None:
    def work(connection: Connection) -> None:
        def run(suite_id: int, trigger: Trigger | None) -> int:
            meta = {} if trigger is None else {TRIGGER: trigger.as_json()}
            key = None if trigger is None else trigger.key(suite_id)
            new = NewExecution("suite_run", "S", "1", {}, suite_id=suite_id, idempotency_key=key, meta=meta)
            return writes.write(connection, Submit(new), now()).execution.id

        first, _, second, _ = run(1, SAVE), run(1, None), run(1, replace(SAVE, version=3)), run(2, SAVE)
        run(1, replace(SAVE, type=TriggerType.SCHEDULE))
        found = triggers.under_way(connection, 1, TriggerType.SAVE)
        assert found == [(first, SAVE.key(1)), (second, replace(SAVE, version=3).key(1))]

    database.write(work)


def test_a_save_looks_at_the_suites_that_run_on_saves_and_at_no_others(migrated_url: str, database: Database) -> None:
    """Whatever else there is: two hundred suites that do not are passed over."""

    def make(connection: Connection) -> None:
        for number in range(200):
            targets = tuple(Target(each) for each in range(1, 21))
            suites.add(connection, SuiteDraft(f"{number}", "x" * 1_000, targets=targets), now())

    before = Counter(migrated_url).of(lambda c: triggers.note_save(c, SAVE))
    database.write(make)
    after = Counter(migrated_url).of(lambda c: triggers.note_save(c, SAVE))
    assert after.amount <= 2 * before.amount + 600
