"""The report of a calibration for the head of a centre: one page, Chinese first, one picture, no names and no ids.

Owns words and drawing. The page is a single HTML file that needs nothing from outside; the picture is an SVG in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from html import escape
from string import Template

from recognition.calibrate import BINS, CONFIDENCE, PEOPLE_NEEDED, Calibration

WIDTH, HEIGHT = 720, 290
_LEFT, _RIGHT, _TOP, _FOOT = 24, 24, 64, 56
_STRANGERS, _SAME, _LINE = "#8a9bb0", "#1f7a5c", "#b3261e"

_PAGE = Template("""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>人脸识别校准报告</title><style>
body{font:15px/1.55 "Noto Sans CJK SC","Source Han Sans SC","Microsoft YaHei",sans-serif;color:#1b1f24;max-width:760px;
margin:24px auto;padding:0 16px}h1{font-size:24px;margin:0}h2{font-size:17px;margin:18px 0 4px}p{margin:4px 0}
.en{color:#515a64;font-size:13px}.verdict{border-left:6px solid $colour;background:#f4f6f8;padding:8px 14px;
margin:14px 0;font-size:17px}table{border-collapse:collapse;margin:6px 0}td{padding:2px 18px 2px 0}svg{width:100%}
@media print{body{margin:0 auto}}</style></head><body>
<h1>人脸识别校准报告</h1><p class="en">Face matching: calibration report</p>
<p>$centre · $date</p><div class="verdict">$verdict</div>
$picture
$sections
</body></html>
""")


def page(calibration: Calibration, centre: str, at: datetime) -> str:
    """The whole HTML page. ``at`` in the time of the centre."""
    good = calibration.thresholds.calibrated
    return _PAGE.substitute(
        colour=_SAME if good else _LINE,
        centre=escape(centre),
        date=f"{at:%Y-%m-%d %H:%M}",
        verdict=_pair(*_verdict(calibration)),
        picture=picture(calibration),
        sections="\n".join(_sections(calibration)),
    )


def picture(calibration: Calibration) -> str:
    """How alike strangers look here, how alike people are to themselves, and where the lines are drawn; SVG."""
    drawn = calibration.picture
    shapes = [
        _shape(drawn.strangers, _STRANGERS, "0.75"),
        _shape(drawn.same, _SAME, "0.55"),
        *_axis(drawn.low, drawn.high),
        *_legend(),
        *_lines(calibration),
    ]
    font = "Noto Sans CJK SC, Source Han Sans SC, Microsoft YaHei, sans-serif"
    start = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="{font}" font-size="13">'
    )
    return "\n".join([start, *shapes, "</svg>"])


def _verdict(found: Calibration) -> tuple[str, str]:
    if found.thresholds.calibrated:
        return (
            "已校准：相似度足够高时，可直接请本人确认。",
            "Calibrated: a clear match may be put to the person directly.",
        )
    return (
        f"尚未校准：登记人数不足 {PEOPLE_NEEDED} 名，每次匹配都要求输入工号末几位。",
        f"Not calibrated: fewer than {PEOPLE_NEEDED} people are enrolled, so every match asks for the last digits.",
    )


def _sections(found: Calibration) -> Iterator[str]:
    yield _section("做了什么", "What was done", _done(found))
    if found.thresholds.calibrated:
        yield _section("意味着什么", "What it means", _meaning(found))
        yield _thresholds(found)
    yield _section("注意事项与怎么办", "Warnings, and what to do", _advice(found))


def _done(found: Calibration) -> Iterator[tuple[str, str]]:
    yield (
        f"本中心已登记 {found.people:,} 名人员，共 {found.views:,} 份特征。每个人都与其他所有人比对，"
        f"相当于 {found.searches:,} 次“陌生人”比对；只用已同意者的特征，没有新增保存任何特征。",
        f"{found.people:,} people with {found.views:,} views are enrolled here. Everybody was compared with everybody "
        f"else: {found.searches:,} searches as by strangers. Only people who agreed took part; nothing new is kept.",
    )


def _meaning(found: Calibration) -> Iterator[tuple[str, str]]:
    sure, ask = (_per_thousand(rate) for rate in (found.rates.sure, found.rates.ask))
    yield (
        f"以本中心 {found.people:,} 名已登记人员为范围，每 1,000 名未登记的人中至多约 {sure} 名会被误提示为其中一人"
        f"（{CONFIDENCE:.0%} 置信上限）。"
        "误提示时还需要本人在屏幕上确认、接待员在窗口打开资料，才会显示内容。",
        f"Here, of 1,000 people who are not enrolled, at most about {sure} would be taken for somebody "
        f"({CONFIDENCE:.0%} upper bound). Even then the person must confirm and the receptionist must open the card.",
    )
    yield (
        f"另有约 {ask} 名会被要求输入工号末几位；答不上来就改用其他方式。",
        f"About {ask} more would be asked for the last digits; without them it goes on in another way.",
    )
    if found.asked is not None and found.missed is not None:
        yield (
            f"已登记的人：约 {1 - found.asked:.1%} 可直接确认，{found.asked - found.missed:.1%} 需输入末几位，"
            f"{found.missed:.1%} 认不出、改用其他方式（按单份特征估计；现场取多帧，通常更好）。",
            f"Enrolled people: about {1 - found.asked:.1%} confirm at once, "
            f"{found.asked - found.missed:.1%} type digits, {found.missed:.1%} are not recognised "
            "(from single views; the camera takes several and usually does better).",
        )


def _thresholds(found: Calibration) -> str:
    lines = found.thresholds
    rows = (
        ("直接确认 sure", lines.sure),
        ("询问末几位 ask", lines.ask),
        ("与第二名的差距 lead over the second", lines.margin),
    )
    cells = "".join(f"<tr><td>{name}</td><td>{value:.3f}</td></tr>" for name, value in rows)
    return f"<h2>阈值（得分） <span class=en>Thresholds (scores)</span></h2><table>{cells}</table>"


def _advice(found: Calibration) -> Iterator[tuple[str, str]]:
    if not found.thresholds.calibrated:
        yield (
            f"再登记 {max(PEOPLE_NEEDED - found.people, 0)} 名后会自动校准；在此之前无需任何操作，只是多输几位数字。",
            f"It calibrates by itself once {max(PEOPLE_NEEDED - found.people, 0)} more people are enrolled; until then "
            "visitors type a few digits more.",
        )
        return
    if found.searches < 3 / found.rates.sure:
        yield (
            f"比对次数少于 {3 / found.rates.sure:,.0f} 次：误提示率由分布尾部推算，已取较谨慎的一侧；人数增加后更准。",
            f"Fewer than {3 / found.rates.sure:,.0f} searches: the rate is extrapolated from the tail of the scores, "
            "on the careful side.",
        )
    if found.alike:
        yield (
            f"有 {found.alike} 名人员与另一人非常相像；系统会要求他们输入末几位，无需处理。",
            f"{found.alike} people look very much like somebody else; they are asked for digits. Nothing to do.",
        )
    if found.asked is not None and found.asked > 0.1:
        yield (
            "需要输入末几位的人偏多：检查摄像头高度和光线，并请这些人重新登记。",
            "Many members are asked for digits: look at the camera's height and light, and let people enrol again.",
        )
    yield (
        "每次登记、撤回之后会自动重新校准；也可随时运行 main.py calibrate。",
        "It is measured again by itself after each enrolment and withdrawal, or at any time by main.py calibrate.",
    )


def _shape(counts: tuple[int, ...], colour: str, opacity: str) -> str:
    """A histogram as one stepped outline, its highest step at the full height."""
    top = max(*counts, 1)
    base = HEIGHT - _FOOT
    points = [f"{_LEFT},{base}"]
    for index, count in enumerate(counts):
        level = base - count / top * (base - _TOP)
        points += [f"{_across(index / BINS):.1f},{level:.1f}", f"{_across((index + 1) / BINS):.1f},{level:.1f}"]
    points.append(f"{WIDTH - _RIGHT},{base}")
    return f'<polygon points="{" ".join(points)}" fill="{colour}" fill-opacity="{opacity}" stroke="{colour}"/>'


def _axis(low: float, high: float) -> Iterator[str]:
    base = HEIGHT - _FOOT
    yield f'<line x1="{_LEFT}" y1="{base}" x2="{WIDTH - _RIGHT}" y2="{base}" stroke="#1b1f24"/>'
    steps = round(10 * (high - low))
    for step in range(steps + 1):
        where, value = _across(step / steps), low + step / 10
        yield f'<line x1="{where:.1f}" y1="{base}" x2="{where:.1f}" y2="{base + 5}" stroke="#1b1f24"/>'
        yield f'<text x="{where:.1f}" y="{base + 20}" text-anchor="middle">{value:.1f}</text>'
    yield _text(WIDTH / 2, base + 42, "相像得分 score", anchor="middle")


def _legend() -> Iterator[str]:
    for left, colour, said in (
        (_LEFT, _STRANGERS, "与他人的最高相似度 best score with others"),
        (WIDTH / 2 + 40, _SAME, "与本人的相似度 with oneself"),
    ):
        yield f'<rect x="{left}" y="4" width="14" height="14" fill="{colour}"/>'
        yield _text(left + 20, 16, said)


def _lines(found: Calibration) -> Iterator[str]:
    """The lines of the decision; none before there is a calibration."""
    if not found.thresholds.calibrated:
        return
    for value, said, anchor, dashes in (
        (found.thresholds.ask, "询问 ask", "end", "6 4"),
        (found.thresholds.sure, "确认 sure", "start", "none"),
    ):
        where = _across((value - found.picture.low) / (found.picture.high - found.picture.low))
        yield (
            f'<line x1="{where:.1f}" y1="{_TOP - 20}" x2="{where:.1f}" y2="{HEIGHT - _FOOT}" stroke="{_LINE}" '
            f'stroke-width="2" stroke-dasharray="{dashes}"/>'
        )
        yield _text(where + (5 if anchor == "start" else -5), _TOP - 10, f"{said} {value:.2f}", _LINE, anchor)


def _text(left: float, base: float, words: str, colour: str = "#1b1f24", anchor: str = "start") -> str:
    return f'<text x="{left:.1f}" y="{base:.1f}" fill="{colour}" text-anchor="{anchor}">{words}</text>'


def _across(share: float) -> float:
    return _LEFT + share * (WIDTH - _LEFT - _RIGHT)


def _section(zh: str, en: str, lines: Iterator[tuple[str, str]]) -> str:
    body = "".join(_pair(*line) for line in lines)
    return f"<h2>{zh} <span class=en>{en}</span></h2>{body}"


def _pair(zh: str, en: str) -> str:
    return f'<p>{zh}<br><span class="en">{en}</span></p>'


def _per_thousand(rate: float) -> str:
    return f"{rate * 1000:g}"
