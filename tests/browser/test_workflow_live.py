"""Watching a workflow work, in real browsers: its graph, its steps, and the person it needs."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import messages_replies as replies
from tests.support.browser import note, noted
from tests.support.messages_server import MessagesServer
from tests.support.pages import LIVE_MS, NewPage
from tests.support.server import HubProcess
from tests.support.workflows import make_workflow, run, sample_id, step_node, waiting

APPROVAL = {"name": "approval", "type": "approval", "input": "May this go out? {{ input }}"}


def row(page: Page, execution_id: int) -> Locator:
    """Return the history row of an execution."""
    return page.locator(f'[data-testid="history-row"][data-execution-id="{execution_id}"]')


def monitor_line(page: Page, execution_id: int) -> Locator:
    """Return the monitor's line of an execution."""
    return page.locator(f'[data-testid="monitor-item"][data-execution-id="{execution_id}"]')


def button_of(page: Page, answer: str) -> Locator:
    """Return a button of the question on an execution's page: the monitor may have some for others."""
    return page.get_by_test_id("question").get_by_test_id(f"step-{answer}")


def is_live(page: Page) -> None:
    """Wait until a page is connected; from then on a reload would be seen."""
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "live", timeout=LIVE_MS)
    page.evaluate("window.neverReloaded = true")


def ask_only(hub: HubProcess, text: str) -> int:
    """Run a workflow that only asks a person, and return the execution once it waits."""
    execution_id = run(hub, make_workflow(hub, f"Ask {text}"[:100], APPROVAL), text)
    waiting(hub, execution_id)
    return execution_id


def test_one_follows_the_steps_the_other_approves_from_the_monitor(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Two steps run at once before two pairs of eyes; the answer of one goes on in the other; nobody reloads."""
    watcher = new_page(shared_hub.url, reduced_motion="no-preference")
    page = new_page(shared_hub.url)
    is_live(watcher)
    is_live(page)
    note(
        page,
        """{
          running: [...document.querySelectorAll('[data-testid="step"][data-status="running"]')]
            .map((step) => step.dataset.step).sort(),
          shown: document.querySelector('[data-testid="step-panel"]')?.dataset.step ?? "",
          output: text("step-output"), status: text("execution-status"),
        }""",
    )
    # It begins when both are looking, however busy the machine is.
    shared_hub.call("POST", "/api/queue/pause", {})
    execution_id = run(shared_hub, sample_id(shared_hub), "The third quarter in three sentences")
    note(watcher, f"""document.querySelector('[data-execution-id="{execution_id}"]')?.textContent ?? \"\"""")
    row(page, execution_id).click()
    expect(page.locator('[data-testid="step"][data-status="pending"]')).to_have_count(5, timeout=LIVE_MS)
    shared_hub.call("POST", "/api/queue/resume", {})
    # Two steps of the simulated model later.
    expect(page.get_by_test_id("question")).to_be_visible(timeout=4 * LIVE_MS)
    expect(page.get_by_test_id("question-text")).to_contain_text("Tone:")
    seen = noted(page)
    assert ["research"] in [each["running"] for each in seen]
    both = [each for each in seen if each["running"] == ["review_facts", "review_tone"]]
    # It follows one of them by itself, and shows what it writes.
    assert any(each["shown"].startswith("review_") and "imulated" in each["output"] for each in seen)
    assert any("2 of 5" in each["status"] for each in both)
    assert any("Step 2 of 5" in each for each in noted(watcher))
    waits = row(watcher, execution_id)
    expect(waits).to_have_attribute("data-status", "waiting", timeout=LIVE_MS)
    expect(waits).to_contain_text("Needs you")
    assert "pulse-glow" not in waits.evaluate("element => getComputedStyle(element, '::after').animationName")
    line = monitor_line(watcher, execution_id)
    # On the dashboard it is a pill until somebody opens it, and on the page itself it says nothing twice.
    expect(line).to_have_count(0)
    expect(monitor_line(page, execution_id)).to_have_count(0)
    watcher.get_by_test_id("monitor-toggle").click()
    expect(line).to_contain_text(f"#{execution_id}")
    expect(line).to_contain_text("Facts:")
    expect(line).to_have_attribute("data-status", "waiting")
    line.get_by_test_id("step-approve").click()

    expect(page.get_by_test_id("question")).to_have_count(0, timeout=LIVE_MS)
    for each in (page, watcher):
        done = page.get_by_test_id("execution-status") if each is page else row(watcher, execution_id)
        # One more step of the simulated model.
        expect(done).to_have_attribute("data-status", "succeeded", timeout=2 * LIVE_MS)
    expect(page.get_by_test_id("execution-output")).to_contain_text("imulated")
    expect(page.locator('[data-testid="step"][data-status="succeeded"]')).to_have_count(5)
    watcher_page = new_page(f"{shared_hub.url}/executions/{execution_id}")
    expect(watcher_page.get_by_test_id("execution-output")).to_contain_text("Summarise for the board", timeout=LIVE_MS)
    assert ["summary"] in [each["running"] for each in noted(page)]
    for each in (page, watcher):
        assert each.evaluate("window.neverReloaded") is True
    steps = {step["name"]: step for step in shared_hub.execution(execution_id)["steps"]}
    assert steps["approval"]["output"] == "Approved."


