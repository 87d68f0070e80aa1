const host = el('div', { id: 'studio-widget', lang: languageOf(language) in STRINGS ? languageOf(language) : 'en', 'data-theme': data.theme || 'auto' });
const root = host.attachShadow({ mode: 'open' });
const themeSheet = new CSSStyleSheet();
const contrastSheet = new CSSStyleSheet();
const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
root.adoptedStyleSheets = [sheet, themeSheet, contrastSheet];

const badge = el('span', { class: 'badge', 'aria-hidden': 'true', hidden: true });
const launcher = el('button', { type: 'button', class: 'launcher', 'aria-label': t.open, 'aria-expanded': 'false', 'aria-haspopup': 'dialog', 'aria-controls': 'panel', click: () => (isOpen() ? close() : open()) }, icon(ICONS.chat), icon(ICONS.close), badge);
const heading = el('h2', { id: 'title', dir: 'auto' }, settings.title);
const face = el('span', { class: 'avatar', 'aria-hidden': 'true' });
const partner = el('p', { class: 'partner', dir: 'auto', hidden: true });
let atEnd = true; // the visitor has not scrolled up
const log = el('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': t.log, tabindex: '0', scroll: () => { atEnd = nearEnd(); } });
const status = el('div', { class: 'status', role: 'status' });
const alertLine = el('div', { class: 'alert', role: 'alert' });
const input = el('textarea', { id: 'input', rows: '1', autocomplete: 'off', dir: 'auto', placeholder: t.write, input: typed, keydown: event => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
} });
const fileInput = el('input', { type: 'file', class: 'hide', tabindex: '-1', 'aria-hidden': 'true', change: () => { upload(fileInput.files[0]); fileInput.value = ''; } });
const attach = iconButton(t.attach, ICONS.clip, () => fileInput.click(), { hidden: true });
const form = el('form', { submit: event => { event.preventDefault(); submit(); } },
  attach, fileInput, el('label', { for: 'input', class: 'hide' }, t.write), input,
  el('button', { type: 'submit', class: 'icon go', 'aria-label': t.send, title: t.send }, icon(ICONS.send)));
const saveButton = iconButton(t.transcript, ICONS.save, transcript, { hidden: true });
const gate = el('div', { class: 'gate', hidden: true }, el('p', null, t.consent), el('div', { class: 'choices' },
  el('button', { type: 'button', class: 'choice', click: () => { storage.setItem(consentKey, '1'); gate.hidden = true; begin(); } }, t.agree)));
const privacy = safeUrl(data.privacy, ['http:', 'https:']);
const panel = el('section', { class: 'panel', id: 'panel', role: 'dialog', 'aria-labelledby': 'title', hidden: true, keydown: event => {
  if (event.key === 'Escape' && !confirmDialog.open) { event.stopPropagation(); close(); }
  if (event.key === 'Tab' && fills.matches) keepInside(event);
} },
el('header', null, face, el('div', { class: 'title' }, heading, partner), saveButton, iconButton(t.remove, ICONS.bin, () => confirmDialog.showModal()), iconButton(t.close, ICONS.close, close)),
gate, log, status, alertLine, form,
privacy ? el('div', { class: 'foot' }, el('a', { href: privacy, target: '_blank', rel: 'noopener noreferrer' }, t.privacy, el('span', { class: 'hide' }, ` ${t.newTab}`))) : null);
// A modal dialog of the browser: it keeps the focus inside and gives it back.
const confirmDialog = el('dialog', { 'aria-labelledby': 'remove-title', 'aria-describedby': 'remove-text' },
  el('h3', { id: 'remove-title' }, t.removeTitle), el('p', { id: 'remove-text' }, t.removeText),
  el('div', { class: 'choices' },
    el('button', { type: 'button', class: 'choice', autofocus: true, click: () => confirmDialog.close() }, t.cancel),
    el('button', { type: 'button', class: 'choice danger', click: () => { confirmDialog.close(); removeChat(); } }, t.confirm)));
const frame = el('div', { dir: direction, class: data.position === 'start' ? 'start' : '' }, panel, launcher, confirmDialog);
root.append(frame);

// The chat covers the page: then what is behind it cannot be reached.
const fills = matchMedia('(max-width:480px)');
const tellModal = () => panel.setAttribute('aria-modal', String(fills.matches));
fills.addEventListener('change', tellModal);
tellModal();
function keepInside(event) {
  const reachable = [...panel.querySelectorAll('button,textarea,summary,a[href],[tabindex="0"]')].filter(node => node.getClientRects().length);
  const [first, last] = [reachable[0], reachable[reachable.length - 1]];
  const from = event.shiftKey ? first : last, to = event.shiftKey ? last : first;
  if (root.activeElement === from) { event.preventDefault(); to.focus(); }
}

/** Whoever chose the accent, connection, script or page: text on it can be read. The widget's own accents have a text of their own. */
function contrast() {
  const text = getComputedStyle(host).getPropertyValue('--studio-accent') && textOn(getComputedStyle(launcher).backgroundColor);
  contrastSheet.replaceSync(text ? `:host{--contrast:${text}}` : '');
}
matchMedia('(prefers-color-scheme:dark)').addEventListener('change', contrast);
function applyTheme() {
  const accent = [data.accent, settings.theme.accent].find(isColour);
  themeSheet.replaceSync(accent ? `:host{--studio-accent:${accent}}` : '');
  contrast();
  frame.classList.toggle('start', (data.position || settings.theme.position) === 'start');
  heading.textContent = data.title || settings.title;
  face.textContent = initialOf(heading.textContent);
  attach.hidden = !settings.uploads.max_bytes;
  fileInput.accept = settings.uploads.types.join(',');
}
