// Copies the five lines: without this script they are selected by hand, and the button stays hidden.
// Names the buttons by what they save, and asks before a note that is not saved is left.
for (const button of document.querySelectorAll("[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[data-copied]");
  const select = () => getSelection().selectAllChildren(text);
  button.hidden = false;
  button.addEventListener("click", async () => {
    select();
    try {
      await navigator.clipboard.writeText(text.textContent);
    } catch {
      document.execCommand("copy");
    }
    said.textContent = said.dataset.copied;
  });
}

const form = document.getElementById("review-form");
if (form) {
  const text = form.elements.text;
  const choices = form.querySelector("[data-with-note]");
  const mark = document.querySelector("[data-with-text]");
  const alone = mark.textContent;
  let isSaving = false;
  const show = () => {
    const hasNote = text.value.trim() !== "";
    choices.hidden = !hasNote;
    mark.textContent = hasNote ? mark.dataset.withText : alone;
  };
  show();
  text.addEventListener("input", show);
  form.addEventListener("submit", () => {
    isSaving = true;
  });
  window.addEventListener("pageshow", () => {
    isSaving = false;
    show();
  });
  window.addEventListener("beforeunload", (event) => {
    if (!isSaving && text.value.trim() !== "") event.preventDefault();
  });
}
