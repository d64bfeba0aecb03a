'use client';

import { useFlag, useTrack } from '@tidegate/sdk-browser/react';

export function CheckoutButton() {
  const isNew = useFlag('new-checkout', false);
  const track = useTrack();
  return (
    <button type="button" onClick={() => track('checkout')}>
      {isNew ? 'Pay now' : 'To the checkout'}
    </button>
  );
}
