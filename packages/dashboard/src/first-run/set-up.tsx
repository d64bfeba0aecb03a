import type { ReactNode } from 'react';

export function SetUp(_: { readonly setUpToken: string; readonly onDone: (token: string) => void }): ReactNode {
  return null;
}
