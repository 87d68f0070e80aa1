/*
 * The chat widget of the studio: one file, no framework, no build step. ES2020.
 *
 *   <script src="https://studio.example/widget.js" data-bot="shop" defer></script>
 *
 * Attributes, frames and the API of the page stand in docs/widget.md. Everything is drawn as nodes
 * and text, styled by a constructed style sheet: it works under `script-src 'self'; style-src
 * 'self'; connect-src 'self'`. The pure parts come first; node tests them (widget.test.js).
 */
(() => {
'use strict';

// ---- What the widget says

const STRINGS = {
  en: {
    open: 'Open chat', openUnread: n => `Open chat, ${n} unread ${n === 1 ? 'message' : 'messages'}`,
    close: 'Close chat', log: 'Messages', write: 'Write a message', send: 'Send', attach: 'Send a file',
    transcript: 'Download transcript', remove: 'Delete my chat', you: 'You',
    connecting: 'Connecting…', offline: 'No connection. Your messages are kept and sent as soon as it is back.',
    waiting: 'A person will be with you soon.', typing: who => `${who} is typing…`, sending: 'sending…',
    failed: 'not sent', removeTitle: 'Delete your chat?', cancel: 'Keep it', confirm: 'Delete',
    removeText: 'Everything you and we said here will be deleted for good.', removed: 'Your chat was deleted.',
    tooLarge: mb => `A file may have at most ${mb} MB.`, wrongType: 'Files of this type cannot be sent.',
    uploading: 'Sending the file…', problem: 'That did not work. Please try again.', map: 'Show on the map',
    tooMany: 'Too many messages at once. They are sent one after the other.', privacy: 'Privacy',
    consent: 'To chat, your browser keeps this conversation and we store it.', agree: 'Start chat',
    download: name => `Download ${name}`, newTab: '(opens in a new tab)', cards: 'Cards',
  },
  de: {
    open: 'Chat öffnen', openUnread: n => `Chat öffnen, ${n} ungelesene ${n === 1 ? 'Nachricht' : 'Nachrichten'}`,
    close: 'Chat schließen', log: 'Nachrichten', write: 'Nachricht schreiben', send: 'Senden', attach: 'Datei senden',
    transcript: 'Verlauf herunterladen', remove: 'Meinen Chat löschen', you: 'Sie',
    connecting: 'Verbindung wird aufgebaut…',
    offline: 'Keine Verbindung. Ihre Nachrichten bleiben erhalten und werden gesendet, sobald sie wieder da ist.',
    waiting: 'Gleich ist jemand für Sie da.', typing: who => `${who} schreibt…`, sending: 'wird gesendet…',
    failed: 'nicht gesendet', removeTitle: 'Ihren Chat löschen?', cancel: 'Behalten', confirm: 'Löschen',
    removeText: 'Alles, was hier gesagt wurde, wird endgültig gelöscht.', removed: 'Ihr Chat wurde gelöscht.',
    tooLarge: mb => `Eine Datei darf höchstens ${mb} MB groß sein.`, wrongType: 'Dateien dieser Art können nicht gesendet werden.',
    uploading: 'Datei wird gesendet…', problem: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.', map: 'Auf der Karte zeigen',
    tooMany: 'Zu viele Nachrichten auf einmal. Sie werden nacheinander gesendet.', privacy: 'Datenschutz',
    consent: 'Für den Chat merkt sich Ihr Browser dieses Gespräch, und wir speichern es.', agree: 'Chat beginnen',
    download: name => `${name} herunterladen`, newTab: '(öffnet einen neuen Tab)', cards: 'Karten',
  },
};

const languageOf = tag => String(tag || '').toLowerCase().split(/[-_]/)[0];
const stringsOf = tag => STRINGS[languageOf(tag)] || STRINGS.en;
const isRightToLeft = tag => ['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi'].includes(languageOf(tag));

// ---- Markdown of the small kind, as a tree

/** The address if it is absolute and of a harmless scheme, otherwise null. */
function safeUrl(text, schemes = ['http:', 'https:', 'mailto:']) {
  try {
    const url = new URL(String(text));
    return schemes.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

// Each part is bounded, so that no text is slow to read.
const INLINE = /\\([\\`*_[\]()#+\-.!>])|`([^`\n]{1,2000})`|\*\*(?=\S)([^]{0,1999}?\S)\*\*|\*(?=\S)([^*\n]{0,1999}?[^\s*])\*|_(?=\S)([^_\n]{0,1999}?[^\s_])_|\[([^\]\n]{1,500})\]\(([^\s()]{1,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500})?)\)|https?:\/\/[^\s<>"'`]{1,2000}|\n/g;

/** A tree of strings and `{tag, children, href}`; what is not allowed stays as it was written. */
function inline(text, depth = 0) {
  const out = [];
  const push = part => {
    if (typeof part === 'string' && typeof out[out.length - 1] === 'string') out[out.length - 1] += part;
    else if (part !== '') out.push(part);
  };
  if (depth > 4) return [text];
  const pattern = new RegExp(INLINE.source, 'g');
  let from = 0, found;
  while ((found = pattern.exec(text))) {
    push(text.slice(from, found.index));
    from = pattern.lastIndex;
    const [whole, escaped, code, strong, star, under, label, href] = found;
    const wordBefore = /\w/.test(text[found.index - 1] || ''), wordAfter = /\w/.test(text[from] || '');
    const target = href && safeUrl(href);
    if (escaped) push(escaped);
    else if (whole === '\n') out.push({ tag: 'br', children: [] });
    else if (code) out.push({ tag: 'code', children: [code] });
    else if (strong) out.push({ tag: 'strong', children: inline(strong, depth + 1) });
    else if (star) out.push({ tag: 'em', children: inline(star, depth + 1) });
    else if (under && !wordBefore && !wordAfter) out.push({ tag: 'em', children: inline(under, depth + 1) });
    else if (label && target) out.push({ tag: 'a', href: target, children: [label] });
    else if (/^https?:/.test(whole)) {
      const link = whole.replace(/[.,;:!?)\]]+$/, ''), url = safeUrl(link);
      push(url ? { tag: 'a', href: url, children: [link] } : link);
      from = pattern.lastIndex = found.index + link.length;
    } else {
      // Not what it looked like: the first character is one, the rest is read again.
      push(whole[0]);
      from = pattern.lastIndex = found.index + 1;
    }
  }
  push(text.slice(from));
  return out;
}

/** Paragraphs and lists. */
function markdown(text) {
  const blocks = [];
  let lines = [], list = null;
  const flush = () => {
    if (lines.length) blocks.push({ tag: 'p', children: inline(lines.join('\n')) });
    lines = [];
  };
  for (const line of String(text).replace(/\r\n?/g, '\n').split('\n')) {
    const item = /^ {0,3}(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/.exec(line);
    if (item) {
      flush();
      const tag = item[1] ? 'ul' : 'ol';
      if (!list || list.tag !== tag) blocks.push(list = { tag, start: Number(item[2] || 1), children: [] });
      list.children.push({ tag: 'li', children: inline(item[3]) });
    } else {
      list = null;
      if (line.trim()) lines.push(line); else flush();
    }
  }
  flush();
  return blocks;
}

// ---- Small decisions

/** Milliseconds before the attempt: 0.5 s doubling to 30 s, half of it by chance. */
const backoff = (attempt, random) => Math.min(30000, 500 * 2 ** Math.min(attempt, 10)) * (0.5 + random / 2);

/** Black or white, whichever can be read better on `#rrggbb`. */
function textOn(colour) {
  const [r, g, b] = [1, 3, 5].map(at => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? '#000000' : '#ffffff';
}
const isColour = text => /^#[0-9a-f]{6}$/i.test(text || '');

/**
 * Frames that are not acknowledged yet, each under a key of its own, so that tabs which add at the
 * same time lose nothing. Keys sort by time, then by a count within this tab.
 */
class Queue {
  constructor(storage, prefix, now, random) {
    Object.assign(this, { storage, prefix, now, random, count: 0, last: 0 });
  }
  add(frame) {
    this.last = Math.max(this.now(), this.last);
    const id = `${this.last.toString(36).padStart(9, '0')}-${(this.count++).toString(36).padStart(4, '0')}-${this.random()}`;
    const item = { ...frame, id };
    this.storage.setItem(this.prefix + id, JSON.stringify(item));
    return item;
  }
  keys() {
    const keys = [];
    for (let i = 0; i < this.storage.length; i++) {
      const key = this.storage.key(i);
      if (key && key.startsWith(this.prefix)) keys.push(key);
    }
    return keys.sort();
  }
  all() {
    return this.keys().flatMap(key => {
      try { return [JSON.parse(this.storage.getItem(key))]; } catch { this.storage.removeItem(key); return []; }
    }).filter(item => item && item.id);
  }
  head() { return this.all()[0] || null; }
  remove(id) { this.storage.removeItem(this.prefix + id); }
  clear() { this.keys().forEach(key => this.storage.removeItem(key)); }
}

/** The same interface where the browser allows no storage: it lasts as long as the page. */
class Memory {
  constructor() { this.map = new Map(); }
  get length() { return this.map.size; }
  key(i) { return [...this.map.keys()][i]; }
  getItem(key) { return this.map.has(key) ? this.map.get(key) : null; }
  setItem(key, value) { this.map.set(key, String(value)); }
  removeItem(key) { this.map.delete(key); }
}

if (typeof module !== 'undefined' && module.exports) {
  module.exports = { STRINGS, markdown, inline, safeUrl, backoff, textOn, isColour, Queue, Memory, stringsOf, isRightToLeft };
  return;
}

// ---- Settings of the page

const script = document.currentScript;
if (!script || window.Studio) return;
const data = script.dataset;
const connection = data.connection || data.bot;
if (!connection) { console.error('studio: write data-bot="…" on the script'); return; }
const base = new URL(`web/${encodeURIComponent(connection)}/`, new URL('.', script.src));
const language = data.language || document.documentElement.lang || navigator.language || 'en';
const t = stringsOf(language);
const direction = data.dir || (isRightToLeft(language) ? 'rtl' : document.documentElement.dir) || 'ltr';
const consentKey = `studio:${connection}:consent`;
const storage = (() => {
  try {
    localStorage.setItem('studio:probe', '1');
    localStorage.removeItem('studio:probe');
    return localStorage;
  } catch { return new Memory(); }
})();
const key = name => `studio:${connection}:${name}`;
const load = name => { try { return JSON.parse(storage.getItem(key(name))); } catch { return null; } };
const save = (name, value) => {
  try { if (value === null) storage.removeItem(key(name)); else storage.setItem(key(name), JSON.stringify(value)); } catch { /* full: the page goes on */ }
};
const randomId = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), b => b.toString(16).padStart(2, '0')).join('');
const queue = new Queue(storage, key('q:'), () => Date.now(), randomId);
const listeners = {};
const emit = (name, detail) => (listeners[name] || []).forEach(listener => { try { listener(detail); } catch (error) { console.error(error); } });

let settings = { title: data.title || connection, uploads: { max_bytes: 0, types: [] }, text: 10000, theme: {} };

// ---- Drawing

/** An element; attributes that are functions listen. There is no way in for markup. */
function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined));
  return node;
}
function icon(path) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  for (const [name, value] of Object.entries({ viewBox: '0 0 24 24', width: 24, height: 24, 'aria-hidden': 'true', focusable: 'false' })) svg.setAttribute(name, value);
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  shape.setAttribute('d', path);
  shape.setAttribute('fill', 'currentColor');
  svg.append(shape);
  return svg;
}
const iconButton = (label, path, click, more) => el('button', { type: 'button', class: 'icon', 'aria-label': label, title: label, click, ...more }, icon(path));
const ICONS = {
  chat: 'M4 4h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H9l-5 4v-4a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z',
  close: 'M18.3 5.7 12 12l6.3 6.3-1.4 1.4L10.6 13.4 4.3 19.7 2.9 18.3 9.2 12 2.9 5.7 4.3 4.3l6.3 6.3 6.3-6.3z',
  save: 'M12 3v10l4-4 1.4 1.4L12 16 6.6 10.4 8 9l4 4V3zM4 19h16v2H4z',
  bin: 'M9 3h6l1 2h4v2H4V5h4zM6 9h12l-1 12H7z',
  clip: 'M16.5 6v11a4.5 4.5 0 0 1-9 0V5a3 3 0 0 1 6 0v10.5a1.5 1.5 0 0 1-3 0V6H9v9.5a3 3 0 0 0 6 0V5a4.5 4.5 0 0 0-9 0v12a6 6 0 0 0 12 0V6z',
  send: 'M2 21 23 12 2 3v7l15 2-15 2z',
};

const DARK = '--accent:var(--studio-accent,#a8c7fa);--on-accent:var(--studio-on-accent,#062e6f);--surface:var(--studio-surface,#1c1c20);--text:var(--studio-text,#f1f1f4);--muted:var(--studio-muted,#b9bac2);--line:var(--studio-line,#8d8e96);--bubble:var(--studio-bubble,#2f3037)';
const CSS = `
:host{all:initial;--accent:var(--studio-accent,#0b57d0);--on-accent:var(--studio-on-accent,#fff);
--surface:var(--studio-surface,#fff);--text:var(--studio-text,#1b1b1f);--muted:var(--studio-muted,#55565c);
--line:var(--studio-line,#76777d);--bubble:var(--studio-bubble,#eceef4);--radius:var(--studio-radius,16px);
font-family:var(--studio-font,system-ui,sans-serif);font-size:16px;line-height:1.45;color:var(--text)}
@media (prefers-color-scheme:dark){:host([data-theme=auto]){${DARK}}}
:host([data-theme=dark]){${DARK}}
*{box-sizing:border-box}[hidden]{display:none!important}
button,textarea,summary{font:inherit;color:inherit}button,summary{cursor:pointer}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;box-shadow:0 0 0 2px var(--surface)}
.launcher{position:fixed;z-index:2147483000;bottom:20px;inset-inline-end:20px;width:60px;height:60px;border:0;border-radius:50%;background:var(--accent);color:var(--on-accent);box-shadow:0 4px 16px #0006;display:grid;place-items:center}
.start .launcher,.start .panel{inset-inline-end:auto;inset-inline-start:20px}
.launcher[aria-expanded=true] svg:first-child,.launcher[aria-expanded=false] svg+svg{display:none}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:24px;height:24px;padding:0 6px;border-radius:12px;background:#b3261e;color:#fff;font-size:14px;line-height:24px;text-align:center}
.panel{position:fixed;z-index:2147483000;bottom:92px;inset-inline-end:20px;width:min(400px,calc(100vw - 40px));height:min(640px,calc(100vh - 112px));display:flex;flex-direction:column;overflow:hidden;background:var(--surface);color:var(--text);border:1px solid var(--line);border-radius:var(--radius);box-shadow:0 8px 32px #0005;animation:rise .18s ease-out}
@keyframes rise{from{opacity:0;transform:translateY(12px)}}
@media (max-width:480px){.panel,.start .panel{inset:0;width:auto;height:auto;border:0;border-radius:0}.panel:not([hidden])~.launcher{display:none}}
header{display:flex;align-items:center;gap:4px;padding:8px 8px 8px 16px;background:var(--accent);color:var(--on-accent)}
h2{flex:1;margin:0;font-size:17px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.icon{width:44px;height:44px;padding:10px;border:0;border-radius:50%;background:transparent;display:grid;place-items:center;flex:none}
header .icon:focus-visible{outline-color:var(--on-accent);box-shadow:none}
.log{flex:1;overflow-y:auto;padding:16px;display:flex;flex-direction:column;gap:6px;overscroll-behavior:contain}
.day{align-self:center;font-size:13px;color:var(--muted);margin:8px 0}
.message{max-width:86%;align-self:flex-start;overflow-wrap:anywhere}
.message.visitor{align-self:flex-end}.message.wide{max-width:none;align-self:stretch}
.bubble{padding:9px 13px;border-radius:var(--radius);background:var(--bubble);white-space:normal}
.visitor .bubble{background:var(--accent);color:var(--on-accent);white-space:pre-wrap}
.visitor.pending .bubble{opacity:.75}.visitor.failed .bubble{outline:2px solid #b3261e}
.meta{font-size:12px;color:var(--muted);margin:2px 6px}.visitor .meta{text-align:end}
p,ul,ol{margin:0 0 8px}ul,ol{padding-inline-start:22px}.bubble>:last-child{margin-bottom:0}
a{color:inherit;text-decoration:underline}code{font-family:ui-monospace,monospace;font-size:.92em}
img{max-width:100%;height:auto;display:block;border-radius:10px}
.choices{display:flex;flex-wrap:wrap;gap:8px;margin-top:8px}
.choice,summary{min-height:44px;padding:8px 16px;border:2px solid var(--accent);border-radius:22px;background:var(--surface);color:var(--text);text-decoration:none;display:inline-flex;align-items:center}
.choice:hover{background:var(--bubble)}
.card{border:1px solid var(--line);border-radius:var(--radius);padding:12px;background:var(--surface);min-width:220px}
.card h3{margin:8px 0 4px;font-size:16px}.carousel{display:flex;gap:10px;overflow-x:auto;scroll-snap-type:x mandatory;padding-bottom:6px}
.carousel .card{flex:0 0 78%;scroll-snap-align:start}
.rows{list-style:none;padding:0;margin:8px 0}.rows .choice{width:100%;margin-bottom:6px;border-radius:12px;display:block;text-align:start}
.rows small{display:block;color:var(--muted)}h4{margin:10px 0 4px;font-size:14px}summary{list-style:none;margin-top:8px}
.status{padding:4px 16px;font-size:14px;color:var(--muted);min-height:0}.alert{padding:4px 16px;font-size:14px;color:var(--text);border-inline-start:4px solid #b3261e}
.status:empty,.alert:empty{display:none}
form{display:flex;align-items:flex-end;gap:4px;padding:8px;border-top:1px solid var(--line)}
textarea{flex:1;resize:none;min-height:44px;padding:9px 12px;border:1px solid var(--line);border-radius:12px;background:var(--surface);color:var(--text)}
textarea::placeholder{color:var(--muted);opacity:1}
form .icon{color:var(--text)}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.foot{padding:0 12px 8px;font-size:13px;color:var(--muted)}.gate{padding:24px;margin:auto}
dialog{border:1px solid var(--line);border-radius:var(--radius);padding:20px;max-width:340px;background:var(--surface);color:var(--text);font-family:inherit}
dialog::backdrop{background:#0008}dialog h3{margin:0 0 8px}dialog .choices{justify-content:flex-end}.danger{background:#b3261e;border-color:#b3261e;color:#fff}.danger:hover{background:#8c1d18}
@media (prefers-reduced-motion:reduce){*{animation:none!important;scroll-behavior:auto!important;transition:none!important}}
@media (forced-colors:active){.launcher,.choice,.bubble{border:2px solid ButtonText}}`;

const host = el('div', { id: 'studio-widget', lang: languageOf(language) in STRINGS ? languageOf(language) : 'en', 'data-theme': data.theme || 'auto' });
const root = host.attachShadow({ mode: 'open' });
const themeSheet = new CSSStyleSheet();
const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
root.adoptedStyleSheets = [sheet, themeSheet];

const badge = el('span', { class: 'badge', 'aria-hidden': 'true', hidden: true });
const launcher = el('button', { type: 'button', class: 'launcher', 'aria-label': t.open, 'aria-expanded': 'false', 'aria-haspopup': 'dialog', click: () => (isOpen() ? close() : open()) }, icon(ICONS.chat), icon(ICONS.close), badge);
const heading = el('h2', { id: 'title' }, settings.title);
let atEnd = true; // the visitor has not scrolled up
const log = el('div', { class: 'log', role: 'log', 'aria-live': 'polite', 'aria-relevant': 'additions', 'aria-label': t.log, tabindex: '0', scroll: () => { atEnd = nearEnd(); } });
const status = el('div', { class: 'status', role: 'status' });
const alertLine = el('div', { class: 'alert', role: 'alert' });
const input = el('textarea', { id: 'input', rows: '1', autocomplete: 'off', placeholder: t.write, input: typed, keydown: event => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
} });
const fileInput = el('input', { type: 'file', class: 'hide', tabindex: '-1', 'aria-hidden': 'true', change: () => { upload(fileInput.files[0]); fileInput.value = ''; } });
const attach = iconButton(t.attach, ICONS.clip, () => fileInput.click(), { hidden: true });
const form = el('form', { submit: event => { event.preventDefault(); submit(); } },
  attach, fileInput, el('label', { for: 'input', class: 'hide' }, t.write), input,
  el('button', { type: 'submit', class: 'icon', 'aria-label': t.send, title: t.send }, icon(ICONS.send)));
