"""What a walk asks the page in the browser: what can be tapped, what stands in the form, what is seen."""

# What a person sees of a page: what can be tapped, with everything that is folded unfolded.
LOOK = """() => {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest('[aria-hidden=true]');
  const form = document.getElementById('night-form');
  if (form) for (const each of form.querySelectorAll('details')) each.open = true;
  const options = {}, numbers = [];
  for (const one of form ? form.querySelectorAll('input') : []) {
    const label = one.closest('label');
    if (label && label.getBoundingClientRect().height < 2) continue; // "No answer" shows itself to the keyboard
    if ((one.type === 'radio' || one.type === 'checkbox') && one.name && label && seen(label)) options[`${one.name}=${one.value}`] = one.type;
    if (one.classList.contains('exact') && one.type === 'text' && seen(one)) numbers.push(one.name);
  }
  const buttons = [...document.querySelectorAll('button')].filter(seen).map((one) => ({
    action: one.form ? new URL(one.form.action).pathname : '', name: one.name, value: one.value, words: one.textContent.trim().replace(/\\s+/g, ' '),
    inNight: Boolean(form && one.form === form), isMissed: Boolean(one.closest('#missed')),
  }));
  return { path: location.pathname + location.search, isNight: Boolean(form), isShell: Boolean(form && form.dataset.shell),
    heading: (document.querySelector('h1') || {}).textContent || '', options, numbers, buttons,
    canUndo: Boolean(document.querySelector('#save-state button')), cramps: document.querySelectorAll('[data-episode]').length };
}"""
FIELDS = "() => [...new FormData(document.getElementById('night-form'))]"
# Marks what the hand taps next, brings it to the middle of the screen, and says where it is.
MARK = """(kind, action, name, value) => {
  for (const old of document.querySelectorAll('[data-hand]')) old.removeAttribute('data-hand');
  for (const each of document.querySelectorAll('#night-form details')) each.open = true;
  const seen = (one) => one && one.checkVisibility({ visibilityProperty: true }) && !one.closest('[aria-hidden=true]');
  const path = (one) => (one.form ? new URL(one.form.action).pathname : '');
  const found = kind === 'option'
    ? [...document.querySelectorAll(`#night-form input[name="${name}"]`)].filter((one) => one.value === value).map((one) => one.closest('label')).find(seen)
    : kind === 'field' ? document.querySelector(`#night-form [name="${name}"]`)
    : [...document.querySelectorAll('button')].find((one) => seen(one) && path(one) === action && one.name === name && (name ? one.value === value : true));
  if (!found) return null;
  found.setAttribute('data-hand', '1');
  const box = found.getBoundingClientRect();
  if (box.top < 60 || box.bottom > innerHeight - 140) found.scrollIntoView({ block: 'center', behavior: 'instant' });
  const now = found.getBoundingClientRect();
  return [now.left + now.width / 2, now.top + now.height / 2];
}"""
MARK_WORDS = """(words) => {
  for (const old of document.querySelectorAll('[data-hand]')) old.removeAttribute('data-hand');
  const found = [...document.querySelectorAll('button, summary, a')].find((one) => one.checkVisibility() && new RegExp(words).test(one.textContent.trim()));
  if (found) found.setAttribute('data-hand', '1');
  return Boolean(found);
}"""
MARK_FINISH = """(name, value) => {
  for (const old of document.querySelectorAll('[data-hand]')) old.removeAttribute('data-hand');
  const form = document.querySelector('form[action$="/finish/"]');
  for (const each of form.querySelectorAll('details')) each.open = true;
  const found = [...form.querySelectorAll('input')].find((one) => one.name === name || one.name.endsWith('-' + name) ? one.value === value && one.closest('label').checkVisibility() : false);
  if (found) found.closest('label').setAttribute('data-hand', '1');
  return Boolean(found);
}"""
MARKED = "[data-hand]"
SCROLLED = "() => Math.round(scrollY)"
# Whether one of the sentences can be read on the screen as it is now.
READS = """(sentences, isAnywhere) => [...document.querySelectorAll('main *, dialog *, [role=alert], [role=alertdialog], [role=dialog]')].some((one) => {
  const text = one.textContent.replace(/\\s+/g, ' ');
  if (!sentences.some((each) => text.includes(each)) || [...one.children].some((child) => sentences.some((each) => child.textContent.replace(/\\s+/g, ' ').includes(each)))) return false;
  const box = one.getBoundingClientRect();
  const bar = document.querySelector('.save-bar');
  const end = Math.min(innerHeight, bar ? bar.getBoundingClientRect().top : innerHeight);
  return one.checkVisibility({ visibilityProperty: true }) && box.height > 0 && (isAnywhere || (box.top >= 0 && box.bottom <= end + 1));
})"""
STATE = """() => ({
  said: (document.getElementById('save-state') || {}).textContent || '',
  isRefused: [...document.querySelectorAll('.error-summary, .field-error, [role=alert], dialog[open], [role=alertdialog]')].some((one) => one.checkVisibility() && one.textContent.trim()),
  page: document.documentElement.dataset.walk || '',
  waiting: Number(localStorage.getItem('outbox-count') || 0),
})"""
SIGN = "(sign) => { document.documentElement.dataset.walk = sign; return (document.getElementById('night-form') || { dataset: {} }).dataset.failed || ''; }"
