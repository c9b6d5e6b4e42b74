# SPDX-License-Identifier: Apache-2.0
#
# Licensed under the Apache License, Version 2.0. You may use this file only in accordance with it: the text is in the
# file LICENSE, and at https://www.apache.org/licenses/LICENSE-2.0. This software comes without warranties or conditions
# of any kind.
"""A bar chart as SVG, by hand: nothing to install."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, log10
from typing import NamedTuple
from xml.sax.saxutils import escape

ROW, GAP, TOP, LEFT, WIDTH = 18, 14, 84, 150, 620
COLOURS = ("#2a7f62", "#b8663b", "#7a7f9a", "#c9b458")
SMALLEST = 0.5


class Bar(NamedTuple):
    """One bar: its length, and where the line beyond it ends."""

    label: str
    value: float
    reach: float


class Group(NamedTuple):
    """Bars that belong together."""

    title: str
    bars: Sequence[Bar]


def chart(title: str, about: str, groups: Sequence[Group]) -> str:
    """The picture's text; lengths are logarithmic, from half a second on.

    :param about: what the bars mean.
    """
    decades = ceil(log10(max(bar.reach for group in groups for bar in group.bars)))
    scale = WIDTH / (decades - log10(SMALLEST))
    height = TOP + sum(ROW * (len(group.bars) + 1) + GAP for group in groups)
    body = "\n".join([*_axis(decades, scale, height), *_bars(groups, scale)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 150}" height="{height}" '
        f'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
        f'<text x="10" y="22" font-size="15" font-weight="bold">{escape(title)}</text>\n'
        f'<text x="10" y="42" fill="#444">{escape(about)}</text>\n{body}\n</svg>\n'
    )


def _axis(decades: int, scale: float, height: int) -> Iterator[str]:
    for seconds in (10**decade for decade in range(decades + 1)):
        x = LEFT + _length(seconds, scale)
        yield f'<line x1="{x:.0f}" y1="{TOP - 16}" x2="{x:.0f}" y2="{height - 10}" stroke="#ddd"/>'
        yield f'<text x="{x:.0f}" y="{TOP - 20}" text-anchor="middle" fill="#666">{seconds:,} s</text>'


def _bars(groups: Sequence[Group], scale: float) -> Iterator[str]:
    y = TOP
    for group in groups:
        yield f'<text x="10" y="{y}" font-weight="bold">{escape(group.title)}</text>'
        for bar, colour in zip(group.bars, COLOURS, strict=False):
            value, reach = _length(bar.value, scale), _length(bar.reach, scale)
            label = f"{bar.value:,g} / {bar.reach:,g} s"
            yield f'<text x="{LEFT - 8}" y="{y + 16}" text-anchor="end">{escape(bar.label)}</text>'
            yield f'<rect x="{LEFT}" y="{y + 6}" width="{value:.1f}" height="12" fill="{colour}"/>'
            yield f'<line x1="{LEFT}" y1="{y + 12}" x2="{LEFT + reach:.1f}" y2="{y + 12}" stroke="{colour}"/>'
            yield f'<text x="{LEFT + max(value, reach) + 6:.0f}" y="{y + 16}" fill="#444">{label}</text>'
            y += ROW
        y += ROW + GAP


def _length(value: float, scale: float) -> float:
    return scale * log10(max(value, SMALLEST) / SMALLEST)
