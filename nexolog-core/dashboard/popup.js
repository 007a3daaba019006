// A button that opens a panel; a click elsewhere or Escape closes it.

/** Joins `button` and `panel`; `opened` runs each time it opens. Returns a function that closes it. */
export function popup(button, panel, opened = () => {}) {
  const show = (open) => {
    panel.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    if (open) opened();
  };
  button.addEventListener("click", () => show(panel.hidden));
  document.addEventListener("pointerdown", (event) => {
    if (!panel.hidden && !panel.contains(event.target) && !button.contains(event.target)) show(false);
  });
  // Before anybody else hears of it: this Escape is for the panel, wherever the focus is.
  document.addEventListener("keydown", (event) => {
    if (panel.hidden || event.key !== "Escape") return;
    event.stopPropagation();
    show(false);
    button.focus();
  }, { capture: true });
  return () => show(false);
}
