// The shortest bot: what is said comes back.
module.exports = async function App(context) {
  await context.sendText(context.event.text);
};
