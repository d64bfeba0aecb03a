import type { LoadedFile } from '../flag-file/load-flag-file.ts';
import type { Paint } from './paint.ts';
import { counted, printable } from './text.ts';

/** `tidegate.json:12:7 flags["new-checkout"].rules[0].id: …`, a line for each flaw, and how many. */
export function formatFlaws({ path, file, flaws }: LoadedFile, paint: Paint): string[] {
  if (flaws.length === 0) {
    const { flags, segments = {} } = file;
    const held = `${counted(Object.keys(flags).length, 'flag')}, ${counted(Object.keys(segments).length, 'segment')}`;
    return [`${printable(path)}: ${held}, ${paint.green('no flaws')}`];
  }
  return [
    ...flaws.map(
      ({ line, column, path: at, detail }) =>
        `${printable(path)}:${line}:${column} ${paint.bold(printable(formatPath(at)))}: ${printable(detail)}`,
    ),
    `${printable(path)}: ${paint.red(counted(flaws.length, 'flaw'))}`,
  ];
}

/** A place in JSON as one writes it in JavaScript; the file itself is `(file)`. */
export function formatPath(path: readonly (string | number)[]): string {
  const steps = path.map((step) => (typeof step === 'number' ? `[${step}]` : formatName(step)));
  return steps.join('').replace(/^\./, '') || '(file)';
}

function formatName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
