'use client';

import type { ClientOptions } from '@tidegate/sdk-browser';
import { TidegateProvider } from '@tidegate/sdk-browser/react';
import type { ReactNode } from 'react';

export function FlagsProvider({ options, children }: { options: ClientOptions; children: ReactNode }) {
  return <TidegateProvider options={options}>{children}</TidegateProvider>;
}
