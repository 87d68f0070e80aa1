// What Slack's own packages for Node say: @slack/bolt of signatures (`judge`) and of events by POST (`bolt <address>
// <port>`), @slack/socket-mode of the simulator's sockets (`socket_mode <address>`).

const assert = require('node:assert');

async function people(address, what, body) {
  const answer = await fetch(`${address}/simulator/${what}`, body && {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body),
  });
  assert.ok(answer.ok, `${what}: ${answer.status}`);
  return answer.json();
}

async function until(what, isSo) {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
  throw new Error(`never so: ${what}`);
}

async function judge() {
  const { verifySlackRequest } = require('@slack/bolt');
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const asked = JSON.parse(Buffer.concat(chunks).toString());
  const verdicts = asked.vectors.map(({ time, signature, body }) => {
    const headers = { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(time) };
    if (signature === 'missing') delete headers['x-slack-signature'];
    try {
      verifySlackRequest({
        signingSecret: asked.secret,
        body,
        headers,
        nowMilliseconds: asked.now * 1000,
      });
      return { valid: true };
    } catch (error) {
      return { valid: false };
    }
  });
  process.stdout.write(JSON.stringify(verdicts));
}

async function socketMode(address) {
  const { SocketModeClient } = require('@slack/socket-mode');
  const client = new SocketModeClient({
    appToken: 'xapp-simulator', clientOptions: { slackApiUrl: `${address}/api/` },
  });
  const heard = [];
  client.on('slack_event', async ({ type, body, ack, retry_num: number }) => {
    heard.push({ type, body, number });
    await ack();
  });
  await client.start();
  await people(address, 'say', { user: 'U0ANNA', text: 'hello' });
  await until('the message is heard', () => heard.length === 1);
  assert.strictEqual(heard[0].type, 'events_api');
  assert.strictEqual(heard[0].body.event.text, 'hello');
  await people(address, 'command', { user: 'U0ANNA', command: '/order', text: '17' });
  await until('the command is heard', () => heard.length === 2);
  assert.strictEqual(heard[1].body.command, '/order');
  await until('all is acknowledged', async () => {
    const deliveries = await people(address, 'deliveries');
    return deliveries.length === 2 && deliveries.every((one) => one.acknowledged && one.tries === 1);
  });
  await people(address, 'disconnect', { reason: 'refresh_requested', grace_milliseconds: 50 });
  await new Promise((resolve) => { setTimeout(resolve, 1500); });
  await people(address, 'say', { user: 'U0ANNA', text: 'afterwards' });
  await until('it goes on after a new socket', () => heard.some(({ body }) => body.event?.text === 'afterwards'));
  await client.disconnect();
}

async function bolt(address, port) {
  const { App } = require('@slack/bolt');
  const app = new App({
    token: 'xoxb-simulator', signingSecret: 'signing-secret-of-the-simulator', clientOptions: { slackApiUrl: `${address}/api/` },
  });
  const heard = [];
  app.message('hello', async ({ say }) => {
    heard.push('message');
    await say({
      text: 'Sure?',
      blocks: [{ type: 'actions', elements: [{ type: 'button', action_id: 'yes', value: 'y', text: { type: 'plain_text', text: 'Yes' } }] }],
    });
  });
  app.event('app_mention', async ({ event, say }) => {
    heard.push('mention');
    await say({ text: 'in the thread', thread_ts: event.ts });
  });
  app.action('yes', async ({ ack, respond }) => {
    heard.push('action');
    await ack();
    await respond({ text: 'pressed', response_type: 'ephemeral', replace_original: false });
  });
  app.command('/order', async ({ ack, client, body }) => {
    heard.push('command');
    await ack();
    await client.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal', callback_id: 'form', title: { type: 'plain_text', text: 'Order' }, submit: { type: 'plain_text', text: 'Send' },
        blocks: [{ type: 'input', block_id: 'number', label: { type: 'plain_text', text: 'Number' }, element: { type: 'plain_text_input', action_id: 'number' } }],
      },
    });
  });
  app.view('form', async ({ ack, view }) => {
    heard.push(`view ${view.state.values.number.number.value}`);
    await ack();
  });
  await app.start(Number(port));

  assert.strictEqual((await people(address, 'verify', {})).verified, true);
  const said = await people(address, 'say', { user: 'U0ANNA', text: 'hello' });
  const ofBot = async (channel) => (await people(address, `messages?channel=${channel}`)).filter(({ value }) => value.bot_id);
  await until('the buttons are there', async () => (await ofBot(said.channel)).length === 1);
  const [{ value: { ts } }] = await ofBot(said.channel);
  await people(address, 'press', { user: 'U0ANNA', channel: said.channel, ts, title: 'Yes' });
  await until('the press is answered', async () => (await ofBot(said.channel)).some(({ only }) => only === 'U0ANNA'));
  await people(address, 'say', { user: 'U0ANNA', channel: 'C0GENERAL', text: '<@U0BOT0001> you there?' });
  await until('the mention is answered', async () => (await ofBot('C0GENERAL')).some(({ value }) => value.thread_ts));
  await people(address, 'command', { user: 'U0ANNA', command: '/order' });
  let view;
  await until('the form is open', async () => { [view] = Object.keys(await people(address, 'views')); return view; });
  await people(address, 'submit', { view, values: { number: { value: '17' } } });
  await until('the form is read', () => heard.includes('view 17'));
  assert.deepStrictEqual(heard, ['message', 'action', 'mention', 'command', 'view 17']);
  await app.stop();
}

const [what, ...rest] = process.argv.slice(2);
const all = { judge, socket_mode: socketMode, bolt };
all[what](...rest).then(() => process.exit(0), (error) => { console.error(error); process.exit(1); });
