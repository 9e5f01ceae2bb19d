"""Four kinds of portal pages, as templates: how the pieces of an article and its surroundings stand together."""

from __future__ import annotations

from string import Template

from benchmarks.dates import furniture

_TABLES = """<table width="1000" align="center">
<tr><td>$menu</td><td align="right">$top</td></tr>
<tr><td width="200" valign="top">$side</td><td valign="top"><table width="100%">
<tr><td>$above</td></tr>
<tr><td class="tieude"><b>$title</b>$beside</td></tr>
<tr><td>$under</td></tr>
<tr><td><table align="center"><tr><td><img src="$picture" width="400"></td></tr>
<tr><td align="center"><i>$caption</i></td></tr></table>
$text
$tail</td></tr></table>
$after</td></tr>
<tr><td colspan="2" align="center">$foot</td></tr></table>"""

_BLOCKS = """<header><div class="container">$top<nav>$menu</nav></div></header>
<main class="container"><article>
$above
<h1 class="title">$title$beside</h1>
$under
<div class="bodytext"><figure><img src="$picture" alt=""><figcaption>$caption</figcaption></figure>
$text</div>
$tail
</article>
$after</main>
<aside>$side</aside>
<footer>$foot</footer>"""

_PORTLETS = """<div id="banner">$top</div>
<div id="navigation">$menu</div>
<div id="column-1">$side</div>
<div id="column-2"><div class="portlet-body"><div class="asset-full-content">
$above
<h3 class="header-title"><span>$title</span>$beside</h3>
$under
<div class="journal-content-article"><div style="text-align:center"><img src="$picture"><br><em>$caption</em></div>
$text</div>
$tail
</div></div>
$after</div>
<div id="footer">$foot</div>"""

_FORM = """<form id="aspnetForm"><div class="ms-header">$top</div><div class="ms-nav">$menu</div>
<div class="ms-main"><div>$above</div>
<div class="ms-title"><h2>$title$beside</h2></div>
<div>$under</div>
<div class="ms-rtestate-field"><img src="$picture"><p><i>$caption</i></p>
$text</div>
$tail
$after</div>
<div class="ms-right">$side</div>
<div class="ms-footer">$foot</div></form>"""

_DOCUMENT = Template("""<!DOCTYPE html>
<html lang="vi"><head><meta charset="utf-8"><title>$title | Quận Hoa Mai</title>
$head
</head><body>
$body
</body></html>
""")

_PARAGRAPHS = (
    (Template(_TABLES), '<p style="text-align:justify">{}</p>', "\n"),
    (Template(_BLOCKS), "<p>{}</p>", "\n"),
    (Template(_PORTLETS), "<div>{}</div>", "\n"),
    (Template(_FORM), "{}", "<br><br>\n"),
)


def lay_out(kind: int, paragraphs: list[str], pieces: dict[str, str]) -> str:
    """The whole page of one kind (any number: they take turns); ``pieces`` fills the places of the templates."""
    template, paragraph, between = _PARAGRAPHS[kind % len(_PARAGRAPHS)]
    text = between.join(paragraph.format(line) for line in paragraphs)
    body = template.substitute(pieces, text=text, menu=furniture.menu())
    return _DOCUMENT.substitute(title=pieces["title"], head=pieces["head"] + furniture.head_bulk(), body=body)
