"""The map in a real browser with the network cut: what is drawn, what can be done, what is safe."""

import time
from dataclasses import replace

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from territory.publish.maps.map import write_map
from tests.territory.plans import HOSTILE_NAMES, UNIT_IDS, small_plan

pytestmark = pytest.mark.browser

ATTACKS = (
    "</script><script>window.hacked=1</script>",
    "${window.hacked=1}",
    "`",
    "\\",
    '"><img src=x onerror=window.hacked=1>',
    "'-(window.hacked=1)-'",
    "<!--<script>",
    "-->",
    "{{7*7}}{% raw %}{# {% endmacro %}",
    "<!--part:body-->",
    "\u2028window.hacked=1//",
    "&lt;b&gt;&#36;",
)


def hostile_plan():
    """The tiny plan with attacks in every text that a user can write."""
    plan = small_plan(scenario=ATTACKS[0], description=ATTACKS[4], notes=list(ATTACKS))
    accounts = plan.accounts.copy()
    accounts["name"] = list(ATTACKS)
    accounts["account_id"] = [f"{i}{attack}" for i, attack in enumerate(ATTACKS)]
    accounts["tier"] = [ATTACKS[i % 3] for i in range(len(accounts))]
    rename = {"T01": ATTACKS[0], "T02": ATTACKS[4], "T03": ATTACKS[1]}
    territories = plan.territories.assign(rep_name=[ATTACKS[4], ATTACKS[2], ATTACKS[8]])
    frames = {"accounts": accounts, "territories": territories, "alignment": plan.alignment}
    frames["reps"] = plan.reps.assign(name=[ATTACKS[0], ATTACKS[1], ATTACKS[4]])
    frames = {
        name: frame.assign(territory_id=frame["territory_id"].map(rename))
        for name, frame in frames.items()
    }
    units = plan.geography.units.assign(name=list(ATTACKS[:6]))
    return replace(plan, geography=replace(plan.geography, units=units), **frames)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("maps")
    return {
        "plain": write_map(small_plan(), folder / "map.html"),
        "hostile": write_map(hostile_plan(), folder / "hostile.html"),
    }


@pytest.fixture
def page(browser, pages):
    browser.open(pages["plain"])
    yield browser
    assert browser.messages() == []
    assert browser.asked() == []


def printed_potential(position):
    """The potential of a territory and its deviation, as a reader should see them."""
    row = small_plan().territories.iloc[position]
    deviation = f"{row['potential_usd_deviation'] * 100:+.1f} %"
    return f"${row['potential_usd'] / 1000:.0f}k", deviation


def settle(browser, script, seconds=30.0):
    """Wait until a condition of the page holds."""
    end = time.monotonic() + seconds
    while not browser.run(f"return Boolean({script})"):
        assert time.monotonic() < end, script
        time.sleep(0.02)


def test_every_territory_unit_account_and_home_is_drawn(page):
    drawn = page.run(
        """
        const m = territoryMap;
        return {
          outlines: m.cells.outlines.filter((rings) => rings.length).length,
          units: m.cells.shapes.filter((rings) => rings.length).length,
          accounts: m.tierGroups.map((g) => g.getLayers().length),
          homes: m.homes.filter((h) => m.map.hasLayer(h)).length,
          names: m.written.filter((l) => l.must).map((l) => l.text).sort(),
        };
        """
    )
    assert drawn == {
        "outlines": 3,
        "units": 6,
        "accounts": [3, 3, 3, 3],
        "homes": 3,
        "names": ["T01", "T02", "T03"],
    }


def test_names_never_cover_each_other_and_every_territory_in_view_has_one(page):
    for zoom in (0, 1, 2):
        page.run("territoryMap.map.setZoom(territoryMap.map.getZoom() + arguments[0])", zoom)
        names = page.run("return territoryMap.written.map((l) => l.box)")
        overlaps = [
            (a, b)
            for i, a in enumerate(names)
            for b in names[:i]
            if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
        ]
        assert overlaps == []


