// ---- Connection

let socket = null, polling = null, attempt = 0, failures = 0, retryTimer = 0, busy = false, running = false, proven = false;
const MOST_FAILURES = 3; // sockets in a row that came to nothing; then requests take their place
let settled = Promise.resolve(), turnedAway = false; // whether this page may chat here
let flying = null, ackTimer = 0, pauseUntil = 0, state = 'idle', early = [];
const isUp = () => Boolean(polling) || Boolean(socket && socket.readyState === 1 && socket.welcome);

function setState(next) {
  if (state !== next) { state = next; emit('state', next); }
  showStatus();
}
let owner = { type: 'bot' }, typist = '', typistTimer = 0;
function showStatus() {
  const agent = owner.type === 'agent' ? owner.name : '';
  partner.textContent = agent;
  partner.hidden = !agent;
  saveButton.hidden = !session;
  face.textContent = initialOf(agent || heading.textContent);
  const text = typist ? say('typing', { who: isolate(typist) }) : state === 'offline' ? t.offline : state === 'connecting' ? t.connecting : owner.type === 'waiting' ? t.waiting : '';
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
    await settled;
    if (turnedAway) { running = false; return; }
    await ensureSession();
    early.splice(0).forEach(item => queue.add(item));
    if (failures >= MOST_FAILURES || !window.WebSocket) startPolling(); else openSocket();
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
  let mine;
  // Where the page's policy forbids sockets, some browsers throw.
  try { mine = socket = new WebSocket(url); } catch (error) { failures++; throw error; }
  mine.onopen = () => mine.send(JSON.stringify({ type: 'hello', token: session.token, after: seen }));
  mine.onmessage = event => { if (socket === mine) receive(JSON.parse(event.data)); };
  // Others say so by this alone; after any other failure `close` comes at once, and knows more.
  mine.onerror = () => setTimeout(() => mine.onclose({ code: 1006 }), 100);
  mine.onclose = event => {
    if (socket !== mine) return;
    socket = null;
    if (!mine.welcome) failures++;
    if (event.code === 4401 && session) { session.until = 0; save('session', session); }
    // It could not even be read, and would end every socket.
    if (event.code === 1009 && flying) receive({ type: 'error', code: 'invalid', id: flying, message: event.reason });
    if (event.code !== 4429) { later(); return; }
    // Too many tabs: this one asks from time to time.
    flying = null;
    clearTimeout(ackTimer);
    startPolling();
  };
}
function startPolling() {
  const mine = polling = {};
  // Another network may be kinder: one socket is tried from time to time.
  setTimeout(() => { if (polling === mine) { polling = null; failures = MOST_FAILURES - 1; connect(); } }, 300000);
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
        // Requests fail as well: sockets that worked before are not to blame.
        if (polling === mine) { polling = null; if (proven) failures = 0; later(); }
      }
    }
  })();
}
/** Sends a frame that needs no acknowledgement, if it can be sent now. */
function tell(frameToSend) {
  if (socket && isUp()) socket.send(JSON.stringify(frameToSend));
  else if (polling) postJson('messages', JSON.stringify(frameToSend)).catch(() => {});
}
/** What of an item the studio is told: the name of a file and the tab are the widget's own. */
function wire({ tab: from, name, ...rest }) { return JSON.stringify(rest.type === 'event' ? { ...rest, name } : rest); }
const timeOf = item => parseInt(item.id, 36) || 0;
/** Sends the first frame of the queue; the next one goes once it is acknowledged. */
function pump() {
  if (flying || !isUp()) return;
  const wait = pauseUntil - Date.now();
  if (wait > 0) { setTimeout(pump, wait); return; }
  const item = queue.head();
  if (!item) return;
  // Another tab is sending it, unless it is gone.
  const patience = item.tab === tab ? 0 : timeOf(item) + 5000 - Date.now();
  if (patience > 0) { setTimeout(pump, patience); return; }
  showPending(item);
  flying = item.id;
  const sent = wire(item);
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
    receive({ type: 'error', code: answer.status === 429 ? 'too_fast' : 'busy', id, message: result.detail, retry_after_ms: [409, 413, 422].includes(answer.status) ? undefined : after || 5000 });
  } catch {
    polling = null;
    later();
  }
}
function receive(message) {
  switch (message.type) {
    case 'welcome':
      if (socket) proven = socket.welcome = true;
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
