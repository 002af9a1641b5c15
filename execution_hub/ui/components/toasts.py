"""Short notices of what began, ended or needs a person, each with the way to it."""

from typing import Any

import reflex as rx
from reflex_base.utils.imports import ImportVar

from execution_hub.ui.components.browser import BrowserComponent
from execution_hub.ui.text import t

# The version that Reflex's own toasts use.
SONNER = "sonner@2.0.8"

# What is there when a page opens is no news: only what changes after a moment is told. Many at once are one notice.
# The dashboard needs none: its rows say it, and a notice for each would cost more than the rows.
_TOASTS = """
const HUB_QUIET_MS = 2000;
const HUB_TOASTS_MAX = 3;
const HubToasts = ({ running, waiting, ended, words }) => {
  const known = useRef(new Map());
  const openedAt = useRef(0);
  const navigate = useNavigate();
  useEffect(() => {
    openedAt.current ||= Date.now();
    const now = [...running, ...waiting, ...ended];
    const news = now.filter((row) => known.current.get(row.id) !== row.status);
    for (const row of now) known.current.set(row.id, row.status);
    if (Date.now() - openedAt.current < HUB_QUIET_MS || window.location.pathname === "/") return;
    for (const status of new Set(news.map((row) => row.status))) {
      const rows = news.filter((row) => row.status === status);
      const [first] = rows;
      const told =
        rows.length > 1
          ? { text: words.many.replace("{n}", rows.length).replace("{status}", words[status]), path: "/" }
          : { text: `${first.name}: ${words[first.is_cut ? "cut" : status]}`, path: `/executions/${first.id}` };
      toast(jsx("span", { dir: "auto" }, told.text), {
        className: `toast s-${status}${rows.some((row) => row.is_cut) ? " is-cut" : ""}`,
        duration: status === "waiting" || status === "failed" ? 8000 : 4000,
        action: { label: words.open, onClick: () => navigate(told.path) },
      });
    }
  }, [running, waiting, ended]);
  return jsx(Toaster, {
    position: "top-center",
    visibleToasts: HUB_TOASTS_MAX,
    closeButton: false,
    containerAriaLabel: words.label,
    toastOptions: { unstyled: false },
  });
};
"""


class Toasts(BrowserComponent):
    """See `toasts`."""

    tag = "HubToasts"
    running: rx.Var[list]
    waiting: rx.Var[list]
    ended: rx.Var[list]
    words: rx.Var[dict]

    def add_imports(self) -> dict[str, Any]:
        """Ask for the toasts and the router besides the hooks."""
        return {
            "react": [ImportVar(tag="useEffect"), ImportVar(tag="useRef")],
            "react-router": [ImportVar(tag="useNavigate")],
            SONNER: [ImportVar(tag="toast"), ImportVar(tag="Toaster")],
        }

    @classmethod
    def code(cls) -> tuple[str, ...]:
        """See BrowserComponent."""
        return (_TOASTS,)


def toasts(running: rx.Var[Any], waiting: rx.Var[Any], ended: rx.Var[Any]) -> rx.Component:
    """Tell what changes among what runs, waits for a person and has just ended.

    Args:
        running, waiting, ended: ExecutionRows.
    """
    words = {
        "running": t("toast.running"),
        "waiting": t("toast.waiting"),
        "succeeded": t("toast.succeeded"),
        "failed": t("toast.failed"),
        "cancelled": t("toast.cancelled"),
        "cut": t("toast.cut"),
        "many": t("toast.many", n="{n}", status="{status}"),
        "open": t("toast.open"),
        "label": t("toast.label"),
    }
    return Toasts.create(running=running, waiting=waiting, ended=ended, words=rx.Var.create(words))
