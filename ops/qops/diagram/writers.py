"""draw.io, SVG and Mermaid of the same picture."""

from collections.abc import Iterator
from html import escape

from qops.diagram.layout import Box, Group, Node, Placed

_COLOURS = {
    "client": ("#e8f1fb", "#2f6db3"),
    "network": ("#efeafa", "#6b4bb5"),
    "ai": ("#e3f5f1", "#12806a"),
    "compute": ("#fdf0e2", "#b8660f"),
    "data": ("#e9edfb", "#3a4fb0"),
    "security": ("#fbe9ea", "#b2303a"),
    "observability": ("#fbeaf4", "#a83279"),
    "devops": ("#eef3e4", "#56791f"),
    "recovery": ("#eceff1", "#52626c"),
}
_FONT = "Helvetica, Arial, 'Noto Sans', sans-serif"


def svg(placed: Placed) -> str:
    """An SVG that stands by itself.

    Args:
        placed: The picture with places.
    """
    return "\n".join(_svg(placed)) + "\n"


def _svg(placed: Placed) -> Iterator[str]:
    wide, high = placed.width, placed.height
    title = escape(placed.picture.title)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" width="{wide}" '
        f'height="{high}" role="img" aria-label="{title}" font-family="{_FONT}">'
    )
    yield f"<title>{title}</title>"
    yield (
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="#455a64"/></marker></defs>'
    )
    yield f'<rect width="{wide}" height="{high}" fill="#ffffff"/>'
    yield f'<text x="24" y="34" font-size="20" font-weight="bold" fill="#1c262b">{title}</text>'
    for box in placed.boxes:
        yield from _svg_box(box)
    for edge in placed.picture.edges:
        points = placed.route(edge)
        path = "M" + "L".join(f"{x} {y}" for x, y in points)
        yield (
            f'<path id="{edge.id}" d="{path}" fill="none" stroke="#455a64" stroke-width="1.5" '
            'marker-end="url(#tip)"/>'
        )
        x, y, anchor = _label_place(points)
        yield (
            f'<text x="{x}" y="{y}" font-size="12" text-anchor="{anchor}" fill="#37474f">'
            f"{escape(edge.label)}</text>"
        )
    yield "</svg>"


def _label_place(points: tuple[tuple[int, int], ...]) -> tuple[int, int, str]:
    """Above the first level piece, or right of an upright one."""
    (x1, y1), (x2, y2) = points[0], points[1]
    if y1 == y2:
        return (x1 + x2) // 2 - 4, y1 - 6, "middle"
    return x1 + 8, (y1 + y2) // 2 + 4, "start"


