"""The limit of a field: a count that appears as it nears, and buttons that wait while it is passed.

All of it in the browser: what is typed is not sent for every key, a long text least of all.
"""

from typing import Any

import reflex as rx

from execution_hub.ui.components.browser import FILL, BrowserComponent
from execution_hub.ui.text import LOCALE, t

# Characters as the server counts them, so that one emoji is one; and only where the limit is near, since to count
# them takes time. A count is 0 as long as it is far.
_LENGTH = """
const HUB_NEAR = 0.9;
const hubCharacters = (text) => text.length - (text.match(/[\\ud800-\\udbff][\\udc00-\\udfff]/g)?.length ?? 0);
const useHubLength = (target, limit) => {
  const [length, setLength] = useState(0);
  useEffect(() => {
    const count = (text) => setLength(text.length < limit * HUB_NEAR ? 0 : hubCharacters(text));
    const onInput = ({ target: field }) => field.id === target && count(field.value);
    count(document.getElementById(target)?.value ?? "");
    document.addEventListener("input", onInput);
    return () => document.removeEventListener("input", onInput);
  }, [target, limit]);
  return length;
};
"""
_COUNT = """
const HubCount = ({ target, limit, words, locale }) => {
  const length = useHubLength(target, limit);
  const write = (n) => n.toLocaleString(locale);
  const values = { n: write(length), limit: write(limit), over: write(length - limit) };
  const isOver = length > limit;
  return jsx(
    Fragment,
    {},
    jsx(
      "span",
      { id: `${target}-count`, className: isOver ? "count over" : "count", "data-testid": `${target}-count` },
      length >= limit * HUB_NEAR ? hubFill(isOver ? words.over : words.near, values) : "",
    ),
    // Said once, not for every key.
    jsx("span", { className: "sr", role: "status" }, isOver ? hubFill(words.status, values) : ""),
  );
};
"""
_WITHIN = """
const HubWithin = ({ target, limit, children }) =>
  jsx(
    "fieldset",
    { className: "within", role: "presentation", disabled: useHubLength(target, limit) > limit },
    children,
  );
"""


class Count(BrowserComponent):
    """See `count`."""

    tag = "HubCount"
    target: rx.Var[str]
    limit: rx.Var[int]
    words: rx.Var[dict[str, str]]
    locale: rx.Var[str]

    def add_imports(self) -> dict[str, Any]:
        """Ask for the hooks the snippets use."""
        return {"react": ["Fragment", "useEffect", "useState"]}

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (FILL, _LENGTH, _COUNT)


class Within(BrowserComponent):
    """See `within`."""

    tag = "HubWithin"
    target: rx.Var[str]
    limit: rx.Var[int]

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_LENGTH, _WITHIN)


def count(target: str, limit: int) -> rx.Component:
    """Show how long the text of a field is, once its limit is near, and by how much it is over.

    It begins anew with the field only if both are mounted together. Its id is that of the field and `-count`.

    Args:
        target: The id of the field.
        limit: The most characters.
    """
    words = {
        "near": t("count.near", n="{n}", limit="{limit}"),
        "over": t("count.over", over="{over}", limit="{limit}"),
        "status": t("count.status", limit="{limit}"),
    }
    return Count.create(target=target, limit=limit, words=words, locale=LOCALE)


def within(target: str, limit: int, *children: Any) -> rx.Component:
    """Disable buttons while the text of a field is over its limit.

    Args:
        target: The id of the field.
        limit: The most characters.
        *children: The buttons.
    """
    return Within.create(*children, target=target, limit=limit)
