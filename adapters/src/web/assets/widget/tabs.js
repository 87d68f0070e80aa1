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
  } else if (event.key === key('draft') && (document.hidden || document.activeElement !== host)) input.value = load('draft') || '';
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
  const why = answer => answer.json().catch(() => ({})).then(problem => Promise.reject(Object.assign(new Error(problem.detail || String(answer.status)), { refused: [403, 404].includes(answer.status) })));
  settled = fetch(new URL('settings', base), { credentials: 'omit' }).then(answer => (answer.ok ? answer.json() : why(answer))).then(found => {
    settings = { ...settings, ...found };
    applyTheme();
  }).catch(error => {
    console.error(`studio: settings of “${connection}”: ${error.message}`);
    // No chat is better than one in which nothing can be said.
    if (error.refused) { turnedAway = true; host.remove(); }
  });
  // A conversation that was begun goes on, so that answers are counted while the panel is closed.
  if (session) connect();
  if (data.open === 'true') open();
}
const beginning = () => (document.body ? start() : document.addEventListener('DOMContentLoaded', start));
// Words that do not come in time take the place of the English ones when they come.
if (isBuiltIn) beginning(); else {
  const words = loadWords().catch(error => console.error(`studio: words of “${language}”: ${error.message}`));
  Promise.race([words, new Promise(done => setTimeout(done, 3000))]).then(beginning);
}
})();
