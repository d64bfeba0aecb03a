import type { ProjectView } from '@tidegate/protocol';
import type { Paint } from './paint.ts';
import { formatTable } from './table.ts';
import { formatInstant, printable } from './text.ts';

export function formatProjects(projects: readonly ProjectView[], paint: Paint): string[] {
  if (projects.length === 0) return ['There are no projects.'];
  return formatTable({
    header: ['PROJECT', 'NAME', 'CREATED', 'DESCRIPTION'].map((text) => paint.dim(text)),
    rows: projects.map(({ key, name, createdAtMs, description }) => [
      printable(key),
      printable(name),
      formatInstant(createdAtMs),
      printable(description),
    ]),
  });
}
