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
