import { createClient } from '@tidegate/sdk-node';

/** An application that does one thing and ends by itself: nothing of the SDK may keep it, and nothing may be lost. */
const client = createClient({
  url: process.env['FLAGS_URL'] ?? '',
  key: process.env['FLAGS_KEY'] ?? '',
  events: { flushIntervalMs: 60_000 },
});
const { source } = await client.waitForInitialization();
client.variation('new-checkout', { targetingKey: 'script' }, false);
client.track('paid', { targetingKey: 'script' });
if (process.env['FLAGS_CLOSE'] === 'yes') await client.close();
console.log(`initialized from ${source}`);
