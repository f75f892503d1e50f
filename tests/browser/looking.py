"""What a script sees of a screen: what sticks out, is cut off, covers another or is hard to read; and pictures."""

from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw
from playwright.sync_api import Frame

from tests.browser.axe import finds
from tests.browser.portal_frame import sticks_out

# Texts that are cut off, or that lie on another text or control. Where a window is open, of that window.
CUT_OR_COVERED = """() => {
    const above = document.querySelector("dialog[open], details.language[open] form");
    const root = above || document.querySelector("#portal");
    const meet = (a, b) => ({left: Math.max(a.left, b.left), right: Math.min(a.right, b.right),
        top: Math.max(a.top, b.top), bottom: Math.min(a.bottom, b.bottom)});
    const hides = element => getComputedStyle(element).overflow !== "visible";
    // What remains of a box inside all that cuts it.
    const seen = (box, element) => {
        for (let around = element; around && around !== document.body; around = around.parentElement)
            if (hides(around)) box = meet(box, around.getBoundingClientRect());
        return box;
    };
    const told = text => text.trim().replace(/\\s+/g, " ").slice(0, 60);
    const shown = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true})
        && !element.closest(".visually-hidden, [aria-hidden=true], option, svg, .line, dialog:not([open])");
    const found = [];
    const boxes = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode, element = node.parentElement;
        if (!node.data.trim() || !shown(element)) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const frame = element.closest(".btn, .badge, .filter, .dns-state, td, th, .card, dialog");
        for (const whole of range.getClientRects()) {
            const box = seen(whole, element);
            const lost = whole.width - (box.right - box.left) > 1.5 || whole.height - (box.bottom - box.top) > 4;
            const gone = box.right - box.left <= 2 || box.bottom - box.top <= 2;
            const scrolls = element.closest(".long, pre, textarea");
            if (gone) continue;
            if (lost && !scrolls) found.push(`cut off: ${told(node.data)}`);
            const edge = frame && frame.getBoundingClientRect();
            if (edge && edge.width && !scrolls && (whole.right > edge.right + 1 || whole.left < edge.left - 1))
                found.push(`outside its ${frame.tagName}: ${told(node.data)}`);
            boxes.push({element, box, text: told(node.data)});
        }
    }
    for (const element of root.querySelectorAll("input:not([type=hidden]), select, textarea, button, .btn, progress"))
        if (shown(element)) boxes.push({element, box: seen(element.getBoundingClientRect(), element),
            text: `${element.tagName} ${element.name || told(element.textContent)}`});
    boxes.forEach((one, at) => boxes.slice(at + 1).forEach(other => {
        if (one.element.contains(other.element) || other.element.contains(one.element)) return;
        const {left, right, top, bottom} = meet(one.box, other.box);
        if (right - left > 2 && bottom - top > 4) found.push(`on each other: ${one.text} | ${other.text}`);
    }));
    const brush = document.createElement("canvas").getContext("2d");
    for (const select of root.querySelectorAll("select")) {
        const style = getComputedStyle(select);
        brush.font = style.font;
        const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
        const text = select.selectedOptions[0]?.text || "";
        if (shown(select) && brush.measureText(text).width > room + 1) found.push(`cut off in its field: ${text}`);
    }
    return [...new Set(found)];
}"""

SHEET = {375: (8, 2, 260), 825: (5, 3, 420)}  # pictures side by side, rows, a picture's width
LABEL = 16


def faults(portal: Frame, *, contrast: bool = True) -> list[str]:
    """What is wrong with the screen as it is now."""
    found = sticks_out(portal) + portal.evaluate(CUT_OR_COVERED)
    return found + (finds(portal, rules=["color-contrast"]) if contrast else [])


def picture(portal: Frame, path: Path) -> None:
    """The portal as it is now, without what is around its frame."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # To hide the caret Playwright gives fields a style attribute, at which our policy then complains.
    if portal.parent_frame is None:
        portal.page.screenshot(path=path, full_page=True, caret="initial")
    else:
        portal.frame_element().screenshot(path=path, caret="initial")


def contact_sheets(pictures: Iterable[Path], to: Path, width: int) -> None:
    """All of them, small, each below its name, on as few sheets as they fit on."""
    columns, rows, across = SHEET[width]
    down = across * 3 // 2 if width == 825 else across * 5 // 2
    waiting = list(pictures)
    for number in range(0, len(waiting), columns * rows):
        sheet = Image.new("RGB", (columns * (across + 8), rows * (down + LABEL + 8)), "#8a8f98")
        draw = ImageDraw.Draw(sheet)
        for place, path in enumerate(waiting[number : number + columns * rows]):
            left, top = place % columns * (across + 8), place // columns * (down + LABEL + 8)
            with Image.open(path) as shown:
                small = shown.convert("RGB")
            small = small.resize((across, max(1, small.height * across // small.width)))
            draw.text((left + 4, top + 2), path.stem, fill="#ffffff")
            sheet.paste(small.crop((0, 0, across, min(down, small.height))), (left, top + LABEL))
        sheet.save(to / f"sheet-{width}-{number // (columns * rows) + 1}.png")
