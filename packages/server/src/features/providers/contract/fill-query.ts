import type { MetricWindow } from '@tidegate/protocol';

export type FilledQuery =
  | { readonly kind: 'filled'; readonly query: string }
  | { readonly kind: 'flawed'; readonly detail: string };

export interface Filling {
  readonly args: Readonly<Record<string, string>>;
  readonly window: MetricWindow;
  /** As `QueryLanguage.escapeArgument`. */
  readonly escapeArgument: (argument: string) => string | undefined;
}

/**
 * A query with its holes filled: `{{ args.NAME }}`, escaped for the provider's language, and of the window
 * `{{ window.seconds }}`, `{{ window.startAtMs }}`, `{{ window.endAtMs }}`. A hole that nothing fills is a flaw, never
 * left empty: an empty filter counts everybody.
 */
export function fillQuery(text: string, { args, window, escapeArgument }: Filling): FilledQuery {
  const ofWindow: Readonly<Record<string, number>> = {
    'window.seconds': Math.round((window.endAtMs - window.startAtMs) / 1_000),
    'window.startAtMs': window.startAtMs,
    'window.endAtMs': window.endAtMs,
  };
  const flaws: string[] = [];
  // Spaces are taken off afterwards: an expression that did would try every way of sharing out ten thousand of them.
  const query = text.replaceAll(/\{\{([^{}]*)\}\}/g, (_hole, inside: string) => {
    const name = inside.trim();
    if (Object.hasOwn(ofWindow, name)) return String(ofWindow[name]);
    const arg = name.startsWith('args.') ? name.slice('args.'.length) : '';
    const value = Object.hasOwn(args, arg) ? args[arg] : undefined;
    const escaped = value === undefined ? undefined : escapeArgument(value);
    if (value === undefined) flaws.push(`Nothing is called ${name}: args has ${Object.keys(args).join(', ')}.`);
    else if (escaped === undefined)
      flaws.push(`The language of this provider cannot say the argument ${arg}: ${value}`);
    return escaped ?? '';
  });
  const [detail] = flaws;
  return detail === undefined ? { kind: 'filled', query } : { kind: 'flawed', detail };
}