const gate = el('div', { class: 'gate', hidden: true }, el('p', null, t.consent), el('div', { class: 'choices' },
  el('button', { type: 'button', class: 'choice', click: () => { storage.setItem(consentKey, '1'); gate.hidden = true; begin(); } }, t.agree)));
const privacy = safeUrl(data.privacy, ['http:', 'https:']);
const panel = el('section', { class: 'panel', role: 'dialog', 'aria-labelledby': 'title', hidden: true, keydown: event => {
  if (event.key === 'Escape' && !confirmDialog.open) { event.stopPropagation(); close(); }
} },
el('header', null, heading, iconButton(t.transcript, ICONS.save, transcript), iconButton(t.remove, ICONS.bin, () => confirmDialog.showModal()), iconButton(t.close, ICONS.close, close)),
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

function applyTheme() {
  const accent = [data.accent, settings.theme.accent].find(isColour);
  themeSheet.replaceSync(accent ? `:host{--studio-accent:${accent};--studio-on-accent:${textOn(accent)}}` : '');
  frame.classList.toggle('start', (data.position || settings.theme.position) === 'start');
  heading.textContent = data.title || settings.title;
  attach.hidden = !settings.uploads.max_bytes;
  fileInput.accept = settings.uploads.types.join(',');
  input.maxLength = settings.text;
}

// ---- Messages

const shown = new Map(); // sequence -> node
const waiting = new Map(); // id of a frame -> node
let seen = 0, unread = 0, lastDay = '', quick = null, botTitle = '';
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
const calendar = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });

