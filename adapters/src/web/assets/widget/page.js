// ---- Settings of the page

const script = document.currentScript;
if (!script || window.Studio) return;
const data = script.dataset;
const connection = data.connection || data.bot;
if (!connection) { console.error('studio: write data-bot="…" on the script'); return; }
const base = new URL(`web/${encodeURIComponent(connection)}/`, new URL('.', script.src));
const language = tagOf(data.language || document.documentElement.lang || navigator.language || 'en');
const t = { ...stringsOf(language) };
const isBuiltIn = languageOf(language) in STRINGS;
let speech = isBuiltIn ? languageOf(language) : 'en'; // the language of `t`
const say = (name, values) => fill(t[name], values, speech);
/** The words of a language that is not in this file; the studio answers with the nearest that it has. */
async function loadWords() {
  const answer = await fetch(new URL(`widget/words/${language}.json`, new URL('.', script.src)), { credentials: 'omit' });
  if (!answer.ok) throw new Error(String(answer.status));
  const found = await answer.json();
  Object.assign(t, found.words);
  speech = found.language;
  relabel();
}
const direction = data.dir || (isRightToLeft(language) ? 'rtl' : document.documentElement.dir) || 'ltr';
const consentKey = `studio:${connection}:consent`;
const storage = (() => {
  try {
    localStorage.getItem(consentKey);
    return new Roomy(localStorage);
  } catch { return new Memory(); }
})();
const key = name => `studio:${connection}:${name}`;
const load = name => { try { return JSON.parse(storage.getItem(key(name))); } catch { return null; } };
const save = (name, value) => { if (value === null) storage.removeItem(key(name)); else storage.setItem(key(name), JSON.stringify(value)); };
const randomId = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), b => b.toString(16).padStart(2, '0')).join('');
// This tab, over reloads as well. Nothing is kept of it before there is a conversation.
const tabKey = 'studio:tab';
const tab = (() => { try { return sessionStorage.getItem(tabKey); } catch { return null; } })() || randomId();
const keepTab = () => { try { sessionStorage.setItem(tabKey, tab); } catch { /* until the page is loaded again */ } };
const forgetTab = () => { try { sessionStorage.removeItem(tabKey); } catch { /* nothing was kept */ } };
const queue = new Queue(storage, key('q:'), () => Date.now(), randomId);
const listeners = {};
const emit = (name, detail) => (listeners[name] || []).forEach(listener => { try { listener(detail); } catch (error) { console.error(error); } });

let settings = { title: data.title || connection, uploads: { max_bytes: 0, types: [] }, text: 10000, theme: {} };
