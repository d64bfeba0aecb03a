import type { ReactNode } from 'react';
import { serverFlags } from '../flags.ts';
import { visitorContext } from '../visitor.ts';
import { FlagsProvider } from './flags-provider.tsx';

// biome-ignore lint/style/noDefaultExport: Next.js takes a layout by it
export default async function RootLayout({ children }: { children: ReactNode }) {
  const context = await visitorContext();
  // `page.tsx` renders by it on the server, so it is counted here and not a second time in the page.
  const bootstrap = serverFlags().bootstrap(context, { served: ['new-headline'] });
  const options = {
    url: process.env['TIDEGATE_URL'] ?? 'http://localhost:4280',
    key: process.env['TIDEGATE_BROWSER_KEY'] ?? '',
    context,
    bootstrap,
  };
  return (
    <html lang="en">
      <body>
        <FlagsProvider options={options}>{children}</FlagsProvider>
      </body>
    </html>
  );
}
