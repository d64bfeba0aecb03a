import { Window } from 'happy-dom';

/** A document in memory, there before React looks for one: imported first. */
export const window = new Window({ url: 'https://shop.example.com/' });

Object.assign(globalThis, { window, document: window.document, navigator: window.navigator });
