// ---- Small decisions

/** Milliseconds before the attempt: 0.5 s doubling to 30 s, half of it by chance. */
const backoff = (attempt, random) => Math.min(30000, 500 * 2 ** Math.min(attempt, 10)) * (0.5 + random / 2);

/** A number of bytes as people say it, rounded down. */
const sizeOf = (bytes, language) => (bytes < 1e6 ? `${Math.floor(bytes / 1e3)} kB` : `${(Math.floor(bytes / 1e5) / 10).toLocaleString(language)} MB`);
/** The first letter of a name, as people see letters. */
const initialOf = name => [...String(name || '').replace(/[^\p{L}\p{N}]/gu, '')].slice(0, 1).join('').toUpperCase();
/** A stranger's words within ours: whatever marks of direction they hold end with them. */
const isolate = words => `\u2068${words}\u2069`;

/** Black or white, whichever can be read better on a colour as browsers compute it, `rgb(11, 87, 208)`; empty for any other form. */
function textOn(colour) {
  if (!/^rgb\(\d+, \d+, \d+\)$/.test(colour)) return '';
  const [r, g, b] = colour.match(/\d+/g).map(number => {
    const part = number / 255;
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

/**
 * The browser's storage; what it has no room for lasts as long as the page. What it held before under
 * the same key stays there: other tabs would take a session that is gone for one that was deleted.
 */
class Roomy {
  constructor(storage) { Object.assign(this, { storage, spare: new Memory() }); }
  get length() { return this.storage.length + this.spare.length; }
  key(i) { return i < this.storage.length ? this.storage.key(i) : this.spare.key(i - this.storage.length); }
  getItem(key) { const spare = this.spare.getItem(key); return spare === null ? this.storage.getItem(key) : spare; }
  setItem(key, value) {
    try { this.storage.setItem(key, value); this.spare.removeItem(key); } catch { this.spare.setItem(key, value); }
  }
  removeItem(key) { this.spare.removeItem(key); this.storage.removeItem(key); }
}

if (typeof module !== 'undefined' && module.exports) {
  module.exports = { STRINGS, markdown, inline, safeUrl, backoff, textOn, isColour, Queue, Memory, Roomy, stringsOf, isRightToLeft, tagOf, fill, initialOf, isolate, sizeOf };
  return;
}
