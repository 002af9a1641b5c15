"""The suites, as a person who tests an agent again and again."""

from playwright.sync_api import Page, expect

from tests.support.axe import violations
from tests.support.pages import LIVE_MS, NewPage, open_page
from tests.support.server import HubProcess

ROWS = "A sum\t12*(3+4) [fast]\nAnother\t1+1 [fast]"
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""

DROP = """([name, text]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], name));
  document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""
CONFIGURATION = """
prompts: ["Say {{ word }} [fast]"]
tests:
  - vars: {word: bees}
    assert:
      - {type: contains, value: bees}
      - {type: javascript, value: "output.length > 3"}
      - {type: llm-rubric, value: Is it kind?}
"""


def reckoner(hub: HubProcess) -> int:
    """Return the sample agent that has tools."""
    agents = hub.call("GET", "/api/agents")[1]["items"]
    return int(next(each["id"] for each in agents if each["name"] == "Reckoner"))


def case(page: Page, name: str) -> None:
    """Show the form of a case."""
    page.locator(f'[data-testid="case-row"][data-case="{name}"]').get_by_test_id("case-open").click()
    expect(page.get_by_test_id("case-name")).to_have_value(name)


def test_a_suite_is_made_of_pasted_rows_saved_and_run(shared_hub: HubProcess, new_page: NewPage) -> None:
    """What does not fit is told at its field; Run goes to the execution; list and table tell what came of it."""
    page = new_page("about:blank")
    open_page(page, shared_hub, "/suites")
    expect(page.get_by_test_id("suite-row").first).to_contain_text("Reckoner's sums")
    page.keyboard.press("n")
    page.locator("#name").fill("Pasted sums")
    page.get_by_test_id("suite-create").click()
    expect(page.get_by_test_id("cases-empty")).to_be_visible(timeout=LIVE_MS)
    expect(page.get_by_test_id("suite-run")).to_be_disabled()

    page.evaluate(PASTE, ROWS)
    expect(page.get_by_test_id("paste-row")).to_have_count(2)
    page.get_by_test_id("paste-take").click()
    expect(page.get_by_test_id("case-row")).to_have_count(2)
    page.get_by_test_id("target-add").select_option(label="Reckoner")
    expect(page.get_by_test_id("target-row")).to_contain_text("Reckoner")

    case(page, "Another")
    page.get_by_test_id("check-add").select_option("max_chars")
    page.get_by_test_id("check-value").fill("few")
    case(page, "A sum")
    page.get_by_test_id("check-add").select_option("tool_called")
    page.get_by_test_id("check-tool").fill("hub__calculate")
    assert violations(page) == []
    page.get_by_test_id("suite-save").click()
    expect(page.get_by_test_id("case-name")).to_have_value("Another")
    expect(page.locator(".check-list .problem:not(:empty)")).to_have_text("value is no whole number. Give one.")
    page.get_by_test_id("check-value").fill("1")
    page.get_by_test_id("suite-repeats").fill("x")
    page.get_by_test_id("suite-pass-rate").fill("60")
    page.get_by_test_id("suite-save").click()
    expect(page.locator("#suite-repeats-error")).to_have_text("repeats is no whole number. Give one.")
    page.get_by_test_id("suite-repeats").fill("1")
    page.get_by_test_id("suite-run").click()
    page.wait_for_url("**/executions/*", timeout=LIVE_MS)
    run = int(page.url.rpartition("/")[2])
    shared_hub.ended(run)

    suite = next(each for each in shared_hub.call("GET", "/api/suites")[1]["items"] if each["name"] == "Pasted sums")
    _, stored = shared_hub.call("GET", f"/api/suites/{suite['id']}")
    assert [[check["type"] for check in each["checks"]] for each in stored["cases"]] == [["tool_called"], ["max_chars"]]
    open_page(page, shared_hub, f"/suites/{suite['id']}")
    expect(page.locator('[data-testid="case-row"][data-outcome="passed"]')).to_have_attribute("data-case", "A sum")
    expect(page.locator('[data-testid="case-row"][data-outcome="failed"]')).to_have_attribute("data-case", "Another")
    expect(page.get_by_test_id("suite-run-row")).to_have_attribute("data-verdict", "failed")
    open_page(page, shared_hub, "/suites")
    row = page.locator(f'[data-testid="suite-row"][data-suite-id="{suite["id"]}"]')
    expect(row).to_contain_text("50 % passed")


def test_two_people_edit_one_suite_of_many_cases(shared_hub: HubProcess, new_page: NewPage) -> None:
    """Only a page of a long table is on the screen; who saves second is asked, and both changes stay."""
    agent = reckoner(shared_hub)
    cases = [{"name": f"Case {number}", "input": f"{number}"} for number in range(1, 121)]
    body = {"name": "Many", "targets": [{"agent_id": agent}], "cases": cases}
    _, suite = shared_hub.call("POST", "/api/suites", body)
    page = new_page("about:blank")
    open_page(page, shared_hub, f"/suites/{suite['id']}")
    expect(page.get_by_test_id("case-row")).to_have_count(50)
    page.get_by_test_id("case-search").fill("case 77")
    expect(page.get_by_test_id("case-row")).to_have_count(1)
    case(page, "Case 77")
    page.get_by_test_id("case-input").fill("mine")
    changed = [{**each, "input": "theirs"} if each["name"] == "Case 5" else each for each in cases]
    shared_hub.call("PATCH", f"/api/suites/{suite['id']}", {"cases": changed, "repeats": 2})
    page.get_by_test_id("suite-save").click()
    dialog = page.get_by_test_id("conflict")
    expect(dialog).to_contain_text("Case 77")
    expect(dialog).to_contain_text("Case 5")
    page.get_by_test_id("conflict-mine").click()
    expect(page.get_by_test_id("suite-repeats")).to_have_value("2")
    _, stored = shared_hub.call("GET", f"/api/suites/{suite['id']}")
    assert (stored["cases"][76]["input"], stored["cases"][4]["input"], stored["repeats"]) == ("mine", "theirs", 2)
    assert violations(page) == []


def test_cases_of_a_file_are_dropped_or_chosen_and_what_does_not_map_is_listed(
    shared_hub: HubProcess, new_page: NewPage
) -> None:
    """A configuration of promptfoo, in whose checks an agent judges; JSON Lines with a line that is none."""
    suite = shared_hub.call("POST", "/api/suites", {"name": "Of files"})[1]["id"]
    page = new_page("about:blank")
    open_page(page, shared_hub, f"/suites/{suite}")
    expect(page.get_by_test_id("cases-empty")).to_be_visible(timeout=LIVE_MS)
    page.evaluate(DROP, ["promptfooconfig.yaml", CONFIGURATION])
    expect(page.get_by_test_id("paste-row")).to_have_count(1)
    # The case of letters counts there; a program; a judge.
    expect(page.get_by_test_id("paste-unmapped")).to_have_count(3)
    expect(page.get_by_test_id("paste-unmapped").filter(has_text="this hub runs none of a file")).to_be_visible()
    assert violations(page) == []
    page.get_by_test_id("paste-judge").select_option(label="Reckoner")
    expect(page.get_by_test_id("paste-unmapped")).to_have_count(2)
    page.get_by_test_id("paste-take").click()
    expect(page.get_by_test_id("case-row")).to_have_count(1)

    page.get_by_test_id("case-paste").click()
    lines = b'{"input": "[fast] x", "golden": "y", "score": 1}\n'
    page.get_by_test_id("paste-file").set_input_files(
        {"name": "broken.jsonl", "mimeType": "application/jsonl", "buffer": lines + b"no case\n"}
    )
    expect(page.get_by_test_id("paste-dialog").get_by_role("alert")).to_contain_text("line 2, column 1: no JSON")
    expect(page.get_by_test_id("paste-take")).to_be_disabled()
    page.get_by_test_id("paste-file").set_input_files(
        {"name": "cases.jsonl", "mimeType": "application/jsonl", "buffer": lines}
    )
    expect(page.get_by_test_id("paste-unmapped").filter(has_text="score")).to_contain_text("No field of a case")
    page.get_by_test_id("paste-take").click()
    expect(page.get_by_test_id("case-row")).to_have_count(2)
    page.get_by_test_id("suite-save").click()
    expect(page.locator(".saved")).to_have_text("Saved", timeout=LIVE_MS)
    cases = shared_hub.call("GET", f"/api/suites/{suite}")[1]["cases"]
    assert [[check["type"] for check in each["checks"]] for each in cases] == [["contains", "judge"], []]
