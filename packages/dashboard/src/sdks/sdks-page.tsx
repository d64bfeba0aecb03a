import type { ReactNode } from 'react';

export function SdksPage(): ReactNode {
  return <div className="page">soon</div>;
}
