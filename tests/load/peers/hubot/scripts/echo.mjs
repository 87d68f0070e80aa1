// The shortest bot: what is said comes back.
export default (robot) => {
  robot.hear(/.*/, (response) => response.send(response.message.text));
};
