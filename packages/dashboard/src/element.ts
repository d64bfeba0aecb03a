/** The only way in which this page makes elements: text goes in as text, so no name or reason can become markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
}

export interface Column<Row> {
  readonly title: string;
  /** `number` is aligned to the right, `text` may wrap. */
  readonly kind?: 'number' | 'text';
  cell(row: Row): Node | string;
}

/** A table whose first column names the row. On a narrow screen it scrolls by itself, also by keyboard. */
export function table<Row>(options: {
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}): HTMLElement {
  const { caption, columns, rows } = options;
  const head = columns.map(({ title, kind = '' }) => element('th', { scope: 'col', class: kind }, title));
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      ...columns.map((column, index) =>
        index === 0
          ? element('th', { scope: 'row' }, column.cell(row))
          : element('td', { class: column.kind ?? '' }, column.cell(row)),
      ),
    ),
  );
  return element(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: 0 },
    element(
      'table',
      {},
      element('caption', {}, caption),
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...body),
    ),
  );
}

/** An element of index.html, which is ours. */
export function part<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${kind.name} with the id ${id}.`);
  return found;
}

/** Puts new content in place of old, and leaves whoever scrolled or tabbed into one of its tables where they are. */
export function replaceContent(container: HTMLElement, content: readonly Node[]): void {
  const before = [...container.querySelectorAll('.scroll')];
  const offsets = before.map(({ scrollLeft }) => scrollLeft);
  const active = document.activeElement;
  const focused = active === null ? -1 : before.indexOf(active);
  container.replaceChildren(...content);
  for (const [index, region] of container.querySelectorAll<HTMLElement>('.scroll').entries()) {
    region.scrollLeft = offsets[index] ?? 0;
    if (index === focused) region.focus({ preventScroll: true });
  }
}
