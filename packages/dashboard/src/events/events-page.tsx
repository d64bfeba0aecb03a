import type { ReactNode } from 'react';

export function EventsPage(): ReactNode {
  return <div className="page">soon</div>;
}
