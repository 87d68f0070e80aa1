// HTTP in and HTTP out, which hubot does not bring along. The answer says that the message was taken, and nothing is kept.
import { Adapter, TextMessage } from 'hubot';

class Http extends Adapter {
  async run() {
    this.robot.router.post('/messages', (request, response) => {
      const { id, conversation, text } = request.body;
      const user = this.robot.brain.userForId(conversation, { room: conversation });
      this.receive(new TextMessage(user, text, id));
      response.status(202).end();
    });
    this.emit('connected');
  }

  async send(envelope, ...texts) {
    for (const text of texts) {
      await fetch(`${process.env.RECEIVER}/replies`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ data: { conversation: envelope.room, text } }),
      });
    }
  }
}

export default { use: (robot) => new Http(robot) };
