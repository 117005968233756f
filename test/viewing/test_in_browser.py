"""The page in a real browser (headless Chromium): something is drawn, and it moves."""

import io
import shutil
import socket
import time

import numpy as np
import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from emgsim_ros.viewing.feed import Feed, FeedSettings
from emgsim_ros.viewing.layout import layout
from emgsim_ros.viewing.page import Page

from .conftest import COLUMNS, LENGTH, ROWS

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--window-size=1000,700",
]
TOPICS = ("/emg/info", "/emg/hd")
PATIENCE = 120.0  # s: the page is drawn without a graphics card
BACKGROUND_SHARE = 0.02  # of the pixels: less in other colours than the commonest is an empty page


@pytest.fixture
def browser(tmp_path):
    if not (CHROMIUM and DRIVER):
        pytest.skip("needs chromium and chromedriver (Debian: chromium, chromium-driver)")
    options = webdriver.ChromeOptions()
    for option in [*OPTIONS, f"--user-data-dir={tmp_path / 'profile'}"]:
        options.add_argument(option)
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def picture(browser) -> np.ndarray:
    """The page's views, without the bars above and below."""
    whole = np.asarray(Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB"))
    return whole[60:-60].astype(int)


def drawn(image: np.ndarray) -> float:
    """Share of the pixels that are coloured (not grey, white or black)."""
    return float((np.ptp(image, axis=-1) > 60).mean())


@pytest.mark.timeout(300)
def test_the_page_shows_the_emg_and_moves(browser, messages):
    page = Page(layout(TOPICS))
    browser.get(page.serve(free_port(), free_port(), memory=64))
    feed = Feed(page, FeedSettings())
    feed.take("/emg/info", messages.info())
    rng = np.random.default_rng(0)
    number, pictures, end = 0, [], time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for _ in range(16):  # a quarter of a second; the strength wanders over the arm
            strength = 0.1 * (1.0 + np.cos(np.arange(ROWS * COLUMNS) + 0.05 * number))
            feed.take("/emg/hd", messages.cloud(number, strength * rng.standard_normal((LENGTH, ROWS * COLUMNS))))
            number += 1
        page.flush()
        time.sleep(0.25)
        image = picture(browser)
        if drawn(image) > BACKGROUND_SHARE:
            pictures.append(image)
        if len(pictures) > 1 and np.any(pictures[-1] != pictures[0], axis=-1).mean() > BACKGROUND_SHARE:
            return
    pytest.fail(f"{len(pictures)} pictures with something in them, none different from the first")
