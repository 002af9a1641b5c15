"""Copying says what happened, and the document says its language."""

from playwright.sync_api import Page, expect

from tests.support.pages import LIVE_MS, NewPage
from tests.support.server import HubProcess

# As over plain HTTP, where the browser gives a page no clipboard.
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined });"


def open_execution(page: Page, hub: HubProcess, execution: int) -> None:
    """Go to an execution and wait until it is shown."""
    page.goto(f"{hub.url}/executions/{execution}")
    expect(page.get_by_test_id("copy").first).to_be_enabled(timeout=LIVE_MS)


def pasted(page: Page, hub: HubProcess) -> str:
    """Paste into the test of an agent and return what came."""
    page.goto(f"{hub.url}/agents/{hub.agent_id()}")
    expect(page.get_by_test_id("test-run")).to_be_enabled(timeout=LIVE_MS)
    field = page.get_by_test_id("test-input")
    field.press("Control+v")
    expect(field).not_to_have_value("")
    return field.input_value()


def test_what_is_copied_is_the_text_with_or_without_a_clipboard(shared_hub: HubProcess, new_page: NewPage) -> None:
    """An output, its execution as JSON, and the output of a step."""
    hub = shared_hub
    execution = hub.start_test("Say it [fast]")
    output = hub.ended(execution)["output"]
    steps = [{"name": "first", "agent_id": hub.agent_id(), "input": "{{ input }} [fast]"}]
    workflow = hub.call("POST", "/api/workflows", {"name": "One", "steps": steps})[1]["id"]
    ran = hub.call("POST", f"/api/workflows/{workflow}/run", {"input": "Another"})[1]["id"]
    for script in ("", NO_CLIPBOARD):
        page = new_page("about:blank")
        page.add_init_script(script)
        open_execution(page, hub, execution)
        button = page.get_by_test_id("copy")
        expect(button).to_have_text("Copy")
        button.click()
        expect(button).to_have_text("Copied")
        assert pasted(page, hub) == output
        open_execution(page, hub, execution)
        page.get_by_role("button", name="JSON", exact=True).click()
        expect(page.get_by_test_id("execution-output")).to_contain_text(f'"id": {execution}', timeout=LIVE_MS)
        page.get_by_test_id("copy").click()
        expect(page.get_by_test_id("copy")).to_have_text("Copied")
        assert f'"id": {execution}' in pasted(page, hub)
    output = hub.ended(ran)["output"]
    page.goto(f"{hub.url}/executions/{ran}")
    page.locator('[data-testid="step"][data-step="first"]').click()
    button = page.locator(".step-head").get_by_test_id("copy")
    button.click()
    expect(button).to_have_text("Copied", timeout=LIVE_MS)
    assert pasted(page, hub) == output


def test_copying_that_fails_is_not_called_copied(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Though the browser's old command claims that it worked; it can be tried again."""
    execution = shared_hub.start_test("Say it [fast]")
    shared_hub.ended(execution)
    page = new_page("about:blank")
    page.add_init_script(NO_CLIPBOARD + "document.execCommand = () => true;")
    open_execution(page, shared_hub, execution)
    button = page.get_by_test_id("copy")
    button.click()
    expect(button).to_have_text("Not copied")
    expect(page.get_by_text("Select the text and copy it by hand.")).to_have_count(1)
    button.blur()
    expect(button).to_have_text("Copy")


def test_the_document_says_its_language(shared_hub: HubProcess, new_page: NewPage) -> None:
    """As the browser asks for it, after a change, on another page, and after loading anew."""
    page = new_page(shared_hub.url, locale="zh-CN")
    document = page.locator("html")
    expect(document).to_have_attribute("lang", "zh-CN", timeout=LIVE_MS)
    page.get_by_role("button", name="English").click()
    expect(document).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Agents", exact=True).click()
    expect(page.get_by_role("heading", name="Agents", level=1)).to_be_visible()
    expect(document).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(document).to_have_attribute("lang", "zh-CN")
    page.reload()
    expect(document).to_have_attribute("lang", "zh-CN", timeout=LIVE_MS)


def test_what_people_write_runs_in_its_own_direction(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Names, descriptions, prompts and inputs, where they are read and where they are written."""
    hub, arabic = shared_hub, "مرحبا بالعالم"
    values = {"name": arabic, "description": arabic, "system_prompt": arabic}
    agent = hub.call("POST", "/api/agents", values)[1]["id"]
    execution = hub.start_test(f"{arabic} [fast]", agent)
    hub.ended(execution)
    page = new_page(f"{hub.url}/executions/{execution}")
    directed = "element => getComputedStyle(element).direction"
    for path, places in (
        (f"/executions/{execution}", ("h1", ".input-text", ".ran-with pre", ".ran-with dd a")),
        ("/agents", (f'[data-agent-id="{agent}"] strong', f'[data-agent-id="{agent}"] .agent-about')),
        (f"/agents/{agent}", ("h1", "#name", "#description", "#system_prompt", ".recent-row .words")),
        ("/", (f'[data-execution-id="{execution}"] .name',)),
    ):
        page.goto(hub.url + path)
        for place in places:
            found = page.locator(place).first
            expect(found).to_be_visible(timeout=LIVE_MS)
            expect(found).not_to_have_text("", timeout=LIVE_MS) if not place.startswith("#") else None
            assert found.evaluate(directed) == "rtl", (path, place)
