import itertools
import json
import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import jsonschema
import pytest
from golden_files import Golden
from small_platform import function, plan, resource, resources

from qops import __main__ as entry
from qops.cost.catalogue import PRICED, UNPRICED, is_free
from qops.diagram.answers import DiagramAnswer, DiagramFile
from qops.diagram.drawing import SNAPSHOT, files_of, load_snapshot
from qops.diagram.layout import CHARACTERS, SMALL_CHARACTERS, Edge, Group, Node, Picture, place
from qops.diagram.pictures import pictures_of, stable_id
from qops.diagram.snapshot import Snapshot, dump, load, snapshot_of
from qops.diagram.writers import drawio, mermaid, svg
from qops.inventory.documents import parse_inventory

ROOT = Path(__file__).parents[4]
COMMITTED = ROOT / "docs" / "diagrams"
GOLDEN = Path(__file__).parent / "golden"
NAMES = ("network", "ai-compute", "complete")


def _parsed(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 - written by the code under test


def small() -> Snapshot:
    zones = [
        resource(f'module.network.aws_subnet.{tier}["{zone}"]', cidr_block=f"10.0.{n}.0/24")
        for n, (tier, zone) in enumerate((t, z) for t in ("public", "isolated") for z in "ab")
    ]
    vpc = resource("module.network.aws_vpc.this", cidr_block="10.0.0.0/16")
    end = resource(
        'module.network.aws_vpc_endpoint.gateway["s3"]',
        vpc_endpoint_type="Gateway",
        arn="arn:aws:ec2:ap-northeast-2:111122223333:vpc-endpoint/vpce-1",
    )
    items = [*resources(multi_az=True), *zones, vpc, end]
    return snapshot_of(parse_inventory(plan(items), source="x"))


def test_the_committed_diagrams_are_those_of_the_committed_snapshot() -> None:
    files = files_of(load_snapshot(COMMITTED))
    stale = [name for name, text in files.items() if (COMMITTED / name).read_text() != text]
    assert stale == []
    assert {path.name for path in COMMITTED.iterdir()} == {*files, "README.md"}


def test_the_committed_snapshot_holds_nothing_of_an_account() -> None:
    text = (COMMITTED / SNAPSHOT).read_text()
    assert not re.search(r"arn:|\d{12}|\b(?:vpc|subnet|sg|vpce)-[0-9a-f]{8}", text)


def test_every_type_of_the_platform_is_known_to_cost_something_or_nothing() -> None:
    snapshot = load_snapshot(COMMITTED)
    types = {one.type for one in snapshot.drawn}
    types |= {name for layer in snapshot.others.values() for name in layer}
    assert len(types) > 80
    assert sorted(t for t in types if not (t in PRICED or t in UNPRICED or is_free(t))) == []


@pytest.mark.parametrize("number", range(3), ids=NAMES)
def test_nothing_overlaps_and_labels_fit(number: int) -> None:
    for snapshot in (load_snapshot(COMMITTED), small()):
        placed = place(pictures_of(snapshot)[number])
        by_parent: dict[str, list] = {}
        for box in placed.boxes:
            by_parent.setdefault(box.parent, []).append(box)
            around = placed.by_id.get(box.parent)
            if around is not None:
                assert around.x < box.x
                assert around.y + 24 < box.y, "below the title"
                assert box.x + box.width < around.x + around.width
                assert box.y + box.height < around.y + around.height
            assert box.x + box.width < placed.width
            assert box.y + box.height < placed.height
            if isinstance(box.item, Node):
                assert len(box.item.label) <= CHARACTERS
                assert len(box.item.detail) <= SMALL_CHARACTERS
                assert "…" not in box.item.label + box.item.detail
        for siblings in by_parent.values():
            for i, one in enumerate(siblings):
                for other in siblings[i + 1 :]:
                    apart = (
                        one.x + one.width <= other.x
                        or other.x + other.width <= one.x
                        or one.y + one.height <= other.y
                        or other.y + other.height <= one.y
                    )
                    assert apart, (one.item.id, other.item.id)


@pytest.mark.parametrize("number", range(3), ids=NAMES)
def test_arrows_cross_no_box_and_their_labels_fit_the_gutter(number: int) -> None:
    placed = place(pictures_of(load_snapshot(COMMITTED))[number])
    assert placed.picture.edges
    for edge in placed.picture.edges:
        assert len(edge.label) <= 11
        points = placed.route(edge)
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            assert x1 == x2 or y1 == y2, "level or upright"
            for box in placed.boxes:
                if box.parent or box.item.id in {edge.source, edge.target}:
                    continue
                inside_x = max(min(x1, x2), box.x) < min(max(x1, x2) + 1, box.x + box.width)
                inside_y = max(min(y1, y2), box.y) < min(max(y1, y2) + 1, box.y + box.height)
                assert not (inside_x and inside_y), (edge.id, box.item.id)


@pytest.mark.parametrize("number", range(3), ids=NAMES)
def test_ids_are_unique_and_the_same_in_all_forms(number: int) -> None:
    placed = place(pictures_of(load_snapshot(COMMITTED))[number])
    ids = [box.item.id for box in placed.boxes]
    assert len(ids) == len(set(ids))
    cells = _parsed(drawio(placed)).findall(".//mxCell")
    edges = {edge.id for edge in placed.picture.edges}
    assert {cell.get("id") for cell in cells} == {*ids, *edges, "0", "1"}
    parents = {cell.get("id"): cell.get("parent") for cell in cells}
    assert all(parents[box.item.id] == (box.parent or "1") for box in placed.boxes)
    marks = {element.get("id") for element in _parsed(svg(placed)).iter()}
    assert {*ids, *edges} <= marks
    flow = mermaid(placed)
    assert set(re.findall(r"(?m)^ *(?:subgraph )?(\w+)\[", flow)) == set(ids)
    assert flow.count("subgraph ") == len(re.findall(r"(?m)^ *end$", flow))


def test_a_new_resource_changes_only_the_lines_that_show_it() -> None:
    before = small()
    items = [*resources(multi_az=True), function("brand-new")]
    added = snapshot_of(parse_inventory(plan(items), source="x")).of("aws_lambda_function")
    (new,) = [one for one in added if one.name == "brand-new"]
    after = Snapshot(
        before.environment,
        before.region,
        tuple(sorted([*before.drawn, new], key=lambda one: one.address)),
        before.others,
    )
    old_lines, new_lines = dump(before).splitlines(), dump(after).splitlines()
    assert [line for line in new_lines if line not in old_lines] == [
        f"    {json.dumps([new.address, new.type, new.detail])},"
    ]
    old_ids = set(re.findall(r' id="(\w+)"', files_of(before)["complete.drawio"]))
    new_ids = set(re.findall(r' id="(\w+)"', files_of(after)["complete.drawio"]))
    assert new_ids - old_ids == {stable_id(new.address)}
    assert old_ids <= new_ids


def test_a_snapshot_survives_its_file() -> None:
    text = dump(small())
    assert load(text, "x") == small()
    assert "arn:" not in text


def test_a_standby_is_drawn_only_where_there_is_one() -> None:
    flow = files_of(small())["network.mmd"]
    assert flow.count("standby or replica") == 2
    single = snapshot_of(parse_inventory(plan(resources()), source="x"))
    assert "RDS PostgreSQL" not in files_of(single)["network.mmd"], "no subnets, no zones"
    assert "RDS PostgreSQL" in files_of(single)["ai-compute.mmd"]


def test_an_arrow_between_columns_of_different_height_has_corners() -> None:
    def group(id_: str, count: int) -> Group:
        return Group(
            id_, id_, "data", tuple(Node(f"{id_}{n}", "x", "", "data") for n in range(count))
        )

    picture = Picture(
        "p", "p", ((group("a", 1),), (group("b", 3), group("c", 1))), (Edge("a", "c", "to"),)
    )
    points = place(picture).route(picture.edges[0])
    assert len(points) == 4
    assert points[1][0] == points[2][0]


def test_texts_are_escaped() -> None:
    node = Node("n", 'a<b>&"c"', "d<e>", "data")
    placed = place(Picture("p", "t<t>", ((Group("g", "g&g", "data", (node,)),),)))
    for write in (svg, drawio):
        _parsed(write(placed))
    assert "<b>" not in mermaid(placed)


def test_the_command_writes_checks_and_finds_what_is_stale(tmp_path: Path, capsys) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan()))
    out = tmp_path / "out"
    made = ["diagram", "--out", str(out)]
    assert entry.run([*made]) == 64, "no snapshot yet"
    assert entry.run([*made, "--plan", str(file), "--check"]) == 2
    assert not out.exists()
    assert entry.run([*made, "--plan", str(file)]) == 0
    assert len(list(out.iterdir())) == 10
    assert entry.run([*made, "--check"]) == 0
    (out / "network.svg").write_text("old")
    capsys.readouterr()
    assert entry.run([*made, "--check", "--json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert entry.run(["schema", "diagram"]) == 0
    jsonschema.validate(document, json.loads(capsys.readouterr().out))
    states = {Path(one["file"]).name: one["state"] for one in document["result"]["files"]}
    assert [name for name, state in states.items() if state == "stale"] == ["network.svg"]
    assert entry.run(made) == 0
    assert (out / "network.svg").read_text().startswith("<svg")
    (out / SNAPSHOT).write_text("{}")
    assert entry.run(made) == 64
    assert entry.run([*made, "--applied", "--declared"]) == 64


def test_what_is_shown(golden: Golden) -> None:
    states = ("written", "unchanged", "stale", "missing")
    files = [DiagramFile(file=f"docs/diagrams/{state}.svg", state=state) for state in states]
    answer = DiagramAnswer(source="docs/diagrams/platform.json", of="prod", files=files)
    golden("diagram", answer)
    golden("diagram", answer, "--quiet", variant="quiet")
