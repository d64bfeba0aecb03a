export type FilePath = readonly (string | number)[];

/** One thing that is wrong with a file: where, and a sentence. */
export interface FileFlaw {
  readonly path: FilePath;
  readonly detail: string;
  /** The flag or segment that is named there and is not in the file. */
  readonly missing?: { readonly kind: 'flag' | 'segment'; readonly key: string };
}

export function missing(kind: 'flag' | 'segment', key: string, path: FilePath): FileFlaw {
  return { path, detail: `there is no ${kind} ${key}`, missing: { kind, key } };
}

export function flawsUnder(path: FilePath, flaws: readonly FileFlaw[]): readonly FileFlaw[] {
  return flaws.map((flaw) => ({ ...flaw, path: [...path, ...flaw.path] }));
}

/** `.rules[2].id: expected a text`, as the evaluation tells a flaw. */
export function readFlaw(sentence: string): FileFlaw {
  const [, steps = '', detail = sentence] = /^((?:\.\w+|\[\d+\])*): (.*)$/s.exec(sentence) ?? [];
  const path = [...steps.matchAll(/\.(\w+)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
  return { path, detail };
}
