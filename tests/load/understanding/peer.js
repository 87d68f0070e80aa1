// nlp.js learns the same phrases and is asked the same messages: how many a second, and how many of the test right?
//
// The language is told and not guessed, and 500 messages warm it up before anything is measured. It is asked by `process`, as its
// users do, which also tells the feeling of a message. It looks for no entities: without any of a bot's own it leaves them out, and is
// the faster for it. Of its answers two shares are told: what it says, and what it would say if it always had to name an intent, as the
// published figures of others are made.
'use strict';
const fs = require('fs');
const path = require('path');
const { NlpManager } = require('node-nlp');

const LANGUAGE = 'en';
const WARM = 500;
/** What nlp.js says where it is not sure enough. */
const NONE = 'None';

const option = (name) => {
  const place = process.argv.indexOf(name);
  return place < 0 ? undefined : process.argv[place + 1];
};
/** The fields of all rows: a field in quotes may have commas, line breaks and doubled quotes in it. */
const rows = (text) => {
  const found = [];
  let row = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    row.push(quoted === undefined ? plain : quoted.replace(/""/g, '"'));
    if (end === ',') continue;
    if (row.length > 1 || row[0]) found.push(row);
    row = [];
  }
  return found;
};
/** Text and label of each row behind the first; messages are kept a line each. */
const read = (file) =>
  rows(fs.readFileSync(file, 'utf8')).slice(1).filter((row) => row.length > 1).map(([text, label]) => [text.trim().split(/\s+/).join(' '), label.trim()]);
/** What the studio was asked in this row (`--messages`), in the same order. */
const asked = (row) => {
  const file = path.join(option('--messages') || '', `${row}.txt`);
  return option('--messages') && fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n').filter(Boolean) : undefined;
};

/** The intent that it holds for the likeliest, also where it says that it is none. */
const likeliest = (heard) =>
  (heard.classifications || []).filter(({ intent }) => intent !== NONE).reduce((best, other) => (other.score > best.score ? other : best), { score: -1 }).intent;

(async () => {
  const manager = new NlpManager({ languages: [LANGUAGE], nlu: { log: false }, autoSave: false });
  const train = read(option('--train'));
  const test = read(option('--test'));
  for (const [text, label] of train) manager.addDocument(LANGUAGE, text, label);
  let begun = process.hrtime.bigint();
  await manager.train();
  const trained = Number(process.hrtime.bigint() - begun) / 1e9;
  for (const [text] of train.slice(0, WARM)) await manager.process(LANGUAGE, text);

  const measure = async (what, texts) => {
    const waits = [];
    const end = process.hrtime.bigint() + BigInt(option('--seconds') || 8) * 1000000000n;
    begun = process.hrtime.bigint();
    for (let turn = 0; process.hrtime.bigint() < end; turn += 1) {
      const start = process.hrtime.bigint();
      await manager.process(LANGUAGE, texts[turn % texts.length]);
      waits.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
    const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
    waits.sort((a, b) => a - b);
    const at = (part) => (waits[Math.floor(waits.length * part)] || 0).toFixed(2);
    const resident = Math.round(process.memoryUsage().rss / 1e6);
    console.log(`| nlp.js, one thread: ${what} | ${Math.round(waits.length / seconds).toLocaleString('en')} | ${at(0.5)} / ${at(0.99)} ms | | ${resident} MB | |`);
  };
  await measure('the texts of words alone', asked('distinct') || test.map(([text]) => text));
  await measure('the texts of mixed', asked('mixed') || test.map(([text]) => text));

  const right = { said: 0, none: 0, likeliest: 0 };
  for (const [text, label] of test) {
    const heard = await manager.process(LANGUAGE, text);
    right.said += heard.intent === label ? 1 : 0;
    right.none += heard.intent === NONE ? 1 : 0;
    right.likeliest += likeliest(heard) === label ? 1 : 0;
  }
  const share = (count) => `${((100 * count) / test.length).toFixed(1)} %`;
  console.log(`nlp.js: ${share(right.said)} right as it answers, where "${NONE}" below its threshold (${share(right.none)} of all) is wrong; ` +
    `${share(right.likeliest)} by its likeliest intent, however sure it is; trained in ${trained.toFixed(0)} s`);
  console.log('(nlp.js keeps nothing of what it hears, and looks for no entities here: the rows of the studio look for its built-in ones)');
})();
