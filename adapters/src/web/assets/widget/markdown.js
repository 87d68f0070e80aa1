// ---- Markdown of the small kind, as a tree

/** What words may link to; a telephone only a button or a card, which somebody wrote as such. */
const WORD_SCHEMES = ['http:', 'https:', 'mailto:'];

/** The address if it is absolute and of a harmless scheme, otherwise null. */
function safeUrl(text, schemes = [...WORD_SCHEMES, 'tel:']) {
  try {
    const url = new URL(String(text));
    return schemes.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

// Each part is bounded, so that no text is slow to read.
const INLINE = /\\([\\`*_[\]()#+\-.!>])|`([^`\n]{1,2000})`|\*\*(?=\S)([^]{0,1999}?\S)\*\*|\*(?=\S)([^*\n]{0,1999}?[^\s*])\*|_(?=\S)([^_\n]{0,1999}?[^\s_])_|\[([^\]\n]{1,500})\]\(([^\s()]{1,2000}(?:\([^\s()]{0,500}\)[^\s()]{0,500})?)\)|https?:\/\/[^\s<>"'`]{1,2000}|\n/g;

/** A tree of strings and `{tag, children, href}`; what is not allowed stays as it was written. */
function inline(text, depth = 0) {
  const out = [];
  const push = part => {
    if (typeof part === 'string' && typeof out[out.length - 1] === 'string') out[out.length - 1] += part;
    else if (part !== '') out.push(part);
  };
  if (depth > 4) return [text];
  const pattern = new RegExp(INLINE.source, 'g');
  let from = 0, found;
  while ((found = pattern.exec(text))) {
    push(text.slice(from, found.index));
    from = pattern.lastIndex;
    const [whole, escaped, code, strong, star, under, label, href] = found;
    const wordBefore = /\w/.test(text[found.index - 1] || ''), wordAfter = /\w/.test(text[from] || '');
    const target = href && safeUrl(href, WORD_SCHEMES);
    if (escaped) push(escaped);
    else if (whole === '\n') out.push({ tag: 'br', children: [] });
    else if (code) out.push({ tag: 'code', children: [code] });
    else if (strong) out.push({ tag: 'strong', children: inline(strong, depth + 1) });
    else if (star) out.push({ tag: 'em', children: inline(star, depth + 1) });
    else if (under && !wordBefore && !wordAfter) out.push({ tag: 'em', children: inline(under, depth + 1) });
    else if (label && target) out.push({ tag: 'a', href: target, children: [label] });
    else if (/^https?:/.test(whole)) {
      const link = whole.replace(/[.,;:!?)\]]+$/, ''), url = safeUrl(link);
      push(url ? { tag: 'a', href: url, children: [link] } : link);
      from = pattern.lastIndex = found.index + link.length;
    } else {
      // Not what it looked like: the first character is one, the rest is read again.
      push(whole[0]);
      from = pattern.lastIndex = found.index + 1;
    }
  }
  push(text.slice(from));
  return out;
}

/** Paragraphs and lists. */
function markdown(text) {
  const blocks = [];
  let lines = [], list = null;
  const flush = () => {
    if (lines.length) blocks.push({ tag: 'p', children: inline(lines.join('\n')) });
    lines = [];
  };
  for (const line of String(text).replace(/\r\n?/g, '\n').split('\n')) {
    const item = /^ {0,3}(?:([-*+])|(\d{1,9})[.)])\s+(.*)$/.exec(line);
    if (item) {
      flush();
      const tag = item[1] ? 'ul' : 'ol';
      if (!list || list.tag !== tag) blocks.push(list = { tag, start: Number(item[2] || 1), children: [] });
      list.children.push({ tag: 'li', children: inline(item[3]) });
    } else {
      list = null;
      if (line.trim()) lines.push(line); else flush();
    }
  }
  flush();
  return blocks;
}
