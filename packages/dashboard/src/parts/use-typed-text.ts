import { useState } from 'react';

interface Typed<Value> {
  readonly text: string;
  /** What was meant when it was typed. */
  readonly value: Value;
}

/**
 * The text of a field whose value is not text. It stays as it was typed as long as it means the value, spaces and all;
 * a value that came from elsewhere is written anew.
 */
export function useTypedText<Value>(
  value: Value,
  format: (value: Value) => string,
): readonly [text: string, type: (text: string, meant: Value) => void] {
  const [typed, setTyped] = useState<Typed<Value>>(() => ({ text: format(value), value }));
  const isMeant = typed.value === value || JSON.stringify(typed.value) === JSON.stringify(value);
  const shown = isMeant ? typed : { text: format(value), value };
  if (!isMeant) setTyped(shown);
  return [shown.text, (text, meant) => setTyped({ text, value: meant })];
}