def test_every_layer_has_a_legend_with_numbers_and_missing_ones_say_why(page):
    keys = page.run("return territoryMap.layers.layers.map((l) => l.key)")
    assert {"territories", "changes", "potential", "potential-per-km2", "workload"} <= set(keys)
    assert {"sales", "penetration", "density", "top-tier"} <= set(keys)
    for key in keys:
        page.run("territoryMap.layers.choose(arguments[0])", key)
        words = page.driver.find_element(By.ID, "layer-legend").text
        assert any(letter.isdigit() for letter in words), key
    absent = dict(page.run("return territoryMap.data.absent"))
    assert "review.growth_units" in absent["Growth areas"]
    assert "review.competitor_column" in absent["Competitors and white space"]


def test_today_and_the_plan_are_one_switch_apart_and_share_their_colours(page):
    for view, shown in (("today", False), ("both", True), ("plan", False)):
        page.driver.find_element(By.CSS_SELECTOR, f'[data-view="{view}"]').click()
        assert page.driver.find_element(By.ID, "slider").is_displayed() is shown
    fills = page.run(
        "const m = territoryMap.data;"
        "return m.today.map((t) => [t.fill, (m.territories.find((p) => p.id === t.id) || t).fill])"
    )
    assert all(before == after for before, after in fills)


def test_beside_the_slider_names_stand_on_the_side_of_their_own_alignment(page):
    page.driver.find_element(By.CSS_SELECTOR, '[data-view="both"]').click()
    wrong = page.run("""
      const m = territoryMap, cut = m.layers.state.split * m.map.getSize().x;
      const world = (l) => {
        const p = m.map.options.crs.latLngToPoint(m.map.containerPointToLatLng(l.anchor), 0);
        return [p.x, p.y];
      };
      const names = m.written.filter((l) => l.must);
      const sides = new Set(names.map((l) => l.anchor[0] < cut));
      if (sides.size < 2) return ["one side only"];
      return names.filter((l) => {
        const left = l.anchor[0] < cut, list = left ? m.data.today : m.data.territories;
        const at = list.findIndex((t) => t.id === l.text);
        return !insideRings((left ? m.cells.today : m.cells.outlines)[at], ...world(l));
      }).map((l) => l.text);
    """)
    page.driver.find_element(By.CSS_SELECTOR, '[data-view="plan"]').click()
    assert wrong == []


def test_printing_draws_every_territory_on_paper_with_the_whole_scorecard(page):
    names = page.run("return territoryMap.printMap().filter((l) => l.must).map((l) => l.text)")
    assert sorted(names) == ["T01", "T02", "T03"]
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert page.driver.find_element(By.ID, "paper").is_displayed()
        rows = page.driver.find_elements(By.CSS_SELECTOR, "#scorecard tbody tr")
        assert all(row.is_displayed() for row in rows)
        assert page.run("return document.documentElement.lang") == "en"
    finally:
        page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_numbers_are_written_by_the_page_as_python_writes_them(page):
    from geo.map.content import value_text

    values = [0, 0.04, 0.0996, 0.5, 7.84, 12.3, 999.4, 1234.5, 999_400, 999_949, -1_250_000, 3.2e9]
    for kind in ("usd", "share", "count", "hours", "number"):
        for value in values:
            seen = page.run("return valueText(arguments[0], arguments[1])", value, kind)
            assert seen == value_text(value, kind), (value, kind)