const nodes = tree => tree.map(part => {
  if (typeof part === 'string') return document.createTextNode(part);
  if (part.tag === 'a') return link(part.href, part.children[0]);
  return el(part.tag, part.tag === 'ol' && part.start !== 1 ? { start: part.start } : null, nodes(part.children));
});
const rich = text => nodes(markdown(text));
function link(href, label, attributes) {
  const mail = href.startsWith('mailto:');
  return el('a', { href, rel: 'noopener noreferrer', target: mail ? null : '_blank', ...attributes }, label,
    mail ? null : el('span', { class: 'hide' }, ` ${t.newTab}`));
}

function choice(button) {
  if (button.action.link !== undefined) {
    const href = safeUrl(button.action.link);
    return href ? link(href, button.title, { class: 'choice' }) : document.createTextNode(button.title);
  }
  return el('button', { type: 'button', class: 'choice', click: () => press(button.action.value, button.title) }, button.title);
}
const choices = buttons => (buttons && buttons.length ? el('div', { class: 'choices' }, buttons.map(choice)) : null);
const bubble = (...children) => el('div', { class: 'bubble' }, ...children);

function picture(source, alt) {
  const image = el('img', { alt, loading: 'lazy', referrerpolicy: 'no-referrer', load: stayAtEnd });
  if (source.media) fetchMedia(source.media).then(url => { image.src = url; }, () => {});
  else { const url = safeUrl(source.url, ['http:', 'https:']); if (url) image.src = url; }
  return image;
}
function card(content) {
  return el('article', { class: 'card' }, content.image ? picture(content.image.source, content.image.alt) : null,
    el('h3', null, content.title), content.text ? rich(content.text) : null, choices(content.buttons));
}
function fileLink(content) {
  const href = content.source.url && safeUrl(content.source.url, ['http:', 'https:']);
  if (href) return link(href, content.name);
  return el('button', { type: 'button', class: 'choice', 'aria-label': t.download(content.name), click: async () => {
    try { offer(await fetchMedia(content.source.media), content.name); } catch { warn(t.problem); }
  } }, content.name);
}
function place(content) {
  const degrees = number => (number / 1e6).toFixed(6);
  const [lat, lon] = [degrees(content.latitude_microdegrees), degrees(content.longitude_microdegrees)];
  return link(`https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=16/${lat}/${lon}`, content.label ? `${content.label} – ${t.map}` : t.map);
}
function list(content) {
  const row = item => el('li', null, el('button', { type: 'button', class: 'choice', click: () => press(item.value, item.title) }, item.title, item.description ? el('small', null, item.description) : null));
  return [bubble(rich(content.text)), el('details', { toggle: stayAtEnd }, el('summary', null, content.button),
    content.sections.map(section => [section.title ? el('h4', null, section.title) : null, el('ul', { class: 'rows' }, section.rows.map(row))]).flat())];
}
function body(content, own) {
  switch (content.type) {
    case 'text': return [bubble(own ? content.text : rich(content.text))];
    case 'buttons': return [bubble(rich(content.text)), choices(content.buttons)];
    case 'list': return list(content);
    case 'card': return [card(content)];
    case 'carousel': return [el('div', { class: 'carousel', role: 'group', 'aria-label': t.cards, tabindex: '0' }, content.cards.map(card))];
    case 'image': return [picture(content.source, content.alt), content.caption ? bubble(rich(content.caption)) : null];
    case 'file': return [bubble(fileLink(content))];
    case 'location': return [bubble(place(content))];
    default: return [bubble('…')]; // a form that a newer server knows
  }
}
function messageNode(from, content, time, name) {
  const who = from === 'visitor' ? t.you : name || botTitle || settings.title;
  return el('div', { class: `message ${from}${content.type === 'carousel' ? ' wide' : ''}` }, el('span', { class: 'hide' }, `${who}: `), body(content, from === 'visitor'),
    el('div', { class: 'meta' }, from === 'agent' ? `${who} · ` : '', el('time', { datetime: time.toISOString() }, clock.format(time)), el('span', { class: 'state' })));
}
function dayLine(time) {
  const day = calendar.format(time);
  if (day !== lastDay) log.append(el('div', { class: 'day' }, day));
  lastDay = day;
}
function toEnd() { log.scrollTop = log.scrollHeight; }
const nearEnd = (within = 120) => log.scrollHeight - log.scrollTop - log.clientHeight < within;
const stayAtEnd = () => { if (nearEnd(400)) toEnd(); };
// A status line or the keyboard of a phone takes its place from the log.
new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(log);
function dropQuick() { if (quick) quick.remove(); quick = null; }

