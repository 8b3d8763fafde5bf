"""Draws docs/run.svg from a real run: what the terminal said, the requests of its first page, and the alert.

    cd FOLDER       # with the output of: canary run, canary documents, canary-listener run --once
    python3 draw-run.py run.txt req.json page.json alert.txt > run.svg
"""

import datetime
import json
import sys
from html import escape

run, requests, pages, alert = (open(name, encoding="utf-8").read() for name in sys.argv[1:5])
requests = [json.loads(line) for line in requests.splitlines()]
page = json.loads(pages.splitlines()[0])
COLOURS = {"document": "#2f6b3a", "stylesheet": "#7a5cc4", "script": "#d9a11f", "image": "#4f86a8", "font": "#b7791f"}
WIDTH, ROW, LEFT = 1000, 13, 520
out = []


def text(x, y, words, colour="#e8ecdf", size=12, weight="400"):
    out.append(f'<text x="{x}" y="{y}" fill="{colour}" font-size="{size}" font-weight="{weight}" xml:space="preserve">{escape(words)}</text>')


def colour(line):
    good, bad = line.lstrip().startswith("✓"), line.lstrip()[:1] in "✗🔴"
    return "#8fd18a" if good else "#ff9b8a" if bad else "#e8ecdf"


def at(document):
    return datetime.datetime.fromisoformat(document["@timestamp"].replace("Z", "+00:00")).timestamp() * 1000


lines = ["$ canary run order.spec.ts"] + run.splitlines()[:13]
lines += ["", "$ canary-listener run --once"] + [line for line in alert.splitlines() if line.strip()][:12]
for number, line in enumerate(lines):
    text(24, 62 + number * 17, line.replace("🔴 ", "")[:64], colour(line) if "FIRING" not in line else "#ff9b8a")

first = [one for one in requests if one["page"]["id"] == page["page"]["id"]][:34]
start = min(map(at, first))
total = max(at(one) - start + one["timings"]["total"] for one in first) if first else 1
scale = (WIDTH - LEFT - 190) / total
text(LEFT, 40, f"{len(first)} requests of the first page", size=13, weight="700")
for number, one in enumerate(first):
    y = 54 + number * ROW
    left = LEFT + 150 + (at(one) - start) * scale
    text(LEFT, y + 9, one["url"]["path"][-24:], "#b9c4ae", 9.5)
    fill = "#d9534f" if one["http"].get("response", {}).get("status_code", 0) >= 400 else COLOURS.get(one["request"]["type"], "#8e9788")
    out.append(f'<rect x="{left:.1f}" y="{y}" width="{max(one["timings"]["total"] * scale, 2):.1f}" height="9" rx="2" fill="{fill}"/>')
bottom = 54 + len(first) * ROW
for name in ("fcp", "lcp"):
    value = page["vitals"].get(name)
    if value is not None:
        x = LEFT + 150 + value * scale
        if x < WIDTH - 20:
            out.append(f'<path d="M{x:.1f} 48V{bottom}" stroke="#f4c430" stroke-dasharray="3 3"/>')
vitals = ", ".join(f"{name.upper()} {page['vitals'][name]:.0f} ms" for name in ("ttfb", "fcp", "lcp") if name in page["vitals"])
text(LEFT, bottom + 20, f"{vitals}, CLS {page['vitals'].get('cls', 0):.2f}", "#f4c430", 12)
height = max(bottom + 40, 62 + len(lines) * 17 + 10)
print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="ui-monospace, DejaVu Sans Mono, monospace">')
print(f'<rect width="{WIDTH}" height="{height}" rx="12" fill="#1d2a1f"/>')
text_head = '<circle cx="26" cy="22" r="5" fill="#ff9b8a"/><circle cx="44" cy="22" r="5" fill="#f4c430"/><circle cx="62" cy="22" r="5" fill="#8fd18a"/>'
print(text_head, *out, "</svg>", sep="\n")