def test_a_person_chooses_a_step_and_reads_it_whole(shared_hub: HubProcess, new_page: NewPage) -> None:
    """A chosen step stays while others run; its input and output are there whole, not as excerpts."""
    agent = {"type": "agent", "agent_id": shared_hub.agent_id()}
    workflow_id = make_workflow(
        shared_hub,
        "Two in a row",
        {"name": "first", "input": "[fast] [long] {{ input }}", **agent},
        {"name": "second", "input": "[slow] {{ steps.first.output | length }}", **agent},
    )
    execution_id = run(shared_hub, workflow_id, "How do tides work?")
    page = new_page(f"{shared_hub.url}/executions/{execution_id}")
    is_live(page)
    panel = page.get_by_test_id("step-panel")
    expect(panel).to_have_attribute("data-step", "second", timeout=LIVE_MS)
    step_node(page, "first").click()
    expect(panel).to_have_attribute("data-step", "first")
    expect(page.get_by_test_id("step-status")).to_have_attribute("data-status", "succeeded")
    whole = shared_hub.call("GET", f"/api/executions/{execution_id}")[1]["steps"][0]
    assert len(whole["output"]) > 1_000
    page.get_by_role("button", name="Raw").first.click()
    expect(page.get_by_test_id("step-output")).to_have_text(whole["output"], use_inner_text=True)
    page.get_by_test_id("step-input").locator("summary").click()
    expect(page.get_by_test_id("step-input")).to_contain_text(whole["input"])
    # What runs meanwhile does not take the page away from the person, who can go back to it.
    expect(step_node(page, "second", "running")).to_be_visible()
    page.get_by_role("button", name="Follow what runs").click()
    expect(panel).to_have_attribute("data-step", "second")


def test_rejecting_needs_a_reason_which_ends_it(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Without a reason nothing is sent; with one the execution fails and says it, in words that are not markup."""
    execution_id = ask_only(shared_hub, "reject me")
    page = new_page(f"{shared_hub.url}/executions/{execution_id}")
    button_of(page, "reject").click()
    expect(page.get_by_text("Say why you reject it.")).to_be_visible()
    assert shared_hub.execution(execution_id)["status"] == "waiting"
    page.locator("#approval-comment").fill("Not before <b>Monday</b>")
    button_of(page, "reject").dblclick()
    expect(page.get_by_test_id("execution-status")).to_have_attribute("data-status", "failed", timeout=LIVE_MS)
    expect(page.get_by_text("Rejected at approval: Not before <b>Monday</b>").first).to_be_visible()
    expect(page.get_by_test_id("question")).to_have_count(0)
    expect(page.get_by_test_id("answer-notice")).to_have_count(0)
    assert shared_hub.execution(execution_id)["error_code"] == "rejected"


def test_a_double_click_answers_once(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The second click of one person is nothing; the comment is the step's output."""
    execution_id = ask_only(shared_hub, "twice")
    page = new_page(f"{shared_hub.url}/executions/{execution_id}")
    page.locator("#approval-comment").fill("Go ahead")
    button_of(page, "approve").dblclick()
    expect(page.get_by_test_id("execution-status")).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)
    expect(page.get_by_test_id("answer-notice")).to_have_count(0)
    assert shared_hub.execution(execution_id)["output"] == "Go ahead"


