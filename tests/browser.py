"""A browser without a network, in which pages are opened and watched."""

import json
import shutil
from pathlib import Path
from urllib.parse import urlsplit

__all__ = ["Browser"]

_SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--proxy-server=127.0.0.1:9",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)

_PATIENCE = 30.0
_SHOWN = "return location.protocol === 'file:' && document.readyState === 'complete'"
_TWO_FRAMES = """
    const done = arguments[0];
    requestAnimationFrame(() => requestAnimationFrame(() => done()));
"""


class Browser:
    """Headless Chromium driven by selenium; `driver` is selenium's own object."""

    def __init__(self, profile: Path) -> None:
        from selenium.webdriver import Chrome, ChromeOptions
        from selenium.webdriver.chrome.service import Service

        options = ChromeOptions()
        options.binary_location = str(shutil.which("chromium"))
        for switch in (*_SWITCHES, f"--user-data-dir={profile}"):
            options.add_argument(switch)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
        self.driver.execute_cdp_cmd("Network.enable", {})
        self.driver.execute_cdp_cmd(
            "Network.emulateNetworkConditions",
            {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0},
        )

    def open(self, path: Path, *, width: int = 1600, height: int = 1000) -> None:
        """Open a file in a window of this size, with empty logs, and wait until it is drawn.

        On busy cores the driver says that a page is loaded while the blank one before it is still
        the one that is shown: then that one would be pictured or printed (4 % of printings on two
        cores under seven busy loops).
        """
        from selenium.webdriver.support.ui import WebDriverWait

        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700},
        )
        self.driver.get(path.resolve().as_uri())
        WebDriverWait(self.driver, _PATIENCE).until(lambda driver: driver.execute_script(_SHOWN))
        self.driver.execute_async_script(_TWO_FRAMES)

    def run(self, script: str, *arguments: object) -> object:
        """Return the value of a JavaScript function body."""
        return self.driver.execute_script(script, *arguments)

    def messages(self) -> list[str]:
        """Return what the page logged since it was opened, of any level."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def asked(self) -> list[str]:
        """Return every address outside this machine's files that the page asked for.

        Requests that the page's own policy stopped never left the page; they are not among them,
        but `messages` has a line for each.
        """
        addresses, stopped = {}, set()
        for entry in self.driver.get_log("performance"):
            event = json.loads(entry["message"])["message"]
            details = event["params"]
            if event["method"] == "Network.requestWillBeSent":
                addresses[details["requestId"]] = details["request"]["url"]
            elif event["method"] == "Network.loadingFailed" and "blockedReason" in details:
                stopped.add(details["requestId"])
        return [
            url
            for request, url in addresses.items()
            if request not in stopped and urlsplit(url).scheme not in ("file", "data", "about")
        ]

    def close(self) -> None:
        """End the browser."""
        self.driver.quit()
