"""What every page keeps to in Chromium: small and quick, nothing runs that someone wrote, nothing sticks out."""

from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Response, expect

from diary.models import Entry
from tests.cast import Person
from tests.service import Service
from tests.web.browsing import PHONE, path_of, sign_in
from tests.web.hostile import behind_links, page_names, written
from tests.web.settled import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
FIRST_PAGE = 60_000  # bytes, without pictures
TAPS = 12
DAY = "2026-06-01"
NEXT_PAINT = 100  # milliseconds
PAINTED = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"


@pytest.mark.parametrize("kind", [pytest.param("markup", marks=pytest.mark.nightly), "long"])
def test_nothing_that_was_written_runs_or_sticks_out_to_either_side(
    small: BrowserContext, api: Service, kind: str
) -> None:
    hostile = written(kind)
    page = small.new_page()
    page.on("dialog", lambda dialog: pytest.fail(f"{page.url} runs what was written: {dialog.message}"))
    addresses = [(name, hostile.address(name)) for name in page_names()] + behind_links(hostile)
    for name, address in addresses:
        sign_in(small, api.url, hostile.reader(name))
        page.goto(api.url + address)
        for direction in ("ltr", "rtl"):
            page.evaluate("(direction) => { document.documentElement.dir = direction }", direction)
            out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert out <= 0, f"{name}, {direction}: {out} px too wide"


def test_the_first_page_is_small_and_takes_three_requests(browser: Browser, api: Service) -> None:
    context = browser.new_context(**PHONE)
    page = context.new_page()
    files: list[Response] = []
    page.on("response", lambda file: files.append(file))
    page.goto(api.url)
    page.wait_for_load_state("networkidle")
    text = [file for file in files if file.request.resource_type in ("document", "stylesheet", "script", "font")]
    assert len(text) <= 3
    sizes = [file.request.sizes()["responseBodySize"] for file in text]
    context.close()
    assert sum(sizes) <= FIRST_PAGE, sizes


def test_an_entry_takes_few_taps_and_each_is_answered_at_once(browser: Browser, api: Service) -> None:
    context = browser.new_context(**PHONE)
    sign_in(context, api.url, settled(Person("Alice")))
    page = context.new_page()
    page.goto(f"{api.url}/today")
    page.wait_for_load_state("networkidle")
    taps = [
        *(
            page.locator(f"input[name={name}][value='{score}']")
            for name, score in (("night_pain", 4), ("worst_pain", 6))
        ),
        page.locator("input[name=woke_from_sleep][value=yes]"),
        page.locator("input[name=danger_others]"),
        page.locator("input[name=beside_others]"),
    ]
    devtools: Any = context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    work = []
    for tap in taps:
        before = page_work(devtools)
        tap.click(force=True)
        page.evaluate(PAINTED)
        work.append(page_work(devtools) - before)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This is saved.")).to_be_visible()
    context.close()
    assert len(taps) + 1 <= TAPS
    assert max(work) <= NEXT_PAINT, work
    assert Entry.objects.get().night_pain == 4


def test_after_signing_out_the_button_back_shows_nothing(browser: Browser, api: Service) -> None:
    context = browser.new_context(**PHONE)
    alice = settled(Person("Alice"))
    assert (
        alice.put(f"patients/me/entries/{(id_ := '0191d1a0-0000-7000-8000-0000000000aa')}", _entry(id_)).status == 201
    )
    sign_in(context, api.url, alice)
    page = context.new_page()
    for path in ("diary", "settings", "account"):
        page.goto(f"{api.url}/{path}")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    for _step in range(3):
        page.go_back()
        page.wait_for_load_state()
        assert "Only for me." not in page.content()
        assert path_of(page) in ("/sign-in", "/") or "My diary" not in page.content()
    context.close()


def page_work(devtools: Any) -> float:
    """The milliseconds that the page has worked so far: of its own thread's time, however busy the machine is.

    From a tap to the next picture it is all that the page makes someone wait, scripts, styles, layout and paint.
    """
    told = devtools.send("Performance.getMetrics")["metrics"]
    return next(float(one["value"]) * 1000 for one in told if one["name"] == "TaskDuration")


def _entry(id_: str) -> dict[str, object]:
    return {
        "id": id_,
        "date": DAY,
        "recorded_at": f"{DAY}T08:00:00Z",
        "time_zone": "UTC",
        "worst_pain": 3,
        "note": "Only for me.",
    }
