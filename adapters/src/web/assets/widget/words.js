/*
 * The chat widget of the studio: one file, no framework, no build step. ES2020.
 *
 *   <script src="https://studio.example/widget.js" data-bot="shop" defer></script>
 *
 * Attributes, frames and the API of the page stand in docs/widget.md. Everything is drawn as nodes
 * and text, styled by a constructed style sheet: it works under `script-src 'self'; style-src
 * 'self'; connect-src 'self'`. The pure parts come first; node tests them (widget.test.js).
 */
(() => {
'use strict';

// ---- What the widget says

const STRINGS = {
  en: {
    open: 'Open chat', openUnread: n => `Open chat, ${n} unread ${n === 1 ? 'message' : 'messages'}`,
    close: 'Close chat', log: 'Messages', write: 'Write a message', send: 'Send', attach: 'Send a file',
    transcript: 'Download transcript', remove: 'Delete my chat', you: 'You',
    connecting: 'Connecting…', offline: 'No connection. Your messages are kept and sent as soon as it is back.',
    waiting: 'A person will be with you soon.', typing: who => `${who} is typing…`, sending: 'sending…',
    failed: 'not sent', removeTitle: 'Delete your chat?', cancel: 'Keep it', confirm: 'Delete',
    removeText: 'Everything you and we said here will be deleted for good.', removed: 'Your chat was deleted.',
    tooLong: most => `A message may have at most ${most} characters.`,
    tooLarge: size => `A file may have at most ${size}.`, wrongType: 'Files of this type cannot be sent.',
    uploading: 'Sending the file…', fileLost: 'No connection: the file was not sent and is not kept. Please choose it again once the connection is back.',
    problem: 'That did not work. Please try again.', map: 'Show on the map',
    tooMany: 'Too many messages at once. They are sent one after the other.', privacy: 'Privacy',
    consent: 'To chat, your browser keeps this conversation and we store it.', agree: 'Start chat',
    download: name => `Download ${name}`, newTab: '(opens in a new tab)', cards: 'Cards',
  },
  de: {
    open: 'Chat öffnen', openUnread: n => `Chat öffnen, ${n} ungelesene ${n === 1 ? 'Nachricht' : 'Nachrichten'}`,
    close: 'Chat schließen', log: 'Nachrichten', write: 'Nachricht schreiben', send: 'Senden', attach: 'Datei senden',
    transcript: 'Verlauf herunterladen', remove: 'Meinen Chat löschen', you: 'Sie',
    connecting: 'Verbindung wird aufgebaut…',
    offline: 'Keine Verbindung. Ihre Nachrichten bleiben erhalten und werden gesendet, sobald sie wieder da ist.',
    waiting: 'Gleich ist jemand für Sie da.', typing: who => `${who} schreibt…`, sending: 'wird gesendet…',
    failed: 'nicht gesendet', removeTitle: 'Ihren Chat löschen?', cancel: 'Behalten', confirm: 'Löschen',
    removeText: 'Alles, was hier gesagt wurde, wird endgültig gelöscht.', removed: 'Ihr Chat wurde gelöscht.',
    tooLong: most => `Eine Nachricht darf höchstens ${most} Zeichen haben.`,
    tooLarge: size => `Eine Datei darf höchstens ${size} groß sein.`, wrongType: 'Dateien dieser Art können nicht gesendet werden.',
    uploading: 'Datei wird gesendet…',
    fileLost: 'Keine Verbindung: Die Datei wurde nicht gesendet und wird nicht aufgehoben. Bitte wählen Sie sie noch einmal, sobald die Verbindung wieder da ist.',
    problem: 'Das hat nicht geklappt. Bitte versuchen Sie es noch einmal.', map: 'Auf der Karte zeigen',
    tooMany: 'Zu viele Nachrichten auf einmal. Sie werden nacheinander gesendet.', privacy: 'Datenschutz',
    consent: 'Für den Chat merkt sich Ihr Browser dieses Gespräch, und wir speichern es.', agree: 'Chat beginnen',
    download: name => `${name} herunterladen`, newTab: '(öffnet einen neuen Tab)', cards: 'Karten',
  },
  ar: {
    open: 'فتح المحادثة', openUnread: n => `فتح المحادثة، الرسائل غير المقروءة: ${n}`,
    close: 'إغلاق المحادثة', log: 'الرسائل', write: 'اكتب رسالة', send: 'إرسال', attach: 'إرسال ملف',
    transcript: 'تنزيل المحادثة', remove: 'حذف محادثتي', you: 'أنت',
    connecting: 'جارٍ الاتصال…', offline: 'لا يوجد اتصال. رسائلك محفوظة وستُرسل فور عودة الاتصال.',
    waiting: 'سيكون معك أحد موظفينا قريبًا.', typing: who => `${who} يكتب…`, sending: 'جارٍ الإرسال…',
    failed: 'لم تُرسل', removeTitle: 'هل تريد حذف محادثتك؟', cancel: 'الاحتفاظ بها', confirm: 'حذف',
    removeText: 'سيُحذف نهائيًا كل ما قيل هنا.', removed: 'حُذفت محادثتك.',
    tooLong: most => `الحد الأقصى لطول الرسالة هو ${most} حرف.`,
    tooLarge: size => `الحد الأقصى لحجم الملف هو ${isolate(size)}.`, wrongType: 'لا يمكن إرسال ملفات من هذا النوع.',
    uploading: 'جارٍ إرسال الملف…', fileLost: 'لا يوجد اتصال: لم يُرسل الملف ولن يُحفظ. يرجى اختياره مرة أخرى بعد عودة الاتصال.',
    problem: 'تعذّر ذلك. يرجى المحاولة مرة أخرى.', map: 'عرض على الخريطة',
    tooMany: 'رسائل كثيرة في وقت واحد. ستُرسل واحدة تلو الأخرى.', privacy: 'الخصوصية',
    consent: 'لبدء المحادثة، يحتفظ متصفحك بهذه المحادثة ونحن نخزّنها.', agree: 'بدء المحادثة',
    download: name => `تنزيل ${name}`, newTab: '(يُفتح في علامة تبويب جديدة)', cards: 'بطاقات',
  },
};

const languageOf = tag => String(tag || '').toLowerCase().split(/[-_]/)[0];
const stringsOf = tag => STRINGS[languageOf(tag)] || STRINGS.en;
const isRightToLeft = tag => ['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi'].includes(languageOf(tag));