def test_a_person_sends_back_and_reads_both_answers(
    claude_hub: HubProcess, provider: MessagesServer, new_page: NewPage
) -> None:
    """With a remark, which is needed: the agent answers again, and its first answer is kept on the step's panel."""
    hub, agent_id = claude_hub, claude_hub.agent_id("claude-sonnet-5-5")
    provider.reply(replies.text(["# First draft\n\nOf **bees**."]), replies.text(["# Second draft"]))
    workflow_id = make_workflow(
        hub,
        "Drafted",
        {"name": "write", "agent_id": agent_id, "input": "{{ input }}"},
        {"name": "approval", "type": "approval", "input": "{{ steps.write.output }}"},
    )
    execution_id = run(hub, workflow_id, "bees")
    waiting(hub, execution_id)
    page = new_page(f"{hub.url}/executions/{execution_id}", viewport={"width": 390, "height": 844})
    question = page.get_by_test_id("question-text")
    expect(question.get_by_role("heading", name="First draft")).to_be_visible(timeout=LIVE_MS)
    page.get_by_test_id("question").get_by_role("button", name="Raw").click()
    expect(question).to_contain_text("# First draft")
    # On a phone the answers and the stop are at the bottom, over nothing else, wherever the page is.
    page.mouse.wheel(0, 3_000)
    for name in ("step-approve", "step-send-back", "step-reject", "execution-cancel"):
        box = page.get_by_test_id(name).bounding_box()
        assert box is not None
        assert box["y"] > 844 - 150
        assert box["height"] >= 44
    button_of(page, "send-back").click()
    expect(page.get_by_text("Say what is to change.")).to_be_visible()
    page.locator("#approval-comment").fill("Name the <b>sources</b>.")
    button_of(page, "send-back").dblclick()
    expect(question).to_contain_text("Second draft", timeout=LIVE_MS)
    expect(page.get_by_test_id("question")).to_contain_text("Sent back: Name the <b>sources</b>.")
    expect(page.locator("#approval-comment")).to_have_value("")
    assert len(provider.calls) == 2
    step_node(page, "write").click()
    past = page.get_by_test_id("step-rounds")
    expect(past).to_contain_text("Name the <b>sources</b>.")
    past.locator("summary").click()
    expect(past.get_by_role("heading", name="First draft")).to_be_visible()
    expect(page.get_by_test_id("step-panel")).to_contain_text("round 2")
    expect(page.locator(".log")).to_contain_text("sent back")
    button_of(page, "approve").click()
    expect(page.get_by_test_id("execution-status")).to_have_attribute("data-status", "succeeded", timeout=LIVE_MS)


