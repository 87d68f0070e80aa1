// ---- Messages

const shown = new Map(); // sequence -> node
const waiting = new Map(); // id of a frame -> node
let seen = 0, unread = 0, lastDay = '', quick = null, botTitle = '';
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
const calendar = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
const full = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeStyle: 'short' });
const today = new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(0, 'day');
const by = new WeakMap(); // node -> who said it, and when

const nodes = tree => tree.map(part => {
  if (typeof part === 'string') return document.createTextNode(part);
  if (part.tag === 'a') return link(part.href, part.children[0]);
  return el(part.tag, part.tag === 'ol' && part.start !== 1 ? { start: part.start } : null, nodes(part.children));
});
const rich = text => nodes(markdown(text));
function link(href, label, attributes) {
  const app = /^(mailto|tel):/.test(href);
  return el('a', { href, rel: 'noopener noreferrer', target: app ? null : '_blank', ...attributes }, label,
    app ? null : el('span', { class: 'hide' }, ` ${t.newTab}`));
}

function choice(button) {
  if (button.action.link !== undefined) {
    const href = safeUrl(button.action.link);
    return href ? link(href, button.title, { class: 'choice' }) : document.createTextNode(button.title);
  }
  return el('button', { type: 'button', class: 'choice', dir: 'auto', click: () => press(button.action.value, button.title) }, button.title);
}
const choices = buttons => (buttons && buttons.length ? el('div', { class: 'choices' }, buttons.map(choice)) : null);
const bubble = (...children) => el('div', { class: 'bubble', dir: 'auto' }, ...children);

function picture(source, alt) {
  const image = el('img', { alt, loading: 'lazy', referrerpolicy: 'no-referrer', load: stayAtEnd });
  if (source.media) fetchMedia(source.media).then(url => { image.src = url; }, () => {});
  else { const url = safeUrl(source.url, ['http:', 'https:']); if (url) image.src = url; }
  return image;
}
function card(content) {
  return el('article', { class: 'card' }, content.image ? picture(content.image.source, content.image.alt) : null,
    el('h3', { dir: 'auto' }, content.title), content.text ? rich(content.text) : null, choices(content.buttons));
}
function fileLink(content) {
  const href = content.source.url && safeUrl(content.source.url, ['http:', 'https:']);
  if (href) return link(href, content.name);
  return el('button', { type: 'button', class: 'choice', 'aria-label': say('download', { name: content.name }), click: async () => {
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
const PICTURES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp'];
function body(content, own) {
  switch (content.type) {
    case 'text': return [bubble(own ? content.text : rich(content.text))];
    case 'buttons': return [bubble(rich(content.text)), choices(content.buttons)];
    case 'list': return list(content);
    case 'card': return [card(content)];
    case 'carousel': return [el('div', { class: 'carousel', role: 'group', 'aria-label': t.cards, tabindex: '0' }, content.cards.map(card))];
    case 'image': return [picture(content.source, content.alt), content.caption ? bubble(rich(content.caption)) : null];
    case 'file': return [PICTURES.includes(content.media_type) && content.source.media ? picture(content.source, '') : null, bubble(fileLink(content))];
    case 'location': return [bubble(place(content))];
    default: return [bubble('…')]; // a form that a newer server knows
  }
}
function messageNode(from, content, time, name, translated) {
  const who = from === 'visitor' ? t.you : name || botTitle || settings.title;
  const node = el('div', { class: `message ${from}${content.type === 'carousel' ? ' wide' : ''}` }, el('span', { class: 'hide' }, `${isolate(who)}: `),
    from === 'visitor' ? null : el('span', { class: 'avatar', 'aria-hidden': 'true' }, initialOf(who)), body(content, from === 'visitor'),
    el('div', { class: 'meta' }, from === 'agent' ? [el('bdi', null, who), ' · '] : [], el('time', { datetime: time.toISOString(), title: full.format(time) }, clock.format(time)), translated ? ` · ${t.translated}` : null, el('span', { class: 'state' })));
  by.set(node, { who: `${from} ${who} ${Boolean(translated)}`, time });
  return node;
}
/** Messages that one says within 5 minutes stand together: the last of them shows the time, who it was, and whether a machine translated them. */
function group(node) {
  const before = node && node.previousElementSibling, [mine, theirs] = [by.get(node), by.get(before)];
  if (theirs) before.classList.toggle('more', Boolean(mine) && mine.who === theirs.who && mine.time - theirs.time < 300000);
}
/** Puts a message before another, or to the end; a new day is named first. */
function put(node, time, next) {
  const day = calendar.format(time);
  const line = day === lastDay ? [] : [el('div', { class: 'day' }, day === calendar.format(new Date()) ? today : day)];
  if (next) next.before(...line, node); else log.append(...line, node);
  lastDay = day;
  group(node);
  group(node.nextElementSibling);
}
let endFrame = 0;
/** Once a frame, however many messages come at once. */
function toEnd() {
  endFrame = endFrame || requestAnimationFrame(() => { endFrame = 0; log.scrollTop = log.scrollHeight; atEnd = true; });
}
const nearEnd = (within = 120) => log.scrollHeight - log.scrollTop - log.clientHeight < within;
const stayAtEnd = () => { if (nearEnd(400)) toEnd(); };
// A status line or the keyboard of a phone takes its place from the log.
new ResizeObserver(() => { if (atEnd) toEnd(); }).observe(log);
function dropQuick() { if (quick) quick.remove(); quick = null; }

function showMessage(message) {
  if (shown.has(message.sequence)) return;
  const stick = atEnd, time = new Date(message.at);
  const node = messageNode(message.from, message.content, time, message.name, message.translated);
  const pending = message.id && waiting.get(message.id);
  dropQuick();
  clearTyping();
  if (pending) { pending.remove(); waiting.delete(message.id); }
  // What has its place comes before what has none yet: the same order as after a reload.
  put(node, time, [...waiting.values()].find(item => !item.classList.contains('failed')));
  shown.set(message.sequence, node);
  seen = Math.max(seen, message.sequence);
  if (message.from !== 'visitor') {
    if (message.content.quick_replies && message.content.quick_replies.length) log.append(quick = choices(message.content.quick_replies)), quick.classList.add('quick');
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
  put(node, new Date());
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
  nameLauncher();
  emit('unread', count);
}
function nameLauncher() {
  launcher.setAttribute('aria-label', isOpen() ? t.close : unread ? say('openUnread', { count: unread }) : t.open);
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
  alertTimer = setTimeout(calm, 8000);
}
function calm() { alertLine.textContent = ''; }
