"""The pages that define work, in a real browser: the editor, import and export, the run panel, tasks."""

import json
import re
from pathlib import Path

from playwright.sync_api import Dialog, Locator, Page, expect

from execution_hub.hub import samples
from tests.support.pages import LIVE_MS, NewPage, make, open_editor, open_page
from tests.support.server import HubProcess


def node(page: Page, name: str) -> Locator:
    """Return a step in the graph."""
    return page.locator(f'[data-testid="step"][data-step="{name}"]')


def line(page: Page, name: str) -> Locator:
    """Return a step in the list."""
    return page.locator(f'[data-testid="step-row"][data-step="{name}"]')


def add_step(page: Page, name: str, template: str, *, is_approval: bool = False) -> None:
    """Add a step and fill in its form."""
    count = page.get_by_test_id("step-row").count()
    page.get_by_test_id("step-add-approval" if is_approval else "step-add").click()
    expect(page.get_by_test_id("step-row")).to_have_count(count + 1)
    fill_name(page, name)
    if not is_approval:
        page.get_by_test_id("step-agent").select_option(label="Offline helper")
    page.get_by_test_id("step-input").fill(template)


def fill_name(page: Page, name: str) -> None:
    """Type the name of the selected step and wait until the list has it."""
    page.get_by_test_id("step-name").fill(name)
    expect(page.locator(".step-row.on")).to_have_attribute("data-step", name)


def saved(page: Page) -> int:
    """Press Save, wait until it is, and return the workflow's number from the address."""
    page.get_by_test_id("workflow-save").click()
    expect(page.locator(".saved")).to_have_text("Saved")
    expect(page).to_have_url(re.compile(r"/workflows/\d+$"))
    return int(page.url.rsplit("/", 1)[1])


