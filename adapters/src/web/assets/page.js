// The sample page: a button that opens the chat, and a list of what the widget tells the page.
(() => {
'use strict';
const widget = document.querySelector('script[data-bot]');
const address = new URL('widget.js', widget.src);
document.getElementById('snippet').textContent = `<script src="${address}" data-bot="${widget.dataset.bot}" defer></script>`;
document.getElementById('open').addEventListener('click', () => window.Studio.open());
const events = document.getElementById('events');
const tell = text => {
  const item = document.createElement('li');
  item.textContent = text;
  events.prepend(item);
  while (events.children.length > 20) events.lastChild.remove();
};
window.Studio.on('state', state => tell(`connection: ${state}`));
window.Studio.on('unread', count => tell(`unread: ${count}`));
window.Studio.on('message', message => tell(`message ${message.sequence} from ${message.from}`));
window.Studio.on('erased', () => tell('chat deleted'));
})();
