"""Whether other machines reach a hub, which has no login yet."""

from execution_hub.network import is_exposed
from execution_hub.settings import Settings


def exposure(settings: Settings) -> str | None:
    """Return the warning for a hub that listens beyond this machine, None for one that does not."""
    if not is_exposed(settings.host):
        return None
    return (
        f"HUB_HOST {settings.host} lets other machines in, and a hub has no login yet: whoever reaches it reads "
        "everything and spends your key. Use HUB_HOST=127.0.0.1 behind a proxy that asks for a password "
        "(docs/deploy.md)."
    )
