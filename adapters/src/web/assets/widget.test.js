// Tests of the widget's pure parts. The test in tests/widget.rs runs them: WIDGET is the file as pages get it.
'use strict';
const test = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { STRINGS, markdown, inline, safeUrl, backoff, textOn, isColour, Queue, Memory, Roomy, stringsOf, isRightToLeft, tagOf, fill, initialOf, isolate, sizeOf } = require(process.env.WIDGET);

/** The tree in short: tag(children), link with its address. */
const short = tree => tree.map(part => (typeof part === 'string' ? part
  : `<${part.tag}${part.href ? ` ${part.href}` : ''}>${short(part.children)}</>`)).join('');

test('markdown of the allowed kind', () => {
  const check = (text, expected) => assert.equal(short(markdown(text)), expected, text);
  check('plain', '<p>plain</>');
  check('two\nlines', '<p>two<br></>lines</>');
  check('one\n\ntwo', '<p>one</><p>two</>');
  check('**bold** and *soft* and _soft_', '<p><strong>bold</> and <em>soft</> and <em>soft</></>');
  check('**bold with *soft* in it**', '<p><strong>bold with <em>soft</> in it</></>');
  check('`**code**`', '<p><code>**code**</></>');
  check('- a\n- b\n1. c', '<ul><li>a</><li>b</></><ol><li>c</></>');
  check('Which?\n\n1. Yes\n2. No', '<p>Which?</><ol><li>Yes</><li>No</></>');
  check('[shop](https://shop.example/a_(b))', '<p><a https://shop.example/a_(b)>shop</></>');
  check('[mail](mailto:a@b.example)', '<p><a mailto:a@b.example>mail</></>');
  check('[call](tel:+4930123456)', '<p>[call](tel:+4930123456)</>');
  check('see https://shop.example/x.', '<p>see <a https://shop.example/x>https://shop.example/x</>.</>');
  check('snake_case_name 2*3*4 a * b', '<p>snake_case_name 2<em>3</>4 a * b</>');
  check('\\*not soft\\*', '<p>*not soft*</>');
  check('**open', '<p>**open</>');
  check('', '');
});