def test_the_sample_is_built_from_nothing_and_run(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Five steps typed into an empty editor are the sample, the graph shows them, and the run appears live."""
    page = new_page("about:blank")
    open_page(page, shared_hub, "/workflows")
    page.get_by_test_id("workflow-new").click()
    expect(page.get_by_test_id("workflow-run")).to_be_disabled()
    page.get_by_test_id("workflow-name").fill("Built by hand")
    wanted = samples.workflow(shared_hub.agent_id())
    for step in wanted.steps:
        add_step(page, step.name, step.input, is_approval=step.type == "approval")
    expect(page.get_by_test_id("step")).to_have_count(5)
    expect(page.locator(".react-flow__edge")).to_have_count(6)
    boxes = {step.name: node(page, step.name).bounding_box() for step in wanted.steps}
    left = {name: round(box["x"]) for name, box in boxes.items() if box}
    assert left["research"] < left["review_facts"] < left["approval"] < left["summary"]
    # The same column, but for the rounding of a zoomed graph.
    assert abs(left["review_facts"] - left["review_tone"]) <= 2
    expect(page.get_by_text("Unsaved changes")).to_be_visible()

    workflow_id = saved(page)
    expect(page.get_by_text("Unsaved changes")).to_have_count(0)
    stored = shared_hub.call("GET", f"/api/workflows/{workflow_id}")[1]
    steps = [step.model_dump(mode="json") for step in wanted.steps]
    # What is added after an approval waits for it, whatever its template says.
    assert stored["steps"] == [*steps[:-1], {**steps[-1], "depends_on": ["approval"]}]

    page.get_by_test_id("workflow-run-input").fill("[fast] from the editor")
    page.get_by_test_id("workflow-run").dblclick()
    expect(page.get_by_test_id("run-started")).to_contain_text("Execution started. You can leave this page.")
    expect(page.get_by_test_id("recent-row")).to_have_count(1)
    expect(page.get_by_test_id("recent-row")).to_have_attribute("data-status", "waiting", timeout=60_000)
    items = shared_hub.call("GET", f"/api/executions?workflow_id={workflow_id}")[1]["items"]
    assert [item["input"] for item in items] == ["[fast] from the editor"]
    page.get_by_test_id("recent-row").locator("a").or_(page.get_by_test_id("recent-row")).first.click()
    expect(page).to_have_url(re.compile(f"/executions/{items[0]['id']}"))


MISTAKES = (
    ("step-name", "Not Good", "small letters"),
    ("step-name", "first", "Another step is called first"),
    ("step-input", "", "Say what the agent gets"),
    ("step-input", "{{ steps.first.output", "The template cannot be read"),
    ("step-input", "{{ colour }}", "There is no colour here"),
    ("step-input", "{{ steps.nobody.output }}", "There is no step nobody"),
    ("step-input", "{{ steps.first.input }}", "There is no input here"),
    ("step-input", "{% for a in input %}{% endfor %}", "A template cannot use"),
    ("step-input", "{{ steps.second.output }}", "These steps wait for each other"),
    ("step-input", "x" * 20_001, "The template is too long"),
    ("step-agent", "", "Choose the agent that answers"),
    ("step-timeout", "0", "More than 0"),
    ("step-timeout", "soon", "More than 0"),
    ("step-retries", "11", "0 to 10"),
)


def test_a_mistake_shows_at_its_node_and_at_its_field(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Told in words at both places; Save says how many are left and leads to it; mended, all is well again."""
    page = new_page("about:blank")
    open_editor(page, shared_hub, make(shared_hub))
    for field, value, words in MISTAKES:
        line(page, "second").click()
        expect(page.get_by_test_id("step-name")).to_have_value("second")
        control = page.get_by_test_id(field)
        good = control.input_value()
        write(control, value)
        told = page.locator(".step-form .problem", has_text=words)
        expect(told).to_be_visible()
        marked = page.locator('[data-testid="step"].has-problem')
        expect(marked).to_have_count(1)
        expect(marked).to_contain_text(words)
        expect(page.get_by_test_id("workflow-save")).to_contain_text("1 problem")
        expect(page.get_by_test_id("workflow-export")).to_be_disabled()
        page.get_by_test_id("step-row").first.click()
        expect(page.locator(".step-row.on")).to_have_count(1)
        expect(page.get_by_test_id("step-row").first).to_have_class("step-row on")
        page.get_by_test_id("workflow-save").click()
        expect(page.get_by_test_id("step-row").last).to_have_class("step-row on")
        is_cycle = words.startswith("These steps")
        expect(page.locator("#step-depends") if is_cycle else control).to_be_focused()
        write(control, good)
        expect(told).to_have_count(0)
        expect(page.get_by_test_id("workflow-save")).to_contain_text("Save")
        expect(page.locator('[data-testid="step"].has-problem')).to_have_count(0)


def write(control: Locator, text: str) -> None:
    """Fill in a field, or choose the option of a list."""
    if control.evaluate("each => each.tagName") == "SELECT":
        control.select_option(text)
    else:
        control.fill(text)


def test_a_condition_shows_on_its_line_and_its_mistakes_at_their_field(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    """A pattern that is none is told; so is a step that was removed under it."""
    page = new_page("about:blank")
    workflow_id = make(shared_hub)
    open_editor(page, shared_hub, workflow_id)
    line(page, "second").click()
    expect(page.get_by_test_id("step-name")).to_have_value("second")
    page.get_by_test_id("step-when").select_option("first")
    page.get_by_test_id("step-when-value").fill("(yes")
    expect(page.locator(".edge-label")).to_contain_text("(yes")
    page.get_by_test_id("step-when-op").select_option("matches")
    expect(page.locator("#step-when-error")).to_contain_text("no pattern of RE2")
    page.get_by_test_id("step-when-value").fill("yes|ja")
    expect(page.locator("#step-when-error")).to_be_empty()
    saved(page)
    stored = shared_hub.call("GET", f"/api/workflows/{workflow_id}")[1]["steps"][1]
    assert stored["when"] == {"step": "first", "op": "matches", "value": "yes|ja"}
    line(page, "first").click()
    expect(page.get_by_test_id("step-name")).to_have_value("first")
    page.get_by_test_id("step-remove").click()
    expect(page.get_by_test_id("step-row")).to_have_count(1)
    expect(page.locator("#step-when-error")).to_contain_text("There is no step first")
    expect(page.locator("#step-input-error")).to_contain_text("There is no step first")


def test_a_rename_letter_by_letter_is_followed_and_the_caret_stays(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Typed in the middle of the name, past the name of another step; the other step's template has it."""
    page = new_page("about:blank")
    workflow_id = make(shared_hub)
    open_editor(page, shared_hub, workflow_id)
    name = page.get_by_test_id("step-name")
    name.focus()
    name.press("Home")
    page.keyboard.type("my_very_", delay=60)
    expect(name).to_have_value("my_very_first")
    expect(node(page, "my_very_first")).to_be_visible()
    line(page, "second").click()
    expect(page.get_by_test_id("step-input")).to_have_value("{{ steps.my_very_first.output }}")
    saved(page)
    steps = shared_hub.call("GET", f"/api/workflows/{workflow_id}")[1]["steps"]
    assert [step["input"] for step in steps] == ["{{ input }}", "{{ steps.my_very_first.output }}"]


def test_a_chip_puts_an_output_where_the_caret_is(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Into the middle of the text; the line in the graph follows, and the browser can undo it."""
    page = new_page("about:blank")
    open_editor(page, shared_hub, make(shared_hub))
    add_step(page, "third", "")
    template = page.get_by_test_id("step-input")
    template.fill("Both: and that.")
    expect(page.locator(".react-flow__edge")).to_have_count(1)
    template.evaluate("field => field.setSelectionRange(6, 6)")
    page.locator(".chip.code", has_text="first").click()
    expect(template).to_have_value("Both: {{ steps.first.output }}and that.")
    expect(page.locator(".react-flow__edge")).to_have_count(2)
    page.keyboard.press("Control+z")
    expect(template).to_have_value("Both: and that.")
    page.locator('[data-testid="step-dependency"][data-step="second"]').click()
    expect(page.locator(".react-flow__edge")).to_have_count(2)


def test_leaving_with_changes_asks(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Who says no stays with all that was typed; who says yes leaves, and finds the stored one again."""
    page = new_page("about:blank")
    workflow_id = make(shared_hub)
    open_editor(page, shared_hub, workflow_id)
    page.locator("#workflow-description").fill("Changed")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    asked: list[Dialog] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog)
        dialog.dismiss()

    def agree(dialog: Dialog) -> None:
        asked.append(dialog)
        dialog.accept()

    page.once("dialog", refuse)
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Tasks").click()
    expect(page.locator("#workflow-description")).to_have_value("Changed")
    assert page.url.endswith(f"/workflows/{workflow_id}")
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("link", name="Tasks").click()
    expect(page).to_have_url(re.compile("/tasks$"))
    open_editor(page, shared_hub, workflow_id)
    expect(page.locator("#workflow-description")).to_have_value("")
    page.locator("#workflow-description").fill("Changed again")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()
    # Agreed to: about every twentieth time, Chromium crashes at closing a page that has refused to be left.
    page.once("dialog", agree)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert [dialog.type for dialog in asked] == ["confirm", "beforeunload"]


def test_a_page_loaded_anew_has_what_was_typed(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Changes that are not saved survive a reload of the page, marked as such."""
    page = new_page("about:blank")
    open_editor(page, shared_hub, make(shared_hub))
    page.get_by_test_id("workflow-name").fill("Typed name")
    page.get_by_test_id("step-input").fill("Typed {{ input }}")
    # As the server knows it: what the fields would begin with.
    expect(page.get_by_test_id("workflow-name")).to_have_attribute("value", "Typed name")
    expect(page.get_by_test_id("step-input")).to_have_text("Typed {{ input }}")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_test_id("workflow-name")).to_have_value("Typed name")
    expect(page.get_by_test_id("step-input")).to_have_value("Typed {{ input }}")
    expect(page.get_by_text("Unsaved changes")).to_be_visible()


def test_what_is_exported_is_imported_again(shared_hub: HubProcess, new_page: NewPage, tmp_path: Path) -> None:
    """The file has the API's shape; chosen in the list, what it would do is shown, then done."""
    page = new_page("about:blank")
    open_editor(page, shared_hub, 1)
    with page.expect_download() as download:
        page.get_by_test_id("workflow-export").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    written = json.loads(path.read_text())
    assert written == shared_hub.call("GET", "/api/workflows/1/export")[1]
    assert download.value.suggested_filename == "Reviewed-research.json"
    open_page(page, shared_hub, "/workflows")
    page.get_by_test_id("workflow-import").click()
    page.get_by_test_id("workflow-import-file").set_input_files(path)
    rows = page.get_by_test_id("workflow-import-bound").locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.first).to_have_attribute("data-how", "same")
    before = len(shared_hub.call("GET", "/api/workflows")[1]["items"])
    page.get_by_test_id("workflow-import-store").click()
    expect(page).to_have_url(re.compile(r"/workflows/\d+$"))
    expect(page.get_by_test_id("step")).to_have_count(5)
    workflow_id = int(page.url.rsplit("/", 1)[1])
    stored = shared_hub.call("GET", f"/api/workflows/{workflow_id}")[1]
    assert stored["steps"] == shared_hub.call("GET", "/api/workflows/1")[1]["steps"]
    assert len(shared_hub.call("GET", "/api/workflows")[1]["items"]) == before + 1


def test_an_import_shows_what_it_creates_and_leaves_unset(shared_hub: HubProcess, new_page: NewPage) -> None:
    """The file's agent is another one than this hub's of that name: created, or its step left unset and marked."""
    page = new_page("about:blank")
    file = shared_hub.call("GET", f"/api/workflows/{make(shared_hub)}/export")[1]
    file["agents"][0]["system_prompt"] = "Of another hub"
    name = file["agents"][0]["name"]
    agents = len(shared_hub.call("GET", "/api/agents")[1]["items"])
    open_page(page, shared_hub, "/workflows")
    page.get_by_test_id("workflow-import").click()
    page.get_by_test_id("workflow-import-text").fill(json.dumps(file))
    page.get_by_test_id("workflow-import-open").click()
    expect(page.get_by_test_id("workflow-import-summary")).to_contain_text(f"{name} (2)")
    page.get_by_test_id("workflow-import-unset").check()
    expect(page.get_by_test_id("workflow-import-bound").locator('[data-how="unset"]')).to_have_count(2)
    page.get_by_test_id("workflow-import-store").click()
    expect(page.get_by_text("2 steps have no agent yet")).to_be_visible()
    assert len(shared_hub.call("GET", "/api/agents")[1]["items"]) == agents
    # It can be edited as it is; running it says what it lacks.
    page.locator("#workflow-description").fill("Unset as yet")
    saved(page)
    page.get_by_test_id("workflow-run-input").fill("x")
    page.get_by_test_id("workflow-run").click()
    expect(page.locator("#workflow-run-error")).to_contain_text("A step has no agent yet", timeout=LIVE_MS)


def test_a_wrong_file_is_told_at_its_place_and_an_invalid_workflow_in_the_editor(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    """What is no workflow stays in the list; what is one with mistakes opens with them marked."""
    page = new_page("about:blank")
    open_page(page, shared_hub, "/workflows")
    page.get_by_test_id("workflow-import").click()
    told = page.get_by_test_id("workflow-import-problems")
    step = {"name": "a", "agent_id": 99, "input": "{{ steps.b.output }}"}
    for text, words in (
        ("", "Paste the JSON"),
        ('{"name": ', "line 1, column 10"),
        (json.dumps({"name": "W", "steps": [{**step, "retries": "2"}]}), "steps[0].retries"),
    ):
        page.get_by_test_id("workflow-import-text").fill(text)
        page.get_by_test_id("workflow-import-open").click()
        expect(told).to_contain_text(words)
    page.get_by_test_id("workflow-import-text").fill(json.dumps({"name": "W", "steps": [step]}))
    page.get_by_test_id("workflow-import-open").click()
    expect(page.get_by_test_id("workflow-import-preview")).to_contain_text("older export")
    page.get_by_test_id("workflow-import-edit").click()
    expect(page.get_by_test_id("workflow-save")).to_contain_text("2 problems")
    expect(node(page, "a")).to_contain_text("Choose the agent that answers")
    expect(node(page, "a")).to_contain_text("There is no step b")


def test_a_deleted_workflow_is_gone_and_its_history_stays(shared_hub: HubProcess, new_page: NewPage) -> None:
    """It asks first; the list no longer has it; its address says so."""
    page = new_page("about:blank")
    workflow_id = make(shared_hub, name="To be deleted")
    open_editor(page, shared_hub, workflow_id)
    page.get_by_test_id("workflow-delete").click()
    page.get_by_test_id("workflow-delete-confirm").click()
    expect(page).to_have_url(re.compile("/workflows$"))
    expect(page.get_by_test_id("workflow-card").first).to_be_visible()
    expect(page.get_by_text("To be deleted")).to_have_count(0)
    open_page(page, shared_hub, f"/workflows/{workflow_id}")
    expect(page.get_by_role("heading", name="There is no such workflow").first).to_be_visible()


def test_words_follow_the_language_at_once(shared_hub: HubProcess, new_page: NewPage) -> None:
    """What is wrong is told in Chinese as soon as that is chosen."""
    page = new_page("about:blank")
    open_editor(page, shared_hub, make(shared_hub))
    page.get_by_test_id("step-input").fill("")
    expect(page.locator("#step-input-error")).to_have_text("Say what the agent gets.")
    page.get_by_role("button", name="中文").click()
    expect(page.locator("#step-input-error")).to_have_text("请填写智能体的输入。")


def test_a_task_is_created_changed_and_run(shared_hub: HubProcess, new_page: NewPage) -> None:
    """A workflow runs on its input, started here or on the workflow's page; its executions show live."""
    page = new_page("about:blank")
    workflow_id = make(shared_hub, name="For tasks")
    open_page(page, shared_hub, "/tasks")
    page.get_by_test_id("task-new").click()
    page.get_by_test_id("task-save").click()
    expect(page.locator("#name-error")).not_to_be_empty()
    page.get_by_test_id("task-name").fill("A named task")
    page.get_by_test_id("task-input").fill("[fast] first wording")
    page.get_by_test_id("task-save").click()
    expect(page).to_have_url(re.compile(r"/tasks/\d+$"))
    task_id = int(page.url.rsplit("/", 1)[1])
    expect(page.get_by_test_id("task-input")).to_have_value("[fast] first wording")
    page.get_by_test_id("task-input").fill("[fast] second wording")
    page.get_by_test_id("task-save").click()
    expect(page.locator(".saved")).to_have_text("Saved")
    page.get_by_test_id("task-workflow").select_option(label="For tasks")
    page.get_by_test_id("task-run").dblclick()
    expect(page.get_by_test_id("run-started")).to_contain_text("Execution started. You can leave this page.")
    expect(page.get_by_test_id("recent-row")).to_have_count(1)
    expect(page.get_by_test_id("recent-row")).to_have_attribute("data-status", "succeeded", timeout=60_000)

    open_editor(page, shared_hub, workflow_id)
    page.get_by_test_id("workflow-run-task").select_option(label="A named task")
    expect(page.locator(".task-input")).to_have_text("[fast] second wording")
    page.get_by_test_id("workflow-run").click()
    expect(page.get_by_test_id("recent-row")).to_have_count(2)
    items = shared_hub.call("GET", f"/api/executions?workflow_id={workflow_id}")[1]["items"]
    assert [(item["task_id"], item["input"]) for item in items] == [(task_id, "[fast] second wording")] * 2
    open_page(page, shared_hub, "/tasks")
    expect(page.get_by_test_id("task-card").first).to_contain_text("A named task")
