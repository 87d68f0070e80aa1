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