def test_the_canvas_shows_the_colour_of_each_territory(page):
    colours = page.run(
        """
        const m = territoryMap, canvas = m.canvases.plan._container;
        const box = canvas.getBoundingClientRect(), { width, height } = canvas;
        const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
        const c = m.map.getContainer().getBoundingClientRect(), scale = width / box.width;
        return m.cells.outlineBounds.map(([a, b, d, e], t) => {
          const inside = L.point(a * 0.8 + d * 0.2, b * 0.4 + e * 0.6);
          const at = m.map.options.crs.pointToLatLng(inside, 0);
          const p = m.map.latLngToContainerPoint(at);
          const x = (p.x + c.x - box.x) * scale, y = (p.y + c.y - box.y) * scale;
          const start = 4 * (Math.round(y) * width + Math.round(x));
          const levels = [...pixels.slice(start, start + 3)];
          const hex = levels.map((v) => v.toString(16).padStart(2, "0"));
          return ["#" + hex.join("").toUpperCase(), m.data.territories[t].fill];
        });
        """
    )
    assert [seen for seen, _ in colours] == [wanted for _, wanted in colours]
    assert len({fill for _, fill in colours}) == 3


def test_head_panel_and_legend_say_what_the_plan_says(page):
    driver = page.driver
    assert driver.title == "Tiny: 3 territories"
    assert driver.find_element(By.ID, "status").text == (
        "no plan found that keeps every rule; the least bad one breaks 1 rule"
    )
    rows = driver.find_elements(By.CSS_SELECTOR, "#scorecard tbody tr")
    assert [row.find_element(By.TAG_NAME, "b").text for row in rows] == ["T01", "T02", "T03"]
    potential, deviation = printed_potential(2)
    assert potential in rows[2].text
    assert [cell.text for cell in rows[2].find_elements(By.CLASS_NAME, "out")] == [deviation]
    legend = driver.find_element(By.ID, "legend")
    assert len(legend.find_elements(By.CSS_SELECTOR, ".tier")) == 4
    for words in ("Home of a rep", "Center, located by the plan", "Unit border"):
        assert words in legend.text
    assert driver.find_element(By.CLASS_NAME, "leaflet-control-scale").text != ""
    assert "synthetic demo data" in driver.find_element(By.CLASS_NAME, "chips").text


def test_searching_an_account_shows_it_with_its_numbers(page):
    box = page.driver.find_element(By.ID, "search")
    box.send_keys("saint-luc")
    found = page.driver.find_elements(By.CSS_SELECTOR, "#results li")
    assert [item.text.split("\n")[0] for item in found] == [HOSTILE_NAMES[9]]
    found[0].click()
    popup = page.driver.find_element(By.CLASS_NAME, "leaflet-popup").get_attribute("textContent")
    assert HOSTILE_NAMES[9] in popup
    assert "T02" in popup
    assert "129 h" in popup
    centre = page.run("const c = territoryMap.map.getCenter(); return [c.lng, c.lat]")
    account = small_plan().accounts.iloc[9]
    assert centre == pytest.approx([account["lon"], account["lat"]], abs=1e-4)


def test_searching_works_without_accents_by_id_and_with_the_keyboard_alone(page):
    box = page.driver.find_element(By.ID, "search")
    box.send_keys("hopital")
    assert len(page.driver.find_elements(By.CSS_SELECTOR, "#results li")) == 1
    box.clear()
    box.send_keys("48006", Keys.ENTER)
    popup = page.driver.find_element(By.CLASS_NAME, "leaflet-popup").get_attribute("textContent")
    assert "48006" in popup
    assert "T03" in popup
    box.clear()
    box.send_keys("R02")
    assert "Rep · T02" in page.driver.find_element(By.CSS_SELECTOR, "#results li").text
    box.clear()
    box.send_keys("no such place")
    assert page.driver.find_element(By.ID, "results").text == "Nothing found"


def test_the_layer_switch_takes_accounts_off_and_puts_them_back(page):
    page.driver.find_element(By.CSS_SELECTOR, "#layers summary").click()
    names = [
        box.get_attribute("name")
        for box in page.driver.find_elements(By.CSS_SELECTOR, "#layer-list input[type=checkbox]")
    ]
    assert names[:3] == ["accounts", "homes", "units"]
    on = "return territoryMap.map.hasLayer(territoryMap.tierGroups[0])"
    switch = page.driver.find_element(By.CSS_SELECTOR, "#layer-list input[name=accounts]")
    switch.click()
    assert page.run(on) is False
    switch.click()
    assert page.run(on) is True


