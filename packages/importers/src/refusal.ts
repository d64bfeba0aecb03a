/**
 * Why one flag cannot be carried over, as a sentence of its report. Thrown where it is found, deep inside a flag, and
 * caught where the flag began; it never leaves an importer.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** What `make` makes, or why it cannot be made. */
export function orRefusal<Made>(make: () => Made): Made | Refusal {
  try {
    return make();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
