import type { ReactNode } from 'react';

export function WelcomePage(): ReactNode {
  return <div className="page">soon</div>;
}
