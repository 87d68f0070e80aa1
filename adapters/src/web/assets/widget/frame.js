// ---- The frame of it all

// Parts that say something from the beginning: again, once the words of another language are there.
const labelled = [];
/** `places` are attributes, or none for the text. */
function label(node, name, ...places) {
  labelled.push([node, name, places]);
  for (const place of places) node.setAttribute(place, t[name]);
  if (!places.length) node.textContent = t[name];
  return node;
}
const labelledButton = (name, path, click, more) => label(iconButton(t[name], path, click, more), name, 'aria-label', 'title');
function relabel() {
  host.lang = speech;
  labelled.splice(0).forEach(([node, name, places]) => label(node, name, ...places));
  nameLauncher();
  showStatus();
}

const host = el('div', { id: 'studio-widget', lang: speech, 'data-theme': data.theme || 'auto' });
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
const log = label(el('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', tabindex: '0', scroll: () => { atEnd = nearEnd(); } }), 'log', 'aria-label');
const status = el('div', { class: 'status', role: 'status' });
const alertLine = el('div', { class: 'alert', role: 'alert' });
const input = label(el('textarea', { id: 'input', rows: '1', autocomplete: 'off', dir: 'auto', input: typed, keydown: event => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
} }), 'write', 'placeholder');
const fileInput = el('input', { type: 'file', class: 'hide', tabindex: '-1', 'aria-hidden': 'true', change: () => { upload(fileInput.files[0]); fileInput.value = ''; } });
const attach = labelledButton('attach', ICONS.clip, () => fileInput.click(), { hidden: true });
const form = el('form', { submit: event => { event.preventDefault(); submit(); } },
  attach, fileInput, label(el('label', { for: 'input', class: 'hide' }), 'write'), input,
  label(el('button', { type: 'submit', class: 'icon go' }, icon(ICONS.send)), 'send', 'aria-label', 'title'));
const saveButton = labelledButton('transcript', ICONS.save, transcript, { hidden: true });
const gate = el('div', { class: 'gate', hidden: true }, label(el('p'), 'consent'), el('div', { class: 'choices' },
  label(el('button', { type: 'button', class: 'choice', click: () => { storage.setItem(consentKey, '1'); gate.hidden = true; begin(); } }), 'agree')));
const privacy = safeUrl(data.privacy, ['http:', 'https:']);
const panel = el('section', { class: 'panel', id: 'panel', role: 'dialog', 'aria-labelledby': 'title', hidden: true, keydown: event => {
  if (event.key === 'Escape' && !confirmDialog.open) { event.stopPropagation(); close(); }
  if (event.key === 'Tab' && fills.matches) keepInside(event);
} },
el('header', null, face, el('div', { class: 'title' }, heading, partner), saveButton, labelledButton('remove', ICONS.bin, () => confirmDialog.showModal()), labelledButton('close', ICONS.close, close)),
gate, log, status, alertLine, form,
privacy ? el('div', { class: 'foot' }, el('a', { href: privacy, target: '_blank', rel: 'noopener noreferrer' }, label(el('span'), 'privacy'), ' ', label(el('span', { class: 'hide' }), 'newTab'))) : null);
// A modal dialog of the browser: it keeps the focus inside and gives it back.
const confirmDialog = el('dialog', { 'aria-labelledby': 'remove-title', 'aria-describedby': 'remove-text' },
  label(el('h3', { id: 'remove-title' }), 'removeTitle'), label(el('p', { id: 'remove-text' }), 'removeText'),
  el('div', { class: 'choices' },
    label(el('button', { type: 'button', class: 'choice', autofocus: true, click: () => confirmDialog.close() }), 'cancel'),
    label(el('button', { type: 'button', class: 'choice danger', click: () => { confirmDialog.close(); removeChat(); } }), 'confirm')));
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
