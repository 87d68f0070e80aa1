const DARK = '--accent:var(--studio-accent,#a8c7fa);--on-accent:var(--studio-on-accent,var(--contrast,#062e6f));--surface:var(--studio-surface,#1c1c20);--text:var(--studio-text,#f1f1f4);--muted:var(--studio-muted,#b9bac2);--line:var(--studio-line,#8d8e96);--bubble:var(--studio-bubble,#2f3037)';
const CSS = `
:host{all:initial;--accent:var(--studio-accent,#0b57d0);--on-accent:var(--studio-on-accent,var(--contrast,#fff));
--surface:var(--studio-surface,#fff);--text:var(--studio-text,#1b1b1f);--muted:var(--studio-muted,#55565c);
--line:var(--studio-line,#76777d);--bubble:var(--studio-bubble,#eceef4);--radius:var(--studio-radius,16px);
font-family:var(--studio-font,system-ui,sans-serif);font-size:16px;line-height:1.45;color:var(--text)}
@media (prefers-color-scheme:dark){:host([data-theme=auto]){${DARK}}}
:host([data-theme=dark]){${DARK}}
*{box-sizing:border-box}[hidden]{display:none!important}
button,textarea,summary{font:inherit;color:inherit}button,summary{cursor:pointer}
:focus-visible{outline:3px solid var(--text);outline-offset:2px;box-shadow:0 0 0 2px var(--surface)}
.launcher{position:fixed;z-index:2147483000;bottom:20px;inset-inline-end:20px;width:60px;height:60px;border:0;border-radius:50%;background:var(--accent);color:var(--on-accent);box-shadow:0 4px 16px #0006;display:grid;place-items:center}
.start .launcher,.start .panel{inset-inline-end:auto;inset-inline-start:20px}
.launcher[aria-expanded=true] svg:first-child,.launcher[aria-expanded=false] svg+svg{display:none}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:24px;height:24px;padding:0 6px;border-radius:12px;background:#b3261e;color:#fff;font-size:14px;line-height:24px;text-align:center}
.panel{position:fixed;z-index:2147483000;bottom:92px;inset-inline-end:20px;width:min(400px,calc(100vw - 40px));height:min(640px,calc(100vh - 112px));display:flex;flex-direction:column;overflow:hidden;background:var(--surface);color:var(--text);border:1px solid var(--line);border-radius:var(--radius);box-shadow:0 8px 32px #0005;animation:rise .18s ease-out}
@keyframes rise{from{opacity:0;transform:translateY(12px)}}
@media (max-width:480px){.panel,.start .panel{inset:0;width:auto;height:auto;border:0;border-radius:0}.panel:not([hidden])~.launcher{display:none}}
header{display:flex;align-items:center;gap:4px;padding:12px 8px 12px 16px;background:var(--accent);color:var(--on-accent)}
.title{flex:1;min-width:0;margin-inline-start:8px}h2,.partner{margin:0;line-height:1.3;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}h2{font-size:17px}.partner{font-size:13px}
.avatar{flex:none;width:32px;height:32px;border-radius:50%;display:grid;place-items:center;background:var(--bubble);color:var(--text);font-size:14px;font-weight:600;line-height:1;user-select:none}
header .avatar{width:38px;height:38px;background:var(--on-accent);color:var(--accent)}.agent .avatar{background:var(--accent);color:var(--on-accent)}
.icon{width:44px;height:44px;padding:10px;border:0;border-radius:50%;background:transparent;display:grid;place-items:center;flex:none}
header .icon:focus-visible{outline-color:var(--on-accent);box-shadow:none}
.log{flex:1;overflow-y:auto;padding:16px;display:flex;flex-direction:column;gap:14px;overscroll-behavior:contain}
.day{align-self:center;font-size:13px;color:var(--muted);margin:8px 0}.day:first-letter{text-transform:uppercase}
.message{max-width:92%;align-self:flex-start;overflow-wrap:anywhere;display:grid;grid-template-columns:32px minmax(0,auto);column-gap:8px}
.message>*{grid-column:2;min-width:0}.message>.avatar{grid-column:1;grid-row:1;align-self:end}
.message.visitor{max-width:82%;align-self:flex-end;display:block}.message.wide{max-width:none;align-self:stretch}
.more{margin-bottom:-10px}.more .meta{display:none}.more>.avatar{visibility:hidden}
.bubble{padding:10px 14px;border-radius:var(--radius);border-end-start-radius:4px;background:var(--bubble);white-space:normal;width:fit-content;max-width:100%}
.more .bubble{border-end-start-radius:var(--radius)}
.visitor .bubble{background:var(--accent);color:var(--on-accent);white-space:pre-wrap;margin-inline-start:auto;border-radius:var(--radius);border-end-end-radius:4px}.visitor.more .bubble{border-radius:var(--radius)}
.visitor .choice{max-width:100%}.visitor img{margin-inline-start:auto;margin-bottom:6px}
.visitor.pending .bubble{outline:1px dashed var(--line);outline-offset:2px}.visitor.failed .bubble{outline:2px solid #b3261e}
.meta{font-size:12px;color:var(--muted);margin:4px 4px 0}.visitor .meta{text-align:end}.quick{margin-inline-start:40px;margin-top:-4px}
p,ul,ol{margin:0 0 8px}ul,ol{padding-inline-start:22px}.bubble>:last-child{margin-bottom:0}
a{color:inherit;text-decoration:underline}code{font-family:ui-monospace,monospace;font-size:.92em}
img{max-width:100%;height:auto;display:block;border-radius:10px}
.choices{display:flex;flex-wrap:wrap;gap:8px;margin-top:8px}
.choice,summary{min-height:44px;padding:8px 16px;border:2px solid var(--accent);border-radius:22px;background:var(--surface);color:var(--text);text-decoration:none;display:inline-flex;align-items:center}
.choice:hover{background:var(--bubble)}
.card{border:1px solid var(--line);border-radius:var(--radius);padding:12px;background:var(--surface);min-width:220px}
.card h3{margin:8px 0 4px;font-size:16px}.carousel{display:flex;gap:10px;overflow-x:auto;scroll-snap-type:x mandatory;padding-bottom:6px}
.carousel .card{flex:0 0 78%;scroll-snap-align:start}
.rows{list-style:none;padding:0;margin:8px 0}.rows .choice{width:100%;margin-bottom:6px;border-radius:12px;display:block;text-align:start}
.rows small{display:block;color:var(--muted)}h4{margin:10px 0 4px;font-size:14px}summary{list-style:none;margin-top:8px}
.status{padding:4px 16px;font-size:14px;color:var(--muted);min-height:0}.alert{padding:4px 16px;font-size:14px;color:var(--text);border-inline-start:4px solid #b3261e}
.status:empty,.alert:empty{display:none}
form{display:flex;align-items:flex-end;gap:4px;padding:8px;border-top:1px solid var(--line)}
textarea{flex:1;min-width:0;resize:none;min-height:44px;padding:9px 14px;border:1px solid var(--line);border-radius:22px;background:var(--surface);color:var(--text)}
[dir=rtl] textarea:placeholder-shown{direction:rtl;unicode-bidi:isolate}
textarea::placeholder{color:var(--muted);opacity:1}
form .icon{color:var(--text)}.go{background:var(--accent);color:var(--on-accent)!important}[dir=rtl] .go svg{transform:scaleX(-1)}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.foot{padding:0 12px 8px;font-size:13px;color:var(--muted)}.gate{padding:24px;margin:auto}
dialog{border:1px solid var(--line);border-radius:var(--radius);padding:20px;max-width:340px;background:var(--surface);color:var(--text);font-family:inherit}
dialog::backdrop{background:#0008}dialog h3{margin:0 0 8px}dialog .choices{justify-content:flex-end}.danger{background:#b3261e;border-color:#b3261e;color:#fff}.danger:hover{background:#8c1d18}
@media (prefers-reduced-motion:reduce){*{animation:none!important;scroll-behavior:auto!important;transition:none!important}}
@media (forced-colors:active){.launcher,.choice,.bubble{border:2px solid ButtonText}}`;