def test_a_tier_of_the_legend_can_be_switched_off(page):
    page.driver.find_elements(By.CSS_SELECTOR, "#legend .tier")[0].click()
    counts = page.run("return territoryMap.tierGroups.map((g) => g.getLayers().length)")
    assert counts == [0, 3, 3, 3]


def test_clicking_a_row_zooms_to_its_territory(page):
    page.run("territoryMap.map.setZoom(6, { animate: false })")
    page.driver.find_elements(By.CSS_SELECTOR, "#scorecard tbody tr")[1].click()
    assert page.run("return territoryMap.map.getZoom()") > 7
    assert page.run(
        "const b = territoryMap.cells.outlineBounds[1], m = territoryMap.map;"
        "return [[b[0], b[1]], [b[2], b[3]]].every(([x, y]) =>"
        " m.getBounds().contains(m.options.crs.pointToLatLng(L.point(x, y), 0)))"
    )
    chosen = page.driver.find_elements(By.CSS_SELECTOR, "#scorecard tr.chosen b")
    assert [label.text for label in chosen] == ["T02"]


def test_clicking_a_heading_sorts_the_table_and_again_turns_it_round(page):
    def order():
        cells = page.driver.find_elements(By.CSS_SELECTOR, "#scorecard tbody b")
        return [cell.text for cell in cells]

    potential = page.driver.find_elements(By.CSS_SELECTOR, "#scorecard thead button")[4]
    assert "Potential" in potential.text
    potential.click()
    assert order() == ["T03", "T02", "T01"]
    potential.click()
    assert order() == ["T01", "T02", "T03"]


def test_pointing_at_a_territory_shows_its_numbers_and_the_unit_below_the_pointer(page):
    from selenium.webdriver import ActionChains

    at = page.run(
        """
        const { map, cells } = territoryMap, b = cells.outlineBounds[2];
        const box = map.getContainer().getBoundingClientRect();
        const p = map.latLngToContainerPoint(
          map.options.crs.pointToLatLng(L.point((b[0] + b[2]) / 2, (b[1] + b[3]) / 2), 0));
        return [Math.round(box.x + p.x + 40), Math.round(box.y + p.y - 60)];
        """
    )
    # A page that is drawn for the first time may miss a first move of the pointer.
    for step in range(100):
        pointer = ActionChains(page.driver)
        pointer.w3c_actions.pointer_action.move_to_location(at[0] + step % 4, at[1])
        pointer.perform()
        time.sleep(0.1)
        if page.run("return Boolean(document.querySelector('.leaflet-tooltip'))"):
            break
    tooltip = page.driver.find_element(By.CLASS_NAME, "leaflet-tooltip").text
    assert "T03" in tooltip
    assert "Bo Söderström" in tooltip
    assert UNIT_IDS[5] in tooltip
    assert all(words in tooltip for words in printed_potential(2))


def test_on_a_phone_the_panel_is_a_sheet_that_opens(browser, pages):
    browser.open(pages["plain"], width=400, height=800)
    table = browser.driver.find_element(By.ID, "scorecard")
    assert not table.is_displayed()
    browser.driver.find_element(By.ID, "handle").click()
    assert table.is_displayed()
    assert browser.run("return document.documentElement.scrollWidth") <= 400
    assert browser.messages() == []