function showMessage(message) {
  if (shown.has(message.sequence)) return;
  const stick = nearEnd(), time = new Date(message.at);
  const node = messageNode(message.from, message.content, time, message.name);
  const pending = message.id && waiting.get(message.id);
  dropQuick();
  clearTyping();
  if (pending) { pending.replaceWith(node); waiting.delete(message.id); }
  else {
    dayLine(time);
    const later = [...waiting.values()].find(item => item.classList.contains('pending'));
    if (later && message.from === 'visitor') later.before(node); else log.append(node);
  }
  shown.set(message.sequence, node);
  seen = Math.max(seen, message.sequence);
  if (message.from !== 'visitor') {
    if (message.content.quick_replies && message.content.quick_replies.length) log.append(quick = choices(message.content.quick_replies));
    if (message.sequence > (load('read') || 0)) {
      if (isOpen() && document.hasFocus()) markRead(); else setUnread(unread + 1);
    }
  }
  if (stick || message.from === 'visitor') toEnd();
  emit('message', message);
}
function showPending(item) {
  if (waiting.has(item.id) || !['message', 'press'].includes(item.type)) return;
  const content = item.file ? { type: 'file', source: { media: item.file }, name: item.name } : { type: 'text', text: item.type === 'press' ? item.title : item.text };
  const node = messageNode('visitor', content, new Date());
  node.classList.add('pending');
  node.querySelector('.state').textContent = ` · ${t.sending}`;
  waiting.set(item.id, node);
  dropQuick();
  dayLine(new Date());
  log.append(node);
  toEnd();
}
function settle(id, failed) {
  const node = waiting.get(id);
  if (!node) return;
  node.classList.remove('pending');
  node.classList.toggle('failed', Boolean(failed));
  node.querySelector('.state').textContent = failed ? ` · ${t.failed}` : '';
}
function clearLog(note) {
  log.replaceChildren();
  shown.clear();
  waiting.clear();
  quick = null;
  lastDay = '';
  save('read', null);
  setUnread(0);
  if (note) log.append(el('div', { class: 'day' }, note));
}
function setUnread(count) {
  unread = count;
  badge.textContent = count > 99 ? '99+' : String(count);
  badge.hidden = !count;
  launcher.setAttribute('aria-label', isOpen() ? t.close : count ? t.openUnread(count) : t.open);
  emit('unread', count);
}
function markRead() {
  if (unread || seen > (load('read') || 0)) {
    save('read', seen);
    setUnread(0);
    tell({ type: 'read', sequence: seen });
    shout({ type: 'read', sequence: seen });
  }
}
let alertTimer = 0;
function warn(text) {
  alertLine.textContent = text;
  clearTimeout(alertTimer);
  alertTimer = setTimeout(() => { alertLine.textContent = ''; }, 8000);
}

