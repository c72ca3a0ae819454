// Says that a long piece of work has begun, and keeps it from being sent twice.
document.querySelectorAll("form[data-working]").forEach((form) => {
  form.addEventListener("submit", () => {
    const words = form.querySelector("[data-working-words]");
    if (words) words.hidden = false;
    // After the form was gathered: a disabled button would not be sent.
    setTimeout(() => form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = true; }), 0);
  });
});
// Somebody who comes back with the Back button finds the form as it was.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-working]").forEach((form) => {
    form.querySelectorAll("button[type=submit]").forEach((button) => { button.disabled = false; });
    form.querySelectorAll("[data-working-words]").forEach((words) => { words.hidden = true; });
  });
});
