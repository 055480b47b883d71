"""Web pages in Chromium without a window; the place of each word is asked of the page itself."""

from __future__ import annotations

import asyncio
import base64
import html
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import aiohttp

from rendering.plan import Content, Plan
from rendering.shots import SIZE, Place, Shot

_SECONDS = 30.0
# every word that is visible, by the rectangle of its range
_WORDS = """(() => {
  const words = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (const match of node.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const rects = range.getClientRects();
      if (rects.length !== 1) continue;
      const r = rects[0];
      const seen = document.elementFromPoint((r.left + r.right) / 2, (r.top + r.bottom) / 2);
      if (seen !== node.parentElement || r.bottom > innerHeight || r.right > innerWidth) continue;
      words.push([match[0], r.left, r.top, r.right, r.bottom]);
    }
  }
  return words;
})()"""


def page(plan: Plan, content: Content) -> str:
    """The page of a plan as HTML."""
    colours = (
        "--back:#1e1f22;--panel:#2b2d30;--ink:#e3e3e3;--faint:#a8abb0;--line:#43454a;"
        "--accent:#6ea8fe"
        if plan.dark
        else "--back:#fff;--panel:#f5f6f8;--ink:#202124;--faint:#5f6368;--line:#dadce0;"
        "--accent:#1a56db"
    )
    body = {"article": _article, "shop": _shop, "inbox": _inbox, "account": _account}[plan.layout]
    return f"""<!doctype html><meta charset="utf-8"><style>
:root{{{colours}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--back);color:var(--ink);word-break:keep-all;line-height:1.55;
 font:{plan.points}pt "{plan.font}"}}
header{{background:var(--panel);border-bottom:1px solid var(--line);padding:14px 40px;display:flex;
 gap:34px}}
a{{color:var(--accent)}} header a{{text-decoration:none}}
h1{{font-size:1.6em;margin:.6em 0 .3em}} h2{{font-size:1.25em;margin:.7em 0 .2em}}
main{{padding:8px 40px}} small{{color:var(--faint);font-size:10pt}}
button,.button{{font:inherit;background:var(--accent);color:var(--back);border:0;border-radius:6px;
 padding:6px 16px;display:inline-block}}
.card{{background:var(--panel);border:1px solid var(--line);border-radius:8px;padding:12px 16px}}
.field{{border:1px solid var(--line);border-radius:4px;padding:5px 10px;background:var(--back)}}
td,th{{padding:6px 14px;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}}
</style>{body(content)}"""


def _said(text: str) -> str:
    return html.escape(text)


def _navigation(content: Content) -> str:
    links = "".join(f"<a href='#'>{_said(content.phrase(9))}</a>" for _ in range(8))
    return f"<header>{links}</header>"


def _article(content: Content) -> str:
    parts = []
    for _ in range(7):
        words = " ".join(content.sentence() for _ in range(2))
        parts.append(f"<h2>{_said(content.phrase(20))}</h2><p>{_said(words)}</p>")
    beside = "".join(
        f"<p><a href='#'>{_said(content.phrase(16))}</a><br>"
        f"<small>{_said(content.phrase(14))} {_said(content.number())}</small></p>"
        for _ in range(14)
    )
    return (
        f"{_navigation(content)}<main style='display:flex;gap:50px'>"
        f"<div style='flex:1'><h1>{_said(content.phrase(24))}</h1>{''.join(parts)}</div>"
        f"<div style='width:300px'>{beside}</div></main>"
    )


def _shop(content: Content) -> str:
    cards = "".join(
        f"<div class=card><div style='height:56px;border-radius:6px;background:linear-gradient("
        f"{content.amount() % 360}deg,#7aa2f7,#bb9af7)'></div>"
        f"<h2>{_said(content.phrase(14))}</h2><small>{_said(content.phrase(22))}</small>"
        f"<p><b>{content.amount():,}</b> {_said(content.phrase(6))}</p>"
        f"<span class=button>{_said(content.phrase(8))}</span></div>"
        for _ in range(12)
    )
    return (
        f"{_navigation(content)}<main><h1>{_said(content.phrase(20))}</h1>"
        "<div style='display:grid;grid-template-columns:repeat(4,1fr);gap:18px'>"
        f"{cards}</div></main>"
    )


