import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RefusedError } from './api/api.ts';
import { openSession } from './api/session.ts';
import { App } from './app.tsx';
import { applyTheme, savedTheme } from './shell/theme.ts';

/** Tries after a failure that is nobody's answer: a server that restarts is back by then. */
const RETRIES_MAX = 2;

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // The change feed says when something is old; what it cannot see is polled by its page.
      staleTime: 5_000,
      retry: (count, error) => count < RETRIES_MAX && !(error instanceof RefusedError),
    },
  },
});

applyTheme(savedTheme());
const page = document.getElementById('page');
if (page === null) throw new Error('index.html has no element with the id page.');
createRoot(page).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <App session={openSession(window)} />
    </QueryClientProvider>
  </StrictMode>,
);
