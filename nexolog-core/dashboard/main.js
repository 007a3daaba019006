// Joins the parts: who is signed in, which view is shown, what the keyboard does.

import { health, onUnauthorized } from "./api.js";
import { showAudit } from "./audit.js";
import { button, byId, toast } from "./dom.js";
import * as explore from "./explore.js";
import { whole } from "./format.js";
import { startKeys } from "./keys.js";
import { showOverview } from "./overview.js";
import { showRequest } from "./request.js";
import { startSearch } from "./search.js";
import { startSession } from "./session.js";
import { showSettings } from "./settings.js";
import { VIEWS, hrefTo, onChange, sameQuestion, state, update } from "./state.js";
import { startTheme } from "./theme.js";
import { shiftRange, startTimePicker } from "./timepicker.js";

/** How often counts and health are asked again. */
const REFRESH = 10000;

/** What each view does when it is to show something else. */
const SHOW = { request: showRequest, overview: showOverview, audit: showAudit, settings: showSettings };

const TITLES = { explore: "Logs", request: "Request", overview: "Overview", audit: "Audit", settings: "Settings" };

let service = "";
let me = { role: "viewer" };
let isStarted = false;

function showView() {
  const { view } = state();
  for (const name of VIEWS) byId(name).hidden = name !== view;
  byId("app").dataset.view = view;
  byId("search").hidden = byId("filters").hidden = !["explore", "overview"].includes(view);
  for (const link of document.querySelectorAll("[data-view]")) {
    const name = link.getAttribute("data-view");
    link.setAttribute("href", hrefTo({ view: name, id: "", at: "", live: false }));
    if (name === view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = [service, TITLES[view]].filter(Boolean).join(" · ");
}

async function checkHealth() {
  try {
    const answer = await health();
    service = answer.service;
    byId("service").textContent = service;
    showView();
    tellHealth(answer.status, { ok: "Everything is logged", degraded: answer.lost > 0 ? `${whole(answer.lost)} events were lost since the start` : "Not everything can be looked at now", failing: "The log can't be written" }[answer.status]);
  } catch (error) {
    if (error.status !== 401) tellHealth("failing", error.message);
  }
}

function tellHealth(status, words) {
  byId("health").className = `health ${status}`;
  byId("health").title = words;
  byId("health").setAttribute("aria-label", words);
}

function showAnew() {
  const { view } = state();
  if (view === "explore") explore.enter();
  else SHOW[view](me);
}

function start(who) {
  me = who;
  checkHealth();
  if (isStarted) return showAnew();
  isStarted = true;
  startSearch();
  startTimePicker(() => (state().view === "explore" ? explore.rezone() : SHOW[state().view](me)));
  showView();
  onChange((s, before) => {
    showView();
    if (s.view !== "explore" && !sameQuestion(s, before)) SHOW[s.view](me);
  });
  explore.startExplore();
  if (state().view !== "explore") SHOW[state().view](me);
  setInterval(() => {
    if (document.hidden || byId("app").hidden) return;
    checkHealth();
    if (state().live) explore.count();
    else if (state().view === "overview") showOverview();
  }, REFRESH);
  const listed = (action) => () => { if (state().view === "explore") action(); };
  startKeys({
    "/": () => byId("q").select(),
    j: listed(() => explore.rows.move(1)),
    k: listed(() => explore.rows.move(-1)),
    n: listed(() => explore.rows.moveToError(1) || toast("No older error is loaded")),
    p: listed(() => explore.rows.moveToError(-1) || toast("No newer error is loaded")),
    Enter: listed(explore.chosen.open),
    r: listed(explore.chosen.request),
    u: listed(explore.chosen.user),
    c: listed(explore.chosen.around),
    t: listed(() => byId("live").click()),
    g: listed(() => byId("scroller").scrollTo({ top: 0 })),
    e: listed(() => byId("export-button").click()),
    f: listed(() => byId("facets-button").click()),
    "[": () => shiftRange(-1),
    "]": () => shiftRange(1),
    Escape: () => (state().view === "request" ? history.back() : explore.close()),
  });
  byId("back").replaceChildren(button("Back to the search (Esc)", () => update({ around: "" }), { class: "link" }));
}

startTheme(byId("theme"));
const sessionOver = await startSession(start);
onUnauthorized(() => {
  explore.pause();
  sessionOver();
});