def _inbox(content: Content) -> str:
    rows = "".join(
        f"<tr><td>{'<b>' if content.chance(0.4) else ''}{_said(content.phrase(12))}<td>"
        f"{_said(content.phrase(22))} "
        f"<small>{_said(content.sentence()[:34].rsplit(' ', 1)[0])}</small>"
        f"<td>{_said(content.number())}"
        for _ in range(24)
    )
    folders = "".join(
        f"<p>{_said(content.phrase(9))} <small>{content.amount() % 90 + 10}</small></p>"
        for _ in range(14)
    )
    return (
        f"{_navigation(content)}<main style='display:flex;gap:30px'><div style='width:190px'>"
        f"<span class=button>{_said(content.phrase(8))}</span>{folders}</div>"
        f"<table style='flex:1;border-collapse:collapse'>{rows}</table></main>"
    )


def _account(content: Content) -> str:
    fields = "".join(
        f"<div><b>{_said(content.phrase(14))}</b><div class=field>"
        f"{_said(content.phrase(16) if content.chance(0.5) else content.number())}</div>"
        f"<small>{_said(content.phrase(26))}</small></div>"
        for _ in range(16)
    )
    return (
        f"{_navigation(content)}<main><h1>{_said(content.phrase(20))}</h1>"
        f"<p>{_said(content.sentence())}</p>"
        f"<div style='display:grid;grid-template-columns:1fr 1fr;gap:12px 40px'>{fields}</div>"
        f"<p><span class=button>{_said(content.phrase(8))}</span>"
        f" <span class=button>{_said(content.phrase(8))}</span></p></main>"
    )


def shots(plans: list[Plan]) -> list[Shot]:
    """Pictures of pages, with the place of each word.

    Args:
        plans: What the pages show.
    """
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [
                *("chromium", "--headless=new", "--no-sandbox", "--disable-gpu"),
                *("--hide-scrollbars", "--force-color-profile=srgb", "--disable-lcd-text"),
                *("--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            return asyncio.run(_shots(Path(folder) / "DevToolsActivePort", plans))
        finally:
            process.terminate()
            process.wait()


async def _shots(port_file: Path, plans: list[Plan]) -> list[Shot]:
    async with asyncio.timeout(_SECONDS):
        while not port_file.exists() or "\n" not in port_file.read_text():
            await asyncio.sleep(0.05)
    port = port_file.read_text().splitlines()[0]
    found = []
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        async with session.get("/json/list") as answer:
            targets = await answer.json()
        url = next(one["webSocketDebuggerUrl"] for one in targets if one["type"] == "page")
        async with session.ws_connect(url, max_msg_size=0) as socket:
            browser = _Browser(socket)
            await browser.call(
                "Emulation.setDeviceMetricsOverride",
                width=SIZE[0],
                height=SIZE[1],
                deviceScaleFactor=1,
                mobile=False,
            )
            frame = (await browser.call("Page.getFrameTree"))["frameTree"]["frame"]["id"]
            for plan in plans:
                await browser.call(
                    "Page.setDocumentContent", frameId=frame, html=page(plan, Content(plan))
                )
                await browser.evaluate("document.fonts.ready.then(() => true)")
                words = await browser.evaluate(_WORDS)
                picture = (await browser.call("Page.captureScreenshot", format="png"))["data"]
                places = [Place(text, *box) for text, *box in words]
                found.append(Shot(plan, base64.b64decode(picture), places))
    return found


class _Browser:
    """Chromium's remote debugging protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0

    async def call(self, method: str, **params: Any) -> Any:
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": params})
        while True:
            answer = await self._socket.receive_json()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    async def evaluate(self, script: str) -> Any:
        answer = await self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"])
        return answer["result"].get("value")
