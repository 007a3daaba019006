// Light, dark, or as the system says; and the few choices that the browser remembers.

/** A choice made on an earlier visit; browsers may forbid remembering, which is fine. */
export function remembered(key) {
  try {
    return localStorage.getItem(`nexolog.${key}`);
  } catch {
    return null;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(`nexolog.${key}`, value);
  } catch {
    // Then it holds for this visit only.
  }
}

const THEMES = { system: "◐", light: "☀", dark: "☾" };
const ORDER = Object.keys(THEMES);

/** Applies the remembered theme and lets `button` change it. */
export function startTheme(button) {
  let theme = ORDER.includes(remembered("theme")) ? remembered("theme") : "system";
  const apply = () => {
    document.documentElement.dataset.theme = theme;
    button.textContent = THEMES[theme];
    button.setAttribute("aria-label", `Theme: ${theme}`);
    button.title = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    remember("theme", theme);
    apply();
  });
  apply();
}
