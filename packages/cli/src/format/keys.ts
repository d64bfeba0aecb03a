import type { AccessKeyView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, printable } from './text.ts';

export function formatKeyTable(keys: readonly AccessKeyView[], paint: Paint): string[] {
  if (keys.length === 0) return ['There are no keys.'];
  return formatTable({
    header: ['ID', 'KIND', 'ROLE', 'KEY', 'ENVIRONMENT', 'STATE', 'CREATED', 'NAME'].map((text) => paint.dim(text)),
    rows: keys.map((key) => [
      key.id,
      key.kind,
      key.role,
      `${key.hint}…`,
      key.environment ?? 'all',
      key.revokedAtMs === null ? 'valid' : paint.red(`revoked ${formatInstant(key.revokedAtMs)}`),
      formatInstant(key.createdAtMs),
      printable(key.name),
    ]),
  });
}
