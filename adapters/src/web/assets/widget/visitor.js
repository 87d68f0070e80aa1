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
  contrast();
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
/** Whether it was taken: what the studio cannot take is never sent, it would hold up all that follows. */
function enqueue(item) {
  const tooLong = item.text && [...item.text].length > settings.text;
  if (tooLong || new Blob([wire(item)]).size > LARGEST_FRAME) {
    console.error('studio: too long to be sent');
    warn(say('tooLong', { count: settings.text }));
    return false;
  }
  keepTab();
  showPending(queue.add({ ...item, tab }));
  if (isUp()) pump(); else connect();
  return true;
}
const LARGEST_FRAME = 65000;
function submit() {
  const text = input.value.trim();
  if (!text || !enqueue({ type: 'message', text, language: String(language) })) return;
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
  // What was wrong with another file says nothing of this one.
  calm();
  const { max_bytes: most, types } = settings.uploads;
  const tooLarge = say('tooLarge', { size: direction === 'rtl' ? isolate(sizeOf(most, language)) : sizeOf(most, language) });
  if (file.size > most) { warn(tooLarge); return; }
  if (!types.includes(file.type)) { warn(t.wrongType); return; }
  status.textContent = t.uploading;
  try {
    await ensureSession();
    const answer = await api(`files?name=${encodeURIComponent(file.name)}`, { method: 'POST', headers: { 'content-type': file.type }, body: file });
    if (answer.status === 413 || answer.status === 415) { warn(answer.status === 413 ? tooLarge : t.wrongType); showStatus(); return; }
    if (!answer.ok) throw new Error((await answer.json()).detail);
    const kept = await answer.json();
    enqueue({ type: 'message', file: kept.media, name: kept.name });
  } catch (error) {
    console.error(`studio: ${error.message}`);
    // A request that fails without any answer: unlike words, a file is not kept until there is a connection.
    warn(error instanceof TypeError ? t.fileLost : t.problem);
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
let saving = false;
async function transcript() {
  if (saving) return;
  saving = true;
  try {
    await ensureSession();
    const answer = await api(`transcript?you=${encodeURIComponent(t.you)}`);
    if (!answer.ok) throw new Error(String(answer.status));
    const url = URL.createObjectURL(await answer.blob());
    offer(url, 'transcript.txt');
    setTimeout(() => URL.revokeObjectURL(url), 10000);
  } catch { warn(t.problem); } finally { saving = false; }
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
  forgetTab();
  kept.forEach(url => url.then(URL.revokeObjectURL, () => {}));
  kept.clear();
  seen = 0;
  owner = { type: 'bot' };
  input.value = '';
  setState('idle');
  clearLog(t.removed);
  emit('erased');
}