// ---- Session

let session = load('session');
const restored = session && session.session;
const api = (path, options = {}) => fetch(new URL(path, base), { mode: 'cors', credentials: 'omit', cache: 'no-store', ...options,
  headers: { ...(session && path !== 'sessions' ? { authorization: `Bearer ${session.token}` } : {}), ...options.headers } });

const postJson = (path, text) => api(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: text });

async function newTokens() {
  const current = load('session');
  // Another tab may have been quicker.
  if (current && current.until > Date.now() + 60000) { session = current; return; }
  const ask = { language: String(navigator.language || language) };
  if (current) ask.refresh = current.refresh;
  try { if (data.attributes) ask.attributes = JSON.parse(data.attributes); } catch { console.error('studio: data-attributes is not JSON'); }
  const answer = await postJson('sessions', JSON.stringify(ask));
  if (answer.status === 401 && current) {
    save('session', null);
    clearLog();
    seen = 0;
    return newTokens();
  }
  if (!answer.ok) throw Object.assign(new Error(`sessions: ${answer.status}`), { wait: Number(answer.headers.get('retry-after')) * 1000 });
  const opened = await answer.json();
  // The clock of this machine may be wrong: the 30 minutes are counted here.
  session = { ...opened, until: Date.now() + 29 * 60000 };
  save('session', session);
}
async function ensureSession() {
  if (session && session.until > Date.now() + 60000) return;
  await (navigator.locks ? navigator.locks.request(key('session'), newTokens) : newTokens());
}

