import type { EnvironmentChange, EnvironmentSettings, EnvironmentView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, formatJson, printable } from './text.ts';

export function formatEnvironmentTable(environments: readonly EnvironmentView[], paint: Paint): string[] {
  if (environments.length === 0) return ['There is no environment in this project.'];
  return formatTable({
    header: ['ENVIRONMENT', 'CRITICAL', 'NAME', 'CREATED', 'DESCRIPTION'].map((text) => paint.dim(text)),
    rows: environments.map(({ environment, critical, name, createdAtMs, description }) => [
      environment,
      critical ? paint.red('critical') : '',
      printable(name),
      formatInstant(createdAtMs),
      printable(description),
    ]),
  });
}

export function formatEnvironmentHistory(changes: readonly EnvironmentChange[], paint: Paint): string[] {
  if (changes.length === 0) return ['Nobody has changed it since it was made.'];
  return formatTable({
    header: ['VERSION', 'WHEN', 'BY', 'CHANGE', 'REASON'].map((text) => paint.dim(text)),
    rows: changes.map(({ version, atMs, actor, before, after, reason }) => [
      String(version),
      formatInstant(atMs),
      printable(actor.name),
      describeChange(before, after),
      printable(reason),
    ]),
  });
}

function describeChange(before: EnvironmentSettings, after: EnvironmentSettings): string {
  const names = ['name', 'description', 'critical'] as const;
  const changed = names.filter((name) => before[name] !== after[name]);
  return changed.map((name) => `${name}: ${formatJson(before[name])} → ${formatJson(after[name])}`).join(', ');
}
