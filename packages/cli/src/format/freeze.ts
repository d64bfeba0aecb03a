import type { FreezeView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatInstant, printable } from './text.ts';

/** Since when, until when, by whom and why no rollout rises; nothing where none is kept from it, or the freeze is over. */
export function formatFreeze({ freeze }: FreezeView, nowMs: number, paint: Paint): string[] {
  if (freeze === null || (freeze.untilMs !== null && nowMs >= freeze.untilMs)) return [];
  const until = freeze.untilMs === null ? 'until somebody unfreezes it' : `until ${formatInstant(freeze.untilMs)}`;
  const why = freeze.reason === '' ? '' : `: ${printable(freeze.reason)}`;
  const since = `since ${formatInstant(freeze.atMs)}, by ${printable(freeze.by.name)}`;
  return [`${paint.yellow('The environment is frozen')} ${until} (${since})${why}`];
}
