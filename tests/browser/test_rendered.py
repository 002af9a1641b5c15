"""What a model said, as a page shows it: said truly, and never at the cost of the page. One hub for all."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.support import messages_replies as replies
from tests.support.messages_server import MessagesServer
from tests.support.server import HubProcess

# A library is loaded first.
PATIENCE_MS = 60_000
DATA = "data:image/png;base64," + "iVBORw0KGgo" * 1000
SAID = f"""3~5天，运费20~35元 and ~~gone~~

**注意：**先备份

在https://a.b/g，请先看

Dear Ann,
thanks

| step | do |
|---|---|
| 1 | wash<br>dry <b>it</b> | beyond |

![]({DATA})

![chart](https://x.y/c.png) [![badge](https://x.y/b.svg)](https://k.l)

[q3](./q3.pdf) [](https://empty.words) [run](javascript:alert(1))

مرحبا بالعالم

- واحد

\\(x^2\\) and `\\(code\\)` and $5 to $6 and \\(\\href{{javascript:alert(1)}}{{x}}\\) and \\(\\broken{{\\)

\\[
a
+ b
\\]

```mermaid
graph TD
  A[Start] --> B[End]
```

```mermaid
graph TD
  A@{{ img: "https://x.y/a.png" }} --> B
```

3. three
5. five

Said[^1] and [guide][g].

[^1]: The note.

[g]: ./guide
[unused]: https://un.used

<div onclick="alert(1)">
  <img src=x onerror=alert(1)>
</div>
"""


class Stage:
    """A hub whose model says what a test hands it."""

    def __init__(self, hub: HubProcess, model: MessagesServer) -> None:
        """Take both, running."""
        self.hub, self.model = hub, model
        self.agent = hub.agent_id("claude-sonnet-5-5")

    def say(self, text: str) -> str:
        """Let the model say a text and return the address of its execution."""
        self.model.reply(replies.text([text[start : start + 20_000] for start in range(0, len(text), 20_000)]))
        execution = self.hub.ended(self.hub.start_test("say it", self.agent))
        assert execution["status"] == "succeeded", execution["error"]
        return f"{self.hub.url}/executions/{execution['id']}"

    def write(self, text: str) -> str:
        """Let the model write a text without coming to an end, and return the address of its execution."""
        self.model.reply(replies.hanging([text]))
        return f"{self.hub.url}/executions/{self.hub.start_test('write it', self.agent)}"


@pytest.fixture(scope="module")
def stage(claude_hub: HubProcess, module_provider: MessagesServer) -> Stage:
    """Return the hub that all tests of this module share."""
    return Stage(claude_hub, module_provider)


@pytest.fixture
def read(stage: Stage, new_page: Callable[..., Page]) -> Callable[[str], Locator]:
    """Return what lets the model say a text and opens what came of it."""
    return lambda text: new_page(stage.say(text)).get_by_test_id("execution-output")


@pytest.fixture(scope="module")
def said(stage: Stage) -> str:
    """Return the address of an execution that said everything in `SAID`."""
    return stage.say(SAID)


def test_rendered_says_what_the_model_said(said: str, new_page: Callable[..., Page]) -> None:
    """Ranges, emphasis beside Chinese, addresses, line ends, cells, numbers and notes show as they were written."""
    output = new_page(said).get_by_test_id("execution-output")
    expect(output.locator("del")).to_have_text(["gone"])
    expect(output).to_contain_text("3~5天，运费20~35元")
    expect(output.locator("strong").first).to_have_text("注意：")
    expect(output.locator("a", has_text="https://a.b/g")).to_have_attribute("href", "https://a.b/g")
    expect(output).to_contain_text("，请先看")
    expect(output.locator("p", has_text="Dear Ann").locator("br")).to_have_count(1)
    expect(output.locator("td").nth(1).locator("br")).to_have_count(1)
    expect(output.locator("td")).to_have_text(["1", "wash\ndry <b>it</b>", "beyond"], use_inner_text=True)
    expect(output).to_contain_text("q3 (./q3.pdf)")
    expect(output).to_contain_text("guide (./guide)")
    expect(output).to_contain_text("run (javascript:alert(1))")
    expect(output.locator("a", has_text="https://empty.words")).to_be_visible()
    expect(output.locator("ol > li").nth(1)).to_have_attribute("value", "5")
    expect(output.locator(".note")).to_have_text("1 The note.")
    expect(output).to_contain_text("[unused]: https://un.used")
    assert '<div onclick="alert(1)">\n  <img src=x onerror=alert(1)>\n</div>' in output.inner_text()


def test_images_are_named_and_never_loaded(said: str, new_page: Callable[..., Page]) -> None:
    """An image leaves its words, its address or its size; nothing is asked of another server or inserted as HTML."""
    page = new_page("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(said)
    output = page.get_by_test_id("execution-output")
    shown = output.locator(".no-image")
    expect(shown).to_have_text(
        [
            "image, 8 kB, not loaded",
            "image, not loadedcharthttps://x.y/c.png",
            "image, not loadedbadgehttps://x.y/b.svg",
        ]
    )
    expect(output.locator(".diagram img")).to_have_count(1, timeout=PATIENCE_MS)
    expect(output.locator("img:not(.diagram img), [onclick], [onerror], script, iframe")).to_have_count(0)
    own = said.partition("/executions")[0]
    assert [url for url in asked if not url.startswith((own, own.replace("http", "ws"), "data:"))] == []


def test_what_is_written_from_the_right_begins_there(said: str, new_page: Callable[..., Page]) -> None:
    """An Arabic paragraph and list item run from the right, code from the left, and so does the raw text's line."""
    page = new_page(said)
    output = page.get_by_test_id("execution-output")
    expect(output.locator("p", has_text="مرحبا")).to_have_css("direction", "rtl")
    expect(output.locator("li", has_text="واحد")).to_have_css("direction", "rtl")
    expect(output.locator("p", has_text="Dear Ann")).to_have_css("direction", "ltr")
    expect(output.locator("pre").first).to_have_css("direction", "ltr")
    page.get_by_role("button", name="Raw").click()
    expect(output.locator("pre.raw")).to_have_css("unicode-bidi", "plaintext")


def test_formulas_and_diagrams_are_drawn_or_their_source_is_shown(said: str, new_page: Callable[..., Page]) -> None:
    """Formulas and diagrams are drawn; one that is broken, or would load something, stays source with a word why."""
    output = new_page(said).get_by_test_id("execution-output")
    expect(output.locator(".math[data-state=drawn]")).to_have_count(3, timeout=PATIENCE_MS)
    expect(output.locator(".math.display .katex-display")).to_have_count(1)
    expect(output.locator("p", has_text="x^2").locator("code").first).to_have_text("\\(code\\)")
    expect(output).to_contain_text("$5 to $6")
    expect(output.locator(".math[data-state=failed]")).to_contain_text("\\(\\broken{\\)")
    expect(output.locator(".katex a, .katex [href]")).to_have_count(0)
    picture = output.locator("figure.diagram img")
    expect(picture).to_be_visible(timeout=PATIENCE_MS)
    assert picture.evaluate("each => each.decode().then(() => each.naturalWidth)") > 50
    expect(output.locator(".diagram .told")).to_have_text("This diagram cannot be drawn: its source is shown.")


def test_what_needs_a_library_is_drawn_once_its_block_is_closed(stage: Stage, new_page: Callable[..., Page]) -> None:
    """While a diagram or a formula may still grow, its source is shown."""
    page = new_page(stage.write("One \\(x^2\\) and more\n\nNow \\(y^2\\) and\n\n```mermaid\ngraph TD\n  A --> B\n```"))
    output = page.get_by_test_id("execution-output")
    expect(output.locator(".math[data-state=drawn]")).to_have_count(2)
    expect(output.locator("pre code.language-mermaid")).to_be_visible()
    expect(output.locator("figure.diagram")).to_have_count(0)
    page.get_by_test_id("execution-cancel").first.click()
    expect(output.locator("figure.diagram img")).to_be_visible(timeout=PATIENCE_MS)


def test_code_has_colours_and_is_copied_as_it_came(read: Callable[[str], Locator]) -> None:
    """In a language that is known; in any other, and past 50 kB, it is text. Each block copies itself alone."""
    long = "x = 1\n" * 10_000
    output = read(f'Look:\n\n```python\nprint("hi")  # <b>\n```\n\n```odd\nlet <i>\n```\n\n```py\n{long}```\n')
    known, odd = output.locator(".code").nth(0), output.locator(".code").nth(1)
    expect(known.locator(".hljs-string")).to_have_text('"hi"', timeout=PATIENCE_MS)
    expect(known.locator("code")).to_have_text('print("hi")  # <b>\n', use_inner_text=False)
    expect(output.locator(".code").nth(2)).to_contain_text("x = 1")
    expect(odd.locator("code span")).to_have_count(0)
    assert output.locator(".code").nth(2).locator('[class^="hljs"]').count() == 0
    copy = odd.get_by_test_id("copy-code")
    output.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy.click()
    expect(copy).to_have_text("Copied")
    assert output.page.evaluate("navigator.clipboard.readText()") == "let <i>\n"


def test_json_is_shown_as_json_and_copied_as_it_came(read: Callable[[str], Locator]) -> None:
    """What parses as JSON is indented letter by letter; raw, it is as the model wrote it."""
    text = '{"p":"C:\\\\new","__x__":1,"n":12345678901234567890}'
    output = read(text)
    asked = output.page.evaluate("performance.getEntriesByType('resource').map((each) => each.name)")
    # What draws formulas and diagrams is large, and loaded only for those.
    assert asked and not [url for url in asked if "katex" in url or "mermaid" in url]
    shown = '{\n  "p": "C:\\\\new",\n  "__x__": 1,\n  "n": 12345678901234567890\n}'
    expect(output.locator("pre code")).to_have_text(shown)
    output.page.get_by_role("button", name="Raw").click()
    expect(output.locator("pre.raw")).to_have_text(text)


def test_nesting_without_end_leaves_the_page(read: Callable[[str], Locator]) -> None:
    """Nesting too deep for the parser is shown as plain text with a word why, and every control stays."""
    text = "1. " * 1000 + "x"
    output = read(text)
    expect(output.locator(".told")).to_have_text("Nested too deeply to be formatted: shown as plain text.")
    expect(output.locator(".plain")).to_have_text(text)
    output.page.get_by_role("button", name="Raw").click()
    expect(output.locator("pre.raw")).to_have_text(text)
    expect(output.page.get_by_test_id("execution-rerun")).to_be_visible()


def test_one_part_that_fails_leaves_the_others(read: Callable[[str], Locator]) -> None:
    """A fault while one piece is drawn shows this piece as plain text with a word, and no other."""
    output = read("".join(f"## Part {number}\n\n**Bold** {'word ' * 60}\n\n" for number in range(40)))
    expect(output.locator("h3.depth-2").first).to_have_text("Part 0")
    output.page.add_init_script(
        """const real = Array.prototype.flatMap;
        Array.prototype.flatMap = function (...given) {
          const isBad = (each) => each?.type === "heading" && each.children[0].value === "Part 1";
          if (this.some(isBad)) throw new Error("a fault");
          return real.apply(this, given);
        };"""
    )
    output.page.reload()
    expect(output.locator(".told")).to_have_text("This could not be formatted: shown as plain text.")
    expect(output.locator(".plain").first).to_contain_text("## Part 1")
    output.locator(".piece").nth(1).scroll_into_view_if_needed()
    expect(output.locator(".piece").nth(1).locator("h3.depth-2").first).to_be_visible()


def test_a_step_and_the_test_panel_are_guarded_too(stage: Stage, new_page: Callable[..., Page]) -> None:
    """What would take the page away leaves an agent's page and a step's panel as they are."""
    deep = "> " * 2000 + "x"
    stage.model.reply(replies.text([deep]), replies.text([deep]))
    page = new_page(f"{stage.hub.url}/agents/{stage.agent}")
    page.get_by_test_id("test-input").fill("go")
    page.get_by_test_id("test-run").click()
    word = "Nested too deeply to be formatted: shown as plain text."
    expect(page.get_by_test_id("execution-output").locator(".told")).to_have_text(word)
    expect(page.get_by_test_id("test-run")).to_be_enabled()
    steps = [{"name": "only", "type": "agent", "agent_id": stage.agent, "input": "{{ input }}", "depends_on": []}]
    workflow = stage.hub.call("POST", "/api/workflows", {"name": "Deep", "description": "", "steps": steps})[1]
    run = stage.hub.call("POST", f"/api/workflows/{workflow['id']}/run", {"input": "go"})[1]["id"]
    stage.hub.ended(run)
    page.goto(f"{stage.hub.url}/executions/{run}")
    page.get_by_test_id("step-chip").click()
    expect(page.get_by_test_id("step-output").locator(".told")).to_have_text(word)
    expect(page.get_by_test_id("execution-output").locator(".told")).to_have_text(word)


LARGE = {
    "text": "".join(
        f"## Part {n}\n\nText **bold**, [link](https://a.b/{n}).\n\n- one\n- two\n\n" for n in range(20_000)
    ),
    "one paragraph": "word **bold** and so on, " * 12_500,
    "json": "[" + ",".join(f'{{"id": {n}, "name": "name {n}"}}' for n in range(30_000)) + "]",
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_output_opens_at_once(name: str, stage: Stage, new_page: Callable[..., Page]) -> None:
    """A megabyte is on the page with all its words; those that are seen are formatted, others once they come near."""
    page = new_page(stage.say(LARGE[name]))
    output = page.get_by_test_id("execution-output").locator(".out")
    expect(output).to_contain_text(LARGE[name][12:20].strip(), timeout=PATIENCE_MS)
    assert output.evaluate("each => each.textContent.length") > 0.9 * len(LARGE[name].replace("*", ""))
    # Not a time, which depends on the machine, but what takes it: unguarded, these were up to 300,000 elements.
    assert output.evaluate("each => each.querySelectorAll('*').length") < 5000
    if name == "text":
        drawn = output.locator(".piece:not(.far)")
        before = drawn.count()
        page.evaluate("window.scrollTo(0, 30000)")
        expect(drawn.nth(before)).to_be_attached(timeout=PATIENCE_MS)


def test_what_is_defined_far_away_keeps_its_address(read: Callable[[str], Locator]) -> None:
    """A link by reference in 73 KB of text leads where its definition, in another piece, says; so does a note."""
    filling = "".join(f"Paragraph {number}, with **bold** words.\n\n" for number in range(1800))
    output = read(f"See [the guide][g] and that[^1].\n\n{filling}[g]: https://a.b/guide\n\n[^1]: The note.\n")
    expect(output.locator("a", has_text="the guide")).to_have_attribute("href", "https://a.b/guide")
    expect(output.locator("sup").first).to_have_text("1")
