// A bot made with discord.js, for the simulator: it does what it is told in messages, and prints what it sees.
const { ActionRowBuilder, ButtonBuilder, ButtonStyle, Client, GatewayIntentBits, Partials } = require("discord.js");

const [address, token] = process.argv.slice(2);
const { DirectMessages, GuildMessages, Guilds, MessageContent } = GatewayIntentBits;
const client = new Client({
  intents: [DirectMessages, GuildMessages, Guilds, MessageContent],
  partials: [Partials.Channel],
  rest: { api: `${address}/api`, version: "10" },
});
const tell = (...words) => console.log(...words);

client.once("clientReady", async () => {
  await client.application.commands.set([{ name: "greet", description: "Says hello" }]);
  tell("ready", client.user.username, client.guilds.cache.map((guild) => guild.name).join());
});

client.on("messageCreate", async (message) => {
  if (message.author.bot) return;
  tell("heard", message.content);
  if (message.content === "hello") await message.channel.send({ content: "Hello to you", nonce: "n-1", enforceNonce: true });
  if (message.content === "choose") {
    const button = new ButtonBuilder().setCustomId("yes").setLabel("Yes").setStyle(ButtonStyle.Primary);
    await message.channel.send({ content: "Sure?", components: [new ActionRowBuilder().addComponents(button)] });
  }
  if (message.content === "file") {
    await message.channel.send({ content: "Yours", files: [{ attachment: Buffer.from("abc"), name: "abc.txt" }] });
  }
  if (message.content === "quit") {
    await client.destroy();
    process.exit(0);
  }
});

client.on("interactionCreate", async (interaction) => {
  if (interaction.isButton()) {
    tell("pressed", interaction.customId);
    await interaction.update({ content: "It is done", components: [] });
  }
  if (interaction.isChatInputCommand()) {
    await interaction.deferReply();
    await interaction.editReply(`Hello ${interaction.user.username}`);
  }
});

client.on("shardResume", () => tell("resumed"));
client.login(token);
