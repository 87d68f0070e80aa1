// Tries the simulator with grammy: a whole bot that polls. argv is the address and the token.
const { Bot, InlineKeyboard, InputFile, GrammyError } = require("grammy");

const [address, token] = process.argv.slice(2);
const person = 77;

async function act(name, body) {
  const answer = await fetch(`${address}/simulator/${name}`, { method: "POST", body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${name}: ${await answer.text()}`);
  return answer.json();
}
const said = async () => (await (await fetch(`${address}/simulator/said?chat=${person}`)).json()).said;
const until = async (count) => {
  for (let tries = 0; tries < 200; tries++) {
    const all = await said();
    if (all.length >= count) return all;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`only ${JSON.stringify(await said())}`);
};
const equal = (found, expected) => {
  if (JSON.stringify(found) !== JSON.stringify(expected)) {
    throw new Error(`${JSON.stringify(found)} is not ${JSON.stringify(expected)}`);
  }
};

async function main() {
  const bot = new Bot(token, { client: { apiRoot: address } });
  const heard = [];
  bot.command("start", (context) =>
    context.reply("<b>Welcome</b>", {
      parse_mode: "HTML",
      reply_markup: new InlineKeyboard().text("Yes", "yes").url("Shop", "https://shop.example"),
    }),
  );
  bot.on("callback_query:data", async (context) => {
    await context.answerCallbackQuery();
    await context.reply(`pressed ${context.callbackQuery.data}`);
  });
  bot.on("message:photo", async (context) => {
    const file = await context.getFile();
    const bytes = await (await fetch(`${address}/file/bot${token}/${file.file_path}`)).text();
    await context.replyWithDocument(new InputFile(Buffer.from(bytes), "back.txt"), { caption: bytes });
  });
  bot.on("edited_message:text", (context) => context.reply(`edited ${context.editedMessage.text}`));
  bot.on("message_reaction", (context) => context.reply(`reacted ${context.messageReaction.new_reaction[0].emoji}`));
  bot.on("my_chat_member", (context) => heard.push(context.myChatMember.new_chat_member.status));
  bot.on("message:text", (context) => context.reply(context.message.text.toUpperCase()));
  bot.catch((error) => {
    console.error(error);
    process.exit(1);
  });
  const allowed = ["message", "edited_message", "callback_query", "message_reaction", "my_chat_member"];
  bot.start({ allowed_updates: allowed, timeout: 2 });
  await new Promise((resolve) => setTimeout(resolve, 300));

  await act("person", { id: person, first_name: "Grace", language: "de" });
  await act("start", { person });
  equal((await until(1))[0].message.entities, [{ type: "bold", offset: 0, length: 7 }]);
  await act("press", { person, title: "Yes" });
  await until(2);
  const one = await act("say", { person, text: "one" });
  await until(3);
  await act("edit", { person, message: one.message, text: "two" });
  await until(4);
  await act("send", { person, kind: "photo", content: "the picture" });
  await until(5);
  await act("react", { person, message: 2, emoji: "👍" });
  const all = await until(6);
  const told = all.map((entry) => entry.message.text ?? entry.message.caption);
  equal(told, ["Welcome", "pressed yes", "ONE", "edited two", "the picture", "reacted 👍"]);
  await act("block", { person });
  await bot.api.sendMessage(person, "x").then(
    () => { throw new Error("who blocked was written to"); },
    (error) => {
      if (!(error instanceof GrammyError) || error.error_code !== 403) throw error;
    },
  );
  for (let tries = 0; heard.length === 0 && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50));
  equal(heard, ["kicked"]);
  await bot.stop();
  console.log("ok");
}

main().then(() => process.exit(0), (error) => {
  console.error(error);
  process.exit(1);
});
