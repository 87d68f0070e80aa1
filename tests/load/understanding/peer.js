// nlp.js on the same files: how many messages a second, and how many of them right?
'use strict';
const fs = require('fs');
const { NlpManager } = require('node-nlp');

const option = (name) => process.argv[process.argv.indexOf(name) + 1];
const read = (file) =>
  fs.readFileSync(file, 'utf8').split('\n').slice(1).filter(Boolean).map((line) => {
    const comma = line.lastIndexOf(',');
    return [line.slice(0, comma).replace(/^"|"$/g, ''), line.slice(comma + 1).trim()];
  });

(async () => {
  const manager = new NlpManager({ languages: ['en'], nlu: { log: false }, autoSave: false });
  for (const [text, label] of read(option('--train'))) manager.addDocument('en', text, label);
  let begun = process.hrtime.bigint();
  await manager.train();
  const trained = Number(process.hrtime.bigint() - begun) / 1e9;
  const test = read(option('--test'));
  const waits = [];
  let right = 0;
  begun = process.hrtime.bigint();
  for (const [text, label] of test) {
    const asked = process.hrtime.bigint();
    const { intent } = await manager.process('en', text);
    waits.push(Number(process.hrtime.bigint() - asked) / 1e6);
    if (intent === label) right += 1;
  }
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  waits.sort((a, b) => a - b);
  const at = (part) => `${waits[Math.floor(waits.length * part)].toFixed(2)}ms`;
  const resident = Math.round(process.memoryUsage().rss / 2 ** 20);
  console.log(`| nlp.js, one at a time | ${Math.round(test.length / seconds)} | ${at(0.5)} | ${at(0.99)} | ${resident} MB |`);
  console.log(`nlp.js: ${((100 * right) / test.length).toFixed(1)} % right, trained in ${trained.toFixed(0)} s`);
})();