def test_hostile_names_stay_text_wherever_they_appear(browser, pages):
    browser.open(pages["hostile"])
    driver = browser.driver
    assert ATTACKS[0][1:] in driver.title
    body = driver.find_element(By.TAG_NAME, "body").text
    for attack in ATTACKS[:10]:
        assert attack in body, attack
    browser.run(
        """
        const m = territoryMap;
        m.data.territories.forEach((_, t) => m.visit.territory(t));
        m.layers.layers.forEach((layer) => m.layers.choose(layer.key));
        m.homes.forEach((home) => home.openTooltip());
        m.data.accounts.id.forEach((_, a) => m.visit.account(a));
        m.data.units.id.forEach((_, u) => m.visit.unit(u));
        m.tierGroups.forEach((g) => g.eachLayer((a) => g.openTooltip(a.getLatLng())));
        """
    )
    box = driver.find_element(By.ID, "search")
    for attack in ("script", "img", "${", "`", "{{", "\\"):
        box.clear()
        box.send_keys(attack)
        assert driver.find_elements(By.CSS_SELECTOR, "#results li:not(.none)"), attack
    assert browser.run("return typeof window.hacked") == "undefined"
    assert (
        browser.run("return document.querySelectorAll('img, #panel script, [onerror]').length") == 0
    )
    assert browser.run("return territoryMap.data.accounts.name[10]") == ATTACKS[10]
    assert browser.messages() == []  # nothing was even stopped by the page's policy
    assert browser.asked() == []


def test_the_policy_of_the_page_stops_scripts_and_requests_that_are_not_its_own(browser, pages):
    browser.open(pages["plain"])
    browser.run(
        """
        const script = document.createElement("script");
        script.textContent = "window.hacked = 1";
        document.body.append(script);
        const image = document.createElement("img");
        image.setAttribute("onerror", "window.hacked = 2");
        image.src = "http://127.0.0.1:9/pixel.png";
        document.body.append(image);
        """
    )
    time.sleep(0.2)
    assert browser.run("return typeof window.hacked") == "undefined"
    assert all("Content Security Policy" in message for message in browser.messages())
    assert browser.asked() == []


def test_accounts_that_change_territory_are_hatched_where_changes_are_shown(page):
    count = """
        return territoryMap.tierGroups.flatMap((g) => g.getLayers())
          .filter((m) => m.options.fillColor instanceof CanvasPattern).length
    """
    assert page.run(count) == 0
    page.run("territoryMap.layers.choose('changes')")
    assert page.run(count) == 3
    page.run("territoryMap.layers.choose('territories')")
    assert page.run(count) == 0


def test_text_stands_out_from_what_is_behind_it(page):
    """Every piece of text of the panel has a contrast of at least 4.5 (WCAG 2.2, 1.4.3)."""
    found = page.run(
        """
        const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
          .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
        const parts = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
        const behind = (node) => {
          for (let n = node; n; n = n.parentElement) {
            const [r, g, b, a = 1] = parts(getComputedStyle(n).backgroundColor);
            if (a > 0.9) return [r, g, b];
          }
          return [255, 255, 255];
        };
        const poor = [];
        let examined = 0;
        for (const node of document.querySelectorAll("body *")) {
          const text = [...node.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
          const style = getComputedStyle(node);
          if (!text || !node.getClientRects().length || style.visibility === "hidden") continue;
          if (node.closest("[disabled], svg, .leaflet-control-attribution")) continue;
          examined += 1;
          const a = light(parts(style.color)), b = light(behind(node));
          const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
          if (ratio < 4.5) poor.push([node.tagName, node.textContent.slice(0, 30), ratio]);
        }
        return { poor, examined };
        """
    )
    assert found["poor"] == []
    assert found["examined"] > 40


def test_the_tab_key_goes_from_the_skip_link_through_search_layers_and_table(page):
    order = page.run(
        """
        return [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex]")]
          .filter((n) => n.tabIndex >= 0 && !n.disabled && n.getClientRects().length)
          .map((n) => [n.tabIndex, n.id || n.name || n.className || n.tagName]);
        """
    )
    assert all(at == 0 for at, _ in order), "a positive tabindex jumps the order of the page"
    active = []
    body = page.driver.find_element(By.TAG_NAME, "body")
    body.send_keys(Keys.TAB)
    for _ in range(4):
        active.append(
            page.run("return document.activeElement.className || document.activeElement.id")
        )
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert "skip" in active[0]
    assert len(set(active)) > 1
