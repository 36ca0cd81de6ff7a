"use strict";
// Reads the figures every few seconds. Texts are set as text, never as markup.

const EVERY_MS = 5000;
const LATE_MS = 10 * 60 * 1000;

function cell(row, text, kind) {
  const td = row.insertCell();
  td.textContent = text;
  if (kind) td.className = kind;
}

function since(then, now) {
  const minutes = Math.floor((now - then) / 60000);
  if (minutes < 1) return "刚刚";
  if (minutes < 60) return `${minutes} 分钟前`;
  if (minutes < 60 * 24) return `${Math.floor(minutes / 60)} 小时前`;
  return `${Math.floor(minutes / 60 / 24)} 天前`;
}

function showCentre(body, centre, now) {
  const row = body.insertRow();
  const seen = centre.last_seen_at ? new Date(centre.last_seen_at) : null;
  const late = !seen || now - seen > LATE_MS;
  cell(row, centre.centre);
  cell(row, late ? "离线" : "在线", late ? "late" : "good");
  cell(row, seen ? since(seen, now) : "尚未联系");
  cell(row, String(centre.backlog));
  cell(row, String(centre.last_seq));
  cell(row, String(centre.quarantined), centre.quarantined ? "late" : "");
}

function show(figures) {
  for (const place of document.querySelectorAll("[data-count]")) {
    place.textContent = String(figures.counts[place.dataset.count] ?? 0);
  }
  const body = document.getElementById("centres");
  body.replaceChildren();
  const now = new Date(figures.now);
  for (const centre of figures.centres) showCentre(body, centre, now);
  if (figures.centres.length === 0) {
    const row = body.insertRow();
    cell(row, "还没有中心接入", "none");
    row.cells[0].colSpan = 6;
  }
}

async function refresh() {
  const fault = document.getElementById("fault");
  try {
    const answer = await fetch("/v1/overview");
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
    fault.hidden = true;
  } catch {
    fault.hidden = false;
  }
  setTimeout(refresh, EVERY_MS);
}

refresh();