def test_the_monitor_rejects_with_a_reason(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Asked for right there, beside the question; on a phone in a sheet that leaves most of the page in sight."""
    execution_id = ask_only(shared_hub, "reject from the monitor")
    page = new_page(shared_hub.url + "/agents", viewport={"width": 390, "height": 844})
    line = monitor_line(page, execution_id)
    page.get_by_test_id("monitor-toggle").click(timeout=LIVE_MS)
    sheet = page.get_by_test_id("monitor").bounding_box()
    assert sheet is not None
    assert sheet["height"] <= 0.6 * 844 + 1
    line.get_by_test_id("step-reject").click()
    line.get_by_test_id("monitor-reject").click()
    expect(line).to_contain_text("Say why you reject it.")
    line.get_by_test_id("monitor-reason").fill("Too late")
    line.get_by_test_id("monitor-reject").click()
    expect(line).to_have_attribute("data-status", "failed", timeout=LIVE_MS)
    assert "Too late" in shared_hub.execution(execution_id)["error"]


def test_who_answers_too_late_is_told(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Somebody else answers in the moment before the click: the click changes nothing and says so."""
    execution_id = ask_only(shared_hub, "late")
    page = new_page(f"{shared_hub.url}/executions/{execution_id}")
    expect(button_of(page, "approve")).to_be_enabled(timeout=LIVE_MS)
    # In one go, so that the page cannot hear of the answer before the click.
    page.evaluate(
        """path => {
            const call = new XMLHttpRequest();
            call.open("POST", path, false);
            call.setRequestHeader("Content-Type", "application/json");
            call.send(JSON.stringify({comment: "I was first"}));
            document.querySelector(".question [data-testid=step-approve]").click();
        }""",
        f"/api/executions/{execution_id}/steps/approval/reject",
    )
    expect(page.get_by_test_id("answer-notice")).to_contain_text("Somebody else has answered", timeout=LIVE_MS)
    expect(page.get_by_test_id("execution-status")).to_have_attribute("data-status", "failed", timeout=LIVE_MS)
    expect(page.get_by_test_id("question")).to_have_count(0)
    assert "I was first" in shared_hub.execution(execution_id)["error"]


@pytest.mark.parametrize("width", [1440, 390])
def test_markup_in_a_step_stays_text(
    claude_hub: HubProcess, provider: MessagesServer, new_page: NewPage, width: int
) -> None:
    """What an agent or a person wrote is shown as it is, in panel, question, graph, log and row; nothing runs."""
    evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>[x](javascript:window.hacked=1)'
    hub = claude_hub
    agent_id = hub.agent_id("claude-sonnet-5-5")
    provider.reply(replies.text([evil, "\n\n", evil]))
    workflow_id = make_workflow(
        hub,
        f"Evil {evil}"[:100],
        {"name": "write", "agent_id": agent_id, "input": "{{ input }}"},
        {"name": "approval", "type": "approval", "input": "{{ steps.write.output }}"},
    )
    execution_id = run(hub, workflow_id, evil)
    waiting(hub, execution_id)
    page = new_page(f"{hub.url}/executions/{execution_id}", viewport={"width": width, "height": 900})
    expect(page.get_by_test_id("question-text")).to_contain_text("<img src=x", timeout=LIVE_MS)
    expect(page.get_by_test_id("step-output")).to_contain_text("<script>")
    page.locator("#approval-comment").fill(evil)
    button_of(page, "reject").click()
    expect(page.get_by_test_id("execution-status")).to_have_attribute("data-status", "failed", timeout=LIVE_MS)
    expect(page.get_by_test_id("step").first).to_be_visible()
    assert page.evaluate("window.hacked") is None
    assert page.locator('img[src="x"]').count() == 0
    assert page.locator('a[href^="javascript"]').count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_cut_answer_is_marked_in_row_page_graph_and_timeline(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Neither the step nor what was made from it looks like a whole one, and the limit is named."""
    agent = {"type": "agent", "agent_id": shared_hub.agent_id()}
    workflow_id = make_workflow(
        shared_hub,
        "Cut short",
        {"name": "first", "input": "[fast] [cut] {{ input }}", **agent},
        {"name": "second", "input": "[fast] {{ steps.first.output | length }}", **agent},
    )
    execution_id = run(shared_hub, workflow_id, "How do tides work?")
    shared_hub.ended(execution_id)
    page = new_page(f"{shared_hub.url}/executions/{execution_id}")
    expect(page.get_by_test_id("execution-status")).to_have_text("Succeeded·cut", timeout=LIVE_MS)
    expect(page.get_by_test_id("cut-notice")).to_contain_text("the marked step says where")
    expect(step_node(page, "first")).to_have_attribute("data-cut", "true", timeout=LIVE_MS)
    expect(step_node(page, "second")).to_have_attribute("data-cut", "false")
    line = page.locator('[data-testid="timeline-step"][data-step="first"]')
    expect(line).to_have_attribute("title", "first · Succeeded · cut")
    step_node(page, "first").click()
    expect(page.get_by_test_id("step-cut")).to_have_text("Cut at max_tokens 1,024: raise the agent's limit.")
    page.goto(shared_hub.url)
    expect(row(page, execution_id)).to_have_attribute("data-cut", "true", timeout=LIVE_MS)
    expect(row(page, execution_id).get_by_test_id("cut-tag")).to_have_text("cut")
