// Print and copy buttons; without a script the browser's own commands do the same.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

const address = document.querySelector("[data-copy]");
const copy = document.querySelector("[data-copy-button]");
if (address && copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      copy.textContent = "✓ " + copy.textContent.replace("✓ ", "");
    } catch {
      // The address stays selected: the keyboard copies it.
    }
  });
}