// ---- Connection

let socket = null, polling = null, attempt = 0, failures = 0, retryTimer = 0, busy = false, running = false;
let flying = null, ackTimer = 0, pauseUntil = 0, state = 'idle', early = [];
const isUp = () => Boolean(polling) || Boolean(socket && socket.readyState === 1 && socket.welcome);

function setState(next) {
  if (state !== next) { state = next; emit('state', next); }
  showStatus();
}
let owner = { type: 'bot' }, typist = '', typistTimer = 0;
function showStatus() {
  const text = typist ? t.typing(typist) : state === 'offline' ? t.offline : state === 'connecting' ? t.connecting : owner.type === 'waiting' ? t.waiting : '';
  if (status.textContent !== text) status.textContent = text;
}
function clearTyping() { typist = ''; clearTimeout(typistTimer); showStatus(); }

async function connect() {
  if (busy || isUp() || (socket && socket.readyState < 2)) return;
  running = true;
  clearTimeout(retryTimer);
  busy = true;
  if (state !== 'offline') setState('connecting');
  try {
    await ensureSession();
    early.splice(0).forEach(item => queue.add(item));
    if (failures >= 3 || !window.WebSocket) startPolling(); else openSocket();
  } catch (error) {
    later(error.wait);
  } finally {
    busy = false;
  }
}
function later(wait) {
  flying = null;
  clearTimeout(ackTimer);
  if (!running) return;
  setState('offline');
  clearTimeout(retryTimer);
  retryTimer = setTimeout(connect, Math.max(wait || 0, backoff(attempt++, Math.random())));
}
function openSocket() {
  const url = new URL('socket', base);
  url.protocol = url.protocol.replace('http', 'ws');
  const mine = socket = new WebSocket(url);
  mine.onopen = () => mine.send(JSON.stringify({ type: 'hello', token: session.token, after: seen }));
  mine.onmessage = event => { if (socket === mine) receive(JSON.parse(event.data)); };
  mine.onclose = event => {
    if (socket !== mine) return;
    socket = null;
    if (!mine.welcome) failures++;
    if (event.code === 4401 && session) { session.until = 0; save('session', session); }
    later(event.code === 4429 ? 60000 : 0);
  };
}
function startPolling() {
  const mine = polling = {};
  setTimeout(() => { if (polling === mine) { polling = null; failures = 0; connect(); } }, 300000);
  (async () => {
    let first = true;
    while (polling === mine) {
      try {
        await ensureSession();
        const answer = await api(`messages?after=${seen}&wait=${first ? 0 : 20}`);
        if (polling !== mine) return;
        if (answer.status === 401) { session.until = 0; save('session', session); continue; }
        if (!answer.ok) throw new Error(`messages: ${answer.status}`);
        (await answer.json()).forEach(receive);
        first = false;
      } catch {
        // Requests fail as well: the sockets are not to blame.
        if (polling === mine) { polling = null; failures = 0; later(); }
      }
    }
  })();
}
/** Sends a frame that needs no acknowledgement, if it can be sent now. */
function tell(frameToSend) {
  if (socket && isUp()) socket.send(JSON.stringify(frameToSend));
  else if (polling) postJson('messages', JSON.stringify(frameToSend)).catch(() => {});
}
/** Sends the first frame of the queue; the next one goes once it is acknowledged. */
function pump() {
  if (flying || !isUp()) return;
  const wait = pauseUntil - Date.now();
  if (wait > 0) { setTimeout(pump, wait); return; }
  const item = queue.head();
  if (!item) return;
  showPending(item);
  flying = item.id;
  const { name, ...rest } = item;
  const sent = JSON.stringify(item.type === 'event' ? item : rest);
  if (polling) { post(item.id, sent); return; }
  socket.send(sent);
  // A link that is dead without knowing it.
  clearTimeout(ackTimer);
  ackTimer = setTimeout(() => { if (socket) socket.close(); }, 20000);
}
async function post(id, text) {
  try {
    const answer = await postJson('messages', text);
    const result = await answer.json();
    if (answer.ok) return receive(result);
    const after = Number(answer.headers.get('retry-after')) * 1000;
    receive({ type: 'error', code: answer.status === 429 ? 'too_fast' : 'busy', id, message: result.detail, retry_after_ms: answer.status === 422 ? undefined : after || 5000 });
  } catch {
    polling = null;
    later();
  }
}
function receive(message) {
  switch (message.type) {
    case 'welcome':
      if (socket) socket.welcome = true;
      attempt = failures = 0;
      botTitle = message.title;
      owner = message.owner;
      // What was said before the page was loaded is not read aloud again.
      log.setAttribute('aria-live', !shown.size && session.session === restored ? 'off' : 'polite');
      setTimeout(() => log.setAttribute('aria-live', 'polite'), 1500);
      setState('online');
      queue.all().forEach(showPending);
      pump();
      break;
    case 'message': showMessage(message); break;
    case 'ack':
      queue.remove(message.id);
      settle(message.id);
      if (flying === message.id) { flying = null; clearTimeout(ackTimer); }
      shout({ type: 'ack', id: message.id });
      pump();
      break;
    case 'typing':
      typist = message.who;
      clearTimeout(typistTimer);
      typistTimer = setTimeout(clearTyping, 5000);
      showStatus();
      break;
    case 'owner': owner = message.owner; showStatus(); emit('owner', owner); break;
    case 'erased': queue.clear(); seen = 0; clearLog(t.removed); emit('erased'); break;
    case 'error': refused(message); break;
    default: break; // a frame that a newer server knows
  }
}
function refused(error) {
  if (error.id && error.id === flying) { flying = null; clearTimeout(ackTimer); }
  if (error.retry_after_ms) {
    pauseUntil = Date.now() + error.retry_after_ms;
    if (error.code === 'too_fast') warn(t.tooMany);
  } else if (error.id) {
    const item = queue.all().find(other => other.id === error.id);
    queue.remove(error.id);
    settle(error.id, true);
    if (item && item.text && !input.value) { input.value = item.text; save('draft', item.text); }
    warn(t.problem);
    console.error(`studio: ${error.message}`);
  }
  pump();
}

