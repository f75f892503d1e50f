"""What axe finds wrong with a page as it is now."""

from pathlib import Path

from playwright.sync_api import Frame, Page

AXE = Path("tests/vendor/axe-core-4.14.1/axe.min.js").read_text(encoding="utf-8")
# As text, so that the strict policy of the page does not apply to it.
RUN = """([where, rules]) => axe.run(where, {resultTypes: ["violations"], ...(rules ? {runOnly: rules} : {})})
    .then(({violations}) => violations.map(({id, nodes}) =>
        `${id}: ${nodes.map(node => node.html + " " + node.failureSummary).join(" | ")}`))"""

# Colours that are still changing would be measured half way.
MOTIONLESS = {"reduced_motion": "reduce"}


def finds(portal: Frame | Page, where: str = "html", rules: list[str] | None = None) -> list[str]:
    """What axe finds, of these rules or of all."""
    if not portal.evaluate("window.axe !== undefined"):
        portal.evaluate(AXE)
    return portal.evaluate(RUN, [where, rules])