test('what is not allowed stays text', () => {
  const tags = new Set(['p', 'ul', 'ol', 'li', 'br', 'strong', 'em', 'code', 'a']);
  const look = part => {
    if (typeof part === 'string') return;
    assert.ok(tags.has(part.tag), part.tag);
    if (part.tag === 'a') links.push(part.href);
    part.children.forEach(look);
  };
  let links = [];
  const corpus = fs.readFileSync(path.join(__dirname, '..', 'fixtures', 'hostile.txt'), 'utf8').split('\n');
  for (const line of corpus) {
    links = [];
    markdown(line).forEach(look);
    for (const href of links) assert.match(href, /^https:\/\/a\.example\/?[^"'<>\s]*$/, line);
  }
});

test('links of harmless schemes only', () => {
  for (const bad of ['javascript:alert(1)', ' JaVaScRiPt:alert(1)', 'java\tscript:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///a', '//evil.example', '/path', '', null]) {
    assert.equal(safeUrl(bad), null, String(bad));
  }
  assert.equal(safeUrl('https://a.example'), 'https://a.example/');
  // Of a button or a card, not of words.
  assert.equal(safeUrl('tel:+4930123456'), 'tel:+4930123456');
});

test('no text is slow to read', () => {
  const started = process.hrtime.bigint();
  for (const part of ['**a ', '[', '[a](', '_a ', '*a ', '`', '**', 'https://', '- ', '\\', '[a](b(']) markdown(part.repeat(10000 / part.length));
  assert.ok(Number(process.hrtime.bigint() - started) / 1e6 < 5000);
});

test('unacknowledged frames keep their order over tabs and reloads', () => {
  const storage = new Memory();
  let now = 1000, random = 0;
  const tab = () => new Queue(storage, 'q:', () => now, () => String(random++));
  const [first, second] = [tab(), tab()];
  storage.setItem('other', 'x');
  const a = first.add({ type: 'message', text: 'a' });
  const b = first.add({ type: 'message', text: 'b' });
  now = 1001;
  const c = second.add({ type: 'message', text: 'c' });
  now = 900; // the clock was set back
  const d = second.add({ type: 'message', text: 'd' });
  assert.deepEqual(tab().all().map(item => item.text), ['a', 'b', 'c', 'd']);
  assert.equal(new Set([a.id, b.id, c.id, d.id]).size, 4);
  for (const { id } of [a, b, c, d]) assert.match(id, /^[A-Za-z0-9_-]{1,64}$/);
  second.remove(a.id);
  assert.equal(first.head().text, 'b');
  storage.setItem('q:broken', '{');
  assert.equal(first.all().length, 3);
  first.clear();
  assert.deepEqual([first.head(), storage.length], [null, 1]);
});

test('a storage without room loses nothing of this page, and keeps what it held for other tabs', () => {
  const full = new Memory();
  let room = 3;
  const put = full.setItem.bind(full);
  full.setItem = (key, value) => {
    if (full.length >= room && full.getItem(key) !== value) throw new Error('QuotaExceededError');
    put(key, value);
  };
  const storage = new Roomy(full);
  const queue = new Queue(storage, 'q:', () => 1000, () => 'x');
  storage.setItem('session', 'old');
  const added = ['a', 'b', 'c', 'd'].map(text => queue.add({ type: 'message', text }));
  assert.deepEqual([full.length, storage.length], [3, 5]);
  storage.setItem('session', 'new');
  assert.deepEqual([storage.getItem('session'), full.getItem('session')], ['new', 'old']);
  assert.deepEqual(queue.all().map(item => item.text), ['a', 'b', 'c', 'd']);
  queue.remove(added[0].id);
  queue.remove(added[3].id);
  assert.deepEqual(queue.all().map(item => item.text), ['b', 'c']);
  room = 10;
  storage.setItem('session', 'newer');
  assert.deepEqual([storage.getItem('session'), full.getItem('session')], ['newer', 'newer']);
  queue.clear();
  storage.removeItem('session');
  assert.deepEqual([queue.head(), storage.length, storage.getItem('session')], [null, 0, null]);
});

test('waiting times grow and differ', () => {
  assert.deepEqual([backoff(0, 0), backoff(0, 1), backoff(3, 1), backoff(50, 1), backoff(50, 0)], [250, 500, 4000, 30000, 15000]);
});

test('text can be read on any accent', () => {
  const light = colour => [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map(part => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const contrast = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  for (let colour = 0; colour < 1 << 24; colour += 9973) {
    const accent = `#${colour.toString(16).padStart(6, '0')}`;
    const computed = `rgb(${[16, 8, 0].map(shift => (colour >> shift) & 255).join(', ')})`;
    assert.ok(contrast(accent, textOn(computed)) >= 4.5, accent);
  }
  for (const other of ['rgba(0, 0, 0, 0)', 'oklch(0.5 0.1 250)', 'color(srgb 1 1 1)', '']) assert.equal(textOn(other), '', other);
  assert.ok(isColour('#0B57d0') && !isColour('red') && !isColour('#fff') && !isColour('#fff;x{}'));
  // The colours of the style sheet.
  for (const [text, ground] of [['#1b1b1f', '#ffffff'], ['#55565c', '#ffffff'], ['#1b1b1f', '#eceef4'], ['#ffffff', '#0b57d0'], ['#ffffff', '#b3261e'], ['#f1f1f4', '#1c1c20'], ['#b9bac2', '#1c1c20'], ['#f1f1f4', '#2f3037'], ['#062e6f', '#a8c7fa']]) {
    assert.ok(contrast(text, ground) >= 4.5, `${text} on ${ground}`);
  }
  for (const [line, ground] of [['#76777d', '#ffffff'], ['#8d8e96', '#1c1c20'], ['#0b57d0', '#ffffff'], ['#a8c7fa', '#1c1c20']]) assert.ok(contrast(line, ground) >= 3, line);
});

test('a language is found, and its words', () => {
  assert.deepEqual(Object.keys(STRINGS), ['en', 'de']);
  assert.equal(stringsOf('de-AT'), STRINGS.de);
  assert.equal(stringsOf('xx'), STRINGS.en);
  assert.ok(isRightToLeft('ar-EG') && isRightToLeft('he') && !isRightToLeft('en'));
  assert.deepEqual(['de_at', 'PT-br', 'zh-hant-tw', ' fr ', '', 'not a language', '../x'].map(tagOf), ['de-AT', 'pt-BR', 'zh-Hant-TW', 'fr', 'en', 'en', 'en']);
  assert.deepEqual(inline('a'), ['a']);
});

test('places are filled in, in the form that the number asks for', () => {
  const letters = { one: '{count} литера', few: '{count} литеры', many: '{count} литер', other: '{count} литеры' };
  assert.deepEqual([1, 3, 5, 21].map(count => fill(letters, { count }, 'ru')), ['1 литера', '3 литеры', '5 литер', '21 литера']);
  assert.equal(fill({ other: '{count} x' }, { count: 1 }, 'en'), '1 x');
  assert.equal(fill('{count} of {name}, {other}', { count: 10000, name: '$& {count}' }, 'de'), '10.000 of $& {count}, {other}');
  assert.equal(fill(STRINGS.en.openUnread, { count: 1 }, 'en'), 'Open chat, 1 unread message');
});

test('names and sizes as people see them', () => {
  assert.deepEqual(['Ada', 'إدريس', '  «ölaf»', '👋', '', null].map(initialOf), ['A', 'إ', 'Ö', '', '', '']);
  assert.deepEqual([0, 20000, 999999, 1e6, 10_000_000, 2_560_000].map(bytes => sizeOf(bytes, 'en')), ['0 kB', '20 kB', '999 kB', '1 MB', '10 MB', '2.5 MB']);
  assert.equal(sizeOf(2_560_000, 'de'), '2,5 MB');
  assert.equal(isolate('a\u202eb'), '\u2068a\u202eb\u2069');
});
