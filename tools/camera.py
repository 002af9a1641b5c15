"""Takes pages of a hub in every look."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from tests.support.server import HubProcess

COLOURS = 256


@dataclass(frozen=True)
class Look:
    """How a page is looked at.

    Attributes:
        width, height: Of the window, in CSS pixels.
        mode: `dark` or `light`.
        locale: The browser's language.
    """

    width: int = 1440
    height: int = 900
    mode: str = "dark"
    locale: str = "en-US"


LOOKS = {
    "dark": Look(),
    "light": Look(mode="light"),
    "zh": Look(locale="zh-CN"),
    "900": Look(width=900),
    "1920": Look(width=1920, height=1080),
    "phone": Look(390, 844),
    "phone-light": Look(390, 844, mode="light"),
}


class Camera:
    """Takes pages in every look, or in those that are shown."""

    def __init__(self, browser: Browser, hub: HubProcess, folder: Path, shown: set[str] | None) -> None:
        """Take pictures of a hub into a folder: all, or those whose names are given."""
        self.browser = browser
        self.hub = hub
        self._folder = folder
        self._shown = shown

    def shoot(self, name: str, path: str, *, whole: bool = False, act: Callable[[Page], None] | None = None) -> None:
        """Take a page as NAME-LOOK.png.

        Args:
            name: What is seen.
            path: The page's address.
            whole: Whether all of the page is taken, not the window alone.
            act: What is done on the page before.
        """
        for look_name, look in LOOKS.items():
            file = f"{name}-{look_name}"
            if self._shown is None or file in self._shown:
                page = self.open(path, look)
                if act is not None:
                    act(page)
                    page.wait_for_timeout(500)
                save(page.screenshot(full_page=whole), self._folder / f"{file}.png")
                page.context.close()

    def open(self, path: str, look: Look) -> Page:
        """Open a page, and wait until it is live and still."""
        page = self.browser.new_page(
            viewport={"width": look.width, "height": look.height},
            color_scheme=look.mode,  # type: ignore[arg-type]
            locale=look.locale,
        )
        page.goto(self.hub.url + path)
        page.wait_for_selector('[data-testid="connection"][data-state="live"]')
        page.wait_for_selector("main h1")
        page.wait_for_timeout(900)
        return page


def save(picture: bytes, path: Path) -> None:
    """Write a picture with few colours: a third of the bytes, and nobody sees it."""
    _with_few_colours(picture).save(path, optimize=True)


def _with_few_colours(picture: bytes) -> Image.Image:
    # By octree: the others spend all colours on the large dark faces, and a small red word turns grey.
    return (
        Image.open(BytesIO(picture))
        .convert("RGB")
        .quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    )
