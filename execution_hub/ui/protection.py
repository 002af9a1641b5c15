"""The content security policy of the built pages, and where the development server has its own."""

from pathlib import Path

from reflex.utils.prerequisites import get_web_dir
from reflex_base.config import get_config
from reflex_base.constants import Dirs, Env
from reflex_base.environment import environment
from reflex_base.plugins import Plugin
from reflex_base.plugins.base import PostBuildContext
from typing_extensions import Unpack

from execution_hub.content_policy import protect_pages, read_policy
from execution_hub.settings import build_api_url


class ProtectionPlugin(Plugin):
    """Puts the policy into the pages that Reflex has built, before it compresses them."""

    def post_build(self, **context: Unpack[PostBuildContext]) -> None:
        """Put it there. The development server builds nothing: its pages need scripts of its own, and are free."""
        protect_pages(context["static_dir"], build_api_url())


def built_policy() -> str:
    """Return the policy of the pages that this process serves."""
    return read_policy(Path(get_web_dir()) / Dirs.STATIC)


def development_port() -> int | None:
    """Return where the development server has the pages; None unless `reflex run` has begun this process so."""
    # Set, not only the default: a server that was started by hand is no development server.
    is_development = environment.REFLEX_ENV_MODE.is_set() and environment.REFLEX_ENV_MODE.get() == Env.DEV
    return get_config().frontend_port if is_development else None
