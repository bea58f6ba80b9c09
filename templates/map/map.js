/* The map's page: shows data.items on contours and communes, with a list that says the same.
 *
 * Asks for nothing from anywhere; every word comes from the data or from the template. Text from
 * outside only ever goes through textContent. Names of fields: vigie/situation/map_page.py.
 */
(function () {
  'use strict';
  const began = performance.now();
  const data = JSON.parse(document.getElementById('data').textContent);
  const ground = JSON.parse(document.getElementById('ground').textContent);
  const words = data.words;
  const SVG = 'http://www.w3.org/2000/svg';
  const PAGE = 60; // cards at a time: a telephone lays out no five thousand
  const REACH = 42; // pixels: marks nearer than this are one group
  const PAPER = 300; // cards on paper: some forty pages; more of them no browser prints in time
  const DEEPEST = 15;
  const OVER = ['refuted', 'lifted'];

  /* Shape says the family, the sign inside it the category: colour alone says nothing. 24 x 24. */
  const SHAPES = {
    rescue: 'M8 1.5h8l6.5 6.5v8L16 22.5H8L1.5 16V8z',
    damage: 'M2.5 2.5h19v19h-19z',
    roads: 'M12 1.5L23.5 22H.5z',
    hazard: 'M12 .5c4.5 5.5 8.5 9.3 8.5 14a8.5 8.5 0 0 1-17 0C3.5 9.8 7.5 6 12 .5z',
    needs: 'M12 1l11.5 8.5L19 22.5H5L.5 9.5z',
    solidarity:
      'M12 22.5C4 16.5.8 12.8.8 8.3A5.8 5.8 0 0 1 12 5.6a5.8 5.8 0 0 1 11.2 2.7' +
      'c0 4.5-3.2 8.2-11.2 14.2z',
    rumour: 'M12 .5L23.5 12 12 23.5.5 12z',
    official: 'M12 1l10 3.2v7.3c0 6-4.2 9.5-10 11.5C6.2 21 2 17.5 2 11.5V4.2z',
    other: 'M12 1.5a10.5 10.5 0 1 0 0 21 10.5 10.5 0 0 0 0-21z',
  };
  const SIGNS = {
    person_in_danger: 'M12 6v7.5M12 17v.5',
    person_missing: 'M9 9a3 3 0 1 1 4.3 2.8c-.9.4-1.3 1-1.3 2.2M12 17.3v.5',
    building_damage: 'M6.5 12.5L12 7.5l5.5 5M8.5 11.5V17h7v-5.5',
    network_damage: 'M13.5 5.5l-5 7.5h6l-4 6',
    road_closed: 'M8 17h8M8 14.5h8',
    diversion: 'M8.5 19.5v-3c0-1.7 1-2.7 2.7-2.7H15M12.8 11.3l2.7 2.5-2.7 2.5',
    transport: 'M9 11.5h6v6H9zM9 14.5h6M10 19.5v.3M14 19.5v.3',
    water: 'M7 12.5c1.7-1.7 3.3-1.7 5 0s3.3 1.7 5 0M7 16.5c1.7-1.7 3.3-1.7 5 0s3.3 1.7 5 0',
    fire: 'M12 8.5c.3 2.5 3.3 3.6 3.3 6.3a3.3 3.3 0 0 1-6.6 0c0-1.6 1-2.3 1.6-3.5M12 8.5',
    wind: 'M7 12.3h6.3a1.8 1.8 0 1 0-1.8-1.8M7 15.7h8.3a1.8 1.8 0 1 1-1.8 1.8',
    landslide: 'M7.5 18h9M8.5 15l3-5.5 3.7 5.5M15.5 11.5v.3M10 7.5v.3',
    pollution: 'M10 8.5h4M10.8 8.5v3.3L8 17.5h8l-2.8-5.7V8.5',
    need_water: 'M8.5 8.5h7l-1.2 9h-4.6zM9 12.5h6',
    need_shelter: 'M6.5 13L12 8.5l5.5 4.5M8.5 17h7',
    need_clothes: 'M9 8l3 1.8L15 8l3 3-1.8 1.5V18H7.8v-5.5L6 11z',
    need_care: 'M12 8.5v8M8 12.5h8',
    offer: 'M12 8v7.5M8.3 11.7h7.5',
    request: 'M9.5 8.7a2.6 2.6 0 1 1 3.7 2.3c-.8.4-1.2 1-1.2 2M12 16v.4',
    collection: 'M8 9h8v6.5H8zM8 11.3h8',
    rumour: 'M9.2 9a2.8 2.8 0 1 1 4 2.5c-.9.4-1.2 1-1.2 2M12 16.7v.4',
    denial: 'M8.5 8.5l7 7M15.5 8.5l-7 7',
    official: 'M12 11v6M12 7.3v.4',
    noise: 'M8 12h.3M12 12h.3M16 12h.3',
  };

  const looks = new Map(data.categories.map((one) => [one.code, one]));
  const ranks = new Map((data.urgencies || []).map((one, at) => [one.code, at]));
  const labels = new Map();
  for (const one of [...(data.urgencies || []), ...(data.statuses || [])]) {
    labels.set(one.code, one.label);
  }
  const items = data.items.map((one, at) => ({ ...one, at: at, c: one.c || '' }));
  const clock = new Intl.DateTimeFormat(data.language, {
    timeZone: data.zone, day: '2-digit', month: '2-digit', hour: '2-digit', minute: '2-digit',
  });
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const off = { c: new Set(), u: new Set(), s: new Set(data.statuses ? OVER : []) };
  let hours = 0;
  let sought = '';
  let chosen = null; // items of the group that was opened, or null
  let shown = [];
  let listed = 0;

  function make(tag, name, text) {
    const made = document.createElement(tag);
    if (name) made.className = name;
    if (text !== undefined) made.textContent = text;
    return made;
  }
  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));
  }
  function fold(text) {
    return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  }
  function drawn(tag, parent, values) {
    const made = document.createElementNS(SVG, tag);
    for (const name of Object.keys(values)) made.setAttribute(name, values[name]);
    if (parent) parent.appendChild(made);
    return made;
  }
  function icon(code, urgency, status) {
    const look = looks.get(code) || { family: 'other', colour: '#5b6470' };
    const isSure = data.public || !status || status === 'confirmed';
    const kind = OVER.includes(status) ? 'over' : isSure ? 'sure' : 'unsure';
    const svg = drawn('svg', null, {
      viewBox: '-5 -5 34 34', 'aria-hidden': 'true', focusable: 'false',
      class: `icon ${kind} u-${urgency || 'none'}`,
    });
    svg.style.setProperty('--c', look.colour);
    if (urgency === 'life_at_risk' || urgency === 'high') {
      drawn('circle', svg, { cx: 12, cy: 12, r: 15.5, class: 'ring' });
    }
    drawn('path', svg, { d: SHAPES[look.family] || SHAPES.other, class: 'shape' });
    if (SIGNS[code]) drawn('path', svg, { d: SIGNS[code], class: 'sign' });
    if (kind === 'over') drawn('path', svg, { d: 'M1 23L23 1', class: 'strike' });
    return svg;
  }
  function title(item) {
    const look = looks.get(item.c);
    return (look ? look.label : words.none) + (item.m ? ', ' + item.m : '');
  }
  function told(item) {
    return item.t === undefined ? words.no_time : clock.format(new Date(item.t * 1000));
  }

  /* Two figures at most: a precision said to the metre would claim more than it knows. */
  function roughly(metres) {
    const step = Math.pow(10, Math.max(1, Math.floor(Math.log10(metres)) - 1));
    return Math.ceil(metres / step) * step;
  }

  /* ---- filters ---- */
  function passes(item) {
    if (off.c.has(item.c) || off.u.has(item.u) || off.s.has(item.s)) return false;
    if (hours && (item.t === undefined || item.t < data.written_at - hours * 3600)) return false;
    return !sought || item.folded.includes(sought);
  }
  for (const item of items) {
    item.folded = fold([title(item), item.x, item.w, item.r, item.g, item.o].filter(Boolean).join(' '));
  }
  function boxes(holder, field, entries, isIconed) {
    for (const entry of entries) {
      const row = make('label', 'choice');
      const box = make('input');
      box.type = 'checkbox';
      box.checked = !off[field].has(entry.code);
      box.addEventListener('change', () => {
        if (box.checked) off[field].delete(entry.code);
        else off[field].add(entry.code);
        chosen = null;
        refresh();
      });
      row.appendChild(box);
      if (isIconed) row.appendChild(icon(entry.code));
      else if (field === 'u') row.appendChild(icon('', entry.code));
      else if (field === 's') row.appendChild(icon('', '', entry.code));
      row.appendChild(make('span', '', entry.label));
      const count = items.filter((item) => item[field] === entry.code).length;
      row.appendChild(make('span', 'number', String(count)));
      holder.appendChild(row);
    }
  }
  boxes(document.getElementById('categories'), 'c', data.categories, true);
  if (!data.public) {
    boxes(document.getElementById('urgencies'), 'u', data.urgencies, false);
    boxes(document.getElementById('statuses'), 's', data.statuses, false);
  }
  const time = document.getElementById('time');
  for (const count of [0, 1, 3, 6, 24]) {
    const text = count ? filled(words.last_hours, { n: count }) : words.all_times;
    const option = make('option', '', text);
    option.value = String(count);
    time.appendChild(option);
  }
  time.addEventListener('change', () => {
    hours = Number(time.value);
    chosen = null;
    refresh();
  });
  const search = document.getElementById('search');
  search.addEventListener('input', () => {
    sought = fold(search.value.trim());
    chosen = null;
    refresh();
  });

  /* ---- map ---- */
  const map = L.map('map', {
    zoomControl: false, minZoom: 2, maxZoom: DEEPEST, zoomSnap: 0.25, attributionControl: false,
    fadeAnimation: false, zoomAnimation: !isCalm, markerZoomAnimation: !isCalm, keyboard: true,
  });
  L.control.zoom({
    position: 'topright', zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out,
  }).addTo(map);
  L.control.scale({ imperial: false, position: 'bottomright' }).addTo(map);
  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  function ringOf(steps) {
    const ring = [];
    let x = 0;
    let y = 0;
    for (let at = 0; at < steps.length; at += 2) {
      x += steps[at];
      y += steps[at + 1];
      ring.push([y / ground.steps, x / ground.steps]);
    }
    return ring;
  }
  map.createPane('land').style.zIndex = 200;
  map.createPane('names').style.zIndex = 300;
  map.getPane('names').style.pointerEvents = 'none';
  const canvas = L.canvas({ pane: 'land', padding: 0.5 });
  const contours = ground.departments.map((one) => ({
    inside: one.inside,
    layer: L.polygon(one.rings.map((ring) => [ringOf(ring)]), {
      renderer: canvas, interactive: false, smoothFactor: 1,
    }).addTo(map),
  }));
  function paintLand() {
    for (const one of contours) {
      one.layer.setStyle({
        color: colour('--border'), weight: one.inside ? 1.8 : 0.7,
        fillColor: colour(one.inside ? '--land' : '--land-beside'), fillOpacity: 1,
      });
      if (one.inside) one.layer.bringToFront();
    }
  }

  /* Communes, the largest first: a name is written where none is yet. */
  const places = ground.communes.map((one) => ({
    name: one[0], at: L.latLng(one[2] / ground.steps, one[1] / ground.steps),
  }));
  const Names = L.Layer.extend({
    onAdd: function (owner) {
      this._canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide', owner.getPane('names'));
      owner.on('moveend resize', this.paint, this);
      if (owner._loaded) this.paint();
    },
    paint: function () {
      const size = map.getSize();
      const sharp = window.devicePixelRatio || 1;
      const pen = this._canvas.getContext('2d');
      this._canvas.width = size.x * sharp;
      this._canvas.height = size.y * sharp;
      this._canvas.style.width = size.x + 'px';
      this._canvas.style.height = size.y + 'px';
      L.DomUtil.setPosition(this._canvas, map.containerPointToLayerPoint([0, 0]));
      pen.scale(sharp, sharp);
      pen.font = '12px system-ui, sans-serif';
      pen.textBaseline = 'middle';
      pen.lineWidth = 3;
      pen.lineJoin = 'round';
      const taken = [];
      const view = map.getBounds();
      const most = Math.round((size.x * size.y) / 14000);
      const dots = 40 * Math.pow(2.6, Math.max(0, map.getZoom() - 6));
      let seen = 0;
      for (const place of places) {
        if (!view.contains(place.at)) continue;
        seen += 1;
        if (seen > dots) break;
        const at = map.latLngToContainerPoint(place.at);
        pen.fillStyle = colour0.dot;
        pen.fillRect(at.x - 1.5, at.y - 1.5, 3, 3);
        if (taken.length >= most) continue;
        const box = [at.x + 4, at.y - 8, at.x + 8 + pen.measureText(place.name).width, at.y + 8];
        const isFree = taken.every(
          (b) => box[2] < b[0] || box[0] > b[2] || box[3] < b[1] || box[1] > b[3]
        );
        if (!isFree || box[2] > size.x) continue;
        taken.push(box);
        pen.strokeStyle = colour0.land;
        pen.strokeText(place.name, at.x + 5, at.y);
        pen.fillStyle = colour0.name;
        pen.fillText(place.name, at.x + 5, at.y);
      }
    },
  });
  let colour0 = {};
  function readColours() {
    colour0 = { dot: colour('--dot'), land: colour('--land'), name: colour('--name') };
  }
  readColours();
  const names = new Names().addTo(map);

  const marks = L.layerGroup().addTo(map);
  const halo = L.layerGroup().addTo(map);
  /* Groups are made of what lies near each other on the screen, at this zoom, near this view. */
  function groupsAt(zoom) {
    const cells = new Map();
    const groups = [];
    const view = map.getBounds().pad(0.2);
    for (const item of shown) {
      if (!item.p) continue;
      const place = L.latLng(item.p[1], item.p[0]);
      if (!view.contains(place)) continue;
      const at = map.project(place, zoom);
      const x = Math.floor(at.x / REACH);
      const y = Math.floor(at.y / REACH);
      let found = null;
      for (let dx = -1; dx <= 1 && !found; dx += 1) {
        for (let dy = -1; dy <= 1 && !found; dy += 1) {
          const there = cells.get(x + dx + ':' + (y + dy)) || [];
          found = there.find((one) => Math.hypot(one.x - at.x, one.y - at.y) < REACH) || null;
        }
      }
      if (found) {
        found.items.push(item);
        continue;
      }
      const group = { x: at.x, y: at.y, place: place, items: [item] };
      groups.push(group);
      const key = x + ':' + y;
      if (cells.has(key)) cells.get(key).push(group);
      else cells.set(key, [group]);
    }
    return groups;
  }
  function markOf(group) {
    const first = group.items[0];
    const count = group.items.length;
    const html = make('div', 'mark');
    let size = 34;
    if (count === 1) {
      html.appendChild(icon(first.c, first.u, first.s));
    } else {
      const codes = new Set(group.items.map((one) => one.c));
      const worst = group.items.reduce((best, one) => (rank(one) < rank(best) ? one : best));
      html.className = `mark group u-${worst.u || 'none'}`;
      if (codes.size === 1) html.appendChild(icon(first.c, worst.u, sureness(group.items)));
      html.appendChild(make('span', codes.size === 1 ? 'badge' : 'many', String(count)));
      size = codes.size === 1 ? 34 : count < 10 ? 32 : count < 100 ? 38 : 46;
    }
    const mark = L.marker(group.place, {
      keyboard: false,
      title: count === 1 ? title(first) + ' · ' + told(first) : filled(words.cluster, { n: count }),
      zIndexOffset: 1000 * (8 - rank(first)) + count,
      icon: L.divIcon({ html: html, className: 'holder', iconSize: [size, size] }),
    });
    mark.on('click', () => openGroup(group));
    return mark;
  }
  function rank(item) {
    return ranks.has(item.u) ? ranks.get(item.u) : 9;
  }
  function sureness(group) {
    return group.every((one) => one.s === group[0].s) ? group[0].s : 'unverified';
  }
  function openGroup(group) {
    const spots = L.latLngBounds(group.items.map((one) => [one.p[1], one.p[0]]));
    const corner = map.project(spots.getSouthWest(), DEEPEST);
    const isSpread = corner.distanceTo(map.project(spots.getNorthEast(), DEEPEST)) > REACH;
    if (group.items.length > 1 && isSpread && map.getZoom() < DEEPEST) {
      map.fitBounds(spots, { padding: [50, 50], maxZoom: DEEPEST, animate: !isCalm });
      return;
    }
    chosen = new Set(group.items);
    list();
    const card = document.querySelector('#list .card button');
    if (card) card.focus();
  }
  let waiting = 0;
  function paintMarks() {
    waiting = 0;
    marks.clearLayers();
    for (const group of groupsAt(map.getZoom())) marks.addLayer(markOf(group));
  }
  function soon() {
    if (!waiting) waiting = requestAnimationFrame(paintMarks);
  }
  function point(item, goes) {
    halo.clearLayers();
    if (!item.p) return;
    const place = L.latLng(item.p[1], item.p[0]);
    if (item.a) {
      halo.addLayer(L.circle(place, {
        radius: item.a, renderer: canvas, interactive: false, weight: 1.5,
        color: colour('--accent'), fillOpacity: 0.12,
      }));
    }
    halo.addLayer(L.circleMarker(place, {
      radius: 21, renderer: canvas, interactive: false, weight: 4, fill: false,
      color: colour('--accent'),
    }));
    if (goes) map.setView(place, Math.max(map.getZoom(), 12), { animate: !isCalm });
    else map.panInside(place, { padding: [50, 50], animate: !isCalm });
  }

  /* ---- list ---- */
  const holder = document.getElementById('list');
  const count = document.getElementById('count');
  const more = document.getElementById('more');
  const all = document.getElementById('all');
  all.textContent = words.show_all;
  all.addEventListener('click', () => {
    chosen = null;
    halo.clearLayers();
    list();
  });
  function card(item) {
    const made = make('li', 'card');
    const head = make('h3');
    head.appendChild(icon(item.c, item.u, item.s));
    const name = make('span', '', title(item));
    name.dir = 'auto';
    head.appendChild(name);
    made.appendChild(head);
    const facts = make('p', 'facts');
    facts.appendChild(make('time', '', told(item)));
    if (item.u) facts.appendChild(make('span', `tag u-${item.u}`, labels.get(item.u) || item.u));
    if (item.s) facts.appendChild(make('span', `tag s-${item.s}`, labels.get(item.s) || item.s));
    if (item.y) facts.appendChild(make('span', 'tag', filled(words.typed, { status: item.y })));
    made.appendChild(facts);
    if (item.x) {
      const text = make('p', 'text', item.x);
      text.dir = 'auto';
      made.appendChild(text);
    }
    const rest = [
      item.r, item.g && filled(words.members, { refs: item.g }), item.w, item.o,
      item.n && filled(words.voices, { n: item.n }),
      item.a && filled(words.about, { n: roughly(item.a) }),
      !item.p && words.unplaced,
      !data.public && (item.f ? filled(words.not_public, { reason: item.f }) : words.public),
    ].filter(Boolean);
    if (rest.length) {
      const line = make('p', 'rest');
      for (const part of rest) line.appendChild(make('bdi', '', part));
      made.appendChild(line);
    }
    const acts = make('p', 'acts');
    if (item.p) {
      const button = make('button', '', words.on_map);
      button.type = 'button';
      button.addEventListener('click', () => {
        point(item, true);
        document.getElementById('map').scrollIntoView({ block: 'nearest' });
      });
      acts.appendChild(button);
    }
    if (/^https?:\/\//i.test(item.l || '')) {
      const link = make('a', '', data.public ? words.official_link : words.link);
      link.href = item.l;
      link.target = '_blank';
      link.rel = 'noopener noreferrer nofollow';
      acts.appendChild(link);
    }
    if (acts.childNodes.length) made.appendChild(acts);
    made.addEventListener('focusin', () => point(item, false));
    return made;
  }
  function extend(upTo) {
    const rows = chosen ? shown.filter((item) => chosen.has(item)) : shown;
    const part = document.createDocumentFragment();
    for (const item of rows.slice(listed, upTo)) part.appendChild(card(item));
    listed = Math.min(upTo, rows.length);
    holder.appendChild(part);
    more.hidden = listed >= rows.length;
    more.textContent = filled(words.more, { n: Math.min(PAGE, rows.length - listed) });
    return rows;
  }
  function list() {
    holder.textContent = '';
    listed = 0;
    const rows = extend(PAGE);
    all.hidden = !chosen;
    if (chosen) count.textContent = filled(rows.length === 1 ? words.one : words.here, { n: rows.length });
    else if (!items.length) count.textContent = words.empty;
    else if (!rows.length) count.textContent = words.nothing;
    else count.textContent = filled(words.shown, { n: rows.length, all: items.length });
    holder.scrollTop = 0;
  }
  more.addEventListener('click', () => {
    const next = holder.childNodes.length;
    extend(listed + PAGE);
    const button = holder.childNodes[next] && holder.childNodes[next].querySelector('button, a');
    if (button) button.focus();
  });
  holder.addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const here = event.target.closest('.card');
    const next = here && (event.key === 'ArrowDown' ? here.nextSibling : here.previousSibling);
    const button = next && next.querySelector('button, a');
    if (button) {
      event.preventDefault();
      button.focus();
    }
  });
  const paper = document.getElementById('paper');
  const tools = document.getElementById('tools');
  let before = null; // what the screen showed: to be shown again after printing
  function onPaper(isOn) {
    if (isOn === Boolean(before)) return;
    document.documentElement.classList.toggle('printing', isOn);
    if (isOn) {
      before = { at: map.getCenter(), zoom: map.getZoom(), isOpen: tools.open };
      const rows = extend(Math.max(listed, PAPER));
      while (holder.childNodes.length > PAPER) holder.lastChild.remove();
      listed = holder.childNodes.length;
      paper.hidden = rows.length <= PAPER;
      paper.textContent = filled(words.paper, { n: PAPER, all: rows.length });
    }
    tools.open = isOn || before.isOpen;
    map.invalidateSize({ animate: false });
    if (isOn) {
      map.fitBounds(territory, { padding: [8, 8], animate: false });
    } else {
      map.setView(before.at, before.zoom, { animate: false });
      before = null;
      paper.hidden = true;
      list();
    }
    paint();
    // At the next frame would be too late: the paper is drawn before it.
    canvas._redraw();
    paintMarks();
  }
  window.addEventListener('beforeprint', () => onPaper(true));
  window.addEventListener('afterprint', () => onPaper(false));

  function paint() {
    readColours();
    paintLand();
    names.paint();
  }

  function refresh() {
    shown = items.filter(passes);
    // The most urgent first, then the latest: what comes first also names its group on the map.
    shown.sort((a, b) => rank(a) - rank(b) || (b.t || 0) - (a.t || 0) || a.at - b.at);
    halo.clearLayers();
    list();
    follow();
    soon();
  }
  /* A filter whose facts all lie outside this view would show an empty map: go where they are. */
  function follow() {
    const placed = shown.filter((item) => item.p).map((item) => L.latLng(item.p[1], item.p[0]));
    if (!map._loaded || !placed.length) return;
    const view = map.getBounds();
    if (placed.some((place) => view.contains(place))) return;
    map.fitBounds(L.latLngBounds(placed), { padding: [50, 50], maxZoom: 12, animate: !isCalm });
  }
  /* Opens where the territory's facts are; one far beyond it must not shrink all the others. */
  function start() {
    const near = territory.pad(0.05);
    const placed = shown.filter((item) => item.p && near.contains([item.p[1], item.p[0]]));
    const bounds = placed.length
      ? L.latLngBounds(placed.map((item) => [item.p[1], item.p[0]])).pad(0.08)
      : territory;
    map.fitBounds(bounds, { padding: [24, 24], maxZoom: 11, animate: false });
  }
  const fresh = document.getElementById('stale');
  function tellAge() {
    const minutes = Math.floor((Date.now() / 1000 - data.made_at) / 60);
    fresh.hidden = minutes < data.stale_minutes;
    const age = minutes < 120
      ? filled(words.minutes, { n: minutes })
      : filled(words.hours, { n: Math.floor(minutes / 60) });
    fresh.textContent = fresh.hidden ? '' : filled(words.stale, { n: age });
  }
  setInterval(tellAge, 30000);
  tellAge();

  const territory = ground.bounds
    ? L.latLngBounds([[ground.bounds[1], ground.bounds[0]], [ground.bounds[3], ground.bounds[2]]])
    : L.latLngBounds([[41.3, -5.2], [51.1, 9.6]]);
  tools.open = matchMedia('(min-width: 60rem)').matches;
  refresh(); // the list first: it may bring a scroll bar, and the map must know its width
  map.invalidateSize({ animate: false });
  start();
  paint();
  map.on('moveend', soon);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', paint);
  paintMarks();
  const readyAt = performance.now();
  document.documentElement.dataset.opened = String(Math.round(readyAt));
  document.documentElement.dataset.ready = String(Math.round(readyAt - began));
})();