def _svg_box(box: Box) -> Iterator[str]:
    item = box.item
    fill, line = _COLOURS[item.kind]
    place = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}"'
    if isinstance(item, Group):
        yield (
            f'<rect id="{item.id}" {place} rx="8" fill="{fill}" stroke="{line}" '
            'stroke-width="1.2"/>'
        )
        yield (
            f'<text x="{box.x + 16}" y="{box.y + 20}" font-size="13" font-weight="bold" '
            f'fill="{line}">{escape(item.title)}</text>'
        )
        return
    yield f'<rect id="{item.id}" {place} rx="5" fill="#ffffff" stroke="{line}"/>'
    middle = box.x + box.width // 2
    label = box.y + (box.height // 2 + 4 if not item.detail else 19)
    yield (
        f'<text x="{middle}" y="{label}" font-size="12" text-anchor="middle" fill="#1c262b">'
        f"{escape(item.label)}</text>"
    )
    if item.detail:
        yield (
            f'<text x="{middle}" y="{box.y + 36}" font-size="10.5" text-anchor="middle" '
            f'fill="#51626b">{escape(item.detail)}</text>'
        )


def drawio(placed: Placed) -> str:
    """A draw.io file, not compressed, so that a diff is readable.

    Args:
        placed: The picture with places.
    """
    return "\n".join(_drawio(placed)) + "\n"


def _drawio(placed: Placed) -> Iterator[str]:
    picture = placed.picture
    yield '<mxfile host="qops" type="device">'
    yield f'  <diagram id="{picture.name}" name="{escape(picture.title)}">'
    yield (
        f'    <mxGraphModel dx="{placed.width}" dy="{placed.height}" grid="0" page="1" '
        f'pageWidth="{placed.width}" pageHeight="{placed.height}" math="0" shadow="0">'
    )
    yield "      <root>"
    yield '        <mxCell id="0"/>'
    yield '        <mxCell id="1" parent="0"/>'
    for box in placed.boxes:
        yield _cell(box, placed)
    for edge in picture.edges:
        corners = "".join(f'<mxPoint x="{x}" y="{y}"/>' for x, y in placed.route(edge)[1:-1])
        yield (
            f'        <mxCell id="{edge.id}" value="{escape(edge.label)}" edge="1" parent="1" '
            f'source="{edge.source}" target="{edge.target}" '
            'style="edgeStyle=orthogonalEdgeStyle;html=1;strokeColor=#455a64;fontSize=12;">'
            f'<mxGeometry relative="1" as="geometry"><Array as="points">{corners}</Array>'
            "</mxGeometry></mxCell>"
        )
    yield from ("      </root>", "    </mxGraphModel>", "  </diagram>", "</mxfile>")


def _cell(box: Box, placed: Placed) -> str:
    item = box.item
    fill, line = _COLOURS[item.kind]
    parent = placed.by_id.get(box.parent)
    x, y = (box.x - parent.x, box.y - parent.y) if parent else (box.x, box.y)
    if isinstance(item, Group):
        value = escape(item.title)
        style = (
            f"rounded=1;arcSize=8;absoluteArcSize=1;html=1;container=1;collapsible=0;"
            f"verticalAlign=top;align=left;spacingLeft=12;spacingTop=4;fontStyle=1;fontSize=13;"
            f"fillColor={fill};strokeColor={line};fontColor={line};"
        )
    else:
        value = _html(item)
        style = (
            f"rounded=1;arcSize=5;absoluteArcSize=1;html=1;whiteSpace=wrap;fontSize=12;"
            f"fillColor=#ffffff;strokeColor={line};fontColor=#1c262b;"
        )
    return (
        f'        <mxCell id="{item.id}" value="{value}" vertex="1" parent="{box.parent or 1}" '
        f'style="{style}"><mxGeometry x="{x}" y="{y}" width="{box.width}" '
        f'height="{box.height}" as="geometry"/></mxCell>'
    )


def _html(node: Node) -> str:
    if not node.detail:
        return escape(node.label)
    return escape(
        f'{escape(node.label)}<br><font style="font-size:10px">{escape(node.detail)}</font>'
    )


def mermaid(placed: Placed) -> str:
    """A Mermaid flowchart, which GitHub renders.

    Args:
        placed: The picture with places.
    """
    lines = ["flowchart LR"]
    for column in placed.picture.columns:
        for group in column:
            lines += _subgraph(group, "  ")
    for edge in placed.picture.edges:
        lines.append(f'  {edge.source} -->|"{_quoted(edge.label)}"| {edge.target}')
    return "\n".join(lines) + "\n"


def _subgraph(group: Group, indent: str) -> Iterator[str]:
    yield f'{indent}subgraph {group.id}["{_quoted(group.title)}"]'
    for child in group.children:
        if isinstance(child, Group):
            yield from _subgraph(child, indent + "  ")
        else:
            detail = f"<br/>{_quoted(child.detail)}" if child.detail else ""
            yield f'{indent}  {child.id}["{_quoted(child.label)}{detail}"]'
    yield f"{indent}end"


def _quoted(text: str) -> str:
    return escape(text, quote=True).replace("&#x27;", "'")