// ---- What the visitor does

const isOpen = () => !panel.hidden;
const consented = () => data.consent !== 'required' || storage.getItem(consentKey) === '1' || Boolean(session);
function open() {
  if (isOpen()) return;
  panel.hidden = false;
  launcher.setAttribute('aria-expanded', 'true');
  gate.hidden = consented();
  log.hidden = form.hidden = !gate.hidden;
  setUnread(unread);
  if (gate.hidden) begin(); else gate.querySelector('button').focus();
  emit('open');
}
function begin() {
  log.hidden = form.hidden = false;
  markRead();
  connect();
  toEnd();
  input.focus();
}
function close() {
  if (!isOpen()) return;
  panel.hidden = true;
  launcher.setAttribute('aria-expanded', 'false');
  setUnread(unread);
  launcher.focus();
  emit('close');
}
function enqueue(item) {
  const added = queue.add(item);
  showPending(added);
  if (isUp()) pump(); else connect();
}
function submit() {
  const text = input.value.trim();
  if (!text) return;
  enqueue({ type: 'message', text, language: String(language) });
  input.value = '';
  typed();
}
function press(value, title) {
  dropQuick();
  enqueue({ type: 'press', value, title });
  input.focus();
}
let typedAt = 0;
function typed() {
  input.rows = Math.min(5, input.value.split('\n').length);
  save('draft', input.value || null);
  if (input.value && Date.now() - typedAt > 3000) { typedAt = Date.now(); tell({ type: 'typing' }); }
}
async function upload(file) {
  if (!file) return;
  const { max_bytes: most, types } = settings.uploads;
  if (file.size > most) { warn(t.tooLarge(Math.floor(most / 1e6))); return; }
  if (!types.includes(file.type)) { warn(t.wrongType); return; }
  status.textContent = t.uploading;
  try {
    await ensureSession();
    const answer = await api(`files?name=${encodeURIComponent(file.name)}`, { method: 'POST', headers: { 'content-type': file.type }, body: file });
    if (!answer.ok) throw new Error((await answer.json()).detail);
    const kept = await answer.json();
    enqueue({ type: 'message', file: kept.media, name: kept.name });
  } catch (error) {
    console.error(`studio: ${error.message}`);
    warn(t.problem);
  }
  showStatus();
}
const kept = new Map();
async function fetchMedia(id) {
  if (!kept.has(id)) {
    kept.set(id, (async () => {
      await ensureSession();
      const answer = await api(`media/${encodeURIComponent(id)}`);
      if (!answer.ok) { kept.delete(id); throw new Error(`media: ${answer.status}`); }
      return URL.createObjectURL(await answer.blob());
    })());
  }
  return kept.get(id);
}
function offer(href, name) {
  const anchor = el('a', { href, download: name, hidden: true });
  root.append(anchor);
  anchor.click();
  anchor.remove();
}
async function transcript() {
  if (!session) return;
  try {
    await ensureSession();
    const answer = await api('transcript');
    if (!answer.ok) throw new Error(String(answer.status));
    const url = URL.createObjectURL(await answer.blob());
    offer(url, 'transcript.txt');
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  } catch { warn(t.problem); }
}
async function removeChat() {
  if (session) {
    try {
      await ensureSession();
      const answer = await api('conversation', { method: 'DELETE' });
      if (!answer.ok) throw new Error(String(answer.status));
    } catch { warn(t.problem); return; }
  }
  forget();
  shout({ type: 'forgotten' });
}
/** Leaves nothing of the conversation in this browser. */
function forget() {
  running = false;
  const old = socket;
  socket = polling = flying = session = null;
  clearTimeout(retryTimer);
  clearTimeout(ackTimer);
  if (old) old.close();
  queue.clear();
  ['session', 'draft', 'read'].forEach(name => save(name, null));
  storage.removeItem(consentKey);
  kept.forEach(url => url.then(URL.revokeObjectURL, () => {}));
  kept.clear();
  seen = 0;
  owner = { type: 'bot' };
  input.value = '';
  setState('idle');
  clearLog(t.removed);
  emit('erased');
}

