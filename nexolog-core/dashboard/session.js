// Signing in and out.

import { signIn, signOut, whoAmI } from "./api.js";
import { byId, toast } from "./dom.js";

/**
 * Shows the page to who is signed in already, and the sign-in view to everybody else. `entered(me)`
 * runs each time somebody came in. Returns a function to call when an answer was 401.
 */
export async function startSession(entered) {
  const enter = (me) => {
    byId("sign-in").hidden = true;
    byId("app").hidden = false;
    byId("sign-out").hidden = me.by !== "session";
    byId("sign-out").title = `Sign out (${me.role})`;
    entered(me);
  };
  const ask = (message) => {
    byId("app").hidden = true;
    byId("sign-in").hidden = false;
    problem(message);
    byId("token").focus();
  };

  byId("sign-in-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.target.querySelector("button");
    button.disabled = true;
    problem("");
    try {
      const me = await signIn(byId("token").value);
      byId("token").value = "";
      enter(me);
    } catch (error) {
      problem(error.message);
      byId("token").select();
    } finally {
      button.disabled = false;
    }
  });
  byId("sign-out").addEventListener("click", async () => {
    try {
      await signOut();
      location.reload();
    } catch (error) {
      // A session that is over is what was asked for.
      if (error.status === 401) location.reload();
      else toast(error.message);
    }
  });

  try {
    enter(await whoAmI());
  } catch (error) {
    ask(error.status === 401 ? "" : error.message);
  }
  return () => ask("Your session is over. Sign in again; you will be back where you were.");
}

function problem(message) {
  byId("sign-in-error").textContent = message ?? "";
  byId("sign-in-error").hidden = !message;
}
