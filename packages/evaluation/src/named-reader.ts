import type { ReadAttribute } from './read-attribute.ts';

/**
 * Readers of the attributes that plans ask for first. An engine reads a property two or three times faster at a place in
 * the code that always reads the same name, and all closures of one function are one place to it: so each of these names
 * has a line of its own. Environments ask for a dozen attributes and hardly ever for more, which are read the slow way; as
 * are contexts of more than four layouts, which an engine does not tell apart.
 */
const READERS: Readonly<Record<Slot, ReadAttribute>> = {
  a: (context) => context[names.a],
  b: (context) => context[names.b],
  c: (context) => context[names.c],
  d: (context) => context[names.d],
  e: (context) => context[names.e],
  f: (context) => context[names.f],
  g: (context) => context[names.g],
  h: (context) => context[names.h],
  i: (context) => context[names.i],
  j: (context) => context[names.j],
  k: (context) => context[names.k],
  l: (context) => context[names.l],
  m: (context) => context[names.m],
  n: (context) => context[names.n],
  o: (context) => context[names.o],
  p: (context) => context[names.p],
};

/** What each of them reads; no context gives an attribute without a name. */
const names = {
  a: '',
  b: '',
  c: '',
  d: '',
  e: '',
  f: '',
  g: '',
  h: '',
  i: '',
  j: '',
  k: '',
  l: '',
  m: '',
  n: '',
  o: '',
  p: '',
};

type Slot = keyof typeof names;

// The keys of an object that is written above.
const free = Object.keys(names) as Slot[];
const taken = new Map<string, ReadAttribute>();

/** The reader that a name has for itself; undefined when there was none left for it. */
export function namedReader(name: string): ReadAttribute | undefined {
  const known = taken.get(name);
  if (known !== undefined) return known;
  const slot = free.shift();
  if (slot === undefined) return undefined;
  // The text that properties of this name have in common: it is compared by its address.
  [names[slot] = ''] = Object.keys({ [name]: true });
  taken.set(name, READERS[slot]);
  return READERS[slot];
}