// ---- Other tabs

const channel = window.BroadcastChannel ? new BroadcastChannel(key('tabs')) : null;
function shout(message) { if (channel) channel.postMessage(message); }
if (channel) channel.onmessage = ({ data: said }) => {
  if (said.type === 'read') setUnread(0);
  else if (said.type === 'ack') settle(said.id);
  else if (said.type === 'forgotten') forget();
};
window.addEventListener('storage', event => {
  if (!event.key || event.key === key('session')) {
    const other = load('session');
    if (other && (!session || other.session !== session.session)) {
      // Another tab began the conversation: this one joins it.
      session = other;
      seen = 0;
      clearLog();
      if (socket) socket.close(); else connect();
    } else if (other) session = other;
    else if (session) forget();
  } else if (event.key.startsWith(key('q:')) && event.newValue && session) {
    try { showPending(JSON.parse(event.newValue)); } catch { /* not ours */ }
    pump();
  } else if (event.key === key('draft') && document.activeElement !== host) input.value = load('draft') || '';
});
window.addEventListener('online', () => { attempt = 0; if (running && !isUp()) connect(); });
window.addEventListener('offline', () => { if (socket) socket.close(); });
window.addEventListener('focus', () => { if (isOpen()) markRead(); });

// ---- The page's own way in

window.Studio = Object.freeze({
  open, close,
  /** Says something as the visitor. */
  send(text) { const words = String(text).trim(); if (words && consented()) enqueue({ type: 'message', text: words, language: String(language) }); },
  /** Tells the bot that something happened; kept until there is a conversation. */
  event(name, detail) {
    const item = { type: 'event', name: String(name), data: detail === undefined ? null : detail };
    if (session) enqueue(item); else if (early.length < 20) early.push(item);
  },
  /** open, close, message, unread, state, owner, erased. Returns the way to stop listening. */
  on(name, listener) {
    (listeners[name] = listeners[name] || []).push(listener);
    return () => { listeners[name] = listeners[name].filter(other => other !== listener); };
  },
});

function start() {
  document.body.append(host);
  applyTheme();
  input.value = load('draft') || '';
  fetch(new URL('settings', base), { credentials: 'omit' }).then(answer => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status))))).then(found => {
    settings = { ...settings, ...found };
    applyTheme();
  }).catch(error => console.error(`studio: settings of “${connection}”: ${error.message}`));
  // A conversation that was begun goes on, so that answers are counted while the panel is closed.
  if (session) connect();
  if (data.open === 'true') open();
}
if (document.body) start(); else document.addEventListener('DOMContentLoaded', start);
})();
