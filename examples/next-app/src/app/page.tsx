import { serverFlags } from '../flags.ts';
import { visitorContext } from '../visitor.ts';
import { CheckoutButton } from './checkout-button.tsx';

// biome-ignore lint/style/noDefaultExport: Next.js takes a page by it
export default async function Page() {
  const isNew = serverFlags().variation('new-headline', await visitorContext(), false);
  return (
    <main>
      <h1>{isNew ? 'Everything, tomorrow' : 'Shop'}</h1>
      <CheckoutButton />
    </main>
  );
}
