import { expect, test } from 'vitest';
import { isProduction } from './place.ts';

test.each(['default/production', 'shop/prod', 'shop/prod-eu', 'shop/eu.live', 'shop/PROD2'])(
  '%s is coloured as production',
  (environment) => expect(isProduction(environment)).toBe(true),
);

test.each(['default/staging', 'production/test', 'shop/product', 'shop/delivery'])(
  '%s is not production',
  (environment) => expect(isProduction(environment)).toBe(false),
);
