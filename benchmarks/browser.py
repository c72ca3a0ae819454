"""What a person waits for in headless Chromium: largest paint, blocked time, weight and nodes, cold cache."""

from __future__ import annotations

from statistics import median
from typing import Any

from benchmarks.servers import Server

TURNS = 6
MOST_BLOCKED = 50
WATCH = """
window.seen = {lcp: 0, blocked: 0};
new PerformanceObserver(list => { for (const e of list.getEntries()) seen.lcp = e.startTime; })
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const e of list.getEntries()) seen.blocked += Math.max(0, e.duration - 50); })
  .observe({type: 'longtask', buffered: true});
"""


def browser_rows(
    ours: Server, floor: Server, session: str, our_paths: dict[str, str], floor_paths: dict[str, str]
) -> list[dict[str, object]]:
    """Return paint, blocked time, weight and nodes of each page; the floor's paint beside ours, turn by turn."""
    from playwright.sync_api import Error, sync_playwright

    from tests.plugins.chromium import executable

    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
            rows = [
                row
                for name in our_paths
                for row in _page_rows(browser, name, ours, floor, session, our_paths[name], floor_paths[name])
            ]
            browser.close()
            return rows
    except Error as error:
        return [
            {"name": "first paint in Chromium", "goal": "<= 50 ms blocked", "measured": "not run", "met": None,
             "how": str(error).splitlines()[0]}
        ]  # fmt: skip


def _page_rows(
    browser: Any, name: str, ours: Server, floor: Server, session: str, our_path: str, floor_path: str
) -> list[dict[str, object]]:
    sides = (
        (ours.port, our_path, {"session": session}),
        (floor.port, floor_path, {"floor_session": floor.cookies["floor_session"]}),
    )
    taken: tuple[list[dict[str, float]], list[dict[str, float]]] = ([], [])
    for turn in range(TURNS + 1):
        for place, (port, path, cookies) in enumerate(sides):
            seen = _load(browser, port, path, cookies)
            if turn:
                taken[place].append(seen)
    mine = {key: median(one[key] for one in taken[0]) for key in taken[0][0]}
    ratios = [a["lcp"] / b["lcp"] for a, b in zip(*taken, strict=True)]
    how = f"Chromium 390 x 844, cold cache, {TURNS} interleaved turns"
    return [
        {
            "name": f"LCP, {name}", "goal": "peer only", "met": None,
            "measured": f"{mine['lcp']:.0f} ms, {median(ratios):.2f}x the floor ({min(ratios):.2f} to {max(ratios):.2f})",
            "how": how,
        },
        {
            "name": f"total blocking time, {name}", "goal": f"<= {MOST_BLOCKED} ms",
            "measured": f"{mine['blocked']:.0f} ms", "met": mine["blocked"] <= MOST_BLOCKED, "how": how,
        },
        {
            "name": f"weight, {name}", "goal": "<= 5 requests, <= 1,500 nodes" if "trends" in name else "<= 1,500 nodes",
            "measured": f"{mine['bytes'] / 1024:.0f} KiB, {mine['requests']:.0f} requests, {mine['nodes']:.0f} nodes",
            "met": mine["nodes"] <= 1500 and ("trends" not in name or mine["requests"] <= 5),
            "how": f"{how}; HTML {mine['html'] / 1024:.0f} KiB before any compression",
        },
    ]  # fmt: skip


def _load(browser: Any, port: int, path: str, cookies: dict[str, str]) -> dict[str, float]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, service_workers="block")
    base = f"http://127.0.0.1:{port}"
    context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
    context.add_init_script(WATCH)
    page = context.new_page()
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    sizes: dict[str, float] = {}
    names: dict[str, str] = {}
    protocol.on("Network.requestWillBeSent", lambda e: names.update({e["requestId"]: e["request"]["url"]}))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    protocol.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e["encodedDataLength"]}))
    answer = page.goto(base + path, wait_until="networkidle")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"{path} was not shown")
    page.wait_for_timeout(200)
    seen = page.evaluate("seen")
    # The browser fetches the site's icon for its own tab; every other request is the page's.
    counted = {key: size for key, size in sizes.items() if "favicon" not in names.get(key, "")}
    seen |= {
        "nodes": page.evaluate("document.querySelectorAll('*').length"),
        "requests": sum("favicon" not in url for url in asked),
        "bytes": sum(counted.values()),
        "html": len(answer.body()),
    }
    context.close()
    return dict(seen)
