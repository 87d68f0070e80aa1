
const languageOf = tag => String(tag || '').toLowerCase().split(/[-_]/)[0];
const stringsOf = tag => STRINGS[languageOf(tag)] || STRINGS.en;
const isRightToLeft = tag => ['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ku', 'ps', 'sd', 'ug', 'ur', 'yi'].includes(languageOf(tag));
/** A tag as browsers take it, whatever a page calls its language. */
function tagOf(text) {
  try { return Intl.getCanonicalLocales(String(text).trim().replace(/_/g, '-'))[0] || 'en'; } catch { return 'en'; }
}
/** A text with its places filled in; where there are several forms, the one for the number. */
function fill(text, values, language) {
  const number = Object.values(values).find(value => typeof value === 'number');
  const form = typeof text === 'string' ? text : text[new Intl.PluralRules(language).select(number)] || text.other;
  return form.replace(/\{(\w+)\}/g, (place, name) => (!(name in values) ? place : typeof values[name] === 'number' ? values[name].toLocaleString(language) : values[name]));
}
