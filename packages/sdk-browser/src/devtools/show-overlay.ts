import type { JsonValue } from '@tidegate/sdk-core';
import type { BrowserClient } from '../browser-client.ts';
import type { Overrides } from './overrides.ts';

/**
 * A button in the corner, and the list of flags that it opens, in a shadow root of their own: the page's styles do not
 * reach them, nor theirs the page. Everything that comes from a flag is set as text. Gives what takes them away.
 */
export function showOverlay(client: BrowserClient, overrides: Overrides): () => void {
  const host = document.createElement('div');
  const root = host.attachShadow({ mode: 'open' });
  const list = element('div', LIST_STYLE, {});
  const button = element('button', `${BUTTON_STYLE};position:fixed;right:12px;bottom:12px;z-index:2147483647`, {
    type: 'button',
  });
  let isOpen = false;

  const paint = (): void => {
    const count = Object.keys(overrides.all()).length;
    button.textContent = count === 0 ? 'Flags' : `Flags (${count} overridden)`;
    button.setAttribute('aria-expanded', String(isOpen));
    list.replaceChildren(...(isOpen ? [...rows(client, overrides), ...actions(overrides)] : []));
    list.hidden = !isOpen;
  };
  button.addEventListener('click', () => {
    isOpen = !isOpen;
    paint();
  });
  const ends = [client.on('change', paint), client.on('ready', paint)];
  root.append(list, button);
  document.documentElement.append(host);
  paint();
  return () => {
    host.remove();
    for (const end of ends) end();
  };
}

function rows(client: BrowserClient, overrides: Overrides): HTMLElement[] {
  const all = [...client.allVariations()].sort(([one], [other]) => (one < other ? -1 : 1));
  return all.map(([flagKey, { value, reason }]) => {
    const row = element('label', ROW_STYLE, { title: reason });
    const name = element('span', NAME_STYLE, {});
    name.textContent = `${flagKey} (${reason.toLowerCase()})`;
    row.append(name, valueField(flagKey, value, overrides));
    return row;
  });
}

/** What is typed is JSON; emptied, the flag answers for itself. */
function valueField(flagKey: string, value: JsonValue | undefined, overrides: Overrides): HTMLElement {
  const field = element('input', FIELD_STYLE, { 'aria-label': `value of ${flagKey}`, spellcheck: 'false' });
  field.value = value === undefined ? '' : JSON.stringify(value);
  field.addEventListener('change', () => {
    try {
      field.setCustomValidity('');
      overrides.set(flagKey, field.value.trim() === '' ? undefined : JSON.parse(field.value));
    } catch {
      field.setCustomValidity('JSON: true, "text", 5');
      field.reportValidity();
    }
  });
  return field;
}

function actions(overrides: Overrides): HTMLElement[] {
  const link = element('input', FIELD_STYLE, { readonly: '', 'aria-label': 'link with these overrides' });
  link.value = overrides.link();
  link.addEventListener('focus', () => link.select());
  const clear = element('button', BUTTON_STYLE, { type: 'button' });
  clear.textContent = 'Clear';
  clear.addEventListener('click', () => {
    for (const flagKey of Object.keys(overrides.all())) overrides.set(flagKey, undefined);
  });
  return [link, clear];
}

const LIST_STYLE =
  'position:fixed;right:12px;bottom:48px;z-index:2147483647;max-height:60vh;width:min(420px,90vw);overflow:auto;padding:12px;background:#fff;color:#111;border:1px solid #777;border-radius:6px;font:13px/1.5 system-ui,sans-serif';
const BUTTON_STYLE =
  'padding:4px 10px;background:#123;color:#fff;border:0;border-radius:6px;font:13px/1.5 system-ui,sans-serif;cursor:pointer';
const ROW_STYLE = 'display:flex;gap:8px;align-items:center;margin-bottom:4px';
const NAME_STYLE = 'flex:1;overflow-wrap:anywhere';
const FIELD_STYLE = 'flex:1;min-width:0;font:inherit;padding:2px 6px;border:1px solid #777;border-radius:4px';

/** Styles are set by script, which a strict content security policy allows. */
function element<K extends 'div' | 'button' | 'label' | 'span' | 'input'>(
  kind: K,
  style: string,
  attributes: Readonly<Record<string, string>>,
): HTMLElementTagNameMap[K] {
  const made = document.createElement(kind);
  made.style.cssText = style;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
